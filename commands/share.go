package commands

import (
	"context"
	"strings"
	"time"

	"madoguchi/conversation"
)

// maySuggestSharing reports whether a private answer gets a button to show it to the
// others in the channel.
func (r *Router) maySuggestSharing(ctx context.Context, v *visit, reply conversation.Reply) bool {
	return !v.Direct && reply.Outcome == conversation.Answer && !r.settingsOf(ctx, v).NoSharing
}

// share asks once more before an answer is shown to others: sharing takes a second,
// deliberate press.
func (r *Router) share() action {
	return action{name: "share", handle: func(ctx context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		reply, err := r.again(ctx, v, s)
		if err != nil {
			return Response{}, err
		}
		if !r.maySuggestSharing(ctx, v, reply) {
			return Response{}, errNoSharing
		}
		code := reply.Language
		s.Code = code
		text, style := "share.text", Primary
		if reply.Sensitive {
			text, style = "share.sensitive", Danger
		}
		card := Card{Language: code, Sensitive: reply.Sensitive, Blocks: []Block{
			Heading{1, r.say(code, "share.title")}, Text{"**" + reply.Title + "**\n" + r.say(code, text)}}}
		card.Blocks = append(card.Blocks, row(
			Button{Label: r.say(code, "button.back-answer"), Action: s.do("topic")},
			Button{Label: r.say(code, "button.share-now"), Style: style, Action: s.do("share-now")})...)
		return Response{Card: &card}, nil
	}}
}

// shareNow shows an answer to everyone in the channel.
func (r *Router) shareNow() action {
	public := func(Request) Plan { return Plan{} }
	return action{name: "share-now", plan: public, handle: func(ctx context.Context, v *visit) (Response, error) {
		s := r.subjectOf(v.Action)
		s.Status, s.Field = "", "" // what the asker said of themselves is not for others
		reply, err := r.again(ctx, v, s)
		if err != nil {
			return Response{}, err
		}
		if !r.maySuggestSharing(ctx, v, reply) {
			return Response{}, errNoSharing
		}
		key := "share/" + string(v.Person) + "/" + v.ChannelID + "/" + strings.Join(s.args(), "/")
		if first, err := r.Store.Once(ctx, key, time.Minute); err == nil && !first {
			return Response{}, errShared
		}
		v.outcome = "shared"
		card := r.brief(ctx, v, reply, s.in(reply.Language), mood{public: true, shared: true})
		card.Sensitive = false // the asker decided to show it
		return Response{Card: &card}, nil
	}}
}
