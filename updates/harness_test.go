package updates_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// start is when the tests' clock begins: 1 December 2026, 9:00 in Japan.
var start = time.Date(2026, 12, 1, 9, 0, 0, 0, updates.Japan())

const guild = "900000000000000001"

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: start} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// known is a small knowledge.
type known struct{}

func (known) Topic(slug string) bool { return known{}.AreaOf(slug) != "" }

func (known) AreaOf(slug string) string {
	switch slug {
	case "esd-fees", "visa-extension":
		return "visa"
	case "minimum-wage", "unpaid-wages":
		return "rights"
	case "job-search":
		return "regions"
	}
	return ""
}

func (known) Prefecture(code string) bool { return len(code) == 2 && code >= "01" && code <= "47" }
func (known) Helpline(id string) bool     { return id == "fresc-help-desk" || id == "centre-24" }
func (known) Fact(id string) bool         { return id == "esd.start-date" }

// The people of the tests. Only those with the role may.
var (
	aiko = updates.Actor{ID: "101", Roles: []string{"mod"}}
	binh = updates.Actor{ID: "102", Roles: []string{"other", "mod"}}
	cho  = updates.Actor{ID: "103", Roles: []string{"mod"}}
	// dan has all of Discord's permissions and not the role.
	dan = updates.Actor{ID: "104", Roles: []string{"other"}, Permissions: ^uint64(0)}
)

func allow(_ context.Context, in string, by updates.Actor) error {
	if in == guild && slices.Contains(by.Roles, "mod") {
		return nil
	}
	return updates.ErrNotAllowed
}

// channels are where the tests' community posts.
func channels() map[language.Code]string {
	return map[language.Code]string{"ja": "c-ja", "en": "c-en", "vi": "c-vi", "my": "c-my"}
}

// world is a store, a network and a clock, which outlive the processes on them.
type world struct {
	t     testing.TB
	store store.Store
	net   *network
	clock *clock
	setup updates.Setup
	acts  atomic.Int64
	home  string
	lease time.Duration
}

func newWorld(t testing.TB, s store.Store) *world {
	c := newClock()
	return &world{t: t, store: s, net: newNetwork(c), clock: c,
		setup: updates.Setup{Channels: channels(), Language: "en"}, lease: time.Minute}
}

// process is one running bot.
type process struct {
	*updates.Service
	worker *updates.Worker
}

func (w *world) process() process { return w.processOn(w.store, w.net) }

func (w *world) processOn(s store.Store, p updates.Poster) process {
	service := updates.New(updates.Options{Store: s, Now: w.clock.Now, Allow: allow, Known: known{}, Home: w.home,
		Setups:   func(context.Context, string) (updates.Setup, error) { return w.setup, nil },
		Identify: language.NewIdentifier()})
	return process{service, updates.NewWorker(service, p, updates.WorkerOptions{Owner: "test", Lease: w.lease, Call: 5 * time.Second,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})}
}

// act is a new act of a person.
func (w *world) act(by updates.Actor) updates.Act {
	return updates.Act{ID: fmt.Sprintf("act%d", w.acts.Add(1)), By: by, Guild: guild}
}

// drain lets the worker do all that is due.
func (w *world) drain(p process) {
	w.t.Helper()
	for range 1000 {
		worked, err := p.worker.Step(w.t.Context())
		if err != nil {
			w.t.Fatalf("work: %v", err)
		}
		if !worked {
			return
		}
	}
	w.t.Fatal("the work has no end")
}

// settle lets time pass until all that was put off is done.
func (w *world) settle(p process) {
	w.t.Helper()
	for range 12 {
		w.drain(p)
		w.clock.Advance(20 * time.Second)
	}
	w.drain(p)
}

// log returns the whole log, oldest first, as verbs with who and where.
func (w *world) log() []updates.Entry {
	w.t.Helper()
	list, next, err := w.process().History(w.t.Context(), w.act(aiko), updates.Filter{}, 0, 1000)
	if err != nil || next != 0 {
		w.t.Fatalf("read the log: %v, next %d", err, next)
	}
	slices.Reverse(list)
	return list
}

