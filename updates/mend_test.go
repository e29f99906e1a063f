package updates_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/store"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

var (
	topic = updates.Thing{Kind: updates.KindTopic, ID: "esd-fees"}
	line  = updates.Thing{Kind: updates.KindHelpline, ID: "fresc-help-desk"}
	fact  = updates.Thing{Kind: updates.KindFact, ID: "esd.start-date"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A suspension holds from the next turn on in every process, until it is resumed; the
// log says whether one or two people stand by it.
func TestSuspend(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p, other := w.process(), w.process()
		ctx := t.Context()
		if other.Mending(ctx, guild).Suspended("topic", "esd-fees") {
			t.Fatal("suspended from the start")
		}
		must(t, p.Suspend(ctx, w.act(aiko), topic, "The fee changed today."))
		must(t, p.Suspend(ctx, w.act(aiko), line, "The number is dead."))
		for _, in := range []string{guild, ""} {
			m := other.Mending(ctx, in)
			if !m.Suspended("topic", "esd-fees") || !m.Suspended("helpline", "fresc-help-desk") || m.Suspended("topic", "minimum-wage") {
				t.Errorf("in %q: %v", in, m.AllSuspended())
			}
		}
		if err := p.Suspend(ctx, w.act(binh), topic, "again"); !errors.Is(err, updates.ErrState) {
			t.Errorf("suspended twice: %v", err)
		}
		if err := p.Confirm(ctx, w.act(aiko), topic); !errors.Is(err, updates.ErrOwnWords) {
			t.Errorf("confirmed by the same: %v", err)
		}
		must(t, p.Confirm(ctx, w.act(binh), topic))
		must(t, p.Resume(ctx, w.act(aiko), topic, ""))
		must(t, p.Resume(ctx, w.act(aiko), line, ""))
		if list := other.Mending(ctx, guild).AllSuspended(); len(list) != 0 {
			t.Errorf("still suspended: %v", list)
		}
		want := []string{
			"suspend 101 - - - esd-fees alone",
			"home 101 - - - - alone",
			"suspend 101 - - - fresc-help-desk alone",
			"confirm 102 - - - esd-fees",
			"resume 101 - - - esd-fees",
			"resume 101 - - - fresc-help-desk alone",
		}
		if diff := cmp.Diff(want, lines(w.log())); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

// Nobody without the role mends anything, and nothing that does not exist is mended.
func TestMendRefused(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	for name, do := range map[string]func(updates.Act, updates.Thing) error{
		"suspend": func(a updates.Act, x updates.Thing) error { return p.Suspend(ctx, a, x, "why") },
		"resume":  func(a updates.Act, x updates.Thing) error { return p.Resume(ctx, a, x, "") },
		"verify":  func(a updates.Act, x updates.Thing) error { return p.Verify(ctx, a, x, "") },
		"confirm": func(a updates.Act, x updates.Thing) error { return p.Confirm(ctx, a, x) },
	} {
		if err := do(w.act(dan), topic); !errors.Is(err, updates.ErrNotAllowed) {
			t.Errorf("%s without the role: %v", name, err)
		}
		for _, x := range []updates.Thing{{}, {Kind: updates.KindTopic, ID: "moon"}, {Kind: "moon", ID: "esd-fees"}, {Kind: updates.KindHelpline, ID: "centre-25"}} {
			if err := do(w.act(aiko), x); !errors.Is(err, updates.ErrNoThing) {
				t.Errorf("%s %v: %v", name, x, err)
			}
		}
	}
	if err := p.Suspend(ctx, w.act(aiko), fact, "why"); !errors.Is(err, updates.ErrNoThing) {
		t.Errorf("a fact was suspended: %v", err)
	}
	if err := p.SetRole(ctx, w.act(dan), "area:visa", "77"); !errors.Is(err, updates.ErrNotAllowed) {
		t.Errorf("a role was set without the role: %v", err)
	}
	if n := w.seq(); n != 0 {
		t.Errorf("%d lines in the log", n)
	}
}

func TestVerify(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		must(t, p.Verify(ctx, w.act(aiko), fact, "on the page of the agency"))
		at, checked := p.Mending(ctx, guild).Checked("fact", "esd.start-date")
		if !checked || !at.Equal(start) {
			t.Errorf("checked at %v, %v", at, checked)
		}
		w.clock.Advance(24 * time.Hour)
		must(t, p.Verify(ctx, w.act(binh), fact, ""))
		c, _ := p.Mending(ctx, guild).Check(fact)
		if diff := cmp.Diff(updates.Check{By: "102", At: start.Add(24 * time.Hour), Second: "101"}, c); diff != "" {
			t.Errorf("check (-want +got):\n%s", diff)
		}
		// Much later the same person alone.
		w.clock.Advance(60 * 24 * time.Hour)
		must(t, p.Verify(ctx, w.act(binh), fact, ""))
		if c, _ := p.Mending(ctx, guild).Check(fact); c.Second != "" {
			t.Errorf("an old check counts as a second pair of eyes: %v", c)
		}
	})
}

// Only the home community mends for everybody: the one the operator named, else the
// first that mends anything. The others mend for themselves.
func TestHome(t *testing.T) {
	const second = "900000000000000009"
	act := func(w *world, in string) updates.Act {
		a := w.act(aiko)
		a.Guild = in
		return a
	}
	for _, c := range []struct {
		name, home string
		everywhere bool // what guild suspends first holds everywhere
	}{
		{"the first", "", true},
		{"named", guild, true},
		{"another is named", second, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, openEmbedded(t))
			w.home = c.home
			p := w.process()
			ctx := t.Context()
			must(t, p.Suspend(ctx, act(w, guild), topic, "why"))
			for in, want := range map[string]bool{guild: true, second: c.everywhere, "": c.everywhere} {
				if got := p.Mending(ctx, in).Suspended("topic", "esd-fees"); got != want {
					t.Errorf("in %q suspended: %v, want %v", in, got, want)
				}
			}
		})
	}
}

