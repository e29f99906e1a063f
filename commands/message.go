package commands

import "context"

// message answers what a person wrote to the bot.
func (r *Router) message(ctx context.Context, v *visit) (Response, error) {
	return Response{}, errNoText
}
