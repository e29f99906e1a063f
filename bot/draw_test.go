package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"madoguchi/commands"
)

// TestCut: pieces are within the limit and never tear a grapheme.
func TestCut(t *testing.T) {
	for _, test := range []struct {
		text string
		n    int
		head string
	}{
		{"hello", 3, "hel"},
		{"ကြိုးစားပါ", 7, "ကြိုး"}, // ာ and း are clusters of their own to Unicode
		{"မြန်မာ", 4, "မြန်"},
		{"မြန်မာ", 3, ""}, // shorter than the first syllable: anything but nothing
		{"日本語", 2, "日本"},
		{"👩‍👩‍👧x", 8, "👩‍👩‍👧"},
		{"e\u0301e\u0301", 3, "e\u0301"},
	} {
		head, tail := cut(test.text, test.n)
		if head+tail != test.text {
			t.Errorf("cut(%q, %d) = %q + %q", test.text, test.n, head, tail)
		}
		if test.head != "" && head != test.head {
			t.Errorf("cut(%q, %d) = %q, want %q", test.text, test.n, head, test.head)
		}
	}
	if got := clip("ကြိုးစားပါ", 7); got != "ကြိုး…" {
		t.Errorf("clip gives %q", got)
	}
	if got := clip("short", 5); got != "short" {
		t.Errorf("clip gives %q", got)
	}
}

