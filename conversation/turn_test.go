package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
	"madoguchi/locales"
)

// told is a finder that gives what a test says, whatever the text.
type told []scored

type scored struct {
	label string
	p     float64
}

func (f told) FindAfter(string, string, language.Code) []find.Candidate {
	var list []find.Candidate
	for _, c := range f {
		list = append(list, find.Candidate{Label: c.label, Score: c.p})
	}
	return list
}

// known is the knowledge, read once for all tests, which only look at it.
var known = sync.OnceValues(func() (*knowledge.Base, error) { return knowledge.Load(knowledge.Embedded()) })

func load(t testing.TB) (*knowledge.Base, *locales.Words) {
	t.Helper()
	base, err := known()
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	return base, words
}

func engine(t testing.TB, f Finder) *Engine {
	base, words := load(t)
	return New(base, words, language.NewIdentifier(), f)
}

// noon is a Tuesday with the wages of fiscal 2026 in force in most prefectures.
var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, knowledge.Japan())

func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		name    string
		text    string
		finder  told
		outcome Outcome
		topic   string
		choices []string
	}{
		{"sure", "my boss pays 900 yen an hour", told{{"minimum-wage", 0.9}, {"unpaid-wages", 0.05}}, Answer, "minimum-wage", nil},
		{"two may be meant", "my boss and the money", told{{"minimum-wage", 0.22}, {"unpaid-wages", 0.2}, {"overtime-pay", 0.02}}, Choose, "", []string{"minimum-wage", "unpaid-wages"}},
		{"nothing fits", "my boss and the money", told{{"minimum-wage", 0.04}, {"unpaid-wages", 0.03}}, HandOver, "", []string{"minimum-wage", "unpaid-wages"}},
		{"outside", "how do I cook rice", told{{outsideOther, 0.8}, {"minimum-wage", 0.1}}, HandOver, "", nil},
		{"near but not ours", "how do I get a driving licence", told{{outsideNear, 0.8}, {"minimum-wage", 0.1}}, HandOver, "", nil},
		{"greeting", "hello there", told{{chatPrefix + "greeting", 0.9}}, Chat, "", nil},
		{"danger before the equal other", "he hits me and does not pay", told{{"unpaid-wages", 0.5}, {"forced-return", 0.4}}, Answer, "forced-return", nil},
		{"danger does not overrule what is clear", "he does not pay", told{{"unpaid-wages", 0.8}, {"forced-return", 0.2}}, Answer, "unpaid-wages", nil},
		{"a place and little else", "tel me abaut kagoshima job", told{{"unpaid-wages", 0.3}, {"prefecture-profile", 0.25}}, Answer, "prefecture-profile", nil},
		{"the same without a place", "tel me abaut job", told{{"unpaid-wages", 0.3}, {"prefecture-profile", 0.25}}, Choose, "", []string{"unpaid-wages", "prefecture-profile"}},
		{"no letters", "🔥🔥🔥", told{{"minimum-wage", 0.9}}, Chat, "", nil},
		{"empty", "", told{{"minimum-wage", 0.9}}, Chat, "", nil},
		{"no candidates", "qqqq", nil, HandOver, "", nil},
		{"a language not ours needs more", "kelas bahasa gratis di kota saya ada atau tidak ya kak", told{{"minimum-wage", 0.7}}, Choose, "", []string{"minimum-wage"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, s := engine(t, c.finder).Reply(context.Background(), Turn{Text: c.text, Now: noon})
			var choices []string
			for _, o := range r.Choices {
				choices = append(choices, o.Topic)
			}
			if r.Outcome != c.outcome || r.Topic != c.topic || !slices.Equal(choices, c.choices) {
				t.Errorf("got %s %q %v, want %s %q %v", r.Outcome, r.Topic, choices, c.outcome, c.topic, c.choices)
			}
			if !slices.Equal(s.Choices, c.choices) {
				t.Errorf("the session remembers %v as offered, want %v", s.Choices, c.choices)
			}
			if r.Short == "" {
				t.Error("nothing is said")
			}
			if r.Outcome == HandOver && c.name != "outside" && len(r.Helplines) == 0 {
				t.Error("handed over to nobody")
			}
		})
	}
}

