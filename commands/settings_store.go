package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"madoguchi/language"
	"madoguchi/store"
)

const (
	settingsCollection = "settings"
	settingsSchema     = 1
)

// Settings is what the people who manage a server decided for it. The zero value is
// the default.
type Settings struct {
	Schema   int           `json:"v"`
	Language language.Code `json:"language,omitempty"` // of those who have not chosen; "" is English
	Channels []string      `json:"channels,omitempty"` // where mentions are answered; none: everywhere
	// NoSharing: answers stay with those who asked.
	NoSharing bool `json:"no_sharing,omitempty"`
	// Announce is the channel updates are posted in, by language.
	Announce map[language.Code]string `json:"announce,omitempty"`
	// ModeratorRole may work on updates; "": only those who manage the server.
	ModeratorRole string `json:"moderator_role,omitempty"`
	// LogChannel is where moderators' acts are posted; "": nowhere.
	LogChannel string `json:"log_channel,omitempty"`
	// OnePerson: an update needs no second moderator.
	OnePerson bool `json:"one_person,omitempty"`
}

// LoadSettings returns the settings of a server, the default ones when it has none.
func LoadSettings(ctx context.Context, s store.Durable, guildID string) (Settings, error) {
	doc, err := s.Load(ctx, settingsCollection, guildID)
	if errors.Is(err, store.ErrNotFound) {
		return Settings{Schema: settingsSchema}, nil
	}
	if err != nil {
		return Settings{}, fmt.Errorf("load the settings of server %s: %w", guildID, err)
	}
	return decodeSettings(doc.Value, guildID)
}

// SaveSettings lets change alter the settings of a server as they are now, and keeps
// and returns the result. Someone else's change at the same moment is not lost:
// change is then called again.
func SaveSettings(ctx context.Context, s store.Durable, guildID string, change func(*Settings) error) (Settings, error) {
	var now Settings
	_, err := store.Update(ctx, s, settingsCollection, guildID, func(doc store.Doc) ([]byte, error) {
		now = Settings{}
		if doc.Version > 0 {
			var err error
			if now, err = decodeSettings(doc.Value, guildID); err != nil {
				return nil, err
			}
		}
		if err := change(&now); err != nil {
			return nil, err
		}
		now.Schema = settingsSchema
		return json.Marshal(now)
	})
	if err != nil {
		return Settings{}, fmt.Errorf("save the settings of server %s: %w", guildID, err)
	}
	return now, nil
}

func decodeSettings(data []byte, guildID string) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(data, &s); err != nil {
		return Settings{}, fmt.Errorf("read the settings of server %s: %w", guildID, err)
	}
	if s.Schema > settingsSchema {
		return Settings{}, fmt.Errorf("read the settings of server %s: written by a newer version (%d)", guildID, s.Schema)
	}
	return s, nil
}
