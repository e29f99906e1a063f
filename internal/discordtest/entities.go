package discordtest

import (
	"slices"
	"strconv"
	"time"
)

// Channel types, as Discord numbers them.
const (
	ChannelText         = 0
	ChannelDM           = 1
	ChannelGroupDM      = 3
	ChannelAnnouncement = 5
	ChannelThread       = 11
)

// Permission bits that helpers take. AllPermissions is what an owner has.
const (
	PermissionAdministrator  int64 = 1 << 3
	PermissionManageChannels int64 = 1 << 4
	PermissionManageGuild    int64 = 1 << 5
	PermissionViewChannel    int64 = 1 << 10
	PermissionSendMessages   int64 = 1 << 11
	PermissionManageMessages int64 = 1 << 13
	PermissionManageRoles    int64 = 1 << 28
	PermissionUseCommands    int64 = 1 << 31

	// DefaultPermissions is what a plain member has here.
	DefaultPermissions = PermissionViewChannel | PermissionSendMessages | PermissionUseCommands
	// AllPermissions is every bit Discord has so far.
	AllPermissions int64 = 1<<53 - 1
)

// User is an account. Change Locale before the person acts.
type User struct {
	ID, Name, Locale string
	IsBot            bool
}

// Mention is how a message names the user.
func (u *User) Mention() string { return "<@" + u.ID + ">" }

// Guild is a server. Its fields are fixed once made.
type Guild struct {
	ID, Name, Locale, OwnerID string
	// HasBot tells whether the bot is a member; false for a server where only
	// a person's own install brings the bot.
	HasBot  bool
	roles   []*Role
	members map[string]*member
	order   []*Channel
}

// Channel is a text channel, announcement channel, thread or direct message.
type Channel struct {
	ID, GuildID, ParentID, Name string
	Type                        int
	recipients                  []*User
	denyCode                    int
	denyText                    string
	ownerID                     string
}

// Role is a role of a guild.
type Role struct {
	ID, GuildID, Name string
	Permissions       int64
	position          int
	locked            bool
}

type member struct {
	user   *User
	roles  []string
	joined time.Time
}

func (s *Server) makeDefaults() {
	g := s.NewGuild("Counter")
	s.NewChannel(g, "general")
}

// NewUser makes a person whose client has the locale given (default en-US).
func (s *Server) NewUser(name string, locale ...string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.addUser(name, false)
	if len(locale) > 0 {
		u.Locale = locale[0]
	}
	return u
}

func (s *Server) addUser(name string, bot bool) *User {
	u := &User{ID: s.snowflake(), Name: name, Locale: "en-US", IsBot: bot}
	s.users[u.ID] = u
	return u
}

// NewGuild makes a server with the bot in it (locale default en-US) and tells
// connected shards by GUILD_CREATE.
func (s *Server) NewGuild(name string, locale ...string) *Guild {
	return s.newGuild(name, true, locale)
}

// NewGuildWithoutBot makes a server that the bot isn't in: commands reach it
// there only by a person's own install, and its channels are closed to it.
func (s *Server) NewGuildWithoutBot(name string, locale ...string) *Guild {
	return s.newGuild(name, false, locale)
}

func (s *Server) newGuild(name string, bot bool, locale []string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.addUser(name+" owner", false)
	g := &Guild{ID: s.snowflake(), Name: name, Locale: "en-US", OwnerID: owner.ID, HasBot: bot, members: map[string]*member{}}
	if len(locale) > 0 {
		g.Locale = locale[0]
	}
	g.roles = []*Role{{ID: g.ID, GuildID: g.ID, Name: "@everyone", Permissions: DefaultPermissions}}
	g.members[owner.ID] = &member{user: owner, joined: s.now()}
	if bot {
		g.members[s.bot.ID] = &member{user: s.bot, joined: s.now()}
	}
	s.guilds[g.ID] = g
	s.guildOrder = append(s.guildOrder, g)
	if bot {
		s.dispatch("GUILD_CREATE", g.ID, s.guildObject(g))
	}
	return g
}

// Guild is the first guild, which New makes.
func (s *Server) Guild() *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guildOrder[0]
}

// Channel is the first channel of the first guild, which New makes.
func (s *Server) Channel() *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guildOrder[0].order[0]
}

