package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
)

// logBuffer is a log that tests read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSpace(l.buf.String()), "\n")
}

func (l *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// faulty is a store that fails on demand.
type faulty struct {
	store.Store
	err   atomic.Pointer[error]
	calls atomic.Int64
}

func (f *faulty) fail(err error) { f.err.Store(&err) }

func (f *faulty) fault(ctx context.Context) error {
	f.calls.Add(1)
	if e := f.err.Load(); e != nil && *e != nil {
		if errors.Is(*e, errSlow) {
			<-ctx.Done()
			return ctx.Err()
		}
		return *e
	}
	return nil
}

var (
	errSlow   = errors.New("slow")
	errBroken = errors.New("broken")
)

func (f *faulty) Get(ctx context.Context, p store.Person, k store.Kind) ([]byte, error) {
	if err := f.fault(ctx); err != nil {
		return nil, err
	}
	return f.Store.Get(ctx, p, k)
}

func (f *faulty) Once(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	if err := f.fault(ctx); err != nil {
		return false, err
	}
	return f.Store.Once(ctx, key, ttl)
}

func (f *faulty) Take(ctx context.Context, key string, rate float64, burst int, now time.Time) (bool, time.Duration, error) {
	if err := f.fault(ctx); err != nil {
		return false, 0, err
	}
	return f.Store.Take(ctx, key, rate, burst, now)
}

func (f *faulty) Ping(ctx context.Context) error {
	if err := f.fault(ctx); err != nil {
		return err
	}
	return f.Store.Ping(ctx)
}

func resilient(t *testing.T, opt store.ResilientOptions) (*store.Resilient, *faulty, *logBuffer) {
	t.Helper()
	inner, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, log := &faulty{Store: inner}, &logBuffer{}
	opt.Log = log.logger()
	r := store.NewResilient(f, opt)
	t.Cleanup(func() { r.Close() })
	return r, f, log
}

func TestResilientConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		r, _, _ := resilient(t, store.ResilientOptions{Timeout: 5 * time.Second, DurableTimeout: 10 * time.Second})
		return r
	})
}

func TestResilientOpensAndRecovers(t *testing.T) {
	ctx := t.Context()
	var mu sync.Mutex
	seen := map[string]int{}
	r, f, log := resilient(t, store.ResilientOptions{
		Timeout: 30 * time.Millisecond, Probe: 20 * time.Millisecond, MaxProbe: 50 * time.Millisecond,
		OnError: func(method string, err error) {
			mu.Lock()
			defer mu.Unlock()
			seen[method]++
			if !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("OnError got %v", err)
			}
		},
	})
	if err := r.Put(ctx, "ann", store.KindSession, []byte("here"), time.Hour); err != nil {
		t.Fatal(err)
	}
	f.fail(errSlow)
	for range 3 {
		began := time.Now()
		_, err := r.Get(ctx, "ann", store.KindSession)
		if took := time.Since(began); !errors.Is(err, store.ErrUnavailable) || took > 200*time.Millisecond {
			t.Fatalf("Get of a slow store: %v after %s", err, took)
		}
	}
	if r.Available() {
		t.Fatal("still taken to be up after three failures")
	}
	began := time.Now()
	for range 1000 {
		if _, err := r.Get(ctx, "ann", store.KindSession); !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("Get while down: %v", err)
		}
	}
	if took := time.Since(began); took > 100*time.Millisecond {
		t.Errorf("1000 calls while down took %s", took)
	}
	if err := r.Put(ctx, "ann", store.KindSession, nil, time.Hour); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Put while down: %v", err)
	}
	f.fail(nil)
	storetest.Eventually(t, 5*time.Second, "back", r.Available)
	if v, err := r.Get(ctx, "ann", store.KindSession); err != nil || string(v) != "here" {
		t.Errorf("Get when back: %q, %v", v, err)
	}
	lines := log.lines()
	if len(lines) != 2 || !strings.Contains(lines[0], "unavailable") || !strings.Contains(lines[1], "available again") {
		t.Errorf("log, want one line down and one back:\n%s", strings.Join(lines, "\n"))
	}
	mu.Lock()
	defer mu.Unlock()
	if seen["Get"] != 1003 || seen["Put"] != 1 {
		t.Errorf("counted %v, want Get 1003 and Put 1", seen)
	}
}

func TestResilientOrdinaryOutcomesAreNoFailures(t *testing.T) {
	ctx := t.Context()
	r, f, _ := resilient(t, store.ResilientOptions{})
	for range 10 {
		if _, err := r.Get(ctx, "ann", store.KindSession); !errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
		if _, err := r.Get(ctx, "ann", "diary"); !errors.Is(err, store.ErrInvalid) {
			t.Fatal(err)
		}
		if _, err := store.Save(ctx, r, "c", "a", nil, 5); !errors.Is(err, store.ErrConflict) {
			t.Fatal(err)
		}
	}
	// Callers that give up say nothing about the store, ...
	f.fail(errSlow)
	for range 10 {
		gone, cancel := context.WithCancel(ctx)
		time.AfterFunc(2*time.Millisecond, cancel)
		if _, err := r.Get(gone, "ann", store.KindSession); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if !r.Available() {
		t.Fatal("callers that gave up made the store look down")
	}
	// ... but callers whose own time ran out waited for it.
	for range 3 {
		short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		if _, err := r.Get(short, "ann", store.KindSession); !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
		cancel()
	}
	if r.Available() {
		t.Fatal("still taken to be up")
	}
}

func TestResilientFailuresMustBeInARow(t *testing.T) {
	ctx := t.Context()
	r, f, log := resilient(t, store.ResilientOptions{})
	for range 10 {
		f.fail(errBroken)
		for range 2 {
			if _, err := r.Get(ctx, "ann", store.KindSession); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, errBroken) {
				t.Fatal(err)
			}
		}
		f.fail(nil)
		if _, err := r.Get(ctx, "ann", store.KindSession); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
	}
	if got := log.lines(); got[0] != "" {
		t.Errorf("logged %q", got)
	}
}

