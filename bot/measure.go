package bot

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/rivo/uniseg"
)

// units counts as Discord counts: in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// clip shortens a text to at most n units, with an ellipsis, between graphemes.
func clip(s string, n int) string {
	if units(s) <= n {
		return s
	}
	head, _ := cut(s, n-1)
	return strings.TrimRight(head, " \n") + "…"
}

// cut splits a text after at most n units, between graphemes. The first part is never
// empty, so that a caller in a loop gets on.
func cut(s string, n int) (head, tail string) {
	rest, state, used, at, whole := s, -1, 0, 0, 0
	for rest != "" {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if !continues(g) {
			at = whole
		}
		used += units(g)
		whole += len(g)
		if used > n {
			if at == 0 {
				// A single cluster longer than the limit can only be a hostile one.
				return hardCut(s, n)
			}
			return s[:at], s[at:]
		}
	}
	return s, ""
}

// continues says whether a cluster belongs to the one before. By Unicode's rules some
// vowel signs of Burmese are clusters of their own, and a consonant that ends a syllable
// is one too; a cut there would be as wrong as one in the middle of a letter.
func continues(g string) bool {
	const asat, virama = '\u103a', '\u1039'
	for i, r := range g {
		if i == 0 && unicode.Is(unicode.M, r) || r == asat || r == virama {
			return true
		}
	}
	return false
}

// hardCut splits between code points.
func hardCut(s string, n int) (head, tail string) {
	used := 0
	for i, r := range s {
		u := max(1, utf16.RuneLen(r))
		if used+u > n && i > 0 {
			return s[:i], s[i:]
		}
		used += u
	}
	return s, ""
}

// split cuts a text into pieces of at most n units each: between paragraphs, else
// lines, else sentences or words, else graphemes.
func split(s string, n int) []string {
	var out []string
	for units(s) > n {
		head, _ := cut(s, n)
		at := len(head)
		for _, mark := range []string{"\n\n", "\n", "။", "。", ". ", " "} {
			// A piece of less than a third would tear the text apart for little.
			if i := strings.LastIndex(head, mark); i > len(head)/3 {
				at = i + len(mark)
				break
			}
		}
		out = append(out, strings.TrimRight(s[:at], " \n"))
		s = strings.TrimLeft(s[at:], " \n")
	}
	if s != "" || len(out) == 0 {
		out = append(out, s)
	}
	return out
}
