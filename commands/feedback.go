package commands

import (
	"context"
	"time"

	"madoguchi/store"
)

const (
	// feedbackLife is how long it is remembered which answers a person has judged, so
	// that one person counts once.
	feedbackLife = 30 * 24 * time.Hour
	maxVotes     = 60
)

// Verdicts on an answer, as counted. The reasons say what an unhelpful one lacks.
const (
	helpful   = "helpful"
	unhelpful = "unhelpful"
)

func reasons() []string { return []string{"wrong", "unclear", "old", "other"} }

// votes is which answers a person has judged, and how: the record of KindFeedback.
type votes struct {
	Votes []vote `json:"v"`
}

type vote struct {
	Answer  string `json:"a"` // "<topic>/<language>"
	Verdict string `json:"j"` // helpful, unhelpful, or a reason
}

// good is the button "helpful".
func (r *Router) good() action {
	return action{name: "good", handle: func(ctx context.Context, v *visit) (Response, error) {
		return r.judged(ctx, v, helpful, feedbackThanks)
	}}
}

// bad is the button "not helpful", which asks what is wrong.
func (r *Router) bad() action {
	return action{name: "bad", handle: func(ctx context.Context, v *visit) (Response, error) {
		return r.judged(ctx, v, unhelpful, feedbackReasons)
	}}
}

// reason is the menu of what is wrong.
func (r *Router) reason() action {
	return action{name: "reason", handle: func(ctx context.Context, v *visit) (Response, error) {
		for _, reason := range reasons() {
			if len(v.Values) == 1 && v.Values[0] == reason {
				return r.judged(ctx, v, reason, feedbackThanks)
			}
		}
		return Response{}, errVersion
	}}
}

// judged counts a verdict and draws the answer again with thanks, or the question what
// is wrong, in place of the buttons.
func (r *Router) judged(ctx context.Context, v *visit, verdict string, f feedback) (Response, error) {
	s := r.subjectOf(v.Action)
	reply, err := r.again(ctx, v, s)
	if err != nil {
		return Response{}, err
	}
	r.vote(ctx, v, reply.Topic+"/"+string(reply.Language), verdict)
	card := r.brief(ctx, v, reply, s.in(reply.Language), mood{feedback: f})
	return Response{Card: &card}, nil
}

func (r *Router) reasonMenu(s subject) Menu {
	m := Menu{Action: s.do("reason"), Placeholder: r.say(s.Code, "feedback.what")}
	for _, reason := range reasons() {
		m.Options = append(m.Options, MenuOption{Label: r.say(s.Code, "feedback."+reason), Value: reason})
	}
	return m
}

// vote counts a verdict so that one person counts once for an answer: a change of mind
// moves the count. While the store is away nothing is counted.
func (r *Router) vote(ctx context.Context, v *visit, answer, verdict string) {
	var all votes
	r.recall(ctx, v, store.KindFeedback, &all)
	if v.Forgetful {
		return
	}
	before := ""
	for i, old := range all.Votes {
		if old.Answer == answer {
			before = old.Verdict
			all.Votes = append(all.Votes[:i], all.Votes[i+1:]...)
			break
		}
	}
	if before == verdict || before != "" && before != helpful && verdict == unhelpful {
		return // the same again, or "not helpful" after having said why
	}
	all.Votes = append(all.Votes, vote{answer, verdict})
	all.Votes = all.Votes[max(len(all.Votes)-maxVotes, 0):]
	if !r.keep(ctx, v, store.KindFeedback, all, feedbackLife) {
		return // counting it would count the next press again
	}
	change := map[string]int64{}
	for _, field := range counted(before) {
		change[field]--
	}
	for _, field := range counted(verdict) {
		change[field]++
	}
	for field, delta := range change {
		if delta != 0 {
			r.count(ctx, v, CountFeedback, answer+"/"+field, delta)
		}
	}
}

// counted returns the fields a verdict counts in: a reason is a kind of unhelpful.
func counted(verdict string) []string {
	switch verdict {
	case "":
		return nil
	case helpful, unhelpful:
		return []string{verdict}
	}
	return []string{unhelpful, verdict}
}