// While the store is away what was last seen holds; nothing waits for it.
func TestMendingWithoutStore(t *testing.T) {
	server := storetest.StartRedis(t)
	w := newWorld(t, openRedis(t, server))
	p := w.process()
	ctx := t.Context()
	must(t, p.Suspend(ctx, w.act(aiko), topic, "why"))
	u := w.published(p, content("en"))
	if !p.Mending(ctx, guild).Suspended("topic", "esd-fees") {
		t.Fatal("not suspended")
	}
	server.Freeze()
	began := time.Now()
	if !p.Mending(ctx, guild).Suspended("topic", "esd-fees") {
		t.Error("shown again because the store is away")
	}
	if list, err := p.News(ctx, guild, updates.Query{Language: "en", Topic: "job-search", Limit: 2}); err == nil {
		t.Errorf("news without a store: %v", list)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("an answer waited %s", took)
	}
	server.Thaw()
	storetest.Eventually(t, 10*time.Second, "the news is back", func() bool {
		list, err := p.News(ctx, guild, updates.Query{Language: "en", Topic: "job-search", Limit: 2})
		return err == nil && len(list) == 1 && list[0].ID == u.ID
	})
}

func TestNews(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		make := func(category updates.Category, area string, topics, prefectures []string) string {
			w.clock.Advance(time.Minute)
			c := content("en", "ja")
			c.Category, c.Area, c.Topics, c.Prefectures = category, area, topics, prefectures
			return w.published(p, c).ID
		}
		fair := make(updates.Event, "regions", []string{"job-search"}, []string{"24"})
		fraud := make(updates.Warning, "regions", []string{"job-search"}, nil)
		hall := make(updates.Event, "regions", nil, []string{"24", "23"})
		area := make(updates.Rules, "visa", nil, nil)
		make(updates.Rules, "visa", []string{"esd-fees"}, nil)
		ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))) // a draft is no news
		for _, c := range []struct {
			name string
			q    updates.Query
			want []string
		}{
			{"topic", updates.Query{Topic: "job-search"}, []string{fraud, fair}},
			{"topic and place", updates.Query{Topic: "job-search", Prefectures: []string{"24"}}, []string{fair, fraud, hall}},
			{"topic in another place", updates.Query{Topic: "job-search", Prefectures: []string{"13"}}, []string{fraud}},
			{"place", updates.Query{Topic: "minimum-wage", Prefectures: []string{"23"}}, []string{hall}},
			{"area", updates.Query{Topic: "visa-extension"}, []string{area}},
			{"nothing", updates.Query{Topic: "unpaid-wages"}, nil},
		} {
			c.q.Language, c.q.Limit = "vi", 5
			var got []string
			for _, n := range ok[[]updates.Notice](t)(p.News(ctx, guild, c.q)) {
				got = append(got, n.ID)
				if n.Reader != "vi" || n.Language != "en" {
					t.Errorf("for %s in %s", n.Reader, n.Language)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
		}
		if list := ok[[]updates.Notice](t)(p.News(ctx, "900000000000000002", updates.Query{Topic: "job-search", Limit: 5})); len(list) != 0 {
			t.Errorf("another community's news: %v", list)
		}
		ok[updates.Update](t)(p.Withdraw(ctx, w.act(aiko), fraud, updates.ReasonWrong, ""))
		w.clock.Advance(details().Expires.Sub(w.clock.Now()) - time.Second)
		if list := ok[[]updates.Notice](t)(p.News(ctx, guild, updates.Query{Topic: "job-search", Limit: 5})); len(list) != 1 || list[0].ID != fair {
			t.Errorf("a second before the expiry, one withdrawn: %v", list)
		}
		w.clock.Advance(time.Second)
		if list := ok[[]updates.Notice](t)(p.News(ctx, guild, updates.Query{Topic: "job-search", Limit: 5})); len(list) != 0 {
			t.Errorf("at the expiry: %v", list)
		}
		if n := ok[updates.Notice](t)(p.Read(ctx, guild, fair, "en")); n.State != updates.Expired {
			t.Errorf("read after its end it is %s", n.State)
		}
		if _, err := p.Read(ctx, guild, "6", "en"); !errors.Is(err, updates.ErrNoUpdate) {
			t.Errorf("a draft can be read by all: %v", err)
		}
	})
}

