package embedded_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/storetest"
)

func open(t testing.TB, path string, opt embedded.Options) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return open(t, filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	})
}

// TestConformanceWhileFlushing moves everything between memory and file all
// the time.
func TestConformanceWhileFlushing(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return open(t, filepath.Join(t.TempDir(), "store.db"),
			embedded.Options{FlushEvery: time.Millisecond, SweepEvery: 2 * time.Millisecond})
	})
}

func TestReopen(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "made", "on", "the", "way", "store.db")
	s := open(t, path, embedded.Options{})
	must(t, s.Put(ctx, "ann", store.KindSession, []byte("kept"), time.Hour))
	must(t, s.Put(ctx, "ann", store.KindFeedback, []byte("gone"), time.Millisecond))
	must(t, s.Count(ctx, "gaps", "my", 2))
	if _, err := s.Once(ctx, "event", time.Hour); err != nil {
		t.Fatal(err)
	}
	version, err := store.Save(ctx, s, "updates", "a", []byte("draft"), 0)
	must(t, err)
	must(t, s.Close())
	if err := s.Close(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("closing again: %v, want ErrClosed", err)
	}
	if _, err := s.Get(ctx, "ann", store.KindSession); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Get after Close: %v, want ErrClosed", err)
	}
	if _, err := s.Load(ctx, "updates", "a"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Load after Close: %v, want ErrClosed", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}

	s = open(t, path, embedded.Options{})
	if v, err := s.Get(ctx, "ann", store.KindSession); err != nil || string(v) != "kept" {
		t.Errorf("session %q, %v", v, err)
	}
	if _, err := s.Get(ctx, "ann", store.KindFeedback); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("expired record: %v", err)
	}
	if first, err := s.Once(ctx, "event", time.Hour); err != nil || first {
		t.Errorf("Once after a restart: %v, %v; want false", first, err)
	}
	if n, err := s.Counts(ctx, "gaps"); err != nil || n["my"] != 2 {
		t.Errorf("counts %v, %v", n, err)
	}
	if d, err := s.Load(ctx, "updates", "a"); err != nil || d.Version != version || string(d.Value) != "draft" {
		t.Errorf("document %v, %v", d, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCrash copies the file while the store is open, which is what a crash
// leaves: what is durable must be in the copy without Close.
func TestCrash(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "store.db"), embedded.Options{FlushEvery: time.Hour})
	must(t, s.Put(ctx, "ann", store.KindSession, []byte("may be lost"), time.Hour))
	must(t, s.Put(ctx, "bob", store.KindSession, []byte("forgotten"), time.Hour))
	_, err := s.Write(ctx,
		store.SaveDoc{Collection: "updates", ID: "a", Value: []byte("draft")},
		store.AppendEntry{Log: "audit", Value: []byte("made")},
		store.EnqueueJob{Queue: "posts", ID: "a", At: time.Now()})
	must(t, err)
	must(t, s.Forget(ctx, "bob"))

	data, err := os.ReadFile(filepath.Join(dir, "store.db"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "copy.db"), data, 0o600))
	c := open(t, filepath.Join(dir, "copy.db"), embedded.Options{})
	if d, err := c.Load(ctx, "updates", "a"); err != nil || string(d.Value) != "draft" {
		t.Errorf("document after the crash: %v, %v", d, err)
	}
	if e, err := c.Entries(ctx, "audit", 0, 10); err != nil || len(e) != 1 {
		t.Errorf("log after the crash: %v, %v", e, err)
	}
	if j, err := c.Jobs(ctx, "posts"); err != nil || len(j) != 1 {
		t.Errorf("schedule after the crash: %v, %v", j, err)
	}
	if _, err := c.Get(ctx, "bob", store.KindSession); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a forgotten person after the crash: %v, want ErrNotFound", err)
	}
}

// TestSweep sees with the clock moved on that what expired leaves the file.
func TestSweep(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "store.db")
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s := open(t, path, embedded.Options{Now: now, FlushEvery: 2 * time.Millisecond, SweepEvery: 2 * time.Millisecond})
	for i := range 3000 {
		must(t, s.Put(ctx, store.Person("person"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))),
			store.KindSession, []byte("MARK-OF-A-SESSION"), 30*time.Minute))
	}
	must(t, s.Put(ctx, "ann", store.KindPreferences, []byte("stays"), 365*24*time.Hour))
	storetest.Eventually(t, 5*time.Second, "written", func() bool { return s.Volatile(t) == 3001 })
	ahead.Store(int64(31 * time.Minute))
	storetest.Eventually(t, 5*time.Second, "swept", func() bool { return s.Volatile(t) == 1 })
	if _, err := s.Get(ctx, "ann", store.KindPreferences); err != nil {
		t.Error(err)
	}
}

// TestSecondProcess opens the file from another process, a copy of this test.
func TestSecondProcess(t *testing.T) {
	const env = "EMBEDDED_TEST_OPEN"
	if path := os.Getenv(env); path != "" {
		began := time.Now()
		_, err := embedded.Open(path, embedded.Options{LockWait: 200 * time.Millisecond})
		if !errors.Is(err, store.ErrLocked) {
			t.Fatalf("error %v, want ErrLocked", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Fatalf("it took %s to say so", took)
		}
		if !strings.Contains(err.Error(), path) {
			t.Fatalf("%q doesn't name the file", err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	open(t, path, embedded.Options{})
	cmd := exec.Command(os.Args[0], "-test.run=^TestSecondProcess$")
	cmd.Env = append(os.Environ(), env+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestDamagedFile(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	s := open(t, good, embedded.Options{})
	for i := range 200 {
		_, err := store.Append(ctx, s, "audit", "", []byte(strings.Repeat(string(rune('a'+i%26)), 500)))
		must(t, err)
	}
	must(t, s.Close())
	data, err := os.ReadFile(good)
	must(t, err)

	zero := func(from, to int) []byte {
		d := append([]byte{}, data...)
		clear(d[from:to])
		return d
	}
	noise := append([]byte{}, data...)
	for i := 2 * os.Getpagesize(); i < len(noise); i++ {
		noise[i] ^= byte(i * 131)
	}
	for name, content := range map[string][]byte{
		"text":          []byte(strings.Repeat("this is not a store\n", 1000)),
		"short":         []byte("x"),
		"no metas":      zero(0, 2*os.Getpagesize()),
		"cut off":       data[:len(data)/2],
		"cut to metas":  data[:2*os.Getpagesize()],
		"pages zeroed":  zero(2*os.Getpagesize(), len(data)),
		"pages changed": noise,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".db")
			must(t, os.WriteFile(path, content, 0o600))
			s, err := embedded.Open(path, embedded.Options{})
			if !errors.Is(err, store.ErrCorrupt) {
				if s != nil {
					s.Close()
				}
				t.Fatalf("error %v, want ErrCorrupt", err)
			}
			if after, err := os.ReadFile(path); err != nil || len(after) < len(content) {
				t.Errorf("the damaged file was changed: %d bytes of %d, %v", len(after), len(content), err)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := embedded.Open(dir, embedded.Options{}); err == nil {
		t.Error("a folder was opened as a store")
	}
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := embedded.Open(filepath.Join(file, "store.db"), embedded.Options{}); err == nil {
		t.Error("a store was opened below a file")
	}
}
