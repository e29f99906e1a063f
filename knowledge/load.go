package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"madoguchi/language"
)

// Base is the whole knowledge, loaded. It is immutable and safe for concurrent use.
type Base struct {
	Topics      map[string]*Topic
	Slugs       []string // of all topics, by area and name
	Index       []Entry  // the topics there should be
	Facts       map[string]*Fact
	Terms       map[string]*Term
	TermIDs     []string // in the order of the file
	Fields      []*Field
	Services    map[string]*Service
	ServiceIDs  []string // in the order of the file
	Prefectures []*Prefecture
	Cities      []*City
	StatusNames []StatusNames
	FollowUps   FollowUps
	Families    []map[string]string // status of residence to topic
	ConceptList []Concept
	Chat        []*Small
	Outside     Outside

	laws  map[string]Law
	byJ   map[string]*Prefecture
	marks map[string]map[language.Code]string // wording when the languages were last brought together
}

// Load reads the knowledge strictly: unknown fields, missing languages and
// references to what does not exist are errors with file and line. It returns the
// base as far as it could be read along with all errors joined, so that a writer
// sees everything at once; the base must not be used to answer when err is not nil.
func Load(fsys fs.FS) (*Base, error) {
	l := &loader{fsys: fsys, b: &Base{
		Topics: map[string]*Topic{}, Facts: map[string]*Fact{}, Terms: map[string]*Term{},
		Services: map[string]*Service{}, laws: map[string]Law{}, byJ: map[string]*Prefecture{},
	}}
	decodeInto(l, "topics.yaml", &l.b.Index)
	l.laws()
	l.facts()
	l.terms()
	decodeInto(l, "fields.yaml", &l.b.Fields)
	l.services()
	l.prefectures()
	decodeInto(l, "cities.yaml", &l.b.Cities)
	decodeInto(l, "statuses.yaml", &l.b.StatusNames)
	decodeInto(l, "families.yaml", &l.b.Families)
	decodeInto(l, "concepts.yaml", &l.b.ConceptList)
	decodeInto(l, "followups.yaml", &l.b.FollowUps)
	decodeInto(l, "agreed.yaml", &l.b.marks)
	l.topics()
	l.chat()
	l.outside()
	l.references()
	return l.b, errors.Join(l.errs...)
}

type loader struct {
	fsys fs.FS
	b    *Base
	errs []error
}

func (l *loader) fail(format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf(format, args...))
}

// read returns a file's bytes, and false after noting an error. Content that is
// not UTF-8 is refused here, once for all formats.
func (l *loader) read(name string) ([]byte, bool) {
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.fail("%s: %w", name, err)
		return nil, false
	}
	if !utf8.Valid(data) {
		line := 1 + bytes.Count(data[:firstInvalid(data)], []byte("\n"))
		l.fail("%s:%d: the file is not UTF-8 text", name, line)
		return nil, false
	}
	return data, true
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

func decodeInto[T any](l *loader, name string, into *T) bool {
	data, ok := l.read(name)
	if !ok {
		return false
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		l.fail("%s: %w", name, err)
		return false
	}
	return true
}

func (l *loader) laws() {
	var laws []Law
	decodeInto(l, "laws.yaml", &laws)
	for _, law := range laws {
		l.b.laws[law.English] = law
	}
}

func (l *loader) facts() {
	names, err := fs.Glob(l.fsys, "facts/*/*.yaml")
	if err != nil {
		l.fail("list facts: %w", err)
	}
	for _, name := range names {
		var list []*Fact
		if !decodeInto(l, name, &list) {
			continue
		}
		for _, f := range list {
			f.file = name
			if err := f.validate(); err != nil {
				l.fail("%s: %w", name, err)
				continue
			}
			if old := l.b.Facts[f.ID]; old != nil {
				l.fail("%s: fact %s stands in %s too", name, f.ID, old.file)
				continue
			}
			l.b.Facts[f.ID] = f
		}
	}
}

func (l *loader) terms() {
	var list []*Term
	decodeInto(l, "terms.yaml", &list)
	for _, t := range list {
		if t.Japanese == "" || t.English == "" || t.Vietnamese == "" || t.Burmese == "" {
			l.fail("terms.yaml: term %q needs ja, en, vi and my", t.ID)
		}
		if l.b.Terms[t.ID] != nil {
			l.fail("terms.yaml: term %q stands twice", t.ID)
		}
		l.b.Terms[t.ID] = t
		l.b.TermIDs = append(l.b.TermIDs, t.ID)
	}
}

func (l *loader) services() {
	var list []*Service
	decodeInto(l, "helplines.yaml", &list)
	for _, s := range list {
		if err := s.validate(); err != nil {
			l.fail("helplines.yaml: %w", err)
		}
		if l.b.Services[s.ID] != nil {
			l.fail("helplines.yaml: %s stands twice", s.ID)
		}
		l.b.Services[s.ID] = s
		l.b.ServiceIDs = append(l.b.ServiceIDs, s.ID)
	}
}

