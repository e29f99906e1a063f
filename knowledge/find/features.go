package find

import (
	"slices"
	"unicode"

	"madoguchi/language"
)

// group is a family of features. Each is brought to the same length before a
// text is compared, so that no family drowns another.
type group uint8

const (
	groupWord    group = iota // words, runs of one script, Burmese syllables; pairs and triples of them
	groupChar                 // character n-grams without marks
	groupExact                // what only exists with its marks or in its kana
	groupConcept              // things and acts named in any language, and pairs of them
	groupBefore               // the label spoken of before
	groups
)

// feature is one thing seen in a text.
type feature struct {
	hash  uint64
	group group
	unit  uint16 // where it starts: the nth word, syllable or Japanese character
}

const (
	hashSeed  = 14695981039346656037
	hashPrime = 1099511628211
)

func mix(h, v uint64) uint64 {
	h ^= v
	h *= hashPrime
	return h ^ h>>29
}

type script uint8

const (
	scriptSpace script = iota
	scriptAlphabet
	scriptHan
	scriptHiragana
	scriptKatakana
	scriptMyanmar
)

func scriptOf(r rune) script {
	switch {
	case r == ' ':
		return scriptSpace
	case r < 0x1000:
		return scriptAlphabet
	case r < 0x10A0 || r >= 0xA9E0 && r < 0xAA80 && (r < 0xAA00 || r >= 0xAA60):
		return scriptMyanmar
	case r >= 0x3041 && r < 0x30A0:
		return scriptHiragana
	case r >= 0x30A0 && r < 0x3100:
		return scriptKatakana
	case unicode.Is(unicode.Han, r) || r == '々':
		return scriptHan
	}
	return scriptAlphabet
}

// maxRunes bounds what is read of one text; Discord's own limit is 2,000 to 4,000.
const maxRunes = 2000

// extractor cuts texts into features. It holds buffers, so each goroutine needs
// its own.
type extractor struct {
	maxGram  int // longest character n-gram
	concepts Concepts
	runes    []rune
	folded   []rune
	unit     []uint16 // of each rune: the nth word, syllable or Japanese character
	spaced   []int32  // where a space stood, by index in runes
	words    []wordHash
	named    []uint64
	out      []feature
}

type wordHash struct {
	folded, exact uint64
	unit          uint16
}

// cut returns the features of a text; the slice is valid until the next call.
// A feature that occurs twice is returned twice.
func (x *extractor) cut(text string, lang language.Code, before string) []feature {
	x.out = x.out[:0]
	x.runes, x.folded, x.words = x.runes[:0], x.folded[:0], x.words[:0]
	x.runes = append(x.runes, ' ')
	n := 0
	var previous script
	x.spaced = x.spaced[:0]
	for _, r := range normalise(text, lang) {
		if n++; n > maxRunes {
			break
		}
		s := scriptOf(r)
		// Spaces are free in Burmese and Japanese: only those between alphabets count
		// among the characters.
		if s == scriptSpace {
			x.spaced = append(x.spaced, int32(len(x.runes)))
			continue
		}
		if len(x.runes) > 1 && (s == scriptAlphabet) != (previous == scriptAlphabet) || s == scriptAlphabet && len(x.spaced) > 0 && int(x.spaced[len(x.spaced)-1]) == len(x.runes) {
			x.runes = append(x.runes, ' ')
		}
		x.runes = append(x.runes, r)
		previous = s
	}
	if len(x.runes) == 1 {
		return nil
	}
	x.runes = append(x.runes, ' ')
	for _, r := range x.runes {
		x.folded = append(x.folded, foldRune(r))
	}
	x.cutUnits()
	x.cutWords()
	x.wordFeatures()
	x.spacedFeatures()
	x.charFeatures()
	if x.concepts != nil {
		x.conceptFeatures(text)
	}
	if before != "" {
		const said = 9
		unit := uint16(0)
		for _, f := range x.out {
			unit = max(unit, f.unit+1)
		}
		x.out = append(x.out, feature{mix(said, hashString(before)), groupBefore, unit})
	}
	return x.out
}

func hashString(s string) uint64 {
	h := uint64(hashSeed)
	for i := range len(s) {
		h = mix(h, uint64(s[i]))
	}
	return h
}

// maxConcepts bounds the pairs of concepts of a long story.
const maxConcepts = 12

// conceptFeatures adds what the text names, whatever language names it, and every
// pair of those, each in a place of its own after the words.
func (x *extractor) conceptFeatures(text string) {
	const one, two = 7, 8
	hashes := x.named[:0]
	for _, id := range x.concepts.Concepts(text) {
		h := hashString(id)
		if !slices.Contains(hashes, h) && len(hashes) < maxConcepts {
			hashes = append(hashes, h)
		}
	}
	x.named = hashes
	unit := x.unit[len(x.unit)-1]
	for i, h := range hashes {
		unit++
		x.out = append(x.out, feature{mix(one, h), groupConcept, unit})
		for _, other := range hashes[:i] {
			x.out = append(x.out, feature{mix(two, min(h, other)^mix(two, max(h, other))), groupConcept, unit})
		}
	}
}

