package find

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/language"
)

// massive reads rows of MASSIVE 1.1 (CC BY 4.0), and skips the test when the data is
// not beside the repository.
func massive(t testing.TB, lang language.Code, split string, only map[string]bool) []Example {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "massive", string(lang)+"."+split+".tsv"))
	if err != nil {
		t.Skip("MASSIVE is not beside the repository: ", err)
	}
	defer f.Close()
	var out []Example
	s := bufio.NewScanner(f)
	for s.Scan() {
		p := strings.Split(s.Text(), "\t")
		if only == nil || only[p[0]] {
			out = append(out, Example{Label: p[1], Lang: lang, Text: p[3]})
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func massiveIDs(t testing.TB, name string) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "massive", name))
	if err != nil {
		t.Skip("MASSIVE is not beside the repository: ", err)
	}
	ids := map[string]bool{}
	for _, id := range strings.Fields(string(data)) {
		ids[id] = true
	}
	return ids
}

// What a linear classifier over character 1- to 5-grams, words and word pairs reaches
// on the development split at 20 texts a label, and one point more (bench/ measures it).
func TestBeatsLinearOnMassive(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for some seconds")
	}
	ids := massiveIDs(t, "ids.k20.txt")
	for lang, least := range map[language.Code]float64{"en": 68.0, "ja": 65.4, "vi": 66.2, "my": 65.1} {
		e, err := Train(context.Background(), massive(t, lang, "train", ids), Options{})
		if err != nil {
			t.Fatal(err)
		}
		dev := massive(t, lang, "dev", nil)
		share := func(change func(string) string) float64 {
			right := 0
			for _, x := range dev {
				if found := e.Find(change(x.Text), lang); len(found) > 0 && found[0].Label == x.Label {
					right++
				}
			}
			return 100 * float64(right) / float64(len(dev))
		}
		got := share(func(s string) string { return s })
		if got < least {
			t.Errorf("%s: %.2f %% right, want %.2f", lang, got, least)
		}
		switch lang {
		case language.Vietnamese:
			if plain := share(language.FoldVietnamese); plain < got-3 {
				t.Errorf("vi: %.2f %% right without marks, %.2f with", plain, got)
			}
		case language.Burmese:
			if zawgyi := share(language.ToZawgyi); zawgyi < got-1 {
				t.Errorf("my: %.2f %% right in Zawgyi, %.2f in Unicode", zawgyi, got)
			}
		}
	}
}

func BenchmarkFind(b *testing.B) {
	ids := massiveIDs(b, "ids.k20.txt")
	for _, lang := range language.Codes() {
		b.Run(string(lang), func(b *testing.B) {
			e, err := Train(context.Background(), massive(b, lang, "train", ids), Options{Size: Compact, Quick: true})
			if err != nil {
				b.Fatal(err)
			}
			dev := massive(b, lang, "dev", nil)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e.Find(dev[i%len(dev)].Text, lang)
			}
		})
	}
}
