package knowledge

import "madoguchi/language"

// Term is an official term, the same in all texts of a language.
type Term struct {
	ID         string                     `yaml:"id"`
	Japanese   string                     `yaml:"ja"`
	Reading    string                     `yaml:"reading"` // in hiragana
	English    string                     `yaml:"en"`
	Vietnamese string                     `yaml:"vi"`
	Burmese    string                     `yaml:"my"`
	Avoid      map[language.Code][]string `yaml:"avoid"` // translations our texts must not use
	Note       string                     `yaml:"note"`
}

// In returns the term in the language. The first time in an answer it is followed
// by the Japanese original in brackets (in Japanese: by its reading), since the
// reader must be able to show it to officials.
func (t *Term) In(code language.Code, first bool) string {
	if code == language.Japanese {
		if first && t.Reading != "" && t.Reading != t.Japanese {
			return t.Japanese + "（" + t.Reading + "）"
		}
		return t.Japanese
	}
	name := pick(code, t.Japanese, t.English, t.Vietnamese, t.Burmese)
	if first && name != t.Japanese {
		return name + " (" + t.Japanese + ")"
	}
	return name
}

// Field is a field of work of the visa systems.
type Field struct {
	Slug       string                     `yaml:"slug"`
	Japanese   string                     `yaml:"ja"`
	Reading    string                     `yaml:"reading"`
	English    string                     `yaml:"en"`
	Vietnamese string                     `yaml:"vi"`
	Burmese    string                     `yaml:"my"`
	ESD        bool                       `yaml:"esd"`     // Employment for Skill Development covers it
	SSW        bool                       `yaml:"ssw"`     // Specified Skilled Worker covers it
	Aliases    map[language.Code][]string `yaml:"aliases"` // what workers call it
}

// Name returns the field's name in the language.
func (f *Field) Name(code language.Code) string {
	return pick(code, f.Japanese, f.English, f.Vietnamese, f.Burmese)
}
