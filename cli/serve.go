package cli

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/bot"
	"madoguchi/bot/gateway"
	"madoguchi/bot/rest"
	"madoguchi/commands"
	"madoguchi/conversation"
	"madoguchi/store"
	"madoguchi/store/redis"
	"madoguchi/updates"
)

type serveCommand struct {
	Token     string `name:"discord-token" env:"DISCORD_TOKEN" placeholder:"TOKEN" help:"The bot's token. Better in the environment than here, where other users of the machine can see it."`
	PublicKey string `name:"discord-public-key" env:"DISCORD_PUBLIC_KEY" placeholder:"HEX" help:"The application's public key, for interactions and events over HTTP."`
	APIURL    string `name:"discord-api-url" env:"DISCORD_API_URL" placeholder:"URL" help:"Another base of Discord's REST API, such as a proxy; the gateway's address comes from there."`
	HTTP      bool   `name:"http" help:"Take interactions over HTTP at /interactions instead of through the gateway. There are no direct messages and mentions then."`
	HTTPAddr  string `name:"http-addr" env:"HTTP_ADDR" placeholder:"ADDR" help:"Address for /healthz, /readyz, /metrics, /events and /interactions, such as :8080. Without it none of them is served."`
	LogLevel  string `env:"LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error."`
	Shards    int    `placeholder:"N" help:"Number of gateway connections; as many as Discord recommends when left out."`
	HomeGuild string `name:"home-guild" env:"HOME_GUILD" placeholder:"ID" help:"The server whose moderators mend answers for everybody, and whose news is shown in direct messages. Without it the first server that mends an answer mends for everybody."`

	storeFlags
}

// grace is how long what is in hand may take to be finished at the end; compose.yaml
// gives a little more before it kills.
const grace = 15 * time.Second

// Run answers on Discord until ctx ends.
func (c *serveCommand) Run(ctx context.Context, m *Main, f *flags) error {
	log, err := c.logger(m)
	if err != nil {
		return err
	}
	key, err := c.check()
	if err != nil {
		return err
	}
	var ln net.Listener
	if c.HTTPAddr != "" {
		if ln, err = net.Listen("tcp", c.HTTPAddr); err != nil {
			return usage("HTTP_ADDR: %w", err)
		}
		defer ln.Close()
	}
	keyer, err := c.keyer()
	if err != nil {
		return err
	}
	inner, err := c.open(log)
	if err != nil {
		return err
	}
	metrics := bot.NewMetrics()
	st := store.NewResilient(inner, store.ResilientOptions{Log: log, OnError: metrics.StoreError})
	defer st.Close()
	engine, err := f.engine(f.finder(ctx, m))
	if err != nil {
		return err
	}

	moderation := commands.NewModeration(st, commands.ModerationOptions{Base: engine.Base(), Now: m.Now, Home: c.HomeGuild})
	roles := &members{}
	b, err := bot.New(bot.Options{
		Handler: commands.New(commands.Deps{Engine: engine, Words: engine.Words(), Store: st, Keyer: keyer, Log: log, Metrics: metrics,
			Moderation: moderation, Members: roles}),
		Token: c.Token, APIURL: c.APIURL, HTTP: c.HTTP, PublicKey: key,
		Person: keyer.Person, Forget: st.Forget, Store: st,
		Log: log, Metrics: metrics, Now: m.Now, Shards: c.Shards, Grace: grace,
	})
	if err != nil {
		return err
	}
	roles.Members = b.Members()
	ctx, cancel := context.WithCancelCause(ctx)
	var side sync.WaitGroup
	side.Go(func() { look(ctx, cancel, keyer, inner, st, log) })
	side.Go(func() { post(ctx, b, moderation, engine, log) })
	defer side.Wait()
	defer cancel(nil)
	return c.serve(ctx, cancel, b, ln, log)
}

