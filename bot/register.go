package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"madoguchi/bot/rest"
	"madoguchi/commands"
	"madoguchi/store"
)

// register tells Discord of the commands, if they differ from those it knows: creating
// commands is limited, and each overwrite makes clients load them anew.
func (b *Bot) register(ctx context.Context, defs []commands.Definition) error {
	list := []*discordgo.ApplicationCommand{}
	for _, d := range defs {
		list = append(list, define(d))
	}
	sum, err := fingerprint(list)
	if err != nil {
		return err
	}
	var known []map[string]any
	get := rest.Request{Method: http.MethodGet, Path: "/applications/%s/commands", Args: []string{b.app}, Query: url.Values{"with_localizations": {"true"}}}
	if err := b.rest.Do(ctx, get, &known); err != nil {
		b.log.Warn("reading the registered commands failed; they are registered anew", "error", err)
	} else if b.registered(ctx, sum, list, known) {
		b.log.Info("the commands are as registered", "commands", len(list), "hash", sum[:12])
		return nil
	}
	put := rest.Request{Method: http.MethodPut, Path: "/applications/%s/commands", Args: []string{b.app}, Body: list}
	if err := b.rest.Do(ctx, put, nil); err != nil {
		return fmt.Errorf("register the commands: %w", err)
	}
	b.keepHash(ctx, sum)
	b.log.Info("registered the commands", "commands", len(list), "hash", sum[:12])
	return nil
}

// registered says whether Discord has these very commands: it shows the same, or it
// shows the same names and we know to have sent these.
func (b *Bot) registered(ctx context.Context, sum string, list []*discordgo.ApplicationCommand, known []map[string]any) bool {
	if other, err := fingerprint(known); err == nil && other == sum {
		return true
	}
	if b.opt.Store == nil || !slices.Equal(names(list), names(known)) {
		return false
	}
	doc, err := b.opt.Store.Load(ctx, hashCollection, b.app)
	return err == nil && string(doc.Value) == sum
}

// hashCollection holds what was last registered, by application.
const hashCollection = "registered-commands"

func (b *Bot) keepHash(ctx context.Context, sum string) {
	if b.opt.Store == nil {
		return
	}
	_, err := store.Update(ctx, b.opt.Store, hashCollection, b.app, func(store.Doc) ([]byte, error) { return []byte(sum), nil })
	if err != nil {
		b.log.Warn("the hash of the commands is not kept", "error", err)
	}
}

// registerUntilDone tries until it works: commands that stay as they were are no reason
// not to answer.
func (b *Bot) registerUntilDone(ctx context.Context) {
	for pause := b.opt.RegisterPause; ; pause = min(2*pause, 10*time.Minute) {
		err := b.register(ctx, b.opt.Handler.Definitions())
		if err == nil || ctx.Err() != nil {
			return
		}
		b.log.Error("registering the commands failed", "error", err, "again_in", pause)
		if rest.Is(err, rest.CodeInvalidForm) {
			return // it would be refused again
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// fingerprint hashes commands by what matters, so that what we send and what Discord
// shows of the same commands are the same.
func fingerprint(commands any) (string, error) {
	raw, err := json.Marshal(commands)
	if err != nil {
		return "", fmt.Errorf("encode the commands: %w", err)
	}
	var list []map[string]any
	if err := json.Unmarshal(raw, &list); err != nil {
		return "", fmt.Errorf("decode the commands: %w", err)
	}
	var lines []string
	for _, c := range list {
		if raw, err = json.Marshal(essence(c, true)); err != nil {
			return "", err
		}
		lines = append(lines, string(raw))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// essence leaves out what Discord adds, and what says nothing.
func essence(o map[string]any, top bool) map[string]any {
	keep := []string{"type", "name", "name_localizations", "description", "description_localizations", "options",
		"choices", "required", "autocomplete", "max_length", "value", "channel_types"}
	if top {
		keep = append(keep, "contexts", "integration_types", "default_member_permissions")
	}
	out := map[string]any{}
	for _, k := range keep {
		switch v := o[k].(type) {
		case nil:
		case bool:
			if v {
				out[k] = v
			}
		case string:
			if v != "" {
				out[k] = v
			}
		case []any:
			if len(v) == 0 {
				continue
			}
			list := make([]any, len(v))
			for i, x := range v {
				list[i] = x
				if inner, ok := x.(map[string]any); ok {
					list[i] = essence(inner, false)
				}
			}
			out[k] = list
		case map[string]any:
			if len(v) > 0 {
				out[k] = v
			}
		default:
			out[k] = v
		}
	}
	if top && out["type"] == nil {
		out["type"] = 1
	}
	return out
}

// names lists type and name of each command, sorted.
func names(commands any) []string {
	raw, err := json.Marshal(commands)
	var list []struct {
		Type int    `json:"type"`
		Name string `json:"name"`
	}
	if errors.Join(err, json.Unmarshal(raw, &list)) != nil {
		return nil
	}
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprint(max(1, c.Type), " ", c.Name))
	}
	slices.Sort(out)
	return out
}
