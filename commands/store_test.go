package commands

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
)

// With a real Redis that goes away in the middle, questions are still answered, with
// a word that nothing is remembered, and memory is back when Redis is.
func TestRedisGoesAway(t *testing.T) {
	server := storetest.StartRedis(t)
	inner, err := redis.Open(server.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	resilient := store.NewResilient(inner, store.ResilientOptions{Log: slog.New(slog.DiscardHandler), Probe: 20 * time.Millisecond})
	t.Cleanup(func() { resilient.Close() })
	d := newDesk(t, fewBase, withStore(resilient))
	d.teach()
	d.r.Limit = Limit{PerSecond: 1000, Burst: 1000}
	wage := questions(language.English)[askWage]
	forgetful := func() bool {
		d.command("ask", "question", wage)
		if d.last.Card.Tone == Wrong || titleOf(d.last) == "" {
			t.Fatalf("not answered:\n%s", drawResponse(d.last))
		}
		for _, b := range d.last.Card.Blocks {
			if s, ok := b.(Small); ok && s.Markdown == d.title("notice.memory", language.English) {
				return true
			}
		}
		return false
	}
	if forgetful() {
		t.Error("nothing is remembered while Redis is up")
	}
	server.Kill()
	if !forgetful() {
		t.Error("Redis is gone and the answer does not say so")
	}
	for range 20 {
		if !forgetful() {
			t.Error("Redis is gone and the answer does not say so")
		}
	}
	server.Start()
	storetest.Eventually(t, 10*time.Second, "memory is back", func() bool { return !forgetful() })
}

// Many people at once share nothing but the router.
func TestManyAtOnce(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	var wg sync.WaitGroup
	for person := range 16 {
		code := language.Codes()[person%4]
		wg.Go(func() {
			for i := range 20 {
				user := strconv.Itoa(1000 + person)
				q := Request{Kind: KindCommand, ID: user + "-" + strconv.Itoa(i), Now: december().Add(time.Duration(i) * 5 * time.Second),
					UserID: user, Person: d.r.Keyer.Person(user), GuildID: "1", Installed: true, Name: "ask",
					Options: map[string]Option{"question": {String: questions(code)[askWage]}}}
				if i%5 == 4 {
					q.Kind, q.Text = KindMessage, questions(code)[askPassport]
				}
				got := d.r.Handle(context.Background(), q)
				if got.Card == nil || got.Card.Tone == Wrong || got.Card.Language != code {
					t.Errorf("person %d, request %d, in %s:\n%s", person, i, code, drawResponse(got))
				}
			}
		})
	}
	wg.Wait()
}
