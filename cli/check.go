package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/locales"
)

type checkCommand struct {
	JSON  bool `help:"Print the findings as JSON, one a line." name:"json"`
	Stale bool `help:"List only the facts and help lines past their review date."`
	At    at   `help:"Check as of this moment, Japan time." placeholder:"TIME"`
}

func (c *checkCommand) Run(_ context.Context, m *Main, f *flags) error {
	fsys, err := f.files()
	if err != nil {
		return err
	}
	now := m.moment(c.At)
	base, loadErr := knowledge.Load(fsys)
	var found []knowledge.Finding
	switch {
	case c.Stale:
		found = base.Stale(now)
	default:
		for _, err := range flatten(loadErr) {
			found = append(found, knowledge.Finding{Level: knowledge.Error, Rule: "load", File: "knowledge", Text: err.Error()})
		}
		found = append(found, base.Check(now)...)
		if loadErr == nil && f.Knowledge == "" && conversation.FinderStale(base) {
			found = append(found, knowledge.Finding{Level: knowledge.Error, Rule: "finder", File: "conversation/finder.model",
				Text: "trained on other questions than the knowledge holds: run madoguchi train"})
		}
		if _, err := locales.New(); err != nil {
			for _, err := range flatten(err) {
				found = append(found, knowledge.Finding{Level: knowledge.Error, Rule: "words", File: "locales", Text: err.Error()})
			}
		}
	}
	count := map[knowledge.Level]int{}
	for _, x := range found {
		count[x.Level]++
		if c.JSON {
			if err := writeJSON(m.Stdout, x); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(m.Stdout, x)
	}
	if !c.JSON {
		fmt.Fprintf(m.Stdout, "%d topics, %d facts, %d help lines, %d prefectures: %d errors, %d warnings\n",
			len(base.Topics), len(base.Facts), len(base.Services), len(base.Prefectures), count[knowledge.Error], count[knowledge.Warning])
	}
	if count[knowledge.Error] > 0 {
		return errFailed
	}
	return nil
}

// flatten splits joined errors, so that each gets a line.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	var list []error
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		for _, e := range many.Unwrap() {
			list = append(list, flatten(e)...)
		}
		return list
	}
	// yaml joins its own errors over several lines: keep them in one.
	return []error{errors.New(strings.Join(strings.Fields(err.Error()), " "))}
}