// cutUnits numbers the runes by the word, syllable or character they belong to;
// a space belongs to what follows it.
func (x *extractor) cutUnits() {
	x.unit = x.unit[:0]
	n := -1
	for i, r := range x.runes {
		switch s := scriptOf(r); {
		case s == scriptSpace:
			x.unit = append(x.unit, uint16(n+1))
			continue
		case x.runes[i-1] == ' ', s != scriptAlphabet && (s != scriptMyanmar || syllableStarts(x.runes, i)):
			n++
		}
		x.unit = append(x.unit, uint16(n))
	}
}

// cutWords finds the words: between spaces for alphabets, runs of one script for
// Japanese, syllables for Burmese.
func (x *extractor) cutWords() {
	for i := 0; i < len(x.runes); {
		s := scriptOf(x.runes[i])
		if s == scriptSpace {
			i++
			continue
		}
		j := i + 1
		if s == scriptMyanmar {
			for j < len(x.runes) && scriptOf(x.runes[j]) == scriptMyanmar && !syllableStarts(x.runes, j) {
				j++
			}
		} else {
			for j < len(x.runes) && scriptOf(x.runes[j]) == s {
				j++
			}
		}
		w := wordHash{folded: hashSeed, exact: hashSeed, unit: x.unit[i]}
		for k := i; k < j; k++ {
			w.folded = mix(w.folded, uint64(x.folded[k]))
			w.exact = mix(w.exact, uint64(x.runes[k]))
		}
		x.words = append(x.words, w)
		i = j
	}
}

// syllableStarts reports whether a Burmese syllable starts at i: at a consonant,
// an independent vowel or a sign that stands alone, unless it is stacked under
// the one before or is a killed final (asat).
func syllableStarts(r []rune, i int) bool {
	c := r[i]
	initial := c <= 0x102A || c == 0x103F || c >= 0x1040 && c <= 0x1055
	if !initial || i > 0 && r[i-1] == 0x1039 {
		return false
	}
	if c >= 0x1040 && c <= 0x1049 && i > 0 && r[i-1] >= 0x1040 && r[i-1] <= 0x1049 {
		return false
	}
	for k := i + 1; k < len(r) && k <= i+2; k++ {
		switch r[k] {
		case 0x103A, 0x1039:
			return false
		case 0x1037: // the dot below may come before the asat
			continue
		}
		break
	}
	return true
}

func (x *extractor) wordFeatures() {
	const (
		one, two, three, skip = 1, 2, 3, 4
	)
	for i, w := range x.words {
		x.pair(groupWord, w.unit, mix(one, w.folded), mix(one, w.exact))
		if i+1 < len(x.words) {
			v := x.words[i+1]
			x.pair(groupWord, w.unit, mix(mix(two, w.folded), v.folded), mix(mix(two, w.exact), v.exact))
		}
		if i+2 < len(x.words) {
			v, u := x.words[i+1], x.words[i+2]
			x.pair(groupWord, w.unit, mix(mix(mix(three, w.folded), v.folded), u.folded), mix(mix(mix(three, w.exact), v.exact), u.exact))
			x.pair(groupWord, w.unit, mix(mix(skip, w.folded), u.folded), mix(mix(skip, w.exact), u.exact))
		}
	}
}

// spacedFeatures adds what stands between spaces in a script that does not need
// them, and pairs of those.
func (x *extractor) spacedFeatures() {
	const one, two = 5, 6
	start := 1
	var before wordHash
	for k := 0; k <= len(x.spaced); k++ {
		end := len(x.runes) - 1
		if k < len(x.spaced) {
			end = int(x.spaced[k])
		}
		if start < end && scriptOf(x.runes[start]) > scriptAlphabet {
			w := wordHash{folded: hashSeed, exact: hashSeed, unit: x.unit[start]}
			for i := start; i < end; i++ {
				w.folded = mix(w.folded, uint64(x.folded[i]))
				w.exact = mix(w.exact, uint64(x.runes[i]))
			}
			x.pair(groupWord, w.unit, mix(one, w.folded), mix(one, w.exact))
			if before.folded != 0 {
				x.pair(groupWord, before.unit, mix(mix(two, before.folded), w.folded), mix(mix(two, before.exact), w.exact))
			}
			before = w
		}
		start = end
	}
}

// pair adds the folded feature, and the exact one where it says more.
func (x *extractor) pair(g group, unit uint16, folded, exact uint64) {
	x.out = append(x.out, feature{folded, g, unit})
	if exact != folded {
		x.out = append(x.out, feature{exact, groupExact, unit})
	}
}

func (x *extractor) charFeatures() {
	for i := range x.runes {
		folded, exact := uint64(hashSeed)+1, uint64(hashSeed)+1
		for n := 1; n <= x.maxGram && i+n <= len(x.runes); n++ {
			folded = mix(folded, uint64(x.folded[i+n-1]))
			exact = mix(exact, uint64(x.runes[i+n-1]))
			if n == 1 && x.runes[i] == ' ' {
				continue
			}
			x.pair(groupChar, x.unit[i], folded, exact)
		}
	}
}
