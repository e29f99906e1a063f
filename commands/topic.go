package commands

import (
	"context"
	"slices"
	"strconv"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
)

// topicCommand is /topic: the list of what can be asked, by area, or one topic found
// while typing.
func (r *Router) topicCommand() command {
	return command{
		Definition: r.define("topic",
			OptionDefinition{Type: StringOption, Name: "topic", Autocomplete: true, MaxLength: maxQuestion},
			OptionDefinition{Type: StringOption, Name: "area", Choices: r.areaChoices()}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			area, _ := areaOf(v.Options["area"].String)
			return r.browse(ctx, v, v.Options["topic"].String, area)
		},
		complete: func(ctx context.Context, v *visit) []Choice {
			area, _ := areaOf(v.Options["area"].String)
			return r.completeTopic(ctx, v, area)
		},
	}
}

// visaCommand is /visa: the topics about status of residence.
func (r *Router) visaCommand() command { return r.areaCommand("visa", knowledge.Visa) }

// rightsCommand is /rights: the topics about workers' rights.
func (r *Router) rightsCommand() command { return r.areaCommand("rights", knowledge.Rights) }

func (r *Router) areaCommand(name string, area knowledge.Area) command {
	return command{
		Definition: r.define(name, OptionDefinition{Type: StringOption, Name: "topic", Autocomplete: true, MaxLength: maxQuestion}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			return r.browse(ctx, v, v.Options["topic"].String, area)
		},
		complete: func(ctx context.Context, v *visit) []Choice { return r.completeTopic(ctx, v, area) },
	}
}

// browse answers a topic that was picked, a question that was typed instead, or shows
// what there is to pick from.
func (r *Router) browse(ctx context.Context, v *visit, given string, area knowledge.Area) (Response, error) {
	var card Card
	switch {
	case given != "" && r.Engine.Base().Topics[given] != nil:
		return r.showTopic(ctx, v, subject{Topic: given, Code: v.Code}, mood{})
	case given != "":
		return r.answerText(ctx, v, given)
	case area != "":
		card = r.areaCard(v, area, v.Code, 1)
	default:
		card = r.areasCard(v.Code)
	}
	return Response{Card: &card}, nil
}

// showTopic answers a topic as if it had been asked. What the person said of
// themselves before (prefecture, status) is kept in mind.
func (r *Router) showTopic(ctx context.Context, v *visit, s subject, m mood) (Response, error) {
	if len(s.Prefectures) == 0 && r.usesPlace(s.Topic) {
		s.Prefectures = v.Session.Prefectures[:min(len(v.Session.Prefectures), 1)]
	}
	if s.Status == "" {
		s.Status = v.Session.Status
	}
	if s.Field == "" {
		s.Field = v.Session.Field
	}
	reply, err := r.look(ctx, v, s)
	if err != nil {
		return Response{}, err
	}
	card := r.brief(ctx, v, reply, s.in(reply.Language), m)
	return Response{Card: &card}, nil
}

func (r *Router) usesPlace(slug string) bool {
	t := r.Engine.Base().Topics[slug]
	return t != nil && t.UsesPlace()
}

// topicAction is the button of a topic, and the way back from its details.
func (r *Router) topicAction() action {
	return action{name: "topic", handle: func(ctx context.Context, v *visit) (Response, error) {
		return r.showTopic(ctx, v, r.subjectOf(v.Action), mood{})
	}}
}

// pick is the menu of topics.
func (r *Router) pick() action {
	return action{name: "pick", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if len(v.Values) == 0 {
			return Response{}, errNoTopic
		}
		return r.showTopic(ctx, v, subject{Topic: v.Values[0], Code: v.Code}, mood{})
	}}
}

// areas is the button that leads to the list of areas.
func (r *Router) areas() action {
	return action{name: "areas", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		card := r.areasCard(v.Code)
		return Response{Card: &card}, nil
	}}
}