// NewChannel makes a text channel, or one of another type (ChannelAnnouncement).
func (s *Server) NewChannel(g *Guild, name string, kind ...int) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Channel{ID: s.snowflake(), GuildID: g.ID, Name: name, Type: ChannelText}
	if len(kind) > 0 {
		c.Type = kind[0]
	}
	if !g.HasBot {
		c.denyCode, c.denyText = 50001, "Missing Access"
	}
	s.channels[c.ID] = c
	g.order = append(g.order, c)
	if g.HasBot {
		s.dispatch("CHANNEL_CREATE", g.ID, s.channelObject(c))
	}
	return c
}

// NewThread makes a public thread in a channel and tells the bot.
func (s *Server) NewThread(parent *Channel, name string, owner *User) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Channel{ID: s.snowflake(), GuildID: parent.GuildID, ParentID: parent.ID, Name: name, Type: ChannelThread, ownerID: owner.ID, denyCode: parent.denyCode, denyText: parent.denyText}
	s.channels[c.ID] = c
	s.dispatch("THREAD_CREATE", c.GuildID, s.channelObject(c))
	return c
}

// NewGroupDM makes a private channel of several people, where the bot comes
// only by a person's own install.
func (s *Server) NewGroupDM(people ...*User) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Channel{ID: s.snowflake(), Type: ChannelGroupDM, recipients: people, denyCode: 50001, denyText: "Missing Access"}
	s.channels[c.ID] = c
	return c
}

// DMChannel is the direct-message channel between a person and the bot.
func (s *Server) DMChannel(u *User) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dmChannel(u)
}

func (s *Server) dmChannel(u *User) *Channel {
	if c := s.dms[u.ID]; c != nil {
		return c
	}
	c := &Channel{ID: s.snowflake(), Type: ChannelDM, recipients: []*User{u}}
	s.channels[c.ID] = c
	s.dms[u.ID] = c
	return c
}

// Deny makes the bot's requests to a channel fail with 403 and one of Discord's
// codes: 50001 Missing Access, 50013 Missing Permissions, 50007 Cannot send
// messages to this user. Code 0 opens the channel again.
func (s *Server) Deny(c *Channel, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.denyCode = code
	c.denyText = map[int]string{50001: "Missing Access", 50013: "Missing Permissions", 50007: "Cannot send messages to this user"}[code]
}

// NewRole makes a role with permissions.
func (s *Server) NewRole(g *Guild, name string, permissions int64) *Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &Role{ID: s.snowflake(), GuildID: g.ID, Name: name, Permissions: permissions, position: len(g.roles)}
	g.roles = append(g.roles, r)
	s.dispatch("GUILD_ROLE_CREATE", g.ID, object{"guild_id": g.ID, "role": roleObject(r)})
	return r
}

// LockRole puts a role above the bot's own: giving or taking it then fails
// with 50013 Missing Permissions.
func (s *Server) LockRole(r *Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.locked = true
}

// Join makes a user a member with roles, replacing those they had.
func (s *Server) Join(g *Guild, u *User, roles ...*Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.member(g, u)
	m.roles = nil
	for _, r := range roles {
		m.roles = append(m.roles, r.ID)
	}
}

// MemberRoles lists the ids of the roles a member has.
func (s *Server) MemberRoles(g *Guild, u *User) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := g.members[u.ID]; m != nil {
		return slices.Clone(m.roles)
	}
	return nil
}

// member finds or makes a membership. The caller holds mu.
func (s *Server) member(g *Guild, u *User) *member {
	m := g.members[u.ID]
	if m == nil {
		m = &member{user: u, joined: s.now()}
		g.members[u.ID] = m
	}
	return m
}

