package bot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"madoguchi/bot/rest"
	"madoguchi/commands"
)

// transport delivers the first answer to an interaction: over REST for those that came
// through the gateway, in the HTTP answer for the others.
type transport interface {
	first(ctx context.Context, c callback, files []rest.File) error
	// files says whether the first answer can carry any.
	files() bool
	// nothing ends an interaction that needs no answer.
	nothing()
}

// exchange is one interaction being answered. The handler runs in the queue; a timer
// beside it tells Discord "thinking…" when that takes long, so that no handler has to
// know of the three seconds.
type exchange struct {
	b        *Bot
	ctx      context.Context
	in       *interaction
	q        commands.Request
	plan     commands.Plan
	to       transport
	received time.Time

	mu    sync.Mutex // held while the first answer is on its way
	state state
	timer *time.Timer
}

// state is how far the answer has got.
type state int

const (
	open     state = iota
	deferred       // "thinking…", a message of its own is to follow
	updating       // acknowledged, the message of the component is to change
	closed
)

const (
	// firstLimit is when Discord stops waiting for the first answer.
	firstLimit = 3 * time.Second
	// firstAttempt bounds one attempt at it, so that there is time for another.
	firstAttempt = 1200 * time.Millisecond
	// tokenLife is how long an interaction can be answered further, with some to spare.
	tokenLife = 14*time.Minute + 30*time.Second
	// handlerTime bounds a handler.
	handlerTime = time.Minute
	// maxFollow is how many messages may follow where only a person installed the app.
	maxFollow = 5
)

func newExchange(b *Bot, ctx context.Context, in *interaction, q commands.Request, to transport, received time.Time) *exchange {
	x := &exchange{b: b, ctx: ctx, in: in, q: q, to: to, received: received}
	x.plan = b.opt.Handler.Plan(q)
	if q.Kind != commands.KindAutocomplete && !x.plan.Modal {
		x.timer = time.AfterFunc(b.opt.DeferAfter, x.thinking)
	}
	return x
}

// thinking defers the answer unless it has been given.
func (x *exchange) thinking() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.deferNow()
}

// deferNow tells Discord that the answer comes later. Whether it will be private has to
// be said now; that it is made of components must not be. The caller holds mu.
func (x *exchange) deferNow() {
	if x.state != open {
		return
	}
	c, next := callback{Type: answerDeferred}, deferred
	if x.plan.Replace && x.in.Message != nil {
		c.Type, next = answerDeferredUpdate, updating
	} else if x.plan.Private {
		c.Data = deferral{Flags: flagEphemeral}
	}
	if x.send(c, nil) {
		x.state = next
		x.b.metrics.deferred.Inc()
	}
}

// cancel drops the exchange before it has begun.
func (x *exchange) cancel() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.close()
}

// close makes sure that nothing more is sent; the caller holds mu.
func (x *exchange) close() {
	if x.timer != nil {
		x.timer.Stop()
	}
	if x.state == open {
		x.to.nothing()
	}
	x.state = closed
}

// run lets the handler work and sends what it returns.
func (x *exchange) run() {
	if x.late() {
		return
	}
	ctx, cancel := context.WithDeadline(x.ctx, x.received.Add(handlerTime))
	r := x.b.handle(ctx, x.q)
	cancel()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.timer != nil {
		x.timer.Stop()
	}
	if r.Ignore {
		x.close()
		return
	}
	pages := draws(r)
	if len(r.Files) > 0 && !x.to.files() {
		x.deferNow()
	}
	switch x.state {
	case open:
		x.answer(r, pages)
	case deferred, updating:
		x.fill(r, pages)
	}
}

// late says whether Discord has given up on the interaction while it waited for its
// turn. Working on it would only make others wait.
func (x *exchange) late() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.state != open || time.Since(x.received) < firstLimit {
		return false
	}
	x.b.metrics.unanswered("late")
	x.close()
	return true
}

