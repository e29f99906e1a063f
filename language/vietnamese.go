package language

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldVietnamese takes the marks off Latin letters, as in Vietnamese typed without an
// input method: ă becomes a, ữ becomes u, đ becomes d. Everything else stays, kana and
// Burmese marks too. Case stays. At most the first 64 KiB are read.
func FoldVietnamese(s string) string {
	s = clip(s, maxNormalise)
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	latin := false // the letter before is Latin
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
			latin = r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		case r == 'đ' || r == 'ð':
			b.WriteByte('d')
			latin = true
		case r == 'Đ' || r == 'Ð':
			b.WriteByte('D')
			latin = true
		case r >= 0x300 && r <= 0x36F:
			if !latin {
				b.WriteRune(r)
			}
		case r >= 0xC0 && r <= 0x24F || r >= 0x1E00 && r <= 0x1EFF:
			base := r
			if d := norm.NFD.PropertiesString(string(r)).Decomposition(); len(d) > 0 {
				base, _ = utf8.DecodeRune(d)
			}
			if base >= 0x80 { // decomposed in two steps
				if d := norm.NFD.String(string(base)); d != "" {
					base, _ = utf8.DecodeRuneInString(d)
				}
			}
			b.WriteRune(base)
			latin = true
		default:
			b.WriteRune(r)
			latin = false
		}
	}
	return b.String()
}

//go:embed teencode.tsv
var teencodeText string

// teencode reads the table of short forms once.
var teencode = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 256)
	for line := range strings.Lines(teencodeText) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		short, long, ok := strings.Cut(line, "\t")
		if ok {
			m[short] = long
		}
	}
	return m
})

// ExpandTeencode writes out the short forms of Vietnamese chat (ko, dc, cty, tts) in
// full, with marks: "cty ko tra lg" gives "công ty không tra lương". A word is
// replaced whole, never part of one, and in lower case; words that are not in the
// table stay. It is for text already known to be Vietnamese, normalised: to match
// text without marks, fold both sides with FoldVietnamese afterwards.
func ExpandTeencode(s string) string {
	s = clip(s, maxNormalise)
	table := teencode()
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	start := -1
	flush := func(end int) {
		if start < 0 {
			return
		}
		word := s[start:end]
		start = -1
		if long, ok := table[strings.ToLower(word)]; ok {
			b.WriteString(long)
			return
		}
		b.WriteString(word)
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
		b.WriteRune(r)
	}
	flush(len(s))
	return b.String()
}
