package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// ResilientOptions tune Resilient. The zero value is right for the bot.
type ResilientOptions struct {
	// Timeout bounds what a person waits for in a turn: Get, Put, Delete,
	// Once, Take, Count. 250 ms when 0.
	Timeout time.Duration
	// DurableTimeout bounds each of the rest (each step of a Dump not at
	// all). 2 s when 0.
	DurableTimeout time.Duration
	// Failures is after how many failures in a row the store is taken to be
	// down. 3 when 0.
	Failures int
	// Probe is how long after that it is first tried again; the time doubles
	// up to MaxProbe. 250 ms and 5 s when 0.
	Probe, MaxProbe time.Duration
	// Log gets one line when the store goes down and one when it is back;
	// slog.Default() when nil.
	Log *slog.Logger
	// OnError, if not nil, is called for each failure of the store, with the
	// method's name, and for each call refused while it is down (with
	// ErrUnavailable). It must be quick and safe for many goroutines.
	OnError func(method string, err error)
	// Now is the clock of the fallback for Once; time.Now when nil.
	Now func() time.Time
}

// Resilient keeps a store that is slow or gone from making the bot slow.
//
// Each call is bounded in time. After a few failures in a row the store is
// taken to be down: calls then return ErrUnavailable at once, and one goroutine
// pings in the background until it answers. The first failure of a call's kind
// costs its timeout, all after that nothing. Callers answer without memory
// when Get says ErrUnavailable, and go on when Put does.
//
// Once and Take never fail for want of the store: while it is down, and for
// any single failure, they are decided in this process's memory. Several
// processes may then each handle an event once, and each have a bucket.
// What Once has seen is remembered here also while all is well, so an event
// that comes again right after the store went down isn't handled again.
//
// What the caller did wrong (ErrInvalid), ordinary outcomes (ErrNotFound,
// ErrConflict, ErrLeaseLost) and a context that the caller ended are passed
// through and aren't failures.
type Resilient struct {
	inner Store
	opt   ResilientOptions

	limiter *Limiter
	seen    *seen

	mu       sync.Mutex
	failures int  // in a row
	down     bool // since when failures reached the limit
	wait     time.Duration
	upSince  time.Time
	closed   bool

	stop   context.CancelFunc
	life   context.Context
	prober sync.WaitGroup
}

var _ Store = (*Resilient)(nil)

// steady is how long the store must have been up for the next outage to be
// probed quickly again, so that a store that flaps isn't announced each time.
const steady = 30 * time.Second

// maxLocal bounds what the fallbacks remember.
const maxLocal = 1 << 16

// NewResilient decorates a store. Close closes both.
func NewResilient(inner Store, opt ResilientOptions) *Resilient {
	if opt.Timeout <= 0 {
		opt.Timeout = 250 * time.Millisecond
	}
	if opt.DurableTimeout <= 0 {
		opt.DurableTimeout = 2 * time.Second
	}
	if opt.Failures <= 0 {
		opt.Failures = 3
	}
	if opt.Probe <= 0 {
		opt.Probe = 250 * time.Millisecond
	}
	if opt.MaxProbe <= 0 {
		opt.MaxProbe = 5 * time.Second
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.OnError == nil {
		opt.OnError = func(string, error) {}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	life, stop := context.WithCancel(context.Background())
	return &Resilient{
		inner: inner, opt: opt, limiter: NewLimiter(maxLocal), seen: newSeen(maxLocal),
		wait: opt.Probe, life: life, stop: stop,
	}
}

// Available says whether the store is taken to be up, without asking it.
func (r *Resilient) Available() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.down
}

// Close stops probing and closes the store.
func (r *Resilient) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.stop()
	r.prober.Wait()
	return r.inner.Close()
}

// call runs f in time unless the store is down.
func (r *Resilient) call(ctx context.Context, method string, timeout time.Duration, f func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !r.Available() {
		r.opt.OnError(method, ErrUnavailable)
		return ErrUnavailable
	}
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := f(bounded)
	if !isFailure(ctx, err) {
		// A caller that gave up says nothing about the store.
		if ctx.Err() == nil {
			r.succeeded()
		}
		return err
	}
	if !errors.Is(err, ErrUnavailable) {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	r.opt.OnError(method, err)
	r.failed(err)
	return err
}

// isFailure says whether err is the store's, rather than an ordinary outcome
// or the doing of the caller whose context it is.
func isFailure(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	for _, ordinary := range []error{ErrNotFound, ErrConflict, ErrLeaseLost, ErrInvalid, ErrOtherSecret, ErrClosed} {
		if errors.Is(err, ordinary) {
			return false
		}
	}
	// A caller's deadline that passes here was spent waiting for the store.
	return !errors.Is(ctx.Err(), context.Canceled)
}

func (r *Resilient) succeeded() {
	r.mu.Lock()
	r.failures = 0
	r.mu.Unlock()
}

func (r *Resilient) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures++
	if r.down || r.closed || r.failures < r.opt.Failures {
		return
	}
	r.down = true
	if time.Since(r.upSince) > steady {
		r.wait = r.opt.Probe
	}
	r.opt.Log.Error("the store is unavailable; answering without memory until it is back", "error", err)
	r.prober.Go(r.probe)
}

