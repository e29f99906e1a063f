package updates

import (
	"regexp"
	"strings"

	"madoguchi/language"
)

// Note says what was changed in a text so that it can be posted safely.
type Note struct {
	Part  Part
	Field Field
	Kind  NoteKind
}

// NoteKind is what was changed.
type NoteKind string

const (
	NoteZawgyi  NoteKind = "zawgyi"  // turned from Zawgyi into Unicode
	NoteMention NoteKind = "mention" // a mention that would ping was made plain
	NoteInvite  NoteKind = "invite"  // an invitation to a server was made plain
	NoteLink    NoteKind = "link"    // a link behind other words is now shown in full
	NoteHidden  NoteKind = "hidden"  // characters that hide or reverse text were taken out
)

// Clean returns text as it can be posted: Unicode, with mentions and invitations made
// plain and links shown in full, and the kinds of what it changed.
func Clean(code language.Code, text string, identify *language.Identifier) (string, []NoteKind) {
	var kinds []NoteKind
	note := func(k NoteKind, changed string) {
		if changed != text {
			kinds = append(kinds, k)
			text = changed
		}
	}
	text = strings.ToValidUTF8(text, "")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.TrimSpace(text)
	note(NoteHidden, hidden.ReplaceAllString(text, ""))
	if g := identify.Identify(text); g.Zawgyi || code == language.Burmese && g.Code == "" && language.ZawgyiProbability(text) > 0.95 {
		note(NoteZawgyi, language.FromZawgyi(text))
	}
	text = language.Display(text)
	note(NoteLink, unmask(text))
	note(NoteInvite, invite.ReplaceAllStringFunc(text, func(s string) string { return strings.Replace(s, ".", "[.]", 1) }))
	note(NoteMention, mention.ReplaceAllString(massMention.ReplaceAllString(text, "@\u200b$1"), "<@\u200b$1>"))
	return text, kinds
}

var (
	// hidden are controls that reverse or hide text: directions, joiners of tags,
	// invisible fillers. The joiners that Burmese and emoji need stay.
	hidden = regexp.MustCompile("[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\u00AD\u034F\u061C\u115F\u1160\u180E\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\u3164\uFEFF\uFFA0\U000E0000-\U000E007F]")

	masked = regexp.MustCompile(`\[([^\[\]]*)\]\(\s*<?((?:https?|HTTPS?)://[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)`)
	// quietLink is a link in angle brackets, which hides its preview and not itself.
	quietLink = regexp.MustCompile(`<((?:https?|HTTPS?)://[^\s<>]+)>`)

	invite = regexp.MustCompile(`(?i)(?:discord(?:app)?\.com/invite|discord\.gg|dsc\.gg|discord\.me|discord\.io|discord\.li|invite\.gg)/[^\s/]+`)

	massMention = regexp.MustCompile(`@(everyone|here)`)
	mention     = regexp.MustCompile(`<@([!&]?\d+)>`)
)

// unmask writes links behind other words as those words and the address, and makes
// sure that nothing is left that Discord would take for such a link.
func unmask(s string) string {
	for {
		next := masked.ReplaceAllStringFunc(s, func(m string) string {
			x := masked.FindStringSubmatch(m)
			words, address := strings.TrimSpace(x[1]), x[2]
			if words == "" || words == address {
				return address
			}
			return words + " (" + address + ")"
		})
		if next == s {
			break
		}
		s = next
	}
	s = quietLink.ReplaceAllString(s, "$1")
	return strings.ReplaceAll(s, "](", "] (")
}
