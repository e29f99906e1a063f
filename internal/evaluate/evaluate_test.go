package evaluate

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/conversation"
)

// scripted answers each text with a reply made beforehand.
type scripted map[string]conversation.Reply

func (s scripted) Reply(_ context.Context, t conversation.Turn) (conversation.Reply, conversation.Session) {
	r := s[t.Text]
	session := t.Session
	if r.Topic != "" {
		session.Topic = r.Topic
	}
	return r, session
}

func ranked(slugs ...string) (list []conversation.Candidate) {
	for i, s := range slugs {
		list = append(list, conversation.Candidate{Topic: s, Score: 0.9 / float64(i+1)})
	}
	return list
}

const lines = `{"id":"a","lang":"en","text":"right","topics":["x","y"],"prefectures":["13"],"scope":"in"}
{"id":"b","lang":"ja","text":"second","topics":["x"],"prefectures":[],"scope":"in"}

{"id":"c","lang":"en","text":"offered","topics":["x"],"prefectures":[],"scope":"in"}
{"id":"d","lang":"vi","text":"recipe","topics":[],"prefectures":[],"scope":"out"}
{"id":"e","lang":"my","text":"answered though out","topics":[],"prefectures":[],"scope":"out"}
{"id":"f","lang":"en","text":"unknown topic","topics":["z"],"prefectures":[],"scope":"in"}
{"id":"g","turns":[{"text":"right","lang":"en","topics":["x"],"prefectures":[],"scope":"in"},{"text":"second","lang":"en","topics":["y"],"prefectures":[],"scope":"in"}]}
`

func TestScores(t *testing.T) {
	var set Set
	if err := set.Read("lines", strings.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	a := scripted{
		"right":               {Language: "en", Outcome: conversation.Answer, Topic: "y", Topics: ranked("y", "x"), Prefectures: []string{"13"}, Confidence: 0.95},
		"second":              {Language: "ja", Outcome: conversation.Answer, Topic: "y", Topics: ranked("y", "x"), Confidence: 0.55},
		"offered":             {Language: "en", Outcome: conversation.Choose, Topics: ranked("y", "x"), Choices: []conversation.Option{{Topic: "y"}, {Topic: "x"}}},
		"recipe":              {Language: "vi", Outcome: conversation.HandOver},
		"answered though out": {Language: "en", Outcome: conversation.Answer, Topic: "x", Topics: ranked("x"), Confidence: 0.58},
	}
	rep := Run(context.Background(), a, set, time.Time{}, func(s string) bool { return s != "z" })
	if rep.Skipped != 1 {
		t.Errorf("skipped %d, want 1", rep.Skipped)
	}
	rows := map[string]Row{}
	for _, r := range rep.Rows() {
		rows[r.Name] = r
	}
	for _, c := range []struct {
		row  string
		what string
		got  float64
		want float64
	}{
		{"questions", "first", rows["questions"].First, 1.0 / 3},
		{"questions", "third", rows["questions"].Third, 1},
		{"questions", "served", rows["questions"].Served, 2.0 / 3},
		{"questions", "precision", rows["questions"].Precision, 1.0 / 3},
		{"questions", "refused", rows["questions"].Refused, 0.5},
		{"questions", "language", rows["questions"].Language, 0.8},
		{"questions", "places", rows["questions"].Places, 1},
		{"dialogues", "first", rows["dialogues"].First, 0.5},
		{"vi", "first", rows["vi"].First, -1},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s is %g, want %g", c.row, c.what, c.got, c.want)
		}
	}
	if got := rep.Confusions(); !slices.Equal(got, []string{"  3  x → y"}) {
		t.Errorf("confusions %q", got)
	}
	bins := rep.Calibration()
	if len(bins) != 2 || bins[0].Answers != 3 || bins[1].Right != 0.5 {
		t.Errorf("calibration %+v", bins)
	}
}

func TestReadNamesFileAndLine(t *testing.T) {
	for _, text := range []string{"{\"id\":1}\n", "{}\n", "[]\n", "{\"text\":"} {
		var set Set
		err := set.Read("some.jsonl", strings.NewReader("{\"id\":\"a\",\"text\":\"x\"}\n"+text))
		if err == nil || !strings.Contains(err.Error(), "some.jsonl:2") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestCompare(t *testing.T) {
	before := Report{Results: []Result{{ID: "a", Right: true, First: true}, {ID: "b"}, {ID: "c", Right: true}}}
	after := Report{Results: []Result{{ID: "a"}, {ID: "b", Right: true, First: true}, {ID: "c", Right: true}, {ID: "new", Right: true}}}
	var b bytes.Buffer
	after.Compare(&b, before)
	if got := b.String(); !strings.Contains(got, "worse   a") || !strings.Contains(got, "better  b") || !strings.Contains(got, "1 better, 1 worse") || strings.Contains(got, "new") {
		t.Errorf("comparison:\n%s", got)
	}
}
