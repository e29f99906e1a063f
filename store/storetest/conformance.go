package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/store"
)

// start0 is a moment in the tests' schedules, which don't follow the clock.
var start0 = time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)

// Run checks that a store does what package store says. open gives an empty
// store each time and closes it when its test ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"records", testRecords},
		{"records expire", testExpiry},
		{"forget", testForget},
		{"documents", testDocuments},
		{"documents list", testList},
		{"document contention", testContention},
		{"log", testLog},
		{"log by many", testLogByMany},
		{"write is all or nothing", testWrite},
		{"schedule", testSchedule},
		{"schedule replaced and cancelled", testReplace},
		{"claim by many", testClaimByMany},
		{"counters", testCounters},
		{"once", testOnce},
		{"once by many", testOnceByMany},
		{"take", testTake},
		{"take by many", testTakeByMany},
		{"invalid", testInvalid},
		{"bytes", testBytes},
		{"dump and restore", func(t *testing.T, s store.Store) { testDump(t, s, open(t)) }},
		{"restore conflicts", testRestoreConflicts},
		{"context ended", testContext},
		{"ping", testPing},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("unexpected (-want +got):\n%s", diff)
	}
}

func testRecords(t *testing.T, s store.Store) {
	ctx := t.Context()
	_, err := s.Get(ctx, "ann", store.KindSession)
	wantErr(t, err, store.ErrNotFound)
	ok(t, s.Put(ctx, "ann", store.KindSession, []byte("one"), time.Hour))
	ok(t, s.Put(ctx, "ann", store.KindPreferences, []byte("two"), time.Hour))
	ok(t, s.Put(ctx, "bob", store.KindSession, []byte("three"), time.Hour))
	same(t, string(must[[]byte](t)(s.Get(ctx, "ann", store.KindSession))), "one")
	ok(t, s.Put(ctx, "ann", store.KindSession, []byte("four"), time.Hour))
	same(t, string(must[[]byte](t)(s.Get(ctx, "ann", store.KindSession))), "four")
	ok(t, s.Delete(ctx, "ann", store.KindSession))
	ok(t, s.Delete(ctx, "ann", store.KindSession))
	_, err = s.Get(ctx, "ann", store.KindSession)
	wantErr(t, err, store.ErrNotFound)
	same(t, string(must[[]byte](t)(s.Get(ctx, "ann", store.KindPreferences))), "two")
	same(t, string(must[[]byte](t)(s.Get(ctx, "bob", store.KindSession))), "three")

	value := []byte("mine")
	ok(t, s.Put(ctx, "cem", store.KindSession, value, time.Hour))
	value[0] = 'X' // the store must have its own copy
	got := must[[]byte](t)(s.Get(ctx, "cem", store.KindSession))
	got[1] = 'X'
	same(t, string(must[[]byte](t)(s.Get(ctx, "cem", store.KindSession))), "mine")
}

func testExpiry(t *testing.T, s store.Store) {
	ctx := t.Context()
	ok(t, s.Put(ctx, "ann", store.KindSession, []byte("short"), 60*time.Millisecond))
	ok(t, s.Put(ctx, "ann", store.KindPreferences, []byte("long"), time.Hour))
	same(t, string(must[[]byte](t)(s.Get(ctx, "ann", store.KindSession))), "short")
	time.Sleep(80 * time.Millisecond)
	_, err := s.Get(ctx, "ann", store.KindSession)
	wantErr(t, err, store.ErrNotFound)
	if records := must[[]store.Record](t)(s.Records(ctx, "ann")); len(records) != 1 || records[0].Kind != store.KindPreferences {
		t.Fatalf("after expiry Records gives %d records, want the preferences alone", len(records))
	}
	// Putting again renews the life.
	ok(t, s.Put(ctx, "bob", store.KindSession, []byte("slides"), 60*time.Millisecond))
	ok(t, s.Put(ctx, "bob", store.KindSession, []byte("slides"), time.Hour))
	time.Sleep(80 * time.Millisecond)
	same(t, string(must[[]byte](t)(s.Get(ctx, "bob", store.KindSession))), "slides")
}

