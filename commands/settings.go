package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"madoguchi/language"
	"madoguchi/locales"
)

// Permissions as Discord's bits.
const (
	permissionAdministrator uint64 = 1 << 3
	permissionManageServer  uint64 = 1 << 5
)

// maxChannels is how many channels can be set for mentions: what one menu takes.
const maxChannels = 25

// managesServer lets those through who may manage the server, whatever way the request
// came.
func managesServer(_ context.Context, v *visit) error {
	switch {
	case v.GuildID == "" || !v.Installed:
		return errServerOnly
	case v.Permissions&(permissionManageServer|permissionAdministrator) == 0:
		return errNotAllowed
	}
	return nil
}

// settingsCommand is /settings, for those who manage the server.
func (r *Router) settingsCommand() command {
	d := r.define("settings")
	d.ServerOnly, d.Permission = true, permissionManageServer
	return command{Definition: d, only: managesServer, handle: func(ctx context.Context, v *visit) (Response, error) {
		return r.showSettings(ctx, v, "")
	}}
}

// Parts of the settings, each with a card of its own.
func settingParts() []string {
	return []string{"language", "channels", "sharing", "announce", "role", "log", "review"}
}

// moderatorSettings are the parts on which the moderators' work depends: a change of
// them stands in their log.
func moderatorSettings() []string { return []string{"announce", "role", "log", "review"} }

// settingsShow goes back to the list of settings.
func (r *Router) settingsShow() action {
	return action{name: "settings", only: managesServer, handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		return r.showSettings(ctx, v, "")
	}}
}

// settingsPart opens the card of the part picked in the menu.
func (r *Router) settingsPart() action {
	return action{name: "settings-part", only: managesServer, handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if len(v.Values) == 0 || !slices.Contains(settingParts(), v.Values[0]) {
			return Response{}, errVersion
		}
		s, err := LoadSettings(ctx, r.Store, v.GuildID)
		if err != nil {
			return Response{}, err
		}
		card := r.settingCard(v.Values[0], s, v.Code)
		return Response{Card: &card}, nil
	}}
}

// settingsSet keeps what was picked: its arguments are the language of the card, the
// part, and for announcements their language, or the value of a button.
func (r *Router) settingsSet() action {
	return action{name: "settings-set", only: managesServer, handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		part, which := v.Action.Arg(1), v.Action.Arg(2)
		if !validPick(part, which, v.Values) {
			return Response{}, errVersion
		}
		s, err := SaveSettings(ctx, r.Store, v.GuildID, func(s *Settings) error {
			set(s, part, which, v.Values)
			return nil
		})
		if err != nil {
			return Response{}, err
		}
		v.settings = &s
		v.outcome = "set " + part
		r.Log.Info("settings of a server were changed", "server", v.GuildID, "part", part, "by", v.UserID)
		if r.Moderation != nil && slices.Contains(moderatorSettings(), part) {
			// The setting holds all the same if the line can't be written now.
			if err := r.Moderation.LogSetting(ctx, r.act(v), part, s.OnePerson); err != nil {
				r.Log.Error("a changed setting is missing in the moderators' log", "part", part, "error", err)
			}
		}
		return r.showSettings(ctx, v, part)
	}}
}

// validPick checks what came back from Discord, which may be forged.
func validPick(part, which string, values []string) bool {
	for _, v := range values {
		if part != "language" && !isSnowflake(v) {
			return false
		}
	}
	switch part {
	case "language":
		return len(values) == 1 && language.Code(values[0]).Valid()
	case "channels":
		return len(values) <= maxChannels
	case "announce":
		return language.Code(which).Valid() && len(values) <= 1
	case "role", "log":
		return len(values) <= 1
	case "sharing", "review":
		return which == "on" || which == "off"
	}
	return false
}

