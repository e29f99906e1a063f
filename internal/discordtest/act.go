package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Options are what a person types after a slash command: strings, integers,
// booleans, *User, *Channel or *Role by option name.
type Options map[string]any

// Say writes a plain message in a channel, as the person's client sends it.
func (s *Server) Say(u *User, ch *Channel, text string) Message {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.say(u, ch, text, nil, false)
}

// DM writes to the bot directly.
func (s *Server) DM(u *User, text string) Message { return s.Say(u, s.DMChannel(u), text) }

// Mention writes a message that begins with the bot's name.
func (s *Server) Mention(u *User, ch *Channel, text string) Message {
	return s.Say(u, ch, s.bot.Mention()+" "+text)
}

// Reply answers a message, with the ping on or off.
func (s *Server) Reply(u *User, to Message, text string, ping bool) Message {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := s.messages[to.ID]
	if ref == nil {
		s.t.Fatalf("discordtest: reply to a message that isn't there: %s", to.ID)
	}
	return s.say(u, ref.channel, text, ref, ping)
}

func (s *Server) say(u *User, ch *Channel, text string, ref *message, ping bool) Message {
	kind := 0
	if ref != nil {
		kind = 19
	}
	if g := s.guilds[ch.GuildID]; g != nil {
		s.member(g, u)
	}
	m := s.newMessage(ch, u, kind)
	m.obj["content"] = text
	if ref != nil {
		s.refer(m, ref)
	}
	s.setMentions(m, object{"parse": []any{"users", "roles"}, "replied_user": ping})
	s.keep(m)
	s.dispatchMessage("MESSAGE_CREATE", m)
	s.changed.fire()
	return s.show(m)
}

// Redeliver sends a message's MESSAGE_CREATE again.
func (s *Server) Redeliver(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.messages[m.ID]; x != nil {
		s.dispatchMessage("MESSAGE_CREATE", x)
	}
}

// Slash uses a registered slash command, such as "ask" or "update correct". It
// fails the test where Discord's client would not offer that: no such command
// or option, not in this channel, a missing permission, a value of another
// type.
func (s *Server) Slash(u *User, ch *Channel, name string, opts Options) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) { return s.slash(u, ch, name, opts, "", true) })
}

// ForceSlash is Slash without the check of permissions: Discord's own can be
// overridden in a server's settings.
func (s *Server) ForceSlash(u *User, ch *Channel, name string, opts Options) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) { return s.slash(u, ch, name, opts, "", false) })
}

// Autocomplete types in one option of a command.
func (s *Server) Autocomplete(u *User, ch *Channel, name, focused string, opts Options) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) { return s.slash(u, ch, name, opts, focused, true) })
}

// UseOn uses a command on a message.
func (s *Server) UseOn(u *User, m Message, command string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		target := s.messages[m.ID]
		if target == nil {
			return nil, fmt.Errorf("there is no message %s", m.ID)
		}
		cmd := s.registered(target.channel, commandMessage, command)
		if cmd == nil {
			return nil, fmt.Errorf("no command on messages %q is registered", command)
		}
		it, err := s.begin(u, target.channel, interactionCommand, cmd, true)
		if err != nil {
			return nil, err
		}
		seen := maps.Clone(target.obj) // whole: the person gave it to the app
		it.payload["data"] = object{
			"id": cmd["id"], "name": cmd["name"], "type": commandMessage, "target_id": m.ID,
			"resolved": object{"messages": object{m.ID: seen}},
		}
		return it, nil
	})
}

// Press presses a button, named by its label or custom id.
func (s *Server) Press(u *User, m Message, labelOrID string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		src, err := s.visible(u, m)
		if err != nil {
			return nil, err
		}
		now := viewOf(src.obj, src.files)
		b, ok := now.Button(labelOrID)
		switch {
		case !ok:
			return nil, fmt.Errorf("the message has no button %q, but %q", labelOrID, now.Labels())
		case b.Disabled:
			return nil, fmt.Errorf("the button %q is off", labelOrID)
		case b.CustomID == "":
			return nil, fmt.Errorf("the button %q is a link to %s", labelOrID, b.URL)
		}
		return s.component(u, src, object{"custom_id": b.CustomID, "component_type": typeButton})
	})
}

