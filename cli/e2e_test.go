package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"madoguchi/internal/discordtest"
	"madoguchi/store/storetest"
)

const patience = time.Minute

// served is the whole program, run as `madoguchi serve`, on a loopback Discord.
type served struct {
	t    *testing.T
	d    *discordtest.Server
	errs *buffer
	stop context.CancelFunc
	code chan int
	url  string
}

// startServe runs serve until the test ends.
func startServe(t *testing.T, d *discordtest.Server, env map[string]string, args ...string) *served {
	t.Helper()
	all := map[string]string{"DISCORD_TOKEN": d.Token(), "DISCORD_API_URL": d.URL(), "DISCORD_PUBLIC_KEY": d.PublicKey(), "HTTP_ADDR": "127.0.0.1:0", "LOG_LEVEL": "debug"}
	for k, v := range env {
		all[k] = v
	}
	settings(t, all)
	s := &served{t: t, d: d, errs: &buffer{}, code: make(chan int, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	m := &Main{Stdin: strings.NewReader(""), Stdout: &buffer{}, Stderr: s.errs, Now: time.Now}
	go func() { s.code <- m.Run(ctx, append([]string{"serve"}, args...)) }()
	t.Cleanup(func() { s.end() })
	storetest.Eventually(t, patience+time.Minute, "it serves HTTP", func() bool {
		select {
		case code := <-s.code:
			t.Fatalf("it ended with %d: %s", code, s.errs)
		default:
		}
		s.url = s.logged("serving HTTP", "address")
		return s.url != ""
	})
	s.url = "http://" + s.url
	storetest.Eventually(t, patience, "it is ready", func() bool { return s.status("/readyz") == http.StatusOK })
	storetest.Eventually(t, patience, "the commands are registered", func() bool { return len(d.Commands()) > 0 })
	return s
}

// logged finds a field of the first log line with a message.
func (s *served) logged(message, field string) string {
	for line := range strings.Lines(s.errs.String()) {
		var o map[string]any
		if json.Unmarshal([]byte(line), &o) == nil && o["msg"] == message {
			v, _ := o[field].(string)
			return v
		}
	}
	return ""
}

func (s *served) status(path string) int {
	resp, err := http.Get(s.url + path)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// end stops the program, once, and wants it to end well.
func (s *served) end() {
	s.stop()
	select {
	case code := <-s.code:
		s.code <- code
		if code != exitOK {
			s.t.Errorf("it ended with %d: %s", code, s.errs)
		}
	case <-time.After(patience):
		s.t.Error("it doesn't end")
	}
}

// button is the custom id of a button or the first menu that does something.
func button(t *testing.T, m discordtest.View, action string) string {
	t.Helper()
	if id := find(m, action); id != "" {
		return id
	}
	t.Fatalf("no button does %q in %q: %q", action, m.Text, m.Labels())
	return ""
}

func find(m discordtest.View, action string) string {
	for _, b := range m.Buttons {
		if strings.HasPrefix(b.CustomID+":", "m1:"+action+":") {
			return b.CustomID
		}
	}
	return ""
}

// about says whether the buttons of an answer name a topic.
func about(m discordtest.View, slug string) bool {
	for _, b := range m.Buttons {
		if strings.Contains(b.CustomID, ":"+slug) {
			return true
		}
	}
	return false
}

// written says whether a text has letters of a script in it.
func written(text string, scripts ...*unicode.RangeTable) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, scripts...) })
}

// languages are four people with the same question.
var languages = []struct {
	code, locale, question, hello string
	wage                          string // in Osaka since October 2026
	speaks                        func(text string) bool
}{
	{"ja", "ja", "大阪の最低賃金はいくらですか", "こんにちは", "1,231円", func(s string) bool { return written(s, unicode.Hiragana) }},
	{"en", "en-GB", "what is the minimum wage in Osaka?", "hello", "1,231 yen", func(s string) bool { return strings.Contains(s, " the ") }},
	{"vi", "vi", "lương tối thiểu ở Osaka là bao nhiêu", "xin chào", "1.231 yên", func(s string) bool { return strings.ContainsAny(s, "ươạ") }},
	{"my", "en-US", "အိုဆာကာမှာ အနည်းဆုံး လုပ်ခ ဘယ်လောက်လဲ", "မင်္ဂလာပါ", "၁,၂၃၁", func(s string) bool { return written(s, unicode.Myanmar) }},
}

