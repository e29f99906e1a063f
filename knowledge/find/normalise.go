package find

import (
	"strings"
	"unicode"

	"madoguchi/language"

	"golang.org/x/text/unicode/norm"
)

// normalise brings a text into the form that features are cut from: as the language
// package does it (Zawgyi, width, order of marks), short forms of Vietnamese chat
// written out, lower case, punctuation gone, one space between words. Japanese in
// Latin letters is followed by its kana.
func normalise(text string, lang language.Code) string {
	text = strings.ToLower(norm.NFKC.String(language.Display(text)))
	switch lang {
	case language.Vietnamese:
		text = language.ExpandTeencode(text)
	case language.Japanese:
		if kana, all := language.RomajiToKana(text); all && kana != text {
			text += " " + kana
		}
	}
	var b strings.Builder
	b.Grow(len(text))
	space := true
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == 'ー':
			b.WriteRune(r)
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
		var buf [16]byte
		if d := norm.NFD.AppendString(buf[:0], string(r)); len(d) > 0 && d[0] < 0x80 {
			return rune(d[0])
		}
	}
	return r
}
