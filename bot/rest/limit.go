package rest

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter keeps requests within the limits that Discord's answers told of. No limit
// is known beforehand.
type limiter struct {
	now func() time.Time

	mu      sync.Mutex
	global  time.Time          // nothing before then, but for interactions
	routes  map[string]string  // route and major parameter to bucket
	buckets map[string]*bucket // by Discord's bucket and major parameter
	refused []time.Time        // 401, 403 and 429 in the last ten minutes
	swept   time.Time
}

type bucket struct {
	remaining int
	reset     time.Time
}

// Discord bans an address for an hour at 10,000 refused requests in ten minutes; this
// stays well below, with the rest left to other processes behind the address.
const (
	maxRefused    = 5000
	refusedWindow = 10 * time.Minute
)

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, routes: map[string]string{}, buckets: map[string]*bucket{}}
}

// reserve takes a place in the bucket of key for one request, or says how long to wait
// before asking again. key is empty for requests that have no limit of their own;
// interactions are exempt from the global limit.
func (l *limiter) reserve(key string, exempt bool) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.overBudget(now) && !exempt {
		return 0, ErrBudget
	}
	if d := l.global.Sub(now); d > 0 && !exempt {
		return d, nil
	}
	b := l.buckets[l.routes[key]]
	if b == nil {
		return 0, nil
	}
	if b.remaining <= 0 {
		if d := b.reset.Sub(now); d > 0 {
			return d, nil
		}
		// A new window: one goes first, and its answer tells how many may follow.
		b.remaining, b.reset = 1, now.Add(time.Second)
	}
	b.remaining--
	return 0, nil
}

// learn reads the limits in an answer. For a 429 it returns how long to wait.
func (l *limiter) learn(key, major string, resp *http.Response, retryAfter time.Duration) time.Duration {
	h := resp.Header
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	limited := resp.StatusCode == http.StatusTooManyRequests
	if limited || resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		if h.Get("X-RateLimit-Scope") != "shared" {
			l.refused = append(l.refused, now)
		}
	}
	if limited {
		wait := max(retryAfter, seconds(h.Get("Retry-After")))
		if wait <= 0 {
			wait = time.Second
		}
		if h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Scope") == "global" {
			l.global = now.Add(wait)
			return wait
		}
		if key != "" {
			l.bucket(key, major, h, now).empty(now.Add(wait))
		}
		return wait
	}
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil || key == "" {
		return 0
	}
	b := l.bucket(key, major, h, now)
	reset := now.Add(seconds(h.Get("X-RateLimit-Reset-After")))
	// Answers overtake each other: within a window the lower number is the later one.
	if reset.Sub(b.reset).Abs() < 50*time.Millisecond {
		remaining = min(remaining, b.remaining)
	}
	b.remaining, b.reset = remaining, reset
	return 0
}

func (b *bucket) empty(until time.Time) {
	b.remaining = 0
	if until.After(b.reset) {
		b.reset = until
	}
}

// bucket finds or makes the bucket that an answer names; the caller holds mu.
func (l *limiter) bucket(key, major string, h http.Header, now time.Time) *bucket {
	l.sweep(now)
	name := h.Get("X-RateLimit-Bucket")
	if name == "" {
		name = key
	}
	name += "|" + major
	l.routes[key] = name
	b := l.buckets[name]
	if b == nil {
		b = &bucket{remaining: math.MaxInt}
		l.buckets[name] = b
	}
	return b
}

// sweep forgets buckets whose window is long over, so that channels once written to
// don't stay for ever; the caller holds mu.
func (l *limiter) sweep(now time.Time) {
	const every = time.Minute
	if now.Sub(l.swept) < every {
		return
	}
	l.swept = now
	for name, b := range l.buckets {
		if now.Sub(b.reset) > every {
			delete(l.buckets, name)
		}
	}
	for key, name := range l.routes {
		if l.buckets[name] == nil {
			delete(l.routes, key)
		}
	}
}

// overBudget says whether more refusals would bring a ban; the caller holds mu.
func (l *limiter) overBudget(now time.Time) bool {
	old := 0
	for old < len(l.refused) && now.Sub(l.refused[old]) > refusedWindow {
		old++
	}
	l.refused = l.refused[old:]
	return len(l.refused) >= maxRefused
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 24*3600 {
		return 0
	}
	return time.Duration(math.Ceil(f*1000)) * time.Millisecond
}

// sleep waits, or returns the context's error when it ends first. It does not begin a
// wait that the context's deadline would cut off.
func sleep(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return context.DeadlineExceeded
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
