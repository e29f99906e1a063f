package commands

import (
	"context"
	"slices"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// person is the button "talk to a person": the help lines for the matter with all that
// is known of them, and the consultation centre of the prefecture.
func (r *Router) person() action {
	return action{name: "person", handle: func(ctx context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		reply, err := r.again(ctx, v, s)
		if err != nil {
			return Response{}, err
		}
		s.Code = reply.Language
		card := r.personCard(v, reply, s, v.Session.Prefectures)
		return Response{Card: &card}, nil
	}}
}

func (r *Router) personCard(v *visit, reply conversation.Reply, s subject, places []string) Card {
	code := reply.Language
	card := Card{Language: code, Sensitive: reply.Sensitive, Blocks: []Block{
		Heading{1, r.say(code, "person.title")}, Text{r.say(code, "person.text")}}}
	if reply.Urgent {
		card.Tone = Urgent
		card.Blocks = append(card.Blocks, Text{"**" + reply.Lead + "**"})
	}
	pieces := r.helplinePieces(reply.Helplines, r.say(code, "section.helplines"), code)
	for _, p := range append(slices.Clone(s.Prefectures), places...) {
		if text := r.centre(v.engine.Centre(p), code); text != "" {
			pieces = append(pieces, piece{text: text})
			break
		}
	}
	card.Blocks = append(card.Blocks, paginate(pieces, maxUnits-600)[0]...)
	last := []Button{
		{Label: r.say(code, "button.back-answer"), Action: s.do("topic")},
		{Label: r.say(code, "button.hotline"), Action: Do("hotline", string(code), "", "1")}}
	if reply.Sensitive {
		last = append(last, Button{Label: r.say(code, "button.clear"), Action: Do("clear", string(code))})
	}
	card.Blocks = append(card.Blocks, row(last...)...)
	return fit(card)
}

// centre draws the consultation centre of a prefecture; "" when none is known.
func (r *Router) centre(c *knowledge.Centre, code language.Code) string {
	if c == nil {
		return ""
	}
	name, japanese := c.Name[code], c.Name[language.Japanese]
	if name == "" {
		name = japanese
	}
	text := "**" + name + "**"
	if japanese != "" && japanese != name {
		text = "**" + name + " (" + japanese + ")**"
	}
	for _, line := range []string{joined(dialable(c), r.centreLanguages(c, code)), c.URL} {
		if line != "" {
			text += "\n" + line
		}
	}
	return text
}

func dialable(c *knowledge.Centre) string {
	if c.Dialable {
		return "☎ " + c.Phone
	}
	return ""
}

// centreLanguages says whether a centre speaks the reader's language.
func (r *Router) centreLanguages(c *knowledge.Centre, code language.Code) string {
	if !slices.Contains(c.Languages, string(code)) {
		return ""
	}
	return r.fill(code, "helpline.in-language", locales.Data{"Language": r.say(code, "language."+string(code))})
}