func testForget(t *testing.T, s store.Store) {
	ctx := t.Context()
	before := time.Now()
	for i, kind := range store.Kinds() {
		ok(t, s.Put(ctx, "ann", kind, []byte(kind), time.Duration(i+1)*time.Hour))
		ok(t, s.Put(ctx, "bob", kind, []byte(kind), time.Hour))
	}
	records := must[[]store.Record](t)(s.Records(ctx, "ann"))
	if len(records) != len(store.Kinds()) {
		t.Fatalf("%d records, want %d", len(records), len(store.Kinds()))
	}
	for i, r := range records {
		same(t, r.Kind, store.Kinds()[i])
		same(t, string(r.Value), string(r.Kind))
		life := r.Expires.Sub(before) - time.Duration(i+1)*time.Hour
		if life < -time.Second || life > 10*time.Second {
			t.Errorf("%s expires %s off its time", r.Kind, life)
		}
	}
	ok(t, s.Forget(ctx, "ann"))
	if records := must[[]store.Record](t)(s.Records(ctx, "ann")); len(records) != 0 {
		t.Fatalf("%d records left after Forget", len(records))
	}
	_, err := s.Get(ctx, "ann", store.KindPreferences)
	wantErr(t, err, store.ErrNotFound)
	same(t, len(must[[]store.Record](t)(s.Records(ctx, "bob"))), len(store.Kinds()))
	ok(t, s.Forget(ctx, "nobody"))
	ok(t, s.Put(ctx, "ann", store.KindSession, []byte("anew"), time.Hour))
	same(t, string(must[[]byte](t)(s.Get(ctx, "ann", store.KindSession))), "anew")
}

func testDocuments(t *testing.T, s store.Store) {
	ctx := t.Context()
	_, err := s.Load(ctx, "updates", "a")
	wantErr(t, err, store.ErrNotFound)
	_, err = store.Save(ctx, s, "updates", "a", []byte("x"), 7)
	wantErr(t, err, store.ErrConflict)
	wantErr(t, store.Remove(ctx, s, "updates", "a", 7), store.ErrConflict)

	v1 := must[int64](t)(store.Save(ctx, s, "updates", "a", []byte("one"), 0))
	same(t, must[store.Doc](t)(s.Load(ctx, "updates", "a")), store.Doc{ID: "a", Value: []byte("one"), Version: v1})
	_, err = store.Save(ctx, s, "updates", "a", []byte("again"), 0)
	wantErr(t, err, store.ErrConflict)
	v2 := must[int64](t)(store.Save(ctx, s, "updates", "a", []byte("two"), v1))
	if v1 < 1 || v2 <= v1 {
		t.Fatalf("versions %d, %d don't grow from 1", v1, v2)
	}
	_, err = store.Save(ctx, s, "updates", "a", []byte("late"), v1)
	wantErr(t, err, store.ErrConflict)
	wantErr(t, store.Remove(ctx, s, "updates", "a", v1), store.ErrConflict)
	same(t, string(must[store.Doc](t)(s.Load(ctx, "updates", "a")).Value), "two")

	ok(t, store.Remove(ctx, s, "updates", "a", v2))
	_, err = s.Load(ctx, "updates", "a")
	wantErr(t, err, store.ErrNotFound)
	// Someone who still has v2 in hand must not overwrite the new one.
	v3 := must[int64](t)(store.Save(ctx, s, "updates", "a", []byte("anew"), 0))
	if v3 <= v2 {
		t.Fatalf("version %d of the new document was used before (%d)", v3, v2)
	}
	_, err = store.Save(ctx, s, "updates", "a", []byte("stale"), v2)
	wantErr(t, err, store.ErrConflict)
	// The same id elsewhere is another document.
	_, err = s.Load(ctx, "settings", "a")
	wantErr(t, err, store.ErrNotFound)
}

