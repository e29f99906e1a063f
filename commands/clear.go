package commands

import (
	"context"

	"madoguchi/store"
)

// clear puts something harmless in place of an answer that someone might see over the
// shoulder, and forgets what the conversation was about.
func (r *Router) clear() action {
	return action{name: "clear", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		for _, kind := range []store.Kind{store.KindSession, store.KindState} {
			if err := r.Store.Delete(ctx, v.Person, kind); err != nil {
				r.Log.Debug("a record was not cleared", "kind", string(kind), "error", err)
			}
		}
		card := Card{Language: v.Code, Blocks: []Block{Text{r.say(v.Code, "clear.text")}}}
		return Response{Card: &card}, nil
	}}
}
