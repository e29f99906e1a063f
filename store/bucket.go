package store

import (
	"math"
	"sync"
	"time"
)

// Bucket is the arithmetic of Take. A token bucket needs one number: the
// moment at which it will be full again (the generic cell rate algorithm,
// ITU-T I.371, where it is called the theoretical arrival time). full is that
// moment in Unix microseconds, 0 for a bucket never used. It returns the new
// moment, whether a token was there, and if not how long until one is.
func Bucket(full int64, rate float64, burst int, now time.Time) (newFull int64, ok bool, retryAfter time.Duration) {
	step, depth, at := BucketSteps(rate, burst, now)
	next := max(full, at) + step
	if wait := next - depth - at; wait > 0 {
		return full, false, time.Duration(wait) * time.Microsecond
	}
	return next, true, 0
}

// BucketSteps gives a bucket's figures in microseconds: step between two
// tokens, depth of the whole bucket, and now.
func BucketSteps(rate float64, burst int, now time.Time) (step, depth, at int64) {
	step = int64(math.Ceil(1e6 / rate))
	return step, step * int64(burst), now.UnixMicro()
}

// Limiter holds token buckets in memory, for one process: what the embedded
// store uses, and Resilient while the store is away. Safe for use by many
// goroutines. The zero value is not usable; see NewLimiter.
type Limiter struct {
	mu   sync.Mutex
	full map[string]int64
	max  int
}

// NewLimiter makes a Limiter that keeps at most about max buckets. Above that,
// buckets that have filled up are dropped, and if few have, all: memory and
// work are bounded even when everybody on earth asks at once.
func NewLimiter(max int) *Limiter {
	return &Limiter{full: map[string]int64{}, max: max}
}

// Take is Guards.Take without a store.
func (l *Limiter) Take(key string, rate float64, burst int, now time.Time) (ok bool, retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full, known := l.full[key]
	if !known && len(l.full) >= l.max {
		at := now.UnixMicro()
		for k, f := range l.full {
			if f <= at {
				delete(l.full, k)
			}
		}
		if len(l.full) > l.max*3/4 {
			clear(l.full)
		}
	}
	full, ok, retryAfter = Bucket(full, rate, burst, now)
	l.full[key] = full
	return ok, retryAfter
}
