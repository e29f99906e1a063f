package language

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNormalise is how many bytes of a text are normalised; the rest is dropped. It is
// more than the longest message or answer.
const maxNormalise = 1 << 16

// Normalise returns text in the form used for matching, never for showing: Zawgyi
// becomes Unicode; letters are composed, of normal width and lower case; katakana
// becomes hiragana and long vowel marks one sign; Burmese marks come in one order and
// Burmese digits become 0 to 9; quotes and dashes become plain; characters without
// width go; emoji and other pictures become a space; three or more of one letter, and
// two or more of one sign, become one; runs of white space become one space, and none
// is left at the ends. Vietnamese marks stay (see FoldVietnamese). Normalising twice
// gives the same as once. At most the first 64 KiB are read; what is not UTF-8 becomes
// a space.
func Normalise(text string) string {
	return fold(Display(text), true)
}

// Display returns text as it can be shown or stored: Zawgyi turned into Unicode,
// Burmese marks in order, letters composed (NFC), characters without width and
// control characters gone. Case, width, kana and emoji stay. At most the first 64 KiB
// are read; what is not UTF-8 becomes a space.
func Display(text string) string {
	text = clip(text, maxNormalise)
	if isPlainASCII(text) {
		return text
	}
	if strings.ContainsFunc(text, inMyanmar) {
		if isZawgyi(text) {
			text = FromZawgyi(text)
		} else if myanmarScriptLanguage(text) == "" {
			text = canonicalBurmese(text)
		}
	}
	text = norm.NFC.String(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == 0x200D || r == 0xFE0F: // they hold emoji together
			return r
		case isInvisible(r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, text)
}

func isPlainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\t' || c == 0x7F {
			return false
		}
	}
	return true
}

// fold does what Normalise does after Display. Without kana, katakana stays apart
// from hiragana.
func fold(text string, kana bool) string {
	if !isPlainASCII(text) {
		text = norm.NFKC.String(text)
	}
	rs := make([]rune, 0, len(text))
	for _, r := range text {
		if r = plainRune(r); r < 0 {
			continue
		}
		r = unicode.ToLower(r)
		if kana {
			r = hiragana(r)
		}
		rs = append(rs, r)
	}
	mendDigits(rs)
	var b strings.Builder
	b.Grow(len(text))
	var last rune // last character written
	word := 0     // kana in a row, for the mark at the end of a long word
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		n := 1
		if r == ' ' || isDoubled(r) || isSqueezed(r) {
			for i+n < len(rs) && rs[i+n] == r {
				n++
			}
		}
		switch {
		case r == ' ':
			if i+n < len(rs) && last != 0 {
				b.WriteByte(' ')
				last = ' '
			}
			word = 0
			i += n - 1
			continue
		case isDoubled(r) && n > 2, isSqueezed(r):
			i += n - 1
		}
		if r == 'ー' {
			switch {
			case !isKana(last):
				r = '-'
			case word >= 3 && (i+1 >= len(rs) || !isKana(rs[i+1])):
				continue
			}
		}
		if r == last && isSqueezed(r) {
			continue
		}
		b.WriteRune(r)
		last = r
		if isKana(r) {
			word++
		} else {
			word = 0
		}
	}
	return b.String()
}

// isDoubled reports whether r is a letter that words may hold twice in a row, and
// that people draw out: Latin letters and kana.
func isDoubled(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 0x3041 && r <= 0x30FA || r >= 0xE0 && r <= 0x1EFF && unicode.IsLetter(r)
}

// isSqueezed reports whether a run of r says no more than one r: signs, and marks of
// Burmese. Digits and all other letters count.
func isSqueezed(r rune) bool {
	return r == 'ー' || unicode.IsPunct(r) || unicode.IsSymbol(r) || isBurmeseMark(r)
}

// plainRune returns the plain form of a sign: -1 for what goes, a space for white
// space, emoji and pictures.
func plainRune(r rune) rune {
	switch {
	case r < 0x80:
		if r <= ' ' || r == 0x7F {
			return ' '
		}
		if r == '`' {
			return '\''
		}
		return r
	case isInvisible(r), r >= 0xFE00 && r <= 0xFE0F:
		return -1
	case r >= 0x1040 && r <= 0x1049:
		return '0' + r - 0x1040
	case r == '‘' || r == '’' || r == '‚' || r == '‛' || r == '´' || r == 'ʼ' || r == '′':
		return '\''
	case r == '“' || r == '”' || r == '„' || r == '‟' || r == '«' || r == '»' || r == '″' || r == '〝' || r == '〟':
		return '"'
	case r >= 0x2010 && r <= 0x2015, r == '−', r == '─', r == '━':
		return '-'
	case r == '〜' || r == '∼' || r == '～':
		return '~'
	case r == '\u0307': // what lower case leaves of a dotted capital I
		return -1
	case unicode.IsSpace(r), unicode.IsControl(r), isPicture(r):
		return ' '
	}
	return r
}

// isPicture reports whether r is an emoji, a part of one, or another symbol that
// holds no words.
func isPicture(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF,
		r >= 0x2190 && r <= 0x23FF, r >= 0x25A0 && r <= 0x25FF, r >= 0xE000 && r <= 0xF8FF,
		r >= 0xE0020 && r <= 0xE007F, r == 0x20E3, r == 0x3030:
		return true
	}
	return r > 0x2000 && unicode.Is(unicode.So, r)
}