// seq is the number of the last line of the log.
func (w *world) seq() int64 {
	w.t.Helper()
	list, err := w.store.Recent(w.t.Context(), "updates:"+guild, 0, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(list) == 0 {
		return 0
	}
	return list[0].Seq
}

// lines writes entries as one word list each.
func lines(entries []updates.Entry) []string {
	var out []string
	for _, e := range entries {
		s := string(e.Verb)
		for _, x := range []string{e.By, string(e.Lang), string(e.From), string(e.To), e.Thing.ID} {
			if x == "" {
				x = "-"
			}
			s += " " + x
		}
		if e.Edition > 0 {
			s += fmt.Sprintf(" e%d", e.Edition)
		}
		if e.Alone {
			s += " alone"
		}
		out = append(out, s)
	}
	return out
}

// onBoth runs a test on both stores. The real Redis is one for the whole test.
func onBoth(t *testing.T, test func(t *testing.T, open func(testing.TB) store.Store)) {
	t.Run("embedded", func(t *testing.T) { test(t, openEmbedded) })
	t.Run("redis", func(t *testing.T) {
		server := storetest.StartRedis(t)
		test(t, func(t testing.TB) store.Store { return openRedis(t, server) })
	})
}

func openEmbedded(t testing.TB) store.Store {
	t.Helper()
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var prefixes atomic.Int64

func openRedis(t testing.TB, server *storetest.Redis) store.Store {
	t.Helper()
	s, err := redis.Open(fmt.Sprintf("%s?prefix=t%d", server.URL(), prefixes.Add(1)), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// message is a message on the network.
type message struct {
	ID, Channel, Nonce string
	At                 time.Time
	Mark               string
	Post               updates.Post
	Edits, Crossposts  int
	Pings              []string
	Deleted            bool
}

// shows is what the message says, in short.
func (m message) shows() string {
	if m.Post.Line != nil {
		return "line " + string(m.Post.Line.Verb)
	}
	n := m.Post.Notice
	return fmt.Sprintf("%s e%d %s: %s", n.State, n.Edition, n.Language, n.Text.Title)
}

// network is a Discord in memory that keeps the rules that matter here: a nonce holds
// for a while, a message crossposts once, a read-back gives no nonces.
type network struct {
	clock *clock
	mu    sync.Mutex
	list  []*message
	late  []func() // requests whose senders gave up, still under way
	calls []string

	// before is called at the start of each call; what it returns is the answer.
	before func(call string) error
	delay  func() time.Duration
}

// nonceLife is how long the network knows a nonce: "a few minutes".
const nonceLife = 3 * time.Minute

func newNetwork(c *clock) *network { return &network{clock: c} }

func (n *network) begin(call string) error {
	n.mu.Lock()
	n.calls = append(n.calls, call)
	before, delay := n.before, n.delay
	n.mu.Unlock()
	if delay != nil {
		time.Sleep(delay())
	}
	if before != nil {
		return before(call)
	}
	return nil
}

// errTimeout is what a client gets that waited too long.
var errTimeout = fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)

func (n *network) Create(_ context.Context, p updates.Post) (updates.Message, error) {
	fault := n.begin("create " + p.Channel)
	if fault != nil && !errors.Is(fault, errDone{}) && !errors.Is(fault, errLate{}) {
		return updates.Message{}, fault
	}
	if errors.Is(fault, errLate{}) {
		n.mu.Lock()
		n.late = append(n.late, func() { n.create(p) })
		n.mu.Unlock()
		return updates.Message{}, errTimeout
	}
	n.mu.Lock()
	m := n.create(p)
	n.mu.Unlock()
	if fault != nil {
		return updates.Message{}, errTimeout
	}
	return updates.Message{ID: m.ID, Marks: []string{m.Mark}}, nil
}

func (n *network) create(p updates.Post) *message {
	for _, m := range n.list {
		if m.Channel == p.Channel && m.Nonce == p.Nonce && n.clock.Now().Sub(m.At) < nonceLife {
			return m
		}
	}
	m := &message{ID: fmt.Sprintf("m%d", len(n.list)+1), Channel: p.Channel, Nonce: p.Nonce, At: n.clock.Now(), Mark: p.Mark, Post: p}
	if p.Ping != "" {
		m.Pings = append(m.Pings, p.Ping)
	}
	n.list = append(n.list, m)
	return m
}

func (n *network) Edit(_ context.Context, id string, p updates.Post) error {
	fault := n.begin("edit " + p.Channel)
	if fault != nil && !errors.Is(fault, errDone{}) && !errors.Is(fault, errLate{}) {
		return fault
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	edit := func() error {
		for _, m := range n.list {
			if m.ID == id && !m.Deleted {
				m.Post, m.Mark, m.Edits = p, p.Mark, m.Edits+1
				return nil
			}
		}
		return updates.ErrGone
	}
	if errors.Is(fault, errLate{}) {
		n.late = append(n.late, func() { _ = edit() })
		return errTimeout
	}
	if err := edit(); err != nil {
		return err
	}
	if fault != nil {
		return errTimeout
	}
	return nil
}

func (n *network) Crosspost(_ context.Context, channel, id string) error {
	fault := n.begin("crosspost " + channel)
	if fault != nil && !errors.Is(fault, errDone{}) && !errors.Is(fault, errLate{}) {
		return fault
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.list {
		if m.ID == id && !m.Deleted {
			m.Crossposts = 1 // a second time is refused by the network, which the poster takes for done
			if fault != nil {
				return errTimeout
			}
			return nil
		}
	}
	return updates.ErrGone
}

func (n *network) Recent(_ context.Context, channel string, since time.Time) ([]updates.Message, error) {
	if fault := n.begin("recent " + channel); fault != nil {
		if errors.Is(fault, errDone{}) || errors.Is(fault, errLate{}) {
			return nil, errTimeout
		}
		return nil, fault
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []updates.Message
	for _, m := range n.list {
		if m.Channel == channel && !m.Deleted && !m.At.Before(since) {
			out = append(out, updates.Message{ID: m.ID, Marks: []string{m.Mark}})
		}
	}
	// What was under way arrives just after one has looked: the worst moment.
	for _, f := range n.late {
		f()
	}
	n.late = nil
	return out, nil
}

// in returns the messages of a channel that are not deleted.
func (n *network) in(channel string) []message {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []message
	for _, m := range n.list {
		if m.Channel == channel && !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// shown returns what is in the channels, by name of the channel.
func (n *network) shown() map[string][]string {
	out := map[string][]string{}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.list {
		if !m.Deleted {
			out[m.Channel] = append(out[m.Channel], m.shows())
		}
	}
	return out
}

func (n *network) fault(before func(call string) error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.before = before
}

// once lets the first call that begins so fail as told.
func once(prefix string, err error) func(string) error {
	var used atomic.Bool
	return func(call string) error {
		if strings.HasPrefix(call, prefix) && used.CompareAndSwap(false, true) {
			return err
		}
		return nil
	}
}

// errDone: the network does what it is asked, and its answer is lost.
type errDone struct{}

func (errDone) Error() string { return "the answer is lost" }

// errLate: the network does it, but only later.
type errLate struct{}

func (errLate) Error() string { return "the request is late" }

// texts of the tests, each in its language.
func text(code language.Code) updates.Text {
	switch code {
	case language.Japanese:
		return updates.Text{Title: "三重で仕事の説明会があります", Body: "12月20日に津市で外国人のための仕事の説明会があります。だれでも無料で参加できます。"}
	case language.Vietnamese:
		return updates.Text{Title: "Hội chợ việc làm ở Mie", Body: "Ngày 20 tháng 12 có hội chợ việc làm cho người nước ngoài ở thành phố Tsu. Ai cũng có thể tham gia miễn phí."}
	case language.Burmese:
		return updates.Text{Title: "Mie မှာ အလုပ်ပြပွဲ ရှိပါတယ်", Body: "ဒီဇင်ဘာ ၂၀ ရက်မှာ Tsu မြို့မှာ နိုင်ငံခြားသားတွေအတွက် အလုပ်ပြပွဲ ရှိပါတယ်။ ဘယ်သူမဆို အခမဲ့ လာနိုင်ပါတယ်။"}
	}
	return updates.Text{Title: "A job fair in Mie", Body: "On 20 December there is a job fair for foreign workers in the city of Tsu. Everybody can come, and it is free."}
}

func details() updates.Details {
	return updates.Details{Category: updates.Event, Area: "regions", Prefectures: []string{"24"}, Topics: []string{"job-search"},
		Expires: start.Add(19 * 24 * time.Hour), Source: "https://www.pref.mie.lg.jp/jobfair/"}
}

// content is a content in the given languages.
func content(codes ...language.Code) updates.Content {
	c := updates.Content{Details: details(), Texts: map[language.Code]updates.Text{}}
	for _, code := range codes {
		c.Texts[code] = text(code)
	}
	return c
}

func ok[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// published makes an update by aiko, approved by binh, that is out now.
func (w *world) published(p process, c updates.Content) updates.Update {
	w.t.Helper()
	ctx := w.t.Context()
	s := ok[updates.Saved](w.t)(p.NewUpdate(ctx, w.act(aiko), c))
	ok[updates.Update](w.t)(p.Submit(ctx, w.act(aiko), s.Update.ID, s.Update.Version))
	ok[updates.Update](w.t)(p.Approve(ctx, w.act(binh), s.Update.ID, 0))
	return ok[updates.Update](w.t)(p.Publish(ctx, w.act(aiko), s.Update.ID, time.Time{}, ""))
}
