package commands

import (
	"context"
	"slices"
	"strings"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// What a prefecture is picked for, besides a topic's slug.
const (
	forWage    = "wage"
	forProfile = "prefecture-profile"
)

// regionNames are the parts of Japan in the order of prefectures' codes, as
// prefectures.yaml names them. Their names in words are "region.<name>".
func (r *Router) regionNames() []string {
	var list []string
	for _, p := range r.Engine.Base().Prefectures {
		if !slices.Contains(list, p.Region) {
			list = append(list, p.Region)
		}
	}
	return list
}

func regionID(region string) string { return "region." + strings.ToLower(region) }

// placesCard asks for a prefecture in two steps: the part of Japan, then the prefecture.
func (r *Router) placesCard(code language.Code, purpose string) Card {
	menu := Menu{Action: Do("places-in", string(code), purpose), Placeholder: r.say(code, "places.region")}
	for _, region := range r.regionNames() {
		var names []string
		for _, p := range r.Engine.Base().Prefectures {
			if p.Region == region {
				names = append(names, p.Name.In(code))
			}
		}
		menu.Options = append(menu.Options, MenuOption{Label: r.say(code, regionID(region)), Value: region,
			Description: clip(strings.Join(names, r.say(code, "hours.list-comma")), maxOption)})
	}
	return Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "places.title")}, Text{r.say(code, "places.text")}, menu}}
}

// places asks for a prefecture, for a topic or a look-up.
func (r *Router) placesAction() action {
	return action{name: "places", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		card := r.placesCard(v.Code, r.purpose(v.Action.Arg(1)))
		return Response{Card: &card}, nil
	}}
}

// placesIn shows the prefectures of the part of Japan that was picked.
func (r *Router) placesIn() action {
	return action{name: "places-in", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		code, purpose := v.Code, r.purpose(v.Action.Arg(1))
		if len(v.Values) == 0 || !slices.Contains(r.regionNames(), v.Values[0]) {
			return Response{}, errVersion
		}
		menu := Menu{Action: Do("place", string(code), purpose), Placeholder: r.say(code, "places.prefecture")}
		for _, p := range r.Engine.Base().Prefectures {
			if p.Region == v.Values[0] {
				menu.Options = append(menu.Options, MenuOption{Label: placeLabel(p, code), Value: p.Code})
			}
		}
		card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, regionID(v.Values[0]))}, menu}}
		card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "button.back"), Action: Do("places", string(code), purpose)})...)
		return Response{Card: &card}, nil
	}}
}

// place answers for the prefecture that was picked.
func (r *Router) place() action {
	return action{name: "place", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if len(v.Values) == 0 || r.Engine.Base().Prefecture(v.Values[0]) == nil {
			return Response{}, errNoPlace
		}
		code := v.Values[0]
		if purpose := r.purpose(v.Action.Arg(1)); purpose != forWage {
			return r.showTopic(ctx, v, subject{Topic: purpose, Code: v.Code, Prefectures: []string{code}}, mood{})
		}
		return r.showWage(ctx, v, code)
	}}
}

// purpose reads what a prefecture is picked for.
func (r *Router) purpose(s string) string {
	if s == forWage || r.Engine.Base().Topics[s] != nil {
		return s
	}
	return forProfile
}

// placeLabel names a prefecture with its Japanese name, which is on every sign.
func placeLabel(p *knowledge.Prefecture, code language.Code) string {
	if name := p.Name.In(code); name != p.Name.Japanese {
		return name + " " + p.Name.Japanese
	}
	return p.Name.Japanese
}

// completePlace offers prefectures while a person is typing.
func (r *Router) completePlace(v *visit) []Choice {
	typed := v.Options[v.Focused].String
	code := typedLanguage(typed, v.Code)
	var list []Choice
	for _, found := range r.places.search(typed) {
		if len(list) == maxChoices {
			break
		}
		name := placeLabel(r.Engine.Base().Prefecture(found.Code), code)
		if found.City != nil {
			name += " (" + found.City.In(code) + ")"
		}
		list = append(list, Choice{Name: clip(name, maxOption), Value: found.Code})
	}
	return list
}
