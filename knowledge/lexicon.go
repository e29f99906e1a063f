package knowledge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"madoguchi/language"
)

// Lexicon recognises names in a text: places, statuses of residence, fields of
// work. Names in Latin letters match whole words with tone marks ignored; names in
// Japanese and Burmese match anywhere, but never inside a Burmese syllable. The
// longest name wins, from the left. Immutable and safe for concurrent use.
type Lexicon struct {
	latin    map[string]entry
	maxWords int
	script   map[rune][]scriptEntry // by first rune, longest first
}

type entry struct {
	id   string
	weak bool
}

type scriptEntry struct {
	text string
	entry
}

// Mention is a name found in a text.
type Mention struct {
	ID   string
	Text string // as normalised, for taking it out of the text
	Weak bool   // a common word too, and nothing around it says that the name is meant
	at   int
}

// NewLexicon returns an empty lexicon.
func NewLexicon() *Lexicon {
	return &Lexicon{latin: map[string]entry{}, script: map[rune][]scriptEntry{}}
}

func normalName(s string) string {
	return strings.Join(strings.Fields(language.FoldVietnamese(language.Normalise(s))), " ")
}

func isLatinName(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxLatin1 }) < 0
}

// add enters a name for id. A weak name is a common word too. The first entry of a
// name wins, so that stronger meanings are added first.
func (l *Lexicon) add(id, name string, weak bool) {
	name = normalName(name)
	if name == "" {
		return
	}
	if isLatinName(name) {
		words := latinWords(name)
		key := strings.Join(words.texts, " ")
		if _, taken := l.latin[key]; key == "" || taken {
			return
		}
		l.latin[key] = entry{id, weak}
		l.maxWords = max(l.maxWords, len(words.texts))
		return
	}
	first, _ := utf8.DecodeRuneInString(name)
	list := l.script[first]
	for _, e := range list {
		if e.text == name {
			return
		}
	}
	at, _ := slices.BinarySearchFunc(list, len(name), func(e scriptEntry, n int) int { return n - len(e.text) })
	l.script[first] = slices.Insert(list, at, scriptEntry{name, entry{id, weak}})
}

type words struct {
	texts []string
	at    []int
}

func latinWords(s string) words {
	var w words
	start := -1
	for i, r := range s {
		letter := r <= unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r))
		if letter && start < 0 {
			start = i
		}
		if !letter && start >= 0 {
			w.texts, w.at = append(w.texts, s[start:i]), append(w.at, start)
			start = -1
		}
	}
	if start >= 0 {
		w.texts, w.at = append(w.texts, s[start:]), append(w.at, start)
	}
	return w
}

// Find returns the names in the text in the order they stand there.
func (l *Lexicon) Find(text string) []Mention {
	s := normalName(text)
	return l.find(s, latinWords(s))
}

// find is Find for a text that is normalised and cut already.
func (l *Lexicon) find(s string, w words) []Mention {
	var out []Mention
	for i := 0; i < len(w.texts); i++ {
		for n := min(l.maxWords, len(w.texts)-i); n > 0; n-- {
			key := strings.Join(w.texts[i:i+n], " ")
			if e, ok := l.latin[key]; ok {
				out = append(out, Mention{ID: e.id, Text: key, Weak: e.weak && !latinHint(w, i, n), at: w.at[i]})
				i += n - 1
				break
			}
		}
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		matched := false
		for _, e := range l.script[r] {
			if strings.HasPrefix(s[i:], e.text) && !splitsSyllable(s[i+len(e.text):]) {
				out = append(out, Mention{ID: e.id, Text: e.text, Weak: e.weak && !scriptHint(s, i, i+len(e.text)), at: i})
				i += len(e.text)
				matched = true
				break
			}
		}
		if !matched {
			i += size
		}
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return a.at - b.at })
	return out
}

// splitsSyllable reports whether cutting before rest would cut a Burmese syllable:
// rest starts with a vowel sign, medial or asat, or with a final consonant.
func splitsSyllable(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	if r >= 0x102B && r <= 0x103E {
		return true
	}
	if r >= 0x1000 && r <= 0x1021 {
		next, _ := utf8.DecodeRuneInString(rest[n:])
		return next == 0x103A || next == 0x1039
	}
	return false
}

