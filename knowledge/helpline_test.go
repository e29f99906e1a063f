package knowledge

import (
	"testing"
	"time"
)

func TestOpenAt(t *testing.T) {
	weekdays := Weekdays{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	s := &Service{ClosedYearEnd: &Span{"12-29", "01-03"}, Channels: []Channel{
		{Language: "en", Days: weekdays, Open: "10:00", Close: "15:00", Breaks: []Span{{"12:00", "13:00"}}, ClosedOnHolidays: Yes},
		{Language: "ja", Days: weekdays, Open: "17:00", Close: "22:00", ClosedOnHolidays: No},
		{Language: "ja", Days: Weekdays{time.Saturday, time.Sunday}, Open: "09:00", Close: "21:00", ClosedOnHolidays: No, HolidayHours: true},
	}}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, Japan())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		name    string
		channel int
		at      string
		open    bool
		next    string
	}{
		{"a Tuesday morning", 0, "2026-11-24 10:00", true, "2026-11-24 13:00"},
		{"before opening", 0, "2026-11-24 09:59", false, "2026-11-24 10:00"},
		{"at closing", 0, "2026-11-24 15:00", false, "2026-11-25 10:00"},
		{"in the break", 0, "2026-11-24 12:30", false, "2026-11-24 13:00"},
		{"a public holiday on a Monday", 0, "2026-11-23 11:00", false, "2026-11-24 10:00"},
		{"a Friday evening to Monday", 0, "2026-11-27 18:00", false, "2026-11-30 10:00"},
		{"the year's end", 0, "2026-12-30 11:00", false, "2027-01-04 10:00"},
		{"an evening line", 1, "2026-11-24 21:59", true, "2026-11-25 17:00"},
		{"an evening line on a holiday: the weekend hours apply", 1, "2026-11-23 18:00", false, "2026-11-24 17:00"},
		{"the weekend line on a holiday", 2, "2026-11-23 10:00", true, "2026-11-28 09:00"},
	}
	for _, tt := range tests {
		c := &s.Channels[tt.channel]
		if got := s.OpenAt(c, at(tt.at)); got != tt.open {
			t.Errorf("%s: OpenAt = %v", tt.name, got)
		}
		next, ok := s.NextOpen(c, at(tt.at))
		if !ok || next.Format("2006-01-02 15:04") != tt.next {
			t.Errorf("%s: NextOpen = %v, %v, want %s", tt.name, next, ok, tt.next)
		}
	}
}
