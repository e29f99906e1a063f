package commands

import (
	"context"
	"slices"
	"strings"

	"madoguchi/conversation"
)

// greetingTalk is the small talk that answers a mention without words.
const greetingTalk = "greeting"

// message answers what a person wrote to the bot: in a direct message in full, in a
// channel briefly, and there never with what is not for others to see.
func (r *Router) message(ctx context.Context, v *visit) (Response, error) {
	if !v.Direct && !r.answersHere(ctx, v) {
		reply, _ := r.engine(ctx, v).Reply(ctx, conversation.Turn{Text: v.Text, Now: v.Now, Language: v.Code})
		v.Code = reply.Language // that it isn't answered here is said in the language of the message
		return Response{}, errNotHere
	}
	if strings.TrimSpace(v.Text) == "" {
		return r.greet(ctx, v)
	}
	reply, s := r.ask(ctx, v, v.Text)
	if !v.Direct && (reply.Sensitive || reply.Urgent) {
		return r.hold(ctx, v, reply, s), nil
	}
	card := r.brief(ctx, v, reply, s, mood{public: !v.Direct})
	return Response{Card: &card}, nil
}

// answersHere reports whether mentions are answered in the channel, or in the one its
// thread is in.
func (r *Router) answersHere(ctx context.Context, v *visit) bool {
	channels := r.settingsOf(ctx, v).Channels
	return len(channels) == 0 || slices.Contains(channels, v.ChannelID) ||
		v.ParentID != "" && slices.Contains(channels, v.ParentID)
}

// greet answers a bare mention; a direct message without words holds a picture or a
// sound, which cannot be read.
func (r *Router) greet(ctx context.Context, v *visit) (Response, error) {
	reply, ok := r.engine(ctx, v).Talk(greetingTalk, v.Code, v.Now)
	if v.Direct || !ok {
		return Response{}, errNoText
	}
	v.outcome = string(reply.Outcome)
	card := r.brief(ctx, v, reply, subject{Code: v.Code}, mood{public: true})
	return Response{Card: &card}, nil
}
