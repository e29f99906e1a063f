package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/commands"
	"madoguchi/store"
)

// decoder turns events into requests.
type decoder struct {
	// self is the bot's user id.
	self   string
	person func(userID string) store.Person
	now    func() time.Time
}

// interaction reads an interaction. It fails for what no request can be made of.
func (d *decoder) interaction(in *interaction) (commands.Request, error) {
	who := in.User
	q := commands.Request{
		ID: string(in.ID), Now: d.now(), Locale: in.Locale, GuildLocale: in.GuildLocale,
		GuildID: string(in.GuildID), ChannelID: string(in.ChannelID),
	}
	if m := in.Member; m != nil {
		if m.User != nil {
			who = m.User
		}
		q.Permissions = uint64(m.Permissions)
		q.Roles = texts(m.Roles)
	}
	if who == nil || who.ID == "" || in.ID == "" || in.Token == "" {
		return q, fmt.Errorf("an interaction of type %d without a person, id or token", in.Type)
	}
	d.identify(&q, who)
	if c := in.Channel; c != nil {
		if q.ChannelID == "" {
			q.ChannelID = string(c.ID)
		}
		if c.thread() {
			q.ParentID = string(c.ParentID)
		}
	}
	q.Direct = q.GuildID == "" && (in.Context == nil || *in.Context == contextDirect)
	_, byServer := in.Owners["0"]
	q.Installed = q.GuildID != "" && (byServer || len(in.Owners) == 0)
	if m := in.Message; m != nil {
		q.Ephemeral = m.Flags&flagEphemeral != 0
	}
	return q, d.data(in, &q)
}

func (d *decoder) identify(q *commands.Request, u *user) {
	q.UserID = string(u.ID)
	q.Person = d.person(q.UserID)
}

// data reads what is particular to each type.
func (d *decoder) data(in *interaction, q *commands.Request) error {
	switch in.Type {
	case interactionCommand, interactionAutocomplete:
		var c commandData
		if err := json.Unmarshal(in.Data, &c); err != nil {
			return fmt.Errorf("decode a command: %w", err)
		}
		q.Name = c.Name
		if c.Type == commandMessage {
			q.Kind = commands.KindTarget
			if m := c.Resolved.Messages[c.TargetID]; m != nil {
				q.Text = d.words(m.text())
				q.Sender = m.Author != nil && string(m.Author.ID) == d.self
			}
			return nil
		}
		q.Kind = commands.KindCommand
		if in.Type == interactionAutocomplete {
			q.Kind = commands.KindAutocomplete
		}
		options(q, c.Options)
	case interactionComponent:
		q.Kind = commands.KindComponent
		var c componentData
		if err := json.Unmarshal(in.Data, &c); err != nil {
			return fmt.Errorf("decode a component: %w", err)
		}
		q.Action = action(c.CustomID)
		q.Values = texts(c.Values)
	case interactionModal:
		q.Kind = commands.KindModal
		var m modalData
		if err := json.Unmarshal(in.Data, &m); err != nil {
			return fmt.Errorf("decode a form: %w", err)
		}
		q.Action = action(m.CustomID)
		q.Fields = map[string][]string{}
		fields(q.Fields, m.Components)
	default:
		return fmt.Errorf("an interaction of unknown type %d", in.Type)
	}
	return nil
}

// action reads a custom id; one of another version gives the zero Action.
func action(customID string) commands.Action {
	a, err := commands.ParseAction(customID)
	if err != nil {
		return commands.Action{}
	}
	return a
}

// options reads the options of a command, those of a sub-command with its name added.
func options(q *commands.Request, given []givenData) {
	q.Options = map[string]commands.Option{}
	for _, o := range given {
		switch t := commands.OptionType(o.Type); t {
		case commands.SubCommand, commands.SubGroup:
			q.Name += " " + o.Name
			options(q, o.Options)
			return
		default:
			q.Options[o.Name] = option(t, o.Value)
		}
		if o.Focused {
			q.Focused = o.Name
		}
	}
}

