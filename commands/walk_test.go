package commands

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// visitor returns a visit in a language, for drawing cards directly.
func (d *desk) visitor(code language.Code) *visit {
	v := &visit{Request: d.request(KindCommand), Code: code}
	d.r.engine(context.Background(), v)
	return v
}

// TestWalk draws every topic in every language with every page, for every prefecture
// where the answer changes with it, and holds each card to Discord's limits.
func TestWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("draws tens of thousands of cards")
	}
	ctx := context.Background()
	d := newDesk(t, allBase)
	cards := 0
	check := func(c Card) {
		cards++
		checkCard(t, c)
	}
	for _, code := range language.Codes() {
		v := d.visitor(code)
		for _, slug := range d.r.Engine.Base().Slugs {
			subjects := []subject{{Topic: slug, Code: code}}
			if d.r.usesPlace(slug) {
				for _, p := range d.r.Engine.Base().Prefectures {
					subjects = append(subjects, subject{Topic: slug, Code: code, Prefectures: []string{p.Code}})
				}
				subjects = append(subjects, subject{Topic: slug, Code: code, Prefectures: []string{"13", "23", "27", "05", "47"}})
			}
			for _, status := range []string{"titp", "ssw1", "student", "designated"} {
				subjects = append(subjects, subject{Topic: slug, Code: code, Status: status, Field: "automobile-transport"})
			}
			for _, s := range subjects {
				reply, err := d.r.again(ctx, v, s)
				if err != nil {
					t.Fatalf("%+v: %v", s, err)
				}
				for _, m := range []mood{{}, {public: true}, {public: true, shared: true}, {feedback: feedbackReasons}, {feedback: feedbackThanks}} {
					check(d.r.brief(ctx, v, reply, s, m))
				}
				pages := paginate(d.r.pieces(reply, nil), pageUnits)
				shown := ""
				for n := range pages {
					check(d.r.detailsCard(reply, s, n+1, nil))
					for _, b := range pages[n] {
						switch b := b.(type) {
						case Text:
							shown += b.Markdown
						case Small:
							shown += b.Markdown
						}
					}
				}
				// Nothing of the answer may be lost between the pages.
				for _, sec := range reply.Sections {
					if !strings.Contains(squeeze(shown), squeeze(sec.Text)) {
						t.Errorf("%s in %s: a part of %q is on no page", slug, code, sec.Kind)
					}
				}
				check(d.r.personCard(v, reply, s, []string{"13"}))
			}
		}
		for _, slug := range append([]string{""}, d.r.Engine.Base().Slugs...) {
			for page := 1; page <= 12; page++ {
				check(d.r.hotlineCard(v, code, slug, page))
			}
		}
		for _, p := range d.r.Engine.Base().Prefectures {
			card, ok := d.r.wageCard(v, subject{Topic: topicWage, Code: code, Prefectures: []string{p.Code}})
			if !ok {
				t.Errorf("no wage for %s", p.Code)
			}
			check(card)
			n, _ := strconv.Atoi(p.Code)
			var five []string
			for i := range 5 {
				five = append(five, d.r.Engine.Base().Prefectures[(n-1+i)%47].Code)
			}
			check(d.r.compareCard(v, subject{Topic: topicCompare, Code: code, Prefectures: five}))
		}
		check(d.r.areasCard(code))
		for _, area := range knowledge.Areas() {
			for page := 1; page <= 4; page++ {
				check(d.r.areaCard(v, area, code, page))
			}
		}
		check(d.r.placesCard(code, forProfile))
		check(d.r.helpCard(v))
		check(d.r.languageCard(v))
		for _, part := range settingParts() {
			check(d.r.settingCard(part, fullSettings(), code))
		}
	}
	t.Logf("%d cards", cards)
}

func fullSettings() Settings {
	s := Settings{Language: language.Burmese, Announce: map[language.Code]string{}, ModeratorRole: "600000000000000001", LogChannel: "400000000000000009"}
	for i := range maxChannels {
		s.Channels = append(s.Channels, strconv.Itoa(400000000000000001+i))
	}
	for i, code := range language.Codes() {
		s.Announce[code] = strconv.Itoa(400000000000000101 + i)
	}
	return s
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestPaginate(t *testing.T) {
	burmese := strings.Repeat("အလုပ်သမားတွေအတွက် အရေးကြီးတဲ့ အချက်ပါ။ ", 200)
	for name, text := range map[string]string{
		"one word":    strings.Repeat("á̃", 3000),
		"burmese":     burmese,
		"flags":       strings.Repeat("🇯🇵🇻🇳🇲🇲", 500),
		"families":    strings.Repeat("👩‍👩‍👧‍👦", 400),
		"lines":       strings.Repeat("- a line of a list\n", 300),
		"paragraphs":  strings.Repeat("A paragraph. With sentences.\n\n", 200),
		"short":       "short",
		"long at end": "short\n\n" + burmese,
	} {
		t.Run(name, func(t *testing.T) {
			pages := paginate([]piece{{heading: "Heading", text: text}, {text: "last"}}, 500)
			var all strings.Builder
			for i, page := range pages {
				card := Card{Language: language.English, Blocks: page}
				if n, _ := card.Size(); n > 500 {
					t.Errorf("page %d has %d units", i+1, n)
				}
				for _, b := range page {
					if x, ok := b.(Text); ok {
						all.WriteString(x.Markdown)
						whole(t, text+"last", x.Markdown)
					}
				}
			}
			if got, want := squeeze(all.String()), squeeze(text+"last"); got != want {
				t.Errorf("the pages hold %d bytes of %d", len(got), len(want))
			}
		})
	}
}

// whole reports an error when part begins or ends inside a character of text.
func whole(t *testing.T, text, part string) {
	t.Helper()
	if !utf8.ValidString(part) {
		t.Errorf("not UTF-8: %q", part)
	}
	clusters := map[string]bool{}
	for state, rest, c := -1, text, ""; rest != ""; {
		c, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		clusters[c] = true
	}
	for state, rest, c := -1, part, ""; rest != ""; {
		c, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if !clusters[c] {
			t.Errorf("%q is cut out of a character", c)
			return
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 80, "short"},
		{"exactly", 7, "exactly"},
		{"a longer text", 9, "a longer…"},
		{"👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 15, "👩‍👩‍👧‍👦…"},
		{"👩‍👩‍👧‍👦", 5, "…"},
		{"ကျွန်တော်", 8, "ကျွန်…"},
		{"", 5, ""},
	} {
		if got := clip(c.in, c.limit); got != c.want || units(got) > c.limit {
			t.Errorf("clip(%q, %d) = %q (%d units), want %q", c.in, c.limit, got, units(got), c.want)
		}
	}
}
