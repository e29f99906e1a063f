package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"madoguchi/bot"
	"madoguchi/commands"
	"madoguchi/conversation"
	"madoguchi/internal/discordtest"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// long is how long what was put off after failures may take, on a slow machine.
const long = 3 * time.Minute

// community is a server with two moderators, channels for news in four languages and a
// log, on a loopback Discord; what bots run for it is another matter.
type community struct {
	t      *testing.T
	d      *discordtest.Server
	base   *knowledge.Base
	words  *locales.Words
	guild  *discordtest.Guild
	room   *discordtest.Channel // where people use commands
	news   map[language.Code]*discordtest.Channel
	log    *discordtest.Channel
	aiko   *discordtest.User // moderators
	binh   *discordtest.User
	owner  *discordtest.User // manages the server, without the moderators' role
	reader map[language.Code]*discordtest.User
	mods   *discordtest.Role

	mu   sync.Mutex
	skew time.Duration // of the bots' clock before the real one
}

// wholeBase loads the knowledge once for all these tests.
var wholeBase = sync.OnceValues(func() (*knowledge.Base, error) { return knowledge.Load(knowledge.Embedded()) })

func newCommunity(t *testing.T, opts ...discordtest.Option) *community {
	t.Helper()
	base, err := wholeBase()
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	d := discordtest.New(t, opts...)
	c := &community{t: t, d: d, base: base, words: words, guild: d.Guild(), news: map[language.Code]*discordtest.Channel{}, reader: map[language.Code]*discordtest.User{}}
	c.room = d.NewChannel(c.guild, "room")
	c.log = d.NewChannel(c.guild, "log")
	c.mods = d.NewRole(c.guild, "moderators", discordtest.DefaultPermissions|discordtest.PermissionManageMessages)
	managers := d.NewRole(c.guild, "managers", discordtest.AllPermissions&^discordtest.PermissionAdministrator)
	c.aiko, c.binh, c.owner = d.NewUser("aiko"), d.NewUser("binh"), d.NewUser("owner")
	d.Join(c.guild, c.aiko, c.mods)
	d.Join(c.guild, c.binh, c.mods)
	d.Join(c.guild, c.owner, managers)
	for _, code := range language.Codes() {
		c.news[code] = d.NewChannel(c.guild, "news-"+string(code), discordtest.ChannelAnnouncement)
		c.reader[code] = d.NewUser("reader-" + string(code))
		d.Join(c.guild, c.reader[code])
	}
	return c
}

// now is the bots' clock.
func (c *community) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.skew)
}

func (c *community) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew += d
}

// process is one bot with its worker.
type process struct {
	*rig
	service *updates.Service
	stop    func()
}

// run starts a bot on a store, as serve does.
func (c *community) run(s store.Store) *process { return c.start(s, true) }

// start starts a bot; without work it answers moderators, and others post.
func (c *community) start(s store.Store, work bool) *process {
	c.t.Helper()
	keyer, err := store.NewKeyer([]byte("a secret for tests alone"))
	if err != nil {
		c.t.Fatal(err)
	}
	silent := slog.New(slog.DiscardHandler)
	engine := conversation.New(c.base, c.words, language.NewIdentifier(), noFinder{})
	service := commands.NewModeration(s, commands.ModerationOptions{Base: c.base, Now: c.now})
	members := &struct{ commands.Members }{}
	router := commands.New(commands.Deps{Engine: engine, Words: c.words, Store: s, Keyer: keyer, Log: silent, Moderation: service, Members: members,
		Limit: commands.Limit{PerSecond: 1000, Burst: 10000}})
	r := startOn(c.t, c.d, &fake{defs: router.Definitions(), plan: router.Plan, handle: router.Handle}, func(o *bot.Options) { o.Now = c.now })
	members.Members = r.b.Members()
	if !work {
		return &process{rig: r, service: service, stop: func() {}}
	}
	poster := r.b.Poster(func(p updates.Post) commands.Card { return commands.PostCard(c.words, c.base, p) })
	worker := updates.NewWorker(service, poster, updates.WorkerOptions{Lease: 3 * time.Second, Call: time.Second, Poll: 50 * time.Millisecond, Log: silent})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); worker.Run(ctx) }()
	p := &process{rig: r, service: service, stop: sync.OnceFunc(func() { cancel(); <-done })}
	c.t.Cleanup(p.stop)
	return p
}

