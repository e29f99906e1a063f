package conversation

import (
	"slices"
	"strings"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// followWords are the words by which a message leans on what was said before,
// normalised.
type followWords struct {
	starts, ends, corrections []string
}

func newFollowWords(f knowledge.FollowUps) followWords {
	flat := func(m map[language.Code][]string) []string {
		var out []string
		for _, code := range language.Codes() {
			for _, s := range m[code] {
				out = append(out, fold(s))
			}
		}
		return out
	}
	return followWords{starts: flat(f.Starts), ends: flat(f.Ends), corrections: flat(f.Corrections)}
}

func fold(s string) string {
	return strings.Join(strings.Fields(language.FoldVietnamese(language.Normalise(s))), " ")
}

// leans reports whether a folded text starts or ends like a follow-up.
func (f followWords) leans(s string) bool {
	bare := strings.TrimRight(s, "?？!！.。။၊ ")
	for _, w := range f.starts {
		if startsWith(s, w) {
			return true
		}
	}
	for _, w := range f.ends {
		if strings.HasSuffix(s, w) || strings.HasSuffix(bare, strings.TrimRight(w, "?？")) {
			return true
		}
	}
	return false
}

// corrects reports whether a folded text says that the last answer was not meant.
func (f followWords) corrects(s string) bool {
	for _, w := range f.corrections {
		if startsWith(s, w) {
			return true
		}
	}
	return false
}

// startsWith compares whole words in Latin letters, characters otherwise.
func startsWith(s, w string) bool {
	if !strings.HasPrefix(s, w) {
		return false
	}
	rest := s[len(w):]
	if rest == "" || w[len(w)-1] >= 0x80 {
		return true
	}
	c := rest[0]
	return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
}

// leaning is how much a message leans on what was said before. The numbers were
// measured on dialogues; see eval.
type leaning struct {
	context float64 // how much what was said counts in finding, 0 to 1
	going   float64 // the power of how usual it is to go from the last topic to another
	choice  float64 // how much likelier one just offered is
	leaves  bool    // the last answer was not meant
}

// maxElliptical is how many words a message has that still leans.
const maxElliptical = 9

// lean judges how much a message leans, by its length when the names of places,
// statuses and fields are taken out, and by the words it starts and ends with.
func (e *Engine) lean(text string, said slots, s Session) leaning {
	if s.spokenOf() == "" {
		return leaning{choice: 1}
	}
	folded := fold(text)
	switch {
	case e.follow.corrects(folded):
		return leaning{context: 0.6, going: 0.35, choice: 6, leaves: true}
	case said.rest <= 3, said.rest <= maxElliptical && e.follow.leans(folded):
		return leaning{context: 1, going: 0.7, choice: 8}
	case said.rest <= maxElliptical:
		return leaning{context: 1, going: 0.7, choice: 4}
	}
	return leaning{context: 0.6, going: 0.35, choice: 3}
}

// compares reports whether a text sets places side by side.
func (e *Engine) compares(text string) bool {
	return slices.Contains(e.concepts.Concepts(text), compareConcept)
}

// compareConcept is the id in concepts.yaml of setting things side by side.
const compareConcept = "compare"
