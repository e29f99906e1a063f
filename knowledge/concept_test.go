package knowledge

import (
	"slices"
	"testing"
)

func TestConcepts(t *testing.T) {
	c := loaded(t).ConceptFinder()
	for _, x := range []struct {
		text string
		want []string
	}{
		{"my boss took my passport", []string{"boss", "passport"}},
		{"社長がパスポートを返してくれない", []string{"boss", "passport", "keep-confiscate"}},
		{"sếp giữ hộ chiếu của em", []string{"boss", "keep-confiscate"}},
		{"cong ty khong tra luong", []string{"unpaid"}},
		{"သူဌေးက ပတ်စပို့ သိမ်းထားတယ်", []string{"boss", "passport", "keep-confiscate"}},
		{"I was harassed and dismissed", []string{"bullying", "fired"}},
		{"nenkin", []string{"pension"}},
		{"minimum wage in Akita", []string{"minimum", "place"}},
		{"kyuryo", []string{"wage"}},
		{"", nil},
	} {
		got := c.Concepts(x.text)
		for _, id := range x.want {
			if !slices.Contains(got, id) {
				t.Errorf("%q: %v, want %s among them", x.text, got, id)
			}
		}
		if x.want == nil && len(got) > 0 {
			t.Errorf("%q: %v", x.text, got)
		}
	}
}

func TestNoNameStandsForTwoConcepts(t *testing.T) {
	b := loaded(t)
	owner := map[string]string{}
	for _, k := range b.ConceptList {
		for _, names := range k.Aliases {
			for _, n := range names {
				n = normalName(n)
				if o := owner[n]; o != "" && o != k.ID {
					t.Errorf("%q stands for %s and %s", n, o, k.ID)
				}
				owner[n] = k.ID
			}
		}
	}
}

func BenchmarkConcepts(b *testing.B) {
	base, err := Load(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	c := base.ConceptFinder()
	for b.Loop() {
		c.Concepts("社長がパスポートを返してくれません。どうすればいいですか my boss keeps my passport in Nagoya")
	}
}
