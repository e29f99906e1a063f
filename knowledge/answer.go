package knowledge

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"go.yaml.in/yaml/v3"

	"madoguchi/language"
)

// Section names in the order an answer shows them. The short answer has no
// heading; "show" holds phrases.
const (
	SectionShort   = "short"
	SectionDetails = "details"
	SectionDo      = "do"
	SectionWho     = "who"
	SectionPrepare = "prepare"
	SectionTraps   = "traps"
	SectionShow    = "show"
)

func sectionNames() []string {
	return []string{SectionShort, SectionDetails, SectionDo, SectionWho, SectionPrepare, SectionTraps, SectionShow}
}

// Answer is what a topic says in one language, compiled but not yet filled in.
type Answer struct {
	Title    string
	Keywords []string

	file     string
	sections []section
	refs     []reference
}

type section struct {
	name string
	line int    // line of the file the section's text starts at
	raw  string // as written
	tmpl *template.Template
}

// reference is a use of a fact or term in a text.
type reference struct {
	fn, id string
	line   int
}

var heading = regexp.MustCompile(`^##\s+(\S+)\s*$`)

// parseAnswer reads the front matter and the sections of a topic's file.
func parseAnswer(file string, data []byte, code language.Code) (*Answer, error) {
	text := strings.ReplaceAll(string(bytes.TrimPrefix(data, []byte("\ufeff"))), "\r\n", "\n")
	rest, ok := strings.CutPrefix(text, "---\n")
	front, body, found := strings.Cut(rest, "\n---\n")
	if !ok || !found {
		return nil, fmt.Errorf("%s:1: starts with front matter between two lines of ---", file)
	}
	var head struct {
		Title    string   `yaml:"title"`
		Keywords []string `yaml:"keywords"`
	}
	d := yaml.NewDecoder(strings.NewReader(front))
	d.KnownFields(true)
	if err := d.Decode(&head); err != nil {
		return nil, fmt.Errorf("%s: front matter: %w", file, err)
	}
	if strings.TrimSpace(head.Title) == "" {
		return nil, fmt.Errorf("%s:1: the title is missing", file)
	}
	a := &Answer{Title: head.Title, Keywords: head.Keywords, file: file}
	line := strings.Count(front, "\n") + 4
	cur := section{name: SectionShort, line: line}
	var buf []string
	flush := func() {
		cur.raw = strings.TrimRight(strings.Join(buf, "\n"), "\n ")
		a.sections = append(a.sections, cur)
		buf = nil
	}
	for i, l := range strings.Split(body, "\n") {
		m := heading.FindStringSubmatch(l)
		if m == nil {
			if strings.HasPrefix(l, "#") {
				return nil, fmt.Errorf("%s:%d: headings are \"## \" and one of %s", file, line+i, strings.Join(sectionNames()[1:], ", "))
			}
			buf = append(buf, l)
			continue
		}
		at := slices.Index(sectionNames(), m[1])
		if at < 1 || at <= slices.Index(sectionNames(), cur.name) {
			return nil, fmt.Errorf("%s:%d: heading %q: the headings are %s, each once, in this order", file, line+i, m[1], strings.Join(sectionNames()[1:], ", "))
		}
		flush()
		cur = section{name: m[1], line: line + i + 1}
	}
	flush()
	for i := range a.sections {
		s := &a.sections[i]
		if strings.TrimSpace(s.raw) == "" {
			return nil, fmt.Errorf("%s:%d: the section %q is empty", file, s.line, s.name)
		}
		if err := s.compile(a, code); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (s *section) compile(a *Answer, code language.Code) error {
	t, err := template.New(s.name).Funcs(functions()).Option("missingkey=error").Parse(s.raw)
	if err != nil {
		// text/template says "template: NAME:LINE: what": turn the line into the file's.
		return fmt.Errorf("%s: section %q (from line %d): %w", a.file, s.name, s.line, err)
	}
	if t.Tree == nil || t.Root == nil {
		return fmt.Errorf("%s:%d: the section %q is empty", a.file, s.line, s.name)
	}
	var walkErr error
	walk(t.Root, func(n parse.Node) {
		c, ok := n.(*parse.CommandNode)
		if !ok || len(c.Args) == 0 {
			return
		}
		id, ok := c.Args[0].(*parse.IdentifierNode)
		if !ok || functions()[id.Ident] == nil {
			return
		}
		line := s.line + strings.Count(s.raw[:min(int(c.Pos), len(s.raw))], "\n")
		if len(c.Args) != 2 {
			walkErr = fmt.Errorf("%s:%d: %s takes one name in quotes", a.file, line, id.Ident)
			return
		}
		str, ok := c.Args[1].(*parse.StringNode)
		if !ok {
			walkErr = fmt.Errorf("%s:%d: %s takes one name in quotes", a.file, line, id.Ident)
			return
		}
		a.refs = append(a.refs, reference{fn: id.Ident, id: str.Text, line: line})
		// The functions need to know language and moment: hand them the root ($),
		// which stays the same inside with and range.
		root := &parse.VariableNode{NodeType: parse.NodeVariable, Pos: c.Pos, Ident: []string{"$"}}
		c.Args = []parse.Node{c.Args[0], root, str}
	})
	s.tmpl = t
	return walkErr
}

// walk visits the nodes of a template's tree.
func walk(n parse.Node, visit func(parse.Node)) {
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, c := range l.Nodes {
				walk(c, visit)
			}
		}
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			for _, c := range p.Cmds {
				walk(c, visit)
			}
		}
	}
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		list(n)
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.CommandNode:
		for _, a := range n.Args {
			if p, ok := a.(*parse.PipeNode); ok {
				pipe(p)
			}
		}
	case *parse.IfNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	}
}

// bracketed is a reference or condition of the template language.
var bracketed = regexp.MustCompile(`\{\{[^}]*\}\}`)

// minPassage is the shortest line, in bytes, that says enough to be learned from.
const minPassage = 15

// Passages returns the lines of an answer as written, without references and
// marks, for the finder to learn words from. What is shown to officials and who
// helps are left out: they say little of the matter.
func (a *Answer) Passages() []string {
	var out []string
	for _, s := range a.sections {
		if s.name == "show" || s.name == "who" {
			continue
		}
		for line := range strings.Lines(s.raw) {
			line = strings.ReplaceAll(bracketed.ReplaceAllString(line, " "), "**", " ")
			if line = strings.Trim(line, "-*0123456789. \n"); len(line) > minPassage {
				out = append(out, line)
			}
		}
	}
	return out
}