func TestUrgentLeadsWithTheLineToCall(t *testing.T) {
	e := engine(t, told{{"forced-return", 0.95}})
	for _, code := range language.Codes() {
		r, _ := e.Reply(context.Background(), Turn{Text: "…", Language: code, Chosen: true, Now: noon})
		r, _ = e.Reply(context.Background(), Turn{Text: map[language.Code]string{
			"en": "they take me to the airport now", "ja": "いま空港へ連れて行かれます",
			"vi": "họ đang chở em ra sân bay", "my": "အခု လေဆိပ်ကို ခေါ်သွားနေတယ်"}[code], Now: noon})
		if !r.Urgent || !r.Sensitive || !strings.Contains(r.Lead, "110") && !strings.Contains(r.Lead, "၁၁၀") {
			t.Errorf("%s: urgent %t, lead %q", code, r.Urgent, r.Lead)
		}
		if r.Language != code {
			t.Errorf("answered in %s, asked in %s", r.Language, code)
		}
	}
}

// In danger nobody is sent to a line that is closed.
func TestLeadNamesOpenLinesOnly(t *testing.T) {
	e := engine(t, told{})
	night := time.Date(2026, 12, 6, 3, 0, 0, 0, knowledge.Japan()) // a Sunday
	urgent := 0
	for _, slug := range e.base.Slugs {
		if !e.base.Topics[slug].Urgent {
			continue
		}
		urgent++
		for _, code := range language.Codes() {
			for _, at := range []time.Time{noon, night} {
				r, ok := e.Topic(slug, code, Session{}, at)
				if !ok || r.Lead == "" {
					t.Errorf("%s in %s: no line to call (%t)", slug, code, ok)
				}
				for _, l := range r.Helplines {
					if l.Phone != "" && strings.Contains(r.Lead, l.Phone) && (l.Open == ClosedNow || !l.Urgent && l.Open != OpenNow) {
						t.Errorf("%s in %s at %s: leads with %s, which is closed", slug, code, at.Format("Mon 15:04"), l.Phone)
					}
				}
			}
		}
	}
	if urgent == 0 {
		t.Error("no topic is urgent")
	}
}

// keyed answers by what the text holds, so that dialogues can be told.
type keyed map[string]told

func (f keyed) FindAfter(_, text string, _ language.Code) []find.Candidate {
	for k, v := range f {
		if strings.Contains(text, k) {
			return v.FindAfter("", text, "")
		}
	}
	return told{{"outside/out", 0.87}, {"labour-shortage", 0.08}, {"minimum-wage", 0.05}}.FindAfter("", text, "")
}

func TestDialogue(t *testing.T) {
	f := keyed{
		"minimum wage": {{"minimum-wage", 0.9}},
		"最低賃金":         {{"minimum-wage", 0.9}},
		"change comp":  {{"ssw-job-change", 0.8}, {"titp-job-change", 0.1}},
		"something":    {{"unpaid-wages", 0.2}, {"overtime-pay", 0.19}, {"dismissal", 0.01}},
		"overtime":     {{"overtime-pay", 0.5}, {"unpaid-wages", 0.3}},
	}
	type step struct {
		text        string
		outcome     Outcome
		topic       string
		prefectures []string
		lang        language.Code
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"another prefecture", []step{
			{"what is the minimum wage in Tokyo", Answer, "minimum-wage", []string{"13"}, "en"},
			{"and in Osaka?", Answer, "minimum-wage", []string{"27"}, "en"},
			{"大阪は？", Answer, "minimum-wage", []string{"27"}, "ja"},
			{"còn Nagoya thì sao?", Answer, "minimum-wage", []string{"23"}, "vi"},
			{"အိုဆာကာကရော", Answer, "minimum-wage", []string{"27"}, "my"},
		}},
		{"another status", []step{
			{"can a tokutei change company", Answer, "ssw-job-change", nil, "en"},
			{"and if I'm jisshusei?", Answer, "titp-job-change", nil, "en"},
		}},
		{"answers a choice by its number", []step{
			{"something is wrong at work", Choose, "", nil, "en"},
			{"2", Answer, "overtime-pay", nil, "en"},
		}},
		{"answers a choice by number in Burmese digits", []step{
			{"something is wrong at work", Choose, "", nil, "en"},
			{"၁", Answer, "unpaid-wages", nil, "en"},
		}},
		{"a number that was not offered", []step{
			{"something is wrong at work", Choose, "", nil, "en"},
			{"7", HandOver, "", nil, "en"},
		}},
		{"answers a choice in words", []step{
			{"something is wrong at work", Choose, "", nil, "en"},
			{"overtime", Answer, "overtime-pay", nil, "en"},
		}},
		{"another language in the middle", []step{
			{"what is the minimum wage in Akita", Answer, "minimum-wage", []string{"05"}, "en"},
			{"最低賃金はいくらですか", Answer, "minimum-wage", []string{"05"}, "ja"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := engine(t, f)
			var s Session
			for i, st := range c.steps {
				var r Reply
				r, s = e.Reply(context.Background(), Turn{Text: st.text, Session: s, Now: noon})
				got := fmt.Sprint(r.Outcome, r.Topic, r.Prefectures, r.Language)
				if want := fmt.Sprint(st.outcome, st.topic, st.prefectures, st.lang); got != want {
					t.Errorf("turn %d %q: got %s, want %s", i+1, st.text, got, want)
				}
			}
		})
	}
}

