package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

var (
	// ErrNotFound: nothing is kept under that name, or it has expired.
	ErrNotFound = errors.New("not found")
	// ErrConflict: someone else changed it since it was loaded. Load again
	// and decide anew.
	ErrConflict = errors.New("changed by someone else in the meantime")
	// ErrLeaseLost: the job is no longer held by the one who says so; it was
	// claimed by another after the lease ran out, replaced, cancelled, or
	// completed.
	ErrLeaseLost = errors.New("lease lost")
	// ErrUnavailable: the store can't be reached or is too slow just now. A
	// write that fails so may still have happened.
	ErrUnavailable = errors.New("store unavailable")
	// ErrInvalid: a name, value, duration or combination that no store
	// accepts; the caller has a fault.
	ErrInvalid = errors.New("invalid request to the store")
	// ErrLocked: another process has the embedded store's file open.
	ErrLocked = errors.New("in use by another process")
	// ErrCorrupt: what is stored can't be read: damaged, or written by something
	// else.
	ErrCorrupt = errors.New("data is damaged or not a store's")
	// ErrClosed: the store was closed before.
	ErrClosed = errors.New("store is closed")
	// ErrOtherSecret: the people in the store were hashed under another secret.
	ErrOtherSecret = errors.New("the store was filled under another secret")
)

// Store is everything the bot remembers. Every method may be called by many
// goroutines at once. Errors wrap one of the Err values above where one fits;
// anything else is a fault of the store itself.
type Store interface {
	People
	Durable
	Counters
	Guards

	// Ping says whether the store can be read and written now.
	Ping(ctx context.Context) error
	// Close writes what is pending and lets go of files and connections.
	Close() error
}

// Person is a person's key, made by Keyer. It is never a user id.
type Person string

// Kind is what sort of record of a person is kept. The set is closed (Kinds),
// so that Forget can delete, and Records can show, all there is.
type Kind string

// The kinds of records.
const (
	// KindSession is what is remembered of a conversation, for 30 minutes.
	KindSession Kind = "session"
	// KindPreferences is what a person chose, such as the language, for a year.
	KindPreferences Kind = "preferences"
	// KindFeedback is which answers a person has judged, so that one person
	// counts once. Give it a short life.
	KindFeedback Kind = "feedback"
	// KindState is what the chat front end needs for its buttons and pages
	// beyond what fits in a button's id. Give it a short life.
	KindState Kind = "state"
)

// Kinds lists every kind, in the order in which Records gives them. A kind
// that goes out of use stays in the list for as long as its records live.
func Kinds() []Kind {
	return []Kind{KindSession, KindPreferences, KindFeedback, KindState}
}

// Record is one thing kept of a person.
type Record struct {
	Kind    Kind
	Value   []byte
	Expires time.Time
}

// People keeps records of people for a limited time.
type People interface {
	// Get returns the person's record of that kind, or ErrNotFound.
	Get(ctx context.Context, person Person, kind Kind) ([]byte, error)
	// Put replaces the record and lets it live for ttl from now (more than
	// zero). Putting it again renews its life.
	Put(ctx context.Context, person Person, kind Kind, value []byte, ttl time.Duration) error
	// Delete removes the record; that there was none is no error.
	Delete(ctx context.Context, person Person, kind Kind) error
	// Forget removes all records of the person at once. When it returns nil
	// that is as durable as a Write.
	Forget(ctx context.Context, person Person) error
	// Records returns all that is kept of the person, in the order of Kinds.
	Records(ctx context.Context, person Person) ([]Record, error)
}

// Doc is a versioned document.
type Doc struct {
	ID    string
	Value []byte
	// Version is more than 0, grows with each Save, and is never used twice
	// in a collection, not even after the document is removed and made anew.
	Version int64
}

// Entry is one line of a log.
type Entry struct {
	// Seq counts from 1 without gaps in the order of appending.
	Seq int64
	// ID is what the appender gave, or empty.
	ID    string
	Value []byte
}

