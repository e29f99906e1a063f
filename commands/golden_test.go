package commands

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/store"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// Questions of the transcripts, as people type them.
const (
	askWage     = "wage"
	askPassport = "passport"
	askReturn   = "return"
	askUnclear  = "unclear"
	askUnknown  = "unknown"
	askHello    = "hello"
	askForged   = "forged"
)

func questions(code language.Code) map[string]string {
	switch code {
	case language.Japanese:
		return map[string]string{askWage: "愛知の最低賃金はいくらですか", askPassport: "会社がパスポートを返してくれません", askReturn: "社長が明日むりやり国に帰らせると言っています",
			askUnclear: "会社を変えたい", askUnknown: "犬を日本に連れてきたいです", askHello: "こんにちは", askForged: "にせの在留カードがほしい"}
	case language.Vietnamese:
		return map[string]string{askWage: "lương tối thiểu ở Aichi là bao nhiêu", askPassport: "công ty giữ hộ chiếu của em", askReturn: "sếp bắt em ngày mai phải về nước",
			askUnclear: "em muốn đổi việc", askUnknown: "mình muốn mang chó sang Nhật", askHello: "xin chào", askForged: "mua thẻ cư trú giả ở đâu"}
	case language.Burmese:
		return map[string]string{askWage: "အိုင်ချိမှာ အနည်းဆုံးလုပ်ခ ဘယ်လောက်လဲ", askPassport: "သူဌေးက ပတ်စပို့ကို သိမ်းထားတယ်", askReturn: "မနက်ဖြန် အတင်းပြန်ပို့မယ်လို့ ပြောတယ်",
			askUnclear: "အလုပ်ပြောင်းချင်တယ်", askUnknown: "ခွေးကို ဂျပန်ခေါ်လာချင်တယ်", askHello: "မင်္ဂလာပါ", askForged: "နေထိုင်ခွင့်ကတ် အတု လိုချင်တယ်"}
	}
	return map[string]string{askWage: "what is the minimum wage in Aichi", askPassport: "my company keeps my passport", askReturn: "my boss will force me to fly home tomorrow",
		askUnclear: "I want to change my job", askUnknown: "I want to bring my dog to Japan", askHello: "hello there", askForged: "where can I buy a fake residence card"}
}

// teach tells the finder what the questions are about.
func (d *desk) teach() {
	for _, code := range language.Codes() {
		q := questions(code)
		d.knows(q[askWage], "minimum-wage", "prefecture-profile")
		d.knows(q[askPassport], sensitiveTopic, "forced-return")
		d.knows(q[askReturn], "forced-return", sensitiveTopic)
		d.finder[q[askUnclear]] = candidatesOf(0.3, "esd-job-change", "job-search", "prefecture-profile")
		d.finder[q[askUnknown]] = candidatesOf(0.06, "job-search", "prefecture-profile")
		d.knows(q[askHello], "chat/greeting")
		d.knows(q[askForged], "chat/illegal")
	}
}

// play is a scene at the counter: acts of people and what they see, as text.
type play struct {
	*desk
	code  language.Code
	out   strings.Builder
	acts  int
	shown map[string]int // what was shown at which act
}

