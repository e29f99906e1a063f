package commands

import (
	"fmt"
	"strings"
)

// drawResponse writes a response as a person who reads transcripts wants it: what is
// seen, who sees it, and in brackets what each button does.
func drawResponse(r Response) string {
	var b strings.Builder
	switch {
	case r.Ignore:
		return "(nothing: handled before)\n"
	case r.Silent:
		return "(silence)\n"
	case r.Modal != nil:
		fmt.Fprintf(&b, "(a form opens)\n┌ %s\n", r.Modal.Title)
		for _, f := range r.Modal.Fields {
			fmt.Fprintf(&b, "│ %s – %s\n│ ‹%s›\n", f.Label, f.Description, f.Placeholder)
			if f.Value != "" {
				fmt.Fprintf(&b, "│ filled in: %s\n", strings.ReplaceAll(f.Value, "\n", "\n│   "))
			}
			for _, o := range f.Options {
				mark := ""
				if o.Selected {
					mark = " (picked)"
				}
				fmt.Fprintf(&b, "│   · %s%s\n", o.Label, mark)
			}
		}
		fmt.Fprintf(&b, "└ {%s}\n", strings.Join(append([]string{r.Modal.Action.Name}, r.Modal.Action.Args...), " "))
		return b.String()
	case r.Choices != nil:
		for _, c := range r.Choices {
			fmt.Fprintf(&b, "· %s {%s}\n", c.Name, c.Value)
		}
		return b.String()
	case r.Card == nil:
		return "(nothing)\n"
	}
	who := "everyone sees it"
	if r.Private {
		who = "only the person sees it"
	}
	if r.Replace {
		who += ", in place of the card before"
	}
	fmt.Fprintf(&b, "(%s)\n%s", who, drawCard(*r.Card))
	for _, c := range r.Follow {
		fmt.Fprintf(&b, "(and then)\n%s", drawCard(c))
	}
	for _, f := range r.Files {
		const head = 30
		lines := strings.SplitAfter(string(f.Data), "\n")
		fmt.Fprintf(&b, "┄ file %s\n%s", f.Name, strings.Join(lines[:min(len(lines), head)], ""))
		if len(lines) > head {
			fmt.Fprintf(&b, "┄ and %d lines more\n", len(lines)-head)
		}
	}
	return b.String()
}

func drawCard(c Card) string {
	var b strings.Builder
	if tone := [...]string{"", "urgent", "news", "wrong"}[c.Tone]; tone != "" {
		fmt.Fprintf(&b, "(%s)\n", tone)
	}
	for _, block := range c.Blocks {
		switch x := block.(type) {
		case Heading:
			fmt.Fprintf(&b, "%s %s\n", strings.Repeat("#", x.Level), x.Text)
		case Text:
			fmt.Fprintf(&b, "%s\n", x.Markdown)
		case Small:
			fmt.Fprintf(&b, "-# %s\n", strings.ReplaceAll(x.Markdown, "\n", "\n-# "))
		case Rule:
			b.WriteString("────\n")
		case Buttons:
			for i, button := range x.Buttons {
				if i > 0 {
					b.WriteString("  ")
				}
				mark := ""
				switch button.Style {
				case Primary:
					mark = "*"
				case Danger:
					mark = "!"
				}
				does := strings.Join(append([]string{button.Action.Name}, button.Action.Args...), " ")
				if button.URL != "" {
					does = button.URL
				}
				label := button.Label
				if button.Emoji != "" {
					label = button.Emoji + " " + label
				}
				fmt.Fprintf(&b, "[%s%s]{%s}", mark, label, strings.Join(strings.Fields(does), " "))
			}
			b.WriteString("\n")
		case Menu:
			kind := [...]string{"", "channels: ", "roles: "}[x.Kind]
			fmt.Fprintf(&b, "▼ %s%s {%s}\n", kind, x.Placeholder, strings.Join(append([]string{x.Action.Name}, x.Action.Args...), " "))
			for _, o := range x.Options {
				picked := "  "
				if o.Selected {
					picked = " ✓"
				}
				fmt.Fprintf(&b, "%s %s {%s}", picked, o.Label, o.Value)
				if o.Description != "" {
					fmt.Fprintf(&b, " – %s", o.Description)
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}
