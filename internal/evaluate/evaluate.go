// Package evaluate scores the bot on labelled questions and dialogues: whether the
// right topic comes first or among the first three, whether it answers, asks back
// or hands over when it should, and whether the language is right.
package evaluate

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"time"

	"madoguchi/conversation"
	"madoguchi/language"
)

// Question is one labelled message.
type Question struct {
	ID          string        `json:"id"`
	Lang        language.Code `json:"lang"`
	Style       string        `json:"style"`
	Text        string        `json:"text"`
	Topics      []string      `json:"topics"` // acceptable, best first
	Prefectures []string      `json:"prefectures"`
	Scope       string        `json:"scope"` // in, near, out, chat, hostile
	Unicode     string        `json:"unicode"`
}

// Dialogue is a conversation: later turns lean on earlier ones.
type Dialogue struct {
	ID    string     `json:"id"`
	Turns []Question `json:"turns"`
}

// Set is what a file of questions or dialogues holds.
type Set struct {
	Questions []Question
	Dialogues []Dialogue
}

// Read adds the lines of r to the set. A line with turns is a dialogue. Errors name
// the file and line.
func (s *Set) Read(name string, r io.Reader) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for line := 1; in.Scan(); line++ {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		var v struct {
			Question
			Turns []Question `json:"turns"`
		}
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
		switch {
		case len(v.Turns) > 0:
			s.Dialogues = append(s.Dialogues, Dialogue{v.ID, v.Turns})
		case v.Text != "":
			s.Questions = append(s.Questions, v.Question)
		default:
			return fmt.Errorf("%s:%d: neither text nor turns", name, line)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// Answerer takes a turn; conversation.Engine is one.
type Answerer interface {
	Reply(ctx context.Context, t conversation.Turn) (conversation.Reply, conversation.Session)
}

// Result is what came of one message.
type Result struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"`
	Lang       language.Code `json:"lang"`
	Style      string        `json:"style,omitempty"`
	Scope      string        `json:"scope"`
	Want       []string      `json:"want,omitempty"`
	Got        []string      `json:"got,omitempty"` // ranked topics
	Outcome    string        `json:"outcome"`
	Confidence float64       `json:"confidence"`
	Language   language.Code `json:"language"`
	First      bool          `json:"first"`   // best topic acceptable
	Third      bool          `json:"third"`   // an acceptable topic among the first three
	Right      bool          `json:"right"`   // the person was served rightly
	Prefect    bool          `json:"prefect"` // prefectures as labelled
	Dialogue   bool          `json:"dialogue,omitempty"`
	Micros     float64       `json:"micros"`
}

// Run scores the set as of a moment. Only questions whose best topic is in the
// knowledge (known) are scored for topics; the others are counted as skipped.
func Run(ctx context.Context, a Answerer, set Set, now time.Time, known func(string) bool) Report {
	var rep Report
	covered := func(q Question) bool { return len(q.Topics) == 0 || slices.ContainsFunc(q.Topics, known) }
	for _, q := range set.Questions {
		if !covered(q) {
			rep.Skipped++
			continue
		}
		r, _ := turn(ctx, a, q, conversation.Session{}, now)
		rep.Results = append(rep.Results, r)
	}
	for _, d := range set.Dialogues {
		var s conversation.Session
		for i, q := range d.Turns {
			q.ID = fmt.Sprintf("%s/%d", d.ID, i+1)
			var r Result
			r, s = turn(ctx, a, q, s, now)
			if !covered(q) {
				rep.Skipped++
				continue
			}
			r.Dialogue = true
			rep.Results = append(rep.Results, r)
		}
	}
	return rep
}

func turn(ctx context.Context, a Answerer, q Question, s conversation.Session, now time.Time) (Result, conversation.Session) {
	start := time.Now()
	reply, s := a.Reply(ctx, conversation.Turn{Text: q.Text, Session: s, Now: now})
	r := Result{ID: q.ID, Text: q.Text, Lang: q.Lang, Style: q.Style, Scope: q.Scope, Want: q.Topics,
		Outcome: string(reply.Outcome), Confidence: reply.Confidence, Language: reply.Language,
		Micros: float64(time.Since(start).Microseconds())}
	for _, c := range reply.Topics {
		r.Got = append(r.Got, c.Topic)
	}
	hit := func(n int) bool {
		return slices.ContainsFunc(r.Got[:min(n, len(r.Got))], func(g string) bool { return slices.Contains(q.Topics, g) })
	}
	r.Prefect = sameSet(reply.Prefectures, q.Prefectures)
	if q.Scope == "in" {
		r.First, r.Third = hit(1), hit(3)
		offered := slices.ContainsFunc(reply.Choices, func(o conversation.Option) bool { return slices.Contains(q.Topics, o.Topic) })
		r.Right = reply.Outcome == conversation.Answer && slices.Contains(q.Topics, reply.Topic) || reply.Outcome == conversation.Choose && offered
	} else {
		r.Right = reply.Outcome != conversation.Answer
	}
	return r, s
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	sort.Strings(a)
	sort.Strings(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