// option reads a value. One of another type than said leaves the zero value: a person
// who is still typing an integer sends text.
func option(t commands.OptionType, raw json.RawMessage) commands.Option {
	var o commands.Option
	switch t {
	case commands.IntegerOption:
		_ = json.Unmarshal(raw, &o.Integer)
		_ = json.Unmarshal(raw, &o.String)
	case commands.BooleanOption:
		_ = json.Unmarshal(raw, &o.Boolean)
	case commands.StringOption:
		_ = json.Unmarshal(raw, &o.String)
	default: // a channel, role or user
		var x id
		_ = json.Unmarshal(raw, &x)
		o.ID = string(x)
	}
	return o
}

// fields reads the inputs of a form.
func fields(into map[string][]string, parts []modalPart) {
	for _, p := range parts {
		switch {
		case p.Component != nil:
			fields(into, []modalPart{*p.Component})
		case len(p.Components) > 0:
			fields(into, p.Components)
		case p.CustomID == "":
		case p.Value != nil:
			into[p.CustomID] = []string{*p.Value}
		default:
			into[p.CustomID] = texts(p.Values)
		}
	}
}

func texts(ids []id) []string {
	if len(ids) == 0 {
		return nil
	}
	out := make([]string, len(ids))
	for i, x := range ids {
		out[i] = string(x)
	}
	return out
}

// message reads a message. ok is false for those that aren't meant for the bot:
// another bot's, and any in a server that neither names it nor answers it with a ping,
// whose words Discord keeps from it.
func (d *decoder) message(m *message) (q commands.Request, ok bool) {
	if m.Author == nil || m.Author.ID == "" || m.Author.Bot || m.WebhookID != "" || string(m.Author.ID) == d.self {
		return q, false
	}
	if m.Type != messagePlain && m.Type != messageReply {
		return q, false
	}
	direct := m.GuildID == "" && (m.ChannelType == nil || *m.ChannelType == channelDirect)
	if !direct && (m.GuildID == "" || !m.mentions(d.self)) {
		return q, false
	}
	q = commands.Request{
		Kind: commands.KindMessage, ID: string(m.ID), Now: d.now(),
		GuildID: string(m.GuildID), ChannelID: string(m.ChannelID), Direct: direct, Installed: !direct,
		Text: d.words(m.Content),
	}
	if m.Member != nil {
		q.Roles = texts(m.Member.Roles)
	}
	d.identify(&q, m.Author)
	return q, true
}

func (m *message) mentions(self string) bool {
	for _, u := range m.Mentions {
		if string(u.ID) == self {
			return true
		}
	}
	return strings.Contains(m.Content, "<@"+self+">") || strings.Contains(m.Content, "<@!"+self+">")
}

// text is all that a message says.
func (m *message) text() string {
	var b strings.Builder
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(s)
		}
	}
	add(m.Content)
	for _, s := range m.Snapshots {
		add(s.Message.text())
	}
	if b.Len() > 0 {
		return b.String()
	}
	for _, e := range m.Embeds {
		add(e.Title)
		add(e.Description)
	}
	var walk func([]part)
	walk = func(parts []part) {
		for _, p := range parts {
			add(p.Content)
			walk(p.Components)
		}
	}
	walk(m.Components)
	return b.String()
}

// words takes out what isn't words: names of people, roles and channels, custom
// emoji, times, as Discord writes them between < and >. Addresses stay.
func (d *decoder) words(s string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], '>')
		if end < 0 {
			break
		}
		tag := s[open+1 : open+end]
		b.WriteString(s[:open])
		if markup(tag) {
			b.WriteByte(' ')
		} else {
			b.WriteString(s[open : open+end+1])
		}
		s = s[open+end+1:]
	}
	b.WriteString(s)
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' || r == '\u00a0' }), " ")
}

// markup says whether a tag stands for something else than words.
func markup(tag string) bool {
	for _, p := range []string{"@", "#", ":", "a:", "t:", "id:", "/"} {
		if strings.HasPrefix(tag, p) {
			return true
		}
	}
	return false
}
