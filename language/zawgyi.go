package language

import (
	_ "embed"
	"math"
)

// zawgyiTable holds, for each pair of neighbouring characters, how much more often
// the pair is seen in Zawgyi than in Unicode: a signed byte in eighths of a nat, row
// by first character. It is made by language/gen; see NOTICE.md for the text it is
// counted from.
//
//go:embed zawgyi.bin
var zawgyiTable string

const (
	zawgyiFirst  = 0x1000
	zawgyiStates = 0xA0 + 1 // U+1000 to U+109F, and everything else
	zawgyiScale  = 8.0
	// zawgyiRead is how many characters the detector reads: a sentence settles it.
	zawgyiRead = 2000
)

// zawgyiState returns the row or column of a character in the table.
func zawgyiState(r rune) int {
	if r >= zawgyiFirst && r < zawgyiFirst+zawgyiStates-1 {
		return int(r-zawgyiFirst) + 1
	}
	return 0
}

// ZawgyiProbability returns the probability, from 0 to 1, that the Myanmar script in
// s is Zawgyi (the older visual encoding on the same code points) and not Unicode.
// It is 0 when s holds no Myanmar letters, and near 0.5 where both encodings write
// the same text. The design, a Markov chain over characters for each encoding, is
// that of google/myanmar-tools; the table is our own. Only the first 2,000 characters
// are read.
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
	sum, before, n := 0, 0, 0
	for _, r := range s {
		if n++; n > zawgyiRead {
			break
		}
		if isInvisible(r) {
			continue
		}
		state := zawgyiState(r)
		if state != 0 && !isMyanmarDigitOrStop(r) {
			seen = true
		}
		if state != 0 || before != 0 {
			sum += int(int8(zawgyiTable[before*zawgyiStates+state]))
		}
		before = state
	}
	if before != 0 {
		sum += int(int8(zawgyiTable[before*zawgyiStates]))
	}
	return float64(sum) / zawgyiScale, seen
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