func (l *loader) prefectures() {
	decodeInto(l, "prefectures.yaml", &l.b.Prefectures)
	for _, p := range l.b.Prefectures {
		if err := p.validate(); err != nil {
			l.fail("prefectures.yaml: %w", err)
		}
		l.b.byJ[p.Code] = p
	}
	if n := len(l.b.Prefectures); n != 47 {
		l.fail("prefectures.yaml: there are 47 prefectures, not %d", n)
	}
	l.b.prefectureFacts()
}

// Prefecture returns the prefecture with the JIS code ("01" to "47"), or nil.
func (b *Base) Prefecture(code string) *Prefecture { return b.byJ[code] }

func (l *loader) topics() {
	dirs, err := fs.Glob(l.fsys, "topics/*/*/topic.yaml")
	if err != nil {
		l.fail("list topics: %w", err)
	}
	for _, name := range dirs {
		dir := path.Dir(name)
		t := &Topic{Slug: path.Base(dir), dir: dir, Answers: map[language.Code]*Answer{}, Questions: map[language.Code][]string{}, Threads: map[language.Code][]Turn{}}
		if !decodeInto(l, name, t) {
			continue
		}
		if want := path.Base(path.Dir(dir)); string(t.Area) != want || !slices.Contains(Areas(), t.Area) {
			l.fail("%s: area %q, but the folder is %q", name, t.Area, want)
		}
		for _, code := range language.Codes() {
			file := path.Join(dir, string(code)+".md")
			if data, ok := l.read(file); ok {
				a, err := parseAnswer(file, data, code)
				if err != nil {
					l.errs = append(l.errs, err)
				} else {
					t.Answers[code] = a
				}
			}
			t.Questions[code] = l.lines(path.Join(dir, "questions."+string(code)+".txt"))
			t.Threads[code] = l.threads(path.Join(dir, "threads."+string(code)+".txt"))
		}
		if l.b.Topics[t.Slug] != nil {
			l.fail("%s: the topic stands in two areas", name)
		}
		l.b.Topics[t.Slug] = t
		l.b.Slugs = append(l.b.Slugs, t.Slug)
	}
	sort.Slice(l.b.Slugs, func(i, j int) bool {
		a, b := l.b.Topics[l.b.Slugs[i]], l.b.Topics[l.b.Slugs[j]]
		if a.Area != b.Area {
			return slices.Index(Areas(), a.Area) < slices.Index(Areas(), b.Area)
		}
		return a.Slug < b.Slug
	})
	// A folder without topic.yaml would be passed over in silence otherwise.
	all, _ := fs.Glob(l.fsys, "topics/*/*")
	for _, dir := range all {
		if !slices.Contains(dirs, path.Join(dir, "topic.yaml")) {
			l.fail("%s: topic.yaml is missing", dir)
		}
	}
}

// threads reads a text file with one turn a line: the topic meant, a colon, the text.
func (l *loader) threads(name string) []Turn {
	var out []Turn
	l.eachLine(name, func(n int, s string) {
		slug, text, found := strings.Cut(s, ":")
		text = strings.TrimSpace(text)
		if !found || text == "" {
			l.fail("%s:%d: a line is the topic meant, a colon, and what is typed", name, n)
			return
		}
		out = append(out, Turn{strings.TrimSpace(slug), text, n})
	})
	return out
}

// lines reads a text file with one question a line.
func (l *loader) lines(name string) []string {
	var out []string
	l.eachLine(name, func(_ int, s string) { out = append(out, s) })
	return out
}

// eachLine calls f for each line of a text file that says something, with its number; #
// starts a comment line.
func (l *loader) eachLine(name string, f func(n int, s string)) {
	data, _ := l.read(name)
	n := 0
	for s := range strings.Lines(string(data)) {
		n++
		if s = strings.TrimSpace(s); s != "" && !strings.HasPrefix(s, "# ") && s != "#" {
			f(n, s)
		}
	}
}

func (l *loader) chat() {
	dirs, err := fs.Glob(l.fsys, "chat/*")
	if err != nil {
		l.fail("list chat: %w", err)
	}
	for _, dir := range dirs {
		s := &Small{Slug: path.Base(dir), Replies: map[language.Code]string{}, Questions: map[language.Code][]string{}}
		for _, code := range language.Codes() {
			if data, ok := l.read(path.Join(dir, "reply."+string(code)+".md")); ok {
				s.Replies[code] = strings.TrimSpace(string(data))
				if s.Replies[code] == "" {
					l.fail("%s/reply.%s.md is empty", dir, code)
				}
			}
			s.Questions[code] = l.lines(path.Join(dir, "questions."+string(code)+".txt"))
		}
		l.b.Chat = append(l.b.Chat, s)
	}
}

func (l *loader) outside() {
	l.b.Outside = Outside{Near: map[language.Code][]string{}, Out: map[language.Code][]string{}}
	for _, code := range language.Codes() {
		l.b.Outside.Near[code] = l.lines("outside/near." + string(code) + ".txt")
		l.b.Outside.Out[code] = l.lines("outside/out." + string(code) + ".txt")
	}
}

