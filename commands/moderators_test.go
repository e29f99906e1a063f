package commands

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/updates"
)

// Someone without the role can do none of it: not by a command, not while typing, not
// by a button or form that is not theirs, not with every right Discord has.
func TestModeratorsOnly(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.begin("en")
	o.command("knowledge suspend", "thing", "topic/minimum-wage", "reason", "It changed.")
	before, version := o.logged(), o.get("1").Version
	refused := func(what string, r Response) {
		t.Helper()
		if r.Card == nil || titleOf(r) != o.r.say(r.Card.Language, "error.not-allowed.title") {
			t.Errorf("%s by someone without the role:\n%s", what, drawResponse(r))
		}
		if o.logged() != before || o.get("1").Version != version {
			t.Fatalf("%s by someone without the role changed something", what)
		}
	}
	for name, become := range map[string]func(){
		"without anything":                 func() { o.as(stranger); o.perms = 0 },
		"with other roles":                 func() { o.as(stranger, "1", "600000000000000002"); o.perms = 0 },
		"with all permissions, as manager": func() { o.as(stranger); o.perms = ^uint64(0) },
	} {
		become()
		for _, c := range o.r.commands {
			if c.Name != "update" && c.Name != "knowledge" {
				continue
			}
			for _, sub := range c.Options {
				q := o.request(KindCommand)
				q.Name = c.Name + " " + sub.Name
				q.Options = map[string]Option{"update": {String: "1"}, "language": {String: "en"}, "category": {String: "event"}, "area": {String: "visa"},
					"reason": {String: "wrong"}, "thing": {String: "topic/minimum-wage"}, "subscription": {String: "area:visa"}, "role": {ID: "777"}, "at": {String: "12/20 9:00"}}
				refused("/"+q.Name+" "+name, o.do(q))
				q.Kind, q.ID = KindAutocomplete, ""
				for _, option := range sub.Options {
					if q.Focused = option.Name; option.Autocomplete {
						if r := o.do(q); len(r.Choices) > 0 {
							t.Errorf("/%s offers %v to someone without the role", q.Name, r.Choices)
						}
					}
				}
			}
		}
		v := func() []Action {
			n := "1"
			var list []Action
			for _, what := range []string{"show", "pick", "list", "queue", "read", "preview", "submit", "recall", "approve", "publish", "unschedule", "correct", "drop", "drop-now", "repost", "history"} {
				list = append(list, Do("update", what, "1", n))
			}
			for _, what := range []string{"text", "details", "return", "schedule", "withdraw", "again"} {
				list = append(list, Do("update-form", what, "1", n, "en"))
			}
			for _, what := range []string{"pick", "stale", "gaps", "verify", "resume", "confirm", "history"} {
				list = append(list, Do("mend", what, "topic/minimum-wage"))
			}
			return append(list, Do("mend-form", "topic/minimum-wage"), Do("line", o.guildID+".log.1", "1"))
		}()
		for _, a := range v {
			q := o.request(KindComponent)
			q.Action, q.Values = a, []string{"1"}
			refused("button "+a.ID()+" "+name, o.do(q))
		}
		for _, a := range []Action{Do("update-sent", "new", "", "", "en", "event", "visa"), Do("update-sent", "text", "1", "1", "en"), Do("update-sent", "details", "1", "1"),
			Do("update-sent", "return", "1", "1"), Do("update-sent", "schedule", "1", "1"), Do("update-sent", "withdraw", "1", "1"), Do("mend-sent", "topic/minimum-wage")} {
			q := o.request(KindModal)
			q.Action = a
			q.Fields = map[string][]string{"title": {"x"}, "body": {"y"}, "note": {"z"}, "reason": {"wrong"}, "at": {"12/20 9:00"}}
			refused("form "+a.ID()+" "+name, o.do(q))
		}
	}
	// The buttons of a preview open no draft to others.
	o.as(stranger)
	q := o.request(KindComponent)
	q.Action = Do("news", o.guildID+".1.en.preview", "en")
	if r := o.do(q); strings.Contains(drawResponse(r), newsTexts("en").Body) {
		t.Errorf("a draft is shown:\n%s", drawResponse(r))
	}
	// Nor does any of it work from another server, in a direct message, or where the
	// bot is not installed.
	for name, where := range map[string]func(*Request){
		"another server":    func(q *Request) { q.GuildID = "200000000000000002" },
		"a direct message":  func(q *Request) { q.GuildID, q.Direct = "", true },
		"without being in":  func(q *Request) { q.Installed = false },
		"no roles in event": func(q *Request) { q.Roles = nil },
	} {
		q := o.request(KindComponent)
		q.UserID, q.Roles, q.Permissions = aiko, []string{modRole}, 0
		q.Action = Do("update", "show", "1", "1")
		where(&q)
		r := o.handle(q)
		if strings.Contains(drawResponse(r), newsTexts("en").Title) {
			t.Errorf("%s: the draft is shown:\n%s", name, drawResponse(r))
		}
	}
}

