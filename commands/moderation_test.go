package commands

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/updates"
)

// The people of the moderators' tests and their role.
const (
	modRole  = "600000000000000001"
	aiko     = "300000000000000011" // moderator
	binh     = "300000000000000012" // moderator
	stranger = "300000000000000099"
)

// postbox is where posts go in the tests.
type postbox struct {
	list []posting
}

type posting struct {
	updates.Post
	id string
}

func (p *postbox) Create(_ context.Context, post updates.Post) (updates.Message, error) {
	p.list = append(p.list, posting{post, strconv.Itoa(len(p.list) + 1)})
	return updates.Message{ID: p.list[len(p.list)-1].id, Marks: []string{post.Mark}}, nil
}

func (p *postbox) Edit(_ context.Context, message string, post updates.Post) error {
	for i := range p.list {
		if p.list[i].id == message {
			p.list[i].Post = post
		}
	}
	return nil
}

func (p *postbox) Crosspost(context.Context, string, string) error { return nil }

func (p *postbox) Recent(context.Context, string, time.Time) ([]updates.Message, error) {
	return nil, nil
}

// givenRoles are the roles that the bot gave.
type givenRoles struct {
	roles   map[string]bool
	harmful map[string]bool
}

func (g *givenRoles) Harmless(_ context.Context, _, role string) (bool, error) {
	return !g.harmful[role], nil
}

func (g *givenRoles) SetRole(_ context.Context, _, user, role string, has bool) error {
	g.roles[user+"/"+role] = has
	return nil
}

// office is a desk with moderators.
type office struct {
	*desk
	service *updates.Service
	worker  *updates.Worker
	box     *postbox
	members *givenRoles
	roles   []string
}

func newOffice(t *testing.T, base func() (*knowledge.Base, error), wrap func(store.Store) store.Store) *office {
	t.Helper()
	o := &office{box: &postbox{}, members: &givenRoles{roles: map[string]bool{}, harmful: map[string]bool{"666": true}}}
	o.desk = newDesk(t, base, func(d *desk, deps *Deps) {
		o.desk = d
		if wrap != nil {
			deps.Store = wrap(deps.Store)
		}
		d.guildID = "200000000000000001"
		deps.Moderation = NewModeration(deps.Store, ModerationOptions{Base: deps.Engine.Base(), Now: func() time.Time { return o.desk.now }})
		deps.Members = o.members
		o.service = deps.Moderation
	})
	o.r.Limit = Limit{PerSecond: 1000, Burst: 1000}
	o.worker = updates.NewWorker(o.service, o.box, updates.WorkerOptions{Log: slog.New(slog.DiscardHandler)})
	o.set(func(s *Settings) {
		s.ModeratorRole = modRole
		s.Announce = map[language.Code]string{"ja": "400000000000000101", "en": "400000000000000102", "vi": "400000000000000103", "my": "400000000000000104"}
	})
	o.as(aiko, modRole)
	return o
}

func (o *office) set(change func(*Settings)) {
	o.t.Helper()
	if _, err := SaveSettings(context.Background(), o.store, o.guildID, func(s *Settings) error { change(s); return nil }); err != nil {
		o.t.Fatal(err)
	}
}

// as lets another person act.
func (o *office) as(user string, roles ...string) { o.userID, o.roles = user, roles }

func (o *office) do(q Request) Response {
	o.t.Helper()
	q.Roles = o.roles
	return o.handle(q)
}

func (o *office) command(name string, options ...string) Response {
	o.t.Helper()
	q := o.request(KindCommand)
	q.Name = name
	for i := 0; i+1 < len(options); i += 2 {
		q.Options[options[i]] = Option{String: options[i+1], ID: options[i+1]}
	}
	return o.do(q)
}

