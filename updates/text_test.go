package updates_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/language"
	"madoguchi/updates"
)

func TestClean(t *testing.T) {
	zawgyi := language.ToZawgyi(text("my").Body)
	for _, c := range []struct {
		name     string
		code     language.Code
		in, want string
		kinds    []updates.NoteKind
	}{
		{"plain", "en", "  The fee is 6,000 yen.\r\nPay at the counter. ", "The fee is 6,000 yen.\nPay at the counter.", nil},
		{"everyone", "en", "Hello @everyone and @here", "Hello @\u200beveryone and @\u200bhere", []updates.NoteKind{updates.NoteMention}},
		{"people and roles", "en", "Ask <@123> <@!456> or <@&789>", "Ask <@\u200b123> <@\u200b!456> or <@\u200b&789>", []updates.NoteKind{updates.NoteMention}},
		{"channels stay", "en", "See <#123> and me@example.jp", "See <#123> and me@example.jp", nil},
		{"invitation", "en", "Join https://discord.gg/abc now", "Join https://discord[.]gg/abc now", []updates.NoteKind{updates.NoteInvite}},
		{"invitation in capitals", "en", "DISCORD.COM/INVITE/abc", "DISCORD[.]COM/INVITE/abc", []updates.NoteKind{updates.NoteInvite}},
		{"masked link", "en", "See [the ministry](https://www.mhlw.go.jp/a)", "See the ministry (https://www.mhlw.go.jp/a)", []updates.NoteKind{updates.NoteLink}},
		{"link masked as another", "en", "[https://www.mhlw.go.jp](https://evil.example/x \"MHLW\")", "https://www.mhlw.go.jp (https://evil.example/x)", []updates.NoteKind{updates.NoteLink}},
		{"masked and quiet", "en", "[x](<https://evil.example/>)", "x (https://evil.example/)", []updates.NoteKind{updates.NoteLink}},
		{"quiet link", "en", "<https://evil.example/>", "https://evil.example/", []updates.NoteKind{updates.NoteLink}},
		{"nested brackets", "en", "[[a]](https://evil.example)", "[[a]] (https://evil.example)", []updates.NoteKind{updates.NoteLink}},
		{"two brackets", "en", "[a][b](https://evil.example)", "[a]b (https://evil.example)", []updates.NoteKind{updates.NoteLink}},
		{"masked invitation", "en", "[prize](https://discord.gg/win)", "prize (https://discord[.]gg/win)", []updates.NoteKind{updates.NoteLink, updates.NoteInvite}},
		{"mention made by hiding a letter", "en", "@every\u202eone @ev\u2060eryone", "@\u200beveryone @\u200beveryone", []updates.NoteKind{updates.NoteHidden, updates.NoteMention}},
		{"reversed address", "en", "https://go.jp\u202e/moc.live", "https://go.jp/moc.live", []updates.NoteKind{updates.NoteHidden}},
		{"zawgyi", "my", zawgyi, text("my").Body, []updates.NoteKind{updates.NoteZawgyi}},
		{"unicode Burmese", "my", text("my").Body, text("my").Body, nil},
		{"emoji held together", "ja", "家族👨‍👩‍👧です", "家族👨‍👩‍👧です", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, kinds := updates.Clean(c.code, c.in, language.NewIdentifier())
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if diff := cmp.Diff(c.kinds, kinds); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if again, more := updates.Clean(c.code, got, language.NewIdentifier()); again != got && c.name != "quiet link" {
				t.Errorf("cleaning again gives %q %v", again, more)
			}
		})
	}
}

// FuzzClean: whatever is typed, nothing is left that Discord takes for a masked link or
// a ping.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"[a](https://b.c)", "[[a](b)](https://c.d)", "]((", "@everyone", "<@1>", "@\u200beveryone", "[a](<https://b.c>)", "]\u2060(https://x.y)"} {
		f.Add(s)
	}
	identify := language.NewIdentifier()
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := updates.Clean("en", s, identify)
		for _, bad := range []string{"](", "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "discord.gg/a"} {
			if strings.Contains(got, bad) {
				t.Errorf("%q becomes %q, which holds %q", s, got, bad)
			}
		}
	})
}

