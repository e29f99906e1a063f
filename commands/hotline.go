package commands

import (
	"context"
	"strconv"

	"madoguchi/conversation"
	"madoguchi/language"
)

// hotlineUnits is how much one page of help lines holds.
const hotlineUnits = 1800

// hotlineCommand is /hotline: who can be called now, in my language.
func (r *Router) hotlineCommand() command {
	return command{
		Definition: r.define("hotline",
			OptionDefinition{Type: StringOption, Name: "language", Choices: r.languageChoices()},
			OptionDefinition{Type: StringOption, Name: "topic", Autocomplete: true, MaxLength: maxQuestion}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			v.speak(v.Options["language"].String)
			topic := v.Options["topic"].String
			if topic != "" && r.Engine.Base().Topics[topic] == nil {
				// Words instead of a topic from the list: the topic they are about.
				reply, _ := v.engine.Reply(ctx, conversation.Turn{Text: topic, Now: v.Now, Language: v.Code, Chosen: true})
				topic = reply.Topic
			}
			card := r.hotlineCard(v, v.Code, topic, 1)
			return Response{Card: &card}, nil
		},
		complete: func(ctx context.Context, v *visit) []Choice { return r.completeTopic(ctx, v, "") },
	}
}

// hotline is the button of help lines, and of their pages.
func (r *Router) hotline() action {
	return action{name: "hotline", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		page, _ := strconv.Atoi(v.Action.Arg(2))
		card := r.hotlineCard(v, v.Code, v.Action.Arg(1), page)
		return Response{Card: &card}, nil
	}}
}

// lineGroups sorts help lines into groups as a person in need reads them.
type lineGroup struct {
	id    string // of the heading "hotline.<id>"
	lines []conversation.Helpline
}

func groupLines(lines []conversation.Helpline, code language.Code) []lineGroup {
	groups := []lineGroup{{id: "danger"}, {id: "open"}, {id: "closed"}, {id: "unknown"}, {id: "other"}}
	for _, h := range lines {
		i := 4
		switch {
		case h.Urgent:
			i = 0
		case h.Language != code:
		case h.Open == conversation.OpenNow:
			i = 1
		case h.Open == conversation.ClosedNow:
			i = 2
		default:
			i = 3
		}
		groups[i].lines = append(groups[i].lines, h)
	}
	return groups
}

// hotlineCard lists the help lines for a topic, or all of them when it is empty: in
// danger first, then those that speak the reader's language, open ones before closed.
func (r *Router) hotlineCard(v *visit, code language.Code, topic string, page int) Card {
	lines := v.engine.AllHelplines(code, v.Now)
	title := r.say(code, "hotline.title")
	if name, ok := v.title(topic, code); ok {
		lines = v.engine.Helplines(code, topic, v.Now)
		title = name
	} else {
		topic = ""
	}
	var pieces []piece
	hours := false
	for _, g := range groupLines(lines, code) {
		heading := r.say(code, "hotline."+g.id)
		group := heading
		for _, h := range g.lines {
			pieces = append(pieces, piece{heading: heading, group: group, text: r.helplineFull(h, code)})
			heading = ""
			hours = hours || h.Hours != ""
		}
	}
	if hours {
		pieces = append(pieces, piece{text: r.say(code, "hours.japan"), small: true})
	}
	pages := paginate(pieces, hotlineUnits)
	page = min(max(page, 1), len(pages))
	card := Card{Language: code, Blocks: []Block{Heading{1, title}, Small{r.say(code, "hotline.text")}}}
	card.Blocks = append(card.Blocks, pages[page-1]...)
	if len(pages) > 1 {
		card.Blocks = append(card.Blocks, Small{r.pageOf(page, len(pages), code)})
	}
	at := func(in language.Code, n int) Action { return Do("hotline", string(in), topic, strconv.Itoa(n)) }
	var nav []Button
	if page > 1 {
		nav = append(nav, Button{Label: r.say(code, "button.previous"), Action: at(code, page-1)})
	}
	if page < len(pages) {
		nav = append(nav, Button{Label: r.say(code, "button.next"), Style: Primary, Action: at(code, page+1)})
	}
	if topic != "" {
		nav = append(nav, r.topicButton(v, subject{Topic: topic, Code: code}, r.say(code, "button.read-answer")),
			Button{Label: r.say(code, "button.hotline"), Action: Do("hotline", string(code), "", "1")})
	}
	card.Blocks = append(card.Blocks, row(nav...)...)
	var tongues []Button
	for _, in := range language.Codes() {
		if in != code {
			tongues = append(tongues, Button{Label: r.say(in, "language.native"), Action: at(in, 1)})
		}
	}
	card.Blocks = append(card.Blocks, row(tongues...)...)
	return fit(card)
}
