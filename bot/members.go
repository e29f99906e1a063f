package bot

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"madoguchi/bot/rest"
	"madoguchi/commands"
	"madoguchi/updates"
)

// Members returns what gives and takes roles of members, for subscribers to news.
func (b *Bot) Members() commands.Members { return members{b} }

type members struct{ b *Bot }

// harmless are the rights a role may have that the bot gives to whoever asks: to see and
// take part as everybody does. Whatever else Discord has now or later is not among them.
const harmless uint64 = 1<<6 | // add reactions
	1<<9 | // stream
	1<<10 | 1<<11 | // view channels, send messages
	1<<14 | 1<<15 | 1<<16 | // embed links, attach files, read history
	1<<18 | // external emoji
	1<<20 | 1<<21 | 1<<25 | // connect, speak, voice activity
	1<<26 | // change own nickname
	1<<31 | 1<<32 | // application commands, request to speak
	1<<35 | 1<<36 | 1<<37 | 1<<38 | // threads, stickers
	1<<42 | 1<<45 | 1<<46 | 1<<49 // soundboard, sounds, voice messages, polls

// Harmless implements commands.Members. A role that another integration manages, that
// everybody has, or that does not exist is not harmless.
func (m members) Harmless(ctx context.Context, guild, role string) (bool, error) {
	var list []struct {
		ID          id     `json:"id"`
		Permissions string `json:"permissions"`
		Managed     bool   `json:"managed"`
	}
	r := rest.Request{Method: http.MethodGet, Path: "/guilds/%s/roles", Args: []string{guild}}
	if err := m.b.rest.Do(ctx, r, &list); err != nil {
		return false, judgePost("look at the roles of a server", err)
	}
	for _, x := range list {
		if string(x.ID) != role {
			continue
		}
		rights, err := strconv.ParseUint(x.Permissions, 10, 64)
		return err == nil && rights&^harmless == 0 && !x.Managed && role != guild, nil
	}
	return false, nil
}

// SetRole implements commands.Members.
func (m members) SetRole(ctx context.Context, guild, user, role string, has bool) error {
	p := m.b.Poster(nil)
	if has {
		return p.GiveRole(ctx, guild, user, role)
	}
	err := p.TakeRole(ctx, guild, user, role)
	if errors.Is(err, updates.ErrGone) {
		return nil
	}
	return err
}
