package updates

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"madoguchi/store"
)

// Kind is what of the knowledge a moderator mends.
type Kind string

const (
	KindTopic    Kind = "topic"    // an answer, in all languages
	KindHelpline Kind = "helpline" // a help line with its numbers
	KindFact     Kind = "fact"     // only checked, never suspended: suspend what says it
)

// Thing is one thing of the knowledge.
type Thing struct {
	Kind Kind   `json:"kind,omitempty"`
	ID   string `json:"id,omitempty"`
}

func (t Thing) key() string { return string(t.Kind) + ":" + t.ID }

// Suspension keeps a thing from being shown.
type Suspension struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Second string    `json:"second,omitempty"` // who confirmed it
}

// Check says that a moderator compared a thing with its source.
type Check struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Second string    `json:"second,omitempty"` // who checked it too
}

// mendingDoc is all that a community's moderators have mended.
type mendingDoc struct {
	Schema    int                   `json:"schema"`
	Suspended map[string]Suspension `json:"suspended,omitempty"`
	Checked   map[string]Check      `json:"checked,omitempty"`
	Acts      []string              `json:"acts,omitempty"`

	version int64
}

// homeDoc names the community that mends for everybody.
type homeDoc struct {
	Schema int    `json:"schema"`
	Guild  string `json:"guild"`
}

const (
	mendings = "mending"
	homeID   = "home"
	// together is within what time two checks by two people count as one by both.
	together = 14 * 24 * time.Hour
)

func (s *Service) mending(ctx context.Context, guild string) (mendingDoc, error) {
	var m mendingDoc
	doc, err := s.store.Load(ctx, mendings, guild)
	if errors.Is(err, store.ErrNotFound) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("load what was mended: %w", err)
	}
	if err := decode(doc.Value, &m); err != nil {
		return m, fmt.Errorf("read what was mended: %w", err)
	}
	m.version = doc.Version
	return m, nil
}

func (s *Service) exists(t Thing) bool {
	switch t.Kind {
	case KindTopic:
		return s.known.Topic(t.ID)
	case KindHelpline:
		return s.known.Helpline(t.ID)
	case KindFact:
		return s.known.Fact(t.ID)
	}
	return false
}

// ErrNoThing: the knowledge has no such topic, help line or fact.
var ErrNoThing = errors.New("no such thing in the knowledge")

// mend does one act on the knowledge, with its line in the log.
func (s *Service) mend(ctx context.Context, act Act, t Thing, decide func(*mendingDoc, *doing) error) error {
	if err := s.allowed(ctx, act); err != nil {
		return err
	}
	if !s.exists(t) {
		return ErrNoThing
	}
	setup, err := s.Setup(ctx, act.Guild)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		m, err := s.mending(ctx, act.Guild)
		if err != nil {
			return err
		}
		if slices.Contains(m.Acts, act.ID) {
			return nil // the same event again
		}
		d := &doing{now: s.now().Truncate(time.Millisecond), setup: setup}
		d.entry = Entry{ID: act.ID, At: d.now, Guild: act.Guild, By: act.By.ID, Thing: t}
		m.Suspended, m.Checked = maps.Clone(m.Suspended), maps.Clone(m.Checked)
		if err := decide(&m, d); err != nil {
			return err
		}
		err = s.writeMending(ctx, act, m, d)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrConflict) || try == changeTries {
			return fmt.Errorf("%s %s %s: %w", d.entry.Verb, t.Kind, t.ID, err)
		}
	}
}

func (s *Service) writeMending(ctx context.Context, act Act, m mendingDoc, d *doing) error {
	m.Schema = schema
	m.Acts = append(slices.Clone(m.Acts), act.ID)
	m.Acts = m.Acts[max(0, len(m.Acts)-keptActs):]
	value, err := encode(m)
	if err != nil {
		return err
	}
	ops := []store.Op{store.SaveDoc{Collection: mendings, ID: act.Guild, Value: value, IfVersion: m.version}}
	logged, err := s.logged(d.entry, d.setup)
	if err != nil {
		return err
	}
	ops = append(ops, logged...)
	home, err := s.claimHome(ctx, act, d)
	if err != nil {
		return err
	}
	_, err = s.store.Write(ctx, append(ops, home...)...)
	if err == nil {
		s.nudge()
	}
	return err
}

// claimHome makes the first community that mends anything the one that mends for
// everybody, unless the operator named one.
func (s *Service) claimHome(ctx context.Context, act Act, d *doing) ([]store.Op, error) {
	home, err := s.homeGuild(ctx)
	if err != nil || home != "" {
		return nil, err
	}
	value, err := encode(homeDoc{schema, act.Guild})
	if err != nil {
		return nil, err
	}
	e := Entry{ID: act.ID + "-home", At: d.now, Guild: act.Guild, By: act.By.ID, Verb: DidHome, Alone: true}
	e.Tell = d.setup.Log != ""
	op, err := appendTo(e)
	return []store.Op{store.SaveDoc{Collection: mendings, ID: homeID, Value: value}, op}, err
}

// homeGuild returns the community whose moderators mend for everybody, "" when there
// is none yet.
func (s *Service) homeGuild(ctx context.Context) (string, error) {
	if s.home != "" {
		return s.home, nil
	}
	if guild, ok := s.seen.home(); ok {
		return guild, nil
	}
	doc, err := s.store.Load(ctx, mendings, homeID)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("load which community mends for all: %w", err)
	}
	var h homeDoc
	if err := decode(doc.Value, &h); err != nil {
		return "", fmt.Errorf("read which community mends for all: %w", err)
	}
	s.seen.setHome(h.Guild)
	return h.Guild, nil
}

