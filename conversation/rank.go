package conversation

import (
	"math"
	"slices"
	"sort"
	"strings"

	"madoguchi/knowledge/find"
	"madoguchi/language"
)

// ranking is what the finder thinks of a message, with the conversation weighed in.
type ranking struct {
	topics    []Candidate // best first, probabilities
	chat      string      // best small talk
	chatScore float64
	near, out float64
	leaning   leaning
	alone     string // the best label of the message without what was said before
}

// Shares of the finder's opinions on a message that leans on what was said. The rest
// is that on the message alone.
const (
	shareAfter = 0.5 // as it learned from what people type after the last topic
	shareTitle = 0.3 // with the last topic's title before it
)

// rank asks the finder three times when there is a conversation: for the message
// alone, for the message as one written after the last topic, and for the message with
// that topic's title before it, since "where do I apply?" means something only after
// that. The less the message leans on what was said, the more the first counts.
func (e *Engine) rank(text string, code language.Code, said slots, s Session) ranking {
	r := ranking{leaning: e.lean(text, said, s)}
	score := map[string]float64{}
	for i, c := range e.finder.FindAfter("", text, code) {
		score[c.Label] = c.Score
		if i == 0 {
			r.alone = c.Label
		}
	}
	if before := s.spokenOf(); before != "" && len(score) > 0 {
		title, after := shareTitle*r.leaning.context, shareAfter*r.leaning.context
		score = mix(score, e.finder.FindAfter(before, text, code), after/(1-title), unlikely)
		score = mix(score, e.finder.FindAfter("", e.withTitle(before, text, code, s), code), title, titleDoubt)
	}
	total := 0.0
	for label, p := range score {
		switch {
		case strings.HasPrefix(label, chatPrefix):
			if p > r.chatScore {
				r.chat, r.chatScore = strings.TrimPrefix(label, chatPrefix), p
			}
		case label == outsideNear:
			r.near = p
		case label == outsideOther:
			r.out = p
		case e.base.Topics[label] == nil:
			// Learned from knowledge that has changed since.
		default:
			p *= e.prior(label, r.leaning, s)
			if label == e.profile && len(said.prefectures) > 0 {
				p *= placeNamed
			}
			r.topics = append(r.topics, Candidate{label, p})
		}
		total += p
	}
	if (s.spokenOf() != "" || len(said.prefectures) > 0) && total > 0 {
		for i := range r.topics {
			r.topics[i].Score /= total
		}
		r.chatScore, r.near, r.out = r.chatScore/total, r.near/total, r.out/total
	}
	e.follows(&r, text, said, s)
	sort.SliceStable(r.topics, func(i, j int) bool {
		if r.topics[i].Score != r.topics[j].Score {
			return r.topics[i].Score > r.topics[j].Score
		}
		return r.topics[i].Topic < r.topics[j].Topic
	})
	return r
}

// placeNamed is how much likelier the profile of a prefecture is when one is named.
const placeNamed = 2.5

const (
	// unlikely is the probability of a label that the finder did not name.
	unlikely = 1e-6
	// titleDoubt is the least probability of any label for a message with a title before
	// it: the title, which was learned word for word, would outshout the message.
	titleDoubt = 0.01
)

// mix weighs two opinions geometrically; share is that of the second, and floor the
// least probability it may give a label.
func mix(first map[string]float64, second []find.Candidate, share, floor float64) map[string]float64 {
	out := map[string]float64{}
	for label := range first {
		out[label] = unlikely
	}
	for _, c := range second {
		out[c.Label] = c.Score
	}
	total := 0.0
	for label, p := range out {
		p = math.Pow(max(first[label], unlikely), 1-share) * math.Pow(max(p, floor), share)
		out[label] = p
		total += p
	}
	for label := range out {
		out[label] /= total
	}
	return out
}

// withTitle is the message with the title of a topic before it.
func (e *Engine) withTitle(slug, text string, code language.Code, s Session) string {
	t := e.base.Topics[slug]
	if t == nil || t.Answers[code] == nil {
		return text
	}
	again := t.Answers[code].Title + " " + text
	if name := e.statusWord[s.Status][code]; name != "" {
		again = name + " " + again
	}
	return again
}

// prior is how much likelier a topic is for what was said before.
func (e *Engine) prior(label string, l leaning, s Session) float64 {
	switch {
	case slices.Contains(s.Choices, label):
		return l.choice
	case s.spokenOf() == "":
		return 1
	case label == s.Topic && l.leaves:
		return notMeant
	}
	return math.Pow(e.going.likelier(s.spokenOf(), label), l.going)
}

// notMeant is how likely the last topic is when the person says it was not meant.
const notMeant = 0.1

// follows applies what a follow-up says only by its slots: another prefecture for
// the same topic, another status for the same matter.
func (e *Engine) follows(r *ranking, text string, said slots, s Session) {
	before := s.spokenOf()
	t := e.base.Topics[before]
	switch {
	case t == nil || r.leaning.context < 1:
	case said.status != "" && e.families[before][said.status] != "" && said.rest <= maxElliptical:
		e.raise(r, e.families[before][said.status])
	case len(s.Prefectures)+len(said.prefectures) > 1 && e.compares(text):
		e.raise(r, e.comparison)
	case len(said.prefectures) > 0 && t.UsesPlace() && (said.rest <= 2 || said.rest <= 4 && e.follow.leans(fold(text))):
		e.raise(r, before)
	case said.rest == 0 && (said.field != "" || said.status != ""):
		e.raise(r, before)
	}
}

// raise makes a topic the answer of a follow-up unless something else is very sure.
func (e *Engine) raise(r *ranking, slug string) {
	if e.base.Topics[slug] == nil {
		return
	}
	const sure = 0.85
	r.chatScore, r.near, r.out = r.chatScore*(1-sure), r.near*(1-sure), r.out*(1-sure)
	found := false
	for i := range r.topics {
		r.topics[i].Score *= 1 - sure
		if r.topics[i].Topic == slug {
			r.topics[i].Score += sure
			found = true
		}
	}
	if !found {
		r.topics = append(r.topics, Candidate{slug, sure})
	}
}
