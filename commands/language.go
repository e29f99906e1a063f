package commands

import (
	"context"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/store"
)

// languageCommand is /language: the language to be answered in, for a year.
func (r *Router) languageCommand() command {
	return command{
		Definition: r.define("language", OptionDefinition{Type: StringOption, Name: "language", Choices: r.languageChoices()}),
		handle: func(ctx context.Context, v *visit) (Response, error) {
			if given := v.Options["language"].String; given != "" {
				return r.setLanguage(ctx, v, language.Code(given))
			}
			card := r.languageCard(v)
			return Response{Card: &card}, nil
		},
	}
}

// languageAction is the button of a language; without one it asks which.
func (r *Router) languageAction() action {
	return action{name: "language", handle: func(ctx context.Context, v *visit) (Response, error) {
		if given := v.Action.Arg(0); given != "" {
			return r.setLanguage(ctx, v, language.Code(given))
		}
		card := r.languageCard(v)
		return Response{Card: &card}, nil
	}}
}

// languageCard asks in all four languages at once: who can't read one finds theirs.
func (r *Router) languageCard(v *visit) Card {
	card := Card{Language: v.Code}
	var buttons []Button
	for _, code := range language.Codes() {
		card.Blocks = append(card.Blocks, Text{r.say(code, "language.ask")})
		buttons = append(buttons, Button{Label: r.say(code, "language.native"), Action: Do("language", string(code))})
	}
	card.Blocks = append(card.Blocks, row(buttons...)...)
	return card
}

func (r *Router) setLanguage(ctx context.Context, v *visit, code language.Code) (Response, error) {
	if !code.Valid() {
		return Response{}, errVersion
	}
	v.Code = code
	v.Preferences.Language, v.Preferences.Used = code, knowledge.Day(v.Now)
	text := "language.set"
	if !r.keep(ctx, v, store.KindPreferences, v.Preferences, preferenceLife) {
		text = "language.not-kept"
	}
	s := v.Session
	s.Language = code
	r.remember(ctx, v, s)
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "language.native")}, Text{r.say(code, text)}}}
	card.Blocks = append(card.Blocks, row(
		Button{Label: r.say(code, "button.ask"), Style: Primary, Action: Do("ask", string(code))},
		Button{Label: r.say(code, "button.topics"), Action: Do("areas", string(code))},
		Button{Label: r.say(code, "button.help"), Action: Do("help", string(code))})...)
	return Response{Card: &card}, nil
}
