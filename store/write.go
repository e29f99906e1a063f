package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Op is one change in a Write: SaveDoc, RemoveDoc, AppendEntry, EnqueueJob,
// CancelJob or CompleteJob.
type Op interface {
	// target names what the op touches; check says what is wrong with it.
	target() string
	check() error
}

// SaveDoc replaces a document if its version still is IfVersion; 0 means that
// there must be none. Its Result has the new Version.
type SaveDoc struct {
	Collection, ID string
	Value          []byte
	IfVersion      int64
}

// RemoveDoc removes a document if its version still is IfVersion.
type RemoveDoc struct {
	Collection, ID string
	IfVersion      int64
}

// AppendEntry adds an entry to a log. When ID is not empty and the log has an
// entry with it, nothing is added, so that an append whose answer was lost can
// be repeated. Its Result has the Seq, and Found when the entry was there.
type AppendEntry struct {
	Log, ID string
	Value   []byte
}

// EnqueueJob puts a job in a queue. A job with that ID that is there already
// is replaced; whoever holds it loses the lease. Its Result has Found, and
// Held when it was being held.
type EnqueueJob struct {
	Queue, ID string
	At        time.Time
	Payload   []byte
}

// CancelJob removes a job whoever holds it. Its Result has Found when there
// was one, and Held when someone held it and may be at work on it now.
type CancelJob struct {
	Queue, ID string
}

// CompleteJob removes a job that was claimed. The claim still counts after its
// lease ran out as long as nobody else took the job.
type CompleteJob struct {
	Job Job
}

// Result is what an Op gave; which fields are set the Op says.
type Result struct {
	Version int64
	Seq     int64
	Found   bool
	Held    bool
}

func (o SaveDoc) target() string   { return "doc\n" + o.Collection + "\n" + o.ID }
func (o RemoveDoc) target() string { return "doc\n" + o.Collection + "\n" + o.ID }
func (o AppendEntry) target() string {
	if o.ID == "" {
		return ""
	}
	return "log\n" + o.Log + "\n" + o.ID
}
func (o EnqueueJob) target() string  { return "job\n" + o.Queue + "\n" + o.ID }
func (o CancelJob) target() string   { return "job\n" + o.Queue + "\n" + o.ID }
func (o CompleteJob) target() string { return "job\n" + o.Job.Queue + "\n" + o.Job.ID }

func (o SaveDoc) check() error {
	if o.IfVersion < 0 {
		return fmt.Errorf("%w: version %d", ErrInvalid, o.IfVersion)
	}
	return errors.Join(CheckName("collection", o.Collection), CheckName("document id", o.ID), CheckValue(o.Value))
}

func (o RemoveDoc) check() error {
	if o.IfVersion <= 0 {
		return fmt.Errorf("%w: version %d", ErrInvalid, o.IfVersion)
	}
	return errors.Join(CheckName("collection", o.Collection), CheckName("document id", o.ID))
}

func (o AppendEntry) check() error {
	if o.ID != "" {
		if err := CheckName("entry id", o.ID); err != nil {
			return err
		}
	}
	return errors.Join(CheckName("log", o.Log), CheckValue(o.Value))
}

func (o EnqueueJob) check() error {
	return errors.Join(CheckName("queue", o.Queue), CheckName("job id", o.ID), CheckValue(o.Payload), CheckTime(o.At))
}

func (o CancelJob) check() error {
	return errors.Join(CheckName("queue", o.Queue), CheckName("job id", o.ID))
}

func (o CompleteJob) check() error { return CheckHeld(o.Job) }

// CheckOps says what is wrong with a batch, as ErrInvalid. Stores call it
// before they do anything.
func CheckOps(ops []Op) error {
	seen := make(map[string]bool, len(ops))
	for i, op := range ops {
		if op == nil {
			return fmt.Errorf("%w: op %d is nil", ErrInvalid, i)
		}
		if err := op.check(); err != nil {
			return fmt.Errorf("op %d (%T): %w", i, op, err)
		}
		target := op.target()
		if target == "" {
			continue
		}
		if seen[target] {
			return fmt.Errorf("%w: op %d (%T) touches what another op of the batch does", ErrInvalid, i, op)
		}
		seen[target] = true
	}
	return nil
}

// Save writes one document if its version still is ifVersion (0: there is
// none) and returns the new version, or ErrConflict.
func Save(ctx context.Context, s Durable, collection, id string, value []byte, ifVersion int64) (version int64, err error) {
	r, err := s.Write(ctx, SaveDoc{Collection: collection, ID: id, Value: value, IfVersion: ifVersion})
	return first(r).Version, err
}

// Remove removes one document if its version still is ifVersion, or says
// ErrConflict.
func Remove(ctx context.Context, s Durable, collection, id string, ifVersion int64) error {
	_, err := s.Write(ctx, RemoveDoc{Collection: collection, ID: id, IfVersion: ifVersion})
	return err
}

// Append adds one entry to a log and returns its Seq; see AppendEntry.
func Append(ctx context.Context, s Durable, log, id string, value []byte) (seq int64, err error) {
	r, err := s.Write(ctx, AppendEntry{Log: log, ID: id, Value: value})
	return first(r).Seq, err
}

// Enqueue puts one job in a queue; see EnqueueJob.
func Enqueue(ctx context.Context, s Durable, queue, id string, at time.Time, payload []byte) error {
	_, err := s.Write(ctx, EnqueueJob{Queue: queue, ID: id, At: at, Payload: payload})
	return err
}

// Cancel removes one job and says whether there was one and whether someone
// may be at work on it.
func Cancel(ctx context.Context, s Durable, queue, id string) (found, held bool, err error) {
	r, err := s.Write(ctx, CancelJob{Queue: queue, ID: id})
	return first(r).Found, first(r).Held, err
}

// Complete removes a claimed job, or says ErrLeaseLost.
func Complete(ctx context.Context, s Durable, job Job) error {
	_, err := s.Write(ctx, CompleteJob{Job: job})
	return err
}

func first(r []Result) Result {
	if len(r) == 0 {
		return Result{}
	}
	return r[0]
}

// updateTries bounds how often Update starts over.
const updateTries = 16

// Update loads a document (Version 0 and no Value when there is none), lets
// change compute the new value, and saves it, starting over when someone else
// changed it in between. It returns the document as saved. An error of change
// ends it. After 16 conflicts in a row it gives up with ErrConflict.
func Update(ctx context.Context, s Durable, collection, id string, change func(Doc) ([]byte, error)) (Doc, error) {
	for try := 1; ; try++ {
		doc, err := s.Load(ctx, collection, id)
		if errors.Is(err, ErrNotFound) {
			doc, err = Doc{ID: id}, nil
		}
		if err != nil {
			return Doc{}, err
		}
		value, err := change(doc)
		if err != nil {
			return Doc{}, err
		}
		version, err := Save(ctx, s, collection, id, value, doc.Version)
		if err == nil {
			return Doc{ID: id, Value: value, Version: version}, nil
		}
		if !errors.Is(err, ErrConflict) || try == updateTries {
			return Doc{}, err
		}
	}
}