// Job is something to do at a time.
type Job struct {
	Queue, ID string
	// At is when it is due, as enqueued.
	At      time.Time
	Payload []byte
	// Ready is when it may be claimed next: At, the time given to Release, or
	// the end of the lease while it is held.
	Ready time.Time
	// Attempt is how often it has been claimed since it was enqueued.
	Attempt int
	// Owner is who holds it, as named to Claim; empty when nobody does.
	Owner string
	// Token proves the lease. Each claim has its own, so that a process that
	// was slow or came back under the same name can't pass for the holder.
	Token string
}

// Durable keeps documents, logs and schedules until they are removed.
//
// All of it is changed by Write, which does several things together: an
// update's new state, the line in the log and the scheduled post either all
// happen or none does. The functions Save, Remove, Append, Enqueue, Cancel and
// Complete are Writes of one thing; Update is a read, change and Save that
// tries again after a conflict.
type Durable interface {
	// Load returns a document, or ErrNotFound.
	Load(ctx context.Context, collection, id string) (Doc, error)
	// List returns the documents whose id starts with prefix (all when
	// empty), sorted by id. One that is changed meanwhile may be seen before
	// or after.
	List(ctx context.Context, collection, prefix string) ([]Doc, error)

	// Entries returns up to limit entries of a log with Seq greater than
	// after, oldest first. A log that was never written to is empty.
	Entries(ctx context.Context, log string, after int64, limit int) ([]Entry, error)
	// Recent returns up to limit entries with Seq less than before (all when
	// before is 0), newest first.
	Recent(ctx context.Context, log string, before int64, limit int) ([]Entry, error)

	// Jobs returns all jobs of a queue, those ready first at the front,
	// without their tokens.
	Jobs(ctx context.Context, queue string) ([]Job, error)
	// Claim takes up to limit jobs that are ready at now and holds them for
	// owner until now+lease. A job is held by one at a time; when the holder
	// neither completes, extends nor releases it in that time (it crashed),
	// the next Claim takes it over with Attempt one higher. So a job is
	// claimed at least once, and what it does outside must bear repeating.
	Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]Job, error)
	// Extend holds a claimed job until then, or says ErrLeaseLost.
	Extend(ctx context.Context, job Job, until time.Time) error
	// Release gives a claimed job back, to be claimed again from then on, or
	// says ErrLeaseLost.
	Release(ctx context.Context, job Job, again time.Time) error

	// Write does all ops or none and returns one Result for each, in order.
	// It fails with ErrConflict when a SaveDoc or RemoveDoc finds another
	// version, ErrLeaseLost when a CompleteJob finds the job no longer held
	// by that claim, and ErrInvalid when two ops touch the same document, job
	// or log entry. On return it is as durable as the store can make it.
	Write(ctx context.Context, ops ...Op) ([]Result, error)

	// Dump yields all documents, log entries, jobs and counters, for moving
	// to another store. It is no snapshot: stop the writers first. The
	// records of people are not part of it.
	Dump(ctx context.Context) iter.Seq2[Item, error]
	// Restore puts an item as Dump gave it, in the order Dump gave them.
	// Restoring the same item again changes nothing; one that differs from
	// what the store already holds under that name and is not newer is
	// ErrConflict. A job that was held is restored as free.
	Restore(ctx context.Context, item Item) error
}

// Counters counts. A count is a statistic: when the store fails in the middle
// of one it may be lost, or counted twice.
type Counters interface {
	// Count adds delta to a field of a counter.
	Count(ctx context.Context, counter, field string, delta int64) error
	// Counts returns all fields of a counter; an unknown counter is empty.
	Counts(ctx context.Context, counter string) (map[string]int64, error)
	// ClearCounts removes the fields of a counter, or only those named.
	ClearCounts(ctx context.Context, counter string, fields ...string) error
}

// Guards protect against doing a thing twice or too often.
type Guards interface {
	// Once says whether this is the first call with this key within ttl.
	// When it fails the caller chooses between doing twice and not at all;
	// Resilient chooses for it.
	Once(ctx context.Context, key string, ttl time.Duration) (first bool, err error)
	// Take takes one token from the bucket of that key, which holds up to
	// burst (1 or more) and gains rate tokens a second (more than 0). It says
	// whether there was one, and if not, how long until there is.
	Take(ctx context.Context, key string, rate float64, burst int, now time.Time) (ok bool, retryAfter time.Duration, err error)
}
