package commands

import (
	"context"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

const (
	topicWage   = "minimum-wage"
	topicUnpaid = "unpaid-wages"
)

// wageCommand is /wage: the minimum wage of a prefecture, now and next.
func (r *Router) wageCommand() command {
	return command{
		Definition: r.define("wage", OptionDefinition{Type: StringOption, Name: "prefecture", Autocomplete: true, MaxLength: maxOption}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			given := v.Options["prefecture"].String
			if given == "" && len(v.Session.Prefectures) > 0 {
				given = v.Session.Prefectures[0]
			}
			if given == "" {
				card := r.placesCard(v.Code, forWage)
				return Response{Card: &card}, nil
			}
			code := r.places.find(given)
			if code == "" {
				return Response{}, errNoPlace
			}
			return r.showWage(ctx, v, code)
		},
		complete: func(_ context.Context, v *visit) []Choice { return r.completePlace(v) },
	}
}

// showWage answers with the minimum wage of a prefecture, and remembers that the talk
// was of it.
func (r *Router) showWage(ctx context.Context, v *visit, prefecture string) (Response, error) {
	s := subject{Topic: topicWage, Code: v.Code, Prefectures: []string{prefecture}}
	card, ok := r.wageCard(v, s)
	if !ok {
		return Response{}, errNoPlace
	}
	v.outcome = string(conversation.Answer)
	r.count(ctx, v, CountAsked, topicWage+"/"+string(v.Code), 1)
	r.remember(ctx, v, s.session(v.Session))
	return Response{Card: &card}, nil
}

func (r *Router) wageCard(v *visit, s subject) (Card, bool) {
	code := s.Code
	view, ok := r.Engine.Base().ViewPrefecture(s.Prefectures[0], knowledge.Asked{Language: code, Now: v.Now})
	if !ok || view.Wage == "" {
		return Card{}, false
	}
	now, _, _ := r.Engine.Base().Prefecture(view.Code).WageAt(v.Now)
	text := r.wageText(view, code)
	if view.PreviousWage != "" {
		text += "\n" + r.fill(code, "wage.before", locales.Data{"Wage": view.PreviousWage})
	}
	card := Card{Language: code, Blocks: []Block{
		Heading{1, r.fill(code, "wage.title", locales.Data{"Place": view.Name})}, Text{text}}}
	if !now.Confidence.Sure() {
		card.Blocks = append(card.Blocks, Small{r.say(code, "notice.unsure")})
	}
	card.Blocks = append(card.Blocks, Small{r.fill(code, "wage.source", locales.Data{"Source": link(r.say(code, "wage.ministry"), now.Source)})})
	card.Blocks = append(card.Blocks, row(
		r.topicButton(v, s, r.say(code, "button.wage-how")),
		r.topicButton(v, s.about(topicUnpaid), r.say(code, "button.wage-less")))...)
	card.Blocks = append(card.Blocks, row(
		Button{Label: r.say(code, "button.place"), Action: Do("places", string(code), forWage)},
		Button{Label: r.say(code, "button.compare"), Action: Do("compare-with", string(code), view.Code)},
		Button{Label: r.say(code, "button.hotline"), Action: Do("hotline", string(code), topicWage, "1")})...)
	return card, true
}

// wageText says the wage in force and, once it is decided, the next one.
func (r *Router) wageText(v knowledge.PrefectureView, code language.Code) string {
	text := r.fill(code, "wage.now", locales.Data{"Wage": v.Wage, "Date": v.WageFrom})
	if v.NextWage != "" {
		text += "\n" + r.fill(code, "wage.next", locales.Data{"Wage": v.NextWage, "Date": v.NextWageFrom})
	}
	return text
}
