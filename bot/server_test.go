package bot_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/bot"
	"madoguchi/commands"
	"madoguchi/internal/discordtest"
)

func overHTTP(o *bot.Options) { o.HTTP = true }

// TestHTTP: interactions over HTTP are answered by the same handler, deferred ones
// completed over REST.
func TestHTTP(t *testing.T) {
	f := &fake{}
	r := start(t, f, func(o *bot.Options) { o.HTTP, o.DeferAfter = true, 50*time.Millisecond })
	d := r.d
	d.UseEndpoint(r.url + "/interactions")
	ann, ch := d.NewUser("ann"), d.Channel()
	f.handle = func(_ context.Context, q commands.Request) commands.Response {
		switch q.Options["question"].String {
		case "slow":
			time.Sleep(150 * time.Millisecond)
		case "file":
			resp := says("file")
			resp.Files = []commands.File{{Name: "data.json", Data: []byte("{}")}}
			return resp
		case "many":
			resp := says("one")
			resp.Follow = []commands.Card{*says("two").Card}
			return resp
		}
		if q.Kind == commands.KindAutocomplete {
			return commands.Response{Choices: []commands.Choice{{Name: "a", Value: "b"}}}
		}
		return says("answer", press("More", "more"))
	}
	ask := func(q string) *discordtest.Interaction {
		return d.Slash(ann, ch, "ask", discordtest.Options{"question": q})
	}
	got := ask("quick").Await(patience)
	if got.Text != "answer" || !got.Ephemeral {
		t.Errorf("%+v", got)
	}
	if after := d.Press(ann, got.Message, "More").Await(patience); after.Text != "answer" {
		t.Errorf("%+v", after)
	}
	if got := d.Autocomplete(ann, ch, "ask", "question", nil).Await(patience); len(got.Choices) != 1 {
		t.Errorf("%+v", got)
	}
	if got := ask("slow").Await(patience); got.Kind != discordtest.AnswerDeferred || got.Text != "answer" || !got.Ephemeral {
		t.Errorf("%+v", got)
	}
	if got := ask("file").Await(patience); len(got.Files) != 1 {
		t.Errorf("%+v", got)
	}
	if got := ask("many").AwaitFollowup(1, patience); got.Text != "two" {
		t.Errorf("%+v", got)
	}
	if n := len(d.Connections()); n != 0 {
		t.Errorf("%d gateway connections", n)
	}
	// The same interaction again: no second answer.
	it := ask("quick")
	it.Await(patience)
	before := f.count()
	if a := d.Send(r.url+"/interactions", it.Payload()); a.Status != http.StatusAccepted || len(a.Body) != 0 {
		t.Errorf("%+v", a)
	}
	if f.count() != before {
		t.Error("it was handled twice")
	}
}

// TestSignatures: only what Discord signed comes in, of bounded size.
func TestSignatures(t *testing.T) {
	f := &fake{}
	r := start(t, f, overHTTP)
	url := r.url + "/interactions"
	if a := r.d.Ping(url); a.Status != 200 || strings.TrimSpace(string(a.Body)) != `{"type":1}` || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%+v", a)
	}
	set := func(name, value string) discordtest.Forgery {
		return func(h http.Header, b []byte) []byte { h.Set(name, value); return b }
	}
	for name, test := range map[string]struct {
		forge  discordtest.Forgery
		status int
	}{
		"a changed body":         {func(_ http.Header, b []byte) []byte { return append(b, ' ') }, 401},
		"no signature":           {func(h http.Header, b []byte) []byte { h.Del("X-Signature-Ed25519"); return b }, 401},
		"no timestamp":           {func(h http.Header, b []byte) []byte { h.Del("X-Signature-Timestamp"); return b }, 401},
		"another timestamp":      {set("X-Signature-Timestamp", "1"), 401},
		"a signature that isn't": {set("X-Signature-Ed25519", "zz"), 401},
		"a signature too short":  {set("X-Signature-Ed25519", "00"), 401},
		"a signature of nothing": {set("X-Signature-Ed25519", strings.Repeat("00", 64)), 401},
		"a body too large":       {func(_ http.Header, b []byte) []byte { return append(b, bytes.Repeat([]byte(" "), 2<<20)...) }, 413},
		"signed but no JSON":     {func(h http.Header, _ []byte) []byte { return resign(r.d, h, "{") }, 400},
		"signed but of nobody": {func(h http.Header, _ []byte) []byte {
			return resign(r.d, h, `{"type":2,"id":"1","token":"x","data":{}}`)
		}, 400},
		"signed but of no kind": {func(h http.Header, _ []byte) []byte {
			return resign(r.d, h, `{"type":77,"id":"1","token":"x","user":{"id":"2"}}`)
		}, 400},
		"signed but another type": {func(h http.Header, _ []byte) []byte { return resign(r.d, h, `[1]`) }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			if a := r.d.Ping(url, test.forge); a.Status != test.status {
				t.Errorf("status %d %v, want %d", a.Status, a.Err, test.status)
			}
		})
	}
	if f.count() != 0 {
		t.Errorf("%d handled", f.count())
	}
	if status, _ := get(t, url); status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", status)
	}
}

