package knowledge

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"text/template/parse"
	"time"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"madoguchi/language"
)

// Level says how grave a finding is: errors fail CI, warnings ask for attention.
type Level string

const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Finding is one thing check has to say.
type Finding struct {
	Level Level  `json:"level"`
	Rule  string `json:"rule"`
	File  string `json:"file"`
	Line  int    `json:"line,omitempty"`
	Text  string `json:"text"`
}

// String writes the finding as file:line: level: text (rule).
func (f Finding) String() string {
	at := f.File
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s: %s: %s (%s)", at, f.Level, f.Text, f.Rule)
}

// Limits of what one answer may fill, in UTF-16 units as Discord counts them.
const (
	maxTitle       = 100
	minQuestions   = 30
	minThreads     = 8
	maxRelated     = 5
	minQuestionLen = 2
)

func maxShort(code language.Code) int {
	return map[language.Code]int{language.Japanese: 400, language.English: 600, language.Vietnamese: 600, language.Burmese: 700}[code]
}

func maxWhole(code language.Code) int {
	return map[language.Code]int{language.Japanese: 3500, language.English: 3800, language.Vietnamese: 3800, language.Burmese: 4800}[code]
}

// Check reads the loaded knowledge as an editor would and returns what it finds,
// sorted by file and line. It renders every answer as of now and around the days
// on which rules change.
func (b *Base) Check(now time.Time) []Finding {
	c := &checker{b: b, now: now}
	c.index()
	c.facts()
	c.services()
	c.topics()
	c.questions()
	c.threads()
	c.behind()
	c.chat()
	sort.SliceStable(c.found, func(i, j int) bool {
		if c.found[i].File != c.found[j].File {
			return c.found[i].File < c.found[j].File
		}
		return c.found[i].Line < c.found[j].Line
	})
	return c.found
}

// Stale returns the facts and services past their review date, oldest first.
func (b *Base) Stale(now time.Time) []Finding {
	c := &checker{b: b, now: now}
	for _, f := range b.Facts {
		if f.Stale(now) {
			c.add(Warning, "stale", f.file, 0, "%s: to be reviewed by %s (as of %s)", f.ID, f.ReviewBy, f.AsOf)
		}
	}
	for _, id := range b.ServiceIDs {
		if s := b.Services[id]; Day(now) > reviewDay(s.ReviewBy) {
			c.add(Warning, "stale", "helplines.yaml", 0, "%s: to be reviewed by %s (as of %s)", id, s.ReviewBy, s.AsOf)
		}
	}
	sort.Slice(c.found, func(i, j int) bool { return c.found[i].String() < c.found[j].String() })
	return c.found
}

type checker struct {
	b     *Base
	now   time.Time
	found []Finding
}

func (c *checker) add(level Level, rule, file string, line int, format string, args ...any) {
	c.found = append(c.found, Finding{level, rule, file, line, fmt.Sprintf(format, args...)})
}

func (c *checker) index() {
	for _, e := range c.b.Index {
		t := c.b.Topics[e.Slug]
		switch {
		case t == nil:
			c.add(Warning, "missing-topic", "topics.yaml", 0, "%s/%s is not written yet", e.Area, e.Slug)
		case t.Area != e.Area:
			c.add(Error, "area", "topics.yaml", 0, "%s belongs to %s, but its folder is in %s", e.Slug, e.Area, t.Area)
		}
	}
	for _, slug := range c.b.Slugs {
		if !c.b.Planned(slug) {
			c.add(Error, "index", "topics.yaml", 0, "%s is not in the index", slug)
		}
	}
}

func (c *checker) facts() {
	for _, f := range c.b.Facts {
		if f.Stale(c.now) {
			c.add(Warning, "stale", f.file, 0, "%s: to be reviewed by %s", f.ID, f.ReviewBy)
		}
	}
}

func (c *checker) services() {
	for _, id := range c.b.ServiceIDs {
		s := c.b.Services[id]
		if Day(c.now) > reviewDay(s.ReviewBy) {
			c.add(Warning, "stale", "helplines.yaml", 0, "%s: to be reviewed by %s", id, s.ReviewBy)
		}
		for _, slug := range s.Topics {
			if !c.b.Planned(slug) {
				c.add(Error, "dead-reference", "helplines.yaml", 0, "%s: topic %q does not exist", id, slug)
			}
		}
		for code, text := range s.Name {
			c.script("helplines.yaml", 0, code, text)
		}
		for code, text := range s.For {
			c.script("helplines.yaml", 0, code, text)
		}
	}
}

