package commands

import (
	"context"
	"strings"
)

// plainCopy gives an answer as plain text, to be read aloud by a screen reader, copied
// or sent on.
func (r *Router) plainCopy() action {
	return action{name: "copy", plan: beside, handle: func(ctx context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		reply, err := r.again(ctx, v, s)
		if err != nil {
			return Response{}, err
		}
		code := reply.Language
		text := reply.Title + "\n" + formatDay(v.Now, code) + "\n\n" + strings.ReplaceAll(reply.Text(r.Words), "**", "")
		card := Card{Language: code, Sensitive: reply.Sensitive, Blocks: []Block{Text{r.say(code, "copy.text")}}}
		return Response{Card: &card, Files: []File{{Name: "madoguchi-" + s.Topic + "-" + string(code) + ".txt", Data: []byte(text)}}}, nil
	}}
}