// push presses the button of the last card with that action and those first arguments.
func (o *office) push(name string, args ...string) Response {
	o.t.Helper()
	for _, card := range append([]Card{deref(o.last.Card)}, o.last.Follow...) {
		for _, a := range actionsOf(Response{Card: &card})[name] {
			if len(a.Args) >= len(args) && slices.Equal(a.Args[:len(args)], args) {
				return o.pressed(a)
			}
		}
	}
	o.t.Fatalf("no button %s %v on\n%s", name, args, drawResponse(o.last))
	return Response{}
}

func deref(c *Card) Card {
	if c == nil {
		return Card{}
	}
	return *c
}

func (o *office) pressed(a Action, values ...string) Response {
	o.t.Helper()
	q := o.request(KindComponent)
	back, err := ParseAction(a.ID())
	if err != nil {
		o.t.Fatal(err)
	}
	q.Action, q.Values, q.Ephemeral = back, values, true
	return o.do(q)
}

// send sends the form that is open: field, text, field, text. Fields not named stay as
// they were filled in.
func (o *office) send(fields ...string) Response {
	o.t.Helper()
	if o.last.Modal == nil {
		o.t.Fatalf("no form is open but\n%s", drawResponse(o.last))
	}
	q := o.request(KindModal)
	q.Action = o.last.Modal.Action
	q.Fields = map[string][]string{}
	for _, f := range o.last.Modal.Fields {
		q.Fields[f.ID] = []string{f.Value}
		for _, x := range f.Options {
			if x.Selected {
				q.Fields[f.ID] = []string{x.Value}
			}
		}
	}
	for i := 0; i+1 < len(fields); i += 2 {
		if _, ok := q.Fields[fields[i]]; !ok {
			o.t.Fatalf("the form has no field %s", fields[i])
		}
		q.Fields[fields[i]] = []string{fields[i+1]}
	}
	return o.do(q)
}

// work lets the worker do all that is due.
func (o *office) work() {
	o.t.Helper()
	for {
		worked, err := o.worker.Step(context.Background())
		if err != nil {
			o.t.Fatal(err)
		}
		if !worked {
			return
		}
	}
}