// topics checks the topics side by side: rendering each in every case takes most of the
// time.
func (c *checker) topics() {
	found := make([][]Finding, len(c.b.Slugs))
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, slug := range c.b.Slugs {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			one := &checker{b: c.b, now: c.now}
			one.topic(c.b.Topics[slug])
			found[i] = one.found
		})
	}
	wait.Wait()
	c.found = append(c.found, slices.Concat(found...)...)
}

func (c *checker) topic(t *Topic) {
	file := t.dir + "/topic.yaml"
	if n := len(t.Related); n < 2 || n > maxRelated {
		c.add(Error, "related", file, 0, "%d related topics: three to five are right", n)
	}
	if slices.Contains(t.Related, t.Slug) {
		c.add(Error, "related", file, 0, "the topic is related to itself")
	}
	if len(t.Helplines) == 0 {
		c.add(Error, "helplines", file, 0, "no help line")
	}
	if len(t.Reviews) == 0 {
		c.add(Error, "reviews", file, 0, "no review: at least the draft")
	}
	if t.Official != "" && !textKinds[KindURL].MatchString(t.Official) {
		c.add(Error, "official", file, 0, "%q is not an address", t.Official)
	}
	if t.Urgent && !slices.ContainsFunc(t.Helplines, func(id string) bool { return c.b.Services[id] != nil && c.b.Services[id].Urgent }) {
		c.add(Error, "urgent", file, 0, "an urgent topic needs an urgent help line")
	}
	for _, code := range language.Codes() {
		if a := t.Answers[code]; a != nil {
			c.answer(t, a, code)
		}
	}
	c.agree(t)
	c.cautious(t)
}

var (
	listNumber = regexp.MustCompile(`(?m)^\s*\d+\.\s`)
	// Names of statuses and forms carry digits that are no figures.
	namedDigits = regexp.MustCompile(`特定技能\s*[12１２]\s*号|技能実習\s*[123１２３]\s*号|[1-3１-３]号|ABC1|SSW ?[12]|https?://\S+|\*\*`)
	anyDigit    = regexp.MustCompile(`[0-9０-９၀-၉]`)
	masked      = regexp.MustCompile(`\]\(`)
	table       = regexp.MustCompile(`(?m)^\s*\|.*\|\s*$`)
	oddSpace    = regexp.MustCompile("[\u00a0\u2000-\u200a\u202f\u205f\ufeff]|[^\\s]  +[^\\s]")
	fullSpace   = regexp.MustCompile("\u3000")
)

func (c *checker) answer(t *Topic, a *Answer, code language.Code) {
	if n := units(a.Title); n > maxTitle {
		c.add(Error, "length", a.file, 1, "the title is %d long, at most %d", n, maxTitle)
	}
	if anyDigit.MatchString(namedDigits.ReplaceAllString(a.Title, "")) {
		c.add(Error, "digits", a.file, 1, "a figure typed into the title")
	}
	c.script(a.file, 1, code, a.Title)
	for _, s := range a.sections {
		c.script(a.file, s.line, code, s.raw)
		if s.name != SectionShow {
			c.digits(a, s)
		} else {
			c.show(a, s, code)
		}
		if masked.MatchString(s.raw) {
			c.add(Error, "markdown", a.file, s.line, "a masked link: show the address in full")
		}
		if table.MatchString(s.raw) {
			c.add(Error, "markdown", a.file, s.line, "a table: Discord does not show it")
		}
		for _, term := range c.b.Terms {
			for _, bad := range term.Avoid[code] {
				if bad != "" && strings.Contains(s.raw, bad) {
					c.add(Error, "terms", a.file, s.line, "%q: the glossary says %s", bad, term.In(code, false))
				}
			}
		}
	}
	for _, ref := range a.refs {
		id, name, _ := strings.Cut(ref.id, "#")
		f := c.b.Facts[id]
		if f == nil || ref.fn == "term" {
			continue
		}
		if (f.Value != nil && name == "" && f.Value.Kind == KindPhone) || name != "" && f.Values[name].Kind == KindPhone {
			c.add(Error, "phone", a.file, ref.line, "a phone number comes from helplines.yaml, never from a fact")
		}
	}
	c.render(t, a, code)
}

