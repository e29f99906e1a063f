package language

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIdentifyDevelopmentRows(t *testing.T) {
	tests := []struct {
		name string
		want Code
		min  float64
	}{
		{"en", English, 0.999},
		{"ja", Japanese, 0.999},
		{"vi", Vietnamese, 0.999},
		{"my", Burmese, 0.999},
		{"vi_nomarks", Vietnamese, 0.99},
		{"ja_kanji_real", Japanese, 1},
		{"ja_kanji_cut", Japanese, 0.99},
	}
	id := NewIdentifier()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			right, all, shown := 0, 0, 0
			for _, row := range rows(t, "data/lid/"+tt.name+".tsv") {
				all++
				g := id.Identify(row[1])
				if g.Code == tt.want {
					right++
				} else if shown++; shown <= 40 {
					t.Logf("%s: %+v", row[1], g)
				}
			}
			share := float64(right) / float64(all)
			t.Logf("%d of %d right (%.2f %%)", right, all, 100*share)
			if share < tt.min {
				t.Errorf("%.2f %% right, want at least %.2f %%", 100*share, 100*tt.min)
			}
		})
	}
}

func TestIdentifyQuestions(t *testing.T) {
	type turn struct{ ID, Text, Lang, Style string }
	id := NewIdentifier()
	check := func(id *Identifier, q turn) {
		want := Code(q.Lang)
		if countScripts(withoutMarkup(q.Text)).all == 0 {
			want = "" // emoji only
		}
		g := id.Identify(q.Text)
		if g.Code != want {
			t.Errorf("%s %q: %+v, want %q", q.ID, q.Text, g, want)
		}
		if g.Zawgyi != (q.Style == "zawgyi") {
			t.Errorf("%s %q: Zawgyi %v", q.ID, q.Text, g.Zawgyi)
		}
		if (q.Style == "romaji" || q.Style == "latin") && !g.Latin {
			t.Errorf("%s %q: not said to be in Latin letters", q.ID, q.Text)
		}
	}
	n := 0
	for _, name := range []string{"eval/questions.jsonl", "eval/dialogues.jsonl"} {
		sc := bufio.NewScanner(sharedFile(t, name))
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var q struct {
				turn
				Turns []turn
			}
			if err := json.Unmarshal(sc.Bytes(), &q); err != nil {
				t.Fatal(err)
			}
			if q.Text != "" {
				q.Turns = append(q.Turns, q.turn)
			}
			for _, u := range q.Turns {
				check(id, u)
				n++
			}
		}
	}
	t.Logf("%d texts", n)
}

// dataRows returns the rows of a file in testdata, without comments.
func dataRows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	for _, row := range scanRows(t, f) {
		if !strings.HasPrefix(row[0], "#") {
			out = append(out, row)
		}
	}
	return out
}

func TestIdentifyTurnsAwayOtherLanguages(t *testing.T) {
	id := NewIdentifier()
	all, away, named := 0, 0, 0
	for _, row := range dataRows(t, "other.tsv") {
		all++
		g := id.Identify(row[1])
		if g.Code == "" && g.Other != "" {
			away++
		} else {
			t.Logf("%s taken for ours: %q %+v", row[0], row[1], g)
		}
		if g.Other == row[0] {
			named++
		}
	}
	t.Logf("%d of %d turned away (%.1f %%), %d named right", away, all, 100*float64(away)/float64(all), named)
	if float64(away) < 0.99*float64(all) {
		t.Errorf("%d of %d turned away, want 99 %%", away, all)
	}
	if float64(named) < 0.8*float64(all) {
		t.Errorf("%d of %d named right, want 80 %%", named, all)
	}
}

func TestIdentifyHardMessages(t *testing.T) {
	id := NewIdentifier()
	all, right := 0, 0
	for _, row := range dataRows(t, "ours.tsv") {
		all++
		g := id.Identify(row[2])
		ok := string(g.Code) == row[0] && g.Zawgyi == (row[1] == "zawgyi")
		if row[0] == "" {
			ok = ok && g.Other == ""
		}
		if row[1] == "romaji" || row[1] == "latin" {
			ok = ok && g.Latin
		}
		if ok {
			right++
		} else {
			t.Logf("%s %s %q: %+v", row[0], row[1], row[2], g)
		}
	}
	t.Logf("%d of %d right", right, all)
	if float64(right) < 0.97*float64(all) {
		t.Errorf("%d of %d right, want 97 %%", right, all)
	}
}
