package conversation

import (
	"strings"
	"testing"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// whole is all that is said about a topic at a moment, without help lines, whose hours
// depend on the moment too.
func whole(t *testing.T, e *Engine, slug string, code language.Code, at string, s Session) string {
	t.Helper()
	now, err := time.ParseInLocation("2006-01-02T15:04", at, knowledge.Japan())
	if err != nil {
		t.Fatal(err)
	}
	r, ok := e.Topic(slug, code, s, now)
	if !ok {
		t.Fatalf("no topic %s", slug)
	}
	parts := []string{r.Title, r.Short}
	for _, sec := range r.Sections {
		parts = append(parts, sec.Text)
	}
	return strings.Join(parts, "\n")
}

// On 1 April 2027, at midnight in Japan, answers change where the law does, in all
// four languages, and stay as they are where it does not.
func TestAnswersChangeWithTheLaw(t *testing.T) {
	e := engine(t, nil)
	for _, code := range language.Codes() {
		for _, slug := range []string{"esd-overview", "esd-start-date", "esd-job-change", "titp-overview", "titp-transition", "otit-consultation", "esd-fees"} {
			today := whole(t, e, slug, code, "2026-12-02T12:00", Session{})
			eve := whole(t, e, slug, code, "2027-03-31T23:59", Session{})
			day := whole(t, e, slug, code, "2027-04-01T00:00", Session{})
			if today != eve {
				t.Errorf("%s in %s changes before the day", slug, code)
			}
			if eve == day {
				t.Errorf("%s in %s does not change on 1 April 2027", slug, code)
			}
		}
		for _, slug := range []string{"resignation", "overtime-pay", "paid-leave"} {
			if whole(t, e, slug, code, "2027-03-31T23:59", Session{}) != whole(t, e, slug, code, "2027-04-01T00:00", Session{}) {
				t.Errorf("%s in %s changes though the law does not", slug, code)
			}
		}
	}
}

// The minimum wage a person is told is that of the day, in each prefecture.
func TestMinimumWageOfTheDay(t *testing.T) {
	e := engine(t, nil)
	for _, p := range e.Base().Prefectures {
		s := Session{Prefectures: []string{p.Code}}
		last := p.Wages[len(p.Wages)-1]
		before := p.Wages[len(p.Wages)-2]
		day, err := time.ParseInLocation(time.DateOnly, last.Effective, knowledge.Japan())
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range language.Codes() {
			for _, c := range []struct {
				at   time.Time
				wage knowledge.Wage
			}{{day.Add(-time.Minute), before}, {day, last}} {
				r, _ := e.Topic("minimum-wage", code, s, c.at)
				want := knowledge.Format(knowledge.Value{Kind: knowledge.KindYen, Number: float64(c.wage.Yen)}, code)
				if !strings.Contains(r.Short, want) {
					t.Errorf("%s in %s at %s: %q does not say %s", p.Code, code, c.at.Format(time.DateOnly), r.Short, want)
				}
			}
		}
	}
}

// The figures of the news story that started the project, as the sources have them.
func TestFiguresOfTheStory(t *testing.T) {
	e := engine(t, nil)
	for _, c := range []struct {
		slug string
		want []string
	}{
		{"foreign-workers-total", []string{"2,302,587", "2,571,037", "October 2024", "October 2025"}},
		{"foreign-workers-by-prefecture", []string{"Tokyo", "Aichi", "Osaka"}},
		{"missing-trainees-figures", []string{"6,510", "9,753", "2023", "2024"}},
		{"labour-shortage", []string{"2050"}},
		{"esd-start-date", []string{"1 April 2027"}},
		{"esd-job-change-periods", []string{"1 year", "2 years"}},
	} {
		text := whole(t, e, c.slug, language.English, "2026-12-02T12:00", Session{})
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", c.slug, want, text)
			}
		}
	}
}

// Nothing that is not confirmed is given as a number to dial.
func TestOnlyConfirmedNumbersAreDialled(t *testing.T) {
	e := engine(t, nil)
	for _, id := range e.Base().ServiceIDs {
		s := e.Base().Services[id]
		confirmed := map[string]bool{}
		for _, c := range s.Channels {
			if c.Dialable {
				confirmed[c.Phone] = true
			}
		}
		for _, code := range language.Codes() {
			if l, ok := e.Helpline(code, id, noon); ok && l.Phone != "" && !confirmed[l.Phone] {
				t.Errorf("%s in %s shows %s to dial", id, code, l.Phone)
			}
		}
	}
}
