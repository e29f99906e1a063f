package commands

import (
	"context"
	"slices"
	"strings"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// maxCompared is how many prefectures fit side by side on one card.
const maxCompared = 5

// topicCompare is counted for each comparison.
const topicCompare = "compare-prefectures"

// compareCommand is /compare: two to five prefectures side by side.
func (r *Router) compareCommand() command {
	var options []OptionDefinition
	for i, name := range comparedOptions() {
		options = append(options, OptionDefinition{Type: StringOption, Name: name, Required: i < 2, Autocomplete: true, MaxLength: maxOption})
	}
	return command{
		Definition: r.define("compare", options...),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			var codes []string
			for _, name := range comparedOptions() {
				given := v.Options[name].String
				if given == "" {
					continue
				}
				code := r.places.find(given)
				if code == "" {
					return Response{}, errNoPlace
				}
				codes = append(codes, code)
			}
			return r.showComparison(ctx, v, codes)
		},
		complete: func(_ context.Context, v *visit) []Choice { return r.completePlace(v) },
	}
}

func comparedOptions() []string { return []string{"first", "second", "third", "fourth", "fifth"} }

// compareWith asks which prefectures to set beside one.
func (r *Router) compareWith() action {
	return action{name: "compare-with", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		code, own := v.Code, r.Engine.Base().Prefecture(v.Action.Arg(1))
		if own == nil {
			return Response{}, errNoPlace
		}
		menu := Menu{Action: Do("compare", string(code), own.Code), Placeholder: r.say(code, "compare.pick"), Min: 1, Max: maxCompared - 1}
		for _, p := range r.places.populous {
			if p != own.Code && len(menu.Options) < maxMenu {
				menu.Options = append(menu.Options, MenuOption{Label: placeLabel(r.Engine.Base().Prefecture(p), code), Value: p})
			}
		}
		card := Card{Language: code, Blocks: []Block{
			Heading{1, r.fill(code, "compare.with", locales.Data{"Place": own.Name.In(code)})}, Text{r.say(code, "compare.more")}, menu}}
		return Response{Card: &card}, nil
	}}
}

// compare sets the prefectures picked in the menu beside the one before it.
func (r *Router) compare() action {
	return action{name: "compare", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		return r.showComparison(ctx, v, append([]string{v.Action.Arg(1)}, v.Values...))
	}}
}

func (r *Router) showComparison(ctx context.Context, v *visit, codes []string) (Response, error) {
	var list []string
	for _, code := range codes {
		if r.Engine.Base().Prefecture(code) == nil {
			return Response{}, errNoPlace
		}
		if !slices.Contains(list, code) && len(list) < maxCompared {
			list = append(list, code)
		}
	}
	if len(list) < 2 {
		return Response{}, errOnePlace
	}
	s := subject{Topic: topicCompare, Code: v.Code, Prefectures: list}
	card := r.compareCard(v, s)
	v.outcome = string(conversation.Answer)
	r.count(ctx, v, CountAsked, topicCompare+"/"+string(v.Code), 1)
	r.remember(ctx, v, s.session(v.Session))
	return Response{Card: &card}, nil
}

// compareCard sets prefectures side by side; on a phone that is one under the other,
// in the same order of lines.
func (r *Router) compareCard(v *visit, s subject) Card {
	code, base := s.Code, r.Engine.Base()
	var names []string
	var blocks []Block
	var high, low *knowledge.Prefecture
	wage := func(p *knowledge.Prefecture) int {
		if now, _, _ := p.WageAt(v.Now); now != nil {
			return now.Yen
		}
		return 0
	}
	for _, c := range s.Prefectures {
		p := base.Prefecture(c)
		view, _ := base.ViewPrefecture(c, knowledge.Asked{Language: code, Now: v.Now})
		names = append(names, view.Name)
		if high == nil || wage(p) > wage(high) {
			high = p
		}
		if low == nil || wage(p) < wage(low) {
			low = p
		}
		blocks = append(blocks, Heading{2, placeLabel(p, code)}, Text{strings.Join(r.compareLines(v, view, code), "\n")})
	}
	comma := r.say(code, "hours.list-comma")
	card := Card{Language: code, Blocks: []Block{Heading{1, r.fill(code, "compare.title", locales.Data{"Places": strings.Join(names, comma)})}}}
	if high != low {
		yen := func(n int) string {
			return knowledge.Format(knowledge.Value{Kind: knowledge.KindYen, Number: float64(n)}, code)
		}
		card.Blocks = append(card.Blocks, Text{r.fill(code, "compare.wages", locales.Data{
			"High": high.Name.In(code), "Low": low.Name.In(code), "Difference": yen(wage(high) - wage(low))})})
	}
	card.Blocks = append(card.Blocks, blocks...)
	card.Blocks = append(card.Blocks, Small{r.say(code, "compare.note")})
	var buttons []Button
	for i, c := range s.Prefectures {
		if title := names[i]; r.Engine.Base().Topics[forProfile] != nil {
			buttons = append(buttons, Button{Label: title, Action: subject{Topic: forProfile, Code: code, Prefectures: []string{c}}.do("topic")})
		}
	}
	card.Blocks = append(card.Blocks, row(buttons...)...)
	return fit(card)
}

// compareLines says of one prefecture what people weigh when choosing. What is not
// known is said to be so, so that the lines stay comparable.
func (r *Router) compareLines(v *visit, view knowledge.PrefectureView, code language.Code) []string {
	line := func(id, value string) string {
		if value == "" {
			value = r.say(code, "compare.unknown")
		}
		return "- " + r.fill(code, id, locales.Data{"Value": value})
	}
	wage := ""
	if view.Wage != "" {
		wage = strings.ReplaceAll(r.wageText(view, code), "\n", " ")
	}
	workers := ""
	if view.Workers != "" {
		workers = r.fill(code, "compare.as-of", locales.Data{"Value": view.Workers, "Date": view.WorkersAsOf})
		if view.WorkersApprox {
			workers = r.fill(code, "compare.about", locales.Data{"Value": view.Workers, "Date": view.WorkersAsOf})
		}
	}
	lines := []string{"- " + wage, line("compare.workers", workers), line("compare.industries", view.Industries)}
	if wage == "" {
		lines[0] = line("compare.wage", "")
	}
	if view.Rent != "" {
		lines = append(lines, line("compare.rent", view.Rent))
	}
	if c := v.engine.Centre(view.Code); c != nil {
		name := view.Centre
		if c.URL != "" {
			name = link(name, c.URL)
		}
		lines = append(lines, line("compare.centre", joined(name, dialable(c))))
	}
	return lines
}
