package gateway_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"madoguchi/bot/gateway"
	"madoguchi/bot/rest"
	"madoguchi/internal/discordtest"
)

const patience = 20 * time.Second

// rig is a manager on a loopback Discord, and what it has heard.
type rig struct {
	t    *testing.T
	d    *discordtest.Server
	m    *gateway.Manager
	stop context.CancelFunc
	err  chan error

	mu       sync.Mutex
	messages []string
}

const direct = 1 << 12

func start(t *testing.T, change func(*gateway.Options), opts ...discordtest.Option) *rig {
	t.Helper()
	d := discordtest.New(t, opts...)
	c := rest.New(rest.Options{URL: d.URL(), Token: d.Token()})
	r := &rig{t: t, d: d, err: make(chan error, 1)}
	o := gateway.Options{
		Token: d.Token(), Intents: direct,
		Start: func(ctx context.Context) (gateway.Start, error) { return gateway.Ask(ctx, c) },
		OnEvent: func(_ int, name string, data json.RawMessage) {
			if name == "MESSAGE_CREATE" {
				var m struct{ Content string }
				_ = json.Unmarshal(data, &m)
				r.mu.Lock()
				r.messages = append(r.messages, m.Content)
				r.mu.Unlock()
			}
		},
		IdentifyEvery: 20 * time.Millisecond, InvalidPause: 5 * time.Millisecond, Pause: 5 * time.Millisecond,
	}
	if change != nil {
		change(&o)
	}
	r.m = gateway.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	go func() { r.err <- r.m.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-r.err
		c.Close()
		d.Close()
		goleak.VerifyNone(t, goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
	})
	return r
}

// hear waits until the messages so far are these.
func (r *rig) hear(want ...string) {
	r.t.Helper()
	var got []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		r.mu.Lock()
		got = append([]string(nil), r.messages...)
		r.mu.Unlock()
		if len(got) >= len(want) {
			break
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		r.t.Fatal(diff)
	}
}

// TestReconnect ends a connection in each way there is. What was written meanwhile is
// heard once, by a resume at the address for resuming or by a new session.
func TestReconnect(t *testing.T) {
	for _, test := range []struct {
		name    string
		end     func(*discordtest.Server)
		resumed bool
		opts    []discordtest.Option
		path    string // of a resume; /resume/ when empty
	}{
		{"dropped", func(d *discordtest.Server) { d.DropGateway() }, true, nil, ""},
		{"closed with 4000", func(d *discordtest.Server) { d.CloseGateway(4000) }, true, nil, ""},
		{"going away", func(d *discordtest.Server) { d.CloseGateway(1001) }, true, nil, ""},
		{"timed out", func(d *discordtest.Server) { d.CloseGateway(4009) }, false, nil, ""},
		{"asked to reconnect", func(d *discordtest.Server) { d.AskReconnect() }, true, nil, ""},
		{"invalid but resumable", func(d *discordtest.Server) { d.InvalidateSession(true) }, true, nil, ""},
		{"invalid", func(d *discordtest.Server) { d.InvalidateSession(false) }, false, nil, ""},
		{"resume refused", func(d *discordtest.Server) { d.FailNextResume(false); d.DropGateway() }, false, nil, ""},
		{"resume refused for now", func(d *discordtest.Server) { d.FailNextResume(true); d.DropGateway() }, true, nil, ""},
		{"away for a while", func(d *discordtest.Server) { d.RefuseGateway(4); d.DropGateway() }, true, nil, "/"},
		{"no heartbeat acknowledged", func(d *discordtest.Server) {
			d.WithholdACKs(true)
			for n := 1; len(d.Connections()) == n; {
				time.Sleep(5 * time.Millisecond)
			}
			d.WithholdACKs(false)
		}, true, []discordtest.Option{discordtest.WithHeartbeat(50 * time.Millisecond)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := start(t, nil, test.opts...)
			r.d.AwaitReady(1, patience)
			ann := r.d.NewUser("ann")
			r.d.DM(ann, "before")
			r.hear("before")
			before := r.d.Connections()
			test.end(r.d)
			if test.resumed {
				r.d.DM(ann, "meanwhile")
				r.hear("before", "meanwhile")
			}
			conns := r.d.AwaitConnections(2, patience)
			last := conns[len(conns)-1]
			if last.Resumed != test.resumed {
				t.Fatalf("resumed %t, want %t: %+v", last.Resumed, test.resumed, conns)
			}
			if test.resumed && (last.SessionID != before[0].SessionID || last.Path != cmp.Or(test.path, "/resume/")) {
				t.Fatalf("resumed at %q: %+v", last.Path, last)
			}
			r.d.AwaitReady(1, patience)
			r.d.DM(ann, "after")
			want := []string{"before", "meanwhile", "after"}
			if !test.resumed {
				want = []string{"before", "after"}
			}
			r.hear(want...)
		})
	}
}

// TestIdentifies: shards start in order, at most max_concurrency in each period, and
// direct messages come on shard 0.
func TestIdentifies(t *testing.T) {
	const every = 100 * time.Millisecond
	r := start(t, func(o *gateway.Options) { o.IdentifyEvery = every + 20*time.Millisecond },
		discordtest.WithShards(6), discordtest.WithIdentifyLimit(2, every))
	r.d.AwaitReady(6, patience)
	started := map[int]time.Time{}
	for _, c := range r.d.Connections() {
		started[c.Shard[0]] = c.Time
	}
	for i := range 6 {
		if i >= 2 && started[i].Sub(started[i-2]) < every*3/4 {
			t.Errorf("shard %d came %v after shard %d", i, started[i].Sub(started[i-2]), i-2)
		}
	}
	r.d.DM(r.d.NewUser("ann"), "once")
	r.hear("once")
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		ready := 0
		for _, s := range r.m.States() {
			if s.State == gateway.Ready {
				ready++
			}
		}
		if ready == 6 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%+v", r.m.States())
		}
	}
	if got := r.m.IdentifiesLeft(); got != 994 {
		t.Errorf("%d identifies left", got)
	}
}

// TestSpent: with no identify left today nothing is sent, so that the token stays good.
func TestSpent(t *testing.T) {
	r := start(t, nil, discordtest.WithSessionStarts(0))
	time.Sleep(100 * time.Millisecond)
	if n := len(r.d.Connections()); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestFatal: a refused token ends Run with an error instead of an endless loop.
func TestFatal(t *testing.T) {
	r := start(t, func(o *gateway.Options) { o.Token = "wrong" }, discordtest.AllowViolations())
	select {
	case err := <-r.err:
		r.err <- nil
		if f, ok := errors.AsType[*gateway.FatalError](err); !ok || f.Code != 4004 {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("it goes on")
	}
}

// TestLeave: at the end the session is ended, not left to time out.
func TestLeave(t *testing.T) {
	r := start(t, nil)
	r.d.AwaitReady(1, patience)
	r.d.AskHeartbeat()
	r.stop()
	if err := <-r.err; err != nil {
		t.Fatal(err)
	}
	r.err <- nil
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		c := r.d.Connections()[0]
		if c.ClosedBy == "client" && c.Code == 1000 {
			return
		}
		if time.Now().After(end) {
			t.Fatal(fmt.Sprintf("%+v", c))
		}
	}
}