// references checks that everything named exists.
func (l *loader) references() {
	for _, s := range l.b.StatusNames {
		if !slices.Contains(Statuses(), s.Slug) {
			l.fail("statuses.yaml: no status %q: one of %s", s.Slug, strings.Join(Statuses(), ", "))
		}
	}
	for _, family := range l.b.Families {
		for status, slug := range family {
			if !slices.Contains(Statuses(), status) || l.b.Topics[slug] == nil && !l.b.Planned(slug) {
				l.fail("families.yaml: %s: %s names no status or topic", status, slug)
			}
		}
	}
	for _, c := range l.b.Cities {
		if l.b.byJ[c.Prefecture] == nil {
			l.fail("cities.yaml: %s: no prefecture %q", c.English, c.Prefecture)
		}
	}
	for _, id := range l.b.TermIDs {
		t := l.b.Terms[id]
		if t.Becomes == nil {
			continue
		}
		if t.Short == "" || l.b.Terms[t.Becomes.Term] == nil {
			l.fail("terms.yaml: %s becomes %q: both need their names, the old one a short name too", id, t.Becomes.Term)
		}
		if err := l.b.checkReference(reference{fn: "after", id: t.Becomes.On}); err != nil {
			l.fail("terms.yaml: %s: %w", id, err)
		}
	}
	for _, slug := range l.b.Slugs {
		t := l.b.Topics[slug]
		name := t.dir + "/topic.yaml"
		for _, r := range t.Related {
			if l.b.Topics[r] == nil && !l.b.Planned(r) {
				l.fail("%s: related topic %q does not exist", name, r)
			}
		}
		for _, f := range t.Facts {
			if l.b.Facts[f] == nil {
				l.fail("%s: fact %q does not exist", name, f)
			}
		}
		for _, code := range language.Codes() {
			for _, turn := range t.Threads[code] {
				if l.b.Topics[turn.Topic] == nil && !l.b.Planned(turn.Topic) {
					l.fail("%s/threads.%s.txt:%d: topic %q does not exist", t.dir, code, turn.line, turn.Topic)
				}
			}
		}
		for _, h := range t.Helplines {
			if l.b.Services[h] == nil {
				l.fail("%s: help line %q does not exist", name, h)
			}
		}
		for _, code := range language.Codes() {
			if a := t.Answers[code]; a != nil {
				for _, ref := range a.refs {
					if err := l.b.checkReference(ref); err != nil {
						l.fail("%s:%d: %w", a.file, ref.line, err)
					}
				}
			}
		}
	}
}

func (b *Base) checkReference(ref reference) error {
	id, name, named := strings.Cut(ref.id, "#")
	switch ref.fn {
	case "term":
		if b.Terms[ref.id] == nil {
			return fmt.Errorf("no term %q in terms.yaml", ref.id)
		}
		return nil
	case "status":
		if !slices.Contains(Statuses(), ref.id) {
			return fmt.Errorf("no status %q: one of %s", ref.id, strings.Join(Statuses(), ", "))
		}
		return nil
	case "field":
		for _, f := range b.Fields {
			if f.Slug == ref.id {
				return nil
			}
		}
		return fmt.Errorf("no field %q in fields.yaml", ref.id)
	}
	f := b.Facts[id]
	if f == nil {
		return fmt.Errorf("no fact %q", id)
	}
	switch ref.fn {
	case "law":
		_, err := formatLaw(f.Law, b.laws, language.English)
		return err
	case "link":
		return nil
	}
	var v Value
	if named {
		var ok bool
		if v, ok = f.Values[name]; !ok {
			return fmt.Errorf("fact %q has no value %q", id, name)
		}
	} else if f.Value == nil {
		return fmt.Errorf("fact %q has no single value: name one of its values after a #", id)
	} else {
		v = *f.Value
	}
	if (ref.fn == "before" || ref.fn == "after") && v.Kind != KindDate {
		return fmt.Errorf("%s needs a date, and %q is a %s", ref.fn, ref.id, v.Kind)
	}
	if ref.fn == "yen" && v.Kind != KindYen {
		return fmt.Errorf("yen needs an amount, and %q is a %s", ref.id, v.Kind)
	}
	return nil
}

// FollowUps are the words by which a message leans on what was said before.
type FollowUps struct {
	Starts      map[language.Code][]string `yaml:"starts"`
	Ends        map[language.Code][]string `yaml:"ends"`
	Corrections map[language.Code][]string `yaml:"corrections"`
}

// Entry is a line of topics.yaml: a topic there should be.
type Entry struct {
	Slug  string `yaml:"slug"`
	Area  Area   `yaml:"area"`
	About string `yaml:"about"` // what a question on it wants to know
}

// Planned reports whether the index names the topic.
func (b *Base) Planned(slug string) bool {
	return slices.ContainsFunc(b.Index, func(e Entry) bool { return e.Slug == slug })
}

// Statuses returns the names a text can ask for with {{if status "…"}}.
func Statuses() []string {
	return []string{"titp", "esd", "ssw1", "ssw2", "student", "dependent", "engineer", "permanent", "spouse", "designated", "overstay", "abroad"}
}
