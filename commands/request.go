package commands

import (
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Kind says what a person did.
type Kind uint8

const (
	KindCommand      Kind = iota + 1 // used a slash command
	KindAutocomplete                 // is typing an option of one
	KindTarget                       // used a command on a message ("Answer this")
	KindComponent                    // pressed a button or picked from a menu
	KindModal                        // sent a form
	KindMessage                      // wrote to the bot: direct message, mention, reply, thread
)

// Request is what a person did, decoded from an event. Text a person wrote is in
// Text, Options and Fields only: none of it is ever stored or logged.
type Request struct {
	Kind Kind
	ID   string    // the event's id: the same event delivered twice has the same
	Now  time.Time // the clock of the bot

	Person store.Person // keyed hash of the user id, for all that is kept of people
	UserID string       // only for moderators' acts, which are public, and for comparing

	Locale      string // the person's Discord locale, "" in plain messages
	GuildLocale string
	GuildID     string // "" in direct messages
	ChannelID   string
	ParentID    string // of a thread: the channel it is in, when known
	Direct      bool   // a direct message with the bot
	Permissions uint64 // of the person in the channel, as Discord says; 0 in direct messages
	Roles       []string
	Installed   bool // the app is installed in the server, not only by the person

	Name    string            // of the command, default name; "update correct" for sub-commands
	Options map[string]Option // by default name
	Focused string            // name of the option being typed (KindAutocomplete)

	// Action of the component or form that was used; the zero Action when its custom
	// id is of another version or bot, which is answered with a kind sentence.
	Action Action
	Values []string            // picked in a menu
	Fields map[string][]string // of a form, by field id
	// Ephemeral: the message the component is on is seen by the person alone.
	Ephemeral bool

	Text string // of the message (KindMessage, KindTarget), mention of the bot taken out
	// Sender: the message was written by the bot itself (KindTarget).
	Sender bool
}

// Option is a slash command's option as given.
type Option struct {
	String  string
	Integer int64
	Boolean bool
	ID      string // of a role, channel or user
}

// Response is what to do about a Request.
type Response struct {
	Card    *Card    // what to show
	Follow  []Card   // to show after it, at most four
	Modal   *Modal   // a form to open instead (commands and components only)
	Choices []Choice // for KindAutocomplete, at most 25
	Files   []File   // to attach
	Private bool     // to be seen by the person alone, where Discord can do that
	Replace bool     // put Card in place of the message whose component was used
	Silent  bool     // nothing to say: acknowledge only
	Ignore  bool     // the event was handled before: do nothing at all
}

// Choice is one offer while typing.
type Choice struct {
	Name  string // as shown, at most 100 UTF-16 units
	Value string // as sent back, at most 100
}

// File is an attachment.
type File struct {
	Name string // ASCII
	Data []byte
}

// Modal is a form. Each field has a label and one input.
type Modal struct {
	Action Action
	Title  string // at most 45
	Fields []Field
}

// Field is one input of a form: a text when Options is empty, else a menu.
type Field struct {
	ID          string
	Label       string // at most 45
	Description string // at most 100
	Value       string // filled in before
	Placeholder string // at most 100
	Long        bool   // several lines
	Required    bool
	MaxLength   int
	Options     []MenuOption
	MinValues   int
	MaxValues   int
}

// Plan says what is known of a Response before the handler has run: Discord wants it
// when an answer is deferred.
type Plan struct {
	Private bool // the answer will be seen by the person alone
	Replace bool // the answer will replace the message of the component
	Modal   bool // the handler may open a form and so must not be deferred
}

// speaks returns the language a Discord locale stands for, "" when it is none of the
// four.
func speaks(locale string) language.Code {
	switch {
	case len(locale) < 2:
		return ""
	case locale[:2] == "ja":
		return language.Japanese
	case locale[:2] == "en":
		return language.English
	case locale[:2] == "vi":
		return language.Vietnamese
	}
	return ""
}
