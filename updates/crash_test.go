package updates_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// fate is what happens at one call to the store or the network.
type fate int

const (
	dieBefore fate = iota // the process ends before the call
	dieAfter              // … after it, before the answer is read
	failBefore
	failAfter // done, and the answer is lost
	fates
)

func (f fate) String() string {
	return [...]string{"killed before", "killed after", "fails before", "fails after"}[f]
}

// killed is the end of a process.
type killed struct{}

// doom counts calls and lets one of them meet its fate.
type doom struct {
	calls, at int
	fate      fate
	met       string
}

// around does a call as fate has it.
func (d *doom) around(what string, call func() error) error {
	d.calls++
	if d.calls != d.at {
		return call()
	}
	d.met = what
	lost := fmt.Errorf("%s: %w", what, store.ErrUnavailable)
	switch d.fate {
	case dieBefore:
		panic(killed{})
	case dieAfter:
		_ = call()
		panic(killed{})
	case failBefore:
		return lost
	}
	_ = call()
	return lost
}

// doomedStore is a store of which one call goes wrong.
type doomedStore struct {
	store.Store
	*doom
}

func (s doomedStore) Load(ctx context.Context, c, id string) (d store.Doc, err error) {
	fault := s.around("load "+c, func() error { d, err = s.Store.Load(ctx, c, id); return err })
	return d, fault
}

func (s doomedStore) Recent(ctx context.Context, log string, before int64, n int) (l []store.Entry, err error) {
	fault := s.around("recent "+log, func() error { l, err = s.Store.Recent(ctx, log, before, n); return err })
	return l, fault
}

func (s doomedStore) Entries(ctx context.Context, log string, after int64, n int) (l []store.Entry, err error) {
	fault := s.around("entries "+log, func() error { l, err = s.Store.Entries(ctx, log, after, n); return err })
	return l, fault
}

func (s doomedStore) Claim(ctx context.Context, q, owner string, now time.Time, lease time.Duration, n int) (l []store.Job, err error) {
	fault := s.around("claim", func() error { l, err = s.Store.Claim(ctx, q, owner, now, lease, n); return err })
	if fault != nil {
		return nil, fault
	}
	return l, nil
}

func (s doomedStore) Extend(ctx context.Context, j store.Job, until time.Time) error {
	return s.around("extend", func() error { return s.Store.Extend(ctx, j, until) })
}

func (s doomedStore) Release(ctx context.Context, j store.Job, again time.Time) error {
	return s.around("release", func() error { return s.Store.Release(ctx, j, again) })
}

func (s doomedStore) Write(ctx context.Context, ops ...store.Op) (r []store.Result, err error) {
	fault := s.around(fmt.Sprintf("write of %d", len(ops)), func() error { r, err = s.Store.Write(ctx, ops...); return err })
	return r, fault
}

// doomedNet is a network of which one call goes wrong.
type doomedNet struct {
	*network
	*doom
}

func (n doomedNet) Create(ctx context.Context, p updates.Post) (m updates.Message, err error) {
	fault := n.around("create", func() error { m, err = n.network.Create(ctx, p); return err })
	return m, fault
}

func (n doomedNet) Edit(ctx context.Context, id string, p updates.Post) (err error) {
	return n.around("edit", func() error { return n.network.Edit(ctx, id, p) })
}

func (n doomedNet) Crosspost(ctx context.Context, ch, id string) (err error) {
	return n.around("crosspost", func() error { return n.network.Crosspost(ctx, ch, id) })
}

func (n doomedNet) Recent(ctx context.Context, ch string, since time.Time) (l []updates.Message, err error) {
	fault := n.around("read back", func() error { l, err = n.network.Recent(ctx, ch, since); return err })
	return l, fault
}

// bot is a process that is started again when it dies.
type bot struct {
	w *world
	d *doom
	process
	deaths int
}

func newBot(w *world, d *doom) *bot {
	b := &bot{w: w, d: d}
	b.start()
	return b
}

func (b *bot) start() {
	b.process = b.w.processOn(doomedStore{b.w.store, b.d}, doomedNet{b.w.net, b.d})
}

// live runs something in the process; when the process dies it is started again.
func (b *bot) live(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(killed); !ok {
				panic(p)
			}
			b.deaths++
			b.start()
			err = errors.New("the process was killed")
		}
	}()
	return do()
}