// Suspend keeps a topic or a help line from being shown, at once and in all languages.
// One moderator can do it; the log says so until another confirms.
func (s *Service) Suspend(ctx context.Context, act Act, t Thing, reason string) error {
	reason, err := s.note(reason, true)
	if err != nil {
		return err
	}
	if t.Kind == KindFact {
		return ErrNoThing
	}
	return s.mend(ctx, act, t, func(m *mendingDoc, d *doing) error {
		if _, ok := m.Suspended[t.key()]; ok {
			return ErrState
		}
		if m.Suspended == nil {
			m.Suspended = map[string]Suspension{}
		}
		m.Suspended[t.key()] = Suspension{By: act.By.ID, At: d.now, Reason: reason}
		d.entry.Verb, d.entry.Note, d.entry.Alone = DidSuspend, reason, true
		return nil
	})
}

// Resume lets a thing be shown again. When it is not the one who suspended it, two
// people have looked at it.
func (s *Service) Resume(ctx context.Context, act Act, t Thing, note string) error {
	note, err := s.note(note, false)
	if err != nil {
		return err
	}
	return s.mend(ctx, act, t, func(m *mendingDoc, d *doing) error {
		was, ok := m.Suspended[t.key()]
		if !ok {
			return ErrState
		}
		delete(m.Suspended, t.key())
		d.entry.Verb, d.entry.Note = DidResume, note
		d.entry.Alone = was.By == act.By.ID && (was.Second == "" || was.Second == act.By.ID)
		return nil
	})
}

// Verify records that the person compared a fact, help line or topic with its source
// now. When someone else did so shortly before, both have.
func (s *Service) Verify(ctx context.Context, act Act, t Thing, note string) error {
	note, err := s.note(note, false)
	if err != nil {
		return err
	}
	return s.mend(ctx, act, t, func(m *mendingDoc, d *doing) error {
		if m.Checked == nil {
			m.Checked = map[string]Check{}
		}
		c := Check{By: act.By.ID, At: d.now}
		if was, ok := m.Checked[t.key()]; ok && d.now.Sub(was.At) < together {
			switch {
			case was.By != act.By.ID:
				c.Second = was.By
			case was.Second != act.By.ID:
				c.Second = was.Second
			}
		}
		m.Checked[t.key()] = c
		d.entry.Verb, d.entry.Note, d.entry.Alone = DidVerify, note, c.Second == ""
		return nil
	})
}

// Confirm adds a second moderator to a suspension.
func (s *Service) Confirm(ctx context.Context, act Act, t Thing) error {
	return s.mend(ctx, act, t, func(m *mendingDoc, d *doing) error {
		was, ok := m.Suspended[t.key()]
		switch {
		case !ok || was.Second != "":
			return ErrState
		case was.By == act.By.ID:
			return ErrOwnWords
		}
		was.Second = act.By.ID
		m.Suspended[t.key()] = was
		d.entry.Verb = DidConfirm
		return nil
	})
}

// Mending is what answers given in one community have to mind. The zero value minds
// nothing.
type Mending struct {
	docs []mendingDoc // of the home community and of this one
}

// Suspended reports whether a topic or help line must not be shown.
func (m Mending) Suspended(kind, id string) bool {
	_, ok := m.Suspension(Thing{Kind(kind), id})
	return ok
}

// Suspension returns why and by whom a thing is suspended.
func (m Mending) Suspension(t Thing) (Suspension, bool) {
	for _, d := range m.docs {
		if s, ok := d.Suspended[t.key()]; ok {
			return s, true
		}
	}
	return Suspension{}, false
}

// Checked returns when moderators last compared a thing with its source.
func (m Mending) Checked(kind, id string) (at time.Time, ok bool) {
	c, ok := m.Check(Thing{Kind(kind), id})
	return c.At, ok
}

// Check returns the last check of a thing.
func (m Mending) Check(t Thing) (c Check, ok bool) {
	for _, d := range m.docs {
		if x, found := d.Checked[t.key()]; found && x.At.After(c.At) {
			c, ok = x, true
		}
	}
	return c, ok
}

// AllSuspended returns all that is suspended, in order of kind and id.
func (m Mending) AllSuspended() []Thing {
	var list []Thing
	for _, d := range m.docs {
		for key := range d.Suspended {
			if t := thingOf(key); !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	slices.SortFunc(list, func(a, b Thing) int {
		if a.key() < b.key() {
			return -1
		}
		return 1
	})
	return list
}

func thingOf(key string) Thing {
	for i := range key {
		if key[i] == ':' {
			return Thing{Kind(key[:i]), key[i+1:]}
		}
	}
	return Thing{}
}

// turnTime bounds what an answer waits for.
const turnTime = 250 * time.Millisecond

// Mending returns what answers in a community have to mind: what the home community
// has mended, and what this one has for itself. In a direct message guild is empty.
// It is read from the store each time, so that a suspension holds from one turn to the
// next in every process; while the store is away, what was last seen counts.
func (s *Service) Mending(ctx context.Context, guild string) Mending {
	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	var m Mending
	home, err := s.homeGuild(ctx)
	if err != nil {
		home, _ = s.seen.home()
	}
	for _, g := range []string{home, guild} {
		if g == "" || len(m.docs) == 1 && home == guild {
			continue
		}
		doc, err := s.mending(ctx, g)
		if err != nil {
			doc = s.seen.mending(g)
		} else {
			s.seen.setMending(g, doc)
		}
		m.docs = append(m.docs, doc)
	}
	return m
}