func (c *community) see(it *discordtest.Interaction) discordtest.Response {
	c.t.Helper()
	got := it.Await(patience)
	if got.Modal == nil && !got.Ephemeral {
		c.t.Fatalf("a moderator's answer is seen by all:\n%s", got.Text)
	}
	return got
}

func (c *community) slash(u *discordtest.User, name string, options discordtest.Options) discordtest.Response {
	c.t.Helper()
	return c.see(c.d.Slash(u, c.room, name, options))
}

// press presses the first button whose custom id begins so.
func (c *community) press(u *discordtest.User, m discordtest.Message, prefix string) discordtest.Response {
	c.t.Helper()
	for _, b := range m.Buttons {
		if strings.HasPrefix(b.CustomID, prefix) {
			return c.see(c.d.Press(u, m, b.CustomID))
		}
	}
	c.t.Fatalf("no button %s on:\n%s\n%q", prefix, m.Text, m.Labels())
	return discordtest.Response{}
}

func (c *community) submit(u *discordtest.User, r discordtest.Response, fields map[string]string) discordtest.Response {
	c.t.Helper()
	in := map[string][]string{}
	for k, v := range fields {
		in[k] = []string{v}
	}
	return c.see(c.d.Submit(u, r, in))
}

func (c *community) want(what string, r discordtest.Response, parts ...string) discordtest.Response {
	c.t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.Text, p) {
			c.t.Fatalf("%s lacks %q:\n%s", what, p, r.Text)
		}
	}
	return r
}

func (c *community) say(code language.Code, id string) string { return c.words.Text(code, id, nil) }

// set up the server by /settings, as its manager does.
func (c *community) setUp() {
	c.t.Helper()
	pick := func(part string, id string, values ...string) {
		c.t.Helper()
		m := c.slash(c.owner, "settings", nil)
		m = c.see(c.d.Pick(c.owner, m.Message, m.Selects[0].CustomID, part))
		c.see(c.d.Pick(c.owner, m.Message, id, values...))
	}
	pick("role", "m1:settings-set:en:role", c.mods.ID)
	pick("log", "m1:settings-set:en:log", c.log.ID)
	for _, code := range language.Codes() {
		pick("announce", "m1:settings-set:en:announce:"+string(code), c.news[code].ID)
	}
	for code, u := range c.reader {
		c.slash(u, "language", discordtest.Options{"language": string(code)})
	}
}

func fair(code language.Code) updates.Text {
	switch code {
	case language.Japanese:
		return updates.Text{Title: "三重で仕事の説明会があります", Body: "津市で外国人のための仕事の説明会があります。だれでも無料で参加できます。"}
	case language.Vietnamese:
		return updates.Text{Title: "Hội chợ việc làm ở Mie", Body: "Có hội chợ việc làm cho người nước ngoài ở thành phố Tsu. Ai cũng có thể tham gia miễn phí."}
	case language.Burmese:
		return updates.Text{Title: "Mie မှာ အလုပ်ပြပွဲ ရှိပါတယ်", Body: "Tsu မြို့မှာ နိုင်ငံခြားသားတွေအတွက် အလုပ်ပြပွဲ ရှိပါတယ်။ ဘယ်သူမဆို အခမဲ့ လာနိုင်ပါတယ်။"}
	}
	return updates.Text{Title: "A job fair in Mie", Body: "There is a job fair for foreign workers in the city of Tsu. Everybody can come, and it is free."}
}

const fairSource = "https://www.pref.mie.lg.jp/jobfair/"

