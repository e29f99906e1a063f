package commands

import (
	"context"

	"madoguchi/language"
)

// tongue offers an answer in the other languages, each named in itself.
func (r *Router) tongue() action {
	return action{name: "tongue", handle: func(_ context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		v.speak(string(s.Code))
		s.Code = v.Code
		title, ok := v.title(s.Topic, v.Code)
		if !ok {
			return Response{}, errNoTopic
		}
		var buttons []Button
		for _, code := range language.Codes() {
			if code != s.Code {
				buttons = append(buttons, Button{Label: r.say(code, "language.native"), Action: s.in(code).do("topic")})
			}
		}
		card := Card{Language: v.Code, Blocks: []Block{Heading{1, title}, Text{r.say(v.Code, "tongue.text")}}}
		card.Blocks = append(card.Blocks, row(buttons...)...)
		card.Blocks = append(card.Blocks, row(Button{Label: r.say(v.Code, "button.back-answer"), Action: s.do("topic")})...)
		return Response{Card: &card}, nil
	}}
}
