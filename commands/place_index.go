package commands

import (
	"slices"
	"strings"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// placeIndex finds prefectures while a person is typing: by their own names and those
// of their cities, in four languages, kana and romaji. Immutable.
type placeIndex struct {
	base     *knowledge.Base
	lexicon  *knowledge.Lexicon
	names    []placeName
	populous []string // codes, most foreign workers first
}

type placeName struct {
	code   string
	folded string
	city   *knowledge.City // nil: the prefecture itself
}

// place is a prefecture that was found, by the name of a city when City is set.
type place struct {
	Code string
	City *knowledge.City
}

func newPlaceIndex(base *knowledge.Base) *placeIndex {
	x := &placeIndex{base: base, lexicon: base.Places()}
	add := func(code string, city *knowledge.City, n knowledge.PlaceName, aliases map[language.Code][]string) {
		list := []string{n.Japanese, n.Kana, n.English, n.Vietnamese, n.Burmese}
		for _, c := range language.Codes() {
			list = append(list, aliases[c]...)
		}
		for _, s := range list {
			if s = foldName(s); s != "" {
				x.names = append(x.names, placeName{code, s, city})
			}
		}
	}
	for _, p := range base.Prefectures {
		add(p.Code, nil, p.Name, p.Aliases)
		x.populous = append(x.populous, p.Code)
	}
	for _, p := range base.Prefectures {
		add(p.Code, nil, p.Capital, nil)
	}
	for _, c := range base.Cities {
		add(c.Prefecture, c, c.PlaceName, c.Aliases)
	}
	slices.SortStableFunc(x.populous, func(a, b string) int { return x.workers(b) - x.workers(a) })
	return x
}

func (x *placeIndex) workers(code string) int {
	if p := x.base.Prefecture(code); p != nil && len(p.Workers) > 0 {
		return p.Workers[len(p.Workers)-1].Persons
	}
	return 0
}

// search returns prefectures that fit what was typed so far, best first; those where
// most foreigners work when nothing was typed.
func (x *placeIndex) search(typed string) []place {
	typed, _ = cut(typed, maxTyped)
	q := foldName(typed)
	var list []place
	if q == "" {
		for _, code := range x.populous {
			list = append(list, place{Code: code})
		}
		return list
	}
	queries := []string{q}
	if kana, ok := language.RomajiToKana(q); ok && kana != q {
		queries = append(queries, foldName(kana))
	}
	seen := map[string]bool{}
	for _, fits := range []func(name, q string) bool{
		func(name, q string) bool { return name == q }, strings.HasPrefix, strings.Contains,
	} {
		for _, cities := range []bool{false, true} {
			for _, n := range x.names {
				if (n.city != nil) != cities || seen[n.code] {
					continue
				}
				if slices.ContainsFunc(queries, func(q string) bool { return fits(n.folded, q) }) {
					seen[n.code] = true
					list = append(list, place{n.code, n.city})
				}
			}
		}
	}
	return list
}

// find returns the code of the prefecture a person named: picked from the list, or
// typed and sent as it is. "" when there is none.
func (x *placeIndex) find(given string) string {
	given, _ = cut(strings.TrimSpace(given), maxTyped)
	if x.base.Prefecture(given) != nil {
		return given
	}
	if given == "" {
		return ""
	}
	for _, m := range x.lexicon.Find(given) {
		if !m.Weak {
			return m.ID
		}
	}
	if list := x.search(given); len(list) > 0 {
		return list[0].Code
	}
	return ""
}