func TestSubscriptions(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		must(t, p.SetRole(ctx, w.act(aiko), "area:visa", "77"))
		must(t, p.SetRole(ctx, w.act(aiko), "prefecture:24", "78"))
		must(t, p.SetRole(ctx, w.act(aiko), "language:vi", "77"))
		must(t, p.SetRole(ctx, w.act(aiko), "language:vi", ""))
		subs := ok[updates.Subscriptions](t)(p.Subscriptions(ctx, guild))
		if diff := cmp.Diff(map[updates.Subscription]string{"area:visa": "77", "prefecture:24": "78"}, subs.Given); diff != "" {
			t.Errorf("roles (-want +got):\n%s", diff)
		}
		if err := p.SetRole(ctx, w.act(aiko), "area:visa", guild); !errors.Is(err, updates.ErrNotAllowed) {
			t.Errorf("everyone as a role: %v", err)
		}
		for _, s := range []updates.Subscription{"", "area:moon", "prefecture:99", "language:xx", "moon"} {
			if err := p.SetRole(ctx, w.act(aiko), s, "77"); !errors.Is(err, updates.ErrSubscription) {
				t.Errorf("%q: %v", s, err)
			}
		}
		// A moderator may choose one of these roles to ping, once.
		s := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en")))
		ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), s.Update.ID, 0))
		ok[updates.Update](t)(p.Approve(ctx, w.act(binh), s.Update.ID, 0))
		ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), s.Update.ID, time.Time{}, "77"))
		w.drain(p)
		if m := w.net.in("c-en"); len(m) != 1 || cmp.Diff([]string{"77"}, m[0].Pings) != "" {
			t.Errorf("posted %v", m)
		}
	})
}
