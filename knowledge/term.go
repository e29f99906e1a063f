package knowledge

import (
	"time"

	"madoguchi/language"
)

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
	Short      string                     `yaml:"short"`   // what texts in all languages call it for short: OTIT
	Becomes    *Renaming                  `yaml:"becomes"` // nil: it keeps its name
}

// Renaming says that what a term names gets another name on a day.
type Renaming struct {
	Term string `yaml:"term"` // the new term
	On   string `yaml:"on"`   // the fact that holds the day
}

// Renamed returns the terms whose name has changed by a moment, each with the day it did.
func (b *Base) Renamed(now time.Time) []Renamed {
	var list []Renamed
	for _, id := range b.TermIDs {
		t := b.Terms[id]
		if t.Becomes == nil {
			continue
		}
		day, _, err := b.lookUp(t.Becomes.On, now)
		if next := b.Terms[t.Becomes.Term]; err == nil && next != nil && day.Kind == KindDate && Day(now) >= day.Text {
			list = append(list, Renamed{t, next, day})
		}
	}
	return list
}

// Renamed is a term that has another name since a day.
type Renamed struct {
	Old, New *Term
	Since    Value // a date
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
