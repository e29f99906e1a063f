package cli

import (
	"context"
	"fmt"
	"slices"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
)

type topicCommand struct {
	Lang       string   `help:"Show it in this language: ja, en, vi or my." enum:"ja,en,vi,my" default:"en" placeholder:"LANG"`
	Status     string   `help:"Show it as to a person with this status of residence, such as titp or student." placeholder:"STATUS"`
	Field      string   `help:"Show it as to a person in this field of work, such as care." placeholder:"FIELD"`
	Prefecture []string `help:"Show it for these prefectures, by JIS code such as 13." placeholder:"CODE"`
	At         at       `help:"Show it as of this moment, Japan time." placeholder:"TIME"`
	Slug       string   `arg:"" help:"The topic, such as esd-job-change."`
}

// Run shows one answer as a person gets it, for those who write it.
func (c *topicCommand) Run(_ context.Context, m *Main, f *flags) error {
	e, err := f.engine(nil)
	if err != nil {
		return err
	}
	switch {
	case c.Status != "" && !slices.Contains(knowledge.Statuses(), c.Status):
		return usage("topic: there is no status %q", c.Status)
	case e.Base().Topics[c.Slug] == nil:
		return usage("topic: there is no topic %q", c.Slug)
	}
	code := language.Code(c.Lang)
	r, _ := e.Topic(c.Slug, code, conversation.Session{Status: c.Status, Field: c.Field, Prefectures: c.Prefecture}, m.moment(c.At))
	_, err = fmt.Fprint(m.Stdout, draw(r, e.Words(), 78))
	return err
}
