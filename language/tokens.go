package language

import (
	"strings"
	"unicode"
)

// maxTokens is how many tokens are returned at most.
const maxTokens = 20000

// Tokens cuts text into words for matching and returns them as Normalise writes them.
// Give it the text as it was typed: katakana is still told from hiragana there.
//
//   - Latin letters and digits: words. Vietnamese syllables are words; with code
//     Vietnamese, short forms of chat are written out (ExpandTeencode).
//   - Japanese: runs of kanji, of hiragana and of katakana; the last two come in
//     hiragana. Cutting further is left to character n-grams.
//   - Burmese: syllables (Syllables).
//   - Thai and other scripts: runs of letters.
//
// Signs, pictures and spaces separate and are left out; an apostrophe inside an
// English word stays. At most the first 64 KiB are read and 20,000 tokens returned.
func Tokens(text string, code Code) []string {
	s := fold(Display(text), false)
	if code == Vietnamese {
		s = ExpandTeencode(s)
	}
	var out []string
	start := -1
	var kind script
	flush := func(end int) {
		if start < 0 || len(out) >= maxTokens {
			start = -1
			return
		}
		piece := s[start:end]
		start = -1
		switch kind {
		case scriptMyanmar:
			out = append(out, Syllables(piece)...)
		case scriptHiragana, scriptKatakana:
			out = append(out, strings.Map(hiragana, piece))
		default:
			if piece = strings.Trim(piece, "'"); piece != "" {
				out = append(out, piece)
			}
		}
	}
	for i, r := range s {
		k := tokenScript(r, kind, start >= 0)
		if k == scriptNone {
			flush(i)
			continue
		}
		if start >= 0 && k != kind {
			flush(i)
		}
		if start < 0 {
			start, kind = i, k
		}
	}
	flush(len(s))
	return out
}

// tokenScript returns the script of the run that r belongs to, given the script of
// the run before it.
func tokenScript(r rune, before script, in bool) script {
	switch {
	case r == 'ー':
		if in {
			return before
		}
		return scriptKatakana
	case r == '\'':
		if in && before == scriptLatin {
			return scriptLatin
		}
		return scriptNone
	case r >= '0' && r <= '9':
		return scriptLatin
	case unicode.IsMark(r) && !isMyanmarScript(r):
		if in {
			return before
		}
		return scriptNone
	}
	if k := scriptOf(r); k != scriptNone {
		return k
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return scriptOther
	}
	return scriptNone
}

// splitWords cuts s at everything that is not a letter, mark or digit.
func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) })
}
