package discordtest

import (
	"encoding/hex"
	"maps"
	"slices"
	"time"
)

func (s *Server) getGateway(*call) (int, any, *APIError) {
	return 200, object{"url": s.GatewayURL()}, nil
}

func (s *Server) getGatewayBot(*call) (int, any, *APIError) {
	return 200, object{
		"url": s.GatewayURL(), "shards": s.cfg.shards,
		"session_start_limit": object{"total": 1000, "remaining": max(0, s.cfg.startsLeft-s.starts), "reset_after": int((24 * time.Hour).Milliseconds()), "max_concurrency": s.cfg.maxConcurrency},
	}, nil
}

func (s *Server) getMe(*call) (int, any, *APIError) {
	o := userObject(s.bot)
	o["mfa_enabled"], o["locale"], o["verified"], o["email"] = true, "en-US", true, nil
	return 200, o, nil
}

func (s *Server) getUser(c *call) (int, any, *APIError) {
	u := s.users[c.params["user"]]
	if u == nil {
		return 0, nil, notFound(10013, "Unknown User")
	}
	return 200, userObject(u), nil
}

func (s *Server) getMyGuilds(*call) (int, any, *APIError) {
	out := []any{}
	for _, g := range s.guildOrder {
		if g.HasBot {
			out = append(out, object{"id": g.ID, "name": g.Name, "icon": nil, "banner": nil, "owner": false, "permissions": numberString(DefaultPermissions), "features": []any{}})
		}
	}
	return 200, out, nil
}

func (s *Server) createDM(c *call) (int, any, *APIError) {
	u := s.users[str(c.body, "recipient_id")]
	if u == nil || u == s.bot {
		return 0, nil, s.formError(c, invalidForm(FieldError{"recipient_id", "INVALID_RECIPIENT", "Invalid Recipient(s)"}))
	}
	return 200, s.channelObject(s.dmChannel(u)), nil
}

func (s *Server) getApplication(*call) (int, any, *APIError) {
	if s.app == nil {
		s.app = object{
			"id": s.cfg.appID, "name": s.bot.Name, "icon": nil, "description": "", "type": nil, "bot": userObject(s.bot),
			"bot_public": true, "bot_require_code_grant": false, "verify_key": hex.EncodeToString(s.public), "flags": 0, "flags_new": "0",
			"max_participants": nil, "tags": []any{}, "redirect_uris": []any{}, "interactions_endpoint_url": nil,
			"role_connections_verification_url": nil, "owner": userObject(s.users[s.guildOrder[0].OwnerID]), "approximate_guild_count": len(s.guilds),
			"approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "event_webhooks_url": nil, "event_webhooks_status": 1,
			"event_webhooks_types": []any{}, "eligible_oauth2_scopes": []any{"bot", "applications.commands"}, "explicit_content_filter": 0, "team": nil, "storefront_available": false,
			"integration_types_config": object{"0": object{}, "1": object{}},
			"is_monetized":             false, "is_verified": false, "is_discoverable": false, "internal_guild_restriction": 1, "hook": true, "summary": "",
		}
	}
	return 200, maps.Clone(s.app), nil
}

func (s *Server) patchApplication(c *call) (int, any, *APIError) {
	_, _, _ = s.getApplication(c)
	maps.Copy(s.app, c.body)
	return 200, maps.Clone(s.app), nil
}

func (s *Server) getEntitlements(*call) (int, any, *APIError) { return 200, []any{}, nil }

func (s *Server) openGuild(c *call) (*Guild, *APIError) {
	g := s.guilds[c.params["guild"]]
	if g == nil {
		return nil, notFound(10004, "Unknown Guild")
	}
	if !g.HasBot {
		s.invalid++
		return nil, &APIError{Status: 403, Code: 50001, Message: "Missing Access"}
	}
	return g, nil
}

func (s *Server) getGuild(c *call) (int, any, *APIError) {
	g, e := s.openGuild(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, s.guildResponse(g), nil
}

func (s *Server) getGuildChannels(c *call) (int, any, *APIError) {
	g, e := s.openGuild(c)
	if e != nil {
		return 0, nil, e
	}
	out := []any{}
	for _, ch := range g.order {
		out = append(out, s.channelObject(ch))
	}
	return 200, out, nil
}

func (s *Server) getRoles(c *call) (int, any, *APIError) {
	g, e := s.openGuild(c)
	if e != nil {
		return 0, nil, e
	}
	out := []any{}
	for _, r := range g.roles {
		out = append(out, roleObject(r))
	}
	return 200, out, nil
}

func (s *Server) openRole(c *call) (*Guild, *Role, *APIError) {
	g, e := s.openGuild(c)
	if e != nil {
		return nil, nil, e
	}
	for _, r := range g.roles {
		if r.ID == c.params["role"] {
			return g, r, nil
		}
	}
	return nil, nil, notFound(10011, "Unknown Role")
}

func (s *Server) getRole(c *call) (int, any, *APIError) {
	_, r, e := s.openRole(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, roleObject(r), nil
}

func (s *Server) openMember(c *call) (*Guild, *member, *APIError) {
	g, e := s.openGuild(c)
	if e != nil {
		return nil, nil, e
	}
	m := g.members[c.params["user"]]
	if m == nil {
		return nil, nil, notFound(10007, "Unknown Member")
	}
	return g, m, nil
}

func (s *Server) getMember(c *call) (int, any, *APIError) {
	_, m, e := s.openMember(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, memberObject(m), nil
}

func (s *Server) changeRole(c *call, change func(m *member, role string)) (int, any, *APIError) {
	g, m, e := s.openMember(c)
	if e != nil {
		return 0, nil, e
	}
	_, r, e := s.openRole(c)
	if e != nil {
		return 0, nil, e
	}
	if r.locked || r.ID == g.ID {
		s.invalid++
		return 0, nil, &APIError{Status: 403, Code: 50013, Message: "Missing Permissions"}
	}
	change(m, r.ID)
	o := memberObject(m)
	o["guild_id"] = g.ID
	s.dispatch("GUILD_MEMBER_UPDATE", g.ID, o)
	s.changed.fire()
	return 204, nil, nil
}

func (s *Server) putMemberRole(c *call) (int, any, *APIError) {
	return s.changeRole(c, func(m *member, role string) {
		if !slices.Contains(m.roles, role) {
			m.roles = append(m.roles, role)
		}
	})
}

func (s *Server) deleteMemberRole(c *call) (int, any, *APIError) {
	return s.changeRole(c, func(m *member, role string) {
		m.roles = slices.DeleteFunc(m.roles, func(r string) bool { return r == role })
	})
}

func (s *Server) getChannel(c *call) (int, any, *APIError) {
	ch, e := s.openChannel(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, s.channelObject(ch), nil
}

func (s *Server) postTyping(c *call) (int, any, *APIError) {
	ch, e := s.openChannel(c)
	if e != nil {
		return 0, nil, e
	}
	s.typing[ch.ID]++
	s.changed.fire()
	return 204, nil, nil
}
