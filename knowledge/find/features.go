package find

import (
	"unicode"
)

// group is a family of features. Each is brought to the same length before a
// text is compared, so that no family drowns another.
type group uint8

const (
	groupWord  group = iota // words, runs of one script, Burmese syllables; pairs and triples of them
	groupChar               // character n-grams without marks
	groupExact              // what only exists with its marks or in its kana
	groups
)

// feature is one thing seen in a text.
type feature struct {
	hash  uint64
	group group
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
	runes  []rune
	folded []rune
	words  []wordHash
	out    []feature
}

type wordHash struct {
	folded, exact uint64
}

const (
	maxGram = 5
)

// cut returns the features of a text; the slice is valid until the next call.
// A feature that occurs twice is returned twice.
func (x *extractor) cut(text string) []feature {
	x.out = x.out[:0]
	x.runes, x.folded, x.words = x.runes[:0], x.folded[:0], x.words[:0]
	n := 0
	previous := scriptSpace
	for _, r := range normalise(text) {
		if n++; n > maxRunes {
			break
		}
		s := scriptOf(r)
		// Spaces are free in Burmese and Japanese: only those between alphabets count.
		if s == scriptSpace {
			if previous == scriptAlphabet {
				x.runes = append(x.runes, ' ')
			}
			continue
		}
		if s == scriptAlphabet && previous != scriptAlphabet {
			x.runes = append(x.runes, ' ')
		}
		x.runes = append(x.runes, r)
		previous = s
	}
	if len(x.runes) > 0 && previous == scriptAlphabet {
		x.runes = append(x.runes, ' ')
	}
	for _, r := range x.runes {
		x.folded = append(x.folded, foldRune(r))
	}
	x.cutWords()
	x.wordFeatures()
	x.charFeatures()
	return x.out
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
		w := wordHash{folded: hashSeed, exact: hashSeed}
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
		x.pair(groupWord, mix(one, w.folded), mix(one, w.exact))
		if i+1 < len(x.words) {
			v := x.words[i+1]
			x.pair(groupWord, mix(mix(two, w.folded), v.folded), mix(mix(two, w.exact), v.exact))
		}
		if i+2 < len(x.words) {
			v, u := x.words[i+1], x.words[i+2]
			x.pair(groupWord, mix(mix(mix(three, w.folded), v.folded), u.folded), mix(mix(mix(three, w.exact), v.exact), u.exact))
			x.pair(groupWord, mix(mix(skip, w.folded), u.folded), mix(mix(skip, w.exact), u.exact))
		}
	}
}

// pair adds the folded feature, and the exact one where it says more.
func (x *extractor) pair(g group, folded, exact uint64) {
	x.out = append(x.out, feature{folded, g})
	if exact != folded {
		x.out = append(x.out, feature{exact, groupExact})
	}
}

func (x *extractor) charFeatures() {
	for i := range x.runes {
		folded, exact := uint64(hashSeed)+1, uint64(hashSeed)+1
		for n := 1; n <= maxGram && i+n <= len(x.runes); n++ {
			folded = mix(folded, uint64(x.folded[i+n-1]))
			exact = mix(exact, uint64(x.runes[i+n-1]))
			if n == 1 && x.runes[i] == ' ' {
				continue
			}
			x.pair(groupChar, folded, exact)
		}
	}
}
