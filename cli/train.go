package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
)

type trainCommand struct {
	Out string `help:"The file to write." type:"path" default:"conversation/finder.model" placeholder:"FILE"`
}

// Run trains the finder and writes it, to be compiled into the next build.
func (c *trainCommand) Run(ctx context.Context, m *Main, f *flags) error {
	fsys, err := f.files()
	if err != nil {
		return err
	}
	base, err := knowledge.Load(fsys)
	if err != nil {
		return usage("the knowledge has mistakes (madoguchi check lists them):\n%w", err)
	}
	start := m.Now()
	finder, err := conversation.Train(ctx, base)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := finder.Save(&b); err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, b.Bytes(), 0o644); err != nil {
		return usage("train: %w", err)
	}
	fmt.Fprintf(m.Stdout, "%s: %d labels from %d examples, %.1f MB, %s\n", c.Out, len(finder.Labels()),
		len(conversation.Examples(base)), float64(b.Len())/1e6, m.Now().Sub(start).Round(time.Second))
	return nil
}
