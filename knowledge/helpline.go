package knowledge

import (
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"madoguchi/language"
)

// Service is a help line: a service with channels by language and hours.
type Service struct {
	ID             string                   `yaml:"id"`
	Name           map[language.Code]string `yaml:"name"`
	For            map[language.Code]string `yaml:"for"` // one sentence: whom it helps with what
	Topics         []string                 `yaml:"topics"`
	Channels       []Channel                `yaml:"channels"`
	Anonymous      Answerable               `yaml:"anonymous"` // whether one can call without a name
	ClosedYearEnd  *Span                    `yaml:"closed_year_end"`
	Urgent         bool                     `yaml:"urgent"` // police, ambulance
	Official       string                   `yaml:"official"`
	OtherLanguages []string                 `yaml:"other_languages"` // ISO 639 codes beyond our four
	Prefecture     string                   `yaml:"prefecture"`      // JIS code, when it serves one prefecture
	AsOf           string                   `yaml:"as_of"`
	ReviewBy       string                   `yaml:"review_by"`
	Confidence     Confidence               `yaml:"confidence"`
	Sources        []Source                 `yaml:"sources"`
	Note           string                   `yaml:"note"` // for whoever checks it; never shown
}

// Channel is one way to reach a service in one language.
type Channel struct {
	Language         language.Code `yaml:"lang"`
	Phone            string        `yaml:"phone"`
	URL              string        `yaml:"url"`
	Chat             string        `yaml:"chat"`
	SMS              string        `yaml:"sms"`
	Dialable         bool          `yaml:"dialable"` // the number is confirmed and may be shown to dial
	Days             Weekdays      `yaml:"days"`     // nil: not known
	Open             string        `yaml:"open"`     // "10:00", Japan time; empty: not known
	Close            string        `yaml:"close"`    // "24:00" is midnight at the end of the day
	Breaks           []Span        `yaml:"breaks"`
	ClosedOnHolidays Answerable    `yaml:"closed_on_holidays"`
	HolidayHours     bool          `yaml:"holiday_hours"` // on public holidays these weekend hours apply
	Cost             string        `yaml:"cost"`          // free, call-charge
	Confidence       Confidence    `yaml:"confidence"`
	Unverified       []string      `yaml:"unverified"` // which of phone, days, open, close, breaks, lang are not confirmed
	Note             string        `yaml:"note"`       // for whoever checks it; never shown
}

// Span is a stretch of a day ("12:00" to "13:00") or of the year ("12-29" to "01-03").
type Span struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// Answerable is yes, no or not known.
type Answerable string

const (
	Yes     Answerable = "yes"
	No      Answerable = "no"
	Unknown Answerable = "unknown"
)

// UnmarshalYAML reads true, false, yes, no or unknown.
func (a *Answerable) UnmarshalYAML(n *yaml.Node) error {
	switch n.Value {
	case "true", "yes":
		*a = Yes
	case "false", "no":
		*a = No
	case "unknown", "", "null", "~":
		*a = Unknown
	default:
		return fmt.Errorf("line %d: %q is not yes, no or unknown", n.Line, n.Value)
	}
	return nil
}

// Weekdays are the days a line is served; nil when they are not known.
type Weekdays []time.Weekday

// UnmarshalYAML reads a list of mon to sun, or the word unknown.
func (w *Weekdays) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && (n.Value == "unknown" || n.Tag == "!!null") {
		*w = nil
		return nil
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: days are a list of mon to sun, or unknown", n.Line)
	}
	for _, d := range n.Content {
		i := slices.Index(names, d.Value)
		if i < 0 {
			return fmt.Errorf("line %d: %q is not a day", d.Line, d.Value)
		}
		*w = append(*w, time.Weekday(i))
	}
	return nil
}

