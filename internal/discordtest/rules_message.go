package discordtest

import (
	"fmt"
	"strconv"
	"unicode/utf16"
)

// Message flags.
const (
	FlagCrossposted     = 1 << 0
	FlagSuppressEmbeds  = 1 << 2
	FlagEphemeral       = 1 << 6
	FlagLoading         = 1 << 7
	FlagSuppressNotify  = 1 << 12
	FlagIsComponentsV2  = 1 << 15
	maxContent          = 2000
	maxEmbedTotal       = 6000
	maxV2Components     = 40
	maxV2Text           = 4000
	codeLength          = "BASE_TYPE_BAD_LENGTH"
	codeRequired        = "BASE_TYPE_REQUIRED"
	codeChoice          = "BASE_TYPE_CHOICES"
	codeLegacyWithV2    = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
	codeDuplicateID     = "COMPONENT_CUSTOM_ID_DUPLICATED"
	codeLayoutWidth     = "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
	codeInvalidForField = "INVALID_COMPONENT"
)

// Component types.
const (
	typeActionRow     = 1
	typeButton        = 2
	typeStringSelect  = 3
	typeTextInput     = 4
	typeUserSelect    = 5
	typeChannelSelect = 8
	typeSection       = 9
	typeTextDisplay   = 10
	typeThumbnail     = 11
	typeMediaGallery  = 12
	typeFile          = 13
	typeSeparator     = 14
	typeContainer     = 17
	typeLabel         = 18
	typeFileUpload    = 19
	typeRadioGroup    = 21
	typeCheckboxGroup = 22
	typeCheckbox      = 23
)

// units counts as Discord's clients do, in UTF-16 code units. Discord's own
// limits count code points in some places: this is the stricter of the two.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// form collects what is wrong with a body.
type form struct{ errs []FieldError }

func (f *form) add(path, code, format string, args ...any) {
	f.errs = append(f.errs, FieldError{path, code, fmt.Sprintf(format, args...)})
}

func (f *form) length(path, text string, lo, hi int) {
	switch n := units(text); {
	case n < lo && n == 0:
		f.add(path, codeRequired, "This field is required")
	case n < lo || n > hi:
		f.add(path, codeLength, "Must be between %d and %d in length, is %d.", lo, hi, n)
	}
}

func (f *form) err() *APIError {
	if len(f.errs) == 0 {
		return nil
	}
	return invalidForm(f.errs...)
}

