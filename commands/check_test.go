package commands

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"madoguchi/language"
)

// checkResponse holds what must be true of every response.
func checkResponse(t *testing.T, r *Router, q Request, out Response) {
	t.Helper()
	for _, c := range append([]Card{}, out.Follow...) {
		checkCard(t, c)
	}
	if out.Card != nil {
		checkCard(t, *out.Card)
		if out.Card.Sensitive && !out.Private && !q.Direct {
			t.Errorf("a sensitive card is shown in public:\n%s", drawResponse(out))
		}
	}
	if len(out.Choices) > maxChoices {
		t.Errorf("%d choices", len(out.Choices))
	}
	seen := map[string]bool{}
	for _, c := range out.Choices {
		if n := units(c.Name); n < 1 || n > 100 || units(c.Value) > 100 || c.Value == "" {
			t.Errorf("choice %q (%q) has %d units", c.Name, c.Value, n)
		}
		if seen[c.Value] {
			t.Errorf("choice %q is offered twice", c.Value)
		}
		seen[c.Value] = true
	}
	if m := out.Modal; m != nil {
		checkAction(t, m.Action)
		if n := units(m.Title); n < 1 || n > 45 {
			t.Errorf("form title %q has %d units", m.Title, n)
		}
		for _, f := range m.Fields {
			if units(f.Label) < 1 || units(f.Label) > 45 || units(f.Description) > 100 || units(f.Placeholder) > 100 {
				t.Errorf("field %q: label, description or placeholder are too long: %d, %d, %d", f.ID, units(f.Label), units(f.Description), units(f.Placeholder))
			}
		}
	}
	plan := r.Plan(q)
	if out.Modal != nil && !plan.Modal {
		t.Error("a form was opened that the plan did not announce")
	}
	if q.Kind != KindMessage && q.Kind != KindAutocomplete && out.Card != nil && out.Card.Tone != Wrong && (out.Private != plan.Private || out.Replace != plan.Replace) {
		t.Errorf("response private=%v replace=%v, planned %+v", out.Private, out.Replace, plan)
	}
	if q.Kind != KindAutocomplete && !out.Ignore && !out.Silent && out.Card == nil && out.Modal == nil {
		t.Error("nothing to show")
	}
}

// checkCard holds a card to Discord's limits.
func checkCard(t *testing.T, c Card) {
	t.Helper()
	text, components := c.Size()
	if text > maxUnits || components > maxComponents {
		t.Errorf("card has %d units and %d components:\n%s", text, components, drawCard(c))
	}
	if !c.Language.Valid() {
		t.Errorf("card has no language:\n%s", drawCard(c))
	}
	ids := map[string]bool{}
	once := func(a Action) {
		checkAction(t, a)
		if ids[a.ID()] {
			t.Errorf("custom id %q stands twice on a card:\n%s", a.ID(), drawCard(c))
		}
		ids[a.ID()] = true
	}
	text1 := func(s string) {
		switch {
		case strings.TrimSpace(s) == "":
			t.Errorf("an empty text on the card:\n%s", drawCard(c))
		case !utf8.ValidString(s):
			t.Errorf("text is not UTF-8: %q", s)
		case strings.Contains(s, "<no value>") || strings.Contains(s, "{{"):
			t.Errorf("a gap was not filled: %q", s)
		case unfilled.MatchString(s):
			t.Errorf("a message id is shown instead of its text: %q", s)
		}
	}
	for _, b := range c.Blocks {
		switch b := b.(type) {
		case Heading:
			text1(b.Text)
		case Text:
			text1(b.Markdown)
		case Small:
			text1(b.Markdown)
		case Buttons:
			if len(b.Buttons) < 1 || len(b.Buttons) > 5 {
				t.Errorf("a row of %d buttons", len(b.Buttons))
			}
			primary := 0
			for _, x := range b.Buttons {
				text1(x.Label)
				if units(x.Label) > 80 {
					t.Errorf("label %q has %d units", x.Label, units(x.Label))
				}
				if x.URL == "" {
					once(x.Action)
				}
				if x.Style == Primary {
					primary++
				}
			}
			if primary > 1 {
				t.Errorf("%d primary buttons in a row", primary)
			}
		case Menu:
			once(b.Action)
			if units(b.Placeholder) > 150 {
				t.Errorf("placeholder %q is too long", b.Placeholder)
			}
			if b.Kind == Strings && (len(b.Options) < 1 || len(b.Options) > 25 || b.Max > len(b.Options)) {
				t.Errorf("a menu of %d options, %d to pick", len(b.Options), b.Max)
			}
			values := map[string]bool{}
			for _, o := range b.Options {
				if b.Kind == Strings {
					text1(o.Label)
				}
				if units(o.Label) > 100 || units(o.Description) > 100 || units(o.Value) > 100 || o.Value == "" || values[o.Value] {
					t.Errorf("menu option %+v", o)
				}
				values[o.Value] = true
			}
		}
	}
}