func (s *Service) validate() error {
	if s.ID == "" || len(s.Channels) == 0 {
		return fmt.Errorf("service %q needs an id and channels", s.ID)
	}
	for _, code := range language.Codes() {
		if s.Name[code] == "" || s.For[code] == "" {
			return fmt.Errorf("service %s: name and for are missing in %s", s.ID, code)
		}
	}
	if len(s.Sources) == 0 {
		return fmt.Errorf("service %s has no source", s.ID)
	}
	for i, c := range s.Channels {
		if !c.Language.Valid() {
			return fmt.Errorf("service %s, channel %d: unknown language %q", s.ID, i+1, c.Language)
		}
		if c.Phone == "" && c.URL == "" && c.Chat == "" && c.SMS == "" {
			return fmt.Errorf("service %s, channel %d: neither phone nor address", s.ID, i+1)
		}
		if c.Phone != "" && !textKinds[KindPhone].MatchString(c.Phone) {
			return fmt.Errorf("service %s, channel %d: %q is not a phone number", s.ID, i+1, c.Phone)
		}
		if c.Dialable && (c.Phone == "" || slices.Contains(c.Unverified, "phone") || c.Confidence == Recalled) {
			return fmt.Errorf("service %s, channel %d: an unconfirmed number must not be dialable", s.ID, i+1)
		}
		if (c.Open == "") != (c.Close == "") {
			return fmt.Errorf("service %s, channel %d: open and close go together", s.ID, i+1)
		}
		for _, t := range []string{c.Open, c.Close} {
			if t != "" && !textKinds[KindTime].MatchString(t) {
				return fmt.Errorf("service %s, channel %d: %q is not a time", s.ID, i+1, t)
			}
		}
	}
	return nil
}

// HoursKnown reports whether days and hours of the channel are confirmed.
func (c *Channel) HoursKnown() bool {
	if c.Open == "" || c.Days == nil {
		return false
	}
	for _, u := range c.Unverified {
		if u == "open" || u == "close" || u == "days" || u == "breaks" {
			return false
		}
	}
	return true
}

// HoursStated reports whether days and hours are written down at all, confirmed or not.
func (c *Channel) HoursStated() bool { return c.Open != "" && c.Days != nil }

// AllDay reports whether the channel is open around the clock every day.
func (c *Channel) AllDay() bool {
	return c.Open == "00:00" && c.Close == "24:00" && len(c.Days) == 7 && len(c.Breaks) == 0
}

// OpenAt reports whether the channel is open at t by its stated hours, with public
// holidays, the year-end closure of its service and breaks.
func (s *Service) OpenAt(c *Channel, t time.Time) bool {
	t = t.In(Japan())
	if !c.HoursStated() || !s.servedOn(c, t) {
		return false
	}
	now := t.Format("15:04")
	if now < c.Open || now >= c.Close {
		return false
	}
	for _, b := range c.Breaks {
		if now >= b.From && now < b.To {
			return false
		}
	}
	return true
}

func (s *Service) servedOn(c *Channel, t time.Time) bool {
	if y := s.ClosedYearEnd; y != nil {
		day := t.Format("01-02")
		if y.From > y.To && (day >= y.From || day <= y.To) || y.From <= y.To && day >= y.From && day <= y.To {
			return false
		}
	}
	weekend := t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
	if IsHoliday(t) && !weekend {
		switch {
		case c.ClosedOnHolidays == Yes:
			return false
		case c.HolidayHours:
			return true
		case s.hasHolidayHours(c.Language):
			return false // the weekend channel takes over
		}
	}
	return slices.Contains(c.Days, t.Weekday())
}

func (s *Service) hasHolidayHours(code language.Code) bool {
	for i := range s.Channels {
		if s.Channels[i].HolidayHours && s.Channels[i].Language == code {
			return true
		}
	}
	return false
}

// NextOpen returns when the channel opens next after t, looking 21 days ahead;
// ok is false when it does not, or when its hours are not stated.
func (s *Service) NextOpen(c *Channel, t time.Time) (next time.Time, ok bool) {
	if !c.HoursStated() {
		return time.Time{}, false
	}
	t = t.In(Japan())
	starts := []string{c.Open}
	for _, b := range c.Breaks {
		starts = append(starts, b.To)
	}
	slices.Sort(starts)
	for d := 0; d <= 21; d++ {
		day := time.Date(t.Year(), t.Month(), t.Day()+d, 0, 0, 0, 0, Japan())
		for _, start := range starts {
			at := day.Add(time.Duration(atoi(start[:2]))*time.Hour + time.Duration(atoi(start[3:]))*time.Minute)
			if at.After(t) && s.OpenAt(c, at) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
