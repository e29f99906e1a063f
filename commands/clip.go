package commands

import (
	"strings"
	"unicode/utf16"

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

// cut parts s after at most limit units, between characters as a reader sees them,
// and after a sentence, line or word where one ends in the last third.
func cut(s string, limit int) (head, rest string) {
	used, at, word := 0, 0, 0
	state := -1
	for left := s; left != ""; {
		var cluster string
		cluster, left, _, state = uniseg.FirstGraphemeClusterInString(left, state)
		n := units(cluster)
		if used+n > limit {
			break
		}
		used += n
		at += len(cluster)
		if used*3 >= limit*2 && strings.ContainsAny(cluster, " \n。、။၊.,！？!?") {
			word = at
		}
	}
	switch {
	case at == len(s):
		return s, ""
	case word > 0:
		at = word
	}
	return s[:at], s[at:]
}
