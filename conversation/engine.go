package conversation

import (
	"time"

	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
	"madoguchi/locales"
)

// Finder ranks labels (topics, small talk, outside) for a text. find.Engine is one.
type Finder interface {
	// FindAfter ranks them for a text written after the topic before was spoken of,
	// "" for none.
	FindAfter(before, text string, code language.Code) []find.Candidate
}

// Engine answers turns. It is immutable and safe for concurrent use; what changes
// from turn to turn is in the Session it is given and returns.
type Engine struct {
	base     *knowledge.Base
	words    *locales.Words
	identify *language.Identifier
	finder   Finder
	limits   Limits

	places, statuses, fields *knowledge.Lexicon
	follow                   followWords
	families                 map[string]map[string]string // topic to status to topic
	going                    going
	concepts                 *knowledge.Concepts
	profile                  string                              // the topic about one prefecture
	comparison               string                              // the topic that sets prefectures side by side
	statusWord               map[string]map[language.Code]string // how people call a status
	general                  []string                            // services that help with anything
	mended                   Mended                              // nil: nothing
}

// Limits are the probabilities at which the engine answers, asks back, or hands
// over. They are calibrated on questions the finder was not trained on.
type Limits struct {
	Answer  float64 // the best topic alone
	Follow  float64 // the same, when it is the best only for what was spoken of before
	Picked  float64 // the same, when the best was offered in the last turn
	Choose  float64 // the best few topics together
	Chat    float64 // small talk and refusals
	Outside float64 // what the bot is not for
}

// DefaultLimits returns the calibrated limits.
func DefaultLimits() Limits {
	return Limits{Answer: 0.65, Follow: 0.75, Picked: 0.55, Choose: 0.35, Chat: 0.5, Outside: 0.5}
}

// New builds an engine over the knowledge. The finder is trained on the knowledge's
// own questions (see Train).
func New(base *knowledge.Base, words *locales.Words, identifier *language.Identifier, finder Finder) *Engine {
	e := &Engine{base: base, words: words, identify: identifier, finder: finder, limits: DefaultLimits(),
		places: base.Places(), statuses: base.StatusLexicon(), fields: base.FieldLexicon(),
		follow:   newFollowWords(base.FollowUps),
		families: map[string]map[string]string{}, going: newGoing(base),
		general: []string{"mhlw-foreign-worker-dial", "fresc-help-desk", "labour-standards-advice-hotline", "foreign-residents-portal", "one-stop-centres"},
	}
	e.concepts = base.ConceptFinder()
	e.statusWord = map[string]map[language.Code]string{}
	for _, names := range base.StatusNames {
		e.statusWord[names.Slug] = map[language.Code]string{}
		for code, list := range names.Aliases {
			if len(list) > 0 {
				e.statusWord[names.Slug][code] = list[0]
			}
		}
	}
	for _, slug := range base.Slugs {
		if base.Topics[slug].Profile {
			e.profile = slug
		}
		if base.Topics[slug].ComparesPlaces() {
			e.comparison = slug
		}
	}
	for _, family := range base.Families {
		for _, slug := range family {
			e.families[slug] = family
		}
	}
	return e
}

// Base returns the knowledge the engine answers from.
func (e *Engine) Base() *knowledge.Base { return e.base }

// Words returns the words of the interface.
func (e *Engine) Words() *locales.Words { return e.words }

// Turn is one message of a person.
type Turn struct {
	Text     string
	Session  Session
	Now      time.Time
	Language language.Code // chosen with /language, or of the person's Discord; "" when unknown
	Chosen   bool          // Language was chosen by the person
}
