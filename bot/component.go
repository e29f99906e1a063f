package bot

// Types of components.
const (
	typeActionRow     = 1
	typeButton        = 2
	typeStringSelect  = 3
	typeTextInput     = 4
	typeRoleSelect    = 6
	typeChannelSelect = 8
	typeTextDisplay   = 10
	typeFile          = 13
	typeSeparator     = 14
	typeContainer     = 17
	typeLabel         = 18
)

// Flags of messages.
const (
	flagEphemeral    = 1 << 6
	flagComponentsV2 = 1 << 15
)

// Styles of buttons and text inputs.
const (
	stylePrimary   = 1
	styleSecondary = 2
	styleDanger    = 4
	styleLink      = 5

	styleShort = 1
	styleLong  = 2
)

// component is any component as it is sent; each type sets the fields it has.
type component struct {
	Type        int         `json:"type"`
	Content     string      `json:"content,omitempty"`
	Components  []component `json:"components,omitempty"`
	AccentColor *int        `json:"accent_color,omitempty"`
	Divider     *bool       `json:"divider,omitempty"`
	Spacing     int         `json:"spacing,omitempty"`

	CustomID    string   `json:"custom_id,omitempty"`
	Label       string   `json:"label,omitempty"`
	Style       int      `json:"style,omitempty"`
	Emoji       *emoji   `json:"emoji,omitempty"`
	URL         string   `json:"url,omitempty"`
	Disabled    bool     `json:"disabled,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	MinValues   *int     `json:"min_values,omitempty"`
	MaxValues   *int     `json:"max_values,omitempty"`
	Options     []choice `json:"options,omitempty"`
	Picked      []picked `json:"default_values,omitempty"` // of a menu of channels or roles

	Description string     `json:"description,omitempty"`
	Component   *component `json:"component,omitempty"`
	Value       string     `json:"value,omitempty"`
	MaxLength   int        `json:"max_length,omitempty"`
	Required    *bool      `json:"required,omitempty"`

	File *attached `json:"file,omitempty"`
}

type emoji struct {
	Name string `json:"name"`
}

// picked is a channel or role that a menu shows as picked now.
type picked struct {
	ID   string `json:"id"`
	Type string `json:"type"` // "channel" or "role"
}

// choice is an option of a menu.
type choice struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

type attached struct {
	URL string `json:"url"`
}

// attachment names a file that goes with the JSON.
type attachment struct {
	ID       string `json:"id"` // its number in the form
	Filename string `json:"filename"`
}

// mentions says who may be pinged: nobody, unless a role is named.
type mentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles,omitempty"`
	RepliedUser bool     `json:"replied_user"`
}

func nobody() mentions { return mentions{Parse: []string{}} }

// outgoing is a message as it is sent.
type outgoing struct {
	Flags      int         `json:"flags,omitempty"`
	Components []component `json:"components,omitempty"`
	// Attachments is nil to leave those of a message as they are, empty to take them off.
	Attachments *[]attachment `json:"attachments,omitempty"`
	Mentions    mentions      `json:"allowed_mentions"`
	Nonce       string        `json:"nonce,omitempty"`
	Enforce     bool          `json:"enforce_nonce,omitempty"`
	Reference   *reference    `json:"message_reference,omitempty"`
}

type reference struct {
	MessageID string `json:"message_id"`
	ChannelID string `json:"channel_id,omitempty"`
	Fail      bool   `json:"fail_if_not_exists"`
}

// callback is a first answer to an interaction.
type callback struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

// Types of first answers.
const (
	answerPong           = 1
	answerMessage        = 4
	answerDeferred       = 5
	answerDeferredUpdate = 6
	answerUpdate         = 7
	answerChoices        = 8
	answerModal          = 9
)

// deferral is the data of a deferred answer.
type deferral struct {
	Flags int `json:"flags,omitempty"`
}

// choicesData is the data of an autocomplete's answer.
type choicesData struct {
	Choices []offered `json:"choices"`
}

type offered struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// modal is the data of a form.
type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}
