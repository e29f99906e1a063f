package commands

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/store"
)

// titleOf returns the first heading of a response.
func titleOf(r Response) string {
	if r.Card != nil {
		for _, b := range r.Card.Blocks {
			if h, ok := b.(Heading); ok {
				return h.Text
			}
		}
	}
	return ""
}

func (d *desk) title(id string, code language.Code) string { return d.r.say(code, id) }

func TestEventOnce(t *testing.T) {
	d := newDesk(t, fewBase)
	q := d.request(KindCommand)
	q.Name = "help"
	if got := d.handle(q); got.Card == nil {
		t.Fatalf("first: %s", drawResponse(got))
	}
	if got := d.handle(q); !got.Ignore {
		t.Errorf("the same event again: %s", drawResponse(got))
	}
	if diff := cmp.Diff([]string{"help ok en", "help duplicate "}, d.counted); diff != "" {
		t.Error(diff)
	}
}

func TestFlood(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	wage := questions(language.English)[askWage]
	flood := func(kind Kind) (answered, told, silent int) {
		for range 60 {
			q := d.request(kind)
			d.now = d.now.Add(-3 * time.Second) // all in the same moment
			q.Now = d.now
			q.Name, q.Text, q.Options["question"] = "ask", wage, Option{String: wage}
			switch got := d.handle(q); {
			case got.Silent:
				silent++
			case got.Card.Tone == Wrong:
				told++
			default:
				answered++
			}
		}
		return answered, told, silent
	}
	answered, told, silent := flood(KindCommand)
	if answered != DefaultLimit().Burst || told != 60-answered || silent != 0 {
		t.Errorf("commands: %d answered, %d told, %d silent; Discord wants an answer to each", answered, told, silent)
	}
	d.userID = "300000000000000002"
	answered, told, silent = flood(KindMessage)
	if answered != DefaultLimit().Burst || told != 1 || silent != 59-answered {
		t.Errorf("messages: %d answered, %d told, %d silent; another person's flood must not count", answered, told, silent)
	}
	d.now = d.now.Add(2 * time.Second)
	if got := d.command("help"); got.Card.Tone == Wrong {
		t.Errorf("two seconds later: %s", drawResponse(got))
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	d := newDesk(t, fewBase, func(_ *desk, deps *Deps) { deps.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	d.r.byName["help"].handle = func(context.Context, *visit) (Response, error) { panic("my secret question") }
	if got, want := titleOf(d.command("help")), d.title("error.ours.title", language.English); got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	if !strings.Contains(log.String(), "panicked") || strings.Contains(log.String(), "secret") {
		t.Errorf("log: %s", log.String())
	}
}

func TestErrorIsLogged(t *testing.T) {
	var log bytes.Buffer
	d := newDesk(t, fewBase, func(_ *desk, deps *Deps) { deps.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	d.r.byName["help"].handle = func(context.Context, *visit) (Response, error) { return Response{}, errors.New("disk full") }
	d.command("help")
	if !strings.Contains(log.String(), "disk full") {
		t.Errorf("a fault of ours is not in the log: %s", log.String())
	}
	log.Reset()
	d.command("region", "prefecture", "Atlantis")
	if log.Len() > 0 {
		t.Errorf("what a person got wrong is in the log: %s", log.String())
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		name                    string
		chosen, session, server language.Code
		locale, guildLocale     string
		want                    language.Code
	}{
		{name: "nothing known", want: language.English},
		{name: "Discord's locale", locale: "vi", want: language.Vietnamese},
		{name: "en-US", locale: "en-US", want: language.English},
		{name: "an unknown locale", locale: "fr", want: language.English},
		{name: "an unknown locale in a Burmese server", locale: "fr", server: language.Burmese, want: language.Burmese},
		{name: "Discord's locale before the server", locale: "ja", server: language.Burmese, want: language.Japanese},
		{name: "a message in a Burmese server", server: language.Burmese, want: language.Burmese},
		{name: "the server's own locale last", guildLocale: "ja", want: language.Japanese},
		{name: "the conversation before the locale", session: language.Burmese, locale: "en-US", want: language.Burmese},
		{name: "the choice before all", chosen: language.Vietnamese, session: language.Burmese, locale: "ja", server: language.English, want: language.Vietnamese},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			d := newDesk(t, fewBase)
			v := &visit{Request: d.request(KindCommand)}
			v.Locale, v.GuildLocale = c.locale, c.guildLocale
			if c.chosen != "" {
				d.r.keep(ctx, v, store.KindPreferences, Preferences{Language: c.chosen}, time.Hour)
			}
			if c.session != "" {
				d.r.keep(ctx, v, store.KindSession, conversation.Session{Language: c.session}, time.Hour)
			}
			if _, err := SaveSettings(ctx, d.store, d.guildID, func(s *Settings) error { s.Language = c.server; return nil }); err != nil {
				t.Fatal(err)
			}
			d.r.meet(ctx, v)
			if v.Code != c.want {
				t.Errorf("speaks %s, want %s", v.Code, c.want)
			}
		})
	}
}

// The language of a text goes before all else; what can't be told by its text follows
// the choice.
func TestLanguageOfText(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	d.command("language", "language", "my")
	if got := d.command("ask", "question", questions(language.Vietnamese)[askWage]).Card.Language; got != language.Vietnamese {
		t.Errorf("a Vietnamese question is answered in %s", got)
	}
	if got := d.command("ask", "question", "???").Card.Language; got != language.Burmese {
		t.Errorf("a question of no language is answered in %s, Burmese was chosen", got)
	}
}

// Buttons work after a restart: all they need is in their ids, or in the store.
func TestRestart(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	restart := func() { d.r = New(d.r.Deps) }
	d.command("ask", "question", questions(language.Vietnamese)[askWage])
	restart()
	if got := d.press("details"); got.Card.Language != language.Vietnamese || got.Card.Tone == Wrong {
		t.Errorf("details: %s", drawResponse(got))
	}
	d.now = d.now.Add(24 * time.Hour)
	restart()
	if got := d.press("topic"); !strings.Contains(drawResponse(got), "Aichi") {
		t.Errorf("back, a day later, without the prefecture: %s", drawResponse(got))
	}
	d.say(questions(language.Vietnamese)[askPassport])
	restart()
	if got := d.press("reveal"); got.Card.Tone == Wrong || !got.Private {
		t.Errorf("reveal: %s", drawResponse(got))
	}
}

// A follow-up leans on what buttons and look-ups showed, not only on what was asked.
func TestSessionFollowsButtons(t *testing.T) {
	d := newDesk(t, fewBase)
	d.command("wage", "prefecture", "愛知")
	var s conversation.Session
	v := &visit{Request: d.request(KindCommand)}
	d.r.recall(context.Background(), v, store.KindSession, &s)
	want := conversation.Session{Language: "en", Topic: "minimum-wage", Prefectures: []string{"23"}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	d.command("region", "prefecture", "Osaka")
	s = conversation.Session{}
	d.r.recall(context.Background(), v, store.KindSession, &s)
	want = conversation.Session{Language: "en", Topic: "prefecture-profile", Before: "minimum-wage", Prefectures: []string{"27", "23"}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if got := drawResponse(d.command("wage")); !strings.Contains(got, "Osaka") {
		t.Errorf("/wage without a place forgot Osaka:\n%s", got)
	}
	d.now = d.now.Add(31 * time.Minute)
	if got := drawResponse(d.command("wage")); !strings.Contains(got, "places-in") {
		t.Errorf("half an hour later Osaka is still known:\n%s", got)
	}
}

// What people write is in no record, document, log, counter or line of the log.
func TestNothingWrittenIsKept(t *testing.T) {
	var log bytes.Buffer
	d := newDesk(t, fewBase, func(_ *desk, deps *Deps) {
		deps.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	d.teach()
	const secret = "zebra-Nguyen-4711"
	d.knows(secret+" passport", sensitiveTopic)
	for _, text := range []string{secret, secret + " passport", secret + " in Aichi as a trainee"} {
		d.say(text)
		d.command("ask", "question", text)
		d.command("topic", "topic", text)
		d.command("hotline", "topic", text)
		d.command("region", "prefecture", text)
		d.typing("topic", "topic", text)
		d.command("ask")
		d.send("question", text)
		q := d.request(KindTarget)
		q.Name, q.Text = "Answer this", text
		d.handle(q)
	}
	var kept strings.Builder
	for item, err := range d.store.Dump(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&kept, "%+v\n", item)
	}
	records, err := d.store.Records(context.Background(), d.r.Keyer.Person(d.userID))
	if err != nil {
		t.Fatal(err)
	}
	if len(records) < 2 {
		t.Errorf("%d records: the test proves nothing", len(records))
	}
	for _, rec := range records {
		fmt.Fprintf(&kept, "%s %s\n", rec.Kind, rec.Value)
	}
	for _, word := range []string{"zebra", "Nguyen", "4711", "trainee", d.userID} {
		if strings.Contains(kept.String(), word) {
			t.Errorf("%q is kept:\n%s", word, kept.String())
		}
		if strings.Contains(log.String(), word) {
			t.Errorf("%q is in the log:\n%s", word, log.String())
		}
	}
}

// Nothing a person wrote comes back on a card, so that it can't carry a mention, a
// masked link or someone else's words.
func TestNoEcho(t *testing.T) {
	d := newDesk(t, fewBase)
	const text = "@everyone <@&600000000000000001> [free visa](https://evil.example) `x` zebra"
	for _, got := range []Response{
		d.say(text), d.command("ask", "question", text), d.command("topic", "topic", text), d.command("visa", "topic", text),
		d.command("region", "prefecture", text), d.command("compare", "first", text, "second", text), d.command("hotline", "topic", text, "language", text),
		d.command("language", "language", text),
	} {
		for _, bad := range []string{"@everyone", "<@", "evil", "zebra"} {
			if strings.Contains(drawResponse(got), bad) {
				t.Errorf("%q comes back:\n%s", bad, drawResponse(got))
			}
		}
	}
}

// Custom ids come back from Discord, where anyone can have made them: whatever they
// hold, the answer is a card within the limits.
func TestForgedActions(t *testing.T) {
	d := newDesk(t, fewBase)
	d.r.Limit = Limit{PerSecond: 1000, Burst: 1000}
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"", "en", "my", "xx", "minimum-wage", "no-such-topic", "23", "2399", "99", "2", "-1", "9999999999", "titp", "wage", "visa",
		"channels", "on", "language", "ဗမာ", "\x00", "<@1>", "settings", "900000000000000001"}
	for _, name := range slices.Sorted(maps.Keys(d.r.actions)) {
		for range 60 {
			q := d.request(KindComponent)
			q.Action = Action{Name: name}
			for range random.IntN(8) {
				q.Action.Args = append(q.Action.Args, parts[random.IntN(len(parts))])
			}
			for range random.IntN(3) {
				q.Values = append(q.Values, parts[random.IntN(len(parts))])
			}
			q.Ephemeral = random.IntN(2) == 0
			d.handle(q)
		}
	}
	q := d.request(KindComponent)
	if got := d.handle(q); titleOf(got) != d.title("error.version.title", got.Card.Language) {
		t.Errorf("a button of another version: %s", drawResponse(got))
	}
	q = d.request(KindComponent)
	q.Action = Do("no-such-action")
	if got := d.handle(q); titleOf(got) != d.title("error.version.title", got.Card.Language) {
		t.Errorf("an unknown button: %s", drawResponse(got))
	}
	for _, label := range d.counted {
		if strings.Contains(label, "no-such-action") {
			t.Errorf("a forged name is a label: %q", label)
		}
	}
}

// A server's settings change only by the hand of those who manage it.
func TestSettingsPermission(t *testing.T) {
	ctx := context.Background()
	set := Do("settings-set", "en", "role")
	for _, c := range []struct {
		name        string
		permissions uint64
		guildID     string
		installed   bool
		error       string
	}{
		{"manages the server", permissionManageServer, "200000000000000001", true, ""},
		{"administrator", permissionAdministrator, "200000000000000001", true, ""},
		{"nobody", 0, "200000000000000001", true, "not-allowed"},
		{"all other permissions", ^(permissionManageServer | permissionAdministrator), "200000000000000001", true, "not-allowed"},
		{"in a direct message", permissionManageServer, "", false, "server-only"},
		{"by a personal install", permissionManageServer, "200000000000000001", false, "server-only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, fewBase)
			for _, q := range []Request{
				{Kind: KindCommand, Name: "settings"},
				{Kind: KindComponent, Action: Do("settings", "en")},
				{Kind: KindComponent, Action: Do("settings-part", "en"), Values: []string{"role"}},
				{Kind: KindComponent, Action: set, Values: []string{"600000000000000001"}},
				{Kind: KindModal, Action: set, Values: []string{"600000000000000001"}},
			} {
				base := d.request(q.Kind)
				base.Name, base.Action, base.Values = q.Name, q.Action, q.Values
				base.GuildID, base.Permissions, base.Installed, base.Direct = c.guildID, c.permissions, c.installed, c.guildID == ""
				got := d.handle(base)
				if c.error != "" && titleOf(got) != d.title("error."+c.error+".title", language.English) {
					t.Errorf("%+v: %s", q, drawResponse(got))
				}
				if c.error == "" && got.Card.Tone == Wrong {
					t.Errorf("%+v: %s", q, drawResponse(got))
				}
			}
			s, err := LoadSettings(ctx, d.store, "200000000000000001")
			if err != nil {
				t.Fatal(err)
			}
			if changed := s.ModeratorRole != ""; changed != (c.error == "") {
				t.Errorf("the role is %q", s.ModeratorRole)
			}
		})
	}
}

func TestSettingsKeep(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t, fewBase)
	want := fullSettings()
	want.NoSharing, want.OnePerson = true, true
	if _, err := SaveSettings(ctx, d.store, "1", func(s *Settings) error { *s = want; return nil }); err != nil {
		t.Fatal(err)
	}
	got, err := LoadSettings(ctx, d.store, "1")
	want.Schema = settingsSchema
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	stop := errors.New("stop")
	if _, err := SaveSettings(ctx, d.store, "1", func(s *Settings) error { s.LogChannel = ""; return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
	if got, _ := LoadSettings(ctx, d.store, "1"); got.LogChannel == "" {
		t.Error("a change that failed was kept")
	}
	if got, err := LoadSettings(ctx, d.store, "2"); err != nil || !cmp.Equal(got, Settings{Schema: settingsSchema}) {
		t.Errorf("a server without settings: %+v, %v", got, err)
	}
	if _, err := store.Save(ctx, d.store, settingsCollection, "3", []byte(`{"v":99}`), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSettings(ctx, d.store, "3"); err == nil {
		t.Error("settings of a newer version were read")
	}
}

// Where sharing is off no path shares: neither the button nor one kept from before.
func TestSharingOff(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t, fewBase)
	d.command("topic", "topic", "minimum-wage")
	before := d.last
	d.press("share")
	confirm := d.last
	if _, err := SaveSettings(ctx, d.store, d.guildID, func(s *Settings) error { s.NoSharing = true; return nil }); err != nil {
		t.Fatal(err)
	}
	for name, card := range map[string]Response{"share": before, "share-now": confirm} {
		d.last = card
		got := d.press(name)
		if titleOf(got) != d.title("error.no-sharing.title", language.English) || !got.Private {
			t.Errorf("%s: %s", name, drawResponse(got))
		}
	}
	d.command("topic", "topic", "minimum-wage")
	if len(actionsOf(d.last)["share"]) > 0 {
		t.Error("the button is still offered")
	}
	d.guildID = ""
	d.command("topic", "topic", "minimum-wage")
	if len(actionsOf(d.last)["share"]) > 0 {
		t.Error("the button is offered in a direct message")
	}
}

// A held answer opens for the asker only, and a copied or altered button not at all.
func TestHeldIsSealed(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	d.say(questions(language.English)[askPassport])
	action := actionsOf(d.last)["reveal"][0]
	if n := len(action.Args); n != 3 {
		t.Fatalf("the button carries %d arguments", n)
	}
	for _, secret := range []string{sensitiveTopic, d.userID, string(d.r.Keyer.Person(d.userID))} {
		if strings.Contains(action.ID(), secret) || strings.Contains(drawResponse(d.last), secret) {
			t.Errorf("the public line tells %q: %s", secret, drawResponse(d.last))
		}
	}
	foreign := d.title("error.foreign.title", language.English)
	for name, alter := range map[string]func(*Request){
		"another person":  func(q *Request) { q.UserID = "2"; q.Person = d.r.Keyer.Person("2") },
		"another seal":    func(q *Request) { q.Action.Args[1] = "AAAAAAAAAAAA" },
		"another message": func(q *Request) { q.Action.Args[0] = "900000000000000999" },
		"no seal":         func(q *Request) { q.Action.Args = nil },
	} {
		q := d.request(KindComponent)
		q.Action = Action{action.Name, append([]string{}, action.Args...)}
		alter(&q)
		if got := d.handle(q); titleOf(got) != foreign || !got.Private {
			t.Errorf("%s: %s", name, drawResponse(got))
		}
	}
	// The same person asks again elsewhere: both stay open.
	d.say(questions(language.English)[askReturn])
	q := d.request(KindComponent)
	q.Action = action
	if got := d.handle(q); got.Card.Tone == Wrong || got.Replace || !got.Private {
		t.Errorf("the first of two: %s", drawResponse(got))
	}
}

// Mentions are answered in the channels that were set and in threads in them.
func TestChannels(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	if _, err := SaveSettings(context.Background(), d.store, d.guildID, func(s *Settings) error { s.Channels = []string{"10"}; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		channel, parent string
		answered        bool
	}{{"10", "", true}, {"11", "", false}, {"12", "10", true}, {"12", "11", false}} {
		q := d.request(KindMessage)
		q.ChannelID, q.ParentID, q.Text = c.channel, c.parent, questions(language.English)[askWage]
		if got := d.handle(q); (got.Card.Tone != Wrong) != c.answered {
			t.Errorf("%+v: %s", c, drawResponse(got))
		}
	}
}

// What a person said of themselves in private is not in what others read: neither in
// the text nor in what the buttons carry. What was said in public is known in private.
func TestPrivateStaysPrivate(t *testing.T) {
	d := newDesk(t, fewBase)
	const job, wage = "how do I find work", "and the minimum wage"
	d.knows("I overstayed and live in Akita, "+job, "job-search")
	d.knows(job, "job-search")
	d.knows(wage, "minimum-wage")
	private := d.command("ask", "question", "I overstayed and live in Akita, "+job)
	if got := actionsOf(private)["details"]; len(got) == 0 || got[0].Arg(3) != "overstay" {
		t.Fatalf("the status is not understood, so the test proves nothing:\n%s", drawResponse(private))
	}
	for _, got := range []Response{d.say(job), d.say(wage)} {
		for _, bad := range []string{"overstay", "Akita", "en 05"} {
			if s := drawResponse(got); strings.Contains(s, bad) {
				t.Errorf("%q is shown to others:\n%s", bad, s)
			}
		}
	}
	if got := actionsOf(d.command("topic", "topic", "job-search"))["details"]; got[0].Arg(3) != "overstay" {
		t.Errorf("in private it is forgotten: %v", got)
	}
	d.press("share")
	if got := actionsOf(d.press("share-now"))["details"]; got[0].Arg(3) != "" {
		t.Errorf("a shared answer carries the asker's status: %v", got)
	}
	d.knows("minimum wage in Osaka", "minimum-wage")
	d.say("minimum wage in Osaka")
	if got := drawResponse(d.command("wage")); !strings.Contains(got, "Osaka") {
		t.Errorf("Osaka, named in public, is not known in private:\n%s", got)
	}
}

// What waits behind a button goes after its time even when something else keeps the
// record alive.
func TestHeldExpires(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	d.say(questions(language.English)[askPassport])
	old := d.last
	d.now = d.now.Add(10 * time.Minute)
	d.say(questions(language.English)[askReturn])
	d.now = d.now.Add(6 * time.Minute)
	if got := d.press("reveal"); got.Card.Tone == Wrong {
		t.Errorf("after six minutes: %s", drawResponse(got))
	}
	d.last = old
	if got := d.press("reveal"); titleOf(got) != d.title("error.expired.title", language.English) {
		t.Errorf("after sixteen minutes: %s", drawResponse(got))
	}
}