// probe pings until the store answers.
func (r *Resilient) probe() {
	since := time.Now()
	for {
		r.mu.Lock()
		wait := r.wait
		r.wait = min(2*wait, r.opt.MaxProbe)
		r.mu.Unlock()
		select {
		case <-r.life.Done():
			return
		case <-time.After(wait):
		}
		ctx, cancel := context.WithTimeout(r.life, r.opt.DurableTimeout)
		err := r.inner.Ping(ctx)
		cancel()
		if err != nil {
			continue
		}
		r.mu.Lock()
		r.down, r.failures, r.upSince = false, 0, time.Now()
		r.opt.Log.Info("the store is available again", "down_for", time.Since(since).Round(time.Millisecond))
		r.mu.Unlock()
		return
	}
}

// Ping asks the store itself, also while it is taken to be down.
func (r *Resilient) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.opt.DurableTimeout)
	defer cancel()
	return r.inner.Ping(ctx)
}

// Get implements People.
func (r *Resilient) Get(ctx context.Context, person Person, kind Kind) (value []byte, err error) {
	err = r.call(ctx, "Get", r.opt.Timeout, func(ctx context.Context) error {
		value, err = r.inner.Get(ctx, person, kind)
		return err
	})
	return value, err
}

// Put implements People.
func (r *Resilient) Put(ctx context.Context, person Person, kind Kind, value []byte, ttl time.Duration) error {
	return r.call(ctx, "Put", r.opt.Timeout, func(ctx context.Context) error {
		return r.inner.Put(ctx, person, kind, value, ttl)
	})
}

// Delete implements People.
func (r *Resilient) Delete(ctx context.Context, person Person, kind Kind) error {
	return r.call(ctx, "Delete", r.opt.Timeout, func(ctx context.Context) error {
		return r.inner.Delete(ctx, person, kind)
	})
}

// Forget implements People.
func (r *Resilient) Forget(ctx context.Context, person Person) error {
	return r.call(ctx, "Forget", r.opt.DurableTimeout, func(ctx context.Context) error {
		return r.inner.Forget(ctx, person)
	})
}

// Records implements People.
func (r *Resilient) Records(ctx context.Context, person Person) (records []Record, err error) {
	err = r.call(ctx, "Records", r.opt.DurableTimeout, func(ctx context.Context) error {
		records, err = r.inner.Records(ctx, person)
		return err
	})
	return records, err
}

// Load implements Durable.
func (r *Resilient) Load(ctx context.Context, collection, id string) (doc Doc, err error) {
	err = r.call(ctx, "Load", r.opt.DurableTimeout, func(ctx context.Context) error {
		doc, err = r.inner.Load(ctx, collection, id)
		return err
	})
	return doc, err
}

// List implements Durable.
func (r *Resilient) List(ctx context.Context, collection, prefix string) (docs []Doc, err error) {
	err = r.call(ctx, "List", r.opt.DurableTimeout, func(ctx context.Context) error {
		docs, err = r.inner.List(ctx, collection, prefix)
		return err
	})
	return docs, err
}

// Entries implements Durable.
func (r *Resilient) Entries(ctx context.Context, log string, after int64, limit int) (entries []Entry, err error) {
	err = r.call(ctx, "Entries", r.opt.DurableTimeout, func(ctx context.Context) error {
		entries, err = r.inner.Entries(ctx, log, after, limit)
		return err
	})
	return entries, err
}

// Recent implements Durable.
func (r *Resilient) Recent(ctx context.Context, log string, before int64, limit int) (entries []Entry, err error) {
	err = r.call(ctx, "Recent", r.opt.DurableTimeout, func(ctx context.Context) error {
		entries, err = r.inner.Recent(ctx, log, before, limit)
		return err
	})
	return entries, err
}

// Jobs implements Durable.
func (r *Resilient) Jobs(ctx context.Context, queue string) (jobs []Job, err error) {
	err = r.call(ctx, "Jobs", r.opt.DurableTimeout, func(ctx context.Context) error {
		jobs, err = r.inner.Jobs(ctx, queue)
		return err
	})
	return jobs, err
}

// Claim implements Durable.
func (r *Resilient) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) (jobs []Job, err error) {
	err = r.call(ctx, "Claim", r.opt.DurableTimeout, func(ctx context.Context) error {
		jobs, err = r.inner.Claim(ctx, queue, owner, now, lease, limit)
		return err
	})
	return jobs, err
}