func TestResilientGuardsGoOn(t *testing.T) {
	ctx := t.Context()
	r, f, _ := resilient(t, store.ResilientOptions{Timeout: 20 * time.Millisecond, Probe: time.Hour})
	once := func(key string) bool {
		t.Helper()
		first, err := r.Once(ctx, key, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return first
	}
	if !once("before") {
		t.Fatal("not first")
	}
	f.fail(errSlow)
	if once("before") {
		t.Error("what was seen while the store was up is first again when it is down")
	}
	for i := range 10 {
		key := fmt.Sprint("down", i)
		if !once(key) || once(key) {
			t.Errorf("%s: want first once", key)
		}
	}
	now := time.Now()
	for i := range 5 {
		ok, wait, err := r.Take(ctx, "ann", 1, 3, now)
		if err != nil || ok != (i < 3) || (wait == 0) != ok {
			t.Errorf("Take %d while down: %v, %s, %v", i, ok, wait, err)
		}
	}
	if _, _, err := r.Take(ctx, "ann", 0, 3, now); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("Take at rate 0 while down: %v", err)
	}
	if _, err := r.Once(ctx, "", time.Hour); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("Once without a key: %v", err)
	}
	calls := f.calls.Load()
	once("no call")
	if f.calls.Load() != calls {
		t.Error("the store was asked while down")
	}
}

// TestResilientRedis is the whole: a real Redis that freezes, is killed, and
// comes back.
func TestResilientRedis(t *testing.T) {
	ctx := t.Context()
	server := storetest.StartRedis(t)
	inner, err := redis.Open(server.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &logBuffer{}
	r := store.NewResilient(inner, store.ResilientOptions{
		Timeout: 100 * time.Millisecond, Probe: 20 * time.Millisecond, MaxProbe: 100 * time.Millisecond, Log: log.logger(),
	})
	defer r.Close()
	if err := r.Put(ctx, "ann", store.KindSession, []byte("here"), time.Hour); err != nil {
		t.Fatal(err)
	}
	outages := []struct {
		name       string
		down, back func()
	}{
		{"frozen", server.Freeze, server.Thaw},
		{"stopped", server.Stop, server.Start},
		{"killed", server.Kill, server.Start},
	}
	for i, o := range outages {
		o.down()
		began := time.Now()
		var slowest time.Duration
		for range 200 { // sixteen at once would do the same
			t0 := time.Now()
			_, err := r.Get(ctx, "ann", store.KindSession)
			slowest = max(slowest, time.Since(t0))
			if !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("%s: Get: %v", o.name, err)
			}
		}
		t.Logf("%s: 200 calls in %s, the slowest %s", o.name, time.Since(began), slowest)
		if slowest > 250*time.Millisecond || time.Since(began) > time.Second {
			t.Errorf("%s: 200 calls took %s, the slowest %s", o.name, time.Since(began), slowest)
		}
		o.back()
		storetest.Eventually(t, 10*time.Second, "back after it was "+o.name, r.Available)
		if v, err := r.Get(ctx, "ann", store.KindSession); err != nil || string(v) != "here" {
			t.Errorf("%s: Get when back: %q, %v", o.name, v, err)
		}
		if lines := log.lines(); len(lines) != 2*(i+1) {
			t.Errorf("%s: %d lines in the log, want %d:\n%s", o.name, len(lines), 2*(i+1), strings.Join(lines, "\n"))
		}
	}
}

// TestResilientStartsWhileDown opens a store that isn't there yet.
func TestResilientStartsWhileDown(t *testing.T) {
	server := storetest.StartRedis(t)
	server.Stop()
	inner, err := redis.Open(server.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &logBuffer{}
	r := store.NewResilient(inner, store.ResilientOptions{Probe: 20 * time.Millisecond, MaxProbe: 100 * time.Millisecond, Log: log.logger()})
	defer r.Close()
	for range 5 {
		if _, err := r.Get(t.Context(), "ann", store.KindSession); !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	server.Start()
	storetest.Eventually(t, 10*time.Second, "up", r.Available)
	if err := r.Put(t.Context(), "ann", store.KindSession, nil, time.Hour); err != nil {
		t.Fatal(err)
	}
}

func TestResilientCloseWhileDown(t *testing.T) {
	r, f, _ := resilient(t, store.ResilientOptions{Probe: time.Hour})
	f.fail(errBroken)
	for range 3 {
		r.Get(t.Context(), "ann", store.KindSession)
	}
	done := make(chan error, 1)
	go func() { done <- r.Close() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close waits for the next probe")
	}
}

func BenchmarkResilientDown(b *testing.B) {
	inner, err := redis.Open("redis://127.0.0.1:1", redis.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := store.NewResilient(inner, store.ResilientOptions{Log: slog.New(slog.DiscardHandler)})
	defer r.Close()
	for range 3 {
		r.Get(b.Context(), "ann", store.KindSession)
	}
	for b.Loop() {
		r.Get(b.Context(), "ann", store.KindSession)
	}
}
