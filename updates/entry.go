package updates

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Verb is what was done.
type Verb string

// The verbs of the log.
const (
	DidCreate     Verb = "create"
	DidEdit       Verb = "edit"      // details
	DidTranslate  Verb = "translate" // a text: Language says which
	DidRemove     Verb = "remove"    // a text
	DidSubmit     Verb = "submit"
	DidRecall     Verb = "recall"
	DidApprove    Verb = "approve"
	DidReturn     Verb = "return"
	DidSchedule   Verb = "schedule"
	DidUnschedule Verb = "unschedule"
	DidPublish    Verb = "publish" // a first edition or a correction
	DidCorrect    Verb = "correct" // a correction was begun
	DidAbandon    Verb = "abandon" // what was prepared was dropped
	DidWithdraw   Verb = "withdraw"
	DidExpire     Verb = "expire"
	DidPost       Verb = "post" // a message was made: Channel, Message
	DidChangePost Verb = "change-post"
	DidCrosspost  Verb = "crosspost"
	DidFailPost   Verb = "fail-post" // a channel refused
	DidLosePost   Verb = "lose-post" // the message was deleted by someone
	DidRepost     Verb = "repost"    // posts that a channel had refused are tried again

	DidSuspend Verb = "suspend"
	DidResume  Verb = "resume"
	DidVerify  Verb = "verify"
	DidConfirm Verb = "confirm" // a second moderator stands by a suspension or check
	DidRole    Verb = "role"    // a role for subscribers was set
	DidHome    Verb = "home"    // the community became the one that mends for all
	DidSetting Verb = "setting" // a setting that moderators' work depends on was changed
)

// Entry is one line of the log: who did what when. It is only ever added.
type Entry struct {
	Schema int       `json:"schema"`
	Seq    int64     `json:"-"`
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Guild  string    `json:"guild"`
	By     string    `json:"by,omitempty"` // user id; empty: the clock
	Verb   Verb      `json:"verb"`

	Update  string        `json:"update,omitempty"`
	From    State         `json:"from,omitempty"`
	To      State         `json:"to,omitempty"`
	Edition int           `json:"edition,omitempty"`
	Lang    language.Code `json:"language,omitempty"`
	Fields  []Field       `json:"fields,omitempty"`
	Parts   []Part        `json:"parts,omitempty"`
	// Alone: one person did what otherwise takes two.
	Alone  bool      `json:"alone,omitempty"`
	Note   string    `json:"note,omitempty"` // of the moderator
	Reason Reason    `json:"reason,omitempty"`
	When   time.Time `json:"when,omitzero"` // of DidSchedule

	Channel string `json:"channel,omitempty"`
	Message string `json:"message,omitempty"`

	Thing Thing  `json:"thing,omitzero"` // of the knowledge
	Role  string `json:"role,omitempty"`

	// Tell: the community had a log channel when it was written.
	Tell bool `json:"tell,omitempty"`

	// Content is what went out, in DidPublish.
	Content *Content `json:"content,omitempty"`
	// Title is the update's, for reading the log without opening the update.
	Title string `json:"title,omitempty"`
}

// public reports whether the entry is for the log channel: what people did and what
// went wrong, not each message that went out.
func (e Entry) public() bool {
	switch e.Verb {
	case DidPost, DidChangePost, DidCrosspost:
		return false
	}
	return true
}

// schema is the version of all documents and entries of this package.
const schema = 1

// logName is the log of a community.
func logName(guild string) string { return "updates:" + guild }

func encode(v any) ([]byte, error) { return json.Marshal(v) }

// decode reads a document, and refuses what a newer version wrote: reading it with
// fields left out and saving it again would lose them.
func decode(value []byte, into any) error {
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(value, &head); err != nil {
		return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	if head.Schema > schema {
		return fmt.Errorf("schema %d: %w", head.Schema, ErrNewer)
	}
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	return nil
}

// appendTo makes the store's operation for an entry.
func appendTo(e Entry) (store.Op, error) {
	e.Schema = schema
	value, err := encode(e)
	return store.AppendEntry{Log: logName(e.Guild), ID: e.ID, Value: value}, err
}

func readEntry(raw store.Entry) (Entry, error) {
	var e Entry
	if err := decode(raw.Value, &e); err != nil {
		return Entry{}, fmt.Errorf("read line %d of the log: %w", raw.Seq, err)
	}
	e.Seq = raw.Seq
	return e, nil
}

// Filter chooses lines of the log; empty fields choose all.
type Filter struct {
	Update string
	Thing  Thing
}

func (f Filter) fits(e Entry) bool {
	return (f.Update == "" || e.Update == f.Update) && (f.Thing == Thing{} || e.Thing == f.Thing)
}

// History returns up to limit lines of the log that fit, newest first, with Seq less
// than before (all when 0), and the before for the next page (0: that was the last).
func (s *Service) History(ctx context.Context, act Act, f Filter, before int64, limit int) (list []Entry, next int64, err error) {
	if err := s.allowed(ctx, act); err != nil {
		return nil, 0, err
	}
	const page = 200
	for {
		raw, err := s.store.Recent(ctx, logName(act.Guild), before, page)
		if err != nil {
			return nil, 0, fmt.Errorf("read the log: %w", err)
		}
		for _, r := range raw {
			e, err := readEntry(r)
			if err != nil {
				return nil, 0, err
			}
			if !f.fits(e) {
				continue
			}
			if len(list) == limit {
				return list, list[limit-1].Seq, nil
			}
			list = append(list, e)
		}
		if len(raw) < page {
			return list, 0, nil
		}
		before = raw[len(raw)-1].Seq
	}
}
