package updates

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madoguchi/language"
)

// Poster puts posts into channels. Package bot implements it over Discord's REST;
// tests have one in memory. It does each call once: whether and when to try again is
// decided here, where it is known what the store says.
type Poster interface {
	// Create posts with Post.Nonce as the message's nonce and enforce_nonce set, so
	// that within a few minutes the same post is not made twice; when the network
	// answers with the message that was there already, that one is returned. The only
	// mention that may ping is Post.Ping.
	Create(ctx context.Context, p Post) (Message, error)
	// Edit makes the message show p. It pings nobody.
	Edit(ctx context.Context, message string, p Post) error
	// Crosspost publishes a message of an announcement channel to its followers. In a
	// channel of another kind, and for a message already crossposted, it does nothing
	// and returns nil.
	Crosspost(ctx context.Context, channel, message string) error
	// Recent returns the bot's own messages in the channel since a moment, all of
	// them, in any order.
	Recent(ctx context.Context, channel string, since time.Time) ([]Message, error)
}

// Post is what a message is to show: Notice or Line is set.
type Post struct {
	Guild, Channel string
	// Nonce is the same whenever the same post is tried again; at most 25 characters
	// of a-z and 0-9. Edit ignores it.
	Nonce string
	// Mark says which post this is and what it shows. The poster puts it into the
	// message where people don't see it and Recent finds it again: in the custom id of
	// a button. Letters, digits, dots and hyphens, at most 64.
	Mark string
	// Ping is the role to ping, chosen by a moderator; empty: nobody.
	Ping string

	Notice *Notice // a piece of news
	Line   *Entry  // a line of the log, in Language
	// Language is what the post is written in for its channel.
	Language language.Code
}

// Message is a message of the bot's own.
type Message struct {
	ID string
	// Marks are the marks found in the message; empty for other messages.
	Marks []string
}

var (
	// ErrRefused: the network will not do it, now or later, as things are: the channel
	// is gone, the bot may not write there, or the request is malformed.
	ErrRefused = errors.New("refused")
	// ErrGone: the message to edit no longer exists.
	ErrGone = errors.New("the message is gone")
)

// LimitedError says that a call was not done because of a rate limit.
type LimitedError struct{ After time.Duration }

func (e *LimitedError) Error() string {
	return fmt.Sprintf("rate limited for %s", e.After.Round(time.Millisecond))
}
