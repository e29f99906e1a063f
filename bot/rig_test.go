package bot_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"madoguchi/bot"
	"madoguchi/bot/gateway"
	"madoguchi/commands"
	"madoguchi/internal/discordtest"
	"madoguchi/language"
	"madoguchi/store"
)

const patience = 20 * time.Second

// TestMain sees to it that nothing is left running.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// fake is a handler whose answers a test sets.
type fake struct {
	defs   []commands.Definition
	plan   func(commands.Request) commands.Plan
	handle func(context.Context, commands.Request) commands.Response

	mu       sync.Mutex
	requests []commands.Request
}

func (f *fake) Definitions() []commands.Definition { return f.defs }

func (f *fake) Plan(q commands.Request) commands.Plan {
	if f.plan == nil {
		return commands.Plan{Private: true}
	}
	return f.plan(q)
}

func (f *fake) Handle(ctx context.Context, q commands.Request) commands.Response {
	f.mu.Lock()
	f.requests = append(f.requests, q)
	f.mu.Unlock()
	if f.handle == nil {
		return says("answer")
	}
	return f.handle(ctx, q)
}

// last is the request handled last.
func (f *fake) last(t *testing.T) commands.Request {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) == 0 {
		t.Fatal("nothing was handled")
	}
	return f.requests[len(f.requests)-1]
}

func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.requests)
}

func says(text string, more ...commands.Block) commands.Response {
	card := commands.Card{Language: language.English, Blocks: append([]commands.Block{commands.Text{Markdown: text}}, more...)}
	return commands.Response{Card: &card, Private: true}
}

func press(label, name string, args ...string) commands.Block {
	return commands.Buttons{Buttons: []commands.Button{{Label: label, Action: commands.Do(name, args...)}}}
}

// basics are commands of each kind.
func basics() []commands.Definition {
	text := func(name string, auto bool) commands.OptionDefinition {
		return commands.OptionDefinition{Type: commands.StringOption, Name: name, Description: name, Autocomplete: auto, MaxLength: 500}
	}
	return []commands.Definition{
		{Name: "ask", Description: "Ask", Names: map[string]string{"ja": "質問", "vi": "hỏi"}, Descriptions: map[string]string{"ja": "質問する"},
			Options: []commands.OptionDefinition{text("question", true)}},
		{Name: "settings", Description: "Settings", ServerOnly: true, Permission: uint64(discordtest.PermissionManageGuild), Options: []commands.OptionDefinition{
			{Type: commands.SubCommand, Name: "show", Description: "Show", Options: []commands.OptionDefinition{
				{Type: commands.ChannelOption, Name: "channel", Description: "Channel"},
				{Type: commands.RoleOption, Name: "role", Description: "Role"},
				{Type: commands.IntegerOption, Name: "count", Description: "Count"},
				{Type: commands.BooleanOption, Name: "loud", Description: "Loud"},
			}},
		}},
		{Name: "language", Description: "Language", Options: []commands.OptionDefinition{{Type: commands.StringOption, Name: "to", Description: "To", Required: true,
			Choices: []commands.ChoiceDefinition{{Name: "မြန်မာ", Value: "my"}, {Name: "English", Value: "en"}}}}},
		{Name: "Answer this", OnMessage: true},
	}
}

// rig is a bot on a loopback Discord.
type rig struct {
	t    *testing.T
	d    *discordtest.Server
	f    *fake
	b    *bot.Bot
	url  string // of the bot's HTTP server
	log  *safeBuffer
	stop context.CancelFunc
	done chan error
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func start(t *testing.T, f *fake, change func(*bot.Options), opts ...discordtest.Option) *rig {
	t.Helper()
	d := discordtest.New(t, opts...)
	return startOn(t, d, f, change)
}

func startOn(t *testing.T, d *discordtest.Server, f *fake, change func(*bot.Options)) *rig {
	t.Helper()
	if f.defs == nil {
		f.defs = basics()
	}
	keyer, err := store.NewKeyer([]byte("a secret for tests alone"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, d: d, f: f, log: &safeBuffer{}, done: make(chan error, 1)}
	key, err := hex.DecodeString(d.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	o := bot.Options{
		Handler: f, Token: d.Token(), APIURL: d.URL(), PublicKey: ed25519.PublicKey(key), Person: keyer.Person,
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})), RegisterPause: 5 * time.Millisecond,
		Gateway: gateway.Options{IdentifyEvery: 10 * time.Millisecond, InvalidPause: 5 * time.Millisecond, Pause: 5 * time.Millisecond},
	}
	if change != nil {
		change(&o)
	}
	r.b, err = bot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := r.b.Server()
	served := make(chan struct{})
	go func() { defer close(served); _ = srv.Serve(ln) }()
	r.url = "http://" + ln.Addr().String()
	go func() { r.done <- r.b.Run(ctx) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-served
		cancel()
		<-r.done
		d.Close()
		http.DefaultClient.CloseIdleConnections()
		if log := r.log.String(); strings.Contains(log, d.Token()) || strings.Contains(log, "interaction:") {
			t.Errorf("a token is in the log:\n%s", log)
		}
	})
	if len(f.defs) > 0 {
		d.AwaitRequest("GET", "/applications/*/commands", 1, patience)
	}
	eventually(t, "the commands are registered", func() bool { return len(d.Commands()) == len(f.defs) || t.Failed() })
	eventually(t, "the bot is ready", func() bool { return r.b.Ready() })
	return r
}

func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !check(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not: %s", what)
		}
	}
}

// end stops the bot and returns what Run returned.
func (r *rig) end() error {
	r.stop()
	err := <-r.done
	r.done <- err
	return err
}

type storePerson = store.Person
