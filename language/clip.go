package language

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clip returns at most n bytes of s, cut between characters, with what is not UTF-8
// turned into spaces.
func clip(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, " ")
}

// isWordRune reports whether r belongs to a word in scripts written with spaces.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }
