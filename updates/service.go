package updates

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Options are what a Service needs; all are required.
type Options struct {
	Store    store.Store
	Now      func() time.Time
	Allow    Allow
	Setups   Setups
	Known    Known
	Identify *language.Identifier
	// Home is the community whose moderators mend the knowledge for everybody; empty:
	// the first that mends anything. See Mending.
	Home string
}

// Service does what moderators ask, each act checked for the right to it. Safe for
// many goroutines and many processes on one store.
type Service struct {
	store    store.Store
	now      func() time.Time
	allow    Allow
	setups   Setups
	known    Known
	identify *language.Identifier
	home     string
	seen     *lastSeen
	wake     chan struct{}
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{store: o.Store, now: o.Now, allow: o.Allow, setups: o.Setups, known: o.Known,
		identify: o.Identify, home: o.Home, seen: newLastSeen(), wake: make(chan struct{}, 1)}
}

const (
	// changeTries bounds how often an act starts over because something else in the
	// community changed at the same moment.
	changeTries = 16
	// keptActs is how many ids of acts an update remembers.
	keptActs = 12
)

func updatesOf(guild string) string { return "updates:" + guild }

// allowed says whether the act may be done. Acts of the clock have no person.
func (s *Service) allowed(ctx context.Context, act Act) error {
	if act.Guild == "" || act.By.ID == "" {
		return fmt.Errorf("act without a community or a person: %w", ErrNotAllowed)
	}
	return s.allow(ctx, act.Guild, act.By)
}

// Get returns an update to a moderator.
func (s *Service) Get(ctx context.Context, act Act, id string) (Update, error) {
	if err := s.allowed(ctx, act); err != nil {
		return Update{}, err
	}
	return s.load(ctx, act.Guild, id)
}

// Setup returns what the community has chosen.
func (s *Service) Setup(ctx context.Context, guild string) (Setup, error) {
	setup, err := s.setups(ctx, guild)
	if err != nil {
		return Setup{}, fmt.Errorf("find the setup of the community: %w", err)
	}
	return setup, nil
}

func (s *Service) load(ctx context.Context, guild, id string) (Update, error) {
	if store.CheckName("update", id) != nil || store.CheckName("community", guild) != nil {
		return Update{}, ErrNoUpdate // a forged id
	}
	doc, err := s.store.Load(ctx, updatesOf(guild), id)
	if errors.Is(err, store.ErrNotFound) {
		return Update{}, ErrNoUpdate
	}
	if err != nil {
		return Update{}, fmt.Errorf("load update %s: %w", id, err)
	}
	u, err := readUpdate(doc)
	if err != nil {
		return Update{}, fmt.Errorf("read update %s: %w", id, err)
	}
	return u, nil
}

func readUpdate(doc store.Doc) (Update, error) {
	var u Update
	if err := decode(doc.Value, &u); err != nil {
		return Update{}, err
	}
	u.Version = doc.Version
	return u, nil
}

// doing is what an act gathers until it is written.
type doing struct {
	now   time.Time
	setup Setup
	entry Entry
	ops   []store.Op
}

// change does one act on an update, whole or not at all: it checks the right to it,
// loads the update, lets decide change it, and writes the update, its line in the
// index, the log entry and the jobs together. When seen is not 0 it is the version the
// person looked at: if that is no longer the newest they are told (ChangedError). With
// act.By empty it is an act of the clock.
func (s *Service) change(ctx context.Context, act Act, id string, seen int64, decide func(*Update, *doing) error) (Update, error) {
	if act.By.ID != "" {
		if err := s.allowed(ctx, act); err != nil {
			return Update{}, err
		}
	}
	setup, err := s.Setup(ctx, act.Guild)
	if err != nil {
		return Update{}, err
	}
	for try := 1; ; try++ {
		u, err := s.load(ctx, act.Guild, id)
		if err != nil {
			return Update{}, err
		}
		if slices.Contains(u.Acts, act.ID) {
			return u, nil // the same event again
		}
		if seen != 0 && seen != u.Version {
			return u, &ChangedError{u}
		}
		next := copyUpdate(u)
		d := &doing{now: s.now().Truncate(time.Millisecond), setup: setup}
		d.entry = Entry{ID: act.ID, At: d.now, Guild: act.Guild, By: act.By.ID, Update: id, From: whole(u)}
		if err := decide(&next, d); err != nil {
			return u, err
		}
		idx, err := s.index(ctx, act.Guild)
		if err != nil {
			return u, err
		}
		err = s.write(ctx, &next, act, d, idx)
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, store.ErrConflict) || try == changeTries {
			return u, fmt.Errorf("%s update %s: %w", d.entry.Verb, id, err)
		}
	}
}

