package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/bot/rest"
	"madoguchi/internal/discordtest"
)

func client(t *testing.T, d *discordtest.Server) *rest.Client {
	t.Helper()
	c := rest.New(rest.Options{URL: d.URL(), Token: d.Token(), Backoff: time.Millisecond})
	t.Cleanup(c.Close)
	return c
}

func message(ch *discordtest.Channel, text, nonce string) rest.Request {
	return rest.Request{
		Method: http.MethodPost, Path: "/channels/%s/messages", Args: []string{ch.ID},
		Body: map[string]any{"content": text, "nonce": nonce, "enforce_nonce": true, "allowed_mentions": map[string]any{"parse": []string{}}},
	}
}

// TestRepeats: whatever goes wrong on the way, one message is there in the end.
func TestRepeats(t *testing.T) {
	const path = "/channels/*/messages"
	for name, fault := range map[string]func(*discordtest.Server){
		"500":                 func(d *discordtest.Server) { d.FailNext("POST", path, 500, 2) },
		"503":                 func(d *discordtest.Server) { d.FailNext("POST", path, 503, 3) },
		"the answer is lost":  func(d *discordtest.Server) { d.LoseAnswerNext("POST", path, 1) },
		"the connection cut":  func(d *discordtest.Server) { d.ResetNext("POST", path, 1) },
		"it hangs":            func(d *discordtest.Server) { d.HangNext("POST", path, time.Minute, 1) },
		"429":                 func(d *discordtest.Server) { d.LimitNext("POST", path, 20*time.Millisecond, "user", 2) },
		"429 for all":         func(d *discordtest.Server) { d.LimitNext("POST", path, 20*time.Millisecond, "global", 1) },
		"429 shared by users": func(d *discordtest.Server) { d.LimitNext("POST", path, 20*time.Millisecond, "shared", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			d := discordtest.New(t)
			c := client(t, d)
			fault(d)
			r := message(d.Channel(), "once", "n1")
			r.Timeout = 200 * time.Millisecond
			var out struct{ ID string }
			if err := c.Do(t.Context(), r, &out); err != nil {
				t.Fatal(err)
			}
			got := d.BotMessages(d.Channel())
			if len(got) != 1 || got[0].ID != out.ID {
				t.Fatalf("%d messages, answer %q", len(got), out.ID)
			}
		})
	}
}

// TestSingle: one attempt is one attempt.
func TestSingle(t *testing.T) {
	d := discordtest.New(t)
	c := client(t, d)
	r := message(d.Channel(), "once", "n1")
	r.Single = true
	d.FailNext("POST", "/channels/*/messages", 503, 1)
	if err := c.Do(t.Context(), r, nil); rest.Status(err) != 503 {
		t.Fatal(err)
	}
	d.LimitNext("POST", "/channels/*/messages", time.Hour, "user", 1)
	for range 2 { // the second isn't even sent
		err := c.Do(t.Context(), r, nil)
		if e, ok := err.(*rest.Error); !ok || e.Status != 429 || e.RetryAfter < 59*time.Minute {
			t.Fatal(err)
		}
	}
	if n := len(d.Requests("POST", "/channels/*/messages")); n != 2 {
		t.Fatalf("%d requests", n)
	}
}

// TestLimits: many requests at once keep within limits learnt from the answers.
func TestLimits(t *testing.T) {
	d := discordtest.New(t, discordtest.WithRateLimits(discordtest.RateLimits{Route: discordtest.Limit{Requests: 5, Per: 100 * time.Millisecond}}))
	c := client(t, d)
	post := func(i int) {
		if err := c.Do(t.Context(), message(d.Channel(), "x", "n"+string(rune('a'+i))), nil); err != nil {
			t.Error(err)
		}
	}
	post(0)
	var wg sync.WaitGroup
	for i := range 25 {
		wg.Go(func() { post(i + 1) })
	}
	wg.Wait()
	if n := len(d.BotMessages(d.Channel())); n != 26 {
		t.Errorf("%d messages", n)
	}
	if n := d.InvalidRequests(); n > 5 {
		t.Errorf("%d of %d requests were refused", n, d.RequestCount())
	}
}

// TestErrors: what Discord refuses comes back with its code, and neither that nor a
// broken connection shows a token or what was sent.
func TestErrors(t *testing.T) {
	d := discordtest.New(t, discordtest.AllowViolations())
	c := client(t, d)
	err := c.Do(t.Context(), message(d.Channel(), strings.Repeat("secret", 400), "n"), nil)
	want := "POST /channels/*/messages: Discord answered 400 (50035 Invalid Form Body): content BASE_TYPE_BAD_LENGTH"
	if diff := cmp.Diff(want, err.Error()); diff != "" || !rest.Is(err, rest.CodeInvalidForm) {
		t.Error(diff)
	}
	hook := rest.Request{Method: http.MethodPatch, Path: "/webhooks/%s/%s/messages/@original", Args: []string{d.AppID(), "private-token"}, Interaction: true, Body: map[string]any{}}
	if err := c.Do(t.Context(), hook, nil); rest.Status(err) != 404 || strings.Contains(err.Error(), "private") {
		t.Error(err)
	}
	d.Close()
	err = c.Do(t.Context(), hook, nil)
	if err == nil || strings.Contains(err.Error(), "private") || strings.Contains(err.Error(), d.Token()) {
		t.Error(err)
	}
}

// TestDeadline: a wait that the context would cut off isn't begun.
func TestDeadline(t *testing.T) {
	d := discordtest.New(t)
	c := client(t, d)
	d.LimitNext("POST", "/channels/*/messages", time.Hour, "user", 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start := time.Now()
	if err := c.Do(ctx, message(d.Channel(), "x", "n"), nil); rest.Status(err) != 429 {
		t.Error(err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it waited %v", took)
	}
}

// TestFiles: attachments go beside the JSON.
func TestFiles(t *testing.T) {
	d := discordtest.New(t)
	c := client(t, d)
	r := message(d.Channel(), "your data", "n")
	r.Files = []rest.File{{Name: `my "data".json`, Data: []byte(`{}`)}}
	if err := c.Do(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	got := d.BotMessages(d.Channel())[0]
	if len(got.Files) != 1 || got.Files[0].Name != "my__data_.json" || string(got.Files[0].Data) != "{}" || got.Content != "your data" {
		b, _ := json.Marshal(got)
		t.Fatalf("%s", b)
	}
}
