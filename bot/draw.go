package bot

import (
	"strconv"
	"strings"

	"madoguchi/commands"
)

// Limits of a message made of Components V2.
const (
	maxText       = 4000
	maxComponents = 40
	maxLabel      = 80
	maxCustomID   = 100
	maxMenuText   = 100
	maxMenuHint   = 150
	maxOptions    = 25
	maxRow        = 5
	maxURL        = 512
)

// draw makes one or more messages of a card: more than one when it is too long for
// one, cut between paragraphs, with what can be pressed at its place. Handlers keep
// their cards within one; this sees to it that nothing is lost when they don't.
func draw(card commands.Card) [][]component {
	p := painter{accent: accent(card.Tone)}
	for _, b := range card.Blocks {
		p.block(b)
	}
	p.flush()
	p.turn()
	return p.pages
}

// accent is the colour at the edge of a card.
func accent(t commands.Tone) *int {
	colour := 0x3B6EA5
	switch t {
	case commands.Urgent:
		colour = 0xC62828
	case commands.News:
		colour = 0x2E7D32
	case commands.Wrong:
		colour = 0x8A6D00
	}
	return &colour
}

// painter fills pages. Texts that follow each other share one component.
type painter struct {
	accent *int
	pages  [][]component

	page       []component
	text       int // units on this page
	components int // with nested ones
	pending    []string
	pendingLen int
}

