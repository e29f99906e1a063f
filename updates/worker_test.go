package updates_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// A life with nothing going wrong: four languages, a schedule, a correction, the end.
func TestLife(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		s := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en")))
		id := s.Update.ID
		ok[updates.Saved](t)(p.EditText(ctx, w.act(aiko), id, 0, "ja", text("ja")))
		ok[updates.Saved](t)(p.EditText(ctx, w.act(binh), id, 0, "vi", text("vi")))
		ok[updates.Saved](t)(p.EditText(ctx, w.act(binh), id, 0, "my", text("my")))
		ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), id, 0))
		ok[updates.Update](t)(p.Approve(ctx, w.act(binh), id, 0))
		ok[updates.Update](t)(p.Approve(ctx, w.act(aiko), id, 0))
		ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), id, start.Add(time.Hour), ""))
		w.drain(p)
		if got := w.net.shown(); len(got) != 0 {
			t.Fatalf("posted before its time: %v", got)
		}
		w.clock.Advance(time.Hour)
		w.drain(p)
		want := map[string][]string{
			"c-ja": {"published e1 ja: " + text("ja").Title},
			"c-en": {"published e1 en: " + text("en").Title},
			"c-vi": {"published e1 vi: " + text("vi").Title},
			"c-my": {"published e1 my: " + text("my").Title},
		}
		if diff := cmp.Diff(want, w.net.shown()); diff != "" {
			t.Fatalf("posts (-want +got):\n%s", diff)
		}
		for _, m := range w.net.list {
			if m.Crossposts != 1 || len(m.Pings) != 0 {
				t.Errorf("%s: crossposted %d times, pings %v", m.Channel, m.Crossposts, m.Pings)
			}
			if len(m.Nonce) != 25 || len(m.Mark) > 64 {
				t.Errorf("nonce %q, mark %q", m.Nonce, m.Mark)
			}
		}
		u := ok[updates.Update](t)(p.Correct(ctx, w.act(binh), id))
		ok[updates.Saved](t)(p.EditText(ctx, w.act(binh), id, u.Version, "en", changed()))
		ok[updates.Update](t)(p.Submit(ctx, w.act(binh), id, 0))
		w.drain(p)
		if diff := cmp.Diff(want, w.net.shown()); diff != "" {
			t.Errorf("a correction in review shows (-want +got):\n%s", diff)
		}
		ok[updates.Update](t)(p.Approve(ctx, w.act(aiko), id, 0))
		ok[updates.Update](t)(p.Publish(ctx, w.act(binh), id, time.Time{}, ""))
		w.drain(p)
		for ch, list := range want {
			want[ch] = []string{strings.Replace(list[0], "published e1", "corrected e2", 1)}
		}
		if diff := cmp.Diff(want, w.net.shown()); diff != "" {
			t.Errorf("after the correction (-want +got):\n%s", diff)
		}
		w.clock.Advance(details().Expires.Sub(w.clock.Now()))
		if list := ok[[]updates.Item](t)(p.Board(ctx, guild, updates.BoardFilter{})); len(list) != 0 {
			t.Errorf("past its expiry and still listed: %v", list)
		}
		w.drain(p)
		for ch, list := range want {
			want[ch] = []string{strings.Replace(list[0], "corrected e2", "expired e2", 1)}
		}
		if diff := cmp.Diff(want, w.net.shown()); diff != "" {
			t.Errorf("after the end (-want +got):\n%s", diff)
		}
		wantLog := []string{
			"create 101 en - draft -",
			"translate 101 ja draft draft -",
			"translate 102 vi draft draft -",
			"translate 102 my draft draft -",
			"submit 101 - draft in-review -",
			"approve 102 - in-review in-review -",
			"approve 101 - in-review approved -",
			"schedule 101 - approved scheduled -",
			"publish 101 - scheduled published - e1",
		}
		var people []string
		for _, e := range w.log() {
			if e.Verb != updates.DidPost && e.Verb != updates.DidCrosspost && e.Verb != updates.DidChangePost {
				people = append(people, lines([]updates.Entry{e})[0])
			}
		}
		wantLog = append(wantLog,
			"correct 102 - published draft - e2",
			"translate 102 en draft draft -",
			"submit 102 - draft in-review -",
			"approve 101 - in-review approved -",
			"publish 102 - approved corrected - e2",
			"expire - - corrected expired - e2",
		)
		if diff := cmp.Diff(wantLog, people); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		if n := count(w.log(), updates.DidPost); n != 4 {
			t.Errorf("%d posts in the log, want 4", n)
		}
		if jobs := ok[[]store.Job](t)(w.store.Jobs(ctx, "updates")); len(jobs) != 0 {
			t.Errorf("jobs are left: %v", jobs)
		}
	})
}