// serve runs the bot and its HTTP server, and ends them in the order that loses
// nothing: first no more requests come in, then what is in hand is finished.
func (c *serveCommand) serve(ctx context.Context, cancel context.CancelCauseFunc, b *bot.Bot, ln net.Listener, log *slog.Logger) error {
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var server *http.Server
	var serving sync.WaitGroup
	if ln != nil {
		server = b.Server()
		serving.Go(func() {
			if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				cancel(fmt.Errorf("serve HTTP at %s: %w", c.HTTPAddr, err))
			}
		})
		log.Info("serving HTTP", "address", ln.Addr().String(), "interactions", c.HTTP)
	}
	shut := func(d time.Duration) {
		if server == nil {
			return
		}
		late, done := context.WithTimeout(context.WithoutCancel(ctx), d)
		defer done()
		if err := server.Shutdown(late); err != nil {
			_ = server.Close()
		}
	}
	ended := context.AfterFunc(ctx, func() {
		if c.HTTP {
			shut(grace)
		}
		stop()
	})
	err := b.Run(run)
	if !ended() {
		<-run.Done() // the function has begun; it ends with this
	}
	shut(time.Second)
	serving.Wait()
	if cause := context.Cause(ctx); err == nil && cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	if rest.Status(err) == http.StatusUnauthorized {
		return usage("serve: Discord refuses the token (DISCORD_TOKEN): %w", err)
	}
	if _, ok := errors.AsType[*gateway.FatalError](err); ok {
		return fmt.Errorf("serve: %w", err)
	}
	return err
}

// check looks at the settings before anything is started.
func (c *serveCommand) check() (ed25519.PublicKey, error) {
	c.Token = strings.TrimPrefix(strings.TrimSpace(c.Token), "Bot ")
	if c.Token == "" {
		return nil, usage("serve: DISCORD_TOKEN is not set: take the bot's token from its application's page on discord.com/developers (.env.example lists all settings)")
	}
	if strings.ContainsAny(c.Token, " \t\r\n") {
		return nil, usage("serve: DISCORD_TOKEN has a space or line break in it")
	}
	if c.APIURL != "" {
		u, err := url.Parse(c.APIURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, usage("serve: DISCORD_API_URL is not an address like https://discord.com/api/v10")
		}
	}
	if strings.Trim(c.HomeGuild, "0123456789") != "" {
		return nil, usage("serve: HOME_GUILD is not the id of a server, which is a number")
	}
	if c.Shards < 0 {
		return nil, usage("serve: --shards must be 1 or more")
	}
	var key ed25519.PublicKey
	if text := strings.TrimSpace(c.PublicKey); text != "" {
		raw, err := hex.DecodeString(text)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, usage("serve: DISCORD_PUBLIC_KEY is not 64 hexadecimal digits")
		}
		key = raw
	}
	switch {
	case c.HTTP && key == nil:
		return nil, usage("serve: --http needs the application's public key (DISCORD_PUBLIC_KEY)")
	case c.HTTP && c.HTTPAddr == "":
		return nil, usage("serve: --http needs an address to listen at (HTTP_ADDR)")
	}
	return key, nil
}

// logger writes JSON, one line an event. Nothing that people wrote and no token is ever
// given to it.
func (c *serveCommand) logger(m *Main) (*slog.Logger, error) {
	var level slog.Level
	// A variable that is set to nothing, as in an example file, stands for its default.
	if err := level.UnmarshalText([]byte(cmp.Or(c.LogLevel, "info"))); err != nil {
		return nil, usage("serve: LOG_LEVEL is %q, not debug, info, warn or error", c.LogLevel)
	}
	return slog.New(slog.NewJSONHandler(m.Stderr, &slog.HandlerOptions{Level: level})), nil
}

// look checks the store once it is reachable: that the people in it were hashed under
// this secret, and that its settings keep what must be kept.
func look(ctx context.Context, cancel context.CancelCauseFunc, keyer *store.Keyer, inner, st store.Store, log *slog.Logger) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := keyer.CheckSecret(ctx, st)
		if errors.Is(err, store.ErrOtherSecret) {
			cancel(usage("serve: the store was filled under another secret, so that nobody's records would be found or deleted: set MADOGUCHI_SECRET, or the secret in DATA_DIR, as before"))
			return
		}
		if err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
	if r, ok := inner.(*redis.Store); ok {
		for _, w := range r.Warnings(ctx) {
			log.Warn("Redis may lose what must be kept", "setting", w)
		}
	}
}

// members gives roles through the bot, which is made after what uses it.
type members struct{ commands.Members }

// post does what moderators have due, once the bot has logged in: news goes out at its
// time, posts show what they should, the log is told.
func post(ctx context.Context, b *bot.Bot, moderation *updates.Service, engine *conversation.Engine, log *slog.Logger) {
	for !b.Ready() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
	poster := b.Poster(func(p updates.Post) commands.Card { return commands.PostCard(engine.Words(), engine.Base(), p) })
	host, _ := os.Hostname() // only to tell processes apart in what is held
	updates.NewWorker(moderation, poster, updates.WorkerOptions{Owner: host + "/" + strconv.Itoa(os.Getpid()), Log: log}).Run(ctx)
}