// ForcePress sends a press of a button that need not be there, as a forged
// client could.
func (s *Server) ForcePress(u *User, m Message, customID string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		src := s.messages[m.ID]
		if src == nil {
			return nil, fmt.Errorf("there is no message %s", m.ID)
		}
		return s.component(u, src, object{"custom_id": customID, "component_type": typeButton})
	})
}

// Pick chooses in a menu, named by its custom id or placeholder; menus of
// channels and roles take ids.
func (s *Server) Pick(u *User, m Message, menu string, values ...string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		src, err := s.visible(u, m)
		if err != nil {
			return nil, err
		}
		var found *Select
		for _, x := range viewOf(src.obj, src.files).Selects {
			if x.CustomID == menu || x.Placeholder == menu {
				found = &x
				break
			}
		}
		if found == nil {
			return nil, fmt.Errorf("the message has no menu %q", menu)
		}
		if err := fits(found.Options, found.MinValues, found.MaxValues, found.Type, values); err != nil {
			return nil, fmt.Errorf("menu %q: %w", menu, err)
		}
		return s.component(u, src, object{"custom_id": found.CustomID, "component_type": found.Type, "values": anys(values)})
	})
}

// fits says whether a person could pick these values.
func fits(options []SelectOption, lo, hi, kind int, values []string) error {
	if len(values) < lo || len(values) > hi {
		return fmt.Errorf("%d values, not %d to %d", len(values), lo, hi)
	}
	for _, v := range values {
		if kind == typeStringSelect && !slices.ContainsFunc(options, func(o SelectOption) bool { return o.Value == v }) {
			return fmt.Errorf("no option has the value %q", v)
		}
	}
	return nil
}

// Submit sends the form that an answer opened, with values by label or custom
// id. A field that isn't named is sent as it was filled in before.
func (s *Server) Submit(u *User, r Response, fields map[string][]string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		from := r.interaction
		if from == nil || from.modal == nil {
			return nil, errors.New("that answer opened no form")
		}
		comps, err := fill(modalOf(from.modal), fields)
		if err != nil {
			return nil, err
		}
		return s.submit(u, from, object{"custom_id": str(from.modal, "custom_id"), "components": comps})
	})
}

// ForceSubmit sends a form that was perhaps never opened; from is any earlier
// interaction of that person.
func (s *Server) ForceSubmit(u *User, from *Interaction, customID string, fields map[string][]string) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		comps := []any{}
		for i, name := range slices.Sorted(maps.Keys(fields)) {
			in := object{"type": typeTextInput, "id": 2*i + 2, "custom_id": name, "value": strings.Join(fields[name], "\n")}
			comps = append(comps, object{"type": typeLabel, "id": 2*i + 1, "component": in})
		}
		return s.submit(u, from, object{"custom_id": customID, "components": comps})
	})
}

func (s *Server) submit(u *User, from *Interaction, data object) (*Interaction, error) {
	it, err := s.begin(u, from.channel, interactionModal, nil, true)
	if err != nil {
		return nil, err
	}
	it.payload["data"] = data
	if from.source != nil {
		it.source = from.source
		it.payload["message"] = maps.Clone(from.source.obj)
	}
	it.payload["authorizing_integration_owners"] = from.payload["authorizing_integration_owners"]
	it.userOnly = from.userOnly
	return it, nil
}

