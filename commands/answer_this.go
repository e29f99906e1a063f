package commands

import (
	"context"
	"strings"

	"madoguchi/conversation"
)

// answerThis is the command on a message: it answers what someone wrote, privately for
// the one who pressed it and, when they chose a language, in that one.
func (r *Router) answerThis() command {
	d := Definition{OnMessage: true}
	d.Name, d.Names = r.localised("command.answer-this.name")
	return command{Definition: d, handle: func(ctx context.Context, v *visit) (Response, error) {
		switch {
		case v.Sender:
			return Response{}, errOwnMessage
		case strings.TrimSpace(v.Text) == "":
			return Response{}, errNoText
		}
		// Someone else may have written it: their status or prefecture is not the
		// presser's, and what the presser talked of before is not theirs.
		reply, after := r.engine(ctx, v).Reply(ctx, conversation.Turn{Text: v.Text, Now: v.Now, Language: v.Code, Chosen: v.Preferences.Language.Valid()})
		s := r.subjectOfReply(reply, after)
		if want := v.Preferences.Language; want.Valid() && want != reply.Language && reply.Outcome == conversation.Answer {
			s.Code = want
			var ok bool
			if reply, ok = r.engine(ctx, v).Topic(s.Topic, want, s.slots(), v.Now); !ok {
				return Response{}, errNoTopic
			}
		}
		v.Code = reply.Language
		if reply.Outcome == conversation.Answer {
			r.remember(ctx, v, subject{Topic: s.Topic, Code: s.Code}.session(v.Session))
		}
		reply = r.finish(ctx, v, reply)
		card := r.brief(ctx, v, reply, s, mood{})
		return Response{Card: &card}, nil
	}}
}
