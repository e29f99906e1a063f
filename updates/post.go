package updates

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// posted is what is known of one channel's message for one update. It is also the
// lock on that message: while Doing is set, only the job with that token calls the
// network about it, until Until.
type posted struct {
	Schema  int           `json:"schema"`
	Guild   string        `json:"guild"`
	Update  string        `json:"update"`
	Lang    language.Code `json:"language"`
	Channel string        `json:"channel"`
	Message string        `json:"message,omitempty"`
	Shown   string        `json:"shown,omitempty"` // what the message shows, see want
	Crossed bool          `json:"crossed,omitempty"`
	Gone    bool          `json:"gone,omitempty"`    // someone deleted the message
	Refused string        `json:"refused,omitempty"` // what the network refused, see want
	Began   time.Time     `json:"began"`             // the first try to post it
	Tries   int           `json:"tries,omitempty"`   // in a row without success
	Doing   string        `json:"doing,omitempty"`
	Until   time.Time     `json:"until,omitzero"`

	version int64
}

func postsOf(guild string) string { return "updates-posts:" + guild }

func (p posted) id() string { return p.Update + "." + string(p.Lang) }

// want is what a message is to show: an edition, or how it ended.
func want(u Update) string {
	switch {
	case u.Live == nil:
		return ""
	case u.Ended != nil:
		return string(u.Ended.State)
	}
	return "e" + strconv.Itoa(u.Live.Edition)
}

// mark is carried by a message: whose post it is, and what it shows.
func (p posted) mark(shows string) string {
	return strings.Join([]string{p.Guild, p.Update, string(p.Lang), shows}, ".")
}

// ParseMark reads the mark of a post of news.
func ParseMark(mark string) (guild, update string, code language.Code, ok bool) {
	parts := strings.Split(mark, ".")
	if len(parts) != 4 || !language.Code(parts[2]).Valid() {
		return "", "", "", false
	}
	return parts[0], parts[1], language.Code(parts[2]), true
}

// shows returns what a message with these marks shows, when it is this post.
func (p posted) shows(marks []string) (string, bool) {
	for _, m := range marks {
		if shows, ok := strings.CutPrefix(m, p.mark("")); ok {
			return shows, true
		}
	}
	return "", false
}

// nonce is the same for every try to post the same thing.
func nonce(of string) string {
	sum := sha256.Sum256([]byte(of))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))[:25]
}

// settled reports whether nothing is left to do for the message.
func (p posted) settled(want string) bool {
	switch {
	case want == "" || p.Gone || p.Refused == want:
		return true
	case p.Message == "":
		return false
	}
	return p.Shown == want && (p.Crossed || !edition(want))
}

func edition(want string) bool { return strings.HasPrefix(want, "e") && want != string(Expired) }

func (s *Service) loadPost(ctx context.Context, guild, update string, code language.Code) (posted, error) {
	p := posted{Guild: guild, Update: update, Lang: code}
	doc, err := s.store.Load(ctx, postsOf(guild), p.id())
	if errors.Is(err, store.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("load the post of update %s in %s: %w", update, code, err)
	}
	if err := decode(doc.Value, &p); err != nil {
		return p, fmt.Errorf("read the post of update %s in %s: %w", update, code, err)
	}
	p.version = doc.Version
	return p, nil
}

func (p *posted) save() (store.Op, error) {
	p.Schema = schema
	value, err := encode(p)
	return store.SaveDoc{Collection: postsOf(p.Guild), ID: p.id(), Value: value, IfVersion: p.version}, err
}

// PostInfo tells a moderator of one post.
type PostInfo struct {
	Language language.Code
	Channel  string
	Message  string
	// Waiting: it does not show yet what it should. Gone: someone deleted it.
	// Refused: the channel does not let the bot post.
	Waiting, Gone, Refused bool
}

// Posts tells how the posts of an update stand.
func (s *Service) Posts(ctx context.Context, act Act, id string) ([]PostInfo, error) {
	u, err := s.Get(ctx, act, id)
	if err != nil || u.Live == nil {
		return nil, err
	}
	var list []PostInfo
	for _, code := range language.Codes() {
		channel := u.Live.Channels[code]
		if channel == "" {
			continue
		}
		p, err := s.loadPost(ctx, act.Guild, id, code)
		if err != nil {
			return nil, err
		}
		list = append(list, PostInfo{Language: code, Channel: channel, Message: p.Message, Gone: p.Gone,
			Waiting: !p.settled(want(u)), Refused: p.Refused != "" && p.Refused == want(u)})
	}
	return list, nil
}

// Repost tries again what a channel had refused, and posts anew in channels that were
// set since, after the moderators have mended the channel's permissions or settings.
func (s *Service) Repost(ctx context.Context, act Act, id string) (Update, error) {
	var refused []posted
	u, err := s.Get(ctx, act, id)
	if err != nil {
		return u, err
	}
	if u.Live == nil {
		return u, ErrState
	}
	for code := range u.Live.Channels {
		p, err := s.loadPost(ctx, act.Guild, id, code)
		if err != nil {
			return u, err
		}
		if p.Refused != "" {
			refused = append(refused, p)
		}
	}
	return s.change(ctx, act, id, 0, func(u *Update, d *doing) error {
		if u.Live == nil || !u.Out(d.now) {
			return ErrState
		}
		u.Live.Channels = spread(u.Live.Content, d.setup.Channels, u.Live.Channels)
		for _, p := range refused {
			p.Refused, p.Tries = "", 0
			if p.Message == "" && d.setup.Channels[p.Lang] != "" {
				p.Channel = d.setup.Channels[p.Lang]
				u.Live.Channels[p.Lang] = p.Channel
			}
			op, err := p.save()
			if err != nil {
				return err
			}
			d.ops = append(d.ops, op)
		}
		d.entry.Verb = DidRepost
		return d.show(u)
	})
}

// laterError says when to look at a job again.
type laterError struct{ at time.Time }

func (e *laterError) Error() string { return "later, at " + e.at.UTC().Format(time.RFC3339) }
