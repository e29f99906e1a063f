package conversation

import (
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

// weight of a topic given the topic of the last turn: what was just talked about,
// and what is related to it, is likelier, and much likelier in a message that says
// little by itself. Measured on dialogues; see eval.
type leaning struct {
	same, near, choice float64
}

func leaningOf(elliptical, corrects bool) leaning {
	switch {
	case corrects:
		return leaning{same: 0.1, near: 2, choice: 6}
	case elliptical:
		return leaning{same: 6, near: 4, choice: 8}
	}
	return leaning{same: 1.6, near: 1.5, choice: 4}
}
