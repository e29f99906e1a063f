package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"madoguchi/bot/rest"
	"madoguchi/commands"
	"madoguchi/updates"
)

// Poster posts moderators' updates in the bot's name. It does each call once; updates
// decides what is tried again.
type Poster struct {
	b    *Bot
	draw func(updates.Post) commands.Card
}

var _ updates.Poster = (*Poster)(nil)

// Poster makes a poster that shows posts as draw makes them. The card's buttons carry
// the post's mark as an argument of an action, for Recent to find.
func (b *Bot) Poster(draw func(updates.Post) commands.Card) *Poster { return &Poster{b, draw} }

// errUnmarked: the drawn card has no button with the post's mark.
var errUnmarked = errors.New("the drawn post carries no mark")

// errTooLong: the drawn card needs more than one message.
var errTooLong = errors.New("the drawn post is too long for one message")

// Create implements updates.Poster.
func (p *Poster) Create(ctx context.Context, post updates.Post) (updates.Message, error) {
	o, err := p.page(post)
	if err != nil {
		return updates.Message{}, err
	}
	o.Nonce, o.Enforce = post.Nonce, true
	if post.Ping != "" {
		o.Mentions.Roles = []string{post.Ping}
	}
	var m posting
	r := rest.Request{Method: http.MethodPost, Path: "/channels/%s/messages", Args: []string{post.Channel}, Body: o, Single: true}
	if err := p.b.rest.Do(ctx, r, &m); err != nil {
		return updates.Message{}, judgePost("post an update", err)
	}
	return m.message(), nil
}

// Edit implements updates.Poster.
func (p *Poster) Edit(ctx context.Context, message string, post updates.Post) error {
	o, err := p.page(post)
	if err != nil {
		return err
	}
	r := rest.Request{Method: http.MethodPatch, Path: "/channels/%s/messages/%s", Args: []string{post.Channel, message}, Body: o, Single: true}
	return judgePost("edit an update's post", p.b.rest.Do(ctx, r, nil))
}

// page draws a post as one message.
func (p *Poster) page(post updates.Post) (outgoing, error) {
	pages := draw(p.draw(post))
	if len(pages) != 1 {
		return outgoing{}, fmt.Errorf("%w: %w", updates.ErrRefused, errTooLong)
	}
	o := page(pages[0], false, nil)
	if post.Mark != "" && !marked(pages[0], post.Mark) {
		return outgoing{}, fmt.Errorf("%w: %w", updates.ErrRefused, errUnmarked)
	}
	if post.Ping != "" {
		// The name stands above the card; an edit leaves it there and pings nobody.
		o.Components = append([]component{{Type: typeTextDisplay, Content: "<@&" + post.Ping + ">"}}, o.Components...)
	}
	return o, nil
}

func marked(components []component, mark string) bool {
	for _, c := range components {
		for _, m := range marks(c.CustomID) {
			if m == mark {
				return true
			}
		}
		if marked(c.Components, mark) {
			return true
		}
	}
	return false
}

// marks are what a custom id may carry as marks: the arguments of its action.
func marks(customID string) []string {
	a, err := commands.ParseAction(customID)
	if err != nil {
		return nil
	}
	return a.Args
}

// Crosspost implements updates.Poster.
func (p *Poster) Crosspost(ctx context.Context, channel, message string) error {
	r := rest.Request{Method: http.MethodPost, Path: "/channels/%s/messages/%s/crosspost", Args: []string{channel, message}, Single: true}
	err := p.b.rest.Do(ctx, r, nil)
	if rest.Is(err, rest.CodeCrossposted, rest.CodeNotAnnouncement) {
		return nil
	}
	return judgePost("crosspost an update's post", err)
}

// errNobody: the bot has not logged in yet, so that its own messages can't be told from
// others'.
var errNobody = errors.New("not logged in yet")

// Recent implements updates.Poster. It reads forward from the moment given, page by
// page, until there is no more.
func (p *Poster) Recent(ctx context.Context, channel string, since time.Time) ([]updates.Message, error) {
	const perPage = 100
	self := p.b.selfID()
	if self == "" {
		return nil, errNobody
	}
	var out []updates.Message
	for after := snowflake(since); ; {
		var page []posting
		r := rest.Request{Method: http.MethodGet, Path: "/channels/%s/messages", Args: []string{channel}, Single: true,
			Query: url.Values{"after": {after}, "limit": {strconv.Itoa(perPage)}}}
		if err := p.b.rest.Do(ctx, r, &page); err != nil {
			return nil, judgePost("read back posts", err)
		}
		for _, m := range page { // newest first
			if m.Author != nil && string(m.Author.ID) == self {
				out = append(out, m.message())
			}
		}
		if len(page) < perPage {
			return out, nil
		}
		after = string(page[0].ID)
	}
}

// snowflake is the lowest id of a moment, a few seconds earlier, for clocks that differ.
func snowflake(at time.Time) string {
	const discordEpoch, skew = 1420070400000, 5000
	return strconv.FormatInt(max(0, at.UnixMilli()-discordEpoch-skew)<<22, 10)
}

// GiveRole gives a member a role, TakeRole takes it away; neither minds when that is so
// already.
func (p *Poster) GiveRole(ctx context.Context, guild, user, role string) error {
	return p.role(ctx, http.MethodPut, guild, user, role)
}

// TakeRole takes a role from a member.
func (p *Poster) TakeRole(ctx context.Context, guild, user, role string) error {
	return p.role(ctx, http.MethodDelete, guild, user, role)
}

func (p *Poster) role(ctx context.Context, method, guild, user, role string) error {
	r := rest.Request{Method: method, Path: "/guilds/%s/members/%s/roles/%s", Args: []string{guild, user, role}}
	return judgePost("change a member's roles", p.b.rest.Do(ctx, r, nil))
}

// posting is a message of a channel as far as a poster cares.
type posting struct {
	ID         id      `json:"id"`
	Author     *user   `json:"author"`
	Components []press `json:"components"`
}

type press struct {
	CustomID   string  `json:"custom_id"`
	Components []press `json:"components"`
	Accessory  *press  `json:"accessory"`
}

func (m posting) message() updates.Message {
	out := updates.Message{ID: string(m.ID)}
	var walk func([]press)
	walk = func(list []press) {
		for _, c := range list {
			out.Marks = append(out.Marks, marks(c.CustomID)...)
			walk(c.Components)
			if c.Accessory != nil {
				walk([]press{*c.Accessory})
			}
		}
	}
	walk(m.Components)
	return out
}

// judgePost says what a failure means to updates.
func judgePost(doing string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*rest.Error](err)
	switch {
	case !ok:
		return fmt.Errorf("%s: %w", doing, err)
	case e.Status == http.StatusTooManyRequests:
		return fmt.Errorf("%s: %w", doing, &updates.LimitedError{After: e.RetryAfter})
	case e.Code == rest.CodeUnknownMessage:
		return fmt.Errorf("%s: %w: %w", doing, updates.ErrGone, err)
	case e.Status >= 400 && e.Status < 500 && e.Status != http.StatusUnauthorized:
		return fmt.Errorf("%s: %w: %w", doing, updates.ErrRefused, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
