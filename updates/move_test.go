package updates_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/store"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// Moving from the embedded store to Redis loses nothing: drafts, what is out, the
// schedule, the log, and which messages exist, so that none is posted again.
func TestMove(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, openEmbedded(t))
	w.setup.Log = "log"
	p := w.process()
	out := w.published(p, content("en", "ja"))
	w.drain(p)
	must(t, p.Suspend(ctx, w.act(aiko), topic, "why"))
	must(t, p.SetRole(ctx, w.act(aiko), "area:visa", "77"))
	must(t, w.store.Count(ctx, "asked", "minimum-wage/vi", 3))
	draft := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(binh), content("vi"))).Update
	planned := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
	ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), planned.ID, 0))
	ok[updates.Update](t)(p.Approve(ctx, w.act(binh), planned.ID, 0))
	ok[updates.Update](t)(p.Publish(ctx, w.act(aiko), planned.ID, start.Add(time.Hour), ""))
	w.drain(p)
	log := w.log()

	var export bytes.Buffer
	moved := ok[updates.Moved](t)(updates.Export(ctx, w.store, &export))
	if moved.Documents == 0 || moved.Entries != len(log) || moved.Jobs == 0 || moved.Counts != 1 {
		t.Errorf("exported %+v", moved)
	}
	server := storetest.StartRedis(t)
	old := w.store
	w.store = openRedis(t, server)
	if again := ok[updates.Moved](t)(updates.Import(ctx, w.store, bytes.NewReader(export.Bytes()))); again != moved {
		t.Errorf("imported %+v, exported %+v", again, moved)
	}
	ok[updates.Moved](t)(updates.Import(ctx, w.store, bytes.NewReader(export.Bytes()))) // twice changes nothing
	var second bytes.Buffer
	ok[updates.Moved](t)(updates.Export(ctx, w.store, &second))
	if diff := cmp.Diff(strings.Split(export.String(), "\n"), strings.Split(second.String(), "\n")); diff != "" {
		t.Errorf("what comes out of Redis (-want +got):\n%s", diff)
	}
	_ = old.Close()

	q := w.process()
	if diff := cmp.Diff(log, w.log()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	got := ok[updates.Update](t)(q.Get(ctx, w.act(aiko), draft.ID))
	if diff := cmp.Diff(draft, got); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	w.clock.Advance(time.Hour)
	w.settle(q)
	for ch, n := range map[string]int{"c-en": 2, "c-ja": 2} {
		if list := w.net.in(ch); len(list) != n {
			t.Errorf("%s has %d messages, want %d", ch, len(list), n)
		}
	}
	ok[updates.Update](t)(q.Withdraw(ctx, w.act(binh), out.ID, updates.ReasonOutdated, ""))
	w.settle(q)
	if m := w.net.in("c-en")[0]; m.Post.Notice.State != updates.Withdrawn {
		t.Errorf("the message posted before the move shows %s", m.shows())
	}
	if !q.Mending(ctx, guild).Suspended("topic", "esd-fees") {
		t.Error("the suspension was lost")
	}
}

// A damaged export is refused with its line, before anything is written.
func TestImportDamaged(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, openEmbedded(t))
	w.published(w.process(), content("en"))
	var export bytes.Buffer
	ok[updates.Moved](t)(updates.Export(ctx, w.store, &export))
	good := strings.Split(strings.TrimSuffix(export.String(), "\n"), "\n")
	join := func(l ...string) string { return strings.Join(l, "\n") + "\n" }
	for _, c := range []struct {
		name, in string
		line     int
	}{
		{"empty", "", 1},
		{"not an export", "{}\n", 1},
		{"cut off", join(good[:len(good)-1]...), len(good)},
		{"cut off in a line", strings.Join(good, "\n")[:export.Len()/2], 0},
		{"a line is missing", join(append(append([]string{}, good[:2]...), good[3:]...)...), len(good) - 1},
		{"broken JSON", join(good[0], "{"), 2},
		{"unknown field", join(good[0], `{"type":"doc","in":"x","id":"y","n":1,"colour":"red"}`), 2},
		{"unknown type", join(good[0], `{"type":"moon","in":"x","id":"y"}`), 2},
		{"a newer version", join(`{"export":"madoguchi","version":99}`), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openEmbedded(t)
			_, err := updates.Import(ctx, s, strings.NewReader(c.in))
			var bad *updates.LineError
			if !errors.As(err, &bad) || c.line != 0 && bad.Line != c.line {
				t.Errorf("error %v, want line %d", err, c.line)
			}
			for item := range s.Dump(ctx) {
				t.Errorf("written all the same: %v", item)
			}
		})
	}
}

// Importing over something else leaves it alone.
func TestImportConflict(t *testing.T) {
	ctx := t.Context()
	a, b := newWorld(t, openEmbedded(t)), newWorld(t, openEmbedded(t))
	a.published(a.process(), content("en"))
	ok[updates.Saved](t)(b.process().NewUpdate(ctx, b.act(binh), content("vi")))
	var export bytes.Buffer
	ok[updates.Moved](t)(updates.Export(ctx, b.store, &export))
	if _, err := updates.Import(ctx, a.store, bytes.NewReader(export.Bytes())); !errors.Is(err, store.ErrConflict) {
		t.Errorf("imported over another store: %v", err)
	}
	u := ok[updates.Update](t)(a.process().Get(ctx, a.act(aiko), "1"))
	if u.State() != updates.Published {
		t.Errorf("the update that was there is now %s", u.State())
	}
}

// A document of a newer version is not read, and so not saved with parts left out.
func TestNewerSchema(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en")))
	_, err := store.Update(ctx, w.store, "updates:"+guild, "1", func(d store.Doc) ([]byte, error) {
		return bytes.Replace(d.Value, []byte(`"schema":1`), []byte(`"schema":99,"new":"part"`), 1), nil
	})
	must(t, err)
	if _, err := p.EditText(ctx, w.act(aiko), "1", 0, "en", text("en")); !errors.Is(err, updates.ErrNewer) {
		t.Errorf("edited: %v", err)
	}
	d := ok[store.Doc](t)(w.store.Load(ctx, "updates:"+guild, "1"))
	if !bytes.Contains(d.Value, []byte(`"new":"part"`)) {
		t.Error("the new part is gone")
	}
}