func count(entries []updates.Entry, verb updates.Verb) int {
	n := 0
	for _, e := range entries {
		if e.Verb == verb {
			n++
		}
	}
	return n
}

// Without a translation a channel gets the text in another language, marked so; with
// a translation later, that post is changed and none is added.
func TestFallback(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	w.setup.Channels["my"] = "c-vi" // two languages in one channel: one post is enough
	p := w.process()
	u := w.published(p, content("ja", "en"))
	w.drain(p)
	want := map[string][]string{
		"c-ja": {"published e1 ja: " + text("ja").Title},
		"c-en": {"published e1 en: " + text("en").Title},
		"c-vi": {"published e1 en: " + text("en").Title},
	}
	if diff := cmp.Diff(want, w.net.shown()); diff != "" {
		t.Fatalf("posts (-want +got):\n%s", diff)
	}
	if n := w.net.in("c-vi")[0].Post.Notice; n.Reader != "vi" || n.Language != "en" {
		t.Errorf("a notice for %s in %s", n.Reader, n.Language)
	}
	ok[updates.Update](t)(p.Correct(t.Context(), w.act(aiko), u.ID))
	ok[updates.Saved](t)(p.EditText(t.Context(), w.act(aiko), u.ID, 0, "vi", text("vi")))
	ok[updates.Saved](t)(p.EditText(t.Context(), w.act(aiko), u.ID, 0, "my", text("my")))
	ok[updates.Update](t)(p.Submit(t.Context(), w.act(aiko), u.ID, 0))
	ok[updates.Update](t)(p.Approve(t.Context(), w.act(binh), u.ID, 0))
	ok[updates.Update](t)(p.Publish(t.Context(), w.act(aiko), u.ID, time.Time{}, ""))
	w.drain(p)
	want = map[string][]string{
		"c-ja": {"corrected e2 ja: " + text("ja").Title},
		"c-en": {"corrected e2 en: " + text("en").Title},
		"c-vi": {"corrected e2 vi: " + text("vi").Title, "corrected e2 my: " + text("my").Title},
	}
	if diff := cmp.Diff(want, w.net.shown()); diff != "" {
		t.Errorf("posts after the translations (-want +got):\n%s", diff)
	}
}

// failures of the network, each at the first call that fits.
func TestNetworkFails(t *testing.T) {
	for _, c := range []struct {
		name, call string
		err        error
	}{
		{"posting times out and never arrives", "create c-en", errTimeout},
		{"posting times out and did arrive", "create c-en", errDone{}},
		{"posting times out and arrives late", "create c-en", errLate{}},
		{"posting meets a server error", "create c-en", errors.New("500 internal server error")},
		{"posting is limited", "create c-en", &updates.LimitedError{After: 30 * time.Second}},
		{"looking is limited", "recent c-en", &updates.LimitedError{After: 2 * time.Minute}},
		{"looking times out", "recent c-en", errTimeout},
		{"crossposting times out", "crosspost c-en", errTimeout},
		{"crossposting times out and was done", "crosspost c-en", errDone{}},
		{"crossposting is limited for an hour", "crosspost c-en", &updates.LimitedError{After: time.Hour}},
		{"editing times out", "edit c-en", errTimeout},
		{"editing times out and was done", "edit c-en", errDone{}},
		{"editing times out and is done late", "edit c-en", errLate{}},
		{"editing is limited", "edit c-en", &updates.LimitedError{After: time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, openEmbedded(t))
			w.setup.Channels = map[language.Code]string{"en": "c-en"}
			p := w.process()
			w.net.fault(once(c.call, c.err))
			u := w.published(p, content("en"))
			w.settle(p)
			ok[updates.Update](t)(p.Correct(t.Context(), w.act(aiko), u.ID))
			ok[updates.Saved](t)(p.EditText(t.Context(), w.act(aiko), u.ID, 0, "en", changed()))
			ok[updates.Update](t)(p.Submit(t.Context(), w.act(aiko), u.ID, 0))
			ok[updates.Update](t)(p.Approve(t.Context(), w.act(binh), u.ID, 0))
			ok[updates.Update](t)(p.Publish(t.Context(), w.act(aiko), u.ID, time.Time{}, ""))
			w.settle(p)
			w.clock.Advance(time.Hour)
			w.settle(p)
			want := map[string][]string{"c-en": {"corrected e2 en: " + text("en").Title}}
			if diff := cmp.Diff(want, w.net.shown()); diff != "" {
				t.Errorf("posts (-want +got):\n%s", diff)
			}
			if m := w.net.in("c-en")[0]; m.Crossposts != 1 || m.Post.Notice.Text.Change != changed().Change {
				t.Errorf("crossposted %d times, shows %q", m.Crossposts, m.Post.Notice.Text.Change)
			}
			if n := count(w.log(), updates.DidPost); n != 1 {
				t.Errorf("%d posts in the log, want 1", n)
			}
		})
	}
}