// messageRules judges a message as it will be: for an edit, the old message
// with the change put in. base is the path of the message in the body ("data"
// in a callback). given is what was sent, to tell absent from empty.
func messageRules(f *form, base string, msg object) {
	flags := integer(msg, "flags")
	at := func(name string) string { return join(base, name) }
	f.length(at("content"), str(msg, "content"), 0, maxContent)
	embedRules(f, at("embeds"), list(msg, "embeds"))
	comps := list(msg, "components")
	if flags&FlagIsComponentsV2 != 0 {
		for _, name := range []string{"content", "embeds", "poll", "sticker_ids"} {
			if !empty(msg[name]) {
				f.add(at(name), codeLegacyWithV2, "The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", name)
			}
		}
		componentRules(f, at("components"), comps, true)
		return
	}
	if len(comps) > 5 {
		f.add(at("components"), codeLength, "Must be 5 or fewer in length.")
	}
	componentRules(f, at("components"), comps, false)
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

func embedRules(f *form, path string, embeds []any) {
	if len(embeds) > 10 {
		f.add(path, codeLength, "Must be 10 or fewer in length.")
	}
	total := 0
	for i, v := range embeds {
		e, p := obj(v), join(path, strconv.Itoa(i))
		part := func(o object, name, at string, lo, hi int) {
			text := str(o, name)
			total += units(text)
			f.length(join(p, at), text, lo, hi)
		}
		part(e, "title", "title", 0, 256)
		part(e, "description", "description", 0, 4096)
		part(obj(e["footer"]), "text", "footer.text", 0, 2048)
		part(obj(e["author"]), "name", "author.name", 0, 256)
		fields := list(e, "fields")
		if len(fields) > 25 {
			f.add(join(p, "fields"), codeLength, "Must be 25 or fewer in length.")
		}
		for j, fv := range fields {
			part(obj(fv), "name", fmt.Sprintf("fields.%d.name", j), 1, 256)
			part(obj(fv), "value", fmt.Sprintf("fields.%d.value", j), 1, 1024)
		}
		if c, ok := num(e["color"]); ok && (c < 0 || c > 0xFFFFFF) {
			f.add(join(p, "color"), "NUMBER_TYPE_MAX", "int value should be between 0 and 16777215")
		}
	}
	if total > maxEmbedTotal {
		f.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d, is %d.", maxEmbedTotal, total)
	}
}

// tally counts across all components of one message or modal.
type tally struct {
	f          *form
	v2         bool
	modal      bool
	components int
	text       int
	customIDs  map[string]string
	ids        map[int64]bool
}

func componentRules(f *form, path string, comps []any, v2 bool) {
	t := &tally{f: f, v2: v2, customIDs: map[string]string{}, ids: map[int64]bool{}}
	for i, v := range comps {
		t.topLevel(join(path, strconv.Itoa(i)), obj(v), false)
	}
	if v2 {
		if t.components > maxV2Components {
			f.add(path, codeLength, "A message has at most %d components, nested ones too; this has %d.", maxV2Components, t.components)
		}
		if t.text > maxV2Text {
			f.add(path, "COMPONENT_MAX_TEXT_SIZE_EXCEEDED", "The text of all components has at most %d characters; this has %d.", maxV2Text, t.text)
		}
	}
}

func (t *tally) count(path string, c object) {
	t.components++
	if id, ok := num(c["id"]); ok && id != 0 {
		if t.ids[id] {
			t.f.add(join(path, "id"), "COMPONENT_DUPLICATED_ID", "Component id %d is used twice", id)
		}
		t.ids[id] = true
	}
}

func (t *tally) topLevel(path string, c object, inContainer bool) {
	kind := integer(c, "type")
	t.count(path, c)
	if kind != typeActionRow && !t.v2 {
		t.f.add(join(path, "type"), "UNION_TYPE_CHOICES", `Value of field "type" must be one of (1,) without the IS_COMPONENTS_V2 flag, is %d.`, kind)
		return
	}
	switch kind {
	case typeActionRow:
		t.row(path, c)
	case typeSection:
		texts := list(c, "components")
		if len(texts) < 1 || len(texts) > 3 {
			t.f.add(join(path, "components"), codeLength, "Must be between 1 and 3 in length.")
		}
		for i, v := range texts {
			p := join(path, "components."+strconv.Itoa(i))
			t.count(p, obj(v))
			t.textDisplay(p, obj(v))
		}
		a := obj(c["accessory"])
		p := join(path, "accessory")
		switch {
		case a == nil:
			t.f.add(p, codeRequired, "This field is required")
		case integer(a, "type") == typeButton:
			t.count(p, a)
			t.button(p, a)
		case integer(a, "type") == typeThumbnail:
			t.count(p, a)
			t.media(p, a)
		default:
			t.f.add(join(p, "type"), codeInvalidForField, "A section's accessory is a button or a thumbnail")
		}
	case typeTextDisplay:
		t.textDisplay(path, c)
	case typeMediaGallery:
		items := list(c, "items")
		if len(items) < 1 || len(items) > 10 {
			t.f.add(join(path, "items"), codeLength, "Must be between 1 and 10 in length.")
		}
		for i, v := range items {
			t.media(join(path, "items."+strconv.Itoa(i)), obj(v))
		}
	case typeFile:
	case typeSeparator:
		if n, ok := num(c["spacing"]); ok && n != 1 && n != 2 {
			t.f.add(join(path, "spacing"), codeChoice, "Value must be one of {1, 2}.")
		}
	case typeContainer:
		if inContainer {
			t.f.add(join(path, "type"), codeInvalidForField, "A container can't be in a container")
			return
		}
		inner := list(c, "components")
		if len(inner) == 0 {
			t.f.add(join(path, "components"), codeRequired, "This field is required")
		}
		for i, v := range inner {
			t.topLevel(join(path, "components."+strconv.Itoa(i)), obj(v), true)
		}
	default:
		t.f.add(join(path, "type"), "UNION_TYPE_CHOICES", "A component of type %d can't stand here", kind)
	}
}

func (t *tally) textDisplay(path string, c object) {
	if integer(c, "type") != typeTextDisplay {
		t.f.add(join(path, "type"), codeInvalidForField, "Only a text display can stand here")
		return
	}
	t.text += units(str(c, "content"))
	t.f.length(join(path, "content"), str(c, "content"), 1, maxV2Text)
}

func (t *tally) media(path string, c object) {
	t.f.length(join(path, "description"), str(c, "description"), 0, 1024)
	if str(obj(c["media"]), "url") == "" {
		t.f.add(join(path, "media.url"), codeRequired, "This field is required")
	}
}

func (t *tally) row(path string, c object) {
	inner := list(c, "components")
	if len(inner) == 0 {
		t.f.add(join(path, "components"), codeRequired, "This field is required")
	}
	buttons, others := 0, 0
	for i, v := range inner {
		p, o := join(path, "components."+strconv.Itoa(i)), obj(v)
		t.count(p, o)
		switch kind := integer(o, "type"); {
		case kind == typeButton:
			buttons++
			t.button(p, o)
		case kind == typeStringSelect || kind >= typeUserSelect && kind <= typeChannelSelect:
			others++
			t.selectMenu(p, o)
		default:
			t.f.add(join(p, "type"), "UNION_TYPE_CHOICES", "A component of type %d can't stand in an action row", kind)
		}
	}
	if buttons > 5 || others > 1 || buttons > 0 && others > 0 {
		t.f.add(join(path, "components"), codeLayoutWidth, "A row has at most 5 buttons or 1 select; this has %d and %d", buttons, others)
	}
}

func (t *tally) customID(path string, c object) {
	id := str(c, "custom_id")
	t.f.length(join(path, "custom_id"), id, 1, 100)
	if first, ok := t.customIDs[id]; ok && id != "" {
		t.f.add(join(path, "custom_id"), codeDuplicateID, "Component custom id %q is used in %s too", id, first)
	}
	t.customIDs[id] = path
}

func (t *tally) button(path string, c object) {
	t.f.length(join(path, "label"), str(c, "label"), 0, 80)
	style := integer(c, "style")
	switch style {
	case 1, 2, 3, 4:
		t.customID(path, c)
		if str(c, "url") != "" {
			t.f.add(join(path, "url"), "BUTTON_COMPONENT_URL", "Only a link button has a url")
		}
	case 5:
		if str(c, "custom_id") != "" {
			t.f.add(join(path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID", "A custom id and url cannot both be specified")
		}
		t.f.length(join(path, "url"), str(c, "url"), 1, 512)
	case 6:
		return
	default:
		t.f.add(join(path, "style"), codeChoice, "Value must be one of {1, 2, 3, 4, 5, 6}.")
	}
	if str(c, "label") == "" && obj(c["emoji"]) == nil {
		t.f.add(path, "BUTTON_COMPONENT_LABEL", "A button needs a label or an emoji")
	}
}

func (t *tally) selectMenu(path string, c object) {
	t.customID(path, c)
	t.f.length(join(path, "placeholder"), str(c, "placeholder"), 0, 150)
	lo, hi := int64(1), int64(1)
	if n, ok := num(c["min_values"]); ok {
		lo = n
	}
	if n, ok := num(c["max_values"]); ok {
		hi = n
	}
	if lo < 0 || lo > 25 || hi < 1 || hi > 25 || lo > hi {
		t.f.add(join(path, "max_values"), "SELECT_COMPONENT_VALUES", "min_values %d and max_values %d don't go together", lo, hi)
	}
	if integer(c, "type") == typeStringSelect {
		opts := list(c, "options")
		t.options(join(path, "options"), opts, 25)
		if int(hi) > len(opts) && len(opts) > 0 {
			t.f.add(join(path, "max_values"), "SELECT_COMPONENT_VALUES", "max_values is %d but there are %d options", hi, len(opts))
		}
	}
}

func (t *tally) options(path string, opts []any, most int) {
	if len(opts) < 1 || len(opts) > most {
		t.f.add(path, codeLength, "Must be between 1 and %d in length, is %d.", most, len(opts))
	}
	seen := map[string]bool{}
	for i, v := range opts {
		o, p := obj(v), join(path, strconv.Itoa(i))
		t.f.length(join(p, "label"), str(o, "label"), 1, 100)
		t.f.length(join(p, "value"), str(o, "value"), 1, 100)
		t.f.length(join(p, "description"), str(o, "description"), 0, 100)
		if seen[str(o, "value")] {
			t.f.add(join(p, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[str(o, "value")] = true
	}
}

// mentionRules wants {"parse": []} in allowed_mentions, so that no text can
// ping; single roles or users may be listed.
func mentionRules(f *form, base string, body object) {
	path := join(base, "allowed_mentions")
	am, ok := body["allowed_mentions"].(object)
	if !ok {
		f.add(path, "ALLOWED_MENTIONS_MISSING", "send allowed_mentions with an empty parse in each message")
		return
	}
	parse, ok := am["parse"].([]any)
	if !ok || len(parse) > 0 {
		f.add(join(path, "parse"), "ALLOWED_MENTIONS_NOT_EMPTY", "parse must be an empty list")
	}
}
