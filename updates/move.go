package updates

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"madoguchi/store"
)

// Moved counts what an export or import carried.
type Moved struct{ Documents, Entries, Jobs, Counts int }

func (m *Moved) count(t store.ItemType) {
	switch t {
	case store.ItemDoc:
		m.Documents++
	case store.ItemEntry:
		m.Entries++
	case store.ItemJob:
		m.Jobs++
	case store.ItemCount:
		m.Counts++
	}
}

// header is the first line of an export.
type header struct {
	Export  string `json:"export"`
	Version int    `json:"version"`
}

// footer is the last line: an export without it was cut off.
type footer struct {
	End   bool `json:"end"`
	Lines int  `json:"lines"`
}

const (
	exportName    = "madoguchi"
	exportVersion = 1
)

// ErrNotExport: the input is not an export, or was damaged or cut off on the way.
var ErrNotExport = errors.New("not a whole export")

// Export writes all that is durable in a store as JSON lines: updates, posts, log,
// schedule, settings, counts. Stop the bot first.
func Export(ctx context.Context, from store.Durable, to io.Writer) (Moved, error) {
	var m Moved
	out := bufio.NewWriter(to)
	enc := json.NewEncoder(out)
	if err := enc.Encode(header{exportName, exportVersion}); err != nil {
		return m, fmt.Errorf("write the export: %w", err)
	}
	lines := 0
	for item, err := range from.Dump(ctx) {
		if err != nil {
			return m, fmt.Errorf("read the store: %w", err)
		}
		if err := enc.Encode(item); err != nil {
			return m, fmt.Errorf("write the export: %w", err)
		}
		m.count(item.Type)
		lines++
	}
	if err := enc.Encode(footer{true, lines}); err != nil {
		return m, fmt.Errorf("write the export: %w", err)
	}
	if err := out.Flush(); err != nil {
		return m, fmt.Errorf("write the export: %w", err)
	}
	return m, nil
}

// LineError says which line of an import could not be taken.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// Import puts an export into a store. The whole input is looked through before
// anything is written. Importing the same again changes nothing, so an import that was
// broken off is simply repeated; what the store holds otherwise is a conflict and is
// left as it is.
func Import(ctx context.Context, into store.Durable, from io.ReadSeeker) (Moved, error) {
	if _, err := each(from, func(store.Item) error { return nil }); err != nil {
		return Moved{}, err
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return Moved{}, fmt.Errorf("read the export again: %w", err)
	}
	return each(from, func(item store.Item) error { return into.Restore(ctx, item) })
}

// each reads an export and calls do for each item.
func each(from io.Reader, do func(store.Item) error) (Moved, error) {
	var m Moved
	in := bufio.NewReaderSize(from, 64<<10)
	for n, lines := 1, 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return m, fmt.Errorf("read the export: %w", err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return m, &LineError{n, fmt.Errorf("%w: the last line is missing", ErrNotExport)}
		}
		if n == 1 {
			var h header
			if strict(line, &h) != nil || h.Export != exportName {
				return m, &LineError{n, ErrNotExport}
			}
			if h.Version > exportVersion {
				return m, &LineError{n, fmt.Errorf("export of version %d: %w", h.Version, ErrNewer)}
			}
			continue
		}
		var f footer
		if strict(line, &f) == nil && f.End {
			if f.Lines != lines {
				return m, &LineError{n, fmt.Errorf("%w: %d lines where it had %d", ErrNotExport, lines, f.Lines)}
			}
			return m, nil
		}
		var item store.Item
		if err := strict(line, &item); err != nil {
			return m, &LineError{n, fmt.Errorf("%w: %w", ErrNotExport, err)}
		}
		if err := store.CheckItem(item); err != nil {
			return m, &LineError{n, err}
		}
		if err := do(item); err != nil {
			return m, &LineError{n, err}
		}
		m.count(item.Type)
		lines++
	}
}

func strict(line []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("more than one value in a line")
	}
	return nil
}
