package find

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalise brings a text into the form that features are cut from: compatibility
// forms unified (width, ligatures), lower case, no marks of punctuation, one
// space between words.
func normalise(text string) string {
	text = norm.NFKC.String(text)
	var b strings.Builder
	b.Grow(len(text))
	space := true
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == 'ー':
			b.WriteRune(unicode.ToLower(r))
			space = false
		case r == '\'' || r == '’' || unicode.Is(unicode.Cf, r):
			// don't → dont, and characters that show nothing
		default:
			if !space {
				b.WriteByte(' ')
				space = true
			}
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

// foldRune gives the letter without its marks (ế → e, đ → d) and hiragana for
// katakana, so that what is typed without an input method meets what is typed
// with one.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case r >= 'ァ' && r <= 'ヶ':
		return r - 0x60
	case r == 'đ':
		return 'd'
	case r < 0x250 || r >= 0x1E00 && r < 0x1F00:
		d := norm.NFD.AppendString(nil, string(r))
		if len(d) > 0 && d[0] < 0x80 {
			return rune(d[0])
		}
	}
	return r
}