func TestSessionHoldsNoText(t *testing.T) {
	e := engine(t, told{{"minimum-wage", 0.9}})
	secret := "xyzzy-my-boss-is-called-tanaka"
	_, s := e.Reply(context.Background(), Turn{Text: "minimum wage in akita " + secret, Now: noon})
	if got := fmt.Sprintf("%+v", s); strings.Contains(got, "tanaka") {
		t.Errorf("the session holds what was written: %s", got)
	}
	want := Session{Language: "en", Topic: "minimum-wage", Prefectures: []string{"05"}}
	if d := cmp.Diff(want, s); d != "" {
		t.Errorf("session (-want +got):\n%s", d)
	}
}

func TestLanguageOfReply(t *testing.T) {
	e := engine(t, told{{"minimum-wage", 0.9}})
	for _, c := range []struct {
		name string
		turn Turn
		want language.Code
	}{
		{"its own", Turn{Text: "lương tối thiểu ở Tokyo là bao nhiêu", Language: "ja", Chosen: true}, "vi"},
		{"cannot be told: the one chosen", Turn{Text: "1050", Language: "my", Chosen: true, Session: Session{Language: "vi"}}, "my"},
		{"cannot be told: the last turn's", Turn{Text: "1050", Language: "ja", Session: Session{Language: "vi"}}, "vi"},
		{"cannot be told: Discord's", Turn{Text: "1050", Language: "ja"}, "ja"},
		{"nothing known", Turn{Text: "1050"}, "en"},
		{"another language", Turn{Text: "最低工资是多少？我的老板不给我钱", Session: Session{Language: "vi"}}, "vi"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.turn.Now = noon
			r, _ := e.Reply(context.Background(), c.turn)
			if r.Language != c.want {
				t.Errorf("answered in %s, want %s", r.Language, c.want)
			}
		})
	}
}

func TestAnotherLanguageGetsALineAndWhoSpeaksIt(t *testing.T) {
	e := engine(t, told{{"minimum-wage", 0.2}})
	r, _ := e.Reply(context.Background(), Turn{Text: "我的老板不给我工资，我应该怎么办？", Now: noon})
	if len(r.Notices) == 0 || r.Notices[0].Kind != NoticeLanguage {
		t.Errorf("no line about the language: %v", r.Notices)
	}
	if len(r.Helplines) == 0 || !strings.Contains(r.Helplines[0].Note, "your language") {
		t.Errorf("the first line does not speak Chinese: %+v", r.Helplines)
	}
}

func TestHostileInput(t *testing.T) {
	e := engine(t, told{{"minimum-wage", 0.9}})
	for _, text := range []string{
		"", " ", "\x00\x01\x02", "\xff\xfe\xfd", strings.Repeat("a", 1<<20), strings.Repeat("။", 1<<16),
		strings.Repeat("\u202e", 100), "@everyone <@123> https://discord.gg/x", strings.Repeat("ก", 5000), "{{.Wage}} {{fact \"x\"}}",
	} {
		r, _ := e.Reply(context.Background(), Turn{Text: text, Now: noon})
		if r.Short == "" || !r.Language.Valid() {
			t.Errorf("%.20q: %+v", text, r)
		}
		if s := r.Text(e.Words()); strings.Contains(s, "@everyone") || strings.Contains(s, "discord.gg") {
			t.Errorf("%.20q is echoed", text)
		}
	}
}
