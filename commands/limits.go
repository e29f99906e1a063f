package commands

// Limits of a message drawn with Components V2. Discord takes 4,000 units of text and
// 40 components; a little is left for what drawing adds (signs of headings).
const (
	maxUnits      = 3800
	maxComponents = 40
	maxLabel      = 80
	maxOption     = 100
	maxMenu       = 25
	maxRow        = 5
)

// Size is what a card takes of a message: units of text (without labels of buttons
// and menus, which have their own limits) and components, the container around the
// card included.
func (c Card) Size() (text, components int) {
	components = 1
	for _, b := range c.Blocks {
		components++
		switch b := b.(type) {
		case Heading:
			text += units(b.Text)
		case Text:
			text += units(b.Markdown)
		case Small:
			text += units(b.Markdown)
		case Buttons:
			components += len(b.Buttons)
		case Menu:
			components++
		}
	}
	return text, components
}

// fit shortens a card that is over the limit of text, its longest part first. Cards
// are built to fit; this keeps an unforeseen one from being refused whole.
func fit(c Card) Card {
	for text, _ := c.Size(); text > maxUnits; text, _ = c.Size() {
		longest, at := 0, -1
		for i, b := range c.Blocks {
			if t, ok := b.(Text); ok && units(t.Markdown) > longest {
				longest, at = units(t.Markdown), i
			}
		}
		if at < 0 || longest < 2 {
			return c
		}
		c.Blocks[at] = Text{clip(c.Blocks[at].(Text).Markdown, max(longest-(text-maxUnits), longest/2))}
	}
	return c
}

// row puts buttons side by side, with labels that fit. Buttons without a label are
// left out.
func row(buttons ...Button) []Block {
	var list []Button
	for _, b := range buttons {
		if b.Label != "" {
			b.Label = clip(b.Label, maxLabel)
			list = append(list, b)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return []Block{Buttons{list[:min(len(list), maxRow)]}}
}
