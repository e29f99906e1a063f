package updates_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/updates"
)

// state names a point in the life of an update, with how to get there. aiko writes it,
// binh reads it.
type point struct {
	name string
	make func(w *world, p process) updates.Update
}

func points() []point {
	draft := func(w *world, p process) updates.Update {
		return ok[updates.Saved](w.t)(p.NewUpdate(w.t.Context(), w.act(aiko), content("en", "ja"))).Update
	}
	review := func(w *world, p process) updates.Update {
		return ok[updates.Update](w.t)(p.Submit(w.t.Context(), w.act(aiko), draft(w, p).ID, 0))
	}
	approved := func(w *world, p process) updates.Update {
		return ok[updates.Update](w.t)(p.Approve(w.t.Context(), w.act(binh), review(w, p).ID, 0))
	}
	scheduled := func(w *world, p process) updates.Update {
		return ok[updates.Update](w.t)(p.Publish(w.t.Context(), w.act(aiko), approved(w, p).ID, start.Add(time.Hour), ""))
	}
	published := func(w *world, p process) updates.Update {
		return ok[updates.Update](w.t)(p.Publish(w.t.Context(), w.act(aiko), approved(w, p).ID, time.Time{}, ""))
	}
	correcting := func(w *world, p process) updates.Update {
		u := ok[updates.Update](w.t)(p.Correct(w.t.Context(), w.act(aiko), published(w, p).ID))
		return ok[updates.Saved](w.t)(p.EditText(w.t.Context(), w.act(aiko), u.ID, u.Version, "en", changed())).Update
	}
	corrected := func(w *world, p process) updates.Update {
		u := correcting(w, p)
		ok[updates.Update](w.t)(p.Submit(w.t.Context(), w.act(aiko), u.ID, 0))
		ok[updates.Update](w.t)(p.Approve(w.t.Context(), w.act(binh), u.ID, 0))
		return ok[updates.Update](w.t)(p.Publish(w.t.Context(), w.act(aiko), u.ID, time.Time{}, ""))
	}
	withdrawn := func(w *world, p process) updates.Update {
		return ok[updates.Update](w.t)(p.Withdraw(w.t.Context(), w.act(aiko), published(w, p).ID, updates.ReasonWrong, ""))
	}
	expired := func(w *world, p process) updates.Update {
		u := published(w, p)
		w.clock.Advance(u.Live.Expires.Sub(w.clock.Now()))
		w.drain(p)
		return ok[updates.Update](w.t)(p.Get(w.t.Context(), w.act(aiko), u.ID))
	}
	return []point{{"draft", draft}, {"in-review", review}, {"approved", approved}, {"scheduled", scheduled}, {"published", published},
		{"correcting", correcting}, {"corrected", corrected}, {"withdrawn", withdrawn}, {"expired", expired}}
}

func changed() updates.Text {
	t := text("en")
	t.Body = "On 21 December, not on the 20th, there is a job fair for foreign workers in the city of Tsu."
	t.Change = "The day was wrong."
	return t
}

// verbs are the acts on an update, as done by somebody.
func verbs() []struct {
	name string
	do   func(w *world, p process, by updates.Actor, u updates.Update) error
} {
	one := func(_ updates.Update, err error) error { return err }
	two := func(_ updates.Saved, err error) error { return err }
	return []struct {
		name string
		do   func(w *world, p process, by updates.Actor, u updates.Update) error
	}{
		{"details", func(w *world, p process, by updates.Actor, u updates.Update) error {
			d := details()
			d.Category = updates.Other
			return two(p.EditDetails(w.t.Context(), w.act(by), u.ID, u.Version, d))
		}},
		{"text", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return two(p.EditText(w.t.Context(), w.act(by), u.ID, u.Version, "vi", text("vi")))
		}},
		{"submit", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Submit(w.t.Context(), w.act(by), u.ID, u.Version))
		}},
		{"recall", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Recall(w.t.Context(), w.act(by), u.ID, u.Version))
		}},
		{"approve", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Approve(w.t.Context(), w.act(by), u.ID, u.Version))
		}},
		{"return", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Return(w.t.Context(), w.act(by), u.ID, u.Version, "Which hall?"))
		}},
		{"schedule", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Publish(w.t.Context(), w.act(by), u.ID, w.clock.Now().Add(2*time.Hour), ""))
		}},
		{"publish", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Publish(w.t.Context(), w.act(by), u.ID, time.Time{}, ""))
		}},
		{"unschedule", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Unschedule(w.t.Context(), w.act(by), u.ID))
		}},
		{"correct", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Correct(w.t.Context(), w.act(by), u.ID))
		}},
		{"abandon", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Abandon(w.t.Context(), w.act(by), u.ID, u.Version))
		}},
		{"withdraw", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Withdraw(w.t.Context(), w.act(by), u.ID, updates.ReasonWrong, ""))
		}},
		{"repost", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Repost(w.t.Context(), w.act(by), u.ID))
		}},
		{"read", func(w *world, p process, by updates.Actor, u updates.Update) error {
			return one(p.Get(w.t.Context(), w.act(by), u.ID))
		}},
		{"history", func(w *world, p process, by updates.Actor, u updates.Update) error {
			_, _, err := p.History(w.t.Context(), w.act(by), updates.Filter{Update: u.ID}, 0, 10)
			return err
		}},
		{"list", func(w *world, p process, by updates.Actor, _ updates.Update) error {
			_, err := p.List(w.t.Context(), w.act(by))
			return err
		}},
	}
}