func TestParseTime(t *testing.T) {
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, updates.Japan())
	}
	for _, c := range []struct {
		in    string
		want  time.Time
		clock bool
	}{
		{"2026-12-20 09:00", at(12, 20, 9, 0), true},
		{"2026/12/20 9:00", at(12, 20, 9, 0), true},
		{"2026-12-20T09:00", at(12, 20, 9, 0), true},
		{"2026-12-20", at(12, 20, 0, 0), false},
		{"2026年12月20日 9時30分", at(12, 20, 9, 30), true},
		{"２０２６年１２月２０日", at(12, 20, 0, 0), false},
		{"၂၀၂၆-၁၂-၂၀ ၁၁:၁၁", at(12, 20, 11, 11), true},
		{"12/20 18:05 JST", at(12, 20, 18, 5), true},
		{"2026.12.20 24:00", at(12, 21, 0, 0), true},
		{"1/5", at(1, 5, 0, 0).AddDate(1, 0, 0), false}, // the next 5 January
		{"12/1", at(12, 1, 0, 0), false},                // today
		{"12/1 8:00", at(12, 1, 8, 0).AddDate(1, 0, 0), true},
		{"2028-02-29 10:00", time.Date(2028, 2, 29, 10, 0, 0, 0, updates.Japan()), true},
	} {
		got, clock, err := updates.ParseTime(c.in, start)
		if err != nil || !got.Equal(c.want) || clock != c.clock {
			t.Errorf("%q is %v %v %v, want %v %v", c.in, got, clock, err, c.want, c.clock)
		}
	}
	for _, in := range []string{"", "tomorrow", "2026-02-30", "2027-02-29", "2026-13-01", "20-12-2026", "2026-12-20 25:00", "2026-12-20 9:60", "9:00", "2026-12-20 24:30"} {
		if got, _, err := updates.ParseTime(in, start); !errors.Is(err, updates.ErrTime) {
			t.Errorf("%q is taken for %v, %v", in, got, err)
		}
	}
	end, err := updates.ParseExpiry("2026-12-20", start)
	if err != nil || !end.Equal(at(12, 20, 23, 59)) {
		t.Errorf("a day expires at its end, not at %v, %v", end, err)
	}
	if s := updates.FormatTime(at(12, 20, 9, 0).UTC()); s != "2026-12-20 09:00" {
		t.Errorf("written as %s", s)
	}
}