// permissions is what a member may do in a guild; the caller holds mu.
func (g *Guild) permissions(m *member) int64 {
	if m.user.ID == g.OwnerID {
		return AllPermissions
	}
	var p int64
	for _, r := range g.roles {
		if r.ID == g.ID || slices.Contains(m.roles, r.ID) {
			p |= r.Permissions
		}
	}
	if p&PermissionAdministrator != 0 {
		return AllPermissions
	}
	return p
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func userObject(u *User) object {
	return object{
		"id": u.ID, "username": u.Name, "discriminator": "0", "global_name": u.Name, "avatar": nil,
		"avatar_decoration_data": nil, "banner": nil, "accent_color": nil, "collectibles": nil, "primary_guild": nil,
		"clan": nil, "public_flags": 0, "flags": 0, "bot": u.IsBot, "system": false,
	}
}

func memberObject(m *member) object {
	roles := make([]any, len(m.roles))
	for i, r := range m.roles {
		roles[i] = r
	}
	return object{
		"user": userObject(m.user), "nick": nil, "avatar": nil, "banner": nil, "roles": roles,
		"joined_at": stamp(m.joined), "premium_since": nil, "deaf": false, "mute": false, "flags": 0,
		"pending": false, "communication_disabled_until": nil,
	}
}

func roleObject(r *Role) object {
	return object{
		"id": r.ID, "name": r.Name, "description": nil, "permissions": strconv.FormatInt(r.Permissions, 10),
		"position": r.position, "color": 0, "colors": object{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil},
		"hoist": false, "managed": false, "mentionable": false, "icon": nil, "unicode_emoji": nil, "flags": 0,
	}
}

func (s *Server) channelObject(c *Channel) object {
	o := object{"id": c.ID, "type": c.Type, "last_message_id": nil, "flags": 0}
	if ms := s.byChannel[c.ID]; len(ms) > 0 {
		o["last_message_id"] = ms[len(ms)-1].id
	}
	switch c.Type {
	case ChannelDM, ChannelGroupDM:
		people := []any{}
		for _, u := range c.recipients {
			people = append(people, userObject(u))
		}
		o["recipients"] = people
	case ChannelThread:
		o["guild_id"], o["parent_id"], o["name"], o["owner_id"] = c.GuildID, c.ParentID, c.Name, c.ownerID
		o["message_count"], o["member_count"], o["total_message_sent"], o["rate_limit_per_user"] = len(s.byChannel[c.ID]), 2, len(s.byChannel[c.ID]), 0
		o["thread_metadata"] = object{"archived": false, "auto_archive_duration": 1440, "archive_timestamp": stamp(time.Unix(1700000000, 0)), "locked": false, "create_timestamp": stamp(time.Unix(1700000000, 0))}
	default:
		o["guild_id"], o["name"], o["position"], o["permission_overwrites"] = c.GuildID, c.Name, 0, []any{}
		o["parent_id"], o["topic"], o["nsfw"], o["rate_limit_per_user"] = nil, nil, false, 0
	}
	return o
}

func (s *Server) guildObject(g *Guild) object {
	roles, channels, members := []any{}, []any{}, []any{}
	for _, r := range g.roles {
		roles = append(roles, roleObject(r))
	}
	for _, c := range g.order {
		channels = append(channels, s.channelObject(c))
	}
	if m := g.members[s.bot.ID]; m != nil {
		members = append(members, memberObject(m))
	}
	o := s.guildResponse(g)
	o["roles"], o["channels"], o["members"] = roles, channels, members
	o["joined_at"], o["large"], o["unavailable"], o["member_count"] = stamp(s.now()), false, false, len(g.members)
	o["voice_states"], o["threads"], o["presences"] = []any{}, []any{}, []any{}
	o["stage_instances"], o["guild_scheduled_events"], o["soundboard_sounds"] = []any{}, []any{}, []any{}
	return o
}

// guildResponse is the guild as REST gives it.
func (s *Server) guildResponse(g *Guild) object {
	roles := []any{}
	for _, r := range g.roles {
		roles = append(roles, roleObject(r))
	}
	return object{
		"id": g.ID, "name": g.Name, "icon": nil, "description": nil, "home_header": nil, "splash": nil,
		"discovery_splash": nil, "features": []any{"COMMUNITY", "NEWS"}, "banner": nil, "owner_id": g.OwnerID, "application_id": nil,
		"region": "japan", "afk_channel_id": nil, "afk_timeout": 300, "system_channel_id": nil, "system_channel_flags": 0,
		"widget_enabled": false, "widget_channel_id": nil, "verification_level": 1, "roles": roles,
		"default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": nil,
		"max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": nil,
		"premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": g.Locale, "rules_channel_id": nil,
		"safety_alerts_channel_id": nil, "public_updates_channel_id": nil, "premium_progress_bar_enabled": false,
		"nsfw": false, "nsfw_level": 0, "emojis": []any{}, "stickers": []any{}, "incidents_data": nil,
	}
}
