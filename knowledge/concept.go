package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"madoguchi/language"
)

// Concept is one thing or act that people name in many ways and languages: "pension",
// 年金, nenkin, lương hưu. What is learned of it in one language holds in all.
type Concept struct {
	ID      string                     `yaml:"id"`
	Aliases map[language.Code][]string `yaml:"aliases"`
}

// Concepts recognises concepts, places, statuses and fields of work in a text, for
// the finder to learn from. Immutable and safe for concurrent use.
type Concepts struct {
	names       *Lexicon
	prefixes    map[string]string // of words in Latin letters: "resign" for "resign*"
	longest     int
	fingerprint string
}

// minPrefix is the shortest beginning of a word that stands for the word.
const minPrefix = 4

// ConceptFinder builds the recogniser from concepts.yaml and the names of places,
// statuses and fields.
func (b *Base) ConceptFinder() *Concepts {
	c := &Concepts{names: NewLexicon(), prefixes: map[string]string{}}
	h := sha256.New()
	add := func(id, name string) {
		fmt.Fprintf(h, "%s=%s\n", id, name)
		if stem, ok := strings.CutSuffix(name, "*"); ok {
			stem = normalName(stem)
			if isLatinName(stem) && !strings.Contains(stem, " ") && len(stem) >= minPrefix {
				if _, taken := c.prefixes[stem]; !taken {
					c.prefixes[stem] = id
					c.longest = max(c.longest, len(stem))
				}
				return
			}
			name = stem
		}
		c.names.add(id, name, false)
	}
	for _, s := range b.StatusNames {
		for _, code := range language.Codes() {
			for _, a := range s.Aliases[code] {
				add("status "+s.Slug, a)
			}
		}
	}
	for _, f := range b.Fields {
		for _, s := range []string{f.Japanese, f.Reading, f.English, f.Vietnamese, f.Burmese} {
			add("field "+f.Slug, s)
		}
		for _, code := range language.Codes() {
			for _, a := range f.Aliases[code] {
				add("field "+f.Slug, a)
			}
		}
	}
	for _, k := range b.ConceptList {
		for _, code := range language.Codes() {
			for _, a := range k.Aliases[code] {
				add(k.ID, a)
			}
		}
	}
	places := b.Places()
	for key, e := range places.latin {
		if _, taken := c.names.latin[key]; !taken && !e.weak {
			c.names.add("place", key, false)
		}
	}
	for _, list := range places.script {
		for _, e := range list {
			if !e.weak {
				c.names.add("place", e.text, false)
			}
		}
	}
	c.fingerprint = hex.EncodeToString(h.Sum(nil)[:8])
	return c
}

// Concepts returns the ids of what a text names, in the order it stands there.
func (c *Concepts) Concepts(text string) []string {
	s := normalName(text)
	w := latinWords(s)
	mentions := c.names.find(s, w)
	if c.longest > 0 {
		for i, word := range w.texts {
			for n := min(len(word), c.longest); n >= minPrefix; n-- {
				if id, ok := c.prefixes[word[:n]]; ok {
					if !slices.ContainsFunc(mentions, func(m Mention) bool { return m.at == w.at[i] }) {
						mentions = append(mentions, Mention{ID: id, at: w.at[i]})
					}
					break
				}
			}
		}
		slices.SortStableFunc(mentions, func(a, b Mention) int { return a.at - b.at })
	}
	ids := make([]string, 0, len(mentions))
	for _, m := range mentions {
		ids = append(ids, m.ID)
	}
	return ids
}

// Fingerprint changes when what is recognised changes.
func (c *Concepts) Fingerprint() string { return c.fingerprint }
