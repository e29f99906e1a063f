package updates

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Japan is Japan standard time, in which moderators give times.
func Japan() *time.Location { return time.FixedZone("JST", 9*60*60) }

// ErrTime: a text is not a time that can be read.
var ErrTime = errors.New("not a time")

var timeForm = regexp.MustCompile(`^(?:(\d{4})[-/.年 ]+)?(\d{1,2})[-/.月 ]+(\d{1,2})日?(?:[ T,]+(\d{1,2})(?:[:時](\d{2})?分?)?)?(?: ?JST)?$`)

// ParseTime reads a moment in Japan time as people type it: 2026-12-01 09:00,
// 2026/12/1 9:00, 2026年12月1日 9時, 12/1 9:00 (the next such day), in digits of any
// script. Without a time of day clock is false and t is the start of the day.
func ParseTime(text string, now time.Time) (t time.Time, clock bool, err error) {
	s := strings.Join(strings.Fields(digits(norm.NFKC.String(text))), " ")
	m := timeForm.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return time.Time{}, false, ErrTime
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	here := now.In(Japan())
	year, month, day, hour, minute := n(1), n(2), n(3), n(4), n(5)
	clock = m[4] != ""
	if month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || hour == 24 && minute > 0 {
		return time.Time{}, false, ErrTime
	}
	given := year != 0
	if !given {
		year = here.Year()
	}
	at := func(year int) time.Time {
		return time.Date(year, time.Month(month), day, hour, minute, 0, 0, Japan())
	}
	t = at(year)
	if !given && (clock && t.Before(here) || !clock && t.AddDate(0, 0, 1).Before(here)) {
		year++
		t = at(year)
	}
	if check := time.Date(year, time.Month(month), day, 0, 0, 0, 0, Japan()); check.Month() != time.Month(month) {
		return time.Time{}, false, ErrTime // 31 February
	}
	return t, clock, nil
}

// digits turns Burmese digits into 0 to 9.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x1040 && r <= 0x1049: // Burmese
			return '0' + r - 0x1040
		}
		return r
	}, s)
}

// ParseExpiry reads when an update expires. A day without a time of day means its last
// minute, so that it reads as that day.
func ParseExpiry(text string, now time.Time) (time.Time, error) {
	t, clock, err := ParseTime(text, now)
	if err == nil && !clock {
		t = t.AddDate(0, 0, 1).Add(-time.Minute)
	}
	return t, err
}

// FormatTime writes a moment as ParseTime reads it.
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Japan()).Format("2006-01-02 15:04")
}
