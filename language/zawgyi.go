package language

import (
	_ "embed"
	"math"

	"madoguchi/language/internal/ngram"
)

// zawgyiTable holds, for each bucket of character n-grams, how much its n-grams speak
// for Zawgyi and against Unicode: a signed byte. It is made by language/gen; see
// NOTICE.md for the text it is learned from.
//
//go:embed zawgyi.bin
var zawgyiTable string

// zawgyiRead is how many characters the detector reads: a sentence settles it.
const zawgyiRead = 2000

// ZawgyiProbability returns the probability, from 0 to 1, that the Myanmar script in
// s is Zawgyi (the older visual encoding on the same code points) and not Unicode.
// It is 0 when s holds no Myanmar letters, and near 0.5 where both encodings write
// the same text. It weighs sequences of up to four characters by logistic regression.
// Only the first 2,000 characters are read.
func ZawgyiProbability(s string) float64 {
	odds, seen := zawgyiOdds(s)
	if !seen {
		return 0
	}
	return 1 / (1 + math.Exp(-odds))
}

// zawgyiOdds returns the log of the odds that s is Zawgyi, and whether s holds any
// Myanmar letter or mark.
func zawgyiOdds(s string) (odds float64, seen bool) {
	sum := 0
	n := ngram.EachMyanmar(s, zawgyiRead, uint32(len(zawgyiTable)), func(bucket uint32) {
		sum += int(int8(zawgyiTable[bucket]))
	})
	return float64(sum) * weightScale, n > 0
}

// isZawgyi reports whether s is to be read as Zawgyi. Shan, Karen and Mon use the
// same code points as Zawgyi's stacked letters and are never Zawgyi.
func isZawgyi(s string) bool {
	odds, seen := zawgyiOdds(s)
	return seen && odds > 0 && myanmarScriptLanguage(s) == ""
}

func isMyanmarDigitOrStop(r rune) bool { return r >= 0x1040 && r <= 0x104B }

// isInvisible reports whether r is a character without width that people's keyboards
// and apps put between letters.
func isInvisible(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2064,
		r == 0xFEFF, r == 0x00AD, r == 0x034F, r == 0x180E:
		return true
	}
	return false
}