// fill makes the components of a form that was sent.
func fill(m *Modal, fields map[string][]string) ([]any, error) {
	used := map[string]bool{}
	comps := []any{}
	for i, f := range m.Fields {
		values, given := []string(nil), false
		for _, name := range []string{f.CustomID, f.Label} {
			if v, ok := fields[name]; ok {
				values, given = v, true
				used[name] = true
			}
		}
		if !given {
			values = f.before()
		}
		in := object{"type": f.Type, "id": 2*i + 2, "custom_id": f.CustomID}
		if f.Type == typeTextInput {
			text := strings.Join(values, "\n")
			switch {
			case text == "" && f.Required:
				return nil, fmt.Errorf("the field %q must be filled in", f.Label)
			case text != "" && units(text) < f.MinLength || f.MaxLength > 0 && units(text) > f.MaxLength:
				return nil, fmt.Errorf("the field %q takes %d to %d characters", f.Label, f.MinLength, f.MaxLength)
			}
			in["value"] = text
		} else {
			lo, hi := f.MinValues, f.MaxValues
			if !f.Required && len(values) == 0 {
				lo = 0
			}
			if err := fits(f.Options, lo, hi, f.Type, values); err != nil {
				return nil, fmt.Errorf("the field %q: %w", f.Label, err)
			}
			in["values"] = anys(values)
		}
		comps = append(comps, object{"type": typeLabel, "id": 2*i + 1, "component": in})
	}
	for name := range fields {
		if !used[name] {
			return nil, fmt.Errorf("the form has no field %q", name)
		}
	}
	return comps, nil
}

// before is what a field holds if the person leaves it alone.
func (f Field) before() []string {
	if f.Type == typeTextInput {
		return []string{f.Value}
	}
	var out []string
	for _, o := range f.Options {
		if o.Default {
			out = append(out, o.Value)
		}
	}
	return out
}

