package conversation

import (
	"slices"
	"sort"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

const (
	// maxHelplines is how many services one reply names: more is a wall of text.
	maxHelplines = 4
	// ownHelplines is how many of a topic's services, the most useful, are named
	// whatever they speak.
	ownHelplines = 2
)

// Helplines returns the services that help with a topic (or, with an empty slug,
// that help with anything), for a reader of the language at a moment: urgent ones
// first, then those that speak the reader's language, open ones before closed. The
// first two of a topic are always among them.
// Only confirmed numbers are given as Phone; the others come with their page.
func (e *Engine) Helplines(code language.Code, slug string, now time.Time) []Helpline {
	ids := e.general
	if t := e.base.Topics[slug]; t != nil && len(t.Helplines) > 0 {
		ids = t.Helplines
	}
	list := e.lines(code, ids, now)
	if len(list) < 2 && slug != "" {
		have := map[string]bool{}
		for _, l := range list {
			have[l.ID] = true
		}
		for _, l := range e.lines(code, e.general, now) {
			if !have[l.ID] {
				list = append(list, l)
			}
		}
	}
	return shorten(list, ids[:min(len(ids), ownHelplines)])
}

// shorten keeps as many services as are shown, in order, those to keep in any case.
func shorten(list []Helpline, keep []string) []Helpline {
	own := func(l Helpline) bool { return slices.Contains(keep, l.ID) }
	room := maxHelplines
	for _, l := range list {
		if own(l) {
			room--
		}
	}
	var out []Helpline
	for _, l := range list {
		if own(l) {
			out = append(out, l)
		} else if room > 0 {
			out = append(out, l)
			room--
		}
	}
	return out
}

// AllHelplines returns every service that can be shown, in the order of Helplines.
func (e *Engine) AllHelplines(code language.Code, now time.Time) []Helpline {
	return e.lines(code, e.base.ServiceIDs, now)
}

// Helpline returns one service by its id as shown to a reader of the language.
func (e *Engine) Helpline(code language.Code, id string, now time.Time) (Helpline, bool) {
	s := e.base.Services[id]
	if s == nil || e.suspended(mendedHelpline, id) {
		return Helpline{}, false
	}
	return e.line(s, code, now)
}

func (e *Engine) lines(code language.Code, ids []string, now time.Time) []Helpline {
	var list []Helpline
	for _, id := range ids {
		if s := e.base.Services[id]; s != nil && !e.suspended(mendedHelpline, id) {
			if l, ok := e.line(s, code, now); ok {
				list = append(list, l)
			}
		}
	}
	rank := func(l Helpline) int {
		r := 0
		if !l.Urgent {
			r += 8
		}
		if l.Language != code {
			r += 4
		}
		if l.Phone == "" {
			r += 2
		}
		if l.Open == ClosedNow {
			r++
		}
		return r
	}
	sort.SliceStable(list, func(i, j int) bool { return rank(list[i]) < rank(list[j]) })
	return list
}

// line shows a service to a reader. The channel is the best of the reader's
// language: one that can be dialled and is open, else one that can be dialled,
// else a page; without any in the language, one in Japanese, and it says so.
func (e *Engine) line(s *knowledge.Service, code language.Code, now time.Time) (Helpline, bool) {
	for _, in := range []language.Code{code, language.Japanese, language.English} {
		var best *knowledge.Channel
		score := -1
		for i := range s.Channels {
			c := &s.Channels[i]
			if c.Language != in || (!c.Dialable && c.URL == "" && c.Chat == "" && s.Official == "") {
				continue
			}
			n := 0
			if c.Dialable {
				n += 2
			}
			if c.HoursKnown() && s.OpenAt(c, now) {
				n++
			}
			if n > score {
				best, score = c, n
			}
		}
		if best != nil {
			return e.show(s, best, code, now), true
		}
	}
	return Helpline{}, false
}

func (e *Engine) show(s *knowledge.Service, c *knowledge.Channel, code language.Code, now time.Time) Helpline {
	h := Helpline{ID: s.ID, Name: s.Name[code], For: s.For[code], URL: c.URL, Language: c.Language,
		Urgent: s.Urgent, Open: OpenUnknown}
	if ja := s.Name[language.Japanese]; code != language.Japanese && ja != "" && ja != h.Name {
		h.Name += " (" + ja + ")"
	}
	if c.Dialable {
		h.Phone = c.Phone
	}
	if h.URL == "" {
		h.URL = c.Chat
	}
	if h.URL == "" {
		h.URL = s.Official
	}
	if h.Phone == "" && c.Phone != "" {
		h.Note = e.words.Text(code, "phone.unconfirmed", nil)
	}
	if c.Language != code {
		h.Note = joinNotes(h.Note, e.words.Text(code, "helpline.in-language", locales.Data{
			"Language": e.words.Text(code, "language."+string(c.Language), nil)}))
	}
	h.Note = joinNotes(h.Note, e.checkedNote(s.ID, code))
	if h.Phone != "" || c.Phone == "" {
		e.hours(&h, s, c, code, now)
	}
	switch c.Cost {
	case "free":
		h.Cost = e.words.Text(code, "cost.free", nil)
	case "call-charge":
		h.Cost = e.words.Text(code, "cost.call-charge", nil)
	}
	return h
}

func joinNotes(a, b string) string {
	if a == "" {
		return b
	}
	if b == "" {
		return a
	}
	return a + " · " + b
}