// insist is what a moderator does: looks whether it is done, and if not does it again.
func (b *bot) insist(what string, done func() (bool, error), do func() error) {
	b.w.t.Helper()
	for range 5 {
		var is bool
		if err := b.live(func() (err error) { is, err = done(); return err }); err != nil {
			continue
		}
		if is {
			return
		}
		_ = b.live(do)
	}
	b.w.t.Fatalf("%s can't be done", what)
}

// work lets time pass until the worker has nothing left, whatever befalls it.
func (b *bot) work() {
	b.w.t.Helper()
	for range 14 {
		for range 200 {
			var worked bool
			err := b.live(func() (err error) { worked, err = b.worker.Step(b.w.t.Context()); return err })
			if err == nil && !worked {
				break
			}
		}
		b.w.clock.Advance(time.Minute)
	}
}

// drama is the life that the crash tests go through: two moderators, two languages, a
// log channel, a schedule, a correction, a withdrawal.
func drama(b *bot) {
	ctx, w := b.w.t.Context(), b.w
	get := func() (updates.Update, error) { return b.Get(ctx, w.act(aiko), "1") }
	in := func(f func(u updates.Update) bool) func() (bool, error) {
		return func() (bool, error) {
			u, err := get()
			if errors.Is(err, updates.ErrNoUpdate) {
				return false, nil
			}
			return err == nil && f(u), err
		}
	}
	b.insist("begin", in(func(updates.Update) bool { return true }), func() error {
		_, err := b.NewUpdate(ctx, w.act(aiko), content("en"))
		return err
	})
	b.insist("translate", in(func(u updates.Update) bool { return u.Work.Texts["vi"].Title != "" }), func() error {
		_, err := b.EditText(ctx, w.act(binh), "1", 0, "vi", text("vi"))
		return err
	})
	b.insist("submit", in(func(u updates.Update) bool { return u.Stage() == updates.InReview }), func() error {
		_, err := b.Submit(ctx, w.act(aiko), "1", 0)
		return err
	})
	for _, by := range []updates.Actor{aiko, binh} {
		b.insist("approve", in(func(u updates.Update) bool { return u.Stage() == updates.Approved || len(u.Work.Can(by.ID)) == 0 }), func() error {
			_, err := b.Approve(ctx, w.act(by), "1", 0)
			return err
		})
	}
	at := start.Add(2 * time.Hour)
	b.insist("schedule", in(func(u updates.Update) bool { return u.Stage() == updates.Scheduled }), func() error {
		_, err := b.Publish(ctx, w.act(aiko), "1", at, "")
		return err
	})
	b.work()
	w.clock.Advance(at.Sub(w.clock.Now()))
	b.work()
	b.insist("correct", in(func(u updates.Update) bool { return u.Work != nil }), func() error {
		_, err := b.Correct(ctx, w.act(aiko), "1")
		return err
	})
	b.insist("change", in(func(u updates.Update) bool { return u.Work.Texts["en"] == changed() }), func() error {
		_, err := b.EditText(ctx, w.act(aiko), "1", 0, "en", changed())
		return err
	})
	b.insist("submit again", in(func(u updates.Update) bool { return u.Stage() == updates.InReview }), func() error {
		_, err := b.Submit(ctx, w.act(aiko), "1", 0)
		return err
	})
	b.insist("approve again", in(func(u updates.Update) bool { return u.Stage() == updates.Approved }), func() error {
		_, err := b.Approve(ctx, w.act(binh), "1", 0)
		return err
	})
	b.insist("publish", in(func(u updates.Update) bool { return u.Work == nil }), func() error {
		_, err := b.Publish(ctx, w.act(aiko), "1", time.Time{}, "")
		return err
	})
	b.work()
	b.insist("withdraw", in(func(u updates.Update) bool { return u.Ended != nil }), func() error {
		_, err := b.Withdraw(ctx, w.act(binh), "1", updates.ReasonOutdated, "")
		return err
	})
	b.work()
}

// dramaLog is what the log says after it, whatever happened on the way.
func dramaLog() []string {
	return []string{
		"create 101 en - draft -",
		"translate 102 vi draft draft -",
		"submit 101 - draft in-review -",
		"approve 101 - in-review in-review -",
		"approve 102 - in-review approved -",
		"schedule 101 - approved scheduled -",
		"publish 101 - scheduled published - e1",
		"correct 101 - published draft - e2",
		"translate 101 en draft draft -",
		"submit 101 - draft in-review -",
		"approve 102 - in-review approved -",
		"publish 101 - approved corrected - e2",
		"withdraw 102 - corrected withdrawn - e2 alone",
	}
}