// areaAction is the button of an area and of its pages.
func (r *Router) areaAction() action {
	return action{name: "area", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		area, ok := areaOf(v.Action.Arg(1))
		if !ok {
			return Response{}, errVersion
		}
		page, _ := strconv.Atoi(v.Action.Arg(2))
		card := r.areaCard(v, area, v.Code, page)
		return Response{Card: &card}, nil
	}}
}

func (r *Router) areasCard(code language.Code) Card {
	var buttons []Button
	for _, a := range knowledge.Areas() {
		buttons = append(buttons, Button{Label: r.say(code, "area."+string(a)), Action: Do("area", string(code), string(a), "1")})
	}
	blocks := []Block{Heading{1, r.say(code, "areas.title")}, Text{r.say(code, "areas.text")}}
	blocks = append(blocks, row(buttons...)...)
	blocks = append(blocks, row(Button{Label: r.say(code, "button.ask"), Style: Primary, Action: Do("ask", string(code))},
		Button{Label: r.say(code, "button.help"), Action: Do("help", string(code))})...)
	return Card{Language: code, Blocks: blocks}
}

// areaCard lists the topics of an area in menus, 25 a page.
func (r *Router) areaCard(v *visit, area knowledge.Area, code language.Code, page int) Card {
	slugs := slices.DeleteFunc(r.topics.in(area), func(slug string) bool { _, ok := v.title(slug, code); return !ok })
	pages := max((len(slugs)+maxMenu-1)/maxMenu, 1)
	page = min(max(page, 1), pages)
	from := (page - 1) * maxMenu
	card := Card{Language: code, Blocks: []Block{
		Heading{1, r.say(code, "area."+string(area))}, Text{r.say(code, "area."+string(area)+".about")}}}
	menu := Menu{Action: Do("pick", string(code)), Placeholder: r.say(code, "area.pick")}
	for _, slug := range slugs[from:min(from+maxMenu, len(slugs))] {
		title, _ := v.title(slug, code)
		menu.Options = append(menu.Options, MenuOption{Label: clip(title, maxOption), Value: slug})
	}
	if len(menu.Options) > 0 {
		card.Blocks = append(card.Blocks, menu)
	}
	at := func(n int) Action { return Do("area", string(code), string(area), strconv.Itoa(n)) }
	nav := []Button{{Label: r.say(code, "button.back-areas"), Action: Do("areas", string(code))}}
	if page > 1 {
		nav = append(nav, Button{Label: r.say(code, "button.previous"), Action: at(page - 1)})
	}
	if page < pages {
		nav = append(nav, Button{Label: r.say(code, "button.next"), Action: at(page + 1)})
	}
	if pages > 1 {
		card.Blocks = append(card.Blocks, Small{r.pageOf(page, pages, code)})
	}
	card.Blocks = append(card.Blocks, row(nav...)...)
	return card
}

// fewChoices is how many topics found by letters make looking further worth while.
const fewChoices = 5

// completeTopic offers topics while a person is typing, in the language whose letters
// are typed. Where few fit by letters, those a question like it would be answered with
// follow.
func (r *Router) completeTopic(ctx context.Context, v *visit, area knowledge.Area) []Choice {
	typed, _ := cut(v.Options[v.Focused].String, maxTyped)
	code := typedLanguage(typed, v.Code)
	slugs := r.topics.search(typed, area)
	if len(slugs) < fewChoices && units(typed) >= 3 {
		reply, _ := v.engine.Reply(ctx, conversation.Turn{Text: typed, Now: v.Now, Language: code})
		for _, c := range reply.Topics {
			t := r.Engine.Base().Topics[c.Topic]
			if t != nil && (area == "" || t.Area == area) && !slices.Contains(slugs, c.Topic) {
				slugs = append(slugs, c.Topic)
			}
		}
	}
	var list []Choice
	for _, slug := range slugs {
		if title, ok := v.title(slug, code); ok && len(list) < maxChoices {
			list = append(list, Choice{Name: clip(title, maxOption), Value: slug})
		}
	}
	return list
}