// what became of an act, in a word.
func word(before, after updates.Update, err error) string {
	switch {
	case errors.Is(err, updates.ErrNotAllowed):
		return "not allowed"
	case errors.Is(err, updates.ErrState):
		return "-"
	case errors.Is(err, updates.ErrOwnWords):
		return "own words"
	case errors.Is(err, updates.ErrUnchanged):
		return "unchanged"
	case err != nil:
		return err.Error()
	}
	s := string(after.State())
	if after.Stage() != "" && after.Live != nil {
		s += "+" + string(after.Stage())
	}
	if before.Version == after.Version {
		s = "same"
	}
	return s
}

// TestEveryTransition does every act at every point of a life as each role: the
// writer, another moderator, and one who has every permission but not the role.
func TestEveryTransition(t *testing.T) {
	// Where writer and other differ: "writer / other".
	want := map[string]map[string]string{
		"draft": {"details": "draft", "text": "draft", "submit": "in-review", "recall": "-", "approve": "-", "return": "-", "schedule": "-",
			"publish": "-", "unschedule": "-", "correct": "-", "abandon": "withdrawn", "withdraw": "-", "repost": "-"},
		"in-review": {"details": "draft", "text": "draft", "submit": "-", "recall": "draft", "approve": "own words / approved", "return": "draft",
			"schedule": "-", "publish": "-", "unschedule": "-", "correct": "-", "abandon": "withdrawn", "withdraw": "-", "repost": "-"},
		"approved": {"details": "draft", "text": "draft", "submit": "-", "recall": "draft", "approve": "-", "return": "draft", "schedule": "scheduled",
			"publish": "published", "unschedule": "-", "correct": "-", "abandon": "withdrawn", "withdraw": "-", "repost": "-"},
		"scheduled": {"details": "draft", "text": "draft", "submit": "-", "recall": "draft", "approve": "-", "return": "draft", "schedule": "scheduled",
			"publish": "published", "unschedule": "approved", "correct": "-", "abandon": "withdrawn", "withdraw": "-", "repost": "-"},
		"published": {"details": "-", "text": "-", "submit": "-", "recall": "-", "approve": "-", "return": "-", "schedule": "-", "publish": "-",
			"unschedule": "-", "correct": "published+draft", "abandon": "-", "withdraw": "withdrawn", "repost": "published"},
		"correcting": {"details": "published+draft", "text": "published+draft", "submit": "published+in-review", "recall": "-", "approve": "-",
			"return": "-", "schedule": "-", "publish": "-", "unschedule": "-", "correct": "same", "abandon": "published", "withdraw": "withdrawn",
			"repost": "published+draft"},
		"corrected": {"details": "-", "text": "-", "submit": "-", "recall": "-", "approve": "-", "return": "-", "schedule": "-", "publish": "-",
			"unschedule": "-", "correct": "corrected+draft", "abandon": "-", "withdraw": "withdrawn", "repost": "corrected"},
		"withdrawn": {"details": "-", "text": "-", "submit": "-", "recall": "-", "approve": "-", "return": "-", "schedule": "-", "publish": "-",
			"unschedule": "-", "correct": "-", "abandon": "-", "withdraw": "-", "repost": "-"},
		"expired": {"details": "-", "text": "-", "submit": "-", "recall": "-", "approve": "-", "return": "-", "schedule": "-", "publish": "-",
			"unschedule": "-", "correct": "-", "abandon": "-", "withdraw": "-", "repost": "-"},
	}
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		for _, pt := range points() {
			w := newWorld(t, open(t))
			p := w.process()
			got := map[string]string{}
			for _, v := range verbs() {
				outcome := map[string]string{}
				for name, by := range map[string]updates.Actor{"writer": aiko, "other": binh, "stranger": dan} {
					w.clock.mu.Lock()
					w.clock.now = start
					w.clock.mu.Unlock()
					u := pt.make(w, p)
					before := w.seq()
					err := v.do(w, p, by, u)
					after := ok[updates.Update](t)(p.Get(t.Context(), w.act(aiko), u.ID))
					outcome[name] = word(u, after, err)
					reads := v.name == "read" || v.name == "history" || v.name == "list"
					if n := w.seq() - before; err != nil && n != 0 || err == nil && !reads && outcome[name] != "same" && n != 1 {
						t.Errorf("%s at %s by %s left %d lines in the log", v.name, pt.name, name, n)
					}
					if err != nil && after.Version != u.Version {
						t.Errorf("%s at %s by %s failed and changed the update", v.name, pt.name, name)
					}
				}
				if outcome["stranger"] != "not allowed" {
					t.Errorf("%s at %s by someone without the role: %s", v.name, pt.name, outcome["stranger"])
				}
				switch v.name {
				case "read", "history", "list":
					if outcome["writer"] != "same" || outcome["other"] != "same" {
						t.Errorf("%s at %s: %v", v.name, pt.name, outcome)
					}
					continue
				}
				got[v.name] = outcome["writer"]
				if outcome["other"] != outcome["writer"] {
					got[v.name] += " / " + outcome["other"]
				}
			}
			if diff := cmp.Diff(want[pt.name], got); diff != "" {
				t.Errorf("at %s (-want +got):\n%s", pt.name, diff)
			}
		}
	})
}

