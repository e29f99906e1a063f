package discordtest

import "strconv"

// modalRules judges a modal: title 45, one to five components, each a label
// that wraps one input (or a text display, or the old action row).
func modalRules(f *form, base string, m object) {
	f.length(join(base, "custom_id"), str(m, "custom_id"), 1, 100)
	f.length(join(base, "title"), str(m, "title"), 1, 45)
	comps := list(m, "components")
	path := join(base, "components")
	if len(comps) < 1 || len(comps) > 5 {
		f.add(path, codeLength, "Must be between 1 and 5 in length, is %d.", len(comps))
	}
	t := &tally{f: f, v2: true, modal: true, customIDs: map[string]string{}, ids: map[int64]bool{}}
	for i, v := range comps {
		c, p := obj(v), join(path, strconv.Itoa(i))
		t.count(p, c)
		switch kind := integer(c, "type"); kind {
		case typeTextDisplay:
			t.textDisplay(p, c)
		case typeActionRow:
			inner := list(c, "components")
			if len(inner) != 1 || integer(obj(inner[0]), "type") != typeTextInput {
				f.add(join(p, "components"), codeLength, "An action row of a modal has one text input")
				continue
			}
			in := obj(inner[0])
			t.count(join(p, "components.0"), in)
			f.length(join(p, "components.0.label"), str(in, "label"), 1, 45)
			t.input(join(p, "components.0"), in)
		case typeLabel:
			f.length(join(p, "label"), str(c, "label"), 1, 45)
			f.length(join(p, "description"), str(c, "description"), 0, 100)
			in := obj(c["component"])
			if in == nil {
				f.add(join(p, "component"), codeRequired, "This field is required")
				continue
			}
			if str(in, "label") != "" && integer(in, "type") == typeTextInput {
				f.add(join(p, "component.label"), codeInvalidForField, "A text input in a label has no label of its own")
			}
			t.count(join(p, "component"), in)
			t.input(join(p, "component"), in)
		default:
			f.add(join(p, "type"), "UNION_TYPE_CHOICES", "A component of type %d can't stand in a modal", kind)
		}
	}
}

func (t *tally) input(path string, c object) {
	switch kind := integer(c, "type"); kind {
	case typeTextInput:
		t.customID(path, c)
		if s := integer(c, "style"); s != 1 && s != 2 {
			t.f.add(join(path, "style"), codeChoice, "Value must be one of {1, 2}.")
		}
		t.f.length(join(path, "placeholder"), str(c, "placeholder"), 0, 100)
		t.f.length(join(path, "value"), str(c, "value"), 0, 4000)
		lo, _ := num(c["min_length"])
		hi, ok := num(c["max_length"])
		if !ok {
			hi = 4000
		}
		if lo < 0 || hi < 1 || hi > 4000 || lo > hi {
			t.f.add(join(path, "max_length"), "TEXT_INPUT_LENGTH", "min_length %d and max_length %d don't go together", lo, hi)
		}
		if v := str(c, "value"); v != "" && int64(units(v)) > hi {
			t.f.add(join(path, "value"), codeLength, "The value is longer than max_length %d", hi)
		}
	case typeStringSelect, typeUserSelect, typeUserSelect + 1, typeUserSelect + 2, typeChannelSelect:
		t.selectMenu(path, c)
	case typeRadioGroup, typeCheckboxGroup:
		t.customID(path, c)
		least := 1
		if kind == typeRadioGroup {
			least = 2
		}
		if n := len(list(c, "options")); n < least {
			t.f.add(join(path, "options"), codeLength, "Must be %d or more in length, is %d.", least, n)
		}
		t.options(join(path, "options"), list(c, "options"), 10)
	case typeCheckbox, typeFileUpload:
		t.customID(path, c)
	default:
		t.f.add(join(path, "type"), "UNION_TYPE_CHOICES", "A component of type %d can't stand in a label", kind)
	}
}