// TestServe drives the whole program with a real Redis.
func TestServe(t *testing.T) {
	noLeaks(t)
	redis := storetest.StartRedis(t)
	d := discordtest.New(t)
	s := startServe(t, d, map[string]string{"REDIS_URL": redis.URL()})
	ch := d.Channel()

	for _, l := range languages {
		t.Run(l.code, func(t *testing.T) {
			u := d.NewUser("person "+l.code, l.locale)
			asked := d.Slash(u, ch, "ask", discordtest.Options{"question": l.question}).Await(patience)
			if !asked.Ephemeral || !about(asked.View, "minimum-wage") || !l.speaks(asked.Text) || !strings.Contains(asked.Text, l.wage) {
				t.Fatalf("/ask: %q %q", asked.Text, asked.Labels())
			}
			d.DM(u, l.question)
			direct := d.AwaitMessages(d.DMChannel(u), 1, patience)[0]
			if !about(direct.View, "minimum-wage") || !l.speaks(direct.Text) {
				t.Errorf("direct message: %q", direct.Text)
			}
			n := len(d.BotMessages(ch))
			wrote := d.Mention(u, ch, l.question)
			public := d.AwaitMessages(ch, n+1, patience)[n]
			if !l.speaks(public.Text) || public.ReplyTo != wrote.ID || public.Ephemeral {
				t.Errorf("mention: %q", public.Text)
			}
			// A button on what all see answers the presser alone.
			more := d.Press(u, public, button(t, public.View, "details")).Await(patience)
			if !more.Ephemeral || !l.speaks(more.Text) || more.ID == public.ID {
				t.Errorf("details: %q", more.Text)
			}
			// On what one sees alone it takes its place, and leads back.
			page := d.Press(u, asked.Message, button(t, asked.View, "details")).Await(patience)
			back := d.Press(u, page.Message, button(t, page.View, "topic")).Await(patience)
			if page.ID != asked.ID || back.ID != asked.ID || !about(back.View, "minimum-wage") {
				t.Errorf("details: %q, back: %q", page.Text, back.Text)
			}
			form := d.Slash(u, ch, "ask", nil).Await(patience)
			if form.Modal == nil || len(form.Modal.Fields) != 1 {
				t.Fatalf("/ask alone: %+v", form)
			}
			sent := d.Submit(u, form, map[string][]string{"question": {l.question}}).Await(patience)
			if !sent.Ephemeral || !about(sent.View, "minimum-wage") || !l.speaks(sent.Text) {
				t.Errorf("form: %q", sent.Text)
			}
			offers := d.Autocomplete(u, ch, "region", "prefecture", discordtest.Options{"prefecture": map[string]string{"ja": "おおさ", "en": "osak", "vi": "osak", "my": "အိုဆာ"}[l.code]}).Await(patience)
			if len(offers.Choices) == 0 || offers.Choices[0].Value != "27" {
				t.Errorf("autocomplete: %+v", offers.Choices)
			}
			d.DM(u, l.hello)
			if hello := d.AwaitMessages(d.DMChannel(u), 2, patience)[1]; !l.speaks(hello.Text) {
				t.Errorf("greeting: %q", hello.Text)
			}
		})
	}

	t.Run("sensitive things stay private", func(t *testing.T) {
		ann, bee := d.NewUser("ann", "en-GB"), d.NewUser("bee", "vi")
		n := len(d.BotMessages(ch))
		d.Mention(ann, ch, "my boss took my passport")
		public := d.AwaitMessages(ch, n+1, patience)[n]
		if strings.Contains(strings.ToLower(public.Text), "passport") || about(public.View, "passport-confiscation") {
			t.Fatalf("it says in public: %q", public.Text)
		}
		id := button(t, public.View, "reveal")
		if got := d.Press(bee, public, id).Await(patience); !got.Ephemeral || strings.Contains(strings.ToLower(got.Text), "passport") {
			t.Errorf("someone else opened it: %q", got.Text)
		}
		if got := d.Press(ann, public, id).Await(patience); !got.Ephemeral || !about(got.View, "passport-confiscation") {
			t.Errorf("she can't open it: %q", got.Text)
		}
	})

	t.Run("answer this", func(t *testing.T) {
		ann, boss := d.NewUser("ann", "vi"), d.NewUser("boss", "ja")
		m := d.Say(boss, ch, "最低賃金はいくらですか")
		if got := d.UseOn(ann, m, messageCommand(d)).Await(patience); !got.Ephemeral || !about(got.View, "minimum-wage") {
			t.Errorf("%q", got.Text)
		}
	})

	t.Run("on a person's own install", func(t *testing.T) {
		ann := d.NewUser("ann", "vi")
		for _, where := range []*discordtest.Channel{d.NewChannel(d.NewGuildWithoutBot("elsewhere"), "general"), d.NewGroupDM(ann, d.NewUser("bee")), d.DMChannel(ann)} {
			got := d.Slash(ann, where, "ask", discordtest.Options{"question": "lương tối thiểu"}).Await(patience)
			if !about(got.View, "minimum-wage") {
				t.Errorf("%q", got.Text)
			}
		}
	})

	t.Run("Redis goes away and comes back", func(t *testing.T) {
		ann := d.NewUser("ann", "ja")
		ask := func() discordtest.Response {
			t.Helper()
			return d.Slash(ann, ch, "ask", discordtest.Options{"question": "minimum wage Osaka"}).Await(patience)
		}
		d.Slash(ann, ch, "language", discordtest.Options{"language": "my"}).Await(patience)
		redis.Kill()
		for range 3 {
			if got := ask(); !about(got.View, "minimum-wage") {
				t.Fatalf("without Redis: %q", got.Text)
			}
		}
		d.DM(ann, "lương tối thiểu")
		d.AwaitMessages(d.DMChannel(ann), 1, patience)
		if s.status("/readyz") != http.StatusOK {
			t.Error("not ready without Redis")
		}
		redis.Start()
		storetest.Eventually(t, patience, "the store is available again", func() bool {
			return s.logged("the store is available again", "down_for") != "" || strings.Contains(s.errs.String(), "available again")
		})
		d.Slash(ann, ch, "help", nil).Await(patience)
		if got := d.Slash(ann, ch, "help", nil).Await(patience); !written(got.Text, unicode.Myanmar) {
			t.Errorf("the language is forgotten: %q", got.Text)
		}
		redis.Freeze()
		start := time.Now()
		if got := ask(); !about(got.View, "minimum-wage") {
			t.Errorf("while Redis hangs: %q", got.Text)
		}
		t.Logf("answered in %v while Redis hangs", time.Since(start).Round(time.Millisecond))
		redis.Thaw()
		if n := strings.Count(s.errs.String(), "answering without memory"); n > 2 {
			t.Errorf("the log says %d times that the store is away", n)
		}
	})

	t.Run("Discord's troubles", func(t *testing.T) {
		ann := d.NewUser("ann", "en-GB")
		d.DropGateway()
		d.DM(ann, "minimum wage")
		d.AwaitMessages(d.DMChannel(ann), 1, patience)
		n := len(d.Connections())
		d.InvalidateSession(false)
		d.AwaitConnections(n+1, patience)
		d.FailNext("POST", "/channels/*/messages", 503, 1)
		d.LoseAnswerNext("POST", "/channels/*/messages", 1)
		d.LimitNext("POST", "/channels/*/messages", 50*time.Millisecond, "user", 1)
		m := d.DM(ann, "paid leave")
		d.AwaitMessages(d.DMChannel(ann), 2, patience)
		d.Redeliver(m)
		d.FailNext("POST", "/interactions/*/*/callback", 500, 1)
		it := d.Slash(ann, ch, "help", nil)
		it.Await(patience)
		it.Redeliver()
		d.Slash(ann, ch, "help", nil).Await(patience)
		if got := len(d.BotMessages(d.DMChannel(ann))); got != 2 {
			t.Errorf("%d messages", got)
		}
		// A component of a type that is unknown so far.
		odd := d.Interact(ann, ch, 3, json.RawMessage(`{"data":{"custom_id":"m1:help:en","component_type":2},"message":{"id":"9","flags":64,"author":{"id":"`+d.AppID()+`"},"components":[{"type":99,"components":[{"type":98}]}]}}`))
		odd.AwaitAck(patience)
	})

	t.Run("privacy", func(t *testing.T) {
		ann := d.NewUser("ann", "en-GB")
		d.Slash(ann, ch, "language", discordtest.Options{"language": "vi"}).Await(patience)
		shown := d.Slash(ann, ch, "privacy", nil).Await(patience)
		file := d.Press(ann, shown.Message, button(t, shown.View, "privacy-file")).Await(patience)
		if len(file.Files) != 1 || !json.Valid(file.Files[0].Data) || strings.Contains(string(file.Files[0].Data), ann.ID) {
			t.Errorf("%+v", file.Files)
		}
		gone := d.Press(ann, shown.Message, button(t, shown.View, "privacy-delete")).Await(patience)
		t.Log(gone.Text)
		if a := d.Deauthorise(s.url+"/events", ann); a.Status != http.StatusNoContent {
			t.Errorf("%+v", a)
		}
	})

	t.Run("shutdown with work in hand", func(t *testing.T) {
		var its []*discordtest.Interaction
		for _, l := range languages {
			its = append(its, d.Slash(d.NewUser("late", l.locale), ch, "ask", discordtest.Options{"question": l.question}))
		}
		time.Sleep(20 * time.Millisecond)
		s.end()
		for _, it := range its {
			if _, ok := it.Response(); !ok && it.Callbacks() > 0 {
				t.Error("an interaction was begun and not finished")
			}
		}
	})
	log := s.errs.String()
	for _, secret := range []string{d.Token(), "passport", "thiểu", "最低賃金", "minimum wage"} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// noLeaks sees to it that nothing is left running when all the test's parts are gone.
func noLeaks(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		goleak.VerifyNone(t, before)
	})
}