// draft writes an update in four languages by two moderators, and has it approved; it
// returns its number.
func (c *community) draft(id string) string {
	c.t.Helper()
	t := fair("en")
	form := c.slash(c.aiko, "update new", discordtest.Options{"language": "en", "category": "event", "area": "regions", "prefecture": "Mie", "topic": "job-search"})
	c.want("the draft", c.submit(c.aiko, form, map[string]string{"title": t.Title, "body": t.Body + " @everyone", "source": fairSource,
		"expires": updates.FormatTime(c.now().Add(10 * 24 * time.Hour))}), t.Title, "#"+id)
	for code, u := range map[language.Code]*discordtest.User{"ja": c.aiko, "vi": c.binh, "my": c.binh} {
		form := c.slash(u, "update translate", discordtest.Options{"update": id, "language": string(code)})
		if f, ok := form.Modal.Field("original"); !ok || !strings.Contains(f.Value, t.Title) {
			c.t.Fatalf("the original is not beside: %+v", form.Modal)
		}
		x := fair(code)
		if code == "my" {
			x = updates.Text{Title: language.ToZawgyi(x.Title), Body: language.ToZawgyi(x.Body)}
		}
		c.submit(u, form, map[string]string{"title": x.Title, "body": x.Body})
	}
	c.want("the preview", c.slash(c.aiko, "update preview", discordtest.Options{"update": id}), fair("ja").Title, fairSource)
	c.want("the submission", c.slash(c.binh, "update submit", discordtest.Options{"update": id}), c.say("en", "updates.done.submitted"))
	// Each approves what the other wrote.
	for i, u := range []*discordtest.User{c.aiko, c.binh} {
		queue := c.want("the queue", c.slash(u, "update review", nil), "#"+id)
		m := c.see(c.d.Pick(u, queue.Message, queue.Selects[0].CustomID, id))
		c.want("the decision", c.press(u, m.Message, "m1:update:approve:"+id), []string{c.say("en", "updates.done.half-approved"), c.say("en", "updates.done.approved")}[i])
	}
	return id
}

// wrote lists what the bot wrote in a channel for all to see.
func (c *community) wrote(ch *discordtest.Channel) []discordtest.Message {
	return slices.DeleteFunc(c.d.BotMessages(ch), func(m discordtest.Message) bool { return m.Ephemeral })
}

// posts waits until each channel of news shows n messages of the bot's, and gives the
// last of each.
func (c *community) posts(n int, shows func(language.Code) string) map[language.Code]discordtest.Message {
	c.t.Helper()
	out := map[language.Code]discordtest.Message{}
	for code, ch := range c.news {
		storetest.Eventually(c.t, long, "news-"+string(code)+" shows "+shows(code), func() bool {
			list := c.wrote(ch)
			return len(list) >= n && strings.Contains(list[n-1].Text, shows(code))
		})
		list := c.wrote(ch)
		if len(list) != n {
			c.t.Fatalf("news-%s has %d messages, want %d", code, len(list), n)
		}
		m := list[n-1]
		storetest.Eventually(c.t, long, "the post in "+string(code)+" is crossposted", func() bool {
			m, _ = c.d.Message(m.ID)
			return m.Crossposted
		})
		if m.MentionedEveryone || len(m.MentionedRoles)+len(m.MentionedUsers) > 0 {
			c.t.Errorf("the post in %s pings", code)
		}
		out[code] = m
	}
	return out
}

// answers says how the answer about finding a job shows the news in each language.
func (c *community) answers(shown bool) {
	c.t.Helper()
	for code, u := range c.reader {
		r := c.slash(u, "topic", discordtest.Options{"topic": "job-search"})
		if strings.Contains(r.Text, fair(code).Title) != shown {
			c.t.Fatalf("the answer in %s shows the news: %v, want %v:\n%s", code, !shown, shown, r.Text)
		}
		if shown {
			c.want("the answer", r, c.say(code, "news.heading"), fairSource, c.say(code, "updates.by-two"))
		}
	}
}