// As long as no role is set those who manage the server may, and nobody else.
func TestNoRoleSet(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.set(func(s *Settings) { s.ModeratorRole = "" })
	o.as(stranger)
	o.perms = permissionManageMessages
	o.command("update list")
	o.titleIs("error.not-allowed.title")
	o.perms = permissionManageServer
	o.command("update list")
	o.titleIs("updates.list.title")
}

// A form whose content can't be saved comes back with what was typed, and opens again
// with it on the newest version.
func TestTypedComesBack(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.begin("en")
	mine := "On 20 December there is a job fair for foreign workers in Nagoya. Bring your residence card and a CV in Japanese."
	o.command("update translate", "update", "1", "language", "en")
	opened := o.last
	o.as(binh, modRole)
	o.command("update translate", "update", "1", "language", "en")
	o.send("title", "By Binh")
	o.as(aiko, modRole)
	o.last = opened
	r := o.send("body", mine)
	o.titleIs("updates.changed.title")
	if s := drawResponse(r); !strings.Contains(s, mine) || !strings.Contains(s, "<@"+binh+">") {
		t.Errorf("what was typed, or who was faster, is missing:\n%s", s)
	}
	if got := o.get("1").Work.Texts["en"].Title; got != "By Binh" {
		t.Errorf("the first editor's title is now %q", got)
	}
	r = o.push("update-form", "again")
	if r.Modal == nil || r.Modal.Fields[1].Value != mine {
		t.Fatalf("the form does not open with what was typed:\n%s", drawResponse(r))
	}
	o.send("title", "By both")
	if got := o.get("1").Work.Texts["en"]; got.Body != mine || got.Title != "By both" {
		t.Errorf("saved %+v", got)
	}
}

// Over-long texts are kept whole, told, and can be mended.
func TestLongText(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	long := strings.TrimSpace(strings.Repeat("There is a job fair for foreign workers in Nagoya, and it is free. ", 55))
	o.command("update new", "language", "en", "category", "event", "area", "regions")
	r := o.send("title", newsTexts("en").Title, "body", long, "expires", "2026-12-20", "source", newsSource)
	if got := o.get("1").Work.Texts["en"].Body; got != long {
		t.Errorf("kept %d of %d characters", len(got), len(long))
	}
	if s := drawResponse(r); !strings.Contains(s, "2200") {
		t.Errorf("the limit is not told:\n%s", s)
	}
	o.command("update submit", "update", "1")
	o.titleIs("updates.not-yet")
	r = o.command("update translate", "update", "1", "language", "en")
	if r.Modal.Fields[1].Value != long {
		t.Error("the form does not open with the whole text")
	}
}

// failing is a store whose documents can't be reached while down is set.
type failing struct {
	store.Store
	down *bool
}

func (f failing) Load(ctx context.Context, c, id string) (store.Doc, error) {
	if *f.down {
		return store.Doc{}, store.ErrUnavailable
	}
	return f.Store.Load(ctx, c, id)
}

func (f failing) Write(ctx context.Context, ops ...store.Op) ([]store.Result, error) {
	if *f.down {
		return nil, store.ErrUnavailable
	}
	return f.Store.Write(ctx, ops...)
}

