package knowledge

import (
	"fmt"
	"regexp"
	"time"
)

// Confidence says how sure a fact is.
type Confidence string

const (
	Official     Confidence = "official"     // read on the page of the authority
	Corroborated Confidence = "corroborated" // independent sources agree
	Single       Confidence = "single"       // one source
	Recalled     Confidence = "recalled"     // not seen on any page
)

// Sure reports whether the fact can be said without caution.
func (c Confidence) Sure() bool { return c == Official || c == Corroborated }

// Standing says whether a rule is in force, decided from a date, or only proposed.
type Standing string

const (
	InForce  Standing = "in-force"
	Decided  Standing = "decided"
	Proposed Standing = "proposed"
)

// Source is where a fact was read.
type Source struct {
	Publisher string `yaml:"publisher"`
	Title     string `yaml:"title"`
	URL       string `yaml:"url"`
}

// Fact is one figure, date or rule, held once.
type Fact struct {
	ID         string           `yaml:"id"`
	Claim      string           `yaml:"claim"` // plain English, for whoever checks it; never shown to a user
	Value      *Value           `yaml:"value"`
	Values     map[string]Value `yaml:"values"`
	Next       []Change         `yaml:"next"` // later values of Value, in order of their day
	Standing   Standing         `yaml:"standing"`
	From       string           `yaml:"from"` // the day a decided rule starts
	Law        string           `yaml:"law"`
	AsOf       string           `yaml:"as_of"`
	ReviewBy   string           `yaml:"review_by"`
	Confidence Confidence       `yaml:"confidence"`
	Sources    []Source         `yaml:"sources"`
	Note       string           `yaml:"note"`

	file string
}

var (
	factID    = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	valueName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	monthForm = regexp.MustCompile(`^\d{4}(-\d\d)?$`)
)

// At returns the value in force on the day of t, Japan time. ok is false when the
// fact has no single value.
func (f *Fact) At(t time.Time) (v Value, ok bool) {
	if f.Value == nil {
		return Value{}, false
	}
	v, day := *f.Value, Day(t)
	for _, c := range f.Next {
		if c.From <= day {
			v = c.Value
		}
	}
	return v, true
}

// Stale reports whether the fact is past its review date on the day of t.
func (f *Fact) Stale(t time.Time) bool { return Day(t) > reviewDay(f.ReviewBy) }

// ReviewSpan is for how long a comparison with the source counts: from as-of to
// review-by, half a year when they do not tell.
func (f *Fact) ReviewSpan() time.Duration {
	from, until := dayOf(f.AsOf), dayOf(f.ReviewBy)
	if from.IsZero() || !until.After(from) {
		return 182 * 24 * time.Hour
	}
	return until.Sub(from)
}

// dayOf reads a day, month or year; zero when it is none.
func dayOf(s string) time.Time {
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.ParseInLocation(form, s, Japan()); err == nil {
			return t
		}
	}
	return time.Time{}
}

func reviewDay(s string) string {
	if len(s) == len("2027-04") {
		return s + "-99" // a month is past when it has ended
	}
	return s
}

func (f *Fact) validate() error {
	switch {
	case !factID.MatchString(f.ID):
		return fmt.Errorf("fact id %q: use a-z, 0-9, dots and hyphens", f.ID)
	case f.Claim == "":
		return fmt.Errorf("fact %s has no claim", f.ID)
	case !isDate(f.AsOf) && !monthForm.MatchString(f.AsOf):
		return fmt.Errorf("fact %s: as_of %q is not a date or month", f.ID, f.AsOf)
	case !isDate(f.ReviewBy) && !monthForm.MatchString(f.ReviewBy):
		return fmt.Errorf("fact %s: review_by %q is not a date or month", f.ID, f.ReviewBy)
	case len(f.Sources) == 0:
		return fmt.Errorf("fact %s has no source", f.ID)
	}
	switch f.Confidence {
	case Official, Corroborated, Single, Recalled:
	default:
		return fmt.Errorf("fact %s: unknown confidence %q", f.ID, f.Confidence)
	}
	switch f.Standing {
	case "":
		f.Standing = InForce
	case InForce, Proposed:
	case Decided:
		if !isDate(f.From) {
			return fmt.Errorf("fact %s is decided but does not say from which day", f.ID)
		}
	default:
		return fmt.Errorf("fact %s: unknown standing %q", f.ID, f.Standing)
	}
	for name := range f.Values {
		if !valueName.MatchString(name) {
			return fmt.Errorf("fact %s: value name %q: use a-z, 0-9 and hyphens", f.ID, name)
		}
	}
	for i, c := range f.Next {
		if f.Value == nil || c.Value.Kind != f.Value.Kind {
			return fmt.Errorf("fact %s: a later value must be of the kind of value", f.ID)
		}
		if i > 0 && c.From <= f.Next[i-1].From {
			return fmt.Errorf("fact %s: later values are not in order of their day", f.ID)
		}
	}
	for _, s := range f.Sources {
		if s.Title == "" || !textKinds[KindURL].MatchString(s.URL) {
			return fmt.Errorf("fact %s: a source needs a title and an http address, got %q %q", f.ID, s.Title, s.URL)
		}
	}
	return nil
}

// Japan is Japan standard time, in which days, hours and dates of rules are meant.
// There is no summer time, so a fixed zone is exact and needs no zone data.
func Japan() *time.Location { return time.FixedZone("JST", 9*60*60) }

// Day returns the ISO date of t in Japan.
func Day(t time.Time) string { return t.In(Japan()).Format(time.DateOnly) }
