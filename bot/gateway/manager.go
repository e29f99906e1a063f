package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options make a Manager.
type Options struct {
	Token   string
	Intents int
	// Shards is how many; 0 for what Discord recommends.
	Shards int
	// Start asks Discord where and how to connect.
	Start func(context.Context) (Start, error)

	// OnEvent gets each event in order, shard by shard. It must not block.
	OnEvent func(shard int, name string, data json.RawMessage)
	// OnState and OnReconnect may be nil.
	OnState     func(shard int, s State)
	OnReconnect func(shard int, resume bool)
	Log         *slog.Logger

	// The rest has Discord's values when 0; tests shorten it.
	IdentifyEvery time.Duration // between identifies of one bucket: 5 s
	InvalidPause  time.Duration // after INVALID_SESSION: 3 s
	Pause         time.Duration // the first between attempts: 1 s
	DialTimeout   time.Duration // until HELLO: 20 s
}

// Manager runs all shards.
type Manager struct {
	opt     Options
	start   Start
	starter *starter

	mu     sync.Mutex
	shards []*shard
}

// New makes a manager; Run starts it.
func New(opt Options) *Manager {
	if opt.OnState == nil {
		opt.OnState = func(int, State) {}
	}
	if opt.OnReconnect == nil {
		opt.OnReconnect = func(int, bool) {}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&opt.IdentifyEvery, 5*time.Second+250*time.Millisecond)
	def(&opt.InvalidPause, 3*time.Second)
	def(&opt.Pause, firstPause)
	def(&opt.DialTimeout, 20*time.Second)
	return &Manager{opt: opt}
}

// Run connects all shards and keeps them connected until ctx ends; then it leaves
// Discord in an orderly way and returns nil. It fails when Discord says that trying
// again is useless, such as for a refused token.
func (m *Manager) Run(ctx context.Context) error {
	for {
		err := m.generation(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if !errors.Is(err, ErrReshard) {
			return err
		}
		m.opt.Log.Warn("Discord wants more shards; all are started anew")
		if m.opt.Shards > 0 {
			m.opt.Shards = 0
		}
	}
}

// generation runs one set of shards until one of them ends it.
func (m *Manager) generation(ctx context.Context) error {
	st, err := m.ask(ctx)
	if err != nil {
		return err
	}
	n := m.opt.Shards
	if n <= 0 {
		n = max(1, st.Shards)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	m.mu.Lock()
	m.start = st
	if m.starter == nil {
		m.starter = newStarter(st, m.opt.IdentifyEvery, time.Now)
	} else {
		m.starter.learn(st)
	}
	m.shards = nil
	for i := range n {
		m.shards = append(m.shards, &shard{id: i, of: n, m: m, log: m.opt.Log.With("shard", i)})
	}
	shards := m.shards
	m.mu.Unlock()
	var wg sync.WaitGroup
	for _, s := range shards {
		first := m.starter.reserve(s.id)
		wg.Go(func() {
			if err := s.run(ctx, first); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// ask asks where to connect until there is an answer.
func (m *Manager) ask(ctx context.Context) (Start, error) {
	for pause := m.opt.Pause; ; pause = min(2*pause, maxPause) {
		st, err := m.opt.Start(ctx)
		if err == nil {
			return st, nil
		}
		if f, ok := errors.AsType[*FatalError](err); ok {
			return Start{}, f
		}
		m.opt.Log.Warn("asking for the gateway failed", "error", err, "pause", pause)
		if sleep(ctx, jitter(pause)) != nil {
			return Start{}, fmt.Errorf("ask for the gateway: %w", err)
		}
	}
}

// ShardState tells of one shard.
type ShardState struct {
	ID    int
	State State
	// Latency is how long the last heartbeat's answer took.
	Latency time.Duration
}

// States tells of all shards; none before the first connection is tried.
func (m *Manager) States() []ShardState {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []ShardState
	for _, s := range m.shards {
		out = append(out, ShardState{s.id, State(s.state.Load()), time.Duration(s.delay.Load())})
	}
	return out
}

// IdentifiesLeft is how many sessions can still be started today, or -1 before that is
// known.
func (m *Manager) IdentifiesLeft() int {
	m.mu.Lock()
	st := m.starter
	m.mu.Unlock()
	if st == nil {
		return -1
	}
	return st.left()
}