func (p *play) note(format string, args ...any) {
	p.acts++
	fmt.Fprintf(&p.out, "\n%d » %s\n", p.acts, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// show writes what is seen, once: a card that was seen before is only pointed to.
func (p *play) show(r Response) {
	s := drawResponse(r)
	if at, ok := p.shown[s]; ok && strings.Count(s, "\n") > 4 {
		fmt.Fprintf(&p.out, "(as after %d)\n", at)
		return
	}
	p.shown[s] = p.acts
	p.out.WriteString(s)
}

func (p *play) command(name string, options ...string) {
	p.t.Helper()
	p.note("/%s %s", name, strings.Join(options, " "))
	p.show(p.desk.command(name, options...))
}

func (p *play) press(name string, values ...string) {
	p.t.Helper()
	p.note("presses {%s} %s", name, strings.Join(values, " "))
	p.show(p.desk.press(name, values...))
}

func (p *play) write(text string) {
	p.t.Helper()
	p.note("writes: %s", text)
	p.show(p.desk.say(text))
}

func (p *play) typing(name, option, typed string) {
	p.t.Helper()
	p.note("types in /%s %s: %q", name, option, typed)
	r := Response{Choices: p.desk.typing(name, option, typed)}
	if len(r.Choices) > 6 {
		r.Choices = r.Choices[:6]
	}
	p.show(r)
}

// q returns a question in the language of the play.
func (p *play) q(id string) string { return questions(p.code)[id] }

// scenes are the transcripts: each command, button, menu and form.
func scenes() map[string]func(*play) {
	return map[string]func(*play){
		"ask":       sceneAsk,
		"form":      sceneForm,
		"unsure":    sceneUnsure,
		"sensitive": sceneSensitive,
		"urgent":    sceneUrgent,
		"feedback":  sceneFeedback,
		"share":     sceneShare,
		"browse":    sceneBrowse,
		"places":    scenePlaces,
		"hotline":   sceneHotline,
		"language":  sceneLanguage,
		"privacy":   scenePrivacy,
		"help":      sceneHelp,
		"settings":  sceneSettings,
		"message":   sceneMessage,
		"public":    scenePublic,
		"answer":    sceneAnswerThis,
		"news":      sceneNews,
		"away":      sceneAway,
		"errors":    sceneErrors,
	}
}

func TestTranscripts(t *testing.T) {
	if testing.Short() {
		t.Skip("draws the same cards as other tests")
	}
	for name, scene := range scenes() {
		for _, code := range language.Codes() {
			t.Run(name+"/"+string(code), func(t *testing.T) {
				options := []option{}
				if name == "news" {
					options = append(options, withUpdates(cannedNews{}))
				}
				d := newDesk(t, fewBase, options...)
				d.teach()
				d.locale = map[language.Code]string{language.Japanese: "ja", language.Vietnamese: "vi"}[code]
				if d.locale == "" {
					d.locale = "en-GB"
				}
				p := &play{desk: d, code: code, shown: map[string]int{}}
				if code == language.Burmese && name != "language" {
					// Discord has no Burmese: the person has chosen it before.
					d.command("language", "language", "my")
				}
				scene(p)
				golden(t, name+"."+string(code)+".txt", strings.TrimLeft(p.out.String(), "\n"))
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got; go test -update writes it anew):\n%s", name, diff)
	}
}

func sceneAsk(p *play) {
	p.command("ask", "question", p.q(askWage))
	p.press("details")
	for len(actionsOf(p.last)["details"]) > 0 && actionsOf(p.last)["details"][0].Arg(subjectArgs) == "2" {
		p.press("details")
	}
	p.press("topic")
	p.press("person")
	p.press("topic")
	p.press("tongue")
	p.note("and back")
	p.show(p.pressNth("topic", 3))
	p.press("copy")
}

func sceneForm(p *play) {
	p.command("ask")
	p.note("sends the form: %s", p.q(askWage))
	p.show(p.send("question", p.q(askWage)))
}

func sceneUnsure(p *play) {
	p.command("ask", "question", p.q(askUnclear))
	p.press("topic")
	p.command("ask", "question", p.q(askUnknown))
	p.command("ask", "question", p.q(askHello))
	p.press("help")
}

func sceneSensitive(p *play) {
	p.command("ask", "question", p.q(askPassport))
	p.press("clear")
	p.command("ask", "question", p.q(askForged))
}

func sceneUrgent(p *play) {
	p.command("ask", "question", p.q(askReturn))
	p.press("details")
	p.press("person")
}

func sceneFeedback(p *play) {
	p.command("topic", "topic", "esd-job-change")
	p.press("bad")
	p.press("reason", "unclear")
	p.command("topic", "topic", "esd-job-change")
	p.press("good")
}

func sceneShare(p *play) {
	p.command("topic", "topic", "minimum-wage")
	p.press("share")
	confirm := p.last
	p.press("share-now")
	p.note("someone else presses {details} on the shared answer")
	p.userID = "300000000000000002"
	p.show(p.desk.press("details"))
	p.userID = "300000000000000001"
	p.last = confirm
	p.note("presses {share-now} again")
	p.show(p.desk.press("share-now"))
	p.command("topic", "topic", sensitiveTopic)
	p.press("share")
}

func sceneBrowse(p *play) {
	p.command("topic")
	p.press("area")
	p.press("pick", "esd-job-change")
	p.command("rights")
	p.command("visa", "topic", "esd-job-change")
	p.note("someone else types words instead of picking")
	p.userID = "300000000000000002"
	if p.code == language.Burmese {
		p.desk.command("language", "language", "my")
	}
	p.command("visa", "topic", p.q(askUnclear))
	p.typing("topic", "topic", "")
	for _, typed := range map[language.Code][]string{
		language.Japanese: {"最低", "さいてい"}, language.English: {"minim", "pass"},
		language.Vietnamese: {"lương", "luong toi"}, language.Burmese: {"လုပ်ခ", "ပတ်စ"}}[p.code] {
		p.typing("topic", "topic", typed)
	}
}

func scenePlaces(p *play) {
	p.command("region")
	p.press("places-in", "Chubu")
	p.press("place", "23")
	p.press("compare-with")
	p.press("compare", "13", "27")
	p.command("wage", "prefecture", "05")
	p.press("places")
	p.press("places-in", "Kinki")
	p.press("place", "27")
	p.command("compare", "first", "13", "second", "tottori", "third", "47")
	p.command("compare", "first", "13", "second", "tokyo")
	p.command("region", "prefecture", "Atlantis")
	for _, typed := range []string{"", "東", "とう", "kyou", "saita", "yokoha", "တိုကျို", "hà"} {
		p.typing("region", "prefecture", typed)
	}
}

func sceneHotline(p *play) {
	p.command("hotline")
	for len(actionsOf(p.last)["hotline"]) > 0 && isNext(p.last) {
		p.pressNext()
	}
	p.command("hotline", "topic", "minimum-wage")
	p.note("at night")
	p.now = p.now.Add(13 * time.Hour)
	p.command("hotline", "topic", sensitiveTopic)
}

// isNext reports whether the card has a button to a page after the one shown.
func isNext(r Response) bool { return nextPage(r) >= 0 }

func nextPage(r Response) int {
	n := 0
	for _, b := range r.Card.Blocks {
		if row, ok := b.(Buttons); ok {
			for _, x := range row.Buttons {
				if x.Action.Name == "hotline" {
					if x.Style == Primary {
						return n
					}
					n++
				}
			}
		}
	}
	return -1
}

func (p *play) pressNext() {
	p.t.Helper()
	p.note("turns the page")
	p.show(p.pressNth("hotline", nextPage(p.last)))
}

func sceneLanguage(p *play) {
	p.command("language")
	for i, code := range language.Codes() {
		if code == p.code {
			p.note("presses {language %s}", code)
			p.show(p.pressNth("language", i))
		}
	}
	p.note("types digits only, which are of no language")
	p.show(p.desk.command("ask", "question", "???"))
}

func scenePrivacy(p *play) {
	if p.code != language.Burmese {
		p.command("privacy")
	}
	p.command("language", "language", string(p.code))
	p.command("ask", "question", p.q(askWage))
	p.press("good")
	p.write(p.q(askPassport))
	p.command("privacy")
	p.press("privacy-file")
	p.command("privacy")
	p.press("privacy-delete")
	p.press("privacy")
}

func sceneHelp(p *play) {
	p.command("help")
	p.press("privacy")
}

func sceneSettings(p *play) {
	p.command("settings")
	p.note("as one who manages the server")
	p.perms = permissionManageServer
	p.command("settings")
	set := func(part string, values ...string) {
		p.press("settings-part", part)
		p.press("settings-set", values...)
	}
	set("language", "vi")
	set("channels", "400000000000000001", "400000000000000002")
	set("sharing")
	set("role", "600000000000000001")
	set("log", "400000000000000009")
	set("review")
	p.press("settings-part", "announce")
	p.note("picks a channel for Burmese")
	p.show(p.pressNth("settings-set", 3, "400000000000000104"))
	p.press("settings-part", "channels")
	p.press("settings")
}

func sceneMessage(p *play) {
	p.guildID = ""
	p.write(p.q(askWage))
	p.write(p.q(askPassport))
	p.write(p.q(askHello))
	p.write("")
}

func scenePublic(p *play) {
	p.write(p.q(askWage))
	p.press("ask")
	p.write(p.q(askUnclear))
	p.write("")
	p.write(p.q(askPassport))
	neutral := p.last
	p.press("reveal")
	p.last = neutral
	p.note("someone else presses {reveal}")
	p.userID = "300000000000000002"
	p.show(p.desk.press("reveal"))
	p.userID = "300000000000000001"
	p.last = neutral
	p.note("an hour later presses {reveal}")
	p.now = p.now.Add(time.Hour)
	p.show(p.desk.press("reveal"))
	for _, id := range []string{askReturn, askUnknown, askForged} {
		p.write(p.q(id))
		p.press("reveal")
	}
	p.note("mentions are not answered in this channel")
	if _, err := SaveSettings(context.Background(), p.store, p.guildID, func(s *Settings) error {
		s.Channels = []string{"400000000000000077"}
		return nil
	}); err != nil {
		p.t.Fatal(err)
	}
	p.write(p.q(askWage))
}

func sceneAnswerThis(p *play) {
	name := p.r.answerThis().Name
	target := func(what, text string, sender bool) {
		q := p.request(KindTarget)
		q.Name, q.Text, q.Sender = name, text, sender
		p.note("%s on a message %s", name, what)
		p.show(p.handle(q))
	}
	target("in English", questions(language.English)[askWage], false)
	target("in the own language", p.q(askPassport), false)
	target("of the bot", "hello", true)
	target("with a picture only", "", false)
}

// cannedNews is a community with one piece of news.
type cannedNews struct{}

func (cannedNews) News(_ context.Context, q NewsQuery) []NewsItem {
	if q.Topic != "minimum-wage" {
		return nil
	}
	return []NewsItem{{ID: "u1", Title: "Job fair in Mie", Text: "Sunday, Tsu city hall. Interpreters for Vietnamese and Burmese.", Language: language.English,
		Published: q.Now.Add(-48 * time.Hour), By: "Moderators", Source: "https://www.pref.mie.lg.jp/", Corrected: true}}
}

func (cannedNews) Mending(context.Context, string) conversation.Mended { return suspendedSearch{} }

// suspendedSearch suspends one answer.
type suspendedSearch struct{}

func (suspendedSearch) Suspended(kind, id string) bool {
	return kind == "topic" && id == "job-search"
}
func (suspendedSearch) Checked(string, string) (time.Time, bool) { return time.Time{}, false }

func sceneNews(p *play) {
	p.command("topic", "topic", "minimum-wage")
	p.press("details")
	p.command("topic", "topic", "job-search")
	p.command("topic", "area", "regions")
}

// gone is a store that can't be reached.
type gone struct{ store.Store }

func (gone) Get(context.Context, store.Person, store.Kind) ([]byte, error) {
	return nil, store.ErrUnavailable
}
func (gone) Put(context.Context, store.Person, store.Kind, []byte, time.Duration) error {
	return store.ErrUnavailable
}
func (gone) Delete(context.Context, store.Person, store.Kind) error { return store.ErrUnavailable }
func (gone) Forget(context.Context, store.Person) error             { return store.ErrUnavailable }
func (gone) Records(context.Context, store.Person) ([]store.Record, error) {
	return nil, store.ErrUnavailable
}
func (gone) Load(context.Context, string, string) (store.Doc, error) {
	return store.Doc{}, store.ErrUnavailable
}
func (gone) Count(context.Context, string, string, int64) error { return store.ErrUnavailable }

func sceneAway(p *play) {
	p.r.Store = gone{p.store}
	p.command("ask", "question", p.q(askWage))
	p.write(p.q(askPassport))
	p.command("language", "language", string(p.code))
	p.command("privacy")
	p.perms = permissionManageServer
	p.command("settings")
}

func sceneErrors(p *play) {
	errs := []error{errPanic, tooFastError{7 * time.Second}}
	for _, s := range sentences() {
		errs = append(errs, s.err)
	}
	seen := map[string]bool{}
	for _, err := range errs {
		v := &visit{Request: p.request(KindCommand), Code: p.code}
		r := p.r.apologise(v, fmt.Errorf("doing something: %w", err))
		if seen[v.outcome] && !errors.Is(err, context.Canceled) {
			p.t.Errorf("%v is answered like another error: %s", err, v.outcome)
		}
		if !seen[v.outcome] {
			p.note("%s", v.outcome)
			p.show(r)
		}
		seen[v.outcome] = true
	}
}