func resign(d *discordtest.Server, h http.Header, body string) []byte {
	for k, v := range d.Sign([]byte(body)) {
		h[k] = v
	}
	return []byte(body)
}

// TestForgotten: nothing is kept of someone who removes the app; a failure is told to
// Discord, which sends the event again.
func TestForgotten(t *testing.T) {
	var fails atomic.Bool
	forgotten := make(chan storePerson, 1)
	r := start(t, &fake{}, func(o *bot.Options) {
		o.Forget = func(_ context.Context, p storePerson) error {
			if fails.Load() {
				return errors.New("away")
			}
			forgotten <- p
			return nil
		}
	})
	ann, url := r.d.NewUser("ann"), r.url+"/events"
	if a := r.d.WebhookEvent(url, "", nil); a.Status != http.StatusNoContent {
		t.Errorf("the ping: %+v", a)
	}
	if a := r.d.WebhookEvent(url, "ENTITLEMENT_CREATE", map[string]any{"id": "1"}); a.Status != http.StatusNoContent {
		t.Errorf("another event: %+v", a)
	}
	if a := r.d.WebhookEvent(url, "APPLICATION_DEAUTHORIZED", map[string]any{}, func(_ http.Header, b []byte) []byte { return append(b, ' ') }); a.Status != 401 {
		t.Errorf("a forged event: %+v", a)
	}
	fails.Store(true)
	if a := r.d.Deauthorise(url, ann); a.Status != http.StatusServiceUnavailable {
		t.Errorf("a failure: %+v", a)
	}
	fails.Store(false)
	if a := r.d.Deauthorise(url, ann); a.Status != http.StatusNoContent {
		t.Errorf("%+v", a)
	}
	if p := <-forgotten; len(p) != 43 {
		t.Errorf("forgot %q", p)
	}
}

// TestHealth: health, readiness and metrics, which name nobody.
func TestHealth(t *testing.T) {
	f := &fake{}
	r := start(t, f, nil)
	ann := r.d.NewUser("ann")
	r.d.DM(ann, "hello")
	r.d.AwaitMessages(r.d.DMChannel(ann), 1, patience)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/interactions": 404, "/": 404} {
		if status, _ := get(t, r.url+path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	var text string
	// The message is there a moment before it is counted.
	eventually(t, "the answer is counted", func() bool {
		_, text = get(t, r.url+"/metrics")
		return strings.Contains(text, `madoguchi_first_response_seconds_count{kind="message"} 1`) &&
			strings.Contains(text, `madoguchi_discord_request_seconds_count{route="POST /channels/*/messages",status="200"} 1`)
	})
	for _, want := range []string{`madoguchi_gateway_state{shard="0"} 2`, `madoguchi_first_response_seconds_count{kind="message"} 1`,
		`madoguchi_discord_request_seconds_count{route="POST /channels/*/messages",status="200"} 1`, "madoguchi_gateway_identifies_left 999", "go_goroutines"} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for _, id := range []string{ann.ID, r.d.DMChannel(ann).ID, r.d.Guild().ID} {
		if strings.Contains(text, id) || strings.Contains(r.log.String(), id) {
			t.Errorf("%s is in the metrics or the log", id)
		}
	}
	if strings.Contains(r.log.String(), "hello") {
		t.Error("the log repeats what was written")
	}
	r.d.RefuseGateway(1000)
	r.d.DropGateway()
	eventually(t, "it is not ready", func() bool { status, _ := get(t, r.url+"/readyz"); return status == 503 })
	r.d.RefuseGateway(0)
	eventually(t, "it is ready again", func() bool { status, _ := get(t, r.url+"/readyz"); return status == 200 })
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}
