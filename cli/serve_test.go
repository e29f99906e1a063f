package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/discordtest"
	"madoguchi/store/embedded"
)

// buffer is a bytes.Buffer for many goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// settings clears the environment of what serve reads, and sets what is given.
func settings(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{"DISCORD_TOKEN", "DISCORD_PUBLIC_KEY", "DISCORD_API_URL", "REDIS_URL", "DATA_DIR", "HTTP_ADDR", "LOG_LEVEL", "MADOGUCHI_SECRET"} {
		value := env[name]
		if name == "DATA_DIR" && value == "" {
			value = t.TempDir()
		}
		if name == "LOG_LEVEL" && value == "" {
			value = "info"
		}
		t.Setenv(name, value)
	}
}

// TestServeSettings: each missing or wrong setting is one clear sentence and exit
// code 2, before anything is connected.
func TestServeSettings(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	locked := t.TempDir()
	held, err := embedded.Open(locked+"/"+storeFile, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	good := func(more ...string) map[string]string {
		env := map[string]string{"DISCORD_TOKEN": "x.y.z"}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	key := hex.EncodeToString(bytes.Repeat([]byte{7}, 32))
	for _, test := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"no token", nil, nil, "DISCORD_TOKEN is not set"},
		{"a token in two lines", good("DISCORD_TOKEN", "x\ny"), nil, "DISCORD_TOKEN has a space or line break"},
		{"a public key", good("DISCORD_PUBLIC_KEY", "abc"), nil, "DISCORD_PUBLIC_KEY is not 64 hexadecimal digits"},
		{"HTTP without a key", good("HTTP_ADDR", ":0"), []string{"--http"}, "DISCORD_PUBLIC_KEY"},
		{"HTTP without an address", good("DISCORD_PUBLIC_KEY", key), []string{"--http"}, "HTTP_ADDR"},
		{"an address in use", good("HTTP_ADDR", taken.Addr().String()), nil, "HTTP_ADDR"},
		{"an API that is none", good("DISCORD_API_URL", "discord.com"), nil, "DISCORD_API_URL"},
		{"a level", good("LOG_LEVEL", "loud"), nil, "LOG_LEVEL"},
		{"a Redis that is none", good("REDIS_URL", "http://user:hunter2@host"), nil, "REDIS_URL"},
		{"a short secret", good("MADOGUCHI_SECRET", "short"), nil, "MADOGUCHI_SECRET"},
		{"a store in use", good("DATA_DIR", locked), nil, "in use by another process"},
		{"a number of shards", good(), []string{"--shards=-1"}, "--shards"},
		{"an unknown flag", good(), []string{"--nothing"}, "--nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			settings(t, test.env)
			var out, errs buffer
			m := &Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now}
			code := m.Run(t.Context(), append([]string{"serve"}, test.args...))
			text := errs.String()
			if code != exitUsage || !strings.Contains(text, test.want) || strings.Count(strings.TrimSpace(text), "\n") > 0 {
				t.Errorf("exit %d, %q; want 2 and %q in one line", code, text, test.want)
			}
			for _, secret := range []string{"x.y.z", "hunter2"} {
				if strings.Contains(text, secret) {
					t.Errorf("%q shows a secret", text)
				}
			}
		})
	}
}

// TestEmptyVariables: a variable set to nothing, as .env.example has them, stands for
// its default.
func TestEmptyVariables(t *testing.T) {
	d := discordtest.New(t, discordtest.AllowViolations())
	t.Chdir(t.TempDir())
	settings(t, nil)
	t.Setenv("DATA_DIR", "")
	t.Setenv("LOG_LEVEL", "")
	t.Setenv("DISCORD_TOKEN", "wrong.token.here")
	t.Setenv("DISCORD_API_URL", d.URL())
	errs := &buffer{}
	m := &Main{Stdin: strings.NewReader(""), Stdout: &buffer{}, Stderr: errs, Now: time.Now}
	if code := m.Run(t.Context(), []string{"serve"}); code != exitUsage || !strings.Contains(errs.String(), "Discord refuses the token") {
		t.Errorf("exit %d, %s", code, errs)
	}
	if _, err := os.Stat("data/" + storeFile); err != nil {
		t.Error(err)
	}
}

// TestRefusedToken: Discord's refusal is a setting that is wrong.
func TestRefusedToken(t *testing.T) {
	d := discordtest.New(t, discordtest.AllowViolations())
	settings(t, map[string]string{"DISCORD_TOKEN": "wrong.token.here", "DISCORD_API_URL": d.URL()})
	var out, errs buffer
	m := &Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now}
	if code := m.Run(t.Context(), []string{"serve"}); code != exitUsage || !strings.Contains(errs.String(), "Discord refuses the token") || strings.Contains(errs.String(), "wrong.token") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
}

// TestHealthCommand asks a bot, one that isn't there, and one that isn't well.
func TestHealthCommand(t *testing.T) {
	ill := false
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ill || r.URL.Path != "/healthz" {
			w.WriteHeader(503)
		}
	})}
	go func() { _ = srv.Serve(ln) }()
	defer srv.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	ask := func(addr string, args ...string) int {
		settings(t, map[string]string{"HTTP_ADDR": addr})
		m := &Main{Stdin: strings.NewReader(""), Stdout: &buffer{}, Stderr: &buffer{}, Now: time.Now}
		return m.Run(context.Background(), append([]string{"health"}, args...))
	}
	for _, test := range []struct {
		name string
		code int
		want int
	}{
		{"well", ask("127.0.0.1:" + port), exitOK},
		{"any address", ask("0.0.0.0:" + port), exitOK},
		{"not ready", ask(":"+port, "--ready"), exitFailed},
		{"no setting", ask(""), exitUsage},
		{"no bot", ask("127.0.0.1:1"), exitFailed},
	} {
		if test.code != test.want {
			t.Errorf("%s: exit %d, want %d", test.name, test.code, test.want)
		}
	}
	ill = true
	if code := ask(":" + port); code != exitFailed {
		t.Errorf("ill: exit %d", code)
	}
}
