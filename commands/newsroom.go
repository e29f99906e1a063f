package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/updates"
)

// ModerationOptions are what the moderators' service stands on besides the store.
type ModerationOptions struct {
	Base *knowledge.Base
	Now  func() time.Time
	// Home is the server whose moderators mend the knowledge for everybody, and whose
	// news is shown in direct messages; empty: see updates.Options.
	Home string
}

// NewModeration makes the service behind /update and /knowledge, with the role and the
// channels from the servers' settings. Give it to Deps.Moderation and to a worker.
func NewModeration(s store.Store, o ModerationOptions) *updates.Service {
	return updates.New(updates.Options{Store: s, Now: o.Now, Home: o.Home, Known: knownThings{o.Base}, Identify: language.NewIdentifier(),
		Allow: func(ctx context.Context, guild string, by updates.Actor) error { return moderates(ctx, s, guild, by) },
		Setups: func(ctx context.Context, guild string) (updates.Setup, error) {
			set, err := LoadSettings(ctx, s, guild)
			if !set.Language.Valid() {
				set.Language = language.English
			}
			return updates.Setup{Channels: set.Announce, Log: set.LogChannel, Alone: set.OnePerson, Language: set.Language}, err
		}})
}

// moderates says whether someone may act as a moderator: who has the role the server
// chose, and as long as it chose none, who manages the server.
func moderates(ctx context.Context, s store.Durable, guild string, by updates.Actor) error {
	set, err := LoadSettings(ctx, s, guild)
	switch {
	case err != nil:
		return err
	case set.ModeratorRole != "" && slices.Contains(by.Roles, set.ModeratorRole):
		return nil
	case set.ModeratorRole == "" && by.Permissions&(permissionManageServer|permissionAdministrator) != 0:
		return nil
	}
	return updates.ErrNotAllowed
}

// knownThings is the knowledge as package updates sees it.
type knownThings struct{ base *knowledge.Base }

func (k knownThings) Topic(slug string) bool { return k.base.Topics[slug] != nil }

func (k knownThings) AreaOf(slug string) string {
	if t := k.base.Topics[slug]; t != nil {
		return string(t.Area)
	}
	return ""
}

func (k knownThings) Prefecture(code string) bool { return k.base.Prefecture(code) != nil }

func (k knownThings) Helpline(id string) bool {
	if code, ok := strings.CutPrefix(id, conversation.CentrePrefix); ok {
		p := k.base.Prefecture(code)
		return p != nil && p.Centre != nil
	}
	return k.base.Services[id] != nil
}

func (k knownThings) Fact(id string) bool { return k.base.Facts[id] != nil }

// moderator lets moderators through, whatever way the request came. The service checks
// again at each act.
func (r *Router) moderator(ctx context.Context, v *visit) error {
	switch {
	case v.GuildID == "" || !v.Installed:
		return errServerOnly
	case r.Moderation == nil:
		return errVersion
	}
	return moderates(ctx, r.Store, v.GuildID, r.act(v).By)
}

// act is what a person does now, as the service knows it.
func (r *Router) act(v *visit) updates.Act {
	return updates.Act{ID: v.ID, Guild: v.GuildID, By: updates.Actor{ID: v.UserID, Roles: v.Roles, Permissions: v.Permissions}}
}

// newsroom gives answers what moderators published and mended.
type newsroom struct {
	service *updates.Service
	words   *locales.Words
}

// newsUnderAnswer is how many pieces of news an answer shows.
const newsUnderAnswer = 2

// News implements Updates.
func (n newsroom) News(ctx context.Context, q NewsQuery) []NewsItem {
	list, err := n.service.News(ctx, q.GuildID, updates.Query{Language: q.Language, Topic: q.Topic, Prefectures: q.Prefectures, Limit: newsUnderAnswer})
	if err != nil && len(list) == 0 {
		return nil // no reason to keep an answer waiting
	}
	var out []NewsItem
	for _, x := range list {
		by := "updates.by-two"
		if x.Alone {
			by = "updates.by-one"
		}
		text := x.Text.Body
		if x.Text.Change != "" {
			text = x.Text.Change + "\n" + text
		}
		out = append(out, NewsItem{ID: x.ID, Title: x.Text.Title, Text: text, Language: x.Language, Published: x.Since,
			By: n.words.Text(q.Language, by, nil), Source: x.Source, Corrected: x.State == updates.Corrected})
	}
	return out
}

// Mending implements Updates.
func (n newsroom) Mending(ctx context.Context, guildID string) conversation.Mended {
	return n.service.Mending(ctx, guildID)
}