func (p *painter) block(b commands.Block) {
	switch b := b.(type) {
	case commands.Heading:
		p.write(strings.Repeat("#", min(max(b.Level, 1), 3)) + " " + oneLine(b.Text))
	case commands.Text:
		p.write(b.Markdown)
	case commands.Small:
		lines := strings.Split(strings.TrimSpace(b.Markdown), "\n")
		for i, l := range lines {
			if strings.TrimSpace(l) != "" {
				lines[i] = "-# " + l
			}
		}
		p.write(strings.Join(lines, "\n"))
	case commands.Rule:
		p.flush()
		if len(p.page) > 0 {
			yes := true
			p.put(component{Type: typeSeparator, Divider: &yes, Spacing: 1}, 1)
		}
	case commands.Buttons:
		p.flush()
		for len(b.Buttons) > 0 {
			n := min(len(b.Buttons), maxRow)
			p.row(buttons(b.Buttons[:n]))
			b.Buttons = b.Buttons[n:]
		}
	case commands.Menu:
		p.flush()
		if m, ok := menu(b); ok {
			p.row([]component{m})
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// write adds text after what is pending.
func (p *painter) write(s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	for i, piece := range split(s, maxText) {
		n := units(piece)
		if i > 0 || p.pendingLen > 0 && p.text+p.pendingLen+1+n > maxText {
			p.flush()
			p.turn()
		}
		if p.pendingLen > 0 {
			p.pendingLen++ // the line break between
		}
		p.pending = append(p.pending, piece)
		p.pendingLen += n
	}
}

// flush puts the pending text on the page.
func (p *painter) flush() {
	if len(p.pending) == 0 {
		return
	}
	s, n := strings.Join(p.pending, "\n"), p.pendingLen
	p.pending, p.pendingLen = nil, 0
	if p.text+n > maxText {
		p.turn()
	}
	p.put(component{Type: typeTextDisplay, Content: s}, 1)
	p.text += n
}

func (p *painter) row(inner []component) {
	if len(inner) > 0 {
		p.put(component{Type: typeActionRow, Components: inner}, 1+len(inner))
	}
}

// put adds a component that counts as n, on a new page when this one is full.
func (p *painter) put(c component, n int) {
	if p.components+n > maxComponents-1 { // the container counts too
		p.turn()
	}
	p.page = append(p.page, c)
	p.components += n
}

// turn ends the page.
func (p *painter) turn() {
	for len(p.page) > 0 && p.page[len(p.page)-1].Type == typeSeparator {
		p.page = p.page[:len(p.page)-1]
	}
	if len(p.page) > 0 {
		p.pages = append(p.pages, []component{{Type: typeContainer, AccentColor: p.accent, Components: p.page}})
	}
	p.page, p.text, p.components = nil, 0, 0
}

func buttons(in []commands.Button) []component {
	var out []component
	for _, b := range in {
		c := component{Type: typeButton, Label: clip(oneLine(b.Label), maxLabel), Disabled: b.Disabled, Style: styleSecondary}
		if b.Emoji != "" {
			c.Emoji = &emoji{b.Emoji}
		}
		switch b.Style {
		case commands.Primary:
			c.Style = stylePrimary
		case commands.Danger:
			c.Style = styleDanger
		}
		if b.URL != "" {
			c.Style, c.URL = styleLink, b.URL
		} else {
			c.CustomID = b.Action.ID()
		}
		// What Discord would refuse the whole message for is left out.
		if len(c.CustomID) <= maxCustomID && len(c.URL) <= maxURL && (c.Label != "" || c.Emoji != nil) {
			out = append(out, c)
		}
	}
	return out
}

func menu(m commands.Menu) (component, bool) {
	c := component{Type: typeStringSelect, CustomID: m.Action.ID(), Placeholder: clip(oneLine(m.Placeholder), maxMenuHint)}
	switch m.Kind {
	case commands.Channels:
		c.Type = typeChannelSelect
	case commands.Roles:
		c.Type = typeRoleSelect
	default:
		c.Options = choices(m.Options)
		if len(c.Options) == 0 {
			return c, false
		}
	}
	c.MinValues, c.MaxValues = span(m.Min, m.Max, len(c.Options))
	if m.Kind != commands.Strings {
		c.Picked = pickedNow(m, *c.MaxValues)
	}
	return c, len(c.CustomID) <= maxCustomID
}

// pickedNow returns what a menu of channels or roles shows as picked.
func pickedNow(m commands.Menu, most int) []picked {
	kind := "channel"
	if m.Kind == commands.Roles {
		kind = "role"
	}
	var list []picked
	for _, o := range m.Options {
		if _, err := strconv.ParseUint(o.Value, 10, 64); err == nil && len(list) < most {
			list = append(list, picked{ID: o.Value, Type: kind})
		}
	}
	return list
}

// span is how many can be picked: one when nothing is said, never more than there are
// options (0: no options of our own).
func span(lo, hi, options int) (least, most *int) {
	if lo == 0 && hi == 0 {
		lo = 1
	}
	hi = max(hi, lo, 1)
	if options > 0 {
		hi = min(hi, options)
	}
	lo = min(lo, hi)
	return &lo, &hi
}

func choices(in []commands.MenuOption) []choice {
	var out []choice
	for _, o := range in[:min(len(in), maxOptions)] {
		out = append(out, choice{
			Label: clip(oneLine(o.Label), maxMenuText), Value: o.Value,
			Description: clip(oneLine(o.Description), maxMenuText), Default: o.Selected,
		})
	}
	return out
}

// form draws a modal: each input in a label of its own.
func form(m commands.Modal) modal {
	const maxTitle, maxName, maxHint = 45, 45, 100
	out := modal{CustomID: m.Action.ID(), Title: clip(oneLine(m.Title), maxTitle)}
	for _, f := range m.Fields {
		required := f.Required
		in := component{Type: typeTextInput, CustomID: f.ID, Required: &required, Placeholder: clip(oneLine(f.Placeholder), maxHint)}
		if len(f.Options) > 0 {
			in.Type, in.Options = typeStringSelect, choices(f.Options)
			in.MinValues, in.MaxValues = span(f.MinValues, f.MaxValues, len(in.Options))
			if !f.Required && f.MinValues == 0 {
				zero := 0
				in.MinValues = &zero
			}
		} else {
			in.Style = styleShort
			if f.Long {
				in.Style = styleLong
			}
			in.MaxLength = f.MaxLength
			limit := f.MaxLength
			if limit == 0 {
				limit = maxText
			}
			in.Value = f.Value
			if units(in.Value) > limit {
				in.Value, _ = cut(in.Value, limit)
			}
		}
		out.Components = append(out.Components, component{
			Type: typeLabel, Label: clip(oneLine(f.Label), maxName), Description: clip(oneLine(f.Description), maxHint), Component: &in,
		})
	}
	return out
}

// page makes a message of drawn components.
func page(components []component, private bool, files []commands.File) outgoing {
	o := outgoing{Flags: flagComponentsV2, Components: components, Mentions: nobody()}
	if private {
		o.Flags |= flagEphemeral
	}
	if len(files) > 0 {
		list := []attachment{}
		for i, f := range files {
			list = append(list, attachment{strconv.Itoa(i), f.Name})
			// A message of components shows only the files that a component names.
			o.Components = append(o.Components, component{Type: typeFile, File: &attached{"attachment://" + f.Name}})
		}
		o.Attachments = &list
	}
	return o
}