// Two moderators who each wrote a language approve each other's words.
func TestTwoWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		u := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
		u = ok[updates.Saved](t)(p.EditText(ctx, w.act(binh), u.ID, u.Version, "vi", text("vi"))).Update
		u = ok[updates.Update](t)(p.Submit(ctx, w.act(binh), u.ID, u.Version))
		u = ok[updates.Update](t)(p.Approve(ctx, w.act(binh), u.ID, u.Version))
		if diff := cmp.Diff([]updates.Part{"vi"}, u.Work.Waiting()); u.Stage() != updates.InReview || diff != "" {
			t.Fatalf("after binh: %s, waiting (-want +got):\n%s", u.Stage(), diff)
		}
		if _, err := p.Publish(ctx, w.act(binh), u.ID, time.Time{}, ""); !errors.Is(err, updates.ErrState) {
			t.Errorf("published with a text that nobody else has read: %v", err)
		}
		u = ok[updates.Update](t)(p.Approve(ctx, w.act(aiko), u.ID, u.Version))
		if u.Stage() != updates.Approved || u.Work.Alone {
			t.Errorf("after both: %s, alone %v", u.Stage(), u.Work.Alone)
		}
	})
}

// One-person servers do without a second pair of eyes, and the log says so.
func TestAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		w.setup.Alone = true
		p := w.process()
		ctx := t.Context()
		u := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
		u = ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), u.ID, u.Version))
		if u.Stage() != updates.Approved {
			t.Fatalf("submitted alone: %s", u.Stage())
		}
		// Switched on again in between: what one approved alone does not go out.
		w.setup.Alone = false
		if _, err := p.Publish(ctx, w.act(aiko), u.ID, time.Time{}, ""); !errors.Is(err, updates.ErrOwnWords) {
			t.Errorf("published alone although two are asked for: %v", err)
		}
		w.setup.Alone = true
		ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), u.ID, time.Time{}, ""))
		want := []string{
			"create 101 en - draft -",
			"submit 101 - draft approved - alone",
			"publish 101 - approved published - e1 alone",
		}
		if diff := cmp.Diff(want, lines(w.log())); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		n := ok[updates.Notice](t)(p.Read(ctx, guild, u.ID, "en"))
		if !n.Alone {
			t.Error("the notice does not say that one person alone wrote it")
		}
	})
}

// The second of two editors is told, and nothing of the first is lost.
func TestConcurrentEdits(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		u := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
		mine := updates.Text{Title: "By binh", Body: "This is what Binh wrote about the job fair in the same minute."}
		ok[updates.Saved](t)(p.EditText(ctx, w.act(binh), u.ID, u.Version, "en", mine))
		w.clock.Advance(time.Second)
		_, err := p.EditText(ctx, w.act(aiko), u.ID, u.Version, "en", updates.Text{Title: "By aiko", Body: "This is what Aiko wrote."})
		var changed *updates.ChangedError
		if !errors.As(err, &changed) {
			t.Fatalf("the second editor was not told: %v", err)
		}
		want := updates.Change{By: binh.ID, At: start}
		if diff := cmp.Diff(want, changed.Update.Changed); diff != "" {
			t.Errorf("who was faster (-want +got):\n%s", diff)
		}
		now := ok[updates.Update](t)(p.Get(ctx, w.act(aiko), u.ID))
		if diff := cmp.Diff(mine, now.Work.Texts["en"]); diff != "" {
			t.Errorf("the first text (-want +got):\n%s", diff)
		}
	})
}

