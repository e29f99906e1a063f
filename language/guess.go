package language

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Guess is what is known of the language of a text.
type Guess struct {
	// Code is the language when it is one of the four, and "" when it is another, or
	// cannot be told: a text of digits, emoji, a bare name, a very short word, or one
	// Japanese term that people of every language use at work (nenkin).
	Code Code
	// Other is the ISO 639 code of the language when it is not one of the four, "und"
	// when only that much is known, and "" when Code is set or nothing can be told.
	Other string
	// Confidence goes from 0 to 1. Where a script settles it, it is 1; a short text in
	// Latin letters has less.
	Confidence float64
	// Zawgyi says that the Burmese in the text is in the Zawgyi encoding: convert it
	// with FromZawgyi. Normalise, Display and Tokens do so by themselves.
	Zawgyi bool
	// Latin says that Burmese or Japanese is typed in Latin letters.
	Latin bool
}

// maxIdentify is how many bytes of a text are read to identify its language.
const maxIdentify = 4096

// Identifier names the language of a text. It holds no state: one can serve any
// number of goroutines.
type Identifier struct{}

// NewIdentifier returns an Identifier. Its tables are part of the binary, so nothing
// is loaded.
func NewIdentifier() *Identifier { return &Identifier{} }

// counts is how many letters of each script a text has.
type counts struct {
	of    [scripts]int
	all   int
	words int // words in Latin letters
}

// Identify names the language of a message. It decides by script first, and for Latin
// letters by a model of character n-grams; see NOTICE.md for what that was trained
// on. A message in one language may hold words of another: Japanese terms in
// Vietnamese, Burmese or English do not make it Japanese. Links, mentions, custom
// emoji and code are not looked at, nor anything after the first 4 KiB. Any input is
// safe.
func (*Identifier) Identify(text string) Guess {
	s := withoutMarkup(clip(text, maxIdentify))
	n := countScripts(s)
	if n.all == 0 {
		return Guess{}
	}
	if g, ok := byForeignScript(s, n); ok {
		return g
	}
	kana := n.of[scriptHiragana] + n.of[scriptKatakana]
	if my := n.of[scriptMyanmar]; my > 0 && my >= 2*n.of[scriptHiragana] {
		if n.words < 3 || my >= n.of[scriptLatin] {
			return byMyanmar(s)
		}
	}
	if kana+n.of[scriptHan] > 0 {
		if japaneseLeads(s, n) {
			if kana > 0 {
				return Guess{Code: Japanese, Confidence: 1}
			}
			return byHan(s)
		}
	}
	if n.of[scriptLatin] > 0 {
		return byLatin(s)
	}
	return byMyanmar(s)
}

// countScripts counts letters by script, and words in Latin letters.
func countScripts(s string) counts {
	var n counts
	in := false
	for _, r := range s {
		k := scriptOf(r)
		if k != scriptNone {
			n.of[k]++
			n.all++
		}
		if k == scriptLatin && !in {
			n.words++
		}
		in = k == scriptLatin
	}
	return n
}

// byForeignScript decides where a script that none of the four uses leads.
func byForeignScript(s string, n counts) (Guess, bool) {
	best := scriptHangul
	for k := scriptHangul; k < scripts; k++ {
		if n.of[k] > n.of[best] {
			best = k
		}
	}
	ours := n.of[scriptMyanmar] + n.of[scriptHiragana] + n.of[scriptKatakana] + n.of[scriptHan]
	if 3*n.of[best] < n.of[scriptLatin] || n.of[best] == 0 || n.of[best] < ours {
		return Guess{}, false
	}
	g := Guess{Confidence: 1}
	switch best {
	case scriptHangul:
		g.Other = "ko"
	case scriptThai:
		g.Other = "th"
	case scriptLao:
		g.Other = "lo"
	case scriptKhmer:
		g.Other = "km"
	case scriptDevanagari:
		g.Other = devanagariLanguage(s)
	case scriptCyrillic:
		g.Other = cyrillicLanguage(s)
	case scriptArabic:
		g.Other = arabicLanguage(s)
	default:
		g.Other = otherScriptLanguage(s)
	}
	return g, true
}

func byMyanmar(s string) Guess {
	if code := myanmarScriptLanguage(s); code != "" {
		return Guess{Other: code, Confidence: 0.9}
	}
	odds, _ := zawgyiOdds(s)
	return Guess{Code: Burmese, Confidence: 1, Zawgyi: odds > 0}
}

