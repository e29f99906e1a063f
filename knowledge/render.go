package knowledge

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"madoguchi/language"
)

// Asked is what an answer is filled in for.
type Asked struct {
	Language    language.Code
	Now         time.Time
	Prefectures []string // JIS codes
	Status      string   // status of residence the person named: titp, student …
	Field       string   // field of work the person named: a slug of fields.yaml
}

// Rendered is an answer filled in for one person and moment.
type Rendered struct {
	Title    string
	Short    string
	Sections []RenderedSection // details, do, who, prepare, traps: those that have text
	Phrases  []Phrase
	Facts    []*Fact // the facts that were used, the topic's own first
}

// RenderedSection is one part of an answer after the short answer.
type RenderedSection struct{ Name, Text string }

// Phrase is a line in Japanese to show or say, with its reading in kana and its
// meaning in the reader's language (empty in Japanese).
type Phrase struct{ Line, Reading, Meaning string }

// scope is what a template sees as $.
type scope struct {
	Prefecture  *PrefectureView
	Prefectures []PrefectureView

	base  *Base
	asked Asked
	terms map[string]bool // already explained in this answer
	facts []*Fact
}

// Render fills in the answer of a topic. An unknown language is an error, as is a
// reference that check would have found.
func (b *Base) Render(topic *Topic, asked Asked) (Rendered, error) {
	a := topic.Answers[asked.Language]
	if a == nil {
		return Rendered{}, fmt.Errorf("render %s: no answer in %q", topic.Slug, asked.Language)
	}
	s := &scope{base: b, asked: asked, terms: map[string]bool{}}
	for _, code := range asked.Prefectures {
		if p := b.Prefecture(code); p != nil {
			s.Prefectures = append(s.Prefectures, b.viewPrefecture(p, asked))
		}
	}
	if len(s.Prefectures) > 0 {
		s.Prefecture = &s.Prefectures[0]
	}
	r := Rendered{Title: a.Title}
	for _, sec := range a.sections {
		var out strings.Builder
		if err := sec.tmpl.Execute(&out, s); err != nil {
			return Rendered{}, fmt.Errorf("render %s in %s: %w", topic.Slug, asked.Language, err)
		}
		text := tidy(out.String())
		if text == "" {
			continue
		}
		switch sec.name {
		case SectionShort:
			r.Short = text
		case SectionShow:
			r.Phrases = phrases(text)
		default:
			r.Sections = append(r.Sections, RenderedSection{Name: sec.name, Text: text})
		}
	}
	for _, id := range topic.Facts {
		if f := b.Facts[id]; f != nil {
			r.Facts = append(r.Facts, f)
		}
	}
	for _, f := range s.facts {
		if !slices.Contains(r.Facts, f) {
			r.Facts = append(r.Facts, f)
		}
	}
	return r, nil
}

// tidy removes the blank lines and spaces that conditions leave behind.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := 0
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \t\n")
		if line == "" {
			blank++
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if blank > 0 {
				b.WriteByte('\n')
			}
		}
		b.WriteString(line)
		blank = 0
	}
	return strings.TrimSpace(b.String())
}

// phrases reads groups of quoted lines: line, reading, meaning.
func phrases(text string) []Phrase {
	var out []Phrase
	for _, group := range strings.Split(text, "\n\n") {
		var lines []string
		for _, l := range strings.Split(group, "\n") {
			if l = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), ">")); l != "" {
				lines = append(lines, l)
			}
		}
		if len(lines) < 2 {
			continue
		}
		p := Phrase{Line: lines[0], Reading: lines[1]}
		if len(lines) > 2 {
			p.Meaning = strings.Join(lines[2:], " ")
		}
		out = append(out, p)
	}
	return out
}

// functions are what a text can call. Each gets the root of the template as its
// first argument, put there when the text is compiled.
func functions() template.FuncMap {
	return template.FuncMap{
		"fact":   func(s *scope, id string) (string, error) { return s.value(id, Format) },
		"yen":    func(s *scope, id string) (string, error) { return s.value(id, Format) },
		"num":    func(s *scope, id string) (string, error) { return s.value(id, Bare) },
		"law":    (*scope).law,
		"term":   (*scope).term,
		"link":   (*scope).link,
		"before": (*scope).before,
		"after":  func(s *scope, id string) (bool, error) { b, err := s.before(id); return !b, err },
		"status": func(s *scope, name string) bool { return s.asked.Status == name },
		"field":  func(s *scope, name string) bool { return s.asked.Field == name },
	}
}

func (s *scope) value(ref string, format func(Value, language.Code) string) (string, error) {
	v, f, err := s.base.lookUp(ref, s.asked.Now)
	if err != nil {
		return "", err
	}
	s.use(f)
	return format(v, s.asked.Language), nil
}

func (s *scope) use(f *Fact) {
	if !slices.Contains(s.facts, f) {
		s.facts = append(s.facts, f)
	}
}

func (s *scope) law(id string) (string, error) {
	f := s.base.Facts[id]
	if f == nil {
		return "", fmt.Errorf("no fact %q", id)
	}
	s.use(f)
	return formatLaw(f.Law, s.base.laws, s.asked.Language)
}

func (s *scope) link(id string) (string, error) {
	f := s.base.Facts[id]
	if f == nil {
		return "", fmt.Errorf("no fact %q", id)
	}
	s.use(f)
	return f.Sources[0].URL, nil
}

func (s *scope) term(id string) (string, error) {
	t := s.base.Terms[id]
	if t == nil {
		return "", fmt.Errorf("no term %q", id)
	}
	first := !s.terms[id]
	s.terms[id] = true
	return t.In(s.asked.Language, first), nil
}

func (s *scope) before(ref string) (bool, error) {
	v, f, err := s.base.lookUp(ref, s.asked.Now)
	if err != nil {
		return false, err
	}
	if v.Kind != KindDate {
		return false, fmt.Errorf("%q is a %s, not a date", ref, v.Kind)
	}
	s.use(f)
	return Day(s.asked.Now) < v.Text, nil
}

// lookUp finds "fact.id" or "fact.id#value" as of t.
func (b *Base) lookUp(ref string, t time.Time) (Value, *Fact, error) {
	id, name, named := strings.Cut(ref, "#")
	f := b.Facts[id]
	if f == nil {
		return Value{}, nil, fmt.Errorf("no fact %q", id)
	}
	if named {
		v, ok := f.Values[name]
		if !ok {
			return Value{}, nil, fmt.Errorf("fact %q has no value %q", id, name)
		}
		return v, f, nil
	}
	v, ok := f.At(t)
	if !ok {
		return Value{}, nil, fmt.Errorf("fact %q has no single value: name one of its values after a #", id)
	}
	return v, f, nil
}