// Many at once: each draft gets its own number, each edit of another language stays.
func TestManyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		const n = 8
		errs := make(chan error, n)
		for range n {
			go func() {
				_, err := p.NewUpdate(t.Context(), w.act(aiko), content("en"))
				errs <- err
			}()
		}
		for range n {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		list := ok[[]updates.Item](t)(p.List(t.Context(), w.act(aiko)))
		var ids []string
		for _, i := range list {
			ids = append(ids, i.ID)
		}
		if diff := cmp.Diff([]string{"8", "7", "6", "5", "4", "3", "2", "1"}, ids); diff != "" {
			t.Errorf("numbers (-want +got):\n%s", diff)
		}
		for _, code := range language.Codes() {
			go func() {
				_, err := p.EditText(t.Context(), w.act(binh), "1", 0, code, text(code))
				errs <- err
			}()
		}
		for range language.Codes() {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		u := ok[updates.Update](t)(p.Get(t.Context(), w.act(aiko), "1"))
		if diff := cmp.Diff(content(language.Codes()...).Texts, u.Work.Texts); diff != "" {
			t.Errorf("texts (-want +got):\n%s", diff)
		}
	})
}

// The same event delivered twice is one act.
func TestSameActTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, open func(testing.TB) store.Store) {
		w := newWorld(t, open(t))
		p := w.process()
		ctx := t.Context()
		create := w.act(aiko)
		a := ok[updates.Saved](t)(p.NewUpdate(ctx, create, content("en"))).Update
		b := ok[updates.Saved](t)(p.NewUpdate(ctx, create, content("en"))).Update
		if a.ID != b.ID || a.Version != b.Version {
			t.Errorf("made twice: %s and %s", a.ID, b.ID)
		}
		submit := w.act(aiko)
		ok[updates.Update](t)(p.Submit(ctx, submit, a.ID, a.Version))
		again := ok[updates.Update](t)(p.Submit(ctx, submit, a.ID, a.Version))
		if again.Stage() != updates.InReview {
			t.Errorf("the second time: %s", again.Stage())
		}
		if n := len(w.log()); n != 2 {
			t.Errorf("%d lines in the log, want 2", n)
		}
	})
}

// An id of another community, or one that was made up, finds nothing.
func TestForgedID(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	p2 := updates.Act{ID: "x", By: aiko, Guild: "900000000000000002"}
	u := w.published(p, content("en"))
	if _, err := p.Get(ctx, p2, u.ID); !errors.Is(err, updates.ErrNotAllowed) {
		t.Errorf("another community: %v", err)
	}
	for _, id := range []string{"", "99", "../1", "1\n", "{1}", string(make([]byte, 300))} {
		if _, err := p.Get(ctx, w.act(aiko), id); !errors.Is(err, updates.ErrNoUpdate) {
			t.Errorf("id %q: %v", id, err)
		}
	}
	if _, err := p.Get(ctx, updates.Act{ID: "y", Guild: guild}, u.ID); !errors.Is(err, updates.ErrNotAllowed) {
		t.Errorf("an act of nobody: %v", err)
	}
}

// Returned work shows the reviewer what changed since they read it.
func TestDifferenceSinceReturned(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	u := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
	ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), u.ID, 0))
	u = ok[updates.Update](t)(p.Return(ctx, w.act(binh), u.ID, 0, "Which hall?"))
	if u.Work.Note != "Which hall?" {
		t.Errorf("note %q", u.Work.Note)
	}
	next := text("en")
	next.Body += " It is in the Sun Arena."
	ok[updates.Saved](t)(p.EditText(ctx, w.act(aiko), u.ID, u.Version, "en", next))
	u = ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), u.ID, 0))
	before, known := u.Before()
	if !known {
		t.Fatal("nothing to compare with")
	}
	want := []updates.Difference{{Part: "en", Field: updates.FieldBody, Before: text("en").Body, Now: next.Body}}
	if diff := cmp.Diff(want, updates.Compare(before, u.Work.Content)); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

func TestTooMany(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	for i := range 200 {
		if _, err := p.NewUpdate(t.Context(), w.act(aiko), content("en")); err != nil {
			t.Fatalf("update %d: %v", i, err)
		}
	}
	if _, err := p.NewUpdate(t.Context(), w.act(aiko), content("en")); !errors.Is(err, updates.ErrTooMany) {
		t.Errorf("the 201st: %v", err)
	}
	ok[updates.Update](t)(p.Abandon(t.Context(), w.act(aiko), "7", 0))
	if _, err := p.NewUpdate(t.Context(), w.act(aiko), content("en")); err != nil {
		t.Errorf("after one was dropped: %v", err)
	}
}