// messageCommand is the name of the command on messages.
func messageCommand(d *discordtest.Server) string {
	for _, c := range d.Commands() {
		if n, ok := c["type"].(json.Number); ok && n.String() == "3" {
			return c["name"].(string)
		}
		if n, ok := c["type"].(int); ok && n == 3 {
			return c["name"].(string)
		}
	}
	return ""
}

// TestServeHTTP: two processes behind one endpoint share a Redis. An interaction that
// both get is answered once, and what one learns the other knows.
func TestServeHTTP(t *testing.T) {
	noLeaks(t)
	redis := storetest.StartRedis(t)
	d := discordtest.New(t)
	env := map[string]string{"REDIS_URL": redis.URL(), "MADOGUCHI_SECRET": strings.Repeat("shared secret ", 4)}
	one := startServe(t, d, env, "--http")
	two := startServe(t, d, env, "--http")
	ann, ch := d.NewUser("ann", "en-GB"), d.Channel()
	use := func(s *served) { d.UseEndpoint(s.url + "/interactions") }

	if n := len(d.Requests("PUT", "/applications/*/commands")); n != 1 {
		t.Errorf("the commands were registered %d times", n)
	}
	if n := len(d.Connections()); n != 0 {
		t.Errorf("%d gateway connections", n)
	}
	use(one)
	d.Slash(ann, ch, "language", discordtest.Options{"language": "my"}).Await(patience)
	use(two)
	got := d.Slash(ann, ch, "help", nil).Await(patience)
	if !written(got.Text, unicode.Myanmar) {
		t.Errorf("the other process doesn't know the language: %q", got.Text)
	}
	var answered sync.Map
	it := d.Slash(ann, ch, "hotline", nil)
	it.Await(patience)
	var wg sync.WaitGroup
	for i, s := range []*served{one, two, one, two} {
		wg.Go(func() {
			if a := d.Send(s.url+"/interactions", it.Payload()); a.Status == http.StatusOK {
				answered.Store(i, string(a.Body))
			}
		})
	}
	wg.Wait()
	answered.Range(func(k, v any) bool { t.Errorf("answered again: %v %v", k, v); return true })
	if a := d.Ping(one.url+"/interactions", func(_ http.Header, b []byte) []byte { return append(b, ' ') }); a.Status != http.StatusUnauthorized {
		t.Errorf("a forged request: %d", a.Status)
	}
	one.end()
	if got := d.Slash(ann, ch, "help", nil).Await(patience); got.Text == "" {
		t.Error("the other process went too")
	}
}

