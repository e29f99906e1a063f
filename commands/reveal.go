package commands

import (
	"context"
	"slices"
	"time"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/store"
)

const (
	// heldLife is how long an answer that was not shown in public can be opened.
	heldLife = 15 * time.Minute
	maxHeld  = 5
)

// state is what buttons need beyond what fits in their id: the record of KindState.
type state struct {
	Held  []held `json:"h,omitempty"`
	Typed *typed `json:"f,omitempty"` // a moderator's form that could not be saved
}

// held is an answer that waits to be opened by the asker alone: slugs and slots, never
// a text.
type held struct {
	ID          string               `json:"i"` // of the message that asked
	Until       int64                `json:"u"` // Unix seconds
	Language    language.Code        `json:"l"`
	Outcome     conversation.Outcome `json:"o"`
	Topic       string               `json:"t,omitempty"`
	Talk        string               `json:"k,omitempty"`
	Choices     []string             `json:"c,omitempty"`
	Prefectures []string             `json:"p,omitempty"`
	Status      string               `json:"s,omitempty"`
	Field       string               `json:"f,omitempty"`
}

// hold keeps a reply that is not for others to see, and answers with one neutral line
// and a button that opens it for the asker alone.
func (r *Router) hold(ctx context.Context, v *visit, reply conversation.Reply, s subject) Response {
	code := reply.Language
	h := held{ID: v.ID, Until: v.Now.Add(heldLife).Unix(), Language: code, Outcome: reply.Outcome, Topic: reply.Topic, Talk: reply.Talk,
		Prefectures: s.Prefectures, Status: s.Status, Field: s.Field}
	for _, c := range reply.Choices {
		h.Choices = append(h.Choices, c.Topic)
	}
	var all state
	r.recall(ctx, v, store.KindState, &all)
	all.Held = slices.DeleteFunc(all.Held, func(h held) bool { return h.Until <= v.Now.Unix() })
	all.Held = append(all.Held, h)
	all.Held = all.Held[max(len(all.Held)-maxHeld, 0):]
	v.outcome = "held " + string(reply.Outcome)
	card := Card{Language: code}
	if v.Forgetful || !r.keep(ctx, v, store.KindState, all, heldLife) {
		card.Blocks = []Block{Text{r.say(code, "held.no-memory")}}
		return Response{Card: &card}
	}
	card.Blocks = append([]Block{Text{r.say(code, "held.text")}}, row(
		Button{Label: r.say(code, "button.reveal"), Style: Primary, Action: Do("reveal", v.ID, r.seal(v), string(code))})...)
	return Response{Card: &card}
}

// seal marks a button as the asker's, in a way that says nothing of who that is and
// differs from message to message.
func (r *Router) seal(v *visit) string {
	id := v.ID
	if v.Kind == KindComponent {
		id = v.Action.Arg(0)
	}
	return string(r.Keyer.Person(v.UserID + "/" + id))[:12]
}

// reveal opens a held reply for the one who asked.
func (r *Router) reveal() action {
	return action{name: "reveal", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(2))
		if v.Action.Arg(1) != r.seal(v) {
			return Response{}, errForeign
		}
		var all state
		r.recall(ctx, v, store.KindState, &all)
		for _, h := range all.Held {
			if h.ID == v.Action.Arg(0) && h.Until > v.Now.Unix() {
				reply, s, err := r.heldReply(ctx, v, h)
				if err != nil {
					return Response{}, err
				}
				card := r.brief(ctx, v, reply, s, mood{})
				return Response{Card: &card}, nil
			}
		}
		if v.Forgetful {
			return Response{}, store.ErrUnavailable
		}
		return Response{}, errExpired
	}}
}

// heldReply makes a held reply again.
func (r *Router) heldReply(ctx context.Context, v *visit, h held) (conversation.Reply, subject, error) {
	s := subject{Topic: h.Topic, Code: h.Language, Prefectures: h.Prefectures, Status: h.Status, Field: h.Field}
	v.Code = h.Language
	v.outcome = "revealed"
	switch h.Outcome {
	case conversation.Answer:
		reply, err := r.again(ctx, v, s)
		r.remember(ctx, v, s.session(v.Session))
		return reply, s, err
	case conversation.Choose:
		return r.chooseAgain(v, h.Choices, h.Language), s, nil
	case conversation.Chat:
		if reply, ok := r.engine(ctx, v).Talk(h.Talk, h.Language, v.Now); ok {
			return reply, s, nil
		}
	}
	reply := r.engine(ctx, v).HandOver(h.Language, s.slots(), v.Now)
	reply.Choices = r.options(v, h.Choices, h.Language)
	return reply, s, nil
}
