// Command load sends interactions through the whole bot, as fast as asked, and says how
// soon each was answered first.
//
//	go run ./load -rate 500 -for 30s
//
// The bot is the program itself (madoguchi serve), on the loopback Discord of the tests
// and a real Redis that the command starts; Discord, load and bot share the cores given
// by -cores, so that the figures are what is left for the bot. What is sent is what
// people do: questions in four languages, buttons, typing in an option.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"madoguchi/cli"
	"madoguchi/internal/discordtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// settings of one run.
type settings struct {
	rate, people, cores int
	length              time.Duration
	redis               string
	http, asJSON        bool
	profile             string
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.IntVar(&s.rate, "rate", 500, "interactions a second")
	flags.DurationVar(&s.length, "for", 30*time.Second, "how long to send")
	flags.IntVar(&s.people, "people", 3000, "people who send them; each may ask once in two seconds for long")
	flags.IntVar(&s.cores, "cores", 2, "cores for bot, load and loopback Discord together")
	flags.StringVar(&s.redis, "redis", "", "`URL` of a Redis; when left out redis-server is started")
	flags.BoolVar(&s.http, "http", false, "interactions over HTTP instead of the gateway")
	flags.BoolVar(&s.asJSON, "json", false, "print JSON")
	flags.StringVar(&s.profile, "cpuprofile", "", "write a CPU profile of the sending to `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.rate < 1 || s.people < 1 || s.cores < 1 || s.length <= 0 {
		return fmt.Errorf("-rate, -for, -people and -cores must be more than 0")
	}
	runtime.GOMAXPROCS(s.cores)
	if s.redis == "" {
		r, err := startRedis(ctx)
		if err != nil {
			return err
		}
		defer r.stop()
		s.redis = r.url
	}
	rep, err := measure(ctx, s)
	if err != nil {
		return err
	}
	if s.asJSON {
		return json.NewEncoder(out).Encode(rep)
	}
	_, err = fmt.Fprint(out, rep)
	return err
}

// measure starts the bot, sends and counts.
func measure(ctx context.Context, s settings) (report, error) {
	d, err := discordtest.Start(
		discordtest.WithoutOpenAPI(), // judging takes longer than answering
		discordtest.WithRateLimits(discordtest.RateLimits{}),
		discordtest.WithRecordLimit(s.rate*int(s.length.Seconds()+60)),
	)
	if err != nil {
		return report{}, err
	}
	defer d.Close()
	dir, err := os.MkdirTemp("", "madoguchi-load-")
	if err != nil {
		return report{}, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	b, err := startBot(ctx, d, s, dir)
	if err != nil {
		return report{}, err
	}
	defer b.stop()
	if s.profile != "" {
		f, err := os.Create(s.profile)
		if err != nil {
			return report{}, fmt.Errorf("write the profile: %w", err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return report{}, fmt.Errorf("start the profile: %w", err)
		}
	}
	sent := send(ctx, d, s)
	pprof.StopCPUProfile()
	b.stop() // so that what is in hand is finished
	return count(sent, s, b.log.String()), ctx.Err()
}

// bot is the program, running.
type bot struct {
	log  *lockedBuffer
	stop func()
}

func startBot(ctx context.Context, d *discordtest.Server, s settings, dir string) (*bot, error) {
	ctx, cancel := context.WithCancel(ctx)
	b := &bot{log: &lockedBuffer{}}
	args := []string{"serve", "--discord-token", d.Token(), "--discord-api-url", d.URL(), "--discord-public-key", d.PublicKey(),
		"--redis-url", s.redis, "--data-dir", dir, "--http-addr", "127.0.0.1:0", "--log-level", "info"}
	if s.http {
		args = append(args, "--http")
	}
	m := &cli.Main{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: b.log, Now: time.Now}
	done := make(chan int, 1)
	go func() { done <- m.Run(ctx, args) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	for {
		select {
		case code := <-done:
			done <- code
			cancel()
			return nil, fmt.Errorf("the bot ended with %d: %s", code, b.log)
		case <-ctx.Done():
			b.stop()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
		log := b.log.String()
		if len(d.Commands()) > 0 && (s.http || strings.Contains(log, `"msg":"ready"`)) {
			if s.http {
				d.UseEndpoint("http://" + b.log.field("serving HTTP", "address") + "/interactions")
			}
			return b, nil
		}
	}
}

// doing is one interaction and what it was.
type doing struct {
	kind string
	it   *discordtest.Interaction
}

// send does what people do, evenly, at the rate given, however slow the answers are.
func send(ctx context.Context, d *discordtest.Server, s settings) []doing {
	questions := []struct{ locale, text string }{
		{"ja", "大阪の最低賃金はいくらですか"}, {"ja", "残業代が払われません"}, {"ja", "有給休暇は何日ありますか"},
		{"en-GB", "can I change company?"}, {"en-GB", "what is the minimum wage in Tokyo"}, {"en-GB", "my boss kept my passport"},
		{"vi", "lương tối thiểu ở Aichi là bao nhiêu"}, {"vi", "công ty không trả lương"}, {"vi", "toi muon chuyen cong ty"},
		{"en-US", "ကုမ္ပဏီ ပြောင်းလို့ရလား"}, {"en-US", "အနည်းဆုံး လုပ်ခ ဘယ်လောက်လဲ"}, {"en-US", "အချိန်ပိုကြေး မရဘူး"},
	}
	typed := []string{"osa", "とう", "အို", "aich", "", "hok", "沖"}
	type person struct {
		u    *discordtest.User
		last *discordtest.Interaction // with buttons to press
	}
	people := make([]person, s.people)
	for i := range people {
		people[i].u = d.NewUser(fmt.Sprint("person ", i), questions[i%len(questions)].locale)
	}
	ch := d.Channel()
	var sent []doing
	every := time.Second / time.Duration(s.rate)
	start := time.Now()
	for n := 0; ; n++ {
		due := start.Add(time.Duration(n) * every)
		if due.Sub(start) >= s.length || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Until(due))
		p := &people[n%len(people)]
		turn := rand.IntN(10)
		if p.last != nil && turn < 3 {
			if r, ok := p.last.Response(); ok && len(r.Buttons) > 0 {
				if i := slices.IndexFunc(r.Buttons, func(b discordtest.Button) bool { return strings.HasPrefix(b.CustomID, "m1:details:") }); i >= 0 {
					sent = append(sent, doing{"button", d.Press(p.u, r.Message, r.Buttons[i].CustomID)})
					continue
				}
			}
		}
		if turn < 5 {
			sent = append(sent, doing{"typing", d.Autocomplete(p.u, ch, "region", "prefecture", discordtest.Options{"prefecture": typed[n%len(typed)]})})
			continue
		}
		p.last = d.Slash(p.u, ch, "ask", discordtest.Options{"question": questions[n%len(questions)].text})
		sent = append(sent, doing{"question", p.last})
	}
	// Discord gives up on a first answer after three seconds.
	end := time.Now().Add(4 * time.Second)
	for time.Now().Before(end) && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		if !slices.ContainsFunc(sent, func(x doing) bool { _, ok := x.it.Ack(); return !ok }) {
			break
		}
	}
	return sent
}

// lockedBuffer is a bytes.Buffer for many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// field finds a field of the first log line with a message.
func (l *lockedBuffer) field(message, field string) string {
	for line := range strings.Lines(l.String()) {
		var o map[string]any
		if json.Unmarshal([]byte(line), &o) == nil && o["msg"] == message {
			v, _ := o[field].(string)
			return v
		}
	}
	return ""
}