func anys(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// act builds an interaction under the lock and sends it.
func (s *Server) act(build func() (*Interaction, error)) *Interaction {
	s.t.Helper()
	s.mu.Lock()
	it, err := build()
	if err != nil {
		s.mu.Unlock()
		s.t.Fatalf("discordtest: %v", err)
		return nil
	}
	s.register(it)
	it.payload["id"], it.payload["token"] = it.ID, it.Token
	endpoint := s.endpoint
	if endpoint == "" {
		s.dispatch("INTERACTION_CREATE", str(it.payload, "guild_id"), it.payload)
	}
	s.mu.Unlock()
	if endpoint != "" {
		s.post(it, endpoint)
	}
	return it
}

// begin makes an interaction without its data. cmd is nil for what isn't a
// command.
func (s *Server) begin(u *User, ch *Channel, kind int, cmd object, checked bool) (*Interaction, error) {
	it := &Interaction{s: s, kind: kind, user: u, channel: ch, guild: s.guilds[ch.GuildID]}
	context, owners := 2, object{}
	channel := object{"id": ch.ID, "type": ch.Type}
	p := object{
		"application_id": s.cfg.appID, "type": kind, "version": 1, "channel_id": ch.ID, "channel": channel,
		"locale": u.Locale, "entitlements": []any{}, "attachment_size_limit": 10 << 20,
	}
	switch g := it.guild; {
	case g != nil:
		context = 0
		m := s.member(g, u)
		mo := memberObject(m)
		mo["permissions"] = permissionString(g.permissions(m))
		p["guild_id"], p["guild_locale"], p["member"] = g.ID, g.Locale, mo
		p["guild"] = object{"id": g.ID, "locale": g.Locale, "features": []any{}}
		p["app_permissions"] = permissionString(DefaultPermissions)
		channel["name"], channel["guild_id"], channel["permissions"] = ch.Name, g.ID, permissionString(g.permissions(m))
		channel["parent_id"] = nil
		if ch.ParentID != "" {
			channel["parent_id"] = ch.ParentID
		}
		if g.HasBot {
			owners["0"] = g.ID
		} else {
			owners["1"] = u.ID
			it.userOnly = true
		}
		if need, _ := strconv.ParseInt(str(cmd, "default_member_permissions"), 10, 64); checked && need != 0 && g.permissions(m)&need != need {
			return nil, fmt.Errorf("%s lacks the permissions %d that /%s needs by default", u.Name, need, str(cmd, "name"))
		}
	case ch.Type == ChannelDM:
		context = 1
		owners["0"], owners["1"] = "0", u.ID
		p["user"], p["app_permissions"] = userObject(u), permissionString(DefaultPermissions)
	default:
		owners["1"] = u.ID
		it.userOnly = true
		p["user"], p["app_permissions"] = userObject(u), permissionString(DefaultPermissions)
	}
	if cmd != nil {
		if err := offered(cmd, context, it.userOnly); err != nil {
			return nil, err
		}
	}
	p["context"], p["authorizing_integration_owners"] = context, owners
	it.payload = p
	return it, nil
}

// offered says whether a command is offered in a context.
func offered(cmd object, context int, userOnly bool) error {
	has := func(field string, n int) bool {
		l, ok := cmd[field].([]any)
		if !ok {
			return field == "contexts" // null: everywhere
		}
		return slices.ContainsFunc(l, func(v any) bool { x, _ := num(v); return int(x) == n })
	}
	if !has("contexts", context) {
		return fmt.Errorf("/%s is not offered in context %d", str(cmd, "name"), context)
	}
	install := 0
	if userOnly {
		install = 1
	}
	if !has("integration_types", install) {
		return fmt.Errorf("/%s is not offered by an install of type %d", str(cmd, "name"), install)
	}
	return nil
}

// registered finds a command by type and name, that of the guild first.
func (s *Server) registered(ch *Channel, kind int, name string) object {
	for _, where := range []string{ch.GuildID, ""} {
		for _, c := range s.commands[where] {
			if commandType(c) == kind && str(c, "name") == name {
				return c
			}
		}
	}
	return nil
}

// visible finds a message that a person can press on.
func (s *Server) visible(u *User, m Message) (*message, error) {
	src := s.messages[m.ID]
	switch {
	case src == nil || src.deleted:
		return nil, fmt.Errorf("there is no message %s any more", m.ID)
	case src.ephemeral && src.viewer != u.ID:
		return nil, fmt.Errorf("%s can't see that message", u.Name)
	}
	return src, nil
}

// component is a use of a component of a message.
func (s *Server) component(u *User, src *message, data object) (*Interaction, error) {
	it, err := s.begin(u, src.channel, interactionComponent, nil, true)
	if err != nil {
		return nil, err
	}
	it.source = src
	it.payload["message"], it.payload["data"] = maps.Clone(src.obj), data
	return it, nil
}

// slash builds the use of a command, or of an option's autocomplete when one
// is focused.
func (s *Server) slash(u *User, ch *Channel, name string, opts Options, focused string, checked bool) (*Interaction, error) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return nil, errors.New("a command without a name")
	}
	cmd := s.registered(ch, commandSlash, words[0])
	if cmd == nil {
		return nil, fmt.Errorf("/%s is not registered", words[0])
	}
	kind := interactionCommand
	if focused != "" {
		kind = interactionAutocomplete
	}
	it, err := s.begin(u, ch, kind, cmd, checked)
	if err != nil {
		return nil, err
	}
	data := object{"id": cmd["id"], "name": cmd["name"], "type": commandSlash}
	at, def := data, cmd
	for _, w := range words[1:] {
		sub := named(list(def, "options"), w)
		if sub == nil || integer(sub, "type") > optionGroup {
			return nil, fmt.Errorf("/%s has no part %q", name, w)
		}
		o := object{"type": integer(sub, "type"), "name": w}
		at["options"] = []any{o}
		at, def = o, sub
	}
	given, resolved, err := s.values(list(def, "options"), opts, focused)
	if err != nil {
		return nil, fmt.Errorf("/%s: %w", name, err)
	}
	if len(given) > 0 {
		at["options"] = given
	}
	if len(resolved) > 0 {
		data["resolved"] = resolved
	}
	it.payload["data"] = data
	return it, nil
}

func named(opts []any, name string) object {
	for _, v := range opts {
		if o := obj(v); str(o, "name") == name {
			return o
		}
	}
	return nil
}