// TestProblems: what is bad is saved all the same, told, and can't be submitted.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*updates.Content)
		want   updates.Problem
	}{
		{"category", func(c *updates.Content) { c.Category = "party" }, updates.Problem{Part: "details", Field: "category", Rule: "unknown", Got: "party"}},
		{"area", func(c *updates.Content) { c.Area = "moon" }, updates.Problem{Part: "details", Field: "area", Rule: "unknown", Got: "moon"}},
		{"prefecture", func(c *updates.Content) { c.Prefectures = []string{"48"} }, updates.Problem{Part: "details", Field: "prefectures", Rule: "unknown", Got: "48"}},
		{"topic", func(c *updates.Content) { c.Topics = []string{"moon"} }, updates.Problem{Part: "details", Field: "topics", Rule: "unknown", Got: "moon"}},
		{"topics", func(c *updates.Content) {
			c.Topics = strings.Fields(strings.Repeat("job-search ", 11))
		}, updates.Problem{Part: "details", Field: "topics", Rule: "many", Got: "11", Max: 10}},
		{"about", func(c *updates.Content) { c.Unread = map[updates.Field]string{updates.FieldAbout: "Atlantis"} },
			updates.Problem{Part: "details", Field: "about", Rule: "unknown", Got: "Atlantis"}},
		{"no expiry", func(c *updates.Content) { c.Expires = time.Time{} }, updates.Problem{Part: "details", Field: "expires", Rule: "missing"}},
		{"expiry that can't be read", func(c *updates.Content) {
			c.Expires, c.Unread = time.Time{}, map[updates.Field]string{updates.FieldExpires: "soon"}
		}, updates.Problem{Part: "details", Field: "expires", Rule: "time", Got: "soon"}},
		{"expiry in the past", func(c *updates.Content) { c.Expires = start.Add(-time.Minute) }, updates.Problem{Part: "details", Field: "expires", Rule: "past"}},
		{"expiry in five minutes", func(c *updates.Content) { c.Expires = start.Add(5 * time.Minute) }, updates.Problem{Part: "details", Field: "expires", Rule: "past"}},
		{"expiry in ten years", func(c *updates.Content) { c.Expires = start.AddDate(10, 0, 0) }, updates.Problem{Part: "details", Field: "expires", Rule: "far", Max: 400}},
		{"no source", func(c *updates.Content) { c.Source = "" }, updates.Problem{Part: "details", Field: "source", Rule: "missing"}},
		{"source without scheme", func(c *updates.Content) { c.Source = "www.mhlw.go.jp" }, updates.Problem{Part: "details", Field: "source", Rule: "address", Got: "www.mhlw.go.jp"}},
		{"source with a script", func(c *updates.Content) { c.Source = "javascript:alert(1)" }, updates.Problem{Part: "details", Field: "source", Rule: "address", Got: "javascript:alert(1)"}},
		{"source that looks like another", func(c *updates.Content) { c.Source = "https://mhlw.go.jp@evil.example/" },
			updates.Problem{Part: "details", Field: "source", Rule: "address", Got: "https://mhlw.go.jp@evil.example/"}},
		{"source in look-alike letters", func(c *updates.Content) { c.Source = "https://mhlw.gо.jp/" }, // a Cyrillic o
			updates.Problem{Part: "details", Field: "source", Rule: "address", Got: "https://mhlw.gо.jp/"}},
		{"shortened source", func(c *updates.Content) { c.Source = "https://bit.ly/3xyz" }, updates.Problem{Part: "details", Field: "source", Rule: "shortened", Got: "https://bit.ly/3xyz"}},
		{"invitation as source", func(c *updates.Content) { c.Source = "https://discord.gg/abc" }, updates.Problem{Part: "details", Field: "source", Rule: "address", Got: "https://discord.gg/abc"}},
		{"no text", func(c *updates.Content) { c.Texts = nil }, updates.Problem{Part: "details", Field: "body", Rule: "no-text"}},
		{"no title", func(c *updates.Content) { c.Texts["en"] = updates.Text{Body: text("en").Body} }, updates.Problem{Part: "en", Field: "title", Rule: "missing"}},
		{"long title", func(c *updates.Content) {
			c.Texts["en"] = updates.Text{Title: strings.Repeat("the fair in Mie is free of charge ", 4) + "for all of us 😀", Body: text("en").Body}
		}, updates.Problem{Part: "en", Field: "title", Rule: "long", Got: "152", Max: 150}},
		{"long body", func(c *updates.Content) {
			c.Texts["en"] = updates.Text{Title: text("en").Title, Body: strings.Repeat("It is long. ", 300)}
		}, updates.Problem{Part: "en", Field: "body", Rule: "long", Got: "3599", Max: 2200}},
		{"Vietnamese in the Burmese field", func(c *updates.Content) { c.Texts["my"] = updates.Text{Title: text("my").Title, Body: text("vi").Body} },
			updates.Problem{Part: "my", Field: "body", Rule: "language", Language: "vi"}},
		{"Vietnamese without marks in the English field", func(c *updates.Content) {
			c.Texts["en"] = updates.Text{Title: text("en").Title, Body: language.FoldVietnamese(text("vi").Body)}
		}, updates.Problem{Part: "en", Field: "body", Rule: "language", Language: "vi"}},
		{"English in the Japanese field", func(c *updates.Content) { c.Texts["ja"] = updates.Text{Title: text("ja").Title, Body: text("en").Body} },
			updates.Problem{Part: "ja", Field: "body", Rule: "language", Language: "en"}},
		{"Japanese in the Vietnamese field", func(c *updates.Content) { c.Texts["vi"] = updates.Text{Title: text("ja").Title, Body: text("vi").Body} },
			updates.Problem{Part: "vi", Field: "title", Rule: "language", Language: "ja"}},
		{"Burmese in the English field", func(c *updates.Content) { c.Texts["en"] = updates.Text{Title: text("en").Title, Body: text("my").Body} },
			updates.Problem{Part: "en", Field: "body", Rule: "language", Language: "my"}},
		{"Chinese in the Japanese field", func(c *updates.Content) {
			c.Texts["ja"] = updates.Text{Title: text("ja").Title, Body: "我们这里有一个很好的工作机会，请大家快来参加说明会。"}
		}, updates.Problem{Part: "ja", Field: "body", Rule: "other", Got: "zh"}},
		{"Burmese in Latin letters", func(c *updates.Content) {
			c.Texts["my"] = updates.Text{Title: text("my").Title, Body: "mingalarbar, alote pwe shi par tal, bal thu mar soe lar naing par tal"}
		}, updates.Problem{Part: "my", Field: "body", Rule: "latin", Language: "my"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, openEmbedded(t))
			p := w.process()
			bad := content("en")
			c.change(&bad)
			s := ok[updates.Saved](t)(p.NewUpdate(t.Context(), w.act(aiko), bad))
			if diff := cmp.Diff([]updates.Problem{c.want}, s.Problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			_, err := p.Submit(t.Context(), w.act(aiko), s.Update.ID, 0)
			var problems *updates.ProblemsError
			if !errors.As(err, &problems) {
				t.Errorf("submitted all the same: %v", err)
			}
			kept := ok[updates.Update](t)(p.Get(t.Context(), w.act(aiko), s.Update.ID))
			for code, want := range bad.Texts {
				if got := kept.Work.Texts[code]; strings.Join(strings.Fields(got.Body), " ") != strings.Join(strings.Fields(want.Body), " ") {
					t.Errorf("the text in %s was lost: %q", code, got.Body)
				}
			}
		})
	}
}

