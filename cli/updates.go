package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"madoguchi/store"
	"madoguchi/updates"
)

// updatesCommand moves what is kept between stores.
type updatesCommand struct {
	Export updatesExport `cmd:"" help:"Write updates, posts, log, schedule, settings and counts of a store as JSON lines. Stop the bot first."`
	Import updatesImport `cmd:"" help:"Put such an export into a store, such as a new Redis. Doing it again changes nothing."`
}

type updatesExport struct {
	File string `arg:"" optional:"" type:"path" help:"File to write; standard output when left out. A file that is there is not overwritten."`

	storeFlags
}

// Run writes the whole export or no file at all.
func (c *updatesExport) Run(ctx context.Context, m *Main, _ *flags) error {
	if path := filepath.Join(c.dir(), storeFile); c.RedisURL == "" {
		if _, err := os.Stat(path); err != nil {
			return usage("updates export: no store is in DATA_DIR: %w", err)
		}
	}
	st, err := c.open(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer st.Close()
	if c.File == "" {
		moved, err := updates.Export(ctx, st, m.Stdout)
		return report(m, "exported", moved, err)
	}
	out, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return usage("updates export: %w", err)
	}
	moved, err := updates.Export(ctx, st, out)
	err = errors.Join(err, out.Sync(), out.Close())
	if err != nil {
		_ = os.Remove(c.File) // half an export is none
	}
	return report(m, "exported", moved, err)
}

type updatesImport struct {
	File string `arg:"" optional:"" type:"path" help:"File to read; standard input when left out."`

	storeFlags
}

// Run looks through the whole export before it writes anything.
func (c *updatesImport) Run(ctx context.Context, m *Main, _ *flags) error {
	var in io.ReadSeeker
	if c.File == "" {
		data, err := io.ReadAll(m.Stdin)
		if err != nil {
			return usage("updates import: read standard input: %w", err)
		}
		in = bytes.NewReader(data)
	} else {
		file, err := os.Open(c.File)
		if err != nil {
			return usage("updates import: %w", err)
		}
		defer file.Close()
		in = file
	}
	st, err := c.open(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer st.Close()
	moved, err := updates.Import(ctx, st, in)
	var line *updates.LineError
	switch {
	case errors.Is(err, store.ErrConflict):
		return usage("updates import: %w; import into an empty store, or the one the export came from", err)
	case errors.As(err, &line) && (errors.Is(err, updates.ErrNotExport) || errors.Is(err, updates.ErrNewer) || errors.Is(err, store.ErrInvalid)):
		return usage("updates import: %w", err)
	}
	return report(m, "imported", moved, err)
}

// report says on standard error what was moved, so that standard output is the export
// alone.
func report(m *Main, what string, moved updates.Moved, err error) error {
	if err != nil {
		return fmt.Errorf("updates: %w", err)
	}
	fmt.Fprintf(m.Stderr, "%s %d documents, %d lines of logs, %d jobs, %d counts\n", what, moved.Documents, moved.Entries, moved.Jobs, moved.Counts)
	return nil
}