// A channel that refuses is logged once, holds up no other, and can be tried again.
func TestRefused(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	w.net.fault(func(call string) error {
		if call == "create c-vi" {
			return fmt.Errorf("missing access: %w", updates.ErrRefused)
		}
		return nil
	})
	u := w.published(p, content("en", "vi"))
	w.settle(p)
	if got := w.net.shown(); len(got["c-vi"]) != 0 || len(got["c-en"]) != 1 || len(got["c-ja"]) != 1 {
		t.Errorf("posts: %v", got)
	}
	if n := count(w.log(), updates.DidFailPost); n != 1 {
		t.Errorf("the refusal stands %d times in the log", n)
	}
	var refused []string
	for _, i := range ok[[]updates.PostInfo](t)(p.Posts(t.Context(), w.act(aiko), u.ID)) {
		if i.Refused {
			refused = append(refused, i.Channel)
		}
		if i.Waiting {
			t.Errorf("%s waits", i.Channel)
		}
	}
	if diff := cmp.Diff([]string{"c-vi"}, refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	w.net.fault(nil)
	w.setup.Channels["vi"] = "c-vi2" // the moderators chose another channel
	ok[updates.Update](t)(p.Repost(t.Context(), w.act(aiko), u.ID))
	w.settle(p)
	if diff := cmp.Diff([]string{"published e1 vi: " + text("vi").Title}, w.net.shown()["c-vi2"]); diff != "" {
		t.Errorf("tried again (-want +got):\n%s", diff)
	}
	if got := w.net.shown(); len(got["c-en"]) != 1 {
		t.Errorf("trying again posted elsewhere too: %v", got)
	}
}

// A message that a person deleted is not posted again.
func TestDeletedMessage(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	w.setup.Channels = map[language.Code]string{"en": "c-en"}
	p := w.process()
	u := w.published(p, content("en"))
	w.drain(p)
	w.net.list[0].Deleted = true
	ok[updates.Update](t)(p.Withdraw(t.Context(), w.act(aiko), u.ID, updates.ReasonWrong, ""))
	w.settle(p)
	if got := w.net.shown(); len(got) != 0 {
		t.Errorf("posted again: %v", got)
	}
	if n := count(w.log(), updates.DidLosePost); n != 1 {
		t.Errorf("the loss stands %d times in the log", n)
	}
}

// What is withdrawn before it was ever posted is not posted.
func TestWithdrawnBeforePosted(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	u := w.published(p, content("en"))
	ok[updates.Update](t)(p.Withdraw(t.Context(), w.act(aiko), u.ID, updates.ReasonWrong, ""))
	w.settle(p)
	if got := w.net.shown(); len(got) != 0 {
		t.Errorf("posted: %v", got)
	}
}

// A bot that was away past the expiry posts no old news.
func TestMissed(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	s := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en")))
	ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), s.Update.ID, 0))
	ok[updates.Update](t)(p.Approve(ctx, w.act(binh), s.Update.ID, 0))
	ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), s.Update.ID, start.Add(time.Hour), ""))
	w.clock.Advance(30 * 24 * time.Hour)
	w.settle(p)
	if got := w.net.shown(); len(got) != 0 {
		t.Errorf("posted: %v", got)
	}
	if u := ok[updates.Update](t)(p.Get(ctx, w.act(aiko), s.Update.ID)); u.State() != updates.Expired {
		t.Errorf("state %s", u.State())
	}
}

