package commands

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"madoguchi/conversation"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/updates"
)

// Handler is what bot calls. *Router is one; a test can put another.
type Handler interface {
	// Definitions lists the commands to register.
	Definitions() []Definition
	// Plan says, without working, how a request will be answered.
	Plan(Request) Plan
	// Handle answers a request. It never fails: what goes wrong is turned into a
	// person's sentence here, and logged without what the person wrote.
	Handle(context.Context, Request) Response
}

// Deps is what a Router works with.
type Deps struct {
	Engine  *conversation.Engine
	Words   *locales.Words
	Store   store.Store // wrapped in store.Resilient where people wait for it
	Keyer   *store.Keyer
	Log     *slog.Logger
	Metrics Metrics // nil: nothing is counted
	Updates Updates // nil: what Moderation publishes and mends
	// Moderation is what moderators do; nil: there is no /update and no /knowledge.
	Moderation *updates.Service
	Members    Members // nil: subscribers get no roles
	Limit      Limit   // of one person; the zero value is DefaultLimit
}

// Limit is how often one person may ask: a bucket that holds Burst and gains
// PerSecond.
type Limit struct {
	PerSecond float64
	Burst     int
}

// DefaultLimit lets a person press buttons as fast as one reads, and no faster for
// long.
func DefaultLimit() Limit { return Limit{PerSecond: 0.5, Burst: 15} }

// eventLife is how long an event is remembered so that it is handled once: longer
// than Discord's token of an interaction is good for.
const eventLife = 20 * time.Minute

// Router finds the handler of a request and runs it inside what holds for all: once
// only, not too often, panics caught, errors turned into sentences. Safe for
// concurrent use.
type Router struct {
	Deps
	commands []command
	byName   map[string]*command // "" is the command on a message
	actions  map[string]*action
	topics   *topicIndex
	places   *placeIndex
	uses     map[string][]string // facts to the topics that say them
	facts    []string            // ids in order
}

// command is a slash command, or a command on a message.
type command struct {
	Definition
	// plan says how it will be answered; nil: privately.
	plan func(Request) Plan
	// only refuses those who may not; nil: everyone may.
	only func(context.Context, *visit) error
	// handle answers. For sub-commands, visit.Name is "update correct".
	handle func(context.Context, *visit) (Response, error)
	// complete offers choices for the option being typed; nil: none.
	complete func(context.Context, *visit) []Choice
}

// action is what a button, menu or form does.
type action struct {
	name   string
	plan   func(Request) Plan // nil: inPlace
	only   func(context.Context, *visit) error
	handle func(context.Context, *visit) (Response, error)
}

// New builds the router over all commands and actions.
func New(d Deps) *Router {
	if d.Limit == (Limit{}) {
		d.Limit = DefaultLimit()
	}
	if d.Metrics == nil {
		d.Metrics = noMetrics{}
	}
	switch {
	case d.Updates == nil && d.Moderation != nil:
		d.Updates = newsroom{d.Moderation, d.Words}
	case d.Updates == nil:
		d.Updates = noUpdates{}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	base := d.Engine.Base()
	r := &Router{Deps: d, byName: map[string]*command{}, actions: map[string]*action{},
		topics: newTopicIndex(base), places: newPlaceIndex(base)}
	if d.Moderation != nil {
		r.uses, r.facts = factUses(base)
	}
	r.commands = r.commandList()
	for i := range r.commands {
		c := &r.commands[i]
		r.byName[commandKey(c.Name, c.OnMessage)] = c
	}
	for _, a := range r.actionList() {
		if r.actions[a.name] != nil {
			panic("commands: two actions are named " + a.name)
		}
		r.actions[a.name] = &a
	}
	return r
}

func commandKey(name string, onMessage bool) string {
	if onMessage {
		return "message/" + name
	}
	name, _, _ = strings.Cut(name, " ")
	return name
}

// Definitions lists the commands to register.
func (r *Router) Definitions() []Definition {
	var list []Definition
	for _, c := range r.commands {
		list = append(list, c.Definition)
	}
	return list
}

// Plan says how a request will be answered. A handler's Response follows it, except
// that what went wrong is always said privately and in a message of its own.
func (r *Router) Plan(q Request) Plan {
	switch q.Kind {
	case KindCommand, KindTarget:
		if c := r.byName[commandKey(q.Name, q.Kind == KindTarget)]; c != nil && c.plan != nil {
			return c.plan(q)
		}
		return Plan{Private: true}
	case KindComponent, KindModal:
		a := r.actions[q.Action.Name]
		switch {
		case a == nil:
			return Plan{Private: true}
		case a.plan != nil:
			return a.plan(q)
		}
		return inPlace(q)
	}
	return Plan{}
}

// inPlace is the plan of most buttons: on a message that the person sees alone the
// answer takes its place; on one that others see it is given privately beside it.
func inPlace(q Request) Plan {
	return Plan{Private: true, Replace: q.Ephemeral || q.Direct}
}

// beside is the plan of buttons that leave the message they are on.
func beside(Request) Plan { return Plan{Private: true} }

// form is the plan of what opens a form.
func form(Request) Plan { return Plan{Private: true, Modal: true} }

// Handle answers a request. It never fails.
func (r *Router) Handle(ctx context.Context, q Request) (out Response) {
	v := &visit{Request: q, outcome: "ok"}
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("a handler panicked", "request", r.label(q), "panic", panicText(p), "stack", string(debug.Stack()))
			out = r.apologise(v, errPanic)
		}
		r.Metrics.Interaction(r.label(q), v.outcome, v.Code)
	}()
	if q.Kind == KindAutocomplete {
		return r.complete(ctx, v)
	}
	if !r.first(ctx, q) {
		v.outcome = "duplicate"
		return Response{Ignore: true}
	}
	r.meet(ctx, v)
	if wait, ok := r.mayAsk(ctx, q); !ok {
		return r.tooFast(ctx, v, wait)
	}
	answer, err := r.dispatch(ctx, v)
	if err != nil {
		return r.apologise(v, err)
	}
	if q.Kind != KindMessage {
		p := r.Plan(q)
		answer.Private, answer.Replace = p.Private, p.Replace
	}
	return answer
}

