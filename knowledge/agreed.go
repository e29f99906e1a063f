package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"madoguchi/language"
)

// Mark names the wording of an answer: it changes when a section of it does, and not
// when only the title or keywords do.
func (a *Answer) Mark() string {
	h := sha256.New()
	for _, s := range a.sections {
		fmt.Fprintf(h, "%s\n%s\n", s.name, strings.Join(strings.Fields(s.raw), " "))
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// agreedHead starts agreed.yaml.
const agreedHead = `# The wording of each answer when its four languages were last brought together, as
# "madoguchi agree" wrote it. When one language has changed since and another has not,
# check says that the other is behind. Not edited by hand.
`

// Agreed returns the content of agreed.yaml with the topics named (all when none is)
// marked as brought together in their present wording.
func (b *Base) Agreed(slugs ...string) string {
	var out strings.Builder
	out.WriteString(agreedHead)
	for _, slug := range b.Slugs {
		marks := b.marks[slug]
		if len(slugs) == 0 || slices.Contains(slugs, slug) {
			marks = map[language.Code]string{}
			for code, a := range b.Topics[slug].Answers {
				marks[code] = a.Mark()
			}
		}
		if len(marks) == 0 {
			continue
		}
		fmt.Fprintf(&out, "%s: {", slug)
		for i, code := range language.Codes() {
			if i > 0 {
				out.WriteString(", ")
			}
			fmt.Fprintf(&out, "%s: %q", code, marks[code])
		}
		out.WriteString("}\n")
	}
	return out.String()
}

// behind finds languages whose text stayed as it was while another's changed.
func (c *checker) behind() {
	for _, slug := range c.b.Slugs {
		marks := c.b.marks[slug]
		if marks == nil {
			c.add(Warning, "behind", c.b.Topics[slug].dir+"/topic.yaml", 0, "the four languages were never marked as brought together: madoguchi agree %s", slug)
			continue
		}
		var changed, stayed []string
		for _, code := range language.Codes() {
			a := c.b.Topics[slug].Answers[code]
			switch {
			case a == nil:
			case a.Mark() == marks[code]:
				stayed = append(stayed, string(code))
			default:
				changed = append(changed, string(code))
			}
		}
		if len(changed) == 0 {
			continue
		}
		if len(stayed) == 0 {
			c.add(Warning, "behind", c.b.Topics[slug].dir+"/topic.yaml", 0, "all four languages changed: when they say the same, madoguchi agree %s", slug)
			continue
		}
		for _, code := range stayed {
			c.add(Warning, "behind", c.b.Topics[slug].dir+"/"+code+".md", 0, "%s changed since the languages were brought together, this one did not: bring it up to date, then madoguchi agree %s", strings.Join(changed, ", "), slug)
		}
	}
}