// draws makes the messages of a response, files with the first.
func draws(r commands.Response) (pages [][]component) {
	if r.Card != nil {
		pages = draw(*r.Card)
	}
	for _, c := range r.Follow {
		pages = append(pages, draw(c)...)
	}
	return pages
}

// answer gives the first answer in full.
func (x *exchange) answer(r commands.Response, pages [][]component) {
	switch {
	case x.q.Kind == commands.KindAutocomplete:
		x.send(callback{answerChoices, offers(r.Choices)}, nil)
	case r.Modal != nil:
		x.send(callback{answerModal, form(*r.Modal)}, nil)
	case len(pages) == 0 && x.in.Message != nil:
		x.send(callback{Type: answerDeferredUpdate}, nil)
	case len(pages) == 0:
		if x.send(callback{answerDeferred, deferral{Flags: flagEphemeral}}, nil) {
			x.remove()
		}
	case r.Replace && x.in.Message != nil:
		o := page(pages[0], false, r.Files)
		if o.Attachments == nil {
			o.Attachments = &[]attachment{} // those of what is replaced go with it
		}
		if x.sendMessage(answerUpdate, o, r.Files) {
			x.follow(r.Private, pages[1:], nil)
		}
	default:
		if x.sendMessage(answerMessage, page(pages[0], r.Private, r.Files), r.Files) {
			x.follow(r.Private, pages[1:], nil)
		}
	}
}

// fill completes an answer that was deferred.
func (x *exchange) fill(r commands.Response, pages [][]component) {
	if r.Modal != nil {
		x.b.log.Error("a form can't be opened after a deferred answer: the handler's plan didn't tell", "request", x.q.Name+x.q.Action.Name)
	}
	switch {
	case len(pages) == 0 && x.state == updating:
	case len(pages) == 0:
		x.remove()
	case x.state == updating && r.Replace:
		if x.edit(page(pages[0], false, r.Files), r.Files, true) {
			x.follow(r.Private, pages[1:], nil)
		}
	case x.state == updating:
		x.follow(r.Private, pages, r.Files)
	case r.Private && !x.plan.Private:
		// "Thinking…" stands there for all to see; what is private must not take its place.
		x.remove()
		x.follow(true, pages, r.Files)
	default:
		if x.edit(page(pages[0], false, r.Files), r.Files, false) {
			x.follow(r.Private, pages[1:], nil)
		}
	}
}

// offers makes Discord's choices: at most 25, no name twice.
func offers(in []commands.Choice) choicesData {
	out := choicesData{Choices: []offered{}}
	names := map[string]bool{}
	for _, c := range in {
		o := offered{clip(oneLine(c.Name), maxMenuText), c.Value}
		if o.Name == "" || o.Value == "" || units(o.Value) > maxMenuText || names[o.Name] || len(out.Choices) == maxOptions {
			continue
		}
		names[o.Name] = true
		out.Choices = append(out.Choices, o)
	}
	return out
}

// sendMessage sends a first answer that shows a message; one that Discord finds fault
// with is sent again as text alone, rather than nothing.
func (x *exchange) sendMessage(kind int, o outgoing, files []commands.File) bool {
	err := x.first(callback{kind, o}, attach(files))
	if rest.Is(err, rest.CodeInvalidForm) {
		x.b.log.Error("Discord refuses a message; it is sent as text", "error", err, "request", x.q.Name+x.q.Action.Name)
		err = x.first(callback{kind, plainly(o)}, nil)
	}
	return x.sent(err)
}

func (x *exchange) send(c callback, files []rest.File) bool { return x.sent(x.first(c, files)) }

// first delivers the first answer within Discord's time.
func (x *exchange) first(c callback, files []rest.File) error {
	ctx, cancel := context.WithDeadline(x.ctx, x.received.Add(firstLimit))
	defer cancel()
	return x.to.first(ctx, c, files)
}

