package redis_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/store"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
)

func open(t testing.TB, url string) *redis.Store {
	t.Helper()
	s, err := redis.Open(url, redis.Options{})
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

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fresh gives each test its own keys on one server.
func fresh(url string) func(t *testing.T) store.Store {
	var n atomic.Int64
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	return func(t *testing.T) store.Store {
		return open(t, fmt.Sprintf("%s%sprefix=test%d", url, sep, n.Add(1)))
	}
}

func TestConformance(t *testing.T) {
	storetest.Run(t, fresh(storetest.StartRedis(t).URL()))
}

func TestConformanceCluster(t *testing.T) {
	nodes := storetest.StartCluster(t)
	storetest.Run(t, fresh("redis+cluster://"+nodes[0].Addr))
	t.Run("several addresses", func(t *testing.T) {
		s := open(t, "redis://"+nodes[2].Addr+","+nodes[1].Addr)
		for i := range 50 {
			must(t, s.Put(t.Context(), store.Person(fmt.Sprint("person", i)), store.KindSession, nil, time.Hour))
		}
		must(t, s.Ping(t.Context()))
	})
	t.Run("a master is gone", func(t *testing.T) {
		s := open(t, "redis://"+nodes[0].Addr+"?cluster=true&timeout=300ms")
		must(t, s.Ping(t.Context()))
		nodes[1].Kill()
		if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Ping: %v, want ErrUnavailable", err)
		}
		nodes[1].Start()
		storetest.Eventually(t, 10*time.Second, "the cluster answers again", func() bool { return s.Ping(t.Context()) == nil })
	})
}

func TestSentinel(t *testing.T) {
	if testing.Short() {
		t.Skip("a failover takes some seconds")
	}
	three := storetest.StartSentinels(t)
	s := open(t, "redis+sentinel://"+three.Sentinel.Addr+"/counter?timeout=500ms")
	ctx := t.Context()
	_, err := store.Save(ctx, s, "updates", "a", []byte("draft"), 0)
	must(t, err)
	must(t, s.Put(ctx, "ann", store.KindSession, []byte("here"), time.Hour))
	storetest.Eventually(t, 5*time.Second, "the replica has it", func() bool {
		offset := func(addr string) string {
			info, _ := storetest.Command(addr, "INFO", "replication")
			_, after, _ := strings.Cut(info, "master_repl_offset:")
			n, _, _ := strings.Cut(after, "\r")
			return n
		}
		return offset(three.Master.Addr) == offset(three.Replica.Addr)
	})
	three.Master.Kill()
	storetest.Eventually(t, 30*time.Second, "the replica took over", func() bool { return s.Ping(ctx) == nil })
	if d, err := s.Load(ctx, "updates", "a"); err != nil || string(d.Value) != "draft" {
		t.Errorf("document after the failover: %v, %v", d, err)
	}
	if v, err := s.Get(ctx, "ann", store.KindSession); err != nil || string(v) != "here" {
		t.Errorf("session after the failover: %q, %v", v, err)
	}
}

func TestUnixSocketAndDatabase(t *testing.T) {
	socket := filepath.Join(shortDir(t), "redis.sock")
	r := storetest.StartRedis(t, "--unixsocket", socket)
	s := open(t, "unix://"+socket+"?db=3")
	must(t, s.Put(t.Context(), "ann", store.KindSession, nil, time.Hour))
	if info, err := storetest.Command(r.Addr, "INFO", "keyspace"); err != nil || !strings.Contains(info, "db3:keys=1") {
		t.Errorf("keyspace %q, %v", info, err)
	}
	must(t, open(t, "redis://"+r.Addr+"/3").Ping(t.Context()))
}

// shortDir is a temporary folder whose path fits into a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "r")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestPassword(t *testing.T) {
	r := storetest.StartRedis(t, "--requirepass", "p@ss%word/1")
	good := open(t, "redis://default:p%40ss%25word%2F1@"+r.Addr)
	must(t, good.Ping(t.Context()))
	must(t, open(t, "redis://:p%40ss%25word%2F1@"+r.Addr).Ping(t.Context()))
	for _, url := range []string{"redis://:SWORDFISH@" + r.Addr, "redis://" + r.Addr} {
		err := open(t, url).Ping(t.Context())
		if !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "SWORDFISH") {
			t.Errorf("error %v, want ErrUnavailable without the password", err)
		}
	}
}