// whole is the state an entry speaks of: where the work is while there is work, else
// where the update is.
func whole(u Update) State {
	if u.Ended == nil && u.Work != nil {
		return u.Stage()
	}
	return u.State()
}

// write saves the update with its line in the index, its log entry and its jobs.
func (s *Service) write(ctx context.Context, u *Update, act Act, d *doing, idx indexDoc) error {
	d.entry.To = whole(*u)
	d.entry.Title = title(u.Latest(), d.setup.Language)
	u.Schema, u.Changed = schema, Change{By: act.By.ID, At: d.now}
	u.Acts = append(u.Acts, act.ID)
	u.Acts = u.Acts[max(0, len(u.Acts)-keptActs):]
	save, err := idx.with(u).save()
	if err != nil {
		return err
	}
	value, err := encode(u)
	if err != nil {
		return err
	}
	ops := []store.Op{store.SaveDoc{Collection: updatesOf(u.Guild), ID: u.ID, Value: value, IfVersion: u.Version}, save}
	logged, err := s.logged(d.entry, d.setup)
	if err != nil {
		return err
	}
	ops = append(append(ops, logged...), d.ops...)
	results, err := s.store.Write(ctx, ops...)
	if err != nil {
		return err
	}
	u.Version = results[0].Version
	s.nudge()
	return nil
}

// logged makes the operations that add an entry to the log and have it told.
func (s *Service) logged(e Entry, setup Setup) ([]store.Op, error) {
	e.Tell = setup.Log != "" && e.public()
	op, err := appendTo(e)
	if err != nil || !e.Tell {
		return []store.Op{op}, err
	}
	tell, err := enqueue(job{Kind: jobTell, Guild: e.Guild}, e.At)
	return []store.Op{op, tell}, err
}

func title(c Content, code language.Code) string { return c.Texts[c.Fallback(code)].Title }

// nudge lets a worker in this process look for work at once.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// jobKind is what a job is about.
type jobKind string

const (
	jobDue  jobKind = "due"  // the time to publish has come
	jobEnd  jobKind = "end"  // the update expires
	jobPost jobKind = "post" // a channel's message may not show what it should
	jobTell jobKind = "tell" // the log has lines to post
)

// queue holds the jobs of all communities.
const queue = "updates"

// job is the payload of a job.
type job struct {
	Kind   jobKind       `json:"kind"`
	Guild  string        `json:"guild"`
	Update string        `json:"update,omitempty"`
	Lang   language.Code `json:"language,omitempty"`
}

// id names the job; putting it again replaces it.
func (j job) id() string {
	return string(j.Kind) + ":" + j.Guild + ":" + j.Update + ":" + string(j.Lang)
}

func enqueue(j job, at time.Time) (store.Op, error) {
	payload, err := json.Marshal(j)
	return store.EnqueueJob{Queue: queue, ID: j.id(), At: at, Payload: payload}, err
}

// put adds a job to what an act writes.
func (d *doing) put(j job, at time.Time) error {
	op, err := enqueue(j, at)
	if err == nil {
		d.ops = append(d.ops, op)
	}
	return err
}

// cancel takes a job out.
func (d *doing) cancel(j job) {
	d.ops = append(d.ops, store.CancelJob{Queue: queue, ID: j.id()})
}