// digits finds figures typed into a text. List numbers and names of statuses are
// no figures.
func (c *checker) digits(a *Answer, s section) {
	walk(s.tmpl.Root, func(n parse.Node) {
		text, ok := n.(*parse.TextNode)
		if !ok {
			return
		}
		plain := namedDigits.ReplaceAllStringFunc(string(text.Text), blank)
		plain = listNumber.ReplaceAllStringFunc(plain, blank)
		if at := anyDigit.FindStringIndex(plain); at != nil {
			line := s.line + strings.Count(s.raw[:min(int(text.Pos), len(s.raw))], "\n") + strings.Count(plain[:at[0]], "\n")
			from := max(0, at[0]-20)
			for from > 0 && plain[from]&0xC0 == 0x80 {
				from--
			}
			c.add(Error, "digits", a.file, line, "a figure typed into the text after %q: refer to a fact", strings.TrimSpace(plain[from:at[0]]))
		}
	})
}

// blank keeps the length and line breaks of what it blanks out.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, s)
}

func (c *checker) show(a *Answer, s section, code language.Code) {
	want := 3
	if code == language.Japanese {
		want = 2
	}
	for _, group := range strings.Split(strings.TrimSpace(s.raw), "\n\n") {
		lines := strings.Split(strings.TrimSpace(group), "\n")
		quoted := 0
		for _, l := range lines {
			if strings.HasPrefix(strings.TrimSpace(l), ">") {
				quoted++
			}
		}
		if quoted != len(lines) || quoted != want {
			c.add(Error, "show", a.file, s.line, "a line to show is %d quoted lines in this language, not %d: %q", want, len(lines), lines[0])
		}
	}
}

// script finds text that is not in normal form, Zawgyi, and odd spaces.
func (c *checker) script(file string, line int, code language.Code, text string) {
	if !norm.NFC.IsNormalString(text) {
		c.add(Error, "nfc", file, line, "the text is not in Unicode normal form C")
	}
	if m := oddSpace.FindString(text); m != "" {
		c.add(Error, "spaces", file, line, "an odd or doubled space in %q", m)
	}
	if code != language.Japanese && fullSpace.MatchString(text) {
		c.add(Error, "spaces", file, line, "a full-width space")
	}
	if code == language.Burmese && language.ZawgyiProbability(text) > 0.5 {
		c.add(Error, "zawgyi", file, line, "the text looks like Zawgyi, not Unicode")
	}
	if strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\u200b' }) >= 0 {
		c.add(Error, "spaces", file, line, "an invisible character")
	}
}

// moments are when every answer is rendered: now, and around the days on which
// rules and wages change.
func (c *checker) moments() []time.Time {
	day := func(s string) time.Time {
		t, _ := time.ParseInLocation(time.DateOnly, s, Japan())
		return t
	}
	return []time.Time{c.now, day("2026-09-30"), day("2026-12-02"), day("2027-03-31"), day("2027-04-01")}
}

func (c *checker) render(t *Topic, a *Answer, code language.Code) {
	for i, at := range c.moments() {
		cases := []Asked{{Language: code, Now: at}}
		if i == 0 {
			cases = append(cases, Asked{Language: code, Now: at, Prefectures: []string{"13"}},
				Asked{Language: code, Now: at, Prefectures: []string{"05", "23", "27", "40", "47"}})
			for _, s := range Statuses() {
				cases = append(cases, Asked{Language: code, Now: at, Status: s})
			}
			for _, f := range c.b.Fields {
				cases = append(cases, Asked{Language: code, Now: at, Field: f.Slug})
			}
		}
		for _, asked := range cases {
			r, err := c.b.Render(t, asked)
			if err != nil {
				c.add(Error, "render", a.file, 0, "%v", err)
				return
			}
			if r.Short == "" {
				c.add(Error, "render", a.file, 0, "the short answer is empty (prefectures %v, status %q, field %q)", asked.Prefectures, asked.Status, asked.Field)
				return
			}
			whole := units(r.Short)
			for _, s := range r.Sections {
				whole += units(s.Text)
			}
			if n := units(r.Short); n > maxShort(code) && len(asked.Prefectures) == 0 {
				c.add(Error, "length", a.file, 0, "the short answer is %d long, at most %d", n, maxShort(code))
				return
			}
			if whole > maxWhole(code) && len(asked.Prefectures) < 2 {
				c.add(Error, "length", a.file, 0, "the answer is %d long, at most %d", whole, maxWhole(code))
				return
			}
		}
	}
}