// TestServeAlone: without Redis one file remembers across a restart, and commands that
// didn't change aren't registered again.
func TestServeAlone(t *testing.T) {
	noLeaks(t)
	d := discordtest.New(t)
	env := map[string]string{"DATA_DIR": t.TempDir()}
	ann := d.NewUser("ann", "en-GB")
	s := startServe(t, d, env)
	d.Slash(ann, d.Channel(), "language", discordtest.Options{"language": "my"}).Await(patience)
	s.end()
	s = startServe(t, d, env)
	if got := d.Slash(ann, d.Channel(), "help", nil).Await(patience); !written(got.Text, unicode.Myanmar) {
		t.Errorf("%q", got.Text)
	}
	if n := len(d.Requests("PUT", "/applications/*/commands")); n != 1 {
		t.Errorf("the commands were registered %d times", n)
	}
	// Another secret finds nobody: that is said at once.
	s.end()
	settings(t, map[string]string{"DISCORD_TOKEN": d.Token(), "DISCORD_API_URL": d.URL(), "DATA_DIR": env["DATA_DIR"], "MADOGUCHI_SECRET": strings.Repeat("another", 6)})
	errs := &buffer{}
	m := &Main{Stdin: strings.NewReader(""), Stdout: &buffer{}, Stderr: errs, Now: time.Now}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	if code := m.Run(ctx, []string{"serve"}); code != exitUsage || !strings.Contains(errs.String(), "another secret") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
