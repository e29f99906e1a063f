package commands

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// units counts as Discord counts: in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// clip returns s in at most limit units, with an ellipsis where something was left
// out. It never cuts inside what a reader sees as one character.
func clip(s string, limit int) string {
	if units(s) <= limit {
		return s
	}
	const ellipsis = "…"
	head, _ := cut(s, limit-units(ellipsis))
	return strings.TrimRight(head, " \n") + ellipsis
}

// cut parts s after at most limit units, between characters as a reader sees them
// (in Burmese between syllables), and after a sentence, line or word where one ends in
// the last third.
func cut(s string, limit int) (head, rest string) {
	used, char, syllable, word := 0, 0, 0, 0
	state := -1
	for left := s; left != ""; {
		var cluster string
		cluster, left, _, state = uniseg.FirstGraphemeClusterInString(left, state)
		if used += units(cluster); used > limit {
			break
		}
		char += len(cluster)
		if left == "" {
			return s, ""
		}
		if continuesSyllable(left) {
			continue
		}
		syllable = char
		if used*3 >= limit*2 && strings.ContainsAny(cluster, " \n。、။၊.,！？!?") {
			word = char
		}
	}
	for _, at := range []int{word, syllable, char} {
		if at > 0 {
			return s[:at], s[at:]
		}
	}
	return "", s
}

// continuesSyllable reports whether s starts inside a Burmese syllable: with a vowel
// sign, a medial or a tone mark, or with a final consonant. Unicode's characters end
// before some of these.
func continuesSyllable(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if r >= 0x102B && r <= 0x103E {
		return true
	}
	if r >= 0x1000 && r <= 0x1021 {
		next, _ := utf8.DecodeRuneInString(s[n:])
		return next == 0x103A || next == 0x1039
	}
	return false
}
