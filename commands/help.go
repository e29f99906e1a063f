package commands

import (
	"context"
	"strings"

	"madoguchi/locales"
)

// helpCommand is /help: what the bot is for, how to ask, and the commands by the names
// this person's Discord shows.
func (r *Router) helpCommand() command {
	return command{Definition: r.define("help"), handle: func(_ context.Context, v *visit) (Response, error) {
		card := r.helpCard(v)
		return Response{Card: &card}, nil
	}}
}

func (r *Router) help() action {
	return action{name: "help", handle: func(_ context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		card := r.helpCard(v)
		return Response{Card: &card}, nil
	}}
}

func (r *Router) helpCard(v *visit) Card {
	code := v.Code
	var lines []string
	for _, c := range r.commands {
		if c.Permission != 0 && (v.GuildID == "" || v.Permissions&c.Permission == 0) {
			continue
		}
		name := c.Name
		if local := c.Names[v.Locale]; local != "" {
			name = local
		}
		if c.OnMessage {
			lines = append(lines, r.fill(code, "help.on-message", locales.Data{"Name": name}))
			continue
		}
		lines = append(lines, "**/"+name+"** – "+r.say(code, "command."+c.Name+".description"))
	}
	card := Card{Language: code, Blocks: []Block{
		Heading{1, r.say(code, "help.title")},
		Text{r.say(code, "help.text")},
		Text{r.say(code, "help.examples")},
		Heading{2, r.say(code, "help.commands")},
		Text{strings.Join(lines, "\n")},
		Small{r.say(code, "help.privacy")}, Small{r.say(code, "disclaimer")}}}
	card.Blocks = append(card.Blocks, row(
		Button{Label: r.say(code, "button.ask"), Style: Primary, Action: Do("ask", string(code))},
		Button{Label: r.say(code, "button.topics"), Action: Do("areas", string(code))},
		Button{Label: r.say(code, "button.hotline"), Action: Do("hotline", string(code), "", "1")})...)
	card.Blocks = append(card.Blocks, row(
		Button{Label: r.say(code, "button.language"), Emoji: "🌐", Action: Do("language")},
		Button{Label: r.say(code, "button.privacy"), Action: Do("privacy", string(code))})...)
	return fit(card)
}