// While the store is away a form that was filled in is not lost.
func TestTypedWithoutStore(t *testing.T) {
	down := false
	o := newOffice(t, fewBase, func(s store.Store) store.Store { return failing{s, &down} })
	o.command("update new", "language", "vi", "category", "event", "area", "regions")
	down = true
	txt := newsTexts("vi")
	r := o.send("title", txt.Title, "body", txt.Body, "expires", "2026-12-20", "source", newsSource)
	s := drawResponse(r)
	for _, want := range []string{txt.Title, txt.Body, newsSource} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is lost:\n%s", want, s)
		}
	}
	down = false
	o.push("update-form", "again")
	o.send()
	if got := o.get("1").Work.Texts["vi"]; got != txt {
		t.Errorf("saved %+v", got)
	}
	// A long one comes as a file.
	o.command("update translate", "update", "1", "language", "en")
	down = true
	long := strings.TrimSpace(strings.Repeat("There is a job fair for foreign workers in Nagoya, and it is free. ", 50))
	r = o.send("title", "A fair", "body", long)
	if len(r.Files) != 1 || !strings.Contains(string(r.Files[0].Data), long) {
		t.Errorf("the long text is lost:\n%s", drawResponse(r))
	}
}

// Published news stands under the answers it concerns, in each language; where there is
// no translation it says so. It goes when it is withdrawn.
func TestNewsInAnswers(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.begin("en")
	o.command("update translate", "update", "1", "language", "my")
	o.send("title", newsTexts("my").Title, "body", newsTexts("my").Body)
	o.publish()
	o.as(stranger)
	look := func(code language.Code, topic, place string) string {
		o.command("language", "language", string(code))
		s := subject{Topic: topic, Code: code}
		if place != "" {
			s.Prefectures = []string{place}
		}
		return drawResponse(o.pressed(s.do("topic")))
	}
	for _, code := range language.Codes() {
		in := code
		if code != "my" {
			in = "en"
		}
		for _, topic := range []string{"job-search", "prefecture-profile"} {
			s := look(code, topic, "23")
			for _, want := range []string{o.r.say(code, "news.heading"), newsTexts(in).Title, newsTexts(in).Body, newsSource, o.r.say(code, "updates.by-two"), formatDay(o.now, code)} {
				if !strings.Contains(s, want) {
					t.Errorf("%s in %s lacks %q:\n%s", topic, code, want, s)
				}
			}
			note := o.r.fill(code, "news.untranslated", map[string]any{"Language": o.r.say(code, "language."+string(in))})
			if strings.Contains(s, note) != (in != code) {
				t.Errorf("%s in %s: the note of a missing translation: %v\n%s", topic, code, in != code, s)
			}
		}
		if s := look(code, "prefecture-profile", "13"); strings.Contains(s, newsTexts(in).Title) {
			t.Errorf("news for Aichi under an answer about Tokyo:\n%s", s)
		}
	}
	o.as(binh, modRole)
	o.command("update withdraw", "update", "1", "reason", "wrong")
	o.as(stranger)
	for _, code := range language.Codes() {
		if s := look(code, "job-search", "23"); strings.Contains(s, o.r.say(code, "news.heading")) {
			t.Errorf("withdrawn and still shown in %s:\n%s", code, s)
		}
	}
}

