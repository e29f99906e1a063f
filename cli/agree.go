package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"madoguchi/knowledge"
)

type agreeCommand struct {
	Slugs []string `arg:"" optional:"" name:"topic" help:"The topics; all when none is named."`
}

// Run notes that the four languages of topics say the same in their present wording.
func (c *agreeCommand) Run(_ context.Context, m *Main, f *flags) error {
	dir := f.Knowledge
	if dir == "" {
		dir = "knowledge"
	}
	base, err := knowledge.Load(os.DirFS(dir))
	if err != nil {
		return usage("the knowledge has mistakes (madoguchi check lists them):\n%w", err)
	}
	for _, slug := range c.Slugs {
		if base.Topics[slug] == nil {
			return usage("agree: there is no topic %q", slug)
		}
	}
	name := filepath.Join(dir, "agreed.yaml")
	if err := os.WriteFile(name, []byte(base.Agreed(c.Slugs...)), 0o644); err != nil {
		return usage("agree: %w", err)
	}
	_, err = fmt.Fprintln(m.Stdout, name)
	return err
}
