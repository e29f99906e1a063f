package ngram

import "strings"

// Vocabularies are the common words of English and the syllables of Vietnamese (with
// and without marks). A text in none of the bot's languages shows by words that
// neither knows.
type Vocabularies map[string]uint8

const (
	english    = 1
	vietnamese = 2
	romaji     = 4
)

// NewVocabularies reads both lists, words apart by white space.
func NewVocabularies(en, vi string) Vocabularies {
	v := make(Vocabularies, len(en)/6+len(vi)/4)
	for w := range strings.FieldsSeq(en) {
		v[w] |= english
	}
	for w := range strings.FieldsSeq(vi) {
		v[w] |= vietnamese
	}
	return v
}

// shape returns, as bits, which lists know a word and whether it can be romaji.
func (v Vocabularies) shape(word string) uint32 {
	bits := uint32(v[word])
	if bits&english == 0 && v.inflected(word) {
		bits |= english
	}
	if IsRomaji(word) {
		bits |= romaji
	}
	return bits
}

// inflected reports whether an English word is known without its ending.
func (v Vocabularies) inflected(word string) bool {
	for _, end := range []string{"'s", "s", "ed", "d", "ing", "er", "ly"} {
		if base, ok := strings.CutSuffix(word, end); ok && len(base) >= 3 {
			return v[base]&english != 0
		}
	}
	return false
}

// IsRomaji reports whether word is made of Japanese syllables in Latin letters.
func IsRomaji(word string) bool {
	i, n := 0, len(word)
	for i < n {
		c := word[i]
		switch {
		case isVowel(c):
			i++
			continue
		case c == 'n' && (i+1 == n || !isVowel(word[i+1]) && word[i+1] != 'y'):
			i++
			if i < n && word[i] == '\'' {
				i++
			}
			continue
		case i+1 < n && c == word[i+1] && strings.IndexByte("kstpcgdbzj", c) >= 0:
			i++
			continue
		}
		onset := 0
		for _, o := range onsets {
			if strings.HasPrefix(word[i:], o) {
				onset = len(o)
				break
			}
		}
		if onset == 0 || i+onset >= n || !isVowel(word[i+onset]) {
			return false
		}
		i += onset + 1
	}
	return n > 0
}

var onsets = []string{"tch", "tts", "ssh", "sh", "ch", "ts", "ky", "gy", "sy", "ny", "hy", "by", "py", "my", "ry", "zy", "ty", "jy",
	"k", "s", "t", "n", "h", "m", "y", "r", "w", "g", "z", "d", "b", "p", "j", "f", "v"}

func isVowel(c byte) bool { return c == 'a' || c == 'i' || c == 'u' || c == 'e' || c == 'o' }
