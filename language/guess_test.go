package language

import (
	"bufio"
	"encoding/json"
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