// values checks what was typed against the definition.
func (s *Server) values(defs []any, opts Options, focused string) ([]any, object, error) {
	var out []any
	resolved := object{}
	for _, v := range defs {
		d := obj(v)
		name, kind := str(d, "name"), integer(d, "type")
		if kind <= optionGroup {
			return nil, nil, errors.New("it is used by its parts only")
		}
		value, ok := opts[name]
		if !ok && name == focused {
			value, ok = "", true
		}
		if !ok {
			if boolean(d, "required") && focused == "" {
				return nil, nil, fmt.Errorf("the option %q is required", name)
			}
			continue
		}
		o := object{"name": name, "type": kind}
		if name == focused {
			if !boolean(d, "autocomplete") {
				return nil, nil, fmt.Errorf("the option %q has no autocomplete", name)
			}
			o["focused"] = true
		}
		sent, err := s.value(d, kind, value, resolved)
		if err != nil {
			return nil, nil, fmt.Errorf("the option %q: %w", name, err)
		}
		o["value"] = sent
		out = append(out, o)
	}
	for name := range opts {
		if named(defs, name) == nil {
			return nil, nil, fmt.Errorf("there is no option %q", name)
		}
	}
	if focused != "" && named(defs, focused) == nil {
		return nil, nil, fmt.Errorf("there is no option %q", focused)
	}
	return out, resolved, nil
}

func (s *Server) value(d object, kind int, value any, resolved object) (any, error) {
	into := func(key, id string, o object) any {
		if resolved[key] == nil {
			resolved[key] = object{}
		}
		obj(resolved[key])[id] = o
		return id
	}
	switch v := value.(type) {
	case string:
		if kind != optionString {
			return nil, fmt.Errorf("takes no text (type %d)", kind)
		}
		if hi := integer(d, "max_length"); hi > 0 && units(v) > hi {
			return nil, fmt.Errorf("%d characters, the most is %d", units(v), hi)
		}
		if cs := list(d, "choices"); len(cs) > 0 && !slices.ContainsFunc(cs, func(c any) bool { return obj(c)["value"] == v }) {
			return nil, fmt.Errorf("%q is none of the choices", v)
		}
		return v, nil
	case int:
		if kind != optionInteger {
			return nil, fmt.Errorf("takes no integer (type %d)", kind)
		}
		return v, nil
	case bool:
		if kind != optionBoolean {
			return nil, fmt.Errorf("takes no boolean (type %d)", kind)
		}
		return v, nil
	case *User:
		if kind != optionUser {
			return nil, fmt.Errorf("takes no user (type %d)", kind)
		}
		return into("users", v.ID, userObject(v)), nil
	case *Channel:
		if kind != optionChannel {
			return nil, fmt.Errorf("takes no channel (type %d)", kind)
		}
		return into("channels", v.ID, object{"id": v.ID, "name": v.Name, "type": v.Type, "permissions": permissionString(DefaultPermissions)}), nil
	case *Role:
		if kind != optionRole {
			return nil, fmt.Errorf("takes no role (type %d)", kind)
		}
		return into("roles", v.ID, roleObject(v)), nil
	}
	return nil, fmt.Errorf("a %T can't be typed", value)
}

// Interact sends an interaction with a payload of one's own: what a new kind of
// component or a forged request looks like. id, token and application_id are
// filled in.
func (s *Server) Interact(u *User, ch *Channel, kind int, data json.RawMessage) *Interaction {
	s.t.Helper()
	return s.act(func() (*Interaction, error) {
		it, err := s.begin(u, ch, kind, nil, true)
		if err != nil {
			return nil, err
		}
		v, err := decodeJSON(data)
		if err != nil {
			return nil, err
		}
		for k, x := range obj(v) {
			it.payload[k] = x
		}
		if o := obj(it.payload["message"]); o != nil {
			m := s.newMessage(ch, s.bot, 0)
			maps.Copy(m.obj, o)
			if m.ephemeral = integer(o, "flags")&FlagEphemeral != 0; m.ephemeral {
				m.viewer = u.ID
			}
			it.source = m
		}
		return it, nil
	})
}
