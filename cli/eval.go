package cli

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"madoguchi/internal/evaluate"
)

type evalCommand struct {
	JSON     bool     `help:"Print the results as JSON, one entry a question." name:"json"`
	Baseline string   `help:"Compare with the results of an earlier eval --json, question by question." placeholder:"FILE"`
	Misses   bool     `help:"List the questions that were not served rightly."`
	At       at       `help:"Answer as of this moment, Japan time." placeholder:"TIME"`
	Files    []string `arg:"" name:"file" help:"Files of questions or dialogues, JSON lines."`
}

func (c *evalCommand) Run(ctx context.Context, m *Main, f *flags) error {
	var set evaluate.Set
	for _, name := range c.Files {
		file, err := os.Open(name)
		if err != nil {
			return usage("eval: %w", err)
		}
		err = set.Read(name, file)
		file.Close()
		if err != nil {
			return usage("eval: %w", err)
		}
	}
	var before *evaluate.Report
	if c.Baseline != "" {
		data, err := os.ReadFile(c.Baseline)
		if err != nil {
			return usage("eval: %w", err)
		}
		before = &evaluate.Report{}
		if err := json.Unmarshal(data, before); err != nil {
			return usage("eval: %s is not the output of eval --json: %w", c.Baseline, err)
		}
	}
	e, err := f.engine(f.finder(ctx, m))
	if err != nil {
		return err
	}
	when := m.moment(c.At)
	if when.IsZero() {
		when = time.Now()
	}
	report := evaluate.Run(ctx, e, set, when, func(slug string) bool { return e.Base().Topics[slug] != nil })
	if c.JSON {
		return writeJSON(m.Stdout, struct {
			Rows []evaluate.Row `json:"rows"`
			evaluate.Report
		}{report.Rows(), report})
	}
	report.Write(m.Stdout)
	if c.Misses {
		report.WriteMisses(m.Stdout)
	}
	if before != nil {
		report.Compare(m.Stdout, *before)
	}
	return nil
}
