package commands

import "madoguchi/language"

// Card is what a person sees, free of Discord: bot draws it as components, tests
// and golden files as text. Meaning is never carried by Tone alone.
type Card struct {
	Language language.Code
	Tone     Tone
	Blocks   []Block
	// Sensitive: not to be shown in public unless the asker shares it.
	Sensitive bool
}

// Tone is the colour at the edge of a card.
type Tone uint8

const (
	Calm   Tone = iota
	Urgent      // danger now
	News        // from a community's moderators
	Wrong       // something failed
)

// Block is one part of a card, in the order shown: Heading, Text, Rule, Buttons or
// Menu.
type Block interface{ block() }

// Heading is the title of the card (Level 1) or of a part of it (2).
type Heading struct {
	Level int
	Text  string
}

// Text is Markdown as Discord shows it on a phone.
type Text struct{ Markdown string }

// Small is a line in small print: sources, notices.
type Small struct{ Markdown string }

// Rule is a line between parts.
type Rule struct{}

// Buttons is a row of one to five buttons.
type Buttons struct{ Buttons []Button }

// Button does something when pressed, or opens an address when URL is set.
type Button struct {
	Label    string // at most 80 UTF-16 units; kept to 34 where it can be
	Emoji    string // decoration only
	Action   Action
	URL      string
	Style    ButtonStyle
	Disabled bool
}

// ButtonStyle is how much a button stands out. At most one Primary in a row.
type ButtonStyle uint8

const (
	Secondary ButtonStyle = iota
	Primary
	Danger
)

// Menu is a list to pick from. In a menu of channels or roles, Options holds the ids
// (Value) that are picked now.
type Menu struct {
	Action      Action
	Placeholder string // at most 150
	Options     []MenuOption
	Min, Max    int // how many can be picked; 1 and 1 when both are 0
	Kind        MenuKind
}

// MenuKind says what is picked from.
type MenuKind uint8

const (
	Strings  MenuKind = iota // Options
	Channels                 // channels of the server
	Roles                    // roles of the server
)

// MenuOption is one line of a menu.
type MenuOption struct {
	Label       string // at most 100
	Value       string // at most 100
	Description string // at most 100
	Selected    bool
}

func (Heading) block() {}
func (Text) block()    {}
func (Small) block()   {}
func (Rule) block()    {}
func (Buttons) block() {}
func (Menu) block()    {}