// What is suspended vanishes at once from everything that is shown, in all languages,
// and comes back.
func TestSuspendedVanishes(t *testing.T) {
	o := newOffice(t, allBase, nil)
	base := o.r.Engine.Base()
	const line = "fresc-help-desk"
	var phones []string
	for _, c := range base.Services[line].Channels {
		if c.Phone != "" && c.Dialable {
			phones = append(phones, c.Phone)
		}
	}
	slices.Sort(phones)
	phones = slices.Compact(phones)
	if len(phones) == 0 {
		t.Fatal("the help line has no number")
	}
	ctx := context.Background()
	seen := func(code language.Code) (topic, number int) {
		v := o.visitor(code)
		var all strings.Builder
		for _, slug := range base.Slugs {
			reply, err := o.r.again(ctx, v, subject{Topic: slug, Code: code})
			if err != nil {
				t.Fatal(err)
			}
			if slug == "minimum-wage" && reply.Outcome == conversation.Answer {
				topic++
			}
			for _, option := range append(reply.Related, reply.Choices...) {
				if option.Topic == "minimum-wage" {
					topic++
				}
			}
			if slug == "minimum-wage" {
				continue // its own card leads back to itself
			}
			all.WriteString(drawCard(o.r.brief(ctx, v, reply, subject{Topic: slug, Code: code}, mood{})))
			pages := paginate(o.r.pieces(reply, nil), pageUnits)
			for n := range pages {
				all.WriteString(drawCard(o.r.detailsCard(reply, subject{Topic: slug, Code: code}, n+1, nil)))
			}
			all.WriteString(drawCard(o.r.personCard(v, reply, subject{Topic: slug, Code: code}, nil)))
		}
		for page := 1; page <= 12; page++ {
			all.WriteString(drawCard(o.r.hotlineCard(v, code, "", page)))
		}
		for _, a := range knowledge.Areas() {
			for page := 1; page <= 3; page++ {
				all.WriteString(drawCard(o.r.areaCard(v, a, code, page)))
			}
		}
		topic += strings.Count(all.String(), "topic minimum-wage ") + strings.Count(all.String(), "{minimum-wage}")
		for _, p := range phones {
			number += strings.Count(all.String(), p)
		}
		return topic, number
	}
	for _, code := range language.Codes() {
		if topic, number := seen(code); topic == 0 || number == 0 {
			t.Fatalf("in %s the topic is shown %d times and the number %d times before", code, topic, number)
		}
	}
	o.command("knowledge suspend", "thing", "topic/minimum-wage", "reason", "It changed.")
	o.command("knowledge suspend", "thing", "helpline/"+line, "reason", "The number is dead.")
	for _, code := range language.Codes() {
		if topic, number := seen(code); topic != 0 || number != 0 {
			t.Errorf("in %s the suspended topic is shown %d times and the number %d times", code, topic, number)
		}
	}
	o.command("knowledge resume", "thing", "topic/minimum-wage")
	o.command("knowledge resume", "thing", "helpline/"+line)
	if topic, number := seen("en"); topic == 0 || number == 0 {
		t.Error("not shown again")
	}
}

