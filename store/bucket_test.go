package store_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/store"
)

// TestBucketIsATokenBucket compares the one-number form with the textbook's:
// a level that rises with time up to the burst.
func TestBucketIsATokenBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perSecond := rapid.SampledFrom([]float64{0.1, 0.5, 1, 2, 10, 100}).Draw(t, "rate")
		burst := rapid.IntRange(1, 20).Draw(t, "burst")
		now := time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)
		step := int64(1e6 / perSecond)
		level, last := int64(burst)*step, now // in microseconds' worth of tokens
		var full int64
		for i := range rapid.IntRange(1, 60).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 3*step).Draw(t, "pause")) * time.Microsecond)
			level = min(level+now.Sub(last).Microseconds(), int64(burst)*step)
			last = now
			var ok bool
			var wait time.Duration
			full, ok, wait = store.Bucket(full, perSecond, burst, now)
			if want := level >= step; ok != want {
				t.Fatalf("request %d: %v, want %v", i, ok, want)
			}
			if ok {
				level -= step
				if wait != 0 {
					t.Fatalf("request %d: a wait of %s with a token", i, wait)
				}
			} else if want := time.Duration(step-level) * time.Microsecond; wait != want {
				t.Fatalf("request %d: wait %s, want %s", i, wait, want)
			}
		}
	})
}

func TestLimiterIsBounded(t *testing.T) {
	l := store.NewLimiter(100)
	now := time.Unix(1e9, 0)
	for i := range 5000 {
		if ok, _ := l.Take(fmt.Sprint(i), 1, 1, now); !ok {
			t.Fatalf("a fresh bucket (%d) is empty", i)
		}
		if n := l.Len(); n > 101 {
			t.Fatalf("%d buckets", n)
		}
	}
	// One that is in use isn't dropped for those that have filled up.
	l = store.NewLimiter(100)
	for i := range 99 {
		l.Take(fmt.Sprint(i), 1, 1, now)
	}
	later := now.Add(time.Minute)
	l.Take("busy", 0.01, 1, later)
	l.Take("one more", 1, 1, later)
	if ok, _ := l.Take("busy", 0.01, 1, later); ok {
		t.Error("a bucket in use was dropped while others were full again")
	}
}

func BenchmarkLimiter(b *testing.B) {
	l := store.NewLimiter(1 << 16)
	now := time.Now()
	for b.Loop() {
		l.Take("ann", 1, 5, now)
	}
}
