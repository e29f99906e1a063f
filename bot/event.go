package bot

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// What the bot needs of Discord's events. Whatever else is in them, such as components
// of kinds not thought of yet, is passed over.

// id is a snowflake. It comes as a string from Discord, as a number from some others.
type id string

// UnmarshalJSON reads a string or a number.
func (i *id) UnmarshalJSON(b []byte) error {
	b = bytes.Trim(b, `"`)
	if string(b) == "null" {
		b = nil
	}
	*i = id(b)
	return nil
}

// bits is a set of permissions, as a string or a number.
type bits uint64

// UnmarshalJSON reads a string or a number; what is neither grants nothing.
func (p *bits) UnmarshalJSON(b []byte) error {
	n, _ := strconv.ParseUint(string(bytes.Trim(b, `"`)), 10, 64)
	*p = bits(n)
	return nil
}

type user struct {
	ID  id   `json:"id"`
	Bot bool `json:"bot"`
}

type member struct {
	User        *user `json:"user"`
	Roles       []id  `json:"roles"`
	Permissions bits  `json:"permissions"`
}

type channel struct {
	ID       id  `json:"id"`
	Type     int `json:"type"`
	ParentID id  `json:"parent_id"`
}

// Kinds of channels.
const (
	channelDirect       = 1
	channelNewsThread   = 10
	channelThread       = 11
	channelHiddenThread = 12
)

func (c *channel) thread() bool {
	return c.Type >= channelNewsThread && c.Type <= channelHiddenThread
}

// message is a message that was written, or that an interaction is about.
type message struct {
	ID          id       `json:"id"`
	ChannelID   id       `json:"channel_id"`
	GuildID     id       `json:"guild_id"`
	ChannelType *int     `json:"channel_type"`
	Type        int      `json:"type"`
	Author      *user    `json:"author"`
	WebhookID   id       `json:"webhook_id"`
	Content     string   `json:"content"`
	Mentions    []user   `json:"mentions"`
	Member      *member  `json:"member"`
	Flags       int      `json:"flags"`
	Referenced  *message `json:"referenced_message"`
	Embeds      []struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"embeds"`
	Components []part `json:"components"`
	Snapshots  []struct {
		Message message `json:"message"`
	} `json:"message_snapshots"`
}

// part is a component of a message that was received: only its text counts.
type part struct {
	Content    string `json:"content"`
	Components []part `json:"components"`
}

// Types of messages that people write.
const (
	messagePlain = 0
	messageReply = 19
)

// Types of interactions.
const (
	interactionPing         = 1
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5
)

// interaction is a command, press, choice or form.
type interaction struct {
	ID            id              `json:"id"`
	ApplicationID id              `json:"application_id"`
	Type          int             `json:"type"`
	Token         string          `json:"token"`
	Data          json.RawMessage `json:"data"`
	GuildID       id              `json:"guild_id"`
	ChannelID     id              `json:"channel_id"`
	Channel       *channel        `json:"channel"`
	Member        *member         `json:"member"`
	User          *user           `json:"user"`
	Message       *message        `json:"message"`
	Locale        string          `json:"locale"`
	GuildLocale   string          `json:"guild_locale"`
	Context       *int            `json:"context"`
	// Owners is by whose install the app is here: "0" a server's, "1" a person's.
	Owners map[string]json.RawMessage `json:"authorizing_integration_owners"`
}

// Contexts of an interaction.
const contextDirect = 1

// commandData is the data of a command or of its autocomplete.
type commandData struct {
	Name     string      `json:"name"`
	Type     int         `json:"type"`
	TargetID id          `json:"target_id"`
	Options  []givenData `json:"options"`
	Resolved struct {
		Messages map[id]*message `json:"messages"`
	} `json:"resolved"`
}

// Types of commands.
const (
	commandSlash   = 1
	commandMessage = 3
)

// givenData is an option as given.
type givenData struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
	Options []givenData     `json:"options"`
}

// componentData is the data of a press or choice.
type componentData struct {
	CustomID string `json:"custom_id"`
	Values   []id   `json:"values"`
}

// modalData is the data of a form.
type modalData struct {
	CustomID   string      `json:"custom_id"`
	Components []modalPart `json:"components"`
}

// modalPart is a label with its input, or an action row of the old kind.
type modalPart struct {
	CustomID   string      `json:"custom_id"`
	Value      *string     `json:"value"`
	Values     []id        `json:"values"`
	Component  *modalPart  `json:"component"`
	Components []modalPart `json:"components"`
}