// A check shows its date in the answer, and an old fact is no longer called old.
func TestVerifiedShows(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.now = o.now.AddDate(1, 6, 0)
	look := func() conversation.Reply {
		v := o.visitor("en")
		reply, err := o.r.again(context.Background(), v, subject{Topic: "minimum-wage", Code: "en"})
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	old := func(r conversation.Reply) bool {
		return slices.ContainsFunc(r.Notices, func(n conversation.Notice) bool { return n.Kind == conversation.NoticeStale })
	}
	if !old(look()) {
		t.Fatal("nothing is past its review")
	}
	for id, topics := range o.r.uses {
		if slices.Contains(topics, "minimum-wage") {
			o.command("knowledge verify", "thing", "fact/"+id)
		}
	}
	for _, p := range o.r.Engine.Base().Prefectures {
		o.command("knowledge verify", "thing", "fact/min-wage."+strings.ToLower(p.Name.English))
	}
	r := look()
	if old(r) {
		t.Error("still called old after the check")
	}
	if want := knowledge.Day(o.now); len(r.Sources) == 0 || r.Sources[0].AsOf != want {
		t.Errorf("sources %+v, want %s", r.Sources, want)
	}
	o.command("knowledge verify", "thing", "helpline/labour-standards-advice-hotline")
	h, ok := o.r.engine(context.Background(), o.visitor("vi")).Helpline("vi", "labour-standards-advice-hotline", o.now)
	if want := o.r.fill("vi", "helpline.checked", map[string]any{"Date": formatDay(o.now, "vi")}); !ok || !strings.Contains(h.Note, want) {
		t.Errorf("the help line says %q, want %q", h.Note, want)
	}
}

// The stale list puts what is asked often and waits long first, and leaves out what a
// moderator has checked.
func TestStale(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.now = o.now.AddDate(2, 0, 0)
	asked := map[string]int64{"job-search": 50, "minimum-wage": 2}
	list := o.r.staleThings(o.now, updates.Mending{}, asked)
	if len(list) < 10 {
		t.Fatalf("only %d", len(list))
	}
	for i, s := range list {
		if s.days < 1 || i > 0 && s.weight() > list[i-1].weight() {
			t.Fatalf("out of order at %d: %+v after %+v", i, s, list[max(i-1, 0)])
		}
	}
	if first := list[0]; first.asked < 50 {
		t.Errorf("first is %+v", first)
	}
	first := list[0].thing
	o.command("knowledge verify", "thing", thingID(first))
	after := o.r.staleThings(o.now, o.service.Mending(context.Background(), o.guildID), asked)
	if len(after) != len(list)-1 || slices.ContainsFunc(after, func(s staleThing) bool { return s.thing == first }) {
		t.Error("what was checked is still listed")
	}
}

// Subscribers get harmless roles only, set by those who may hand out roles.
func TestSubscriberRoles(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.command("update roles", "subscription", "area:visa", "role", "777")
	o.titleIs("error.roles.title") // a moderator without the right to hand out roles
	o.perms = permissionManageRoles
	o.command("update roles", "subscription", "area:visa", "role", "666")
	o.titleIs("error.harmful-role.title")
	o.command("update roles", "subscription", "area:visa", "role", o.guildID)
	o.titleIs("error.not-allowed.title")
	o.command("update roles", "subscription", "area:visa", "role", "777")
	o.command("update roles", "subscription", "prefecture:24", "role", "778")
	o.perms = 0
	o.as(stranger)
	o.pressed(Do("news-set", "en", "area"), "area:visa", "area:moon", "prefecture:24")
	o.pressed(Do("news-set", "en", "west"), "prefecture:25")
	if diff := cmp.Diff(map[string]bool{stranger + "/777": true}, o.members.roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	o.roles = []string{"777"}
	o.pressed(Do("news-set", "en", "area"))
	if o.members.roles[stranger+"/777"] {
		t.Error("the role was not taken away")
	}
	// A role that got rights later is not given any more.
	o.roles, o.members.roles = nil, map[string]bool{}
	o.members.harmful["777"] = true
	r := o.pressed(Do("news-set", "en", "area"), "area:visa")
	if len(o.members.roles) != 0 || !strings.Contains(drawResponse(r), "<@&777>") {
		t.Errorf("given all the same, or not told: %v\n%s", o.members.roles, drawResponse(r))
	}
}

// Whatever comes in the custom id of a moderators' button, it is no fault of ours.
func TestForgedModeratorActions(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.begin("en")
	random := rand.New(rand.NewPCG(3, 4))
	parts := []string{"", "en", "xx", "1", "2", "-1", "0", "99999999999999999999", "text", "new", "details", "topic/minimum-wage", "topic/", "/", "fact/x",
		"200000000000000001.1.en.e1", "....", "pick", "list", "\x00", "<@1>", "again", "more", "area", "area:visa", o.guildID}
	o.r.Log = nopLog()
	for _, name := range slices.Sorted(maps.Keys(o.r.actions)) {
		if !strings.HasPrefix(name, "update") && !strings.HasPrefix(name, "mend") && !strings.HasPrefix(name, "news") && name != lineAction {
			continue
		}
		for range 150 {
			q := o.request([]Kind{KindComponent, KindModal}[random.IntN(2)])
			q.Action = Action{Name: name}
			for range random.IntN(6) {
				q.Action.Args = append(q.Action.Args, parts[random.IntN(len(parts))])
			}
			for range random.IntN(3) {
				q.Values = append(q.Values, parts[random.IntN(len(parts))])
			}
			q.Roles = o.roles
			r := o.r.Handle(context.Background(), q)
			if r.Card != nil && titleOf(r) == o.r.say(r.Card.Language, "error.ours.title") {
				t.Errorf("%s %q %q is taken for a fault of ours", name, q.Action.Args, q.Values)
			}
		}
	}
	o.get("1") // it is still there, and can be read
}

// Longest content in every language still fits one message, out, withdrawn and expired.
func TestLongestPostFits(t *testing.T) {
	o := newOffice(t, allBase, nil)
	topics := o.r.Engine.Base().Slugs[:updates.MaxTopics]
	var all []string
	for _, p := range o.r.Engine.Base().Prefectures {
		all = append(all, p.Code)
	}
	fill := func(s string, n int) string {
		s = strings.Repeat(s, n/units(s)+1)
		head, _ := cut(s, n)
		return head
	}
	for _, code := range language.Codes() {
		for _, in := range language.Codes() {
			txt := newsTexts(in)
			n := updates.Notice{Guild: o.guildID, ID: "123456", Edition: 99, Reader: code, Language: in, Others: language.Codes(),
				Details: updates.Details{Category: updates.Deadline, Area: "regions", Prefectures: all, Topics: topics, Expires: o.now, Source: "https://" + strings.Repeat("a", updates.MaxSource-8)},
				Text:    updates.Text{Title: fill(txt.Title, updates.MaxTitle), Body: fill(txt.Body, updates.MaxBody), Change: fill(txt.Body, updates.MaxChange)},
				First:   o.now, Since: o.now, Ended: o.now, Reason: updates.ReasonDuplicate}
			for _, state := range []updates.State{updates.Published, updates.Corrected, updates.Withdrawn, updates.Expired} {
				n.State = state
				mark := strings.Join([]string{n.Guild, n.ID, string(code), string(state)}, ".")
				card := PostCard(o.r.Words, o.r.Engine.Base(), updates.Post{Notice: &n, Mark: mark, Ping: modRole})
				if text, components := card.Size(); text > maxUnits || components > maxComponents {
					t.Errorf("%s for %s in %s has %d units and %d components", state, code, in, text, components)
				}
				if s := drawCard(card); state != updates.Withdrawn && !strings.Contains(s, n.Text.Body) {
					t.Errorf("%s for %s in %s is cut", state, code, in)
				}
				found := false
				for _, actions := range actionsOf(Response{Card: &card}) {
					for _, a := range actions {
						if got, ok := PostMark(a.ID()); ok && got == mark {
							found = true
						}
					}
				}
				if !found {
					t.Errorf("%s for %s carries no mark", state, code)
				}
			}
		}
	}
}

// The switch of the second pair of eyes stands in the log.
func TestSettingLogged(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.perms = permissionManageServer
	o.pressed(Do("settings-set", "en", "review", "off"))
	r := o.command("update history")
	if s := drawResponse(r); !strings.Contains(s, "<@"+aiko+"> changed a setting: Second pair of eyes") || !strings.Contains(s, o.r.say("en", "updates.log.alone")) {
		t.Errorf("the log says\n%s", s)
	}
}

// The list of choices while typing is quick and in the person's language.
func TestCompleteUpdates(t *testing.T) {
	o := newOffice(t, fewBase, nil)
	o.begin("ja")
	o.locale = "ja"
	q := o.request(KindAutocomplete)
	q.Name, q.Focused, q.Options = "update submit", "update", map[string]Option{"update": {String: "愛知"}}
	r := o.do(q)
	if len(r.Choices) != 1 || r.Choices[0].Value != "1" || !strings.Contains(r.Choices[0].Name, newsTexts("ja").Title) {
		t.Errorf("choices %v", r.Choices)
	}
	q.Name = "update correct"
	if r = o.do(q); len(r.Choices) != 0 {
		t.Errorf("a draft is offered for correction: %v", r.Choices)
	}
	q.Name, q.Focused, q.Options = "knowledge suspend", "thing", map[string]Option{"thing": {String: "labour standards advice"}}
	o.locale = "en-GB"
	began := time.Now()
	if r = o.do(q); !slices.ContainsFunc(r.Choices, func(c Choice) bool { return c.Value == "helpline/labour-standards-advice-hotline" }) {
		t.Errorf("choices %v", r.Choices)
	}
	t.Logf("in %s", time.Since(began))
}
