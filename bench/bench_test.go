package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The rows are our own; each label has texts with words in common.
const rows = `1	alarm_set	alarm	wake me at seven in the morning
2	alarm_set	alarm	set an alarm for six in the morning
3	alarm_set	alarm	please wake me at noon with an alarm
4	weather_query	weather	will it rain in osaka tomorrow
5	weather_query	weather	how is the weather in tokyo
6	weather_query	weather	is it going to rain this weekend
7	play_music	play	play some quiet music
8	play_music	play	put on a song by my favourite band
9	play_music	play	play a song for me
`

func TestContract(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	train := write("en.train.tsv", rows)
	test := write("en.test.tsv", "90\talarm_set\talarm\twake me with an alarm\n91\tweather_query\tweather\train in tokyo\n92\tplay_music\tplay\tplay my song\n")
	ids := write("ids.txt", "1\n2\n4\n5\n7\n9\n")
	for _, c := range []struct {
		name  string
		args  []string
		texts int
		right int // at least
	}{
		{"all", nil, 9, 3},
		{"some ids", []string{"-ids", ids}, 6, 2},
		{"compact", []string{"-compact", "-lang", "en"}, 9, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(context.Background(), append([]string{"-train", train, "-test", test, "-json"}, c.args...), &out); err != nil {
				t.Fatal(err)
			}
			var got report
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Engine != "madoguchi" || got.Lang != "en" || got.Texts != c.texts || got.Labels != 3 || got.Total != 3 {
				t.Errorf("report %+v", got)
			}
			if got.Correct < c.right || got.Accuracy != float64(got.Correct)/3 {
				t.Errorf("%d right of 3, accuracy %g", got.Correct, got.Accuracy)
			}
			if got.Mean <= 0 || got.P99 < got.Mean/10 || got.PerSecond <= 0 {
				t.Errorf("times %+v", got.result)
			}
			if len(got.Peers) != 3 {
				t.Fatalf("%d peers, want 3", len(got.Peers))
			}
			for _, p := range got.Peers {
				if p.Accuracy < 0.6 {
					t.Errorf("%s: accuracy %g", p.Engine, p.Accuracy)
				}
			}
		})
	}
}

func TestBleveReadsBurmese(t *testing.T) {
	p := &blevePeer{vote: 1}
	learn := []utterance{
		{intent: "a", text: "မနက်ဖြန် ရာသီဥတု", lang: "my"},
		{intent: "b", text: "သီချင်း ဖွင့်ပေးပါ", lang: "my"},
	}
	if err := p.train(context.Background(), learn); err != nil {
		t.Fatal(err)
	}
	got, err := p.rank("သီချင်းဖွင့်", "my")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 || got[0] != "b" {
		t.Errorf("found %v, want b first", got)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{}, {"-train", "absent", "-test", "absent"}, {"-peers", "x"}} {
		if err := run(context.Background(), args, &bytes.Buffer{}); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

func TestGuess(t *testing.T) {
	for text, want := range map[string]string{"play a song": "en", "明日の天気": "ja", "thời tiết ngày mai": "vi", "ရာသီဥတု": "my"} {
		if got := guess([]utterance{{text: text}}); string(got) != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