// TestPlainServer runs on a server that refuses what managed servers and old
// ones refuse, and on which every command newer than Redis 6.0 would show.
func TestPlainServer(t *testing.T) {
	r := storetest.StartRedis(t,
		"--rename-command", "CLIENT", "", "--rename-command", "CONFIG", "", "--rename-command", "HELLO", "",
		"--rename-command", "FUNCTION", "", "--rename-command", "FCALL", "", "--rename-command", "INFO", "",
		"--rename-command", "KEYS", "", "--rename-command", "FLUSHALL", "", "--rename-command", "GETDEL", "",
		"--rename-command", "GETEX", "", "--rename-command", "COPY", "", "--rename-command", "ZRANGESTORE", "",
		"--rename-command", "LMPOP", "", "--rename-command", "EXPIRETIME", "")
	storetest.Run(t, fresh(r.URL()))
	if w := open(t, r.URL()).Warnings(t.Context()); len(w) != 0 {
		t.Errorf("warnings %v without INFO", w)
	}
}

// TestRestrictedUser runs with no right to CLIENT and to keys outside the
// prefix.
func TestRestrictedUser(t *testing.T) {
	r := storetest.StartRedis(t)
	answer, err := storetest.Command(r.Addr, "ACL", "SETUSER", "bot", "on", ">pw", "~test*", "+@all", "-@dangerous", "-client", "-@admin")
	if err != nil || answer != "+OK" {
		t.Fatal(answer, err)
	}
	storetest.Run(t, fresh("redis://bot:pw@"+r.Addr))
}

// TestNothingLeaks sees that an error doesn't repeat what was stored.
func TestNothingLeaks(t *testing.T) {
	r := storetest.StartRedis(t, "--rename-command", "SET", "", "--rename-command", "EVALSHA", "", "--rename-command", "HGET", "")
	s := open(t, r.URL())
	ctx := t.Context()
	_, err1 := s.Write(ctx, store.SaveDoc{Collection: "updates", ID: "SECRETID", Value: []byte("SECRETVALUE")})
	_, err2 := s.Load(ctx, "updates", "SECRETID")
	for i, err := range []error{
		s.Put(ctx, "SECRETPERSON", store.KindSession, []byte("SECRETVALUE"), time.Hour), err1, err2,
		s.Ping(ctx),
	} {
		if !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("error %d: %v, want ErrUnavailable that repeats nothing", i, err)
		}
	}
}

func TestFullAndReadOnly(t *testing.T) {
	ctx := t.Context()
	full := storetest.StartRedis(t, "--maxmemory", "1", "--maxmemory-policy", "noeviction")
	s := open(t, full.URL())
	if err := s.Ping(ctx); !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "OOM") {
		t.Errorf("Ping of a full server: %v, want ErrUnavailable with OOM", err)
	}
	if _, err := store.Save(ctx, s, "updates", "a", nil, 0); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Save on a full server: %v, want ErrUnavailable", err)
	}
	host, port, _ := net.SplitHostPort(full.Addr)
	replica := storetest.StartRedis(t, "--replicaof", host+" "+port)
	if err := open(t, replica.URL()).Ping(ctx); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping of a replica: %v, want ErrUnavailable", err)
	}
}

func TestRestartKeeps(t *testing.T) {
	ctx := t.Context()
	for _, how := range []string{"stopped", "killed"} {
		t.Run(how, func(t *testing.T) {
			r := storetest.StartRedis(t)
			s := open(t, r.URL())
			_, err := s.Write(ctx,
				store.SaveDoc{Collection: "updates", ID: "a", Value: []byte("draft")},
				store.AppendEntry{Log: "audit", ID: "a1"},
				store.EnqueueJob{Queue: "posts", ID: "a", At: time.Now().Add(-time.Second)})
			must(t, err)
			jobs, err := s.Claim(ctx, "posts", "me", time.Now(), time.Minute, 1)
			must(t, err)
			must(t, s.Put(ctx, "ann", store.KindPreferences, []byte("my"), time.Hour))
			if how == "killed" {
				r.Kill()
			} else {
				r.Stop()
			}
			if err := s.Ping(ctx); !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("Ping while down: %v, want ErrUnavailable", err)
			}
			r.Start()
			// The connections of before are dead; no call may notice.
			if d, err := s.Load(ctx, "updates", "a"); err != nil || string(d.Value) != "draft" {
				t.Errorf("document %v, %v", d, err)
			}
			if v, err := s.Get(ctx, "ann", store.KindPreferences); err != nil || string(v) != "my" {
				t.Errorf("preferences %q, %v", v, err)
			}
			must(t, store.Complete(ctx, s, jobs[0]))
			seq, err := store.Append(ctx, s, "audit", "a1", nil)
			if err != nil || seq != 1 {
				t.Errorf("append of what was appended before: %d, %v; want 1", seq, err)
			}
		})
	}
}

