package bot

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"madoguchi/bot/gateway"
	"madoguchi/bot/rest"
	"madoguchi/commands"
	"madoguchi/store"
)

// Options make a Bot.
type Options struct {
	Handler commands.Handler
	Token   string // without "Bot "
	APIURL  string // of the REST API; Discord's own when empty
	// HTTP: interactions come to Handler over HTTP, and there is no gateway.
	HTTP      bool
	PublicKey ed25519.PublicKey // of the application, for HTTP

	// Person gives the key of a user id.
	Person func(userID string) store.Person
	// Forget deletes all that is kept of someone who removed the app; nil: nothing is.
	Forget func(context.Context, store.Person) error
	// Store keeps the hash of the registered commands; nil: Discord is asked alone.
	Store store.Durable

	Log     *slog.Logger
	Metrics *Metrics
	Now     func() time.Time

	// The rest has good values when 0.
	Shards        int           // what Discord recommends
	Workers       int           // people answered at once: 256
	DeferAfter    time.Duration // 1.5 s: Discord wants a first answer within 3 s
	Grace         time.Duration // for finishing what is in hand at the end: 15 s
	RegisterPause time.Duration // before registering commands again after a failure: 5 s
	Gateway       gateway.Options
}

// Bot is one process on Discord.
type Bot struct {
	opt     Options
	log     *slog.Logger
	metrics *Metrics
	rest    *rest.Client
	decode  decoder
	seen    *seen
	threads *threads

	app     string // the application's id
	manager *gateway.Manager

	mu    sync.Mutex
	queue *queue          // nil while not running
	work  context.Context // of what is in hand; outlives Run's context by Grace
	aside sync.WaitGroup  // goroutines beside the queue

	running atomic.Bool
}

// Bounds of what waits.
const (
	maxPerPerson = 40
	maxWaiting   = 20000
)

// intents are what the bot listens to besides interactions: messages, whose words it
// gets only when they are meant for it. None is privileged.
const intents = discordgo.IntentGuildMessages | discordgo.IntentDirectMessages

