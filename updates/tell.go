package updates

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"madoguchi/store"
)

// told is how far a community's log has been posted to its log channel.
type told struct {
	Schema int       `json:"schema"`
	Seq    int64     `json:"seq"`             // the last line dealt with
	Trying int64     `json:"trying,omitzero"` // the line that may have been posted
	Began  time.Time `json:"began,omitzero"`
	Tries  int       `json:"tries,omitempty"`

	version int64
}

const (
	tellings = "updates-told"
	// tellPage is how many lines are read at once.
	tellPage = 50
	// tellTries is how often one line is tried before the next.
	tellTries = 8
)

// tell posts the lines of the log that are not yet in the log channel, in order.
func (w *Worker) tell(ctx context.Context, j job, held store.Job) error {
	setup, err := w.s.Setup(ctx, j.Guild)
	if err != nil {
		return err
	}
	at, err := w.s.loadTold(ctx, j.Guild)
	if err != nil {
		return err
	}
	for {
		lines, err := w.s.store.Entries(ctx, logName(j.Guild), at.Seq, tellPage)
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		for _, raw := range lines {
			e, err := readEntry(raw)
			if err != nil {
				return err
			}
			if e.Tell && setup.Log != "" {
				if err := w.tellLine(ctx, &at, e, setup, held); err != nil {
					return err
				}
			}
			at.Seq, at.Trying, at.Tries = e.Seq, 0, 0
		}
		if len(lines) < tellPage {
			break
		}
	}
	op, err := at.save(j.Guild)
	if err != nil {
		return err
	}
	_, err = w.s.store.Write(ctx, op, completion{held}.op())
	return conflictIsLost(err)
}

// conflictIsLost takes a conflict over the place in the log for what it is: another
// worker has the job now.
func conflictIsLost(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return store.ErrLeaseLost
	}
	return err
}

// tellLine posts one line. Like a post of news it is announced before and looked for
// when an earlier try may have made it.
func (w *Worker) tellLine(ctx context.Context, at *told, e Entry, setup Setup, held store.Job) error {
	now := w.s.now()
	look := at.Trying == e.Seq
	if !look {
		at.Trying, at.Began = e.Seq, now
	}
	at.Tries++
	if err := w.saveTold(ctx, at, e.Guild); err != nil {
		return err
	}
	if err := w.s.store.Extend(ctx, held, now.Add(w.o.Lease)); err != nil {
		return err
	}
	mark := e.Guild + ".log." + strconv.FormatInt(e.Seq, 10)
	call, cancel := context.WithTimeout(ctx, w.o.Call)
	defer cancel()
	if look {
		list, err := w.poster.Recent(call, setup.Log, at.Began.Add(-lookBack))
		if err != nil {
			return w.tellLater(at, err, now)
		}
		for _, m := range list {
			for _, x := range m.Marks {
				if x == mark {
					return nil
				}
			}
		}
	}
	_, err := w.poster.Create(call, Post{Guild: e.Guild, Channel: setup.Log, Nonce: nonce(mark), Mark: mark, Line: &e, Language: setup.Language})
	if err != nil {
		return w.tellLater(at, err, now)
	}
	return nil
}

// tellLater says when to try a line again; nil: go on without it, since it stands in
// the log all the same.
func (w *Worker) tellLater(at *told, err error, now time.Time) error {
	var limited *LimitedError
	if errors.As(err, &limited) {
		return &laterError{now.Add(limited.After + 100*time.Millisecond)}
	}
	if errors.Is(err, ErrRefused) || at.Tries >= tellTries {
		w.o.Log.Warn("updates: a line of the log could not be posted to the log channel", "line", at.Trying, "error", err)
		return nil
	}
	return &laterError{now.Add(max(w.o.Call, time.Second<<min(at.Tries, 6)))}
}

func (s *Service) loadTold(ctx context.Context, guild string) (told, error) {
	var t told
	doc, err := s.store.Load(ctx, tellings, guild)
	if errors.Is(err, store.ErrNotFound) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("load how far the log is told: %w", err)
	}
	if err := decode(doc.Value, &t); err != nil {
		return t, fmt.Errorf("read how far the log is told: %w", err)
	}
	t.version = doc.Version
	return t, nil
}

func (t told) save(guild string) (store.Op, error) {
	t.Schema = schema
	value, err := encode(t)
	return store.SaveDoc{Collection: tellings, ID: guild, Value: value, IfVersion: t.version}, err
}

func (w *Worker) saveTold(ctx context.Context, t *told, guild string) error {
	op, err := t.save(guild)
	if err != nil {
		return err
	}
	r, err := w.s.store.Write(ctx, op)
	if err == nil {
		t.version = r[0].Version
	}
	return conflictIsLost(err)
}