func testList(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, len(must[[]store.Doc](t)(s.List(ctx, "updates", ""))), 0)
	var want []string
	for i := range 700 { // more than one step of a scan
		id := fmt.Sprintf("g%d:%04d", i%2, i)
		must[int64](t)(store.Save(ctx, s, "updates", id, []byte(id), 0))
		if i%2 == 1 {
			want = append(want, id)
		}
	}
	for _, id := range []string{"a*b", "a?b", `a\b`, "a[b]", "axb", "日本", "日曜"} {
		must[int64](t)(store.Save(ctx, s, "updates", id, []byte(id), 0))
	}
	ids := func(prefix string) (ids []string) {
		for _, d := range must[[]store.Doc](t)(s.List(ctx, "updates", prefix)) {
			same(t, string(d.Value), d.ID)
			ids = append(ids, d.ID)
		}
		return ids
	}
	same(t, ids("g1:"), want)
	same(t, len(ids("")), 707)
	if all := ids(""); !slices.IsSorted(all) {
		t.Fatal("not sorted by id")
	}
	same(t, ids("a*"), []string{"a*b"})
	same(t, ids("a?"), []string{"a?b"})
	same(t, ids(`a\`), []string{`a\b`})
	same(t, ids("a["), []string{"a[b]"})
	same(t, ids("日"), []string{"日曜", "日本"})
	same(t, len(ids("zzz")), 0)
}

func testContention(t *testing.T, s store.Store) {
	ctx := t.Context()
	const workers, each = 8, 12
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				for {
					_, err := store.Update(ctx, s, "updates", "hot", func(d store.Doc) ([]byte, error) {
						return append(bytes.Clone(d.Value), '.'), nil
					})
					if err == nil {
						break
					}
					if !errors.Is(err, store.ErrConflict) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	same(t, len(must[store.Doc](t)(s.Load(ctx, "updates", "hot")).Value), workers*each)

	stop := errors.New("no")
	_, err := store.Update(ctx, s, "updates", "hot", func(store.Doc) ([]byte, error) { return nil, stop })
	wantErr(t, err, stop)
}

func testLog(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, len(must[[]store.Entry](t)(s.Entries(ctx, "audit", 0, 10))), 0)
	same(t, len(must[[]store.Entry](t)(s.Recent(ctx, "audit", 0, 10))), 0)
	for i := range 5 {
		seq := must[int64](t)(store.Append(ctx, s, "audit", fmt.Sprint("id", i+1), []byte(fmt.Sprint("entry", i+1))))
		same(t, seq, int64(i+1))
	}
	same(t, must[int64](t)(store.Append(ctx, s, "audit", "id3", []byte("repeated"))), int64(3))
	same(t, must[int64](t)(store.Append(ctx, s, "audit", "", []byte("no id"))), int64(6))
	same(t, must[int64](t)(store.Append(ctx, s, "audit", "", []byte("no id"))), int64(7))
	same(t, must[int64](t)(store.Append(ctx, s, "other", "id3", []byte("elsewhere"))), int64(1))

	seqs := func(entries []store.Entry, err error) (seqs []int64) {
		t.Helper()
		ok(t, err)
		for _, e := range entries {
			seqs = append(seqs, e.Seq)
		}
		return seqs
	}
	same(t, seqs(s.Entries(ctx, "audit", 0, 100)), []int64{1, 2, 3, 4, 5, 6, 7})
	same(t, seqs(s.Entries(ctx, "audit", 2, 3)), []int64{3, 4, 5})
	same(t, seqs(s.Entries(ctx, "audit", 7, 3)), []int64(nil))
	same(t, seqs(s.Recent(ctx, "audit", 0, 3)), []int64{7, 6, 5})
	same(t, seqs(s.Recent(ctx, "audit", 5, 100)), []int64{4, 3, 2, 1})
	same(t, seqs(s.Recent(ctx, "audit", 100, 2)), []int64{7, 6})
	same(t, seqs(s.Recent(ctx, "audit", 1, 2)), []int64(nil))
	same(t, must[[]store.Entry](t)(s.Entries(ctx, "audit", 2, 1)), []store.Entry{{Seq: 3, ID: "id3", Value: []byte("entry3")}})
	same(t, must[[]store.Entry](t)(s.Recent(ctx, "audit", 7, 1)), []store.Entry{{Seq: 6, Value: []byte("no id")}})
}

func testLogByMany(t *testing.T, s store.Store) {
	ctx := t.Context()
	const workers, each = 8, 10
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				// Two workers share each id: one entry comes of it.
				if _, err := store.Append(ctx, s, "audit", fmt.Sprintf("%d-%d", w/2, i), []byte("x")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	entries := must[[]store.Entry](t)(s.Entries(ctx, "audit", 0, 1000))
	same(t, len(entries), workers*each/2)
	ids := map[string]bool{}
	for i, e := range entries {
		same(t, e.Seq, int64(i+1))
		ids[e.ID] = true
	}
	same(t, len(ids), workers*each/2)
}

func testWrite(t *testing.T, s store.Store) {
	ctx := t.Context()
	results := must[[]store.Result](t)(s.Write(ctx))
	same(t, len(results), 0)
	results = must[[]store.Result](t)(s.Write(ctx,
		store.SaveDoc{Collection: "updates", ID: "a", Value: []byte("draft")},
		store.AppendEntry{Log: "audit", ID: "a1", Value: []byte("made")},
		store.AppendEntry{Log: "audit", Value: []byte("noted")},
		store.EnqueueJob{Queue: "posts", ID: "a", At: start0, Payload: []byte("post")},
		store.CancelJob{Queue: "posts", ID: "none"},
	))
	version := results[0].Version
	same(t, results, []store.Result{{Version: version}, {Seq: 1}, {Seq: 2}, {}, {}})

	jobs := must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0, time.Minute, 10))
	same(t, len(jobs), 1)
	state := func() string {
		t.Helper()
		doc := must[store.Doc](t)(s.Load(ctx, "updates", "a"))
		entries := must[[]store.Entry](t)(s.Entries(ctx, "audit", 0, 100))
		left := must[[]store.Job](t)(s.Jobs(ctx, "posts"))
		return fmt.Sprintf("%s %d entries %d jobs", doc.Value, len(entries), len(left))
	}
	same(t, state(), "draft 2 entries 1 jobs")

	// The last op fails, so none of those before may have happened.
	forged := jobs[0]
	forged.Token = "forged"
	for _, c := range []struct {
		bad  store.Op
		want error
	}{
		{store.SaveDoc{Collection: "updates", ID: "b", IfVersion: 9}, store.ErrConflict},
		{store.RemoveDoc{Collection: "updates", ID: "b", IfVersion: 9}, store.ErrConflict},
		{store.CompleteJob{Job: forged}, store.ErrLeaseLost},
		{store.CompleteJob{Job: store.Job{Queue: "nowhere", ID: "a", Token: "t"}}, store.ErrLeaseLost},
	} {
		_, err := s.Write(ctx,
			store.SaveDoc{Collection: "updates", ID: "a", Value: []byte("published"), IfVersion: version},
			store.AppendEntry{Log: "audit", ID: "a2", Value: []byte("published")},
			store.EnqueueJob{Queue: "posts", ID: "b", At: start0},
			c.bad)
		wantErr(t, err, c.want)
		same(t, state(), "draft 2 entries 1 jobs")
	}

	results = must[[]store.Result](t)(s.Write(ctx,
		store.CompleteJob{Job: jobs[0]},
		store.SaveDoc{Collection: "updates", ID: "a", Value: []byte("published"), IfVersion: version},
		store.AppendEntry{Log: "audit", ID: "a1", Value: []byte("made")},
		store.AppendEntry{Log: "audit", ID: "a2", Value: []byte("published")}))
	same(t, results[2], store.Result{Seq: 1, Found: true})
	same(t, results[3], store.Result{Seq: 3})
	same(t, state(), "published 3 entries 0 jobs")
	wantErr(t, store.Complete(ctx, s, jobs[0]), store.ErrLeaseLost)
}

func testSchedule(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := func(minutes int) time.Time { return start0.Add(time.Duration(minutes) * time.Minute) }
	same(t, len(must[[]store.Job](t)(s.Claim(ctx, "posts", "me", at(0), time.Minute, 10))), 0)
	for i, id := range []string{"c", "a", "b", "later"} {
		ok(t, store.Enqueue(ctx, s, "posts", id, at([]int{2, 0, 1, 60}[i]), []byte("to "+id)))
	}
	ids := func(jobs []store.Job) (ids []string) {
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		return ids
	}
	same(t, ids(must[[]store.Job](t)(s.Jobs(ctx, "posts"))), []string{"a", "b", "c", "later"})
	same(t, len(must[[]store.Job](t)(s.Claim(ctx, "posts", "me", at(0).Add(-time.Millisecond), time.Minute, 10))), 0)

	first := must[[]store.Job](t)(s.Claim(ctx, "posts", "me|x", at(5), 3*time.Minute, 2))
	same(t, ids(first), []string{"a", "b"})
	got := first[0]
	if got.Token == "" {
		t.Fatal("no token")
	}
	got.Token = ""
	got.At, got.Ready = got.At.UTC(), got.Ready.UTC()
	same(t, got, store.Job{Queue: "posts", ID: "a", At: at(0), Payload: []byte("to a"), Ready: at(8), Attempt: 1, Owner: "me|x"})
	if listed := must[[]store.Job](t)(s.Jobs(ctx, "posts")); listed[1].Owner != "me|x" || listed[1].Token != "" {
		t.Fatalf("a held job is listed with owner %q and token %q, want the owner and no token", listed[1].Owner, listed[1].Token)
	}
	same(t, ids(must[[]store.Job](t)(s.Claim(ctx, "posts", "you", at(6), 10*time.Minute, 10))), []string{"c"})

	// The first holder extends one, and crashes with the other.
	ok(t, s.Extend(ctx, first[0], at(20)))
	same(t, len(must[[]store.Job](t)(s.Claim(ctx, "posts", "you", at(8).Add(-time.Millisecond), time.Minute, 10))), 0)
	taken := must[[]store.Job](t)(s.Claim(ctx, "posts", "you", at(8), time.Minute, 10))
	same(t, ids(taken), []string{"b"})
	same(t, taken[0].Attempt, 2)
	wantErr(t, store.Complete(ctx, s, first[1]), store.ErrLeaseLost)
	wantErr(t, s.Extend(ctx, first[1], at(30)), store.ErrLeaseLost)
	wantErr(t, s.Release(ctx, first[1], at(30)), store.ErrLeaseLost)
	ok(t, store.Complete(ctx, s, taken[0]))

	// Late, but nobody else took it: it still counts.
	ok(t, store.Complete(ctx, s, first[0]))

	// Given back for later.
	held := must[[]store.Job](t)(s.Claim(ctx, "posts", "me", at(60), time.Minute, 10))
	same(t, ids(held), []string{"c", "later"})
	ok(t, s.Release(ctx, held[1], at(90)))
	wantErr(t, s.Release(ctx, held[1], at(90)), store.ErrLeaseLost)
	same(t, ids(must[[]store.Job](t)(s.Claim(ctx, "posts", "me", at(70), time.Hour, 10))), []string{"c"})
	again := must[[]store.Job](t)(s.Claim(ctx, "posts", "me", at(90), time.Minute, 10))
	same(t, ids(again), []string{"later"})
	same(t, again[0].Attempt, 2)
	same(t, again[0].At.UTC(), at(60))
	wantErr(t, store.Complete(ctx, s, held[1]), store.ErrLeaseLost)
	same(t, len(must[[]store.Job](t)(s.Jobs(ctx, "elsewhere"))), 0)
}

func testReplace(t *testing.T, s store.Store) {
	ctx := t.Context()
	ok(t, store.Enqueue(ctx, s, "posts", "a", start0, []byte("old")))
	jobs := must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0, time.Hour, 10))
	r := must[[]store.Result](t)(s.Write(ctx, store.EnqueueJob{Queue: "posts", ID: "a", At: start0.Add(time.Minute), Payload: []byte("new")}))
	same(t, r[0], store.Result{Found: true, Held: true})
	wantErr(t, store.Complete(ctx, s, jobs[0]), store.ErrLeaseLost)
	same(t, len(must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0, time.Hour, 10))), 0)
	r = must[[]store.Result](t)(s.Write(ctx, store.EnqueueJob{Queue: "posts", ID: "a", At: start0, Payload: []byte("newer")}))
	same(t, r[0], store.Result{Found: true})
	jobs = must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0, time.Hour, 10))
	same(t, len(jobs), 1)
	same(t, string(jobs[0].Payload), "newer")
	same(t, jobs[0].Attempt, 1)

	found, held, err := store.Cancel(ctx, s, "posts", "a")
	ok(t, err)
	same(t, []bool{found, held}, []bool{true, true})
	found, held, err = store.Cancel(ctx, s, "posts", "a")
	ok(t, err)
	same(t, []bool{found, held}, []bool{false, false})
	wantErr(t, store.Complete(ctx, s, jobs[0]), store.ErrLeaseLost)
	same(t, len(must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0.Add(24*time.Hour), time.Hour, 10))), 0)
}

func testClaimByMany(t *testing.T, s store.Store) {
	ctx := t.Context()
	const jobs, workers = 60, 8
	for i := range jobs {
		ok(t, store.Enqueue(ctx, s, "posts", fmt.Sprint("job", i), start0.Add(time.Duration(i)*time.Second), nil))
	}
	var mu sync.Mutex
	claimed := map[string]int{}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for {
				got, err := s.Claim(ctx, "posts", fmt.Sprint("worker", w), start0.Add(time.Hour), time.Minute, 3)
				if err != nil {
					t.Error(err)
					return
				}
				if len(got) == 0 {
					return
				}
				for _, j := range got {
					mu.Lock()
					claimed[j.ID]++
					mu.Unlock()
					if err := store.Complete(ctx, s, j); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	same(t, len(claimed), jobs)
	for id, n := range claimed {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	same(t, len(must[[]store.Job](t)(s.Jobs(ctx, "posts"))), 0)
}

func testCounters(t *testing.T, s store.Store) {
	ctx := t.Context()
	same(t, must[map[string]int64](t)(s.Counts(ctx, "gaps")), map[string]int64{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if err := s.Count(ctx, "gaps", "my minimum-wage", 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	ok(t, s.Count(ctx, "gaps", "vi", -3))
	ok(t, s.Count(ctx, "helpful", "vi", 5))
	same(t, must[map[string]int64](t)(s.Counts(ctx, "gaps")), map[string]int64{"my minimum-wage": 200, "vi": -3})
	ok(t, s.ClearCounts(ctx, "gaps", "vi", "unknown"))
	same(t, must[map[string]int64](t)(s.Counts(ctx, "gaps")), map[string]int64{"my minimum-wage": 200})
	ok(t, s.ClearCounts(ctx, "gaps"))
	ok(t, s.ClearCounts(ctx, "gaps"))
	same(t, must[map[string]int64](t)(s.Counts(ctx, "gaps")), map[string]int64{})
	same(t, must[map[string]int64](t)(s.Counts(ctx, "helpful")), map[string]int64{"vi": 5})
}

func testOnce(t *testing.T, s store.Store) {
	ctx := t.Context()
	once := func(key string, ttl time.Duration) bool {
		t.Helper()
		return must[bool](t)(s.Once(ctx, key, ttl))
	}
	same(t, []bool{once("a", time.Hour), once("a", time.Hour), once("b", time.Hour)}, []bool{true, false, true})
	same(t, once("short", 60*time.Millisecond), true)
	same(t, once("short", 60*time.Millisecond), false)
	time.Sleep(80 * time.Millisecond)
	same(t, once("short", time.Hour), true)
}

func testOnceByMany(t *testing.T, s store.Store) {
	ctx := t.Context()
	var firsts atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range 10 {
				first, err := s.Once(ctx, fmt.Sprint("event", i), time.Hour)
				if err != nil {
					t.Error(err)
				}
				if first {
					firsts.Add(1)
				}
			}
		})
	}
	wg.Wait()
	same(t, firsts.Load(), int64(10))
}

func testTake(t *testing.T, s store.Store) {
	ctx := t.Context()
	take := func(key string, now time.Time) (bool, time.Duration) {
		t.Helper()
		ok, wait, err := s.Take(ctx, key, 0.5, 3, now) // three at once, then one every two seconds
		if err != nil {
			t.Fatal(err)
		}
		return ok, wait
	}
	for i, c := range []struct {
		after time.Duration
		ok    bool
		wait  time.Duration
	}{
		{0, true, 0}, {0, true, 0}, {0, true, 0},
		{0, false, 2 * time.Second},
		{500 * time.Millisecond, false, 1500 * time.Millisecond},
		{2 * time.Second, true, 0},
		{2 * time.Second, false, 2 * time.Second},
		{1 * time.Second, false, 3 * time.Second},                        // a process whose clock is behind
		{time.Hour, true, 0}, {time.Hour, true, 0}, {time.Hour, true, 0}, // never more than the burst
		{time.Hour, false, 2 * time.Second},
	} {
		got, wait := take("ann", start0.Add(c.after))
		if got != c.ok || wait != c.wait {
			t.Fatalf("step %d: %v after %s, want %v after %s", i, got, wait, c.ok, c.wait)
		}
	}
	if got, _ := take("bob", start0); !got {
		t.Fatal("bob's bucket is empty after ann's requests")
	}
}

func testTakeByMany(t *testing.T, s store.Store) {
	ctx := t.Context()
	var taken atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				got, _, err := s.Take(ctx, "ann", 1, 20, start0)
				if err != nil {
					t.Error(err)
				}
				if got {
					taken.Add(1)
				}
			}
		})
	}
	wg.Wait()
	same(t, taken.Load(), int64(20))
}

func testInvalid(t *testing.T, s store.Store) {
	ctx := t.Context()
	big := make([]byte, store.MaxValue+1)
	for name, call := range map[string]func() error{
		"unknown kind":       func() error { return s.Put(ctx, "ann", "secret-diary", nil, time.Hour) },
		"unknown kind read":  func() error { _, err := s.Get(ctx, "ann", "secret-diary"); return err },
		"empty person":       func() error { return s.Forget(ctx, "") },
		"person with braces": func() error { return s.Put(ctx, "an}n", store.KindSession, nil, time.Hour) },
		"no life":            func() error { return s.Put(ctx, "ann", store.KindSession, nil, 0) },
		"large record":       func() error { return s.Put(ctx, "ann", store.KindSession, big, time.Hour) },
		"empty collection":   func() error { _, err := s.Load(ctx, "", "a"); return err },
		"empty list":         func() error { _, err := s.List(ctx, "", "a"); return err },
		"empty id":           func() error { _, err := store.Save(ctx, s, "c", "", nil, 0); return err },
		"negative version":   func() error { _, err := store.Save(ctx, s, "c", "a", nil, -1); return err },
		"remove nothing":     func() error { return store.Remove(ctx, s, "c", "a", 0) },
		"large document":     func() error { _, err := store.Save(ctx, s, "c", "a", big, 0); return err },
		"long id":            func() error { _, err := store.Save(ctx, s, "c", strings.Repeat("a", 257), nil, 0); return err },
		"broken UTF-8":       func() error { _, err := store.Save(ctx, s, "c", "\xff", nil, 0); return err },
		"line break in name": func() error { _, err := store.Append(ctx, s, "a\nb", "", nil); return err },
		"limit 0":            func() error { _, err := s.Entries(ctx, "l", 0, 0); return err },
		"limit too high":     func() error { _, err := s.Recent(ctx, "l", 0, store.MaxLimit+1); return err },
		"no lease":           func() error { _, err := s.Claim(ctx, "q", "me", start0, 0, 1); return err },
		"no owner":           func() error { _, err := s.Claim(ctx, "q", "", start0, 1, 1); return err },
		"zero time":          func() error { return store.Enqueue(ctx, s, "q", "a", time.Time{}, nil) },
		"unclaimed job":      func() error { return store.Complete(ctx, s, store.Job{Queue: "q", ID: "a"}) },
		"unclaimed extended": func() error { return s.Extend(ctx, store.Job{Queue: "q", ID: "a"}, start0) },
		"empty field":        func() error { return s.Count(ctx, "c", "", 1) },
		"empty counter":      func() error { _, err := s.Counts(ctx, ""); return err },
		"empty key":          func() error { _, err := s.Once(ctx, "", time.Hour); return err },
		"once no life":       func() error { _, err := s.Once(ctx, "a", -1); return err },
		"rate 0":             func() error { _, _, err := s.Take(ctx, "a", 0, 1, start0); return err },
		"burst 0":            func() error { _, _, err := s.Take(ctx, "a", 1, 0, start0); return err },
		"nil op":             func() error { _, err := s.Write(ctx, nil); return err },
		"item of no type":    func() error { return s.Restore(ctx, store.Item{In: "c", ID: "a", N: 1}) },
		"document twice": func() error {
			_, err := s.Write(ctx, store.SaveDoc{Collection: "c", ID: "a"}, store.RemoveDoc{Collection: "c", ID: "a", IfVersion: 1})
			return err
		},
		"job twice": func() error {
			_, err := s.Write(ctx, store.CancelJob{Queue: "q", ID: "a"}, store.EnqueueJob{Queue: "q", ID: "a", At: start0})
			return err
		},
	} {
		if err := call(); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	for item, err := range s.Dump(ctx) {
		t.Errorf("left behind: %+v, %v", item, err)
	}
}

// testBytes puts every byte value, and none, through each kind of value.
func testBytes(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for i, value := range [][]byte{all, {}, nil, []byte("||3|:"), []byte("1:2|\r\n"), make([]byte, store.MaxValue)} {
		id := fmt.Sprint("v", i)
		check := func(what string, got []byte) {
			t.Helper()
			if !bytes.Equal(got, value) {
				t.Errorf("%s: %d bytes came back as %d others", what, len(value), len(got))
			}
		}
		ok(t, s.Put(ctx, "ann", store.KindSession, value, time.Hour))
		check("record", must[[]byte](t)(s.Get(ctx, "ann", store.KindSession)))
		must[int64](t)(store.Save(ctx, s, "docs", id, value, 0))
		check("document", must[store.Doc](t)(s.Load(ctx, "docs", id)).Value)
		must[int64](t)(store.Append(ctx, s, "log", id, value))
		check("entry", must[[]store.Entry](t)(s.Recent(ctx, "log", 0, 1))[0].Value)
		ok(t, store.Enqueue(ctx, s, "queue", id, start0, value))
		jobs := must[[]store.Job](t)(s.Claim(ctx, "queue", "o|1|:", start0, time.Minute, 1))
		check("job", jobs[0].Payload)
		same(t, jobs[0].Owner, "o|1|:")
		ok(t, store.Complete(ctx, s, jobs[0]))
	}
}

func fill(t *testing.T, s store.Store) {
	t.Helper()
	ctx := t.Context()
	for i := range 5 {
		id := fmt.Sprint("doc", i)
		v := must[int64](t)(store.Save(ctx, s, "updates", id, []byte("old"), 0))
		must[int64](t)(store.Save(ctx, s, "updates", id, []byte{0, byte(i)}, v))
		must[int64](t)(store.Save(ctx, s, "settings", id, nil, 0))
	}
	gone := must[int64](t)(store.Save(ctx, s, "updates", "gone", nil, 0))
	ok(t, store.Remove(ctx, s, "updates", "gone", gone))
	for i := range 1200 { // more than one page
		id := ""
		if i%2 == 0 {
			id = fmt.Sprint("entry", i)
		}
		must[int64](t)(store.Append(ctx, s, "audit", id, []byte(fmt.Sprint(i))))
	}
	ok(t, store.Enqueue(ctx, s, "posts", "free", start0, []byte("p")))
	ok(t, store.Enqueue(ctx, s, "posts", "held", start0.Add(-time.Minute), []byte("q")))
	must[[]store.Job](t)(s.Claim(ctx, "posts", "me", start0.Add(-time.Second), time.Hour, 1))
	ok(t, s.Count(ctx, "gaps", "my", 7))
	ok(t, s.Put(ctx, "ann", store.KindSession, []byte("not durable"), time.Hour))
}

func dump(t *testing.T, s store.Store) (items []store.Item) {
	t.Helper()
	for item, err := range s.Dump(t.Context()) {
		ok(t, err)
		if !item.At.IsZero() {
			item.At, item.Ready = item.At.UTC(), item.Ready.UTC()
		}
		if len(item.Value) == 0 {
			item.Value = nil
		}
		items = append(items, item)
	}
	return items
}

func testDump(t *testing.T, from, to store.Store) {
	ctx := t.Context()
	fill(t, from)
	items := dump(t, from)
	same(t, len(items), 5+5+1200+2+1)
	for range 2 { // the second time changes nothing
		for _, item := range items {
			ok(t, to.Restore(ctx, item))
		}
		same(t, dump(t, to), items)
	}
	// Work goes on in the new store where it stopped in the old.
	doc := must[store.Doc](t)(to.Load(ctx, "updates", "doc4"))
	v := must[int64](t)(store.Save(ctx, to, "updates", "doc4", nil, doc.Version))
	if v <= doc.Version {
		t.Fatalf("version %d after %d", v, doc.Version)
	}
	same(t, must[int64](t)(store.Append(ctx, to, "audit", "entry0", nil)), int64(1))
	same(t, must[int64](t)(store.Append(ctx, to, "audit", "new", nil)), int64(1201))
	jobs := must[[]store.Job](t)(to.Claim(ctx, "posts", "you", start0.Add(time.Hour), time.Hour, 10))
	same(t, len(jobs), 2)
	same(t, []int{jobs[0].Attempt, jobs[1].Attempt}, []int{1, 2})
	_, err := to.Get(ctx, "ann", store.KindSession)
	wantErr(t, err, store.ErrNotFound)

	n := 0
	for range from.Dump(ctx) { // whoever stops early is let go
		if n++; n == 3 {
			break
		}
	}
	same(t, n, 3)
}

func testRestoreConflicts(t *testing.T, s store.Store) {
	ctx := t.Context()
	v := must[int64](t)(store.Save(ctx, s, "updates", "a", []byte("mine"), 0))
	must[int64](t)(store.Append(ctx, s, "audit", "one", []byte("mine")))
	ok(t, store.Enqueue(ctx, s, "posts", "a", start0, []byte("mine")))
	for name, item := range map[string]store.Item{
		"same version":    {Type: store.ItemDoc, In: "updates", ID: "a", N: v, Value: []byte("theirs")},
		"same number":     {Type: store.ItemEntry, In: "audit", ID: "one", N: 1, Value: []byte("theirs")},
		"gap in the log":  {Type: store.ItemEntry, In: "audit", ID: "two", N: 3},
		"id in the log":   {Type: store.ItemEntry, In: "audit", ID: "one", N: 2},
		"job of the name": {Type: store.ItemJob, In: "posts", ID: "a", At: start0, Ready: start0, Value: []byte("theirs")},
	} {
		if err := s.Restore(ctx, item); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
	}
	same(t, string(must[store.Doc](t)(s.Load(ctx, "updates", "a")).Value), "mine")
	ok(t, s.Restore(ctx, store.Item{Type: store.ItemDoc, In: "updates", ID: "a", N: v + 5, Value: []byte("newer")}))
	same(t, string(must[store.Doc](t)(s.Load(ctx, "updates", "a")).Value), "newer")
	same(t, must[int64](t)(store.Save(ctx, s, "updates", "a", nil, v+5)), v+6)
}

func testContext(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Get":   func() error { _, err := s.Get(ctx, "ann", store.KindSession); return err },
		"Put":   func() error { return s.Put(ctx, "ann", store.KindSession, nil, time.Hour) },
		"Load":  func() error { _, err := s.Load(ctx, "c", "a"); return err },
		"Write": func() error { return store.Enqueue(ctx, s, "q", "a", start0, nil) },
		"Once":  func() error { _, err := s.Once(ctx, "a", time.Hour); return err },
		"Take":  func() error { _, _, err := s.Take(ctx, "a", 1, 1, start0); return err },
		"Count": func() error { return s.Count(ctx, "a", "b", 1) },
		"Ping":  func() error { return s.Ping(ctx) },
	} {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the context's error", name, err)
		}
	}
}

func testPing(t *testing.T, s store.Store) {
	ok(t, s.Ping(t.Context()))
}
