package discordtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// View is what a message or an answer shows, whatever it is made of.
type View struct {
	Content string
	Embeds  []Embed
	// Text is all that can be read, in order: content, embeds, and the text of
	// components (buttons and menus are not in it).
	Text    string
	Buttons []Button
	Selects []Select
	Files   []File
	// AltTexts are the descriptions of pictures.
	AltTexts []string
	Flags    int
	// V2 tells that it is made of Components V2.
	V2 bool
	// Components and nested ones, as JSON objects.
	Components []any
	// MentionedUsers and MentionedRoles were pinged.
	MentionedUsers, MentionedRoles []string
	MentionedEveryone              bool
}

// Embed is an embed of a message.
type Embed struct {
	Title, Description, URL string
	Color                   int
	Fields                  []EmbedField
	Footer, Author          string
}

// EmbedField is one field of an embed.
type EmbedField struct{ Name, Value string }

// Button is a button of a message.
type Button struct {
	Label, CustomID, URL, Emoji string
	// Style is 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
	Style    int
	Disabled bool
}

// Select is a select menu of a message.
type Select struct {
	CustomID, Placeholder string
	// Type is the component type, 3 for a string select.
	Type                 int
	Options              []SelectOption
	MinValues, MaxValues int
	Disabled             bool
}

// SelectOption is one option of a select menu, radio or checkbox group.
type SelectOption struct {
	Label, Value, Description string
	Default                   bool
}

// Button finds a button by its label or custom id.
func (v View) Button(labelOrID string) (Button, bool) {
	for _, b := range v.Buttons {
		if b.Label == labelOrID || b.CustomID == labelOrID {
			return b, true
		}
	}
	return Button{}, false
}

// Labels lists the labels of the buttons.
func (v View) Labels() []string {
	out := make([]string, len(v.Buttons))
	for i, b := range v.Buttons {
		out[i] = b.Label
	}
	return out
}

func viewOf(o object, files map[string]File) View {
	v := View{Content: str(o, "content"), Flags: integer(o, "flags"), Components: list(o, "components"), MentionedEveryone: boolean(o, "mention_everyone")}
	v.V2 = v.Flags&FlagIsComponentsV2 != 0
	var text []string
	say := func(parts ...string) {
		for _, p := range parts {
			if p != "" {
				text = append(text, p)
			}
		}
	}
	say(v.Content)
	for _, x := range list(o, "embeds") {
		e := obj(x)
		em := Embed{Title: str(e, "title"), Description: str(e, "description"), URL: str(e, "url"), Color: integer(e, "color"), Footer: str(obj(e["footer"]), "text"), Author: str(obj(e["author"]), "name")}
		say(em.Author, em.Title, em.Description)
		for _, y := range list(e, "fields") {
			f := EmbedField{str(obj(y), "name"), str(obj(y), "value")}
			em.Fields = append(em.Fields, f)
			say(f.Name, f.Value)
		}
		say(em.Footer)
		v.Embeds = append(v.Embeds, em)
	}
	walkComponents(v.Components, func(c object) {
		switch kind := integer(c, "type"); {
		case kind == typeTextDisplay:
			say(str(c, "content"))
		case kind == typeButton:
			v.Buttons = append(v.Buttons, Button{Label: str(c, "label"), CustomID: str(c, "custom_id"), URL: str(c, "url"), Emoji: str(obj(c["emoji"]), "name"), Style: integer(c, "style"), Disabled: boolean(c, "disabled")})
		case kind == typeStringSelect || kind >= typeUserSelect && kind <= typeChannelSelect:
			v.Selects = append(v.Selects, selectOf(c))
		case kind == typeThumbnail:
			v.AltTexts = append(v.AltTexts, str(c, "description"))
		case kind == typeMediaGallery:
			for _, it := range list(c, "items") {
				v.AltTexts = append(v.AltTexts, str(obj(it), "description"))
			}
		}
	})
	v.Text = strings.Join(text, "\n")
	for _, id := range slices.SortedFunc(maps.Keys(files), compareIDs) {
		v.Files = append(v.Files, files[id])
	}
	for _, m := range list(o, "mentions") {
		v.MentionedUsers = append(v.MentionedUsers, str(obj(m), "id"))
	}
	for _, m := range list(o, "mention_roles") {
		v.MentionedRoles = append(v.MentionedRoles, fmt.Sprint(m))
	}
	return v
}

func selectOf(c object) Select {
	s := Select{CustomID: str(c, "custom_id"), Placeholder: str(c, "placeholder"), Type: integer(c, "type"), MinValues: 1, MaxValues: 1, Disabled: boolean(c, "disabled"), Options: optionsOf(c)}
	if n, ok := num(c["min_values"]); ok {
		s.MinValues = int(n)
	}
	if n, ok := num(c["max_values"]); ok {
		s.MaxValues = int(n)
	}
	return s
}

func optionsOf(c object) []SelectOption {
	var out []SelectOption
	for _, x := range list(c, "options") {
		o := obj(x)
		out = append(out, SelectOption{str(o, "label"), str(o, "value"), str(o, "description"), boolean(o, "default")})
	}
	return out
}

// Modal is a form the bot opened.
type Modal struct {
	Title, CustomID string
	Fields          []Field
	// Text is what text displays in it say.
	Text string
	// Components as JSON objects.
	Components []any
}

// Field is one input of a modal.
type Field struct {
	CustomID, Label, Description, Placeholder string
	// Value is what the input is filled with at first.
	Value                string
	Type                 int
	Required             bool
	MinLength, MaxLength int
	MinValues, MaxValues int
	Options              []SelectOption
}

// Field finds an input by its label or custom id.
func (m Modal) Field(labelOrID string) (Field, bool) {
	for _, f := range m.Fields {
		if f.Label == labelOrID || f.CustomID == labelOrID {
			return f, true
		}
	}
	return Field{}, false
}

func modalOf(o object) *Modal {
	m := &Modal{Title: str(o, "title"), CustomID: str(o, "custom_id"), Components: list(o, "components")}
	var text []string
	for _, v := range m.Components {
		c := obj(v)
		in, label, desc := obj(c["component"]), str(c, "label"), str(c, "description")
		switch integer(c, "type") {
		case typeTextDisplay:
			text = append(text, str(c, "content"))
			continue
		case typeActionRow:
			if inner := list(c, "components"); len(inner) > 0 {
				in = obj(inner[0])
			}
		}
		f := Field{CustomID: str(in, "custom_id"), Label: cmp.Or(label, str(in, "label")), Description: desc, Placeholder: str(in, "placeholder"), Value: str(in, "value"), Type: integer(in, "type"), Required: true, MinLength: integer(in, "min_length"), MaxLength: integer(in, "max_length"), MinValues: 1, MaxValues: 1, Options: optionsOf(in)}
		if n, ok := num(in["min_values"]); ok {
			f.MinValues = int(n)
		}
		if n, ok := num(in["max_values"]); ok {
			f.MaxValues = int(n)
		}
		if r, ok := in["required"].(bool); ok {
			f.Required = r
		}
		m.Fields = append(m.Fields, f)
	}
	m.Text = strings.Join(text, "\n")
	return m
}

// Choice is a choice autocomplete offers.
type Choice struct {
	Name  string
	Value any
}
