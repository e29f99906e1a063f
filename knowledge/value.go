package knowledge

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Kind says what a value is, and so how each language writes it.
type Kind string

// The kinds of value. README.md gives an example of each.
const (
	KindDate          Kind = "date"  // 2027-04-01
	KindMonth         Kind = "month" // 2026-10
	KindDay           Kind = "day"   // 12-29, every year
	KindYear          Kind = "year"
	KindTime          Kind = "time" // 22:00, Japan time
	KindYen           Kind = "yen"
	KindUSD           Kind = "usd"
	KindPercent       Kind = "percent"
	KindShare         Kind = "share" // 1/3
	KindYears         Kind = "years"
	KindMonths        Kind = "months"
	KindWeeks         Kind = "weeks"
	KindDays          Kind = "days"
	KindHours         Kind = "hours"
	KindMinutes       Kind = "minutes"
	KindPeople        Kind = "people"
	KindMillionPeople Kind = "million-people"
	KindWorkplaces    Kind = "workplaces"
	KindCases         Kind = "cases"
	KindNumber        Kind = "number"
	KindTimes         Kind = "times" // 1.4 times as much
	KindPhone         Kind = "phone"
	KindURL           Kind = "url"
	KindText          Kind = "text" // the same in every language: N4
)

var numericKinds = map[Kind]bool{
	KindYear: true, KindYen: true, KindUSD: true, KindPercent: true, KindYears: true, KindMonths: true,
	KindWeeks: true, KindDays: true, KindHours: true, KindMinutes: true, KindPeople: true,
	KindMillionPeople: true, KindWorkplaces: true, KindCases: true, KindNumber: true, KindTimes: true,
}

var textKinds = map[Kind]*regexp.Regexp{
	KindDate:  regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	KindMonth: regexp.MustCompile(`^\d{4}-\d\d$`),
	KindDay:   regexp.MustCompile(`^\d\d-\d\d$`),
	KindTime:  regexp.MustCompile(`^\d\d:\d\d$`),
	KindShare: regexp.MustCompile(`^\d+/\d+$`),
	KindPhone: regexp.MustCompile(`^[0-9#+][0-9-]*$`),
	KindURL:   regexp.MustCompile(`^https?://\S+$`),
	KindText:  regexp.MustCompile(`^\S(.*\S)?$`),
}

// Value is one figure, date or word of a fact. In YAML it is a map with one key,
// its kind: {yen: 1280}.
type Value struct {
	Kind   Kind
	Number float64 // for numeric kinds
	Text   string  // as written, for all kinds
}

// UnmarshalYAML reads a one-key map and checks the form its kind asks for.
func (v *Value) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return fmt.Errorf("line %d: a value is one kind and its content, like {yen: 1280}", n.Line)
	}
	return v.set(n.Content[0], n.Content[1])
}

func (v *Value) set(key, content *yaml.Node) error {
	v.Kind, v.Text = Kind(key.Value), content.Value
	if content.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a %s is a single value", content.Line, v.Kind)
	}
	if numericKinds[v.Kind] {
		f, err := strconv.ParseFloat(strings.ReplaceAll(content.Value, "_", ""), 64)
		if err != nil {
			return fmt.Errorf("line %d: %s %q is not a number", content.Line, v.Kind, content.Value)
		}
		v.Number = f
		return nil
	}
	form := textKinds[v.Kind]
	if form == nil {
		return fmt.Errorf("line %d: unknown kind of value %q", key.Line, v.Kind)
	}
	if !form.MatchString(content.Value) {
		return fmt.Errorf("line %d: %q is not a %s", content.Line, content.Value, v.Kind)
	}
	if v.Kind == KindDate {
		if _, err := time.Parse(time.DateOnly, content.Value); err != nil {
			return fmt.Errorf("line %d: no such date: %s", content.Line, content.Value)
		}
	}
	return nil
}

// Change is a value that takes over on a day.
type Change struct {
	From  string // ISO date, Japan time
	Value Value
}

// UnmarshalYAML reads {from: DATE, KIND: CONTENT}.
func (c *Change) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 4 {
		return fmt.Errorf("line %d: a later value is {from: DATE, kind: content}", n.Line)
	}
	for i := 0; i < 4; i += 2 {
		if n.Content[i].Value == "from" {
			c.From = n.Content[i+1].Value
			if !isDate(c.From) {
				return fmt.Errorf("line %d: %q is not a date", n.Content[i+1].Line, c.From)
			}
		} else if err := c.Value.set(n.Content[i], n.Content[i+1]); err != nil {
			return err
		}
	}
	if c.From == "" {
		return fmt.Errorf("line %d: a later value needs the day it starts (from)", n.Line)
	}
	return nil
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
