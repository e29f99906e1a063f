package discordtest

import (
	"maps"
	"slices"
)

func (s *Server) checkApp(c *call) *APIError {
	if c.params["app"] != s.cfg.appID {
		return notFound(10002, "Unknown Application")
	}
	if g, ok := c.params["guild"]; ok && (s.guilds[g] == nil || !s.guilds[g].HasBot) {
		return &APIError{Status: 403, Code: 50001, Message: "Missing Access"}
	}
	return nil
}

func (s *Server) getCommands(c *call) (int, any, *APIError) {
	if e := s.checkApp(c); e != nil {
		return 0, nil, e
	}
	full := c.r.URL.Query().Get("with_localizations") == "true"
	out := []any{}
	for _, cmd := range s.commands[c.params["guild"]] {
		o := maps.Clone(cmd)
		if !full {
			o = deepCopy(o).(object)
			stripLocalisations(o)
		}
		out = append(out, o)
	}
	return 200, out, nil
}

// stripLocalisations leaves out translations, as a list without
// with_localizations does.
func stripLocalisations(o object) {
	delete(o, "name_localizations")
	delete(o, "description_localizations")
	for _, key := range []string{"options", "choices"} {
		for _, v := range list(o, key) {
			stripLocalisations(obj(v))
		}
	}
}

func (s *Server) putCommands(c *call) (int, any, *APIError) {
	if e := s.checkApp(c); e != nil {
		return 0, nil, e
	}
	cmds, ok := c.value.([]any)
	if !ok {
		return 0, nil, s.formError(c, invalidForm(FieldError{"", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"}))
	}
	if s.cfg.rules {
		f := &form{}
		s.cfg.judge.commands(f, cmds)
		if e := f.err(); e != nil {
			return 0, nil, s.formError(c, e)
		}
	}
	guild := c.params["guild"]
	old := s.commands[guild]
	s.commands[guild] = nil
	out := []any{}
	for _, v := range cmds {
		o := s.storeCommand(guild, obj(v), old)
		out = append(out, o)
	}
	s.changed.fire()
	return 200, out, nil
}

// storeCommand keeps a command under the id it had before, as Discord does
// for one of the same name and type.
func (s *Server) storeCommand(guild string, in object, old []object) object {
	o := deepCopy(in).(object)
	kind := commandType(o)
	id := s.snowflake()
	for _, e := range old {
		if str(e, "name") == str(o, "name") && integer(e, "type") == kind {
			id = str(e, "id")
		}
	}
	full := object{
		"id": id, "application_id": s.cfg.appID, "version": s.snowflake(), "default_member_permissions": nil,
		"type": kind, "name": "", "name_localizations": nil, "description": "", "description_localizations": nil,
		"dm_permission": true, "contexts": nil, "integration_types": []any{0}, "nsfw": false,
	}
	for k, v := range o {
		if v != nil && k != "id" {
			full[k] = v
		}
	}
	if full["default_member_permissions"] != nil {
		full["default_member_permissions"] = numberString(full["default_member_permissions"])
	}
	if guild != "" {
		full["guild_id"] = guild
		delete(full, "dm_permission")
	}
	s.commands[guild] = append(slices.DeleteFunc(s.commands[guild], func(e object) bool { return str(e, "id") == id }), full)
	return full
}

func (s *Server) postCommand(c *call) (int, any, *APIError) {
	if e := s.checkApp(c); e != nil {
		return 0, nil, e
	}
	if s.cfg.rules {
		f := &form{}
		s.cfg.judge.command(f, "", c.body)
		if e := f.err(); e != nil {
			return 0, nil, s.formError(c, e)
		}
	}
	guild := c.params["guild"]
	before := len(s.commands[guild])
	o := s.storeCommand(guild, c.body, s.commands[guild])
	s.changed.fire()
	if len(s.commands[guild]) > before {
		return 201, o, nil
	}
	return 200, o, nil
}

func (s *Server) findCommand(c *call) (object, *APIError) {
	if e := s.checkApp(c); e != nil {
		return nil, e
	}
	for _, o := range s.commands[c.params["guild"]] {
		if str(o, "id") == c.params["command"] {
			return o, nil
		}
	}
	return nil, notFound(10063, "Unknown application command")
}

func (s *Server) getCommand(c *call) (int, any, *APIError) {
	o, e := s.findCommand(c)
	return 200, o, e
}

func (s *Server) patchCommand(c *call) (int, any, *APIError) {
	o, e := s.findCommand(c)
	if e != nil {
		return 0, nil, e
	}
	next := maps.Clone(o)
	maps.Copy(next, c.body)
	if s.cfg.rules {
		f := &form{}
		s.cfg.judge.command(f, "", next)
		if e := f.err(); e != nil {
			return 0, nil, s.formError(c, e)
		}
	}
	maps.Copy(o, c.body)
	o["version"] = s.snowflake()
	return 200, o, nil
}

func (s *Server) deleteCommand(c *call) (int, any, *APIError) {
	o, e := s.findCommand(c)
	if e != nil {
		return 0, nil, e
	}
	g := c.params["guild"]
	s.commands[g] = slices.DeleteFunc(s.commands[g], func(x object) bool { return str(x, "id") == str(o, "id") })
	return 204, nil, nil
}

// formError records a refused form as a violation and gives it back.
func (s *Server) formError(c *call, e *APIError) *APIError {
	rule := "form"
	for _, f := range e.Fields {
		if f.Code == "ALLOWED_MENTIONS_MISSING" || f.Code == "ALLOWED_MENTIONS_NOT_EMPTY" {
			rule = "mentions"
		}
	}
	s.violate(rule, c.where(), "%v", e)
	return e
}

// Commands lists the registered global commands as Discord gives them.
func (s *Server) Commands() []map[string]any { return s.GuildCommands(nil) }

// GuildCommands lists the commands registered for one guild.
func (s *Server) GuildCommands(g *Guild) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := ""
	if g != nil {
		id = g.ID
	}
	var out []map[string]any
	for _, o := range s.commands[id] {
		out = append(out, deepCopy(o).(object))
	}
	return out
}
