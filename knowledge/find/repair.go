package find

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// alikeStarts are letters at the start of a syllable that sound alike in much of Viet
// Nam and are written for each other. Others that do (ch and tr, final t and c) make too
// many words of other words.
var alikeStarts = [][2]string{{"ngh", "ng"}, {"x", "s"}, {"l", "n"}, {"gh", "g"}}

// repair writes Vietnamese words the engine has never seen as the commonest word it
// knows that sounds alike (nghành, sây, nhửng). Words it knows stay as they are, so
// that text without mistakes is not touched.
func (e *Engine) repair(text string) string {
	lower := strings.ToLower(norm.NFC.String(text))
	var b strings.Builder
	changed := false
	for len(lower) > 0 {
		n := strings.IndexFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
		if n < 0 {
			n = len(lower)
		}
		if n == 0 {
			_, size := utf8.DecodeRuneInString(lower)
			b.WriteString(lower[:size])
			lower = lower[size:]
			continue
		}
		word := lower[:n]
		if better := e.soundsLike(word); better != "" {
			word, changed = better, true
		}
		b.WriteString(word)
		lower = lower[n:]
	}
	if !changed {
		return text
	}
	return b.String()
}

// rarity is how rare a word is among those learned from, and whether it is one. A word
// with marks must be known with them.
func (e *Engine) rarity(word string) (float32, bool) {
	const one = 1 // as in wordFeatures
	folded, exact := uint64(hashSeed), uint64(hashSeed)
	for _, r := range word {
		folded, exact = mix(folded, uint64(foldRune(r))), mix(exact, uint64(r))
	}
	i := e.vocabulary.find(mix(one, exact))
	if i < 0 {
		return 0, false
	}
	return e.vocabulary.idf[i], true
}

// soundsLike returns the commonest known word that sounds like an unknown one, ""
// for none.
func (e *Engine) soundsLike(word string) string {
	if n := utf8.RuneCountInString(word); n < 2 || n > 7 { // a syllable
		return ""
	}
	if _, known := e.rarity(word); known {
		return ""
	}
	best, least := "", float32(0)
	for _, w := range otherStarts(word) {
		for _, t := range []string{w, otherTone(w)} {
			if rare, known := e.rarity(t); known && (best == "" || rare < least) {
				best, least = t, rare
			}
		}
	}
	return best
}

// otherStarts returns the word itself and the word with one of each pair for the other.
func otherStarts(word string) []string {
	out := []string{word}
	for _, p := range alikeStarts {
		for i := range p {
			if rest, ok := strings.CutPrefix(word, p[i]); ok {
				out = append(out, p[1-i]+rest)
			}
		}
	}
	return out
}

// otherTone swaps the falling-rising and the broken tone, which the south does not
// tell apart.
func otherTone(word string) string {
	const hook, tilde = '\u0309', '\u0303'
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch r {
		case hook:
			return tilde
		case tilde:
			return hook
		}
		return r
	}, norm.NFD.String(word)))
}
