package embedded_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/store"
	"madoguchi/store/embedded"
)

// TestKilled kills a process (a copy of this test) in the middle of writing,
// several times on one file. What it had acknowledged must be there, what
// belongs together must be together, and the log must have no gap.
func TestKilled(t *testing.T) {
	const env = "EMBEDDED_TEST_WRITE"
	if path := os.Getenv(env); path != "" {
		writeUntilKilled(t, path)
		return
	}
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "store.db")
	acknowledged := 0
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), env+"="+path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 20+7*round && lines.Scan(); n++ {
			if seq := 0; strings.HasPrefix(lines.Text(), "wrote ") {
				if _, err := fmt.Sscanf(lines.Text(), "wrote %d", &seq); err != nil {
					t.Fatal(err)
				}
				acknowledged = max(acknowledged, seq)
			}
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // what it still said before it died
			seq := 0
			if _, err := fmt.Sscanf(lines.Text(), "wrote %d", &seq); err == nil {
				acknowledged = max(acknowledged, seq)
			}
		}
		_ = cmd.Wait() // killed

		s, err := embedded.Open(path, embedded.Options{})
		must(t, err)
		entries, err := s.Entries(ctx, "audit", 0, store.MaxLimit)
		must(t, err)
		docs, err := s.List(ctx, "updates", "")
		must(t, err)
		jobs, err := s.Jobs(ctx, "posts")
		must(t, err)
		if len(entries) < acknowledged || acknowledged == 0 {
			t.Fatalf("round %d: %d entries, %d were acknowledged", round, len(entries), acknowledged)
		}
		if len(docs) != len(entries) || len(jobs) != len(entries) {
			t.Fatalf("round %d: %d entries, %d documents, %d jobs of as many writes", round, len(entries), len(docs), len(jobs))
		}
		for i, e := range entries {
			if e.Seq != int64(i+1) {
				t.Fatalf("round %d: entry %d has number %d", round, i, e.Seq)
			}
		}
		must(t, s.Close())
	}
	t.Logf("%d writes acknowledged over 5 kills", acknowledged)
}

func writeUntilKilled(t *testing.T, path string) {
	s, err := embedded.Open(path, embedded.Options{FlushEvery: time.Millisecond})
	must(t, err)
	for i := 0; ; i++ {
		id := fmt.Sprintf("%d-%d", os.Getpid(), i)
		must(t, s.Put(t.Context(), store.Person(id), store.KindSession, []byte("x"), time.Hour))
		r, err := s.Write(t.Context(),
			store.SaveDoc{Collection: "updates", ID: id, Value: []byte("draft")},
			store.AppendEntry{Log: "audit", ID: id},
			store.EnqueueJob{Queue: "posts", ID: id, At: time.Now()})
		must(t, err)
		fmt.Printf("wrote %d\n", r[1].Seq)
	}
}

// TestDiskFull keeps in memory what can't be written, and writes it later.
func TestDiskFull(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "store.db"), embedded.Options{FlushEvery: time.Hour})
	s.LimitFile(1)
	value := []byte(strings.Repeat("x", 200_000))
	must(t, s.Put(ctx, "ann", store.KindSession, value, time.Hour))
	must(t, s.Put(ctx, "bob", store.KindSession, []byte("old"), time.Hour))
	must(t, s.Count(ctx, "gaps", "my", 1))
	if err := s.Flush(); err == nil {
		t.Fatal("written to a full disk")
	}
	if err := s.Ping(ctx); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping: %v, want ErrUnavailable", err)
	}
	must(t, s.Put(ctx, "bob", store.KindSession, []byte("new"), time.Hour))
	must(t, s.Count(ctx, "gaps", "my", 1))
	if err := s.Flush(); err == nil {
		t.Fatal("written to a full disk")
	}
	check := func() {
		t.Helper()
		if v, err := s.Get(ctx, "ann", store.KindSession); err != nil || len(v) != len(value) {
			t.Errorf("ann: %d bytes, %v", len(v), err)
		}
		if v, err := s.Get(ctx, "bob", store.KindSession); err != nil || string(v) != "new" {
			t.Errorf("bob: %q, %v", v, err)
		}
		if n, err := s.Counts(ctx, "gaps"); err != nil || n["my"] != 2 {
			t.Errorf("counts %v, %v", n, err)
		}
	}
	check()
	s.LimitFile(0)
	must(t, s.Flush())
	must(t, s.Ping(ctx))
	check()
}
