package knowledge

import (
	"slices"
	"strings"
	"time"

	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"madoguchi/language"
)

// hours writes a centre's opening hours by the habits of the language, "" when they
// are not confirmed.
func (c *Centre) hours(code language.Code) string {
	if !c.Dialable || c.Days == nil || c.Open == "" || c.Close == "" {
		return ""
	}
	clock := func(s string) string { return Format(Value{Kind: KindTime, Text: s}, code) }
	s := weekdays(c.Days, code) + " " + clock(c.Open) + "–" + clock(c.Close)
	for _, b := range c.Breaks {
		s += pick(code, "（休み ", " (break ", " (nghỉ ", " (နားချိန် ") + clock(b.From) + "–" + clock(b.To) + pick(code, "）", ")", ")", ")")
	}
	return s
}

// weekdays names days, three or more in a row as a stretch.
func weekdays(days Weekdays, code language.Code) string {
	order := slices.Clone(days)
	monday := func(d time.Weekday) int { return (int(d) + 6) % 7 }
	slices.SortFunc(order, func(a, b time.Weekday) int { return monday(a) - monday(b) })
	var parts []string
	for i := 0; i < len(order); {
		j := i
		for j+1 < len(order) && monday(order[j+1]) == monday(order[j])+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, weekday(order[i], code)+"–"+weekday(order[j], code))
			i = j + 1
			continue
		}
		parts = append(parts, weekday(order[i], code))
		i++
	}
	return list(parts, code)
}

func weekday(d time.Weekday, code language.Code) string {
	return pick(code,
		[]string{"日", "月", "火", "水", "木", "金", "土"}[d],
		[]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}[d],
		[]string{"chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy"}[d],
		[]string{"တနင်္ဂနွေ", "တနင်္လာ", "အင်္ဂါ", "ဗုဒ္ဓဟူး", "ကြာသပတေး", "သောကြာ", "စနေ"}[d])
}

// languageNames names languages by their ISO 639 codes in the reader's language, the
// reader's own first.
func languageNames(codes []string, code language.Code) string {
	names := display.Languages(xlanguage.MustParse(string(code)))
	var parts []string
	for _, c := range codes {
		tag, err := xlanguage.Parse(c)
		if err != nil {
			continue
		}
		name := names.Name(tag)
		if code == language.Vietnamese {
			name = strings.ToLower(name[:1]) + name[1:]
		}
		if c == string(code) {
			parts = slices.Insert(parts, 0, name)
		} else {
			parts = append(parts, name)
		}
	}
	return list(parts, code)
}
