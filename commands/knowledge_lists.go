package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// listed is how many things a moderators' list shows.
const listed = 12

// staleThing is a fact or help line past its review.
type staleThing struct {
	thing    updates.Thing
	reviewBy string
	days     int   // past its review
	asked    int64 // how often what says it was asked
}

// weight is how much it matters: how often asked × how old.
func (s staleThing) weight() int64 { return s.asked * int64(s.days) }

// stale lists what is past its review, what matters most first.
func (r *Router) stale(ctx context.Context, v *visit) (Response, error) {
	counts, err := r.Store.Counts(ctx, CountAsked)
	if err != nil {
		return Response{}, fmt.Errorf("read how often topics were asked: %w", err)
	}
	list := r.staleThings(v.Now, r.Moderation.Mending(ctx, v.GuildID), askedByTopic(counts))
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.stale.title")}, Small{r.say(code, "updates.stale.about")}}}
	menu := Menu{Action: Do("mend", "pick", ""), Placeholder: r.say(code, "updates.stale.pick")}
	var lines []string
	for _, s := range list[:min(len(list), listed)] {
		name := r.press().thing(s.thing, code)
		figures := r.fill(code, "updates.stale.line", locales.Data{"Asked": number(int(s.asked), code), "Days": number(s.days, code), "Date": knowledge.FormatAsOf(s.reviewBy, code)})
		lines = append(lines, "**"+clip(name, 140)+"**\n-# "+figures)
		if len(thingID(s.thing)) <= maxOption {
			menu.Options = append(menu.Options, MenuOption{Label: clip(name, maxOption), Value: thingID(s.thing), Description: clip(figures, maxOption)})
		}
	}
	if len(lines) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "updates.stale.none")})
	} else {
		card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")})
		if n := len(list) - len(lines); n > 0 {
			card.Blocks = append(card.Blocks, Small{r.fill(code, "updates.more", locales.Data{"Count": number(n, code)})})
		}
		card.Blocks = append(card.Blocks, menu)
	}
	card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "updates.button.gaps"), Action: Do("mend", "gaps", "")})...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// askedByTopic adds up the languages of a counter whose fields are topic/language.
func askedByTopic(counts map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for field, n := range counts {
		slug, _, _ := strings.Cut(field, "/")
		out[slug] += n
	}
	return out
}

// staleThings returns what is past its review and was not checked by a moderator since,
// what matters most first.
func (r *Router) staleThings(now time.Time, mending updates.Mending, asked map[string]int64) []staleThing {
	base := r.Engine.Base()
	var list []staleThing
	add := func(t updates.Thing, reviewBy string, span time.Duration, topics []string) {
		days := daysPast(reviewBy, now)
		if at, ok := mending.Checked(string(t.Kind), t.ID); ok {
			if now.Before(at.Add(span)) {
				return
			}
			days = min(days, int(now.Sub(at.Add(span)).Hours()/24))
		}
		if days < 1 {
			return
		}
		s := staleThing{thing: t, reviewBy: reviewBy, days: days}
		for _, slug := range topics {
			s.asked += asked[slug]
		}
		list = append(list, s)
	}
	for _, id := range r.facts {
		f := base.Facts[id]
		add(updates.Thing{Kind: updates.KindFact, ID: id}, f.ReviewBy, f.ReviewSpan(), r.uses[id])
	}
	for _, id := range base.ServiceIDs {
		s := base.Services[id]
		var topics []string
		for _, slug := range base.Slugs {
			if slices.Contains(base.Topics[slug].Helplines, id) {
				topics = append(topics, slug)
			}
		}
		span := (&knowledge.Fact{AsOf: s.AsOf, ReviewBy: s.ReviewBy}).ReviewSpan()
		add(updates.Thing{Kind: updates.KindHelpline, ID: id}, s.ReviewBy, span, topics)
	}
	slices.SortStableFunc(list, func(a, b staleThing) int {
		switch {
		case a.weight() != b.weight():
			return int(max(min(b.weight()-a.weight(), 1), -1))
		}
		return b.days - a.days
	})
	return list
}

// daysPast is how many days a day or month is over.
func daysPast(day string, now time.Time) int {
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.ParseInLocation(form, day, knowledge.Japan())
		if err != nil {
			continue
		}
		switch form {
		case "2006-01":
			t = t.AddDate(0, 1, -1)
		case "2006":
			t = t.AddDate(1, 0, -1)
		}
		return int(now.Sub(t).Hours() / 24)
	}
	return 0
}

// gap is what people asked without an answer, or found an answer lacking.
type gap struct {
	name string
	n    int64
}

// gaps shows what was asked without an answer and which answers were called wrong or
// out of date: counts only, since nothing that people write is kept.
func (r *Router) gaps(ctx context.Context, v *visit) (Response, error) {
	unanswered, err := r.Store.Counts(ctx, CountUnanswered)
	if err != nil {
		return Response{}, fmt.Errorf("read what had no answer: %w", err)
	}
	judged, err := r.Store.Counts(ctx, CountFeedback)
	if err != nil {
		return Response{}, fmt.Errorf("read what was not helpful: %w", err)
	}
	code, p := v.Code, r.press()
	var open, bad []gap
	for field, n := range unanswered {
		tongue, slug, _ := strings.Cut(field, "/")
		near := r.say(code, "updates.gaps.none-near")
		if slug != "none" {
			near = r.fill(code, "updates.gaps.near", locales.Data{"Topic": p.topics([]string{slug}, code)[0]})
		}
		open = append(open, gap{joined(p.tongue(language.Code(tongue), code), near), n})
	}
	for field, n := range judged {
		parts := strings.Split(field, "/")
		if len(parts) == 3 && slices.Contains(reasons(), parts[2]) {
			bad = append(bad, gap{joined(p.topics(parts[:1], code)[0], p.tongue(language.Code(parts[1]), code), r.say(code, "feedback."+parts[2])), n})
		}
	}
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.gaps.title")}, Small{r.say(code, "updates.gaps.about")}}}
	card.Blocks = append(card.Blocks, Heading{2, r.say(code, "updates.gaps.open")}, Text{r.gapLines(open, code)})
	card.Blocks = append(card.Blocks, Heading{2, r.say(code, "updates.gaps.bad")}, Text{r.gapLines(bad, code)})
	card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "updates.button.stale"), Action: Do("mend", "stale", "")})...)
	card = fit(card)
	return Response{Card: &card}, nil
}

func (r *Router) gapLines(list []gap, code language.Code) string {
	list = slices.DeleteFunc(list, func(g gap) bool { return g.n <= 0 })
	if len(list) == 0 {
		return r.say(code, "updates.gaps.nothing")
	}
	slices.SortFunc(list, func(a, b gap) int {
		if a.n != b.n {
			return int(max(min(b.n-a.n, 1), -1))
		}
		return strings.Compare(a.name, b.name)
	})
	var lines []string
	for _, g := range list[:min(len(list), listed)] {
		lines = append(lines, "- "+number(int(g.n), code)+" × "+clip(g.name, 160))
	}
	return strings.Join(lines, "\n")
}
