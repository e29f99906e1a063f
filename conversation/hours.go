package conversation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// hours fills in the opening hours of a channel: only confirmed ones decide open or
// closed; unconfirmed ones are not shown, and the note says so.
func (e *Engine) hours(h *Helpline, s *knowledge.Service, c *knowledge.Channel, code language.Code, now time.Time) {
	switch {
	case !c.HoursStated():
		return
	case !c.HoursKnown():
		h.Note = joinNotes(h.Note, e.words.Text(code, "hours.unconfirmed", nil))
		return
	case c.AllDay():
		h.Hours = e.words.Text(code, "hours.all-day", nil)
		h.Open = OpenNow
		return
	}
	var lines []string
	for i := range s.Channels {
		o := &s.Channels[i]
		if o.Language == c.Language && o.Phone == c.Phone && o.HoursKnown() {
			lines = append(lines, e.hoursLine(o, code))
		}
	}
	h.Hours = strings.Join(lines, " / ")
	open, next, found := s.OpenAt(c, now), time.Time{}, false
	for i := range s.Channels {
		o := &s.Channels[i]
		if o.Language != c.Language || o.Phone != c.Phone || !o.HoursKnown() {
			continue
		}
		open = open || s.OpenAt(o, now)
		if t, ok := s.NextOpen(o, now); ok && (!found || t.Before(next)) {
			next, found = t, true
		}
	}
	switch {
	case open:
		h.Open = OpenNow
	case found:
		h.Open, h.Opens = ClosedNow, e.when(next, code)
	default:
		h.Open = ClosedNow
	}
}

func (e *Engine) hoursLine(c *knowledge.Channel, code language.Code) string {
	clock := func(s string) string {
		return knowledge.Format(knowledge.Value{Kind: knowledge.KindTime, Text: s}, code)
	}
	line := e.words.Text(code, "hours.line", locales.Data{
		"Days": e.days(c.Days, code), "Open": clock(c.Open), "Close": clock(c.Close)})
	for _, b := range c.Breaks {
		line += e.words.Text(code, "hours.break", locales.Data{"From": clock(b.From), "To": clock(b.To)})
	}
	if c.ClosedOnHolidays == knowledge.Yes {
		line += e.words.Text(code, "hours.not-holidays", nil)
	}
	return line
}

// days writes weekdays, runs of three or more as a range: Mon–Fri, Wed, Sat.
func (e *Engine) days(days knowledge.Weekdays, code language.Code) string {
	if len(days) == 7 {
		return e.words.Text(code, "hours.every-day", nil)
	}
	order := slices.Clone(days)
	from := func(d time.Weekday) int { return (int(d) + 6) % 7 } // Monday first
	slices.SortFunc(order, func(a, b time.Weekday) int { return from(a) - from(b) })
	name := func(d time.Weekday) string { return e.words.Text(code, "day."+strconv.Itoa(int(d)), nil) }
	var parts []string
	for i := 0; i < len(order); {
		j := i
		for j+1 < len(order) && from(order[j+1]) == from(order[j])+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, e.words.Text(code, "hours.range", locales.Data{"From": name(order[i]), "To": name(order[j])}))
		} else {
			for k := i; k <= j; k++ {
				parts = append(parts, name(order[k]))
			}
		}
		i = j + 1
	}
	return strings.Join(parts, e.words.Text(code, "hours.list-comma", nil))
}

// when writes a moment of opening: weekday, date, time.
func (e *Engine) when(t time.Time, code language.Code) string {
	t = t.In(knowledge.Japan())
	return e.words.Text(code, "when", locales.Data{
		"Day":  e.words.Text(code, "day."+strconv.Itoa(int(t.Weekday())), nil),
		"Date": knowledge.Format(knowledge.Value{Kind: knowledge.KindDay, Text: t.Format("01-02")}, code),
		"Time": knowledge.Format(knowledge.Value{Kind: knowledge.KindTime, Text: t.Format("15:04")}, code),
	})
}