func isSnowflake(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

func set(s *Settings, part, which string, values []string) {
	one := ""
	if len(values) > 0 {
		one = values[0]
	}
	switch part {
	case "language":
		s.Language = language.Code(one)
	case "channels":
		s.Channels = values
	case "announce":
		if s.Announce == nil {
			s.Announce = map[language.Code]string{}
		}
		if s.Announce[language.Code(which)] = one; one == "" {
			delete(s.Announce, language.Code(which))
		}
	case "role":
		s.ModeratorRole = one
	case "log":
		s.LogChannel = one
	case "sharing":
		s.NoSharing = which == "off"
	case "review":
		s.OnePerson = which == "off"
	}
}

// showSettings lists the settings as they are; changed names the part that was just
// set.
func (r *Router) showSettings(ctx context.Context, v *visit, changed string) (Response, error) {
	s, err := LoadSettings(ctx, r.Store, v.GuildID)
	if err != nil {
		return Response{}, fmt.Errorf("show the settings: %w", err)
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "settings.title")}}}
	if changed != "" {
		card.Blocks = append(card.Blocks, Text{r.fill(code, "settings.saved", locales.Data{"Part": r.say(code, "settings."+changed)})})
	}
	var lines []string
	menu := Menu{Action: Do("settings-part", string(code)), Placeholder: r.say(code, "settings.change")}
	for _, part := range settingParts() {
		lines = append(lines, "**"+r.say(code, "settings."+part)+"**\n"+r.settingValue(part, s, code))
		menu.Options = append(menu.Options, MenuOption{Label: r.say(code, "settings."+part), Value: part,
			Description: clip(r.say(code, "settings."+part+".about"), maxOption)})
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")}, menu)
	card = fit(card)
	return Response{Card: &card}, nil
}

// settingValue says in words how a part is set.
func (r *Router) settingValue(part string, s Settings, code language.Code) string {
	say := func(id string) string { return r.say(code, id) }
	channel := func(id, none string) string {
		if id == "" {
			return say(none)
		}
		return "<#" + id + ">"
	}
	switch part {
	case "language":
		if s.Language.Valid() {
			return say("language." + string(s.Language))
		}
		return say("settings.language.none")
	case "channels":
		var list []string
		for _, id := range s.Channels {
			list = append(list, "<#"+id+">")
		}
		if len(list) == 0 {
			return say("settings.channels.none")
		}
		return strings.Join(list, " ")
	case "announce":
		var list []string
		for _, c := range language.Codes() {
			if id := s.Announce[c]; id != "" {
				list = append(list, say("language."+string(c))+" <#"+id+">")
			}
		}
		if len(list) == 0 {
			return say("settings.none")
		}
		return strings.Join(list, "\n")
	case "role":
		if s.ModeratorRole == "" {
			return say("settings.role.none")
		}
		return "<@&" + s.ModeratorRole + ">"
	case "log":
		return channel(s.LogChannel, "settings.none")
	case "sharing":
		return say("settings.sharing." + onOff(!s.NoSharing))
	}
	return say("settings.review." + onOff(!s.OnePerson))
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// settingCard is where one part is set.
func (r *Router) settingCard(part string, s Settings, code language.Code) Card {
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "settings."+part)}, Text{r.say(code, "settings."+part+".about")}}}
	do := func(more ...string) Action {
		return Do("settings-set", append([]string{string(code), part}, more...)...)
	}
	pick := func(kind MenuKind, a Action, most int, now ...string) Menu {
		m := Menu{Action: a, Kind: kind, Min: 0, Max: most, Placeholder: r.say(code, "settings.pick-none")}
		for _, id := range now {
			if id != "" {
				m.Options = append(m.Options, MenuOption{Value: id, Selected: true})
			}
		}
		return m
	}
	switch part {
	case "language":
		m := Menu{Action: do(), Placeholder: r.say(code, "settings.language")}
		for _, c := range language.Codes() {
			m.Options = append(m.Options, MenuOption{Label: r.say(c, "language.native"), Value: string(c), Selected: s.Language == c})
		}
		card.Blocks = append(card.Blocks, m)
	case "channels":
		card.Blocks = append(card.Blocks, pick(Channels, do(), maxChannels, s.Channels...))
	case "announce":
		for _, c := range language.Codes() {
			m := pick(Channels, do(string(c)), 1, s.Announce[c])
			m.Placeholder = r.say(c, "language.native")
			card.Blocks = append(card.Blocks, Text{"**" + r.say(c, "language.native") + "**"}, m)
		}
	case "role":
		card.Blocks = append(card.Blocks, pick(Roles, do(), 1, s.ModeratorRole))
	case "log":
		card.Blocks = append(card.Blocks, pick(Channels, do(), 1, s.LogChannel))
	case "sharing", "review":
		on := !s.NoSharing
		if part == "review" {
			on = !s.OnePerson
		}
		card.Blocks = append(card.Blocks, Text{r.settingValue(part, s, code)})
		card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "settings.turn-"+onOff(!on)), Style: Primary, Action: do(onOff(!on))})...)
	}
	card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "button.back"), Action: Do("settings", string(code))})...)
	return card
}