// TestLostAnswers loses the answer of what was done: nothing may happen twice,
// and the caller gets the answer of the first time.
func TestLostAnswers(t *testing.T) {
	ctx := t.Context()
	r := storetest.StartRedis(t)
	p := storetest.StartProxy(t, r.Addr)
	s := open(t, "redis://"+p.Addr)
	_, err := s.Write(ctx, store.SaveDoc{Collection: "warm", ID: "up"}) // the script is known to the server
	must(t, err)
	_, err = s.Once(ctx, "warm-up", time.Hour)
	must(t, err)

	p.LoseAnswers(1)
	version, err := store.Save(ctx, s, "updates", "a", []byte("draft"), 0)
	must(t, err)
	p.LoseAnswers(1)
	seq, err := store.Append(ctx, s, "audit", "", []byte("made"))
	if err != nil || seq != 1 {
		t.Errorf("Append: %d, %v; want 1", seq, err)
	}
	p.LoseAnswers(1)
	first, err := s.Once(ctx, "event", time.Hour)
	if err != nil || !first {
		t.Errorf("Once: %v, %v; want true", first, err)
	}
	must(t, store.Enqueue(ctx, s, "posts", "a", time.Now().Add(-time.Second), nil))
	jobs, err := s.Claim(ctx, "posts", "me", time.Now(), time.Minute, 1)
	must(t, err)
	p.LoseAnswers(1)
	must(t, store.Complete(ctx, s, jobs[0]))

	if d, err := s.Load(ctx, "updates", "a"); err != nil || d.Version != version {
		t.Errorf("document %+v, %v; want version %d", d, err, version)
	}
	if e, err := s.Entries(ctx, "audit", 0, 10); err != nil || len(e) != 1 {
		t.Errorf("%d entries, %v; want 1", len(e), err)
	}
	if first, err := s.Once(ctx, "event", time.Hour); err != nil || first {
		t.Errorf("Once again: %v, %v; want false", first, err)
	}
}

// TestHang bounds how long a server that never answers holds up a call: by the
// caller's context, and without one by the timeout of the URL.
func TestHang(t *testing.T) {
	r := storetest.StartRedis(t)
	p := storetest.StartProxy(t, r.Addr)
	for _, warm := range []bool{false, true} {
		t.Run(fmt.Sprintf("connected=%v", warm), func(t *testing.T) {
			p.Hang(false)
			s := open(t, "redis://"+p.Addr+"?timeout=150ms")
			if warm {
				must(t, s.Ping(t.Context()))
			}
			p.Hang(true)
			defer p.Hang(false)
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := s.Get(ctx, "ann", store.KindSession)
			if took := time.Since(began); !errors.Is(err, store.ErrUnavailable) || took > 140*time.Millisecond {
				t.Errorf("with a context of 40 ms: %v after %s", err, took)
			}
			began = time.Now()
			_, err = s.Get(t.Context(), "ann", store.KindSession)
			if took := time.Since(began); !errors.Is(err, store.ErrUnavailable) || took > time.Second {
				t.Errorf("with a timeout of 150 ms: %v after %s", err, took)
			}
			p.Hang(false)
			storetest.Eventually(t, 3*time.Second, "it answers again", func() bool { return s.Ping(t.Context()) == nil })
		})
	}
}

func TestWarnings(t *testing.T) {
	for want, args := range map[string][]string{
		"":                                    {"--appendonly", "yes"},
		"snapshots only":                      {"--appendonly", "no"},
		"snapshots only, evicts durable keys": {"--appendonly", "no", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"},
	} {
		got := open(t, storetest.StartRedis(t, args...).URL()).Warnings(t.Context())
		if strings.Join(got, ", ") != want {
			t.Errorf("%v: warnings %q, want %q", args, got, want)
		}
	}
}

// TestTwoProcesses runs two stores as two processes would.
func TestTwoProcesses(t *testing.T) {
	ctx := t.Context()
	url := storetest.StartRedis(t).URL()
	a, b := open(t, url), open(t, url)
	must(t, a.Put(ctx, "ann", store.KindSession, []byte("by a"), time.Hour))
	if v, err := b.Get(ctx, "ann", store.KindSession); err != nil || string(v) != "by a" {
		t.Errorf("b sees %q, %v", v, err)
	}
	first, err := a.Once(ctx, "event", time.Hour)
	second, err2 := b.Once(ctx, "event", time.Hour)
	if must(t, errors.Join(err, err2)); !first || second {
		t.Errorf("Once by two: %v, %v", first, second)
	}
	must(t, store.Enqueue(ctx, a, "posts", "x", time.UnixMilli(1000), nil))
	one, err := a.Claim(ctx, "posts", "a", time.UnixMilli(2000), time.Second, 5)
	two, err2 := b.Claim(ctx, "posts", "b", time.UnixMilli(2000), time.Second, 5)
	if must(t, errors.Join(err, err2)); len(one) != 1 || len(two) != 0 {
		t.Errorf("claimed %d and %d, want 1 and 0", len(one), len(two))
	}
}