// latinHint reports whether the words around say that a name is meant as a place.
func latinHint(w words, i, n int) bool {
	if len(w.texts) == n {
		return true
	}
	before := []string{"in", "at", "to", "from", "near", "around", "o", "tai", "tinh", "tp", "den", "len", "ve", "vung", "mhr", "mhar"}
	after := []string{"ken", "prefecture", "city", "shi", "fu", "de", "ni", "no", "kara", "wa", "mhar"}
	return i > 0 && slices.Contains(before, w.texts[i-1]) ||
		i+n < len(w.texts) && slices.Contains(after, w.texts[i+n])
}

func scriptHint(s string, from, to int) bool {
	if strings.TrimSpace(s[:from]) == "" && strings.TrimSpace(s[to:]) == "" {
		return true
	}
	prev, _ := utf8.DecodeLastRuneInString(s[:from])
	if from > 0 && (unicode.In(prev, unicode.Hiragana, unicode.Han)) {
		return false
	}
	for _, hint := range []string{"県", "府", "市", "けん", "し ", "の", "で", "に", "は", "って", "から", "へ"} {
		if strings.HasPrefix(s[to:], hint) {
			return true
		}
	}
	return false
}

// Places returns a lexicon whose ids are JIS codes of prefectures: names of the
// prefectures and of cities in four languages, kana and romaji.
func (b *Base) Places() *Lexicon {
	l := NewLexicon()
	add := func(id string, n PlaceName, aliases map[language.Code][]string, weak bool) {
		for _, s := range []string{n.Japanese, n.Kana, n.English, n.Vietnamese, n.Burmese} {
			l.add(id, s, weak || weakName(s))
		}
		for _, code := range language.Codes() {
			for _, s := range aliases[code] {
				l.add(id, s, weak || weakName(s))
			}
		}
	}
	for _, p := range b.Prefectures {
		add(p.Code, p.Name, p.Aliases, false)
		short := strings.TrimRight(p.Name.Japanese, "都府県")
		if p.Code == "26" {
			short = "京都"
		}
		l.add(p.Code, short, weakName(short))
		if p.Code != "01" {
			kana := []rune(p.Name.Kana) // おおさかふ, とうきょうと, あきたけん
			switch {
			case strings.HasSuffix(p.Name.Kana, "けん"):
				kana = kana[:len(kana)-2]
			case strings.HasSuffix(p.Name.Kana, "ふ"), strings.HasSuffix(p.Name.Kana, "と"):
				kana = kana[:len(kana)-1]
			}
			l.add(p.Code, string(kana), weakName(string(kana)))
		}
	}
	for _, c := range b.Cities {
		add(c.Prefecture, c.PlaceName, c.Aliases, c.Weak)
	}
	return l
}

// weakName reports names of one or two kana or one kanji: nara, mie, tsu stand
// inside too many other words.
func weakName(s string) bool {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana) {
			return n <= 2
		}
		if unicode.Is(unicode.Han, r) {
			return n == 1
		}
	}
	return false
}

// StatusNames are how people say a status of residence.
type StatusNames struct {
	Slug    string                     `yaml:"slug"`
	Aliases map[language.Code][]string `yaml:"aliases"`
}

// StatusLexicon recognises statuses of residence; ids are those of Statuses.
func (b *Base) StatusLexicon() *Lexicon {
	l := NewLexicon()
	for _, s := range b.StatusNames {
		for _, code := range language.Codes() {
			for _, a := range s.Aliases[code] {
				l.add(s.Slug, a, false)
			}
		}
	}
	return l
}

// FieldLexicon recognises fields of work; ids are slugs of fields.yaml.
func (b *Base) FieldLexicon() *Lexicon {
	l := NewLexicon()
	for _, f := range b.Fields {
		for _, s := range []string{f.Japanese, f.Reading, f.English, f.Vietnamese, f.Burmese} {
			l.add(f.Slug, s, false)
		}
		for _, code := range language.Codes() {
			for _, a := range f.Aliases[code] {
				l.add(f.Slug, a, false)
			}
		}
	}
	return l
}