// New makes a bot. Run starts it.
func New(opt Options) (*Bot, error) {
	switch {
	case opt.Handler == nil, opt.Person == nil:
		return nil, errors.New("bot: a handler and a way to key people are needed")
	case opt.HTTP && len(opt.PublicKey) != ed25519.PublicKeySize:
		return nil, errors.New("bot: interactions over HTTP need the application's public key")
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Metrics == nil {
		opt.Metrics = NewMetrics()
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Workers <= 0 {
		opt.Workers = 256
	}
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&opt.DeferAfter, 1500*time.Millisecond)
	def(&opt.Grace, 15*time.Second)
	def(&opt.RegisterPause, 5*time.Second)
	b := &Bot{opt: opt, log: opt.Log, metrics: opt.Metrics, seen: newSeen(10*time.Minute, 1<<16)}
	b.decode = decoder{person: opt.Person, now: opt.Now}
	b.rest = rest.New(rest.Options{URL: opt.APIURL, Token: opt.Token, Log: opt.Log, Done: b.metrics.request,
		Attempts: 6, Backoff: 100 * time.Millisecond})
	b.threads = newThreads(b.rest)
	if !opt.HTTP {
		g := opt.Gateway
		g.Token, g.Intents, g.Log = opt.Token, int(intents), opt.Log
		if opt.Shards > 0 {
			g.Shards = opt.Shards
		}
		g.Start = func(ctx context.Context) (gateway.Start, error) { return gateway.Ask(ctx, b.rest) }
		g.OnEvent = b.event
		g.OnState = b.metrics.shard
		g.OnReconnect = b.metrics.reconnect
		b.manager = gateway.New(g)
	}
	b.metrics.watch(b)
	return b, nil
}

// Run connects and answers until ctx ends. Then it takes no more events, finishes what
// it has in hand (at most Grace long), closes the connections and returns nil. It
// fails when Discord refuses the token or wants no such bot.
func (b *Bot) Run(ctx context.Context) error {
	defer b.rest.Close()
	if err := b.login(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	b.mu.Lock()
	b.work, b.queue = work, newQueue(b.opt.Workers, maxPerPerson, maxWaiting)
	b.mu.Unlock()
	b.running.Store(true)
	b.aside.Go(func() { b.registerUntilDone(ctx) })

	var err error
	if b.opt.HTTP {
		<-ctx.Done()
	} else {
		err = b.manager.Run(ctx)
	}
	b.running.Store(false)
	waiting, busy := b.queue.length()
	b.log.Info("stopping", "in_hand", waiting+busy)
	grace := time.AfterFunc(b.opt.Grace, func() {
		b.log.Warn("not everything in hand could be finished in time")
		stop()
	})
	b.queue.close()
	grace.Stop()
	stop()
	b.aside.Wait()
	return err
}

// login finds out who we are.
func (b *Bot) login(ctx context.Context) error {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := b.whoAmI(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if s := rest.Status(err); s == http.StatusUnauthorized || s == http.StatusForbidden {
			return fmt.Errorf("Discord refuses the bot's token: %w", err)
		}
		b.log.Error("Discord can't be reached", "error", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (b *Bot) whoAmI(ctx context.Context) error {
	var app struct {
		ID  id    `json:"id"`
		Bot *user `json:"bot"`
	}
	err := b.rest.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/applications/@me"}, &app)
	if err != nil && rest.Status(err) == http.StatusUnauthorized {
		return err
	}
	if app.Bot == nil || app.Bot.ID == "" {
		app.Bot = &user{}
		if err := b.rest.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/users/@me"}, app.Bot); err != nil {
			return err
		}
	}
	if app.ID == "" {
		app.ID = app.Bot.ID // the same for all but the oldest applications
	}
	b.mu.Lock()
	b.app, b.decode.self = string(app.ID), string(app.Bot.ID)
	b.mu.Unlock()
	b.log.Info("logged in", "application", b.app)
	return nil
}

// selfID is the bot's user id, empty before it has logged in.
func (b *Bot) selfID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.decode.self
}

// event takes one event of the gateway. It never waits.
func (b *Bot) event(_ int, name string, data json.RawMessage) {
	switch name {
	case "INTERACTION_CREATE":
		var in interaction
		if err := json.Unmarshal(data, &in); err != nil {
			b.metrics.drop("decode")
			b.log.Error("an interaction can't be decoded", "error", shape(err))
			return
		}
		if err := b.take(&in, &overREST{b: b, in: &in}); err != nil {
			b.metrics.drop("refused")
			b.log.Warn("an interaction is not answered", "error", err)
		}
	case "MESSAGE_CREATE":
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			b.metrics.drop("decode")
			b.log.Error("a message can't be decoded", "error", shape(err))
			return
		}
		b.hear(&m)
	}
}

// shape says what is wrong with JSON without repeating any of it.
func shape(err error) string {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("field %s is a %s", t.Field, t.Value)
	}
	return "malformed"
}

// errBusy: too much is waiting.
var errBusy = errors.New("too much is waiting")

// errStopped: the bot takes nothing more.
var errStopped = errors.New("not running")

// take puts an interaction in the queue.
func (b *Bot) take(in *interaction, to transport) error {
	received := time.Now()
	q, err := b.decode.interaction(in)
	if err != nil {
		return err
	}
	b.mu.Lock()
	queue, work := b.queue, b.work
	b.mu.Unlock()
	if queue == nil || !b.running.Load() {
		return errStopped
	}
	if !b.seen.first("i"+q.ID, received) {
		to.nothing()
		return nil
	}
	if in.ApplicationID == "" {
		in.ApplicationID = id(b.app)
	}
	x := newExchange(b, work, in, q, to, received)
	if !queue.push(q.UserID, x.run) {
		x.cancel()
		return errBusy
	}
	return nil
}

// hear puts a message in the queue, if it is meant for the bot.
func (b *Bot) hear(m *message) {
	received := time.Now()
	q, ok := b.decode.message(m)
	if !ok || !b.running.Load() || !b.seen.first("m"+q.ID, received) {
		return
	}
	b.mu.Lock()
	queue, work := b.queue, b.work
	b.mu.Unlock()
	if queue == nil || !queue.push(q.UserID, func() { b.speak(work, m, q, received) }) {
		b.metrics.drop("busy")
	}
}

// handle calls the handler. A panic in it is no reason to fall silent for all others.
func (b *Bot) handle(ctx context.Context, q commands.Request) (r commands.Response) {
	defer func() {
		if p := recover(); p != nil {
			b.metrics.drop("panic")
			b.log.Error("the handler panicked", "kind", q.Kind, "panic", fmt.Sprintf("%T", p))
			r = commands.Response{Silent: true}
		}
	}()
	return b.opt.Handler.Handle(ctx, q)
}

// Ready says whether the bot takes events: it runs, and all shards are connected.
func (b *Bot) Ready() bool {
	if !b.running.Load() {
		return false
	}
	if b.opt.HTTP {
		return true
	}
	states := b.manager.States()
	for _, s := range states {
		if s.State != gateway.Ready {
			return false
		}
	}
	return len(states) > 0
}
