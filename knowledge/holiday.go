package knowledge

import "time"

// IsHoliday reports whether the day of t in Japan is a public holiday, by the Act
// on National Holidays (国民の祝日に関する法律) as it stands since 2022: fixed days,
// Mondays, the equinoxes by the usual approximation (exact from 1980 to 2099),
// substitute holidays, and days between two holidays.
func IsHoliday(t time.Time) bool {
	t = t.In(Japan())
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Japan())
	if named(day) {
		return true
	}
	// A holiday on a Sunday moves to the next day that is not a holiday itself.
	for d := day.AddDate(0, 0, -1); named(d); d = d.AddDate(0, 0, -1) {
		if d.Weekday() == time.Sunday {
			return true
		}
	}
	return named(day.AddDate(0, 0, -1)) && named(day.AddDate(0, 0, 1))
}

func named(t time.Time) bool {
	y, m, d := t.Date()
	monday := func(n int) bool { return t.Weekday() == time.Monday && (d-1)/7 == n-1 }
	switch m {
	case time.January:
		return d == 1 || monday(2)
	case time.February:
		return d == 11 || d == 23
	case time.March:
		return d == int(20.8431+0.242194*float64(y-1980))-(y-1980)/4
	case time.April:
		return d == 29
	case time.May:
		return d >= 3 && d <= 5
	case time.July:
		return monday(3)
	case time.August:
		return d == 11
	case time.September:
		return monday(3) || d == int(23.2488+0.242194*float64(y-1980))-(y-1980)/4
	case time.October:
		return monday(2)
	case time.November:
		return d == 3 || d == 23
	}
	return false
}
