package commands

import (
	"context"
	"errors"
	"math"
	"time"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/updates"
)

// What a handler can say went wrong. Anything else is a fault of ours: it is logged
// in full and the person is told to try again.
var (
	errVersion    = errors.New("button or command of another version")
	errExpired    = errors.New("what the button refers to is no longer kept")
	errForeign    = errors.New("button is for someone else")
	errServerOnly = errors.New("works only in a server")
	errNotAllowed = errors.New("person may not do this")
	errNoPlace    = errors.New("no such prefecture")
	errOnePlace   = errors.New("one prefecture can't be compared")
	errNoTopic    = errors.New("no such topic")
	errNoText     = errors.New("no words in the message")
	errOwnMessage = errors.New("the message is the bot's own")
	errNoSharing  = errors.New("sharing is switched off in this server")
	errNotHere    = errors.New("mentions are not answered in this channel")
	errShared     = errors.New("shared a moment ago")
	errRoles      = errors.New("person may not hand out roles")
	errHarmful    = errors.New("the role gives rights of its own")
	errPanic      = errors.New("a handler panicked")
)

// tooFastError: the person's bucket is empty.
type tooFastError struct{ wait time.Duration }

func (tooFastError) Error() string { return "asked too often" }

// sentence is the message a person gets for an error: "error.<id>.title" and
// "error.<id>.text". The first entry whose error is in the chain counts.
type sentence struct {
	err error
	id  string
}

func sentences() []sentence {
	return []sentence{
		{errVersion, "version"},
		{errExpired, "expired"},
		{errForeign, "foreign"},
		{errServerOnly, "server-only"},
		{errNotAllowed, "not-allowed"},
		{errNoPlace, "no-place"},
		{errOnePlace, "one-place"},
		{errNoTopic, "no-topic"},
		{errNoText, "no-text"},
		{errOwnMessage, "own-message"},
		{errNoSharing, "no-sharing"},
		{errNotHere, "not-here"},
		{errShared, "shared"},
		{errRoles, "roles"},
		{errHarmful, "harmful-role"},
		{updates.ErrNoUpdate, "no-update"},
		{updates.ErrState, "update-state"},
		{updates.ErrOwnWords, "own-words"},
		{updates.ErrUnchanged, "unchanged"},
		{updates.ErrTooMany, "too-many-updates"},
		{updates.ErrNoThing, "no-thing"},
		{updates.ErrSubscription, "no-subscription"},
		{store.ErrConflict, "conflict"},
		{store.ErrUnavailable, "store"},
		{context.DeadlineExceeded, "slow"},
		{context.Canceled, "slow"},
	}
}

// sentenceOf returns the id of the sentence for an error, "ours" when there is none.
func sentenceOf(err error) string {
	if errors.Is(err, updates.ErrNotAllowed) {
		err = errNotAllowed
	}
	for _, s := range sentences() {
		if errors.Is(err, s.err) {
			return s.id
		}
	}
	return "ours"
}

// apologise turns an error into what the person is told: what happened and what to
// do next. It is the only place that does.
func (r *Router) apologise(v *visit, err error) Response {
	id, data := "ours", locales.Data(nil)
	var fast tooFastError
	if errors.As(err, &fast) {
		id, data = "too-fast", locales.Data{"Seconds": int(math.Ceil(fast.wait.Seconds()))}
	}
	if id == "ours" {
		id = sentenceOf(err)
	}
	v.outcome = "error " + id
	switch {
	case id == "too-fast":
		v.outcome = "limited"
	case id == "ours" || id == "store" || id == "slow":
		r.Log.Error("a request failed", "request", r.label(v.Request), "error", err)
	}
	if !v.Code.Valid() { // it failed before the person was known
		v.Code = language.English
	}
	card := Card{Language: v.Code, Tone: Wrong, Blocks: []Block{
		Heading{1, r.Words.Text(v.Code, "error."+id+".title", nil)},
		Text{r.Words.Text(v.Code, "error."+id+".text", data)},
	}}
	return Response{Card: &card, Private: true}
}