// The texts of the tests, and of honest moderators, have no problems.
func TestNoProblems(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	c := content(language.Codes()...)
	for code, body := range map[language.Code]string{
		"en": "The tokutei ginou (特定技能) test in Nagoya moves to 5 March. Apply at https://www.prometric-jp.com/ by 20 February. Bring your zairyu card.",
		"vi": "Kỳ thi tokutei ginou (特定技能) ở Nagoya dời sang ngày 5 tháng 3. Đăng ký tại https://www.prometric-jp.com/ trước 20/2.",
		"ja": "名古屋の特定技能 (Specified Skilled Worker) の試験は3月5日になりました。https://www.prometric-jp.com/ から申し込んでください。",
		"my": "Nagoya က tokutei ginou (特定技能) စာမေးပွဲကို မတ်လ ၅ ရက်ကို ရွှေ့လိုက်ပါတယ်။ https://www.prometric-jp.com/ မှာ လျှောက်ပါ။",
	} {
		txt := c.Texts[code]
		txt.Body = body
		c.Texts[code] = txt
	}
	c.Texts["en"] = updates.Text{Title: "Tokutei Ginou", Body: c.Texts["en"].Body}
	s := ok[updates.Saved](t)(p.NewUpdate(t.Context(), w.act(aiko), c))
	if len(s.Problems) != 0 || len(s.Notes) != 0 {
		t.Errorf("problems %v, notes %v", s.Problems, s.Notes)
	}
}

// Zawgyi typed into the form is stored as Unicode, and the writer is told.
func TestZawgyiField(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	c := content("en")
	c.Texts["my"] = updates.Text{Title: language.ToZawgyi(text("my").Title), Body: language.ToZawgyi(text("my").Body)}
	s := ok[updates.Saved](t)(p.NewUpdate(t.Context(), w.act(aiko), c))
	if diff := cmp.Diff(text("my"), s.Update.Work.Texts["my"]); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	found := false
	for _, n := range s.Notes {
		found = found || n == updates.Note{Part: "my", Field: "body", Kind: updates.NoteZawgyi}
	}
	if !found || len(s.Problems) != 0 {
		t.Errorf("notes %v, problems %v", s.Notes, s.Problems)
	}
}

// The time to go out must be ahead, before the expiry, and not years off.
func TestPublishTimes(t *testing.T) {
	w := newWorld(t, openEmbedded(t))
	p := w.process()
	ctx := t.Context()
	u := ok[updates.Saved](t)(p.NewUpdate(ctx, w.act(aiko), content("en"))).Update
	ok[updates.Update](t)(p.Submit(ctx, w.act(aiko), u.ID, 0))
	ok[updates.Update](t)(p.Approve(ctx, w.act(binh), u.ID, 0))
	for _, c := range []struct {
		at   time.Time
		ping string
		want updates.Rule
	}{
		{start.Add(-time.Minute), "", updates.RulePast},
		{details().Expires, "", updates.RuleEarlier},
		{start.AddDate(3, 0, 0), "", updates.RuleFar},
		{time.Time{}, guild, updates.RulePing},
		{time.Time{}, "777", updates.RulePing},
	} {
		_, err := p.Publish(ctx, w.act(aiko), u.ID, c.at, c.ping)
		var problems *updates.ProblemsError
		if !errors.As(err, &problems) || problems.Problems[0].Rule != c.want {
			t.Errorf("at %v, ping %q: %v, want %s", c.at, c.ping, err, c.want)
		}
	}
}
