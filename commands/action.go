package commands

import (
	"errors"
	"strings"
)

// Action is what a button, menu or form does, as carried in its custom id: short,
// versioned, and never with text a person wrote.
type Action struct {
	Name string   // of the handler, a-z and hyphens
	Args []string // slugs, language codes, ids, numbers
}

// actionVersion starts every custom id. Buttons of an older version get a kind
// sentence instead of a wrong answer.
const actionVersion = "m1"

// maxCustomID is Discord's limit.
const maxCustomID = 100

// maxChoices is how many choices Discord takes while a person is typing.
const maxChoices = 25

var (
	// ErrAction: the custom id is not one of this bot's, or of an older version.
	ErrAction = errors.New("custom id of another version or bot")
)

// Do makes an Action.
func Do(name string, args ...string) Action { return Action{name, args} }

// ID returns the custom id.
func (a Action) ID() string {
	return strings.Join(append([]string{actionVersion, a.Name}, a.Args...), ":")
}

// Arg returns the i-th argument, "" when there are fewer.
func (a Action) Arg(i int) string {
	if i < len(a.Args) {
		return a.Args[i]
	}
	return ""
}

// ParseAction reads a custom id. It fails with ErrAction when the id is not of this
// version.
func ParseAction(id string) (Action, error) {
	parts := strings.Split(id, ":")
	if len(id) > maxCustomID || len(parts) < 2 || parts[0] != actionVersion || parts[1] == "" {
		return Action{}, ErrAction
	}
	return Action{parts[1], parts[2:]}, nil
}