// story is an update's life: written in four languages by two moderators, published at
// a time, shown in answers, corrected, withdrawn; and a second that expires.
func (c *community) story() {
	c.t.Helper()
	c.draft("1")
	at := c.now().Add(90 * time.Second).Truncate(time.Minute).Add(time.Minute)
	c.want("the schedule", c.slash(c.aiko, "update publish", discordtest.Options{"update": "1", "at": updates.FormatTime(at)}), c.say("en", "updates.done.scheduled"))
	c.answers(false)
	c.advance(at.Sub(c.now()) + time.Second)
	posts := c.posts(1, func(code language.Code) string { return fair(code).Title })
	for code, m := range posts {
		if !strings.Contains(m.Text, fair(code).Body) || !strings.Contains(m.Text, fairSource) {
			c.t.Errorf("the post in %s:\n%s", code, m.Text)
		}
	}
	c.answers(true)
	// A reader of the Vietnamese channel presses the Burmese button.
	r := c.see(c.d.Press(c.reader["vi"], posts["vi"], c.say("my", "language.native")))
	c.want("the other language", r, fair("my").Body)

	card := c.slash(c.binh, "update correct", discordtest.Options{"update": "1"})
	form := c.press(c.binh, card.Message, "m1:update-form:text:1:")
	c.submit(c.binh, form, map[string]string{"body": "津市で外国人のための仕事の説明会があります。場所は市役所です。", "change": "場所を直しました。"})
	c.slash(c.binh, "update submit", discordtest.Options{"update": "1"})
	m := c.slash(c.aiko, "update review", discordtest.Options{"update": "1"})
	c.want("the review", m, c.say("en", "updates.diff.title"), "場所は市役所です")
	m = c.press(c.aiko, m.Message, "m1:update:approve:1:")
	c.press(c.aiko, m.Message, "m1:update:publish:1:")
	corrected := c.posts(1, func(code language.Code) string {
		return strings.SplitN(c.words.Text(code, "updates.corrected-on", locales.Data{"Date": knowledge.FormatAsOf(knowledge.Day(c.now()), code)}), "{", 2)[0]
	})
	if !strings.Contains(corrected["ja"].Text, "場所を直しました。") {
		c.t.Errorf("what was corrected is not said:\n%s", corrected["ja"].Text)
	}
	c.want("the withdrawal", c.slash(c.aiko, "update withdraw", discordtest.Options{"update": "1", "reason": "outdated"}), c.say("en", "updates.done.withdrawn"))
	c.posts(1, func(code language.Code) string { return c.say(code, "updates.withdrawn") })
	c.answers(false)

	c.draft("2")
	c.slash(c.aiko, "update publish", discordtest.Options{"update": "2"})
	c.posts(2, func(code language.Code) string { return fair(code).Title })
	c.answers(true)
	c.advance(11 * 24 * time.Hour)
	c.answers(false)
	c.posts(2, func(code language.Code) string {
		return strings.TrimSpace(strings.SplitN(c.words.Text(code, "updates.expired-on", locales.Data{"When": "|"}), "|", 2)[0])
	})
}

// checkLog waits until the log channel has told the whole log, and holds it against
// what the story did.
func (c *community) checkLog(p *process) {
	c.t.Helper()
	act := updates.Act{ID: "look", Guild: c.guild.ID, By: updates.Actor{ID: c.aiko.ID, Roles: []string{c.mods.ID}}}
	var verbs []string
	told := 0
	storetest.Eventually(c.t, long, "the log is told", func() bool {
		list, _, err := p.service.History(context.Background(), act, updates.Filter{}, 0, 1000)
		if err != nil {
			return false
		}
		slices.Reverse(list)
		verbs, told = nil, 0
		for _, e := range list {
			if e.Update != "" && e.Verb != updates.DidChangePost {
				verbs = append(verbs, e.Update+" "+string(e.Verb))
			}
			if e.Tell {
				told++
			}
		}
		return len(c.wrote(c.log)) >= told
	})
	if n := len(c.wrote(c.log)); n != told {
		c.t.Errorf("the log channel has %d lines, the log %d for it", n, told)
	}
	four := func(s string) []string { return []string{s, s, s, s} }
	before := []string{"1 create", "1 translate", "1 translate", "1 translate", "1 submit", "1 approve", "1 approve", "1 schedule", "1 publish"}
	want := slices.Concat(before, four("1 post"), four("1 crosspost"),
		[]string{"1 correct", "1 translate", "1 submit", "1 approve", "1 publish", "1 withdraw"},
		[]string{"2 create", "2 translate", "2 translate", "2 translate", "2 submit", "2 approve", "2 approve", "2 publish"},
		four("2 post"), four("2 crosspost"), []string{"2 expire"})
	slices.Sort(want)
	slices.Sort(verbs)
	if diff := gocmp.Diff(want, verbs); diff != "" {
		c.t.Errorf("log (-want +got):\n%s", diff)
	}
}