// panicText says what went wrong without what a person wrote: the runtime's own words,
// the type of anything else.
func panicText(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}

// first reports whether the event is new. When that cannot be known it is taken for
// new: a person answered twice is better than one not answered.
func (r *Router) first(ctx context.Context, q Request) bool {
	if q.ID == "" {
		return true
	}
	first, err := r.Store.Once(ctx, "event/"+q.ID, eventLife)
	return first || err != nil
}

// mayAsk takes a token from the person's bucket. A form takes none: one was taken when it
// was opened, and what was typed into it must not be lost.
func (r *Router) mayAsk(ctx context.Context, q Request) (wait time.Duration, ok bool) {
	if q.Kind == KindModal {
		return 0, true
	}
	ok, wait, err := r.Store.Take(ctx, "person/"+string(q.Person), r.Limit.PerSecond, r.Limit.Burst, q.Now)
	return wait, ok || err != nil
}

// tooFast asks the person to wait: each time where Discord wants an answer, once in
// a while to messages, which can be left unanswered.
func (r *Router) tooFast(ctx context.Context, v *visit, wait time.Duration) Response {
	if v.Kind == KindMessage {
		if told, _, err := r.Store.Take(ctx, "told/"+string(v.Person), 1.0/30, 1, v.Now); !told && err == nil {
			v.outcome = "limited"
			return Response{Silent: true}
		}
	}
	return r.apologise(v, tooFastError{wait})
}

func (r *Router) dispatch(ctx context.Context, v *visit) (Response, error) {
	var only, handle = (func(context.Context, *visit) error)(nil), r.message
	switch v.Kind {
	case KindCommand, KindTarget:
		c := r.byName[commandKey(v.Name, v.Kind == KindTarget)]
		if c == nil {
			return Response{}, errVersion
		}
		if c.ServerOnly && v.GuildID == "" {
			return Response{}, errServerOnly
		}
		only, handle = c.only, c.handle
	case KindComponent, KindModal:
		a := r.actions[v.Action.Name]
		if a == nil {
			return Response{}, errVersion
		}
		only, handle = a.only, a.handle
	case KindMessage:
	default:
		return Response{}, fmt.Errorf("request of unknown kind %d", v.Kind)
	}
	if only != nil {
		if err := only(ctx, v); err != nil {
			return Response{}, err
		}
	}
	answer, err := handle(ctx, v)
	if err != nil {
		return Response{}, fmt.Errorf("%s: %w", r.label(v.Request), err)
	}
	return answer, nil
}

func (r *Router) complete(ctx context.Context, v *visit) Response {
	c := r.byName[commandKey(v.Name, false)]
	if c == nil || c.complete == nil {
		return Response{}
	}
	r.meet(ctx, v)
	if c.only != nil && c.only(ctx, v) != nil {
		return Response{}
	}
	list := c.complete(ctx, v)
	return Response{Choices: list[:min(len(list), maxChoices)]}
}

// label names a request in logs and metrics: one of a fixed set, whatever is sent.
func (r *Router) label(q Request) string {
	switch q.Kind {
	case KindCommand, KindAutocomplete:
		if c := r.byName[commandKey(q.Name, false)]; c != nil {
			if q.Kind == KindAutocomplete {
				return "typing " + c.Name
			}
			return c.Name
		}
	case KindTarget:
		return "answer-this"
	case KindComponent, KindModal:
		if a := r.actions[q.Action.Name]; a != nil {
			return "button " + a.name
		}
		return "button unknown"
	case KindMessage:
		return "message"
	}
	return "unknown"
}
