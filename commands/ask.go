package commands

import "context"

// maxQuestion is how long a question may be: Discord shows the limit while typing.
const maxQuestion = 1000

// askCommand is /ask: a question in one's own words, answered to the asker alone.
// Without a question it opens a form, which is easier to write in on a phone.
func (r *Router) askCommand() command {
	return command{
		Definition: r.define("ask", OptionDefinition{Type: StringOption, Name: "question", MaxLength: maxQuestion}),
		plan: func(q Request) Plan {
			return Plan{Private: true, Modal: q.Options["question"].String == ""}
		},
		handle: func(ctx context.Context, v *visit) (Response, error) {
			if q := v.Options["question"].String; q != "" {
				return r.answerText(ctx, v, q)
			}
			return r.askForm(v), nil
		},
	}
}

// askButton opens the same form from a card.
func (r *Router) askButton() action {
	return action{name: "ask", plan: form, handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		return r.askForm(v), nil
	}}
}

// askSent answers the form.
func (r *Router) askSent() action {
	return action{name: "ask-form", plan: beside, handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if q := v.Fields["question"]; len(q) > 0 && q[0] != "" {
			return r.answerText(ctx, v, q[0])
		}
		return Response{}, errNoText
	}}
}

func (r *Router) askForm(v *visit) Response {
	return Response{Modal: &Modal{Action: Do("ask-form", string(v.Code)), Title: r.say(v.Code, "ask.title"), Fields: []Field{{
		ID: "question", Label: r.say(v.Code, "ask.label"), Description: r.say(v.Code, "ask.description"),
		Placeholder: r.say(v.Code, "ask.placeholder"), Long: true, Required: true, MaxLength: maxQuestion}}}}
}

// answerText answers a question privately.
func (r *Router) answerText(ctx context.Context, v *visit, text string) (Response, error) {
	reply, s := r.ask(ctx, v, text)
	card := r.brief(ctx, v, reply, s, mood{})
	return Response{Card: &card}, nil
}
