package bot

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"madoguchi/bot/rest"
	"madoguchi/commands"
)

const (
	// messageTime is how long is tried to answer a message.
	messageTime = time.Minute
	// typingLasts is for how long Discord shows that someone types.
	typingLasts = 8 * time.Second
	// typingPatience is how long an answer waits for the sign of typing before it: the
	// other way round the sign would stay on after the answer.
	typingPatience = 300 * time.Millisecond
	// typingAfter is when a channel of a server is shown that the bot types. A direct
	// message is always answered, so there it is shown at once.
	typingAfter = 150 * time.Millisecond
)

// codeCannotReply: the bot may write in the channel but not read it back.
const codeCannotReply = 160002

// speak answers a message.
func (b *Bot) speak(work context.Context, m *message, q commands.Request, received time.Time) {
	ctx, cancel := context.WithDeadline(work, received.Add(messageTime))
	defer cancel()
	if m.ChannelType != nil && (&channel{Type: *m.ChannelType}).thread() {
		q.ParentID = b.threads.parent(ctx, q.ChannelID)
	}
	after := typingAfter
	if q.Direct {
		after = 0
	}
	typed := b.typing(ctx, q.ChannelID, after)
	r := b.handle(ctx, q)
	typed()
	pages := draws(r)
	if r.Ignore || r.Silent || len(pages) == 0 {
		return
	}
	for i, p := range pages {
		var files []commands.File
		if i == 0 {
			files = r.Files
		}
		o := page(p, false, files)
		// The same nonce for the same message and page: a post whose answer was lost is
		// found by Discord when it is tried again, and not made twice.
		o.Nonce, o.Enforce = "m"+q.ID+"."+strconv.Itoa(i), true
		if !q.Direct && i == 0 {
			o.Reference = &reference{MessageID: q.ID}
		}
		if err := b.post(ctx, q.ChannelID, o, files); err != nil {
			if rest.Is(err, rest.CodeMissingAccess, rest.CodeMissingPermissions, rest.CodeCannotMessage, rest.CodeUnknownChannel) {
				b.metrics.unanswered("forbidden")
				b.log.Info("a message can't be answered where it was written", "error", err)
				return
			}
			b.metrics.unanswered("failed")
			b.log.Error("a message could not be answered", "error", err)
			return
		}
		if i == 0 {
			b.metrics.answered(q.Kind, time.Since(received))
		}
	}
}

// post writes one message.
func (b *Bot) post(ctx context.Context, channel string, o outgoing, files []commands.File) error {
	r := rest.Request{Method: http.MethodPost, Path: "/channels/%s/messages", Args: []string{channel}, Body: o, Files: attach(files)}
	err := b.rest.Do(ctx, r, nil)
	if o.Reference != nil && rest.Is(err, codeCannotReply) {
		o.Reference = nil
		r.Body = o
		err = b.rest.Do(ctx, r, nil)
	}
	if rest.Is(err, rest.CodeInvalidForm) {
		b.log.Error("Discord refuses a message; it is sent as text", "error", err)
		r.Body, r.Files = plainly(o), nil
		err = b.rest.Do(ctx, r, nil)
	}
	return err
}

// typing shows that the bot types, after a while and again for as long as it works.
// The function returned ends it.
func (b *Bot) typing(ctx context.Context, channel string, after time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	once := sync.OnceFunc(func() { close(done) })
	b.aside.Go(func() {
		defer once()
		for wait := after; ; wait = typingLasts {
			if wait > 0 {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
			}
			sign, end := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			// Without the sign the answer comes all the same.
			_ = b.rest.Do(sign, rest.Request{Method: http.MethodPost, Path: "/channels/%s/typing", Args: []string{channel}, Single: true}, nil)
			end()
			if ctx.Err() != nil {
				return
			}
		}
	})
	return func() {
		cancel()
		select {
		case <-done:
		case <-time.After(typingPatience):
		}
	}
}
