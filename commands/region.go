package commands

import "context"

// regionCommand is /region: what one prefecture offers.
func (r *Router) regionCommand() command {
	return command{
		Definition: r.define("region", OptionDefinition{Type: StringOption, Name: "prefecture", Autocomplete: true, MaxLength: maxOption}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			given := v.Options["prefecture"].String
			if given == "" {
				card := r.placesCard(v.Code, forProfile)
				return Response{Card: &card}, nil
			}
			code := r.places.find(given)
			if code == "" {
				return Response{}, errNoPlace
			}
			return r.showTopic(ctx, v, subject{Topic: forProfile, Code: v.Code, Prefectures: []string{code}}, mood{})
		},
		complete: func(_ context.Context, v *visit) []Choice { return r.completePlace(v) },
	}
}