// japaneseLeads reports whether a text with kana or Chinese characters is to be read
// by these, and not by the words in Latin letters around them.
func japaneseLeads(s string, n counts) bool {
	if n.words == 0 {
		return true
	}
	japanese := n.of[scriptHiragana] + n.of[scriptKatakana] + n.of[scriptHan]
	vietnamese := hasVietnameseLetter(s)
	if n.of[scriptHiragana] == 0 {
		// Terms only, so the words around them decide if there are any of their own.
		switch {
		case vietnamese:
			return false
		case n.of[scriptKatakana] == 0 && isChinese(s):
			return n.of[scriptHan]*3 > n.of[scriptLatin]
		case n.words >= 2 && n.of[scriptLatin] > 2*japanese, n.words >= 3 && n.of[scriptLatin] > japanese:
			g := byLatin(s)
			return !(g.Code.Valid() && g.Code != Japanese) || g.Confidence < 0.6
		}
		return true
	}
	// Hiragana is grammar: Japanese, unless it is quoted in a longer text.
	if n.words < 3 || n.of[scriptLatin] < 2*japanese {
		return true
	}
	if vietnamese {
		return false
	}
	first, last := endScripts(s)
	if first == scriptLatin && last == scriptLatin || n.of[scriptLatin] > 8*japanese {
		g := byLatin(s)
		return !(g.Code.Valid() && g.Code != Japanese) || g.Confidence < 0.8
	}
	return true
}

// endScripts returns the scripts of the first and the last letter of s.
func endScripts(s string) (first, last script) {
	for _, r := range s {
		if k := scriptOf(r); k != scriptNone {
			if first == scriptNone {
				first = k
			}
			last = k
		}
	}
	return first, last
}

// hasVietnameseLetter reports whether s holds a letter that, of all the languages
// met here, only Vietnamese has.
func hasVietnameseLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x1EA0 && r <= 0x1EF9 || r == 'ơ' || r == 'Ơ' || r == 'ư' || r == 'Ư'
	})
}

// withoutMarkup takes out what is not language: links, addresses, Discord's mentions,
// custom emoji and time stamps, and code.
func withoutMarkup(s string) string {
	if !strings.ContainsAny(s, "<`@:") && !strings.Contains(s, "www.") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		rest := s[i:]
		n := 0
		switch {
		case rest[0] == '<':
			n = tagLength(rest)
		case rest[0] == '`':
			n = codeLength(rest)
		case strings.HasPrefix(rest, "http://"), strings.HasPrefix(rest, "https://"), strings.HasPrefix(rest, "www."):
			n = strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII })
			if n < 0 {
				n = len(rest)
			}
		case rest[0] == '@' && (i == 0 || s[i-1] == ' ' || s[i-1] == '\n'):
			n = strings.IndexFunc(rest, unicode.IsSpace)
			if n < 0 {
				n = len(rest)
			}
		case rest[0] == ':':
			n = shortcodeLength(rest)
		}
		if n > 0 {
			b.WriteByte(' ')
			i += n
			continue
		}
		_, size := utf8.DecodeRuneInString(rest)
		b.WriteString(rest[:size])
		i += size
	}
	return b.String()
}

// tagLength returns the length of a mention, custom emoji, time stamp or bracketed
// link, or 0.
func tagLength(s string) int {
	if len(s) < 3 || strings.IndexByte("@#:ath/", s[1]) < 0 {
		return 0
	}
	end := strings.IndexAny(s[:min(len(s), 200)], "> \n")
	if end < 0 || s[end] != '>' {
		return 0
	}
	return end + 1
}

// codeLength returns the length of a piece of code in back quotes, or 0.
func codeLength(s string) int {
	fence := "`"
	if strings.HasPrefix(s, "```") {
		fence = "```"
	}
	end := strings.Index(s[len(fence):], fence)
	if end <= 0 {
		return 0
	}
	return end + 2*len(fence)
}

// shortcodeLength returns the length of an emoji written as :name:, or 0.
func shortcodeLength(s string) int {
	for i := 1; i < len(s) && i < 40; i++ {
		switch c := s[i]; {
		case c == ':' && i > 1:
			return i + 1
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '+':
		default:
			return 0
		}
	}
	return 0
}
