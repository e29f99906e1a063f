package knowledge

import (
	"slices"
	"strings"

	"madoguchi/language"
)

// Area is one of the four parts of the knowledge.
type Area string

const (
	Visa    Area = "visa"
	Rights  Area = "rights"
	Regions Area = "regions"
	Help    Area = "help"
)

// Areas returns the areas in the order they are listed everywhere.
func Areas() []Area { return []Area{Visa, Rights, Regions, Help} }

// Topic is one thing people ask about.
type Topic struct {
	Slug      string
	Area      Area     `yaml:"area"`
	Related   []string `yaml:"related"`   // slugs, nearest first
	Facts     []string `yaml:"facts"`     // what the answer stands on, most important first
	Helplines []string `yaml:"helplines"` // most useful first
	Sensitive bool     `yaml:"sensitive"` // never shown in public unless the asker shares it
	Urgent    bool     `yaml:"urgent"`    // leads with the line to call now
	Profile   bool     `yaml:"profile"`   // what is said of a prefecture when little else is asked
	Official  string   `yaml:"official"`  // the official page on the matter
	Reviews   []Review `yaml:"reviews"`

	Answers   map[language.Code]*Answer  `yaml:"-"`
	Questions map[language.Code][]string `yaml:"-"`
	Threads   map[language.Code][]Turn   `yaml:"-"` // what people type after the answer

	dir string
}

// UsesPlace reports whether the answer changes with the prefecture a person names.
func (t *Topic) UsesPlace() bool { return t.mentions(".Prefecture") }

// ComparesPlaces reports whether the answer sets several prefectures side by side.
func (t *Topic) ComparesPlaces() bool { return t.mentions("range .Prefectures") }

func (t *Topic) mentions(what string) bool {
	a := t.Answers[language.English]
	return a != nil && slices.ContainsFunc(a.sections, func(s section) bool { return strings.Contains(s.raw, what) })
}

// Review is a reading of a topic's texts that really happened.
type Review struct {
	Date string `yaml:"date"`
	Lang string `yaml:"lang"` // a language or "all"
	By   string `yaml:"by"`   // draft, second-reader, native-reader, lawyer
	Note string `yaml:"note"`
}

// Turn is what someone may type next after a topic's answer, and the topic that is
// meant by it then, often the same.
type Turn struct {
	Topic string
	Text  string

	line int
}

// Small is small talk or a refusal: what is said to a greeting, to thanks, to
// someone who asks for a forged card.
type Small struct {
	Slug      string
	Replies   map[language.Code]string
	Questions map[language.Code][]string
}

// Outside holds questions the bot does not answer, so that it learns to say so.
type Outside struct {
	Near map[language.Code][]string // life in Japan, but no topic covers it
	Out  map[language.Code][]string // something else
}