// Extend implements Durable.
func (r *Resilient) Extend(ctx context.Context, job Job, until time.Time) error {
	return r.call(ctx, "Extend", r.opt.DurableTimeout, func(ctx context.Context) error {
		return r.inner.Extend(ctx, job, until)
	})
}

// Release implements Durable.
func (r *Resilient) Release(ctx context.Context, job Job, again time.Time) error {
	return r.call(ctx, "Release", r.opt.DurableTimeout, func(ctx context.Context) error {
		return r.inner.Release(ctx, job, again)
	})
}

// Write implements Durable.
func (r *Resilient) Write(ctx context.Context, ops ...Op) (results []Result, err error) {
	err = r.call(ctx, "Write", r.opt.DurableTimeout, func(ctx context.Context) error {
		results, err = r.inner.Write(ctx, ops...)
		return err
	})
	return results, err
}

// Dump implements Durable; it goes straight to the store.
func (r *Resilient) Dump(ctx context.Context) iter.Seq2[Item, error] { return r.inner.Dump(ctx) }

// Restore implements Durable.
func (r *Resilient) Restore(ctx context.Context, item Item) error {
	return r.call(ctx, "Restore", r.opt.DurableTimeout, func(ctx context.Context) error {
		return r.inner.Restore(ctx, item)
	})
}

// Count implements Counters.
func (r *Resilient) Count(ctx context.Context, counter, field string, delta int64) error {
	return r.call(ctx, "Count", r.opt.Timeout, func(ctx context.Context) error {
		return r.inner.Count(ctx, counter, field, delta)
	})
}

// Counts implements Counters.
func (r *Resilient) Counts(ctx context.Context, counter string) (counts map[string]int64, err error) {
	err = r.call(ctx, "Counts", r.opt.DurableTimeout, func(ctx context.Context) error {
		counts, err = r.inner.Counts(ctx, counter)
		return err
	})
	return counts, err
}

// ClearCounts implements Counters.
func (r *Resilient) ClearCounts(ctx context.Context, counter string, fields ...string) error {
	return r.call(ctx, "ClearCounts", r.opt.DurableTimeout, func(ctx context.Context) error {
		return r.inner.ClearCounts(ctx, counter, fields...)
	})
}

// Once implements Guards. It fails only for ErrInvalid, ErrClosed and a context
// that the caller ended.
func (r *Resilient) Once(ctx context.Context, key string, ttl time.Duration) (first bool, err error) {
	if err := errors.Join(CheckName("key", key), CheckTTL(ttl), ctx.Err()); err != nil {
		return false, err
	}
	if !r.seen.first(key, ttl, r.opt.Now()) {
		return false, nil
	}
	err = r.call(ctx, "Once", r.opt.Timeout, func(ctx context.Context) error {
		first, err = r.inner.Once(ctx, key, ttl)
		return err
	})
	if errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
		return true, nil
	}
	if err != nil {
		// Nobody will handle it now, so that it isn't handled when it comes
		// again must not be this call's doing.
		r.seen.forget(key)
	}
	return first, err
}

// Take implements Guards. It fails only for ErrInvalid, ErrClosed and a context
// that the caller ended.
func (r *Resilient) Take(ctx context.Context, key string, rate float64, burst int, now time.Time) (ok bool, retryAfter time.Duration, err error) {
	err = r.call(ctx, "Take", r.opt.Timeout, func(ctx context.Context) error {
		ok, retryAfter, err = r.inner.Take(ctx, key, rate, burst, now)
		return err
	})
	if errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
		if err := CheckTake(key, rate, burst, now); err != nil {
			return false, 0, err
		}
		ok, retryAfter = r.limiter.Take(key, rate, burst, now)
		return ok, retryAfter, nil
	}
	return ok, retryAfter, err
}

// seen remembers keys for a while, in two generations of which the older is
// dropped when the newer is full: memory is bounded, and a key is remembered
// at least for as long as max others come.
type seen struct {
	mu       sync.Mutex
	max      int
	now, old map[string]time.Time // until when
}

func newSeen(max int) *seen {
	return &seen{max: max, now: map[string]time.Time{}, old: map[string]time.Time{}}
}

func (s *seen) first(key string, ttl time.Duration, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, generation := range []map[string]time.Time{s.now, s.old} {
		if until, ok := generation[key]; ok && until.After(now) {
			return false
		}
	}
	if len(s.now) >= s.max/2 {
		s.old, s.now = s.now, make(map[string]time.Time)
	}
	s.now[key] = now.Add(ttl)
	return true
}

func (s *seen) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.now, key)
	delete(s.old, key)
}