// sent notes how the first answer went.
func (x *exchange) sent(err error) bool {
	if rest.Is(err, rest.CodeAcknowledged) {
		err = nil // by an attempt whose answer was lost
	}
	x.state = closed
	if err != nil {
		reason := "failed"
		if rest.Is(err, rest.CodeUnknownInteraction) || errors.Is(err, context.DeadlineExceeded) {
			reason = "late"
		}
		x.b.metrics.unanswered(reason)
		x.b.log.Error("an interaction could not be answered", "reason", reason, "error", err)
		return false
	}
	x.b.metrics.answered(x.q.Kind, time.Since(x.received))
	return true
}

// overREST answers interactions that came through the gateway.
type overREST struct {
	b  *Bot
	in *interaction
}

func (t *overREST) files() bool { return true }
func (t *overREST) nothing()    {}

func (t *overREST) first(ctx context.Context, c callback, files []rest.File) error {
	return t.b.rest.Do(ctx, rest.Request{
		Method: http.MethodPost, Path: "/interactions/%s/%s/callback", Args: []string{string(t.in.ID), t.in.Token},
		Body: c, Files: files, Interaction: true, Timeout: firstAttempt,
	}, nil)
}

// webhook does one request with the interaction's token. Discord may not know it yet
// when the first answer went over HTTP, so that an unknown one is tried again.
func (x *exchange) webhook(method, path string, body any, files []rest.File) bool {
	ctx, cancel := context.WithDeadline(x.ctx, x.received.Add(tokenLife))
	defer cancel()
	r := rest.Request{
		Method: method, Path: "/webhooks/%s/%s" + path, Args: []string{string(x.in.ApplicationID), x.in.Token},
		Body: body, Files: files, Interaction: true,
	}
	var err error
	for try := range 4 {
		err = x.b.rest.Do(ctx, r, nil)
		if !rest.Is(err, rest.CodeUnknownWebhook, rest.CodeUnknownMessage) {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond << try):
		}
	}
	if o, ok := body.(outgoing); ok && rest.Is(err, rest.CodeInvalidForm) {
		x.b.log.Error("Discord refuses a message; it is sent as text", "error", err, "request", x.q.Name+x.q.Action.Name)
		r.Body, r.Files = plainly(o), nil
		err = x.b.rest.Do(ctx, r, nil)
	}
	if err != nil {
		x.b.metrics.unanswered("failed")
		x.b.log.Error("an interaction could not be answered in full", "error", err)
	}
	return err == nil
}

// edit changes the original answer, or the message of the component.
func (x *exchange) edit(o outgoing, files []commands.File, replace bool) bool {
	if replace && o.Attachments == nil {
		o.Attachments = &[]attachment{}
	}
	return x.webhook(http.MethodPatch, "/messages/@original", o, attach(files))
}

func (x *exchange) remove() { x.webhook(http.MethodDelete, "/messages/@original", nil, nil) }

// follow sends further messages.
func (x *exchange) follow(private bool, pages [][]component, files []commands.File) {
	for i, p := range pages[:min(len(pages), maxFollow)] {
		if i > 0 {
			files = nil
		}
		if !x.webhook(http.MethodPost, "", page(p, private, files), attach(files)) {
			return
		}
	}
}

func attach(files []commands.File) []rest.File {
	var out []rest.File
	for _, f := range files {
		out = append(out, rest.File{Name: f.Name, Data: f.Data})
	}
	return out
}

// plainly keeps only the text of a message.
func plainly(o outgoing) outgoing {
	var keep func([]component) []component
	keep = func(in []component) (out []component) {
		for _, c := range in {
			switch c.Type {
			case typeTextDisplay:
				out = append(out, c)
			case typeContainer:
				out = append(out, keep(c.Components)...)
			}
		}
		return out
	}
	o.Components, o.Attachments = keep(o.Components), nil
	return o
}
