package conversation

import (
	"testing"

	"madoguchi/knowledge"
	"madoguchi/language"
)

func TestGoing(t *testing.T) {
	turn := func(topic string) knowledge.Turn { return knowledge.Turn{Topic: topic, Text: "…"} }
	base := &knowledge.Base{Topics: map[string]*knowledge.Topic{
		"a": {Threads: map[language.Code][]knowledge.Turn{"en": {turn("a"), turn("a"), turn("b")}, "my": {turn("a")}}},
		"b": {}, "c": {}, "d": {},
	}}
	g := newGoing(base)
	if stay, near, far := g.likelier("a", "a"), g.likelier("a", "b"), g.likelier("a", "c"); !(stay > near && near > far && far > 0) {
		t.Errorf("staying %g, going on %g, elsewhere %g: want them in falling order and none 0", stay, near, far)
	}
	if x := g.likelier("b", "c"); x != 1 {
		t.Errorf("where nothing was counted: %g, want 1", x)
	}
	if x := g.likelier("gone", "c"); x != 1 {
		t.Errorf("from a topic that is no more: %g, want 1", x)
	}
}

func TestShorten(t *testing.T) {
	lines := func(ids ...string) []Helpline {
		var list []Helpline
		for _, id := range ids {
			list = append(list, Helpline{ID: id})
		}
		return list
	}
	names := func(list []Helpline) string {
		s := ""
		for _, l := range list {
			s += l.ID
		}
		return s
	}
	for _, c := range []struct {
		list []Helpline
		keep []string
		want string
	}{
		{lines("a", "b", "c", "d", "e", "f"), []string{"f", "a"}, "abcf"},
		{lines("a", "b", "c", "d", "e", "f"), []string{"e", "f"}, "abef"},
		{lines("a", "b", "c", "d", "e"), []string{"missing"}, "abcd"},
		{lines("a", "b"), []string{"b"}, "ab"},
		{nil, []string{"b"}, ""},
	} {
		if got := names(shorten(c.list, c.keep)); got != c.want {
			t.Errorf("of %s, keeping %v: %s, want %s", names(c.list), c.keep, got, c.want)
		}
	}
}