// unfilled matches a message id that has no text: words.Text gives the id back.
var unfilled = regexp.MustCompile(`^[a-z][a-z-]*(\.[a-z0-9-]+)+$`)

func checkAction(t *testing.T, a Action) {
	t.Helper()
	if len(a.ID()) > maxCustomID {
		t.Errorf("custom id %q has %d bytes", a.ID(), len(a.ID()))
	}
	if got, err := ParseAction(a.ID()); err != nil || got.ID() != a.ID() {
		t.Errorf("custom id %q does not come back: %v", a.ID(), err)
	}
}

// Discord's rule for names of commands and options.
var validName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// longest counts a command's characters as Discord does: names, descriptions and
// values, each in its longest localisation.
func longest(d Definition) int {
	most := func(s string, names map[string]string) int {
		n := units(s)
		for _, x := range names {
			n = max(n, units(x))
		}
		return n
	}
	total := most(d.Name, d.Names) + most(d.Description, d.Descriptions)
	var add func([]OptionDefinition)
	add = func(list []OptionDefinition) {
		for _, o := range list {
			total += most(o.Name, o.Names) + most(o.Description, o.Descriptions)
			for _, c := range o.Choices {
				total += most(c.Name, c.Names) + units(c.Value)
			}
			add(o.Options)
		}
	}
	add(d.Options)
	return total
}

func TestDefinitions(t *testing.T) {
	r := newDesk(t, fewBase).r
	taken := map[string]string{}
	name := func(at, locale, s string) {
		if !validName.MatchString(s) || strings.ToLower(s) != s || !norm.NFC.IsNormalString(s) {
			t.Errorf("%s in %s: Discord refuses the name %q", at, locale, s)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Myanmar, r) }) {
			t.Errorf("%s in %s: Burmese in the name %q", at, locale, s)
		}
	}
	each := func(at, fallback string, names map[string]string, check func(at, locale, s string)) {
		check(at, "default", fallback)
		for _, locale := range []string{"ja", "vi", "en-GB", "en-US"} {
			if names[locale] == "" {
				t.Errorf("%s is not localised in %s", at, locale)
			}
			check(at, locale, names[locale])
		}
		if len(names) != 4 {
			t.Errorf("%s has localisations beyond the four locales: %v", at, names)
		}
	}
	short := func(most int) func(at, locale, s string) {
		return func(at, locale, s string) {
			if n := units(s); n < 1 || n > most || unfilled.MatchString(s) {
				t.Errorf("%s in %s: %q has %d units", at, locale, s, n)
			}
		}
	}
	var options func(at string, list []OptionDefinition)
	options = func(at string, list []OptionDefinition) {
		if len(list) > 25 {
			t.Errorf("%s has %d options", at, len(list))
		}
		optional := false
		for _, locale := range []string{"ja", "vi", "en-GB"} {
			seen := map[string]bool{}
			for _, o := range list {
				if seen[o.Names[locale]] {
					t.Errorf("%s: two options are named %q in %s", at, o.Names[locale], locale)
				}
				seen[o.Names[locale]] = true
			}
		}
		for _, o := range list {
			at := at + " " + o.Name
			each(at+" name", o.Name, o.Names, name)
			each(at+" description", o.Description, o.Descriptions, short(100))
			if o.Required && optional {
				t.Errorf("%s is required after an optional one", at)
			}
			optional = optional || !o.Required
			if o.Autocomplete && len(o.Choices) > 0 {
				t.Errorf("%s has choices and autocomplete", at)
			}
			if len(o.Choices) > 25 {
				t.Errorf("%s has %d choices", at, len(o.Choices))
			}
			for _, c := range o.Choices {
				short(100)(at+" choice", "default", c.Name)
				for locale, s := range c.Names {
					short(100)(at+" choice", locale, s)
				}
			}
			options(at, o.Options)
		}
	}
	for _, d := range r.Definitions() {
		if d.OnMessage {
			each("message command "+d.Name, d.Name, d.Names, short(32))
			continue
		}
		each(d.Name+" name", d.Name, d.Names, name)
		each(d.Name+" description", d.Description, d.Descriptions, short(100))
		options(d.Name, d.Options)
		if n := longest(d); n > 8000 {
			t.Errorf("%s has %d characters in its longest localisation", d.Name, n)
		}
		for locale, s := range d.Names {
			if other := taken[locale+s]; other != "" {
				t.Errorf("%s and %s are both %q in %s", other, d.Name, s, locale)
			}
			taken[locale+s] = d.Name
		}
	}
	for _, c := range r.commands {
		if !c.OnMessage && units(r.say(language.Burmese, "command."+c.Name+".description")) > 100 {
			t.Errorf("the Burmese description of %s is longer than the others may be", c.Name)
		}
	}
}