// TestSplit: any text comes back whole but for spaces at the joints.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "word ", "ကြိုးစားပါ။", "日本語。", "\n", "\n\n", "👩‍👩‍👧", "tiếng Việt. ", "😀", strings.Repeat("ျ", 5)}), 0, 200).Draw(t, "parts")
		n := rapid.IntRange(20, 200).Draw(t, "n")
		s := strings.Join(parts, "")
		var back strings.Builder
		for _, p := range split(s, n) {
			if units(p) > n {
				t.Fatalf("a piece of %d units, the limit is %d", units(p), n)
			}
			back.WriteString(p)
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if diff := cmp.Diff(bare(s), bare(back.String())); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestDraw: whatever a card holds, each message of it keeps Discord's limits, and no
// text or button is lost.
func TestDraw(t *testing.T) {
	texts := rapid.SampledFrom([]string{"x", "ကြိုးစားပါ။ ", "**bold** line\n", "tiếng Việt ", "日本語。", strings.Repeat("ကို", 700)})
	block := rapid.Custom(func(t *rapid.T) commands.Block {
		text := strings.Repeat(texts.Draw(t, "text"), rapid.IntRange(1, 40).Draw(t, "times"))
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return commands.Heading{Level: rapid.IntRange(1, 2).Draw(t, "level"), Text: text}
		case 1:
			return commands.Text{Markdown: text}
		case 2:
			return commands.Small{Markdown: text}
		case 3:
			return commands.Rule{}
		case 4:
			var b commands.Buttons
			for i := range rapid.IntRange(0, 12).Draw(t, "buttons") {
				b.Buttons = append(b.Buttons, commands.Button{Label: text, Action: commands.Do("go", fmt.Sprint(i))})
			}
			return b
		}
		var m commands.Menu
		m.Action, m.Placeholder, m.Max = commands.Do("menu"), text, rapid.IntRange(0, 40).Draw(t, "max")
		for i := range rapid.IntRange(0, 30).Draw(t, "options") {
			m.Options = append(m.Options, commands.MenuOption{Label: text, Value: fmt.Sprint(i), Description: text})
		}
		return m
	})
	rapid.Check(t, func(t *rapid.T) {
		card := commands.Card{Blocks: rapid.SliceOfN(block, 0, 30).Draw(t, "blocks")}
		buttons, want, got := 0, 0, ""
		for _, b := range card.Blocks {
			switch b := b.(type) {
			case commands.Buttons:
				want += len(b.Buttons)
			}
		}
		for _, p := range draw(card) {
			text, count := 0, 0
			var walk func([]component)
			walk = func(list []component) {
				for _, c := range list {
					count++
					text += units(c.Content)
					got += c.Content
					if c.Type == typeTextDisplay && c.Content == "" {
						t.Fatal("an empty text")
					}
					if c.Type == typeButton {
						buttons++
					}
					if c.Type == typeActionRow && (len(c.Components) == 0 || len(c.Components) > maxRow) {
						t.Fatalf("a row of %d", len(c.Components))
					}
					if units(c.Label) > maxLabel || units(c.Placeholder) > maxMenuHint || len(c.Options) > maxOptions {
						t.Fatalf("%+v", c)
					}
					if c.MaxValues != nil && (*c.MaxValues > len(c.Options) || *c.MinValues > *c.MaxValues) {
						t.Fatalf("%d to %d of %d", *c.MinValues, *c.MaxValues, len(c.Options))
					}
					walk(c.Components)
				}
			}
			walk(p)
			if text > maxText || count > maxComponents {
				t.Fatalf("%d units of text, %d components", text, count)
			}
		}
		if buttons != want {
			t.Fatalf("%d of %d buttons", buttons, want)
		}
		for _, b := range card.Blocks {
			if b, ok := b.(commands.Text); ok && !strings.Contains(squeeze(got), squeeze(b.Markdown)) {
				t.Fatalf("a text of %d clusters is lost", uniseg.GraphemeClusterCount(b.Markdown))
			}
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// TestForm: each input of a form has a label, and what was filled in before fits.
func TestForm(t *testing.T) {
	no, yes, zero, one, two := false, true, 0, 1, 2
	got := form(commands.Modal{Action: commands.Do("send", "1"), Title: strings.Repeat("ကြို", 20), Fields: []commands.Field{
		{ID: "a", Label: "A", Required: true, Long: true, Value: "too long", MaxLength: 3},
		{ID: "b", Label: "B", Options: []commands.MenuOption{{Label: "X", Value: "x"}, {Label: "Y", Value: "y", Selected: true}}, MaxValues: 5},
		{ID: "c", Label: "C", Required: true, Options: []commands.MenuOption{{Label: "X", Value: "x"}}},
	}})
	want := modal{CustomID: "m1:send:1", Title: strings.Repeat("ကြို", 11) + "…", Components: []component{
		{Type: typeLabel, Label: "A", Component: &component{Type: typeTextInput, CustomID: "a", Style: styleLong, Required: &yes, MaxLength: 3, Value: "too"}},
		{Type: typeLabel, Label: "B", Component: &component{Type: typeStringSelect, CustomID: "b", Required: &no, MinValues: &zero, MaxValues: &two,
			Options: []choice{{Label: "X", Value: "x"}, {Label: "Y", Value: "y", Default: true}}}},
		{Type: typeLabel, Label: "C", Component: &component{Type: typeStringSelect, CustomID: "c", Required: &yes, MinValues: &one, MaxValues: &one,
			Options: []choice{{Label: "X", Value: "x"}}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPicked: a menu of channels or roles shows what is picked now, and nothing that is
// no id.
func TestPicked(t *testing.T) {
	for _, c := range []struct {
		name string
		menu commands.Menu
		want []picked
	}{
		{"channels", commands.Menu{Kind: commands.Channels, Max: 2, Options: []commands.MenuOption{{Value: "11"}, {Value: "12"}, {Value: "13"}}},
			[]picked{{"11", "channel"}, {"12", "channel"}}},
		{"a role", commands.Menu{Kind: commands.Roles, Max: 1, Options: []commands.MenuOption{{Value: "11"}}}, []picked{{"11", "role"}}},
		{"no id", commands.Menu{Kind: commands.Roles, Max: 1, Options: []commands.MenuOption{{Value: "<@1>"}}}, nil},
		{"strings", commands.Menu{Options: []commands.MenuOption{{Label: "a", Value: "11"}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.menu.Action = commands.Do("menu")
			got, ok := menu(c.menu)
			if diff := cmp.Diff(c.want, got.Picked); !ok || diff != "" {
				t.Error(ok, diff)
			}
		})
	}
}