func openEmbedded(t *testing.T) store.Store {
	t.Helper()
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openRedis(t *testing.T, server *storetest.Redis) store.Store {
	t.Helper()
	inner, err := redis.Open(server.URL(), redis.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := store.NewResilient(inner, store.ResilientOptions{Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestModerators: the life of updates through Discord, by two moderators in four
// languages, on both stores.
func TestModerators(t *testing.T) {
	t.Run("redis", func(t *testing.T) {
		server := storetest.StartRedis(t)
		c := newCommunity(t)
		p := c.run(openRedis(t, server))
		c.setUp()
		c.story()
		c.checkLog(p)
	})
	t.Run("embedded", func(t *testing.T) {
		s := openEmbedded(t)
		c := newCommunity(t)
		p := c.run(s)
		c.setUp()
		c.story()
		c.checkLog(p)
	})
}

// TestModeratorsTwoProcesses: the same with two processes on one Redis that is restarted
// now and then, and a Discord that fails: answers that get lost, limits, errors.
func TestModeratorsTwoProcesses(t *testing.T) {
	server := storetest.StartRedis(t)
	c := newCommunity(t)
	c.run(openRedis(t, server))
	p := c.run(openRedis(t, server))
	c.setUp()
	trouble := func() {
		posts := "/channels/*/messages"
		c.d.LoseAnswerNext("POST", posts, 2)
		c.d.LimitNext("POST", posts, 1200*time.Millisecond, "user", 1)
		c.d.FailNext("POST", posts, 500, 1)
		c.d.HangNext("POST", posts, 2*time.Second, 1)
		c.d.FailNext("GET", posts, 503, 2)
		c.d.LoseAnswerNext("POST", "/channels/*/messages/*/crosspost", 2)
		c.d.LoseAnswerNext("PATCH", "/channels/*/messages/*", 2)
		c.d.FailNext("PATCH", "/channels/*/messages/*", 502, 1)
	}
	ctx, stop := context.WithCancel(context.Background())
	var troubled sync.WaitGroup
	troubled.Go(func() {
		for range 4 {
			trouble()
			select {
			case <-ctx.Done():
				return
			case <-time.After(4 * time.Second):
			}
		}
	})
	t.Cleanup(func() { stop(); troubled.Wait() })
	c.draft("1")
	server.Restart()
	// While Redis is away the moderators' acts may fail, and are told so; here it is back.
	storetest.Eventually(t, patience, "the store is back", func() bool {
		_, err := p.service.Board(context.Background(), c.guild.ID, updates.BoardFilter{})
		return err == nil
	})
	c.want("publishing", c.slash(c.aiko, "update publish", discordtest.Options{"update": "1"}), c.say("en", "updates.done.published"))
	server.Kill()
	time.Sleep(300 * time.Millisecond)
	server.Start()
	c.posts(1, func(code language.Code) string { return fair(code).Title })
	storetest.Eventually(t, patience, "the store is back", func() bool {
		_, err := p.service.Board(context.Background(), c.guild.ID, updates.BoardFilter{})
		return err == nil
	})
	c.slash(c.binh, "update withdraw", discordtest.Options{"update": "1", "reason": "wrong"})
	c.posts(1, func(code language.Code) string { return c.say(code, "updates.withdrawn") })
}

// TestOutsiders: someone without the role can do nothing by any path that Discord has,
// not even one who manages the server.
func TestOutsiders(t *testing.T) {
	c := newCommunity(t)
	p := c.run(openEmbedded(t))
	c.setUp()
	c.draft("1")
	act := updates.Act{ID: "look", Guild: c.guild.ID, By: updates.Actor{ID: c.aiko.ID, Roles: []string{c.mods.ID}}}
	before, err := p.service.Get(context.Background(), act, "1")
	if err != nil {
		t.Fatal(err)
	}
	list := c.slash(c.aiko, "update list", nil)
	card := c.see(c.d.Pick(c.aiko, list.Message, list.Selects[0].CustomID, "1"))
	public := c.d.Mention(c.reader["en"], c.room, "hello")
	refused := c.say("en", "error.not-allowed.title")
	for name, u := range map[string]*discordtest.User{"a member": c.reader["en"], "the manager": c.owner} {
		for _, command := range []string{"update list", "update review", "update history", "update roles", "knowledge stale", "knowledge gaps"} {
			if r := c.see(c.d.ForceSlash(u, c.room, command, nil)); !strings.Contains(r.Text, refused) {
				t.Errorf("/%s by %s:\n%s", command, name, r.Text)
			}
		}
		for command, options := range map[string]discordtest.Options{
			"update new":        {"language": "en", "category": "event", "area": "visa"},
			"update translate":  {"update": "1", "language": "en"},
			"update preview":    {"update": "1"},
			"update submit":     {"update": "1"},
			"update publish":    {"update": "1"},
			"update correct":    {"update": "1"},
			"update withdraw":   {"update": "1", "reason": "wrong"},
			"knowledge verify":  {"thing": "topic/job-search"},
			"knowledge suspend": {"thing": "topic/job-search", "reason": "x"},
			"knowledge resume":  {"thing": "topic/job-search"},
		} {
			if r := c.see(c.d.ForceSlash(u, c.room, command, options)); !strings.Contains(r.Text, refused) {
				t.Errorf("/%s by %s:\n%s", command, name, r.Text)
			}
		}
		var last *discordtest.Interaction
		for _, b := range card.Buttons {
			last = c.d.ForcePress(u, public, b.CustomID)
			if r := c.see(last); !strings.Contains(r.Text, refused) {
				t.Errorf("button %s by %s:\n%s", b.CustomID, name, r.Text)
			}
		}
		for _, custom := range []string{"m1:update-sent:text:1:1:en", "m1:update-sent:details:1:1", "m1:update-sent:return:1:1", "m1:update-sent:schedule:1:1",
			"m1:update-sent:withdraw:1:1", "m1:update-sent:new:::en:event:visa", "m1:mend-sent:topic/job-search"} {
			r := c.see(c.d.ForceSubmit(u, last, custom, map[string][]string{"title": {"x"}, "body": {"y"}, "note": {"z"}, "at": {"2027-01-01 09:00"}, "reason": {"wrong"}}))
			if !strings.Contains(r.Text, refused) {
				t.Errorf("form %s by %s:\n%s", custom, name, r.Text)
			}
		}
	}
	after, err := p.service.Get(context.Background(), act, "1")
	if diff := gocmp.Diff(before, after); err != nil || diff != "" {
		t.Errorf("the update changed: %v\n%s", err, diff)
	}
	for _, ch := range c.news {
		if n := len(c.wrote(ch)); n != 0 {
			t.Errorf("%s has %d messages", ch.Name, n)
		}
	}
}

// TestMending: what moderators suspend is gone from the next answer on, for everybody, in
// all languages and in direct messages, and a check shows its date.
func TestMending(t *testing.T) {
	server := storetest.StartRedis(t)
	c := newCommunity(t)
	c.run(openRedis(t, server))
	c.run(openRedis(t, server)) // whichever of the two answers
	c.setUp()
	const topic = "minimum-wage"
	look := func(code language.Code, ch *discordtest.Channel) string {
		t.Helper()
		return c.d.Slash(c.reader[code], ch, "topic", discordtest.Options{"topic": topic}).Await(patience).Text
	}
	shown := func(want bool) {
		t.Helper()
		for code, u := range c.reader {
			for _, ch := range []*discordtest.Channel{c.room, c.d.DMChannel(u)} {
				text := look(code, ch)
				if withheld := strings.Contains(text, c.say(code, "handover.suspended-title")); withheld == want {
					t.Errorf("in %s, %s: suspended %v, want %v\n%s", code, ch.Name, withheld, !want, text)
				}
			}
		}
	}
	shown(true)
	list := c.d.Autocomplete(c.aiko, c.room, "knowledge suspend", "thing", discordtest.Options{"thing": topic, "reason": ""}).Await(patience)
	if !slices.ContainsFunc(list.Choices, func(x discordtest.Choice) bool { return x.Value == "topic/"+topic }) {
		t.Errorf("choices %+v", list.Choices)
	}
	card := c.slash(c.aiko, "knowledge verify", discordtest.Options{"thing": "topic/" + topic})
	form := c.press(c.aiko, card.Message, "m1:mend-form:topic/"+topic)
	c.want("the suspension", c.submit(c.aiko, form, map[string]string{"reason": "The wages rose today."}), c.say("en", "updates.done.suspended"))
	shown(false)
	c.want("the second", c.slash(c.binh, "knowledge resume", discordtest.Options{"thing": "topic/" + topic}), c.say("en", "updates.done.resumed"))
	shown(true)
	line := c.words.Text("en", "helpline.checked", locales.Data{"Date": knowledge.FormatAsOf(knowledge.Day(c.now()), "en")})
	c.slash(c.aiko, "knowledge verify", discordtest.Options{"thing": "helpline/labour-standards-advice-hotline"})
	if text := look("en", c.room); !strings.Contains(text, line) {
		t.Errorf("the answer lacks %q:\n%s", line, text)
	}
	c.want("the list", c.slash(c.binh, "knowledge stale", nil), c.say("en", "updates.stale.title"))
	c.want("the gaps", c.slash(c.binh, "knowledge gaps", nil), c.say("en", "updates.gaps.title"))
}

// TestSubscribers: a role for who wants it, given by Discord's own rules: never one that
// has rights, and what the bot may not give is told.
func TestSubscribers(t *testing.T) {
	c := newCommunity(t)
	c.run(openEmbedded(t))
	c.setUp()
	plain := c.d.NewRole(c.guild, "news-visa", 0)
	strong := c.d.NewRole(c.guild, "strong", discordtest.PermissionManageMessages)
	locked := c.d.NewRole(c.guild, "locked", 0)
	c.d.LockRole(locked)
	keeper := c.d.NewRole(c.guild, "keepers", discordtest.DefaultPermissions|discordtest.PermissionManageRoles|discordtest.PermissionManageMessages)
	c.d.Join(c.guild, c.aiko, c.mods, keeper)
	c.want("a role with rights", c.slash(c.aiko, "update roles", discordtest.Options{"subscription": "area:visa", "role": strong}), c.say("en", "error.harmful-role.title"))
	c.want("a role", c.slash(c.aiko, "update roles", discordtest.Options{"subscription": "area:visa", "role": plain}), c.say("en", "updates.done.role"))
	c.slash(c.aiko, "update roles", discordtest.Options{"subscription": "area:rights", "role": locked})
	u := c.reader["en"]
	m := c.slash(u, "updates subscribe", nil)
	menu := func(m discordtest.Message) string {
		for _, s := range m.Selects {
			if strings.HasSuffix(s.CustomID, ":area") {
				return s.CustomID
			}
		}
		t.Fatalf("no menu of areas:\n%s", m.Text)
		return ""
	}
	m = c.see(c.d.Pick(u, m.Message, menu(m.Message), "area:visa"))
	if got := c.d.MemberRoles(c.guild, u); !slices.Equal(got, []string{plain.ID}) {
		t.Errorf("roles %v", got)
	}
	m = c.see(c.d.Pick(u, m.Message, menu(m.Message), "area:rights"))
	if got := c.d.MemberRoles(c.guild, u); len(got) != 0 {
		t.Errorf("roles %v", got)
	}
	c.want("a role the bot may not give", m, fmt.Sprintf("<@&%s>", locked.ID))
}