// A correction may move the expiry: the update then ends at the new time.
func TestExpiryMoved(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	u := w.published(p, content("en"))
	ok[updates.Update](t)(p.Correct(ctx, w.act(aiko), u.ID))
	d := details()
	d.Expires = d.Expires.Add(48 * time.Hour)
	ok[updates.Saved](t)(p.EditDetails(ctx, w.act(aiko), u.ID, 0, d))
	ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), u.ID, 0))
	ok[updates.Update](t)(p.Approve(ctx, w.act(binh), u.ID, 0))
	ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), u.ID, time.Time{}, ""))
	w.clock.Advance(details().Expires.Sub(w.clock.Now()))
	w.settle(p)
	if u = ok[updates.Update](t)(p.Get(ctx, w.act(aiko), u.ID)); u.State() != updates.Corrected {
		t.Errorf("at the old time: %s", u.State())
	}
	w.clock.Advance(48 * time.Hour)
	w.settle(p)
	if u = ok[updates.Update](t)(p.Get(ctx, w.act(aiko), u.ID)); u.State() != updates.Expired {
		t.Errorf("at the new time: %s", u.State())
	}
}

// The log channel gets each line once, in order.
func TestLogChannel(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		w.setup.Channels = nil
		p := w.process()
		ctx := t.Context()
		s := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en")))
		w.drain(p)
		w.setup.Log = "log"
		ok[updates.Saved](t)(p.EditText(ctx, w.act(aiko), s.Update.ID, 0, "ja", text("ja")))
		ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), s.Update.ID, 0))
		w.net.fault(once("create log", errLate{}))
		w.settle(p)
		w.net.fault(once("create log", errDone{}))
		ok[updates.Update](t)(p.Approve(ctx, w.act(binh), s.Update.ID, 0))
		w.settle(p)
		w.net.fault(once("create log", fmt.Errorf("not now: %w", &updates.LimitedError{After: 3 * time.Second})))
		ok[updates.Update](t)(p.Publish(ctx, w.act(binh), s.Update.ID, time.Time{}, ""))
		w.settle(p)
		want := []string{"line translate", "line submit", "line approve", "line publish"}
		if diff := cmp.Diff(want, w.net.shown()["log"]); diff != "" {
			t.Errorf("log channel (-want +got):\n%s", diff)
		}
	})
}

// Several processes at once on one store, with a slow network: each post once, and
// what is shown at last is the last edition.
func TestManyWorkers(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		w.setup.Log = "log"
		var mu sync.Mutex
		n := 0
		w.net.delay = func() time.Duration {
			mu.Lock()
			defer mu.Unlock()
			n++
			return time.Duration(n%7) * time.Millisecond
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for range 4 {
			p := w.process()
			running.Go(func() {
				for ctx.Err() == nil {
					worked, err := p.worker.Step(ctx)
					if err != nil && ctx.Err() == nil {
						t.Errorf("work: %v", err)
						return
					}
					if !worked {
						w.clock.Advance(time.Second) // so that what is put off comes due
						time.Sleep(time.Millisecond)
					}
				}
			})
		}
		p := w.process()
		const many = 3
		var ids []string
		for range many {
			ids = append(ids, w.published(p, content("en", "ja", "vi", "my")).ID)
		}
		for edition := 2; edition <= 4; edition++ {
			for _, id := range ids {
				ok[updates.Update](t)(p.Correct(ctx, w.act(aiko), id))
				next := text("en")
				next.Title = fmt.Sprintf("A job fair in Mie, edition %d", edition)
				ok[updates.Saved](t)(p.EditText(ctx, w.act(aiko), id, 0, "en", next))
				ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), id, 0))
				ok[updates.Update](t)(p.Approve(ctx, w.act(binh), id, 0))
				ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), id, time.Time{}, ""))
			}
		}
		storetest.Eventually(t, 60*time.Second, "all is posted", func() bool {
			for _, id := range ids {
				for _, i := range ok[[]updates.PostInfo](t)(p.Posts(ctx, w.act(aiko), id)) {
					if i.Waiting {
						return false
					}
				}
			}
			return len(w.net.in("log")) == people(w.log())
		})
		stop()
		running.Wait()
		for _, ch := range channels() {
			list := w.net.in(ch)
			if len(list) != many {
				t.Errorf("%s has %d messages, want %d", ch, len(list), many)
			}
			for _, m := range list {
				if m.Post.Notice.Edition != 4 {
					t.Errorf("%s still shows edition %d", ch, m.Post.Notice.Edition)
				}
			}
		}
		var told []int64
		for _, m := range w.net.in("log") {
			told = append(told, m.Post.Line.Seq)
		}
		if !slices.IsSorted(told) {
			t.Errorf("the log channel is out of order: %v", told)
		}
	})
}

// people counts the lines that are for the log channel.
func people(entries []updates.Entry) int {
	n := 0
	for _, e := range entries {
		if e.Tell {
			n++
		}
	}
	return n
}