func (o *office) get(id string) updates.Update {
	o.t.Helper()
	u, err := o.service.Get(context.Background(), updates.Act{ID: "look", Guild: o.guildID, By: updates.Actor{ID: aiko, Roles: []string{modRole}}}, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

func (o *office) logged() int {
	o.t.Helper()
	list, err := o.store.Recent(context.Background(), "updates:"+o.guildID, 0, 1)
	if err != nil {
		o.t.Fatal(err)
	}
	if len(list) == 0 {
		return 0
	}
	return int(list[0].Seq)
}

func (o *office) titleIs(id string) {
	o.t.Helper()
	if o.last.Card == nil || titleOf(o.last) != o.r.say(o.last.Card.Language, id) {
		o.t.Errorf("want the title %q:\n%s", o.r.say("en", id), drawResponse(o.last))
	}
}

// newsTexts are the texts of the tests' news.
func newsTexts(code language.Code) updates.Text {
	switch code {
	case language.Japanese:
		return updates.Text{Title: "愛知で仕事の説明会があります", Body: "12月20日に名古屋市で外国人のための仕事の説明会があります。だれでも無料で参加できます。"}
	case language.Vietnamese:
		return updates.Text{Title: "Hội chợ việc làm ở Aichi", Body: "Ngày 20 tháng 12 có hội chợ việc làm cho người nước ngoài ở Nagoya. Ai cũng có thể tham gia miễn phí."}
	case language.Burmese:
		return updates.Text{Title: "Aichi မှာ အလုပ်ပြပွဲ ရှိပါတယ်", Body: "ဒီဇင်ဘာ ၂၀ ရက်မှာ Nagoya မှာ နိုင်ငံခြားသားတွေအတွက် အလုပ်ပြပွဲ ရှိပါတယ်။ ဘယ်သူမဆို အခမဲ့ လာနိုင်ပါတယ်။"}
	}
	return updates.Text{Title: "A job fair in Aichi", Body: "On 20 December there is a job fair for foreign workers in Nagoya. Everybody can come, and it is free."}
}

const newsSource = "https://www.pref.aichi.jp/jobfair/"

// begin makes a draft by the forms, in the language.
func (o *office) begin(code language.Code) {
	o.t.Helper()
	o.command("update new", "language", string(code), "category", "event", "area", "regions", "prefecture", "Nagoya", "topic", "job-search")
	t := newsTexts(code)
	o.send("title", t.Title, "body", t.Body, "expires", "2026-12-20", "source", newsSource)
}

// publish takes update 1 through review to now.
func (o *office) publish() {
	o.t.Helper()
	o.as(aiko, modRole)
	o.command("update submit", "update", "1")
	o.as(binh, modRole)
	o.command("update review", "update", "1")
	o.push("update", "approve")
	o.push("update", "publish")
	o.work()
}

// script is a transcript of the moderators at work.
type script struct {
	*office
	play *play
}

func (s *script) who() string {
	return map[string]string{aiko: "Aiko", binh: "Binh", stranger: "someone"}[s.userID]
}

func (s *script) note(format string, args ...any) {
	s.play.note("%s", s.who()+" "+fmt.Sprintf(format, args...))
}

func (s *script) command(name string, options ...string) {
	s.t.Helper()
	s.note("/%s %s", name, strings.Join(options, " "))
	s.play.show(s.office.command(name, options...))
}

func (s *script) push(name string, args ...string) {
	s.t.Helper()
	s.note("presses {%s %s}", name, strings.Join(args, " "))
	s.play.show(s.office.push(name, args...))
}

func (s *script) send(fields ...string) {
	s.t.Helper()
	s.note("sends the form: %s", strings.Join(fields, " | "))
	s.play.show(s.office.send(fields...))
}

// text opens the form of a text from the card of update 1.
func (s *script) text(code language.Code) {
	s.t.Helper()
	for _, a := range actionsOf(s.last)["update-form"] {
		if a.Arg(0) == "text" && a.Arg(3) == string(code) {
			s.note("presses {update-form text 1 … %s}", code)
			s.play.show(s.pressed(a))
			return
		}
	}
	s.t.Fatalf("no form for %s", code)
}

// channel shows what is in the channels now.
func (s *script) channel(what string) {
	s.work()
	s.play.note("%s; the channels show", what)
	for _, m := range s.box.list {
		fmt.Fprintf(&s.play.out, "#%s\n%s", m.Channel, drawCard(PostCard(s.r.Words, s.r.Engine.Base(), m.Post)))
	}
}

func moderatorScenes() map[string]func(*script) {
	return map[string]func(*script){"moderate": sceneModerate, "mend": sceneMend, "subscribe": sceneSubscribe}
}

func sceneModerate(s *script) {
	code := s.play.code
	other := language.Code("en")
	if code == other {
		other = "ja"
	}
	t := newsTexts(code)
	s.command("update new", "language", string(code), "category", "event", "area", "regions", "prefecture", "Nagoya", "topic", "job-search")
	s.send("title", t.Title, "body", t.Body+" @everyone [prize](https://discord.gg/win)", "expires", "someday", "source", "https://bit.ly/x")
	s.push("update-form", "details")
	s.send("about", "Aichi\nAtlantis", "expires", "2026-12-20", "source", newsSource)
	s.push("update", "submit")
	s.push("update-form", "details")
	s.send("about", "愛知県\njob-search")
	s.office.command("update translate", "update", "1", "language", string(other))
	s.note("/update translate 1 %s", other)
	s.play.show(s.last)
	s.send("title", newsTexts(other).Title, "body", newsTexts(other).Body)
	s.command("update preview", "update", "1")
	s.command("update submit", "update", "1")
	s.command("update review", "update", "1")
	s.as(binh, modRole)
	s.command("update review")
	s.note("picks #1")
	s.play.show(s.pressed(Do("update", "read", "", ""), "1"))
	s.push("update-form", "return")
	s.send("note", "?")
	s.as(aiko, modRole)
	s.command("update submit", "update", "1")
	s.as(binh, modRole)
	s.command("update review", "update", "1")
	s.push("update", "approve")
	s.command("update publish", "update", "1", "at", "2026-11-30 09:00")
	s.command("update publish", "update", "1", "at", "12/5 9:00")
	s.now = time.Date(2026, 12, 5, 9, 0, 1, 0, knowledge.Japan())
	s.channel("at the time set")
	s.as(stranger)
	s.command("topic", "topic", "job-search")
	s.command("updates list")
	s.note("picks #1")
	s.play.show(s.pressed(Do("news-read", s.guildID), "1"))
	s.command("update list")
	s.as(aiko, modRole)
	s.command("update correct", "update", "1")
	s.text(code)
	s.send("body", t.Body+" (21)", "change", t.Title)
	s.command("update submit", "update", "1")
	s.as(binh, modRole)
	s.command("update review", "update", "1")
	s.push("update", "approve")
	s.push("update", "publish")
	s.channel("corrected")
	s.command("update withdraw", "update", "1", "reason", "outdated", "note", "ok")
	s.channel("withdrawn")
	s.command("update list")
	s.command("update history", "update", "1")
}

func sceneMend(s *script) {
	for range 3 {
		s.office.command("topic", "topic", "minimum-wage")
	}
	s.command("knowledge suspend", "thing", "topic/minimum-wage", "reason", "?!")
	s.as(stranger)
	s.command("topic", "topic", "minimum-wage")
	s.as(binh, modRole)
	s.note("picks it")
	s.play.show(s.pressed(Do("mend", "pick", ""), "topic/minimum-wage"))
	s.push("mend", "confirm")
	s.push("mend", "resume")
	s.command("knowledge verify", "thing", "helpline/fresc-help-desk")
	s.push("mend-form", "helpline/fresc-help-desk")
	s.send("reason", "?!")
	s.now = s.now.AddDate(2, 0, 0)
	s.note("/knowledge stale")
	stale := *s.office.command("knowledge stale").Card
	s.play.show(Response{Private: true, Card: &Card{Language: stale.Language, Blocks: stale.Blocks[:2]}})
	s.command("knowledge gaps")
}

func sceneSubscribe(s *script) {
	s.as(stranger)
	s.command("updates list")
	s.command("updates subscribe")
	s.as(aiko, modRole)
	s.perms = permissionManageRoles
	s.command("update roles")
	s.command("update roles", "subscription", "area:visa", "role", "777")
	s.perms = 0
	s.as(stranger)
	s.command("updates subscribe")
	s.note("picks")
	s.play.show(s.pressed(Do("news-set", string(s.play.code), "area"), "area:visa"))
	s.push("news-board")
	s.command("privacy")
}

// TestModeratorTranscripts writes down what each step of the moderators looks like.
func TestModeratorTranscripts(t *testing.T) {
	for name, scene := range moderatorScenes() {
		for _, code := range language.Codes() {
			t.Run(name+"/"+string(code), func(t *testing.T) {
				o := newOffice(t, fewBase, nil)
				o.locale = map[language.Code]string{language.Japanese: "ja", language.Vietnamese: "vi"}[code]
				if o.locale == "" {
					o.locale = "en-GB"
				}
				p := &play{desk: o.desk, code: code, shown: map[string]int{}}
				if code == language.Burmese {
					for _, who := range []string{aiko, binh, stranger} {
						o.as(who)
						o.command("language", "language", "my")
					}
					o.as(aiko, modRole)
				}
				scene(&script{office: o, play: p})
				golden(t, name+"."+string(code)+".txt", strings.TrimLeft(p.out.String(), "\n"))
			})
		}
	}
}

func nopLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
