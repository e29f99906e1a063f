package gateway

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Start is what GET /gateway/bot says of starting sessions.
type Start struct {
	URL            string
	Shards         int
	Remaining      int           // identifies left
	ResetAfter     time.Duration // until there are Total again
	Total          int
	MaxConcurrency int
}

// starter paces IDENTIFY over all shards: one in five seconds for each of
// max_concurrency buckets, and none when the day's are spent.
type starter struct {
	every time.Duration
	now   func() time.Time

	mu        sync.Mutex
	remaining int
	total     int
	resets    time.Time
	buckets   []time.Time // when each is free again
}

func newStarter(s Start, every time.Duration, now func() time.Time) *starter {
	t := &starter{every: every, now: now, buckets: make([]time.Time, max(1, s.MaxConcurrency))}
	t.learn(s)
	return t
}

// learn takes over how many identifies are left.
func (t *starter) learn(s Start) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.remaining, t.total, t.resets = s.Remaining, max(1, s.Total), t.now().Add(s.ResetAfter)
}

// left is how many identifies are left.
func (t *starter) left() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.remaining
}

// reserve takes the next place for a shard and says when it may identify. Shards of
// one bucket come in the order of asking.
func (t *starter) reserve(shard int) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	at := now
	if t.remaining <= 0 {
		if t.resets.After(now) {
			at = t.resets
		}
		t.remaining = t.total
		t.resets = at.Add(24 * time.Hour)
	}
	t.remaining--
	b := &t.buckets[shard%len(t.buckets)]
	if b.After(at) {
		at = *b
	}
	*b = at.Add(t.every)
	return at
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// jitter is d give or take a quarter, so that shards that fell together don't rise
// together.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d*3/4 + rand.N(d/2+1)
}