// checkDrama says what is not as it must be at the end.
func checkDrama(t testing.TB, w *world) {
	t.Helper()
	w.t = t
	want := map[string][]string{
		"c-en": {"withdrawn e2 en: " + text("en").Title},
		"c-vi": {"withdrawn e2 vi: " + text("vi").Title},
	}
	var acts, posts []string
	for _, e := range w.log() {
		if e.Tell {
			acts = append(acts, lines([]updates.Entry{e})[0])
			want["log"] = append(want["log"], "line "+string(e.Verb))
		}
		if e.Verb == updates.DidPost {
			posts = append(posts, e.Channel)
		}
	}
	if diff := cmp.Diff(dramaLog(), acts); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.net.shown()); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if len(posts) != 2 {
		t.Errorf("the log has posts in %v", posts)
	}
	for _, ch := range []string{"c-en", "c-vi"} {
		for _, m := range w.net.in(ch) {
			if m.Crossposts != 1 {
				t.Errorf("%s: crossposted %d times", ch, m.Crossposts)
			}
		}
	}
	jobs, err := w.store.Jobs(t.Context(), "updates")
	if err != nil || len(jobs) != 0 {
		t.Errorf("jobs are left: %v %v", jobs, err)
	}
}

func dramaWorld(t testing.TB, s store.Store) *world {
	w := newWorld(t, s)
	w.lease = 5 * time.Minute // longer than the network knows a nonce
	w.setup.Log = "log"
	w.setup.Channels = map[language.Code]string{"en": "c-en", "vi": "c-vi"}
	return w
}

// TestEveryCrash kills the process before and after every single call it makes to the
// store and to the network in a whole life, and lets each of these calls fail before
// and after it was done: each time every post is there exactly once, shows what it
// should, and the log is whole.
func TestEveryCrash(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		count := &doom{}
		w := dramaWorld(t, open(t))
		drama(newBot(w, count))
		checkDrama(t, w)
		if t.Failed() {
			return
		}
		step := 23
		if os.Getenv(storetest.RequireEnv) == "1" {
			step = 1 // every single call, which takes minutes
		}
		t.Logf("%d calls in a life", count.calls)
		for at := 1; at <= count.calls; at += step {
			for f := range fates {
				d := &doom{at: at, fate: f}
				s := open(t)
				w := dramaWorld(t, s)
				b := newBot(w, d)
				drama(b)
				checkDrama(t, w)
				if (f == dieBefore || f == dieAfter) && b.deaths != 1 {
					t.Errorf("it died %d times", b.deaths)
				}
				_ = s.Close()
				if t.Failed() {
					t.Fatalf("after call %d (%s) %s", at, d.met, f)
				}
			}
		}
	})
}

// TestRedisRestarts restarts Redis between any two steps, and kills it in the middle
// of work: what was acknowledged is there.
func TestRedisRestarts(t *testing.T) {
	server := storetest.StartRedis(t)
	for _, c := range []struct {
		name    string
		restart func()
	}{
		{"orderly", server.Restart},
		{"killed", func() { server.Kill(); server.Start() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openRedis(t, server)
			for at := 5; at < 130; at += 12 {
				w := dramaWorld(t, openRedis(t, server))
				n := 0
				d := &doom{}
				b := newBot(w, d)
				b.process = w.processOn(restarting{w.store, &n, at, c.restart}, w.net)
				drama(b)
				if n < at {
					t.Fatalf("only %d calls", n)
				}
				checkDrama(t, w)
			}
			_ = s
		})
	}
}

// restarting restarts the server at one call.
type restarting struct {
	store.Store
	n       *int
	at      int
	restart func()
}

func (r restarting) count() {
	if *r.n++; *r.n == r.at {
		r.restart()
	}
}

func (r restarting) Load(ctx context.Context, c, id string) (store.Doc, error) {
	r.count()
	return r.Store.Load(ctx, c, id)
}

func (r restarting) Claim(ctx context.Context, q, owner string, now time.Time, lease time.Duration, n int) ([]store.Job, error) {
	r.count()
	return r.Store.Claim(ctx, q, owner, now, lease, n)
}

func (r restarting) Write(ctx context.Context, ops ...store.Op) ([]store.Result, error) {
	r.count()
	return r.Store.Write(ctx, ops...)
}
