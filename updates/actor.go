package updates

import (
	"context"
	"errors"
	"fmt"

	"madoguchi/language"
)

// Actor is who does something. Moderators act in public, so their ids are kept.
type Actor struct {
	ID          string   // user id
	Roles       []string // of the person in the community, as Discord says with the event
	Permissions uint64   // likewise
}

// Act is one act of a person in a community. Its ID is that of the event: the same
// event delivered twice is one act.
type Act struct {
	ID    string
	By    Actor
	Guild string
}

// Allow says whether a person may act as a moderator of a community: nil, or
// ErrNotAllowed, or what kept it from finding out (which counts as no).
type Allow func(ctx context.Context, guild string, by Actor) error

// Setup is what a community has chosen.
type Setup struct {
	// Channels are where news goes, by language.
	Channels map[language.Code]string
	// Log is the channel for the log; empty: none.
	Log string
	// Alone: no second pair of eyes is asked for.
	Alone bool
	// Language is the community's own, for the log.
	Language language.Code
}

// Setups finds the setup of a community.
type Setups func(ctx context.Context, guild string) (Setup, error)

// Known says what exists in the knowledge.
type Known interface {
	Topic(slug string) bool
	// AreaOf returns the area of a topic, "" when there is no such topic.
	AreaOf(slug string) string
	Prefecture(code string) bool
	Helpline(id string) bool
	Fact(id string) bool
}

var (
	// ErrNotAllowed: the person has not the role for it.
	ErrNotAllowed = errors.New("not allowed")
	// ErrNoUpdate: this community has no update with that id.
	ErrNoUpdate = errors.New("no such update")
	// ErrState: that can't be done to an update where it now is in its life.
	ErrState = errors.New("not possible in this state")
	// ErrOwnWords: one can't approve what one wrote.
	ErrOwnWords = errors.New("needs someone else than the writer")
	// ErrUnchanged: the act would change nothing.
	ErrUnchanged = errors.New("nothing changed")
	// ErrTooMany: the community has as many unfinished updates as are kept.
	ErrTooMany = errors.New("too many open updates")
	// ErrNewer: a document was written by a newer version of the program.
	ErrNewer = errors.New("written by a newer version")
)

// ChangedError says that someone else was faster: Update is what it now is.
type ChangedError struct{ Update Update }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("update %s was changed in the meantime", e.Update.ID)
}

// ProblemsError says that a content can't go on as it is.
type ProblemsError struct{ Problems []Problem }

func (e *ProblemsError) Error() string {
	return fmt.Sprintf("%d problems, the first: %s of %s is %s", len(e.Problems), e.Problems[0].Field, e.Problems[0].Part, e.Problems[0].Rule)
}