// agree checks that the four languages stand on the same facts, have the same
// sections, and show the same Japanese lines.
func (c *checker) agree(t *Topic) {
	en := t.Answers[language.English]
	if en == nil {
		return
	}
	shape := func(a *Answer) (facts, sections, shown []string) {
		seen := map[string]bool{}
		for _, r := range a.refs {
			key := r.fn + " " + r.id
			switch r.fn {
			case "fact", "yen", "num":
				key = r.id
			case "term", "status", "field", "law":
				continue // a term may be said in plain words in one language
			}
			if !seen[key] {
				seen[key] = true
				facts = append(facts, key)
			}
		}
		sort.Strings(facts)
		for _, s := range a.sections {
			sections = append(sections, s.name)
			if s.name == SectionShow {
				for _, p := range phrases(s.raw) {
					shown = append(shown, p.Line)
				}
			}
		}
		return facts, sections, shown
	}
	facts, sections, shown := shape(en)
	for _, code := range language.Codes() {
		a := t.Answers[code]
		if a == nil || code == language.English {
			continue
		}
		f, s, p := shape(a)
		if !slices.Equal(f, facts) {
			c.add(Error, "languages-differ", a.file, 0, "stands on other figures than en.md: %s", difference(f, facts))
		}
		if !slices.Equal(s, sections) {
			c.add(Error, "languages-differ", a.file, 0, "has other sections than en.md: %s", difference(s, sections))
		}
		if !slices.Equal(p, shown) {
			c.add(Error, "languages-differ", a.file, 0, "shows other Japanese lines than en.md: %s", difference(p, shown))
		}
	}
}

func difference(got, want []string) string {
	var parts []string
	for _, s := range got {
		if !slices.Contains(want, s) {
			parts = append(parts, "+"+s)
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			parts = append(parts, "−"+s)
		}
	}
	if len(parts) == 0 {
		return "another order"
	}
	return strings.Join(parts, ", ")
}

// cautious checks that a topic standing on an unsure fact gives the official page.
func (c *checker) cautious(t *Topic) {
	a := t.Answers[language.English]
	if a == nil {
		return
	}
	linked := t.Official != ""
	for _, r := range a.refs {
		linked = linked || r.fn == "link"
	}
	for _, r := range a.refs {
		id, _, _ := strings.Cut(r.id, "#")
		if f := c.b.Facts[id]; f != nil && !f.Confidence.Sure() && !linked {
			c.add(Error, "unsure", a.file, r.line, "%s is %s: give the official page ({{link}} or official: in topic.yaml)", id, f.Confidence)
		}
	}
}

// questions checks number and uniqueness.
func (c *checker) questions() {
	type place struct{ topic, file string }
	seen := map[string]place{}
	for _, slug := range c.b.Slugs {
		t := c.b.Topics[slug]
		for _, code := range language.Codes() {
			file := t.dir + "/questions." + string(code) + ".txt"
			own := map[string]bool{}
			for _, q := range t.Questions[code] {
				key := string(code) + " " + strings.Join(strings.Fields(language.Normalise(q)), " ")
				if own[key] {
					c.add(Warning, "questions", file, 0, "%q stands twice", q)
				}
				own[key] = true
				if p, ok := seen[key]; ok && p.topic != slug {
					c.add(Error, "questions", file, 0, "%q stands in %s too", q, p.file)
				}
				seen[key] = place{slug, file}
				if units(q) < minQuestionLen {
					c.add(Error, "questions", file, 0, "%q is no question", q)
				}
			}
			if len(own) < minQuestions {
				c.add(Error, "questions", file, 0, "%d ways of asking, at least %d", len(own), minQuestions)
			}
		}
	}
}

// threads checks number and uniqueness of what people type after an answer.
func (c *checker) threads() {
	for _, slug := range c.b.Slugs {
		t := c.b.Topics[slug]
		for _, code := range language.Codes() {
			file := t.dir + "/threads." + string(code) + ".txt"
			own, stay := map[string]bool{}, 0
			for _, turn := range t.Threads[code] {
				key := strings.Join(strings.Fields(language.Normalise(turn.Text)), " ")
				if own[key] {
					c.add(Warning, "threads", file, turn.line, "%q stands twice", turn.Text)
				}
				own[key] = true
				if turn.Topic == slug {
					stay++
				}
			}
			if len(own) < minThreads || stay == 0 || stay == len(own) {
				c.add(Error, "threads", file, 0, "%d turns, %d of them still on the topic: at least %d, some of each kind", len(own), stay, minThreads)
			}
		}
	}
}

func (c *checker) chat() {
	for _, s := range c.b.Chat {
		for _, code := range language.Codes() {
			c.script("chat/"+s.Slug+"/reply."+string(code)+".md", 0, code, s.Replies[code])
		}
	}
}

// units is the length of a text as Discord counts it.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
