package conversation

import (
	"slices"
	"strings"
	"unicode"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// slots are what a message names besides its topic.
type slots struct {
	prefectures []string
	status      string
	field       string
	rest        int // words or syllables left when the names are taken out
}

func (e *Engine) slots(text string, code language.Code) slots {
	var s slots
	left := fold(text)
	take := func(m knowledge.Mention) { left = strings.Replace(left, m.Text, " ", 1) }
	for _, m := range e.places.Find(text) {
		if m.Weak {
			continue
		}
		take(m)
		if !slices.Contains(s.prefectures, m.ID) {
			s.prefectures = append(s.prefectures, m.ID)
		}
	}
	for _, m := range e.statuses.Find(text) {
		take(m)
		// "from trainee to specified skilled": the first one named is the one held.
		if s.status == "" {
			s.status = m.ID
		}
	}
	for _, m := range e.fields.Find(text) {
		take(m)
		if s.field == "" {
			s.field = m.ID
		}
	}
	s.rest = contentLength(left, code)
	return s
}

// contentLength counts what a text still says: words in Latin letters, and
// characters in pairs for scripts without spaces.
func contentLength(s string, code language.Code) int {
	n, dense := 0, 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }) {
		if w[0] < 0x80 {
			n++
		} else {
			dense += len([]rune(w))
		}
	}
	per := 2
	if code == language.Burmese {
		per = 6
	}
	return n + (dense+per-1)/per
}
