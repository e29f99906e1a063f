package updates

import (
	"maps"
	"slices"
	"time"

	"madoguchi/language"
)

// Category is what kind of news an update is.
type Category string

const (
	Deadline Category = "deadline" // a day moves or comes near
	Wages    Category = "wages"    // a wage or fee changes
	Rules    Category = "rules"    // a rule or form changes
	Event    Category = "event"    // a job fair, a free consultation day
	Warning  Category = "warning"  // a fake recruiter, a fraud
	Other    Category = "other"
)

// Categories returns the categories in the order they are listed everywhere.
func Categories() []Category {
	return []Category{Deadline, Wages, Rules, Event, Warning, Other}
}

// Areas returns the areas of the knowledge that an update can belong to.
func Areas() []string { return []string{"visa", "rights", "regions", "help"} }

// Part is a part of a content that one person may write and another approve:
// PartDetails, or the text in one language.
type Part string

// PartDetails is all that is not text: category, area, places, topics, expiry, source.
const PartDetails Part = "details"

// Parts returns all parts.
func Parts() []Part {
	list := []Part{PartDetails}
	for _, code := range language.Codes() {
		list = append(list, Part(code))
	}
	return list
}

// Content is what an update says.
type Content struct {
	Details
	Texts map[language.Code]Text `json:"texts,omitempty"`
}

// Details are what an update says in no language.
type Details struct {
	Category    Category  `json:"category"`
	Area        string    `json:"area"`
	Prefectures []string  `json:"prefectures,omitempty"` // JIS codes; none: all of Japan
	Topics      []string  `json:"topics,omitempty"`      // slugs
	Expires     time.Time `json:"expires,omitzero"`
	Source      string    `json:"source,omitempty"` // address of the page it was read on
	// Unread is what was typed and could not be understood, by field, so that a form
	// can be filled with it again.
	Unread map[Field]string `json:"unread,omitempty"`
}

// Text is what an update says in one language.
type Text struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	// Change says to readers what a correction changes; empty in a first edition.
	Change string `json:"change,omitempty"`
}

// Field names one input.
type Field string

const (
	FieldCategory    Field = "category"
	FieldArea        Field = "area"
	FieldPrefectures Field = "prefectures"
	FieldTopics      Field = "topics"
	FieldAbout       Field = "about" // prefectures and topics in one input
	FieldExpires     Field = "expires"
	FieldSource      Field = "source"
	FieldTitle       Field = "title"
	FieldBody        Field = "body"
	FieldChange      Field = "change"
	FieldAt          Field = "at"
	FieldPing        Field = "ping"
	FieldNote        Field = "note"
)

func (c Content) clone() Content {
	c.Prefectures, c.Topics = slices.Clone(c.Prefectures), slices.Clone(c.Topics)
	c.Unread, c.Texts = maps.Clone(c.Unread), maps.Clone(c.Texts)
	return c
}

// Languages returns the languages that have a text.
func (c Content) Languages() []language.Code {
	var list []language.Code
	for _, code := range language.Codes() {
		if _, ok := c.Texts[code]; ok {
			list = append(list, code)
		}
	}
	return list
}

// Titles returns the title in each language.
func (c Content) Titles() map[language.Code]string {
	out := map[language.Code]string{}
	for code, t := range c.Texts {
		out[code] = t.Title
	}
	return out
}

// Difference is one field that two contents have differently.
type Difference struct {
	Part        Part
	Field       Field
	Before, Now string
}

// Compare returns what differs between two contents, in the order of Parts. Lists are
// given with spaces between, times in RFC 3339.
func Compare(before, now Content) []Difference {
	var list []Difference
	add := func(p Part, f Field, b, n string) {
		if b != n {
			list = append(list, Difference{p, f, b, n})
		}
	}
	add(PartDetails, FieldCategory, string(before.Category), string(now.Category))
	add(PartDetails, FieldArea, before.Area, now.Area)
	add(PartDetails, FieldPrefectures, joined(before.Prefectures), joined(now.Prefectures))
	add(PartDetails, FieldTopics, joined(before.Topics), joined(now.Topics))
	add(PartDetails, FieldExpires, moment(before.Expires), moment(now.Expires))
	add(PartDetails, FieldSource, before.Source, now.Source)
	for _, code := range language.Codes() {
		b, n := before.Texts[code], now.Texts[code]
		add(Part(code), FieldTitle, b.Title, n.Title)
		add(Part(code), FieldBody, b.Body, n.Body)
		add(Part(code), FieldChange, b.Change, n.Change)
	}
	return list
}

func joined(list []string) string {
	s := ""
	for i, x := range list {
		if i > 0 {
			s += " "
		}
		s += x
	}
	return s
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
