package discordtest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// object is a JSON object as Discord sends and receives it.
type object = map[string]any

// reporter is the part of testing.TB that a Server needs. It lets a program
// that is no test, such as a load command, run a Server too.
type reporter interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Server is one Discord on loopback. All methods may be called from several
// goroutines, except that those which fail the test on a timeout (Await and
// the like) belong to the test's own goroutine, as testing.T.Fatal does.
type Server struct {
	t       reporter
	cfg     config
	spec    *spec // nil when the OpenAPI document is absent or switched off
	ln      net.Listener
	http    *http.Server
	done    chan struct{}
	private ed25519.PrivateKey
	public  ed25519.PublicKey

	mu           sync.Mutex
	changed      signal
	lastMS       int64
	idSeq        int64
	app          object
	bot          *User
	users        map[string]*User
	guilds       map[string]*Guild
	guildOrder   []*Guild
	channels     map[string]*Channel
	dms          map[string]*Channel // by recipient
	messages     map[string]*message
	byChannel    map[string][]*message
	nonces       map[string]nonceEntry
	commands     map[string][]object // by guild, "" is global
	interactions map[string]*Interaction
	recent       []*Interaction
	requests     []Request
	requestCount int
	violations   []Violation
	invalid      int
	typing       map[string]int
	faults       []*fault
	limits       *limiter
	sessions     map[string]*session
	conns        map[*conn]bool
	history      []Connection
	identifies   map[int]time.Time
	starts       int
	withhold     bool
	resumeFault  *bool
	refuse       int
	closed       bool
	tokens       map[string]*Interaction
	endpoint     string // where interactions are posted, "" for the gateway

	outward *http.Client   // to the bot's endpoints
	sending sync.WaitGroup // posts under way
	serving sync.WaitGroup // connections and the listener
}

// New starts a Discord for one test and stops it when the test ends. At the
// end the test fails if the bot broke any rule (see Violations) unless
// AllowViolations was given.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := start(t, opts...)
	if err != nil {
		t.Fatalf("discordtest: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		if !s.cfg.allowViolations {
			for _, v := range s.Violations() {
				t.Errorf("discordtest: %v", v)
			}
		}
	})
	return s
}

// Start runs a Discord outside a test, for load commands. Helpers that would
// fail a test panic instead. The caller calls Close.
func Start(opts ...Option) (*Server, error) { return start(panicking{}, opts...) }

type panicking struct{}

func (panicking) Helper()                   {}
func (panicking) Logf(string, ...any)       {}
func (panicking) Errorf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }
func (panicking) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

func start(t reporter, opts ...Option) (*Server, error) {
	cfg := defaults()
	for _, o := range opts {
		o(&cfg)
	}
	s := &Server{
		t: t, cfg: cfg, done: make(chan struct{}),
		users: map[string]*User{}, guilds: map[string]*Guild{}, channels: map[string]*Channel{},
		dms: map[string]*Channel{}, messages: map[string]*message{}, byChannel: map[string][]*message{},
		nonces: map[string]nonceEntry{}, commands: map[string][]object{}, interactions: map[string]*Interaction{},
		typing: map[string]int{}, sessions: map[string]*session{}, conns: map[*conn]bool{}, identifies: map[int]time.Time{},
		tokens: map[string]*Interaction{}, outward: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	if cfg.openapi {
		sp, err := loadSpec(cfg.openapiPath)
		switch {
		case err != nil:
			return nil, fmt.Errorf("load Discord's OpenAPI document: %w", err)
		case sp == nil:
			t.Logf("discordtest: Discord's OpenAPI document (shared/data/discord-openapi.json) is not here: requests are checked only against the limits known by code")
		}
		s.spec = sp
	}
	s.limits = newLimiter(cfg.limits)
	var err error
	if s.public, s.private, err = ed25519.GenerateKey(rand.Reader); err != nil {
		return nil, fmt.Errorf("make the application's key: %w", err)
	}
	s.bot = s.addUser("madoguchi", true)
	s.bot.ID = cfg.appID
	s.users[cfg.appID] = s.bot
	s.makeDefaults()
	if s.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 30 * time.Second}
	s.serving.Go(func() { _ = s.http.Serve(s.ln) })
	return s, nil
}

// Close ends all connections. It is safe to call twice; New calls it by itself.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.done)
	conns := s.liveConns(nil)
	s.mu.Unlock()
	for _, c := range conns {
		c.drop()
	}
	_ = s.http.Close()
	s.outward.CloseIdleConnections()
	s.sending.Wait()
	s.serving.Wait()
	s.outward.CloseIdleConnections()
}

// URL is the base of the REST API, to be given as DISCORD_API_URL, such as
// http://127.0.0.1:4321/api/v10.
func (s *Server) URL() string { return "http://" + s.ln.Addr().String() + "/api/v10" }

// GatewayURL is the address that GET /gateway gives.
func (s *Server) GatewayURL() string { return "ws://" + s.ln.Addr().String() + "/" }

// Token is the bot token the server accepts, without the "Bot " prefix.
func (s *Server) Token() string { return s.cfg.token }

// AppID is the application's id, which is the bot user's id too.
func (s *Server) AppID() string { return s.cfg.appID }

// Bot is the bot's own user.
func (s *Server) Bot() *User { return s.bot }

// PublicKey is the application's Ed25519 key in hex, as DISCORD_PUBLIC_KEY.
func (s *Server) PublicKey() string { return hex.EncodeToString(s.public) }

func (s *Server) now() time.Time { return s.cfg.clock() }

// serve sends REST to REST and the rest to the gateway.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		s.serveREST(w, r)
	case strings.HasPrefix(r.URL.Path, "/cdn/"):
		s.serveCDN(w, r)
	case r.URL.Path == "/" || r.URL.Path == "/resume/":
		s.serveGateway(w, r)
	default:
		http.NotFound(w, r)
	}
}

// snowflake makes the next id: milliseconds since 2015, shifted, as Discord's
// own, always rising. The caller holds mu.
func (s *Server) snowflake() string {
	const discordEpoch = 1420070400000
	ms := time.Now().UnixMilli() - discordEpoch
	if ms <= s.lastMS {
		ms = s.lastMS
		s.idSeq++
		if s.idSeq >= 1<<22 {
			ms, s.idSeq = ms+1, 0
		}
	} else {
		s.idSeq = 0
	}
	s.lastMS = ms
	return strconv.FormatInt(ms<<22|s.idSeq, 10)
}

// secret is an unguessable string such as an interaction token.
func secret(prefix string) string {
	b := make([]byte, 48)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(append([]byte(prefix), b...))
}

// signal wakes whoever waits for a change; guarded by Server.mu.
type signal struct{ ch chan struct{} }

func (g *signal) wait() <-chan struct{} {
	if g.ch == nil {
		g.ch = make(chan struct{})
	}
	return g.ch
}

func (g *signal) fire() {
	if g.ch != nil {
		close(g.ch)
		g.ch = nil
	}
}

// await blocks until cond holds (called with mu held), ctx ends or the server closes.
func (s *Server) await(ctx context.Context, g *signal, cond func() bool) error {
	for {
		s.mu.Lock()
		if cond() {
			s.mu.Unlock()
			return nil
		}
		ch := g.wait()
		s.mu.Unlock()
		select {
		case <-ch:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return fmt.Errorf("the loopback Discord is closed")
		}
	}
}

func (s *Server) awaitFor(timeout time.Duration, g *signal, cond func() bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return s.await(ctx, g, cond)
}
