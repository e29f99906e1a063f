package commands

import (
	"slices"
	"strings"
	"unicode"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// topicIndex finds topics while a person is typing: by title, keywords and the
// questions people ask, in all four languages. Immutable.
type topicIndex struct {
	base    *knowledge.Base
	entries []topicEntry // by area and name
}

type topicEntry struct {
	slug  string
	area  knowledge.Area
	texts []indexText
}

type indexText struct {
	folded string
	weight int
}

// Weights of where a text was found: what a person types is likelier a part of a
// title than of a question.
const (
	weightTitle    = 60
	weightKeyword  = 25
	weightQuestion = 10
)

func newTopicIndex(base *knowledge.Base) *topicIndex {
	x := &topicIndex{base: base}
	for _, area := range knowledge.Areas() {
		for _, slug := range base.Slugs {
			t := base.Topics[slug]
			if t == nil || t.Area != area {
				continue
			}
			e := topicEntry{slug: slug, area: area}
			for _, code := range language.Codes() {
				if a := t.Answers[code]; a != nil {
					e.texts = append(e.texts, indexText{foldName(a.Title), weightTitle})
					for _, k := range a.Keywords {
						e.texts = append(e.texts, indexText{foldName(k), weightKeyword})
					}
				}
				for _, q := range t.Questions[code] {
					e.texts = append(e.texts, indexText{foldName(q), weightQuestion})
				}
			}
			x.entries = append(x.entries, e)
		}
	}
	return x
}

// maxTyped is how much of what is being typed is looked at, in units: names and titles
// are shorter, and each letter typed is a request of its own.
const maxTyped = 100

// foldName writes a name as it is compared: width, case, kana and tone marks ignored.
func foldName(s string) string {
	return strings.Join(strings.Fields(language.FoldVietnamese(language.Normalise(s))), " ")
}

// in returns the topics of an area in order, of all areas when it is empty.
func (x *topicIndex) in(area knowledge.Area) []string {
	var list []string
	for _, e := range x.entries {
		if area == "" || e.area == area {
			list = append(list, e.slug)
		}
	}
	return list
}

// search returns topics that fit what was typed so far, best first.
func (x *topicIndex) search(typed string, area knowledge.Area) []string {
	typed, _ = cut(typed, maxTyped)
	q := foldName(typed)
	if q == "" {
		return x.in(area)
	}
	words := strings.Fields(q)
	type hit struct {
		slug  string
		score int
	}
	var hits []hit
	for _, e := range x.entries {
		if area != "" && e.area != area {
			continue
		}
		best, count := 0, 0
		for _, t := range e.texts {
			if n := matches(t.folded, q, words); n > 0 {
				best = max(best, t.weight*n)
				count++
			}
		}
		if best > 0 {
			hits = append(hits, hit{e.slug, best*100 + min(count, 99)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	var list []string
	for _, h := range hits {
		list = append(list, h.slug)
	}
	return list
}

// matches says how well a text fits: 4 it is what was typed, 3 it starts so, 2 it
// holds it, 1 it holds each word, 0 not at all.
func matches(text, typed string, words []string) int {
	switch {
	case text == typed:
		return 4
	case strings.HasPrefix(text, typed):
		return 3
	case strings.Contains(text, typed):
		return 2
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			return 0
		}
	}
	return 1
}

// typedLanguage is the language whose letters are being typed, or else the person's.
func typedLanguage(typed string, own language.Code) language.Code {
	for _, r := range typed {
		switch {
		case unicode.Is(unicode.Myanmar, r):
			return language.Burmese
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han):
			return language.Japanese
		case unicode.IsLetter(r) && r > unicode.MaxASCII && strings.ContainsRune("ăâđêôơưĂÂĐÊÔƠƯ", r),
			r >= 0x1EA0 && r <= 0x1EF9:
			return language.Vietnamese
		}
	}
	return own
}
