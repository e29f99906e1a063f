package conversation

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// maxText is how many bytes of a message are looked at: Discord allows 4,000
// characters, and a question says what it is about long before that.
const maxText = 16000

// Reply takes one turn. It always replies: what cannot be understood is handed
// over to people, never guessed. The returned session holds slots only.
func (e *Engine) Reply(_ context.Context, t Turn) (Reply, Session) {
	text := t.Text
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	guess := e.identify.Identify(text)
	code := e.replyLanguage(guess, t)
	session := t.Session
	session.Language = code

	if slug := e.chosen(text, session); slug != "" {
		return e.answer(slug, 1, nil, code, session, t.Now)
	}
	said := e.slots(text, code)
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return e.small("nonsense", 1, nil, code, session, t.Now)
	}
	search := code
	if guess.Code.Valid() {
		search = guess.Code
	}
	ranked := e.rank(text, search, said, session)
	limits := e.limits
	foreign := guess.Code == "" && guess.Other != ""
	if foreign {
		limits.Answer, limits.Picked = max(limits.Answer, foreignAnswer), max(limits.Picked, foreignAnswer)
	}
	reply, session := e.decide(ranked, said, limits, code, session, t.Now)
	if foreign {
		e.speakers(&reply, guess.Other, t.Now)
	}
	return reply, session
}

// foreignAnswer is how sure a topic must be to be answered when the message is in
// a language the finder was not trained on.
const foreignAnswer = 0.85

// speakers says that the bot does not speak the language of the message, and puts
// the services first that do.
func (e *Engine) speakers(r *Reply, other string, now time.Time) {
	r.Notices = append([]Notice{{NoticeLanguage, e.words.Text(r.Language, "notice.language", nil)}}, r.Notices...)
	var list []Helpline
	for _, id := range e.base.ServiceIDs {
		s := e.base.Services[id]
		if len(list) == 2 || s.Prefecture != "" || !slices.Contains(s.OtherLanguages, other) {
			continue
		}
		if l, ok := e.line(s, r.Language, now); ok && !slices.ContainsFunc(r.Helplines, func(h Helpline) bool { return h.ID == id }) {
			l.Note = joinNotes(l.Note, e.words.Text(r.Language, "helpline.your-language", nil))
			list = append(list, l)
		}
	}
	for i := range r.Helplines {
		if s := e.base.Services[r.Helplines[i].ID]; s != nil && slices.Contains(s.OtherLanguages, other) {
			r.Helplines[i].Note = joinNotes(r.Helplines[i].Note, e.words.Text(r.Language, "helpline.your-language", nil))
		}
	}
	list = append(list, r.Helplines...)
	r.Helplines = list[:min(len(list), maxHelplines)]
}

// replyLanguage is the language of the message when it is one of the four; when it
// cannot be told, the one the person chose, then the one of the last turn, then
// that of their Discord, then English.
func (e *Engine) replyLanguage(g language.Guess, t Turn) language.Code {
	switch {
	case g.Code.Valid():
		return g.Code
	case t.Chosen && t.Language.Valid():
		return t.Language
	case t.Session.Language.Valid():
		return t.Session.Language
	case t.Language.Valid():
		return t.Language
	}
	return language.English
}

// chosen returns the topic when the message answers a choice by its number.
func (e *Engine) chosen(text string, s Session) string {
	if len(s.Choices) == 0 || len(text) > 40 {
		return ""
	}
	n := 0
	for _, r := range fold(text) {
		switch {
		case r >= '0' && r <= '9':
			if n != 0 {
				return ""
			}
			n = int(r - '0')
		case unicode.IsLetter(r) && !strings.ContainsRune("番目sothnumber", r):
			return ""
		}
	}
	if n >= 1 && n <= len(s.Choices) {
		return s.Choices[n-1]
	}
	return ""
}

// graver is how near a grave topic must come to the best one to be answered first.
const graver = 0.7

// decide takes the outcome from the ranking.
func (e *Engine) decide(r ranking, said slots, limits Limits, code language.Code, s Session, now time.Time) (Reply, Session) {
	best, few := 0.0, 0.0
	if len(r.topics) > 0 {
		best = r.topics[0].Score
	}
	if len(r.topics) > 1 && r.topics[1].Score >= graver*r.topics[0].Score {
		// Of two that may equally be meant, danger goes first; the other is offered with
		// it, so that it is enough to be sure of the two together.
		first, second := e.base.Topics[r.topics[0].Topic], e.base.Topics[r.topics[1].Topic]
		if first != nil && second != nil && second.Urgent && !first.Urgent {
			r.topics[0], r.topics[1] = r.topics[1], r.topics[0]
			best += r.topics[0].Score
		}
	}
	for i, c := range r.topics {
		if i < 4 {
			few += c.Score
		}
	}
	outside := r.near + r.out
	switch {
	case len(r.topics) > 0 && slices.Contains(s.Choices, r.topics[0].Topic):
		limits.Answer = min(limits.Answer, limits.Picked)
	case len(r.topics) > 0 && r.alone != r.topics[0].Topic && s.spokenOf() != "":
		limits.Answer = max(limits.Answer, limits.Follow)
	}
	e.remember(&s, said, r)
	var reply Reply
	switch {
	case r.chatScore >= limits.Chat && r.chatScore > best:
		reply, s = e.small(r.chat, r.chatScore, r.topics, code, s, now)
	case outside >= limits.Outside && outside > best, outside > few && outside > r.chatScore:
		id := "handover.out"
		if r.near > r.out {
			id = "handover.near"
		}
		reply, s = e.handOver(id, r.topics, code, s, now)
	case best >= limits.Answer:
		reply, s = e.answer(r.topics[0].Topic, best, r.topics, code, s, now)
	case few >= limits.Choose && few > outside+r.chatScore:
		reply, s = e.choose(r.topics, code, s)
		if len(reply.Choices) == 0 { // all of them are suspended
			reply, s = e.handOver("handover.text", r.topics, code, s, now)
		}
	default:
		reply, s = e.handOver("handover.text", r.topics, code, s, now)
	}
	reply.Prefectures = e.meant(reply, said, s)
	return reply, s
}

// remember puts what was named into the session; the latest prefecture first.
func (e *Engine) remember(s *Session, said slots, _ ranking) {
	if said.status != "" {
		s.Status = said.status
	}
	if said.field != "" {
		s.Field = said.field
	}
	if len(said.prefectures) > 0 {
		list := slices.Clone(said.prefectures)
		for _, p := range s.Prefectures {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
		s.Prefectures = list[:min(len(list), 5)]
	}
}

// meant returns the prefectures of this turn: those named, or, for a topic whose
// answer changes with the place, those of the conversation.
func (e *Engine) meant(r Reply, said slots, s Session) []string {
	t := e.base.Topics[r.Topic]
	switch {
	case t == nil || !t.UsesPlace():
		return said.prefectures
	case t.ComparesPlaces() && len(said.prefectures) < 2 && len(s.Prefectures) >= 2:
		return s.Prefectures[:2]
	case len(said.prefectures) == 0 && len(s.Prefectures) > 0:
		return s.Prefectures[:1]
	}
	return said.prefectures
}

// Topic answers a topic by its slug, for buttons and look-ups. ok is false when
// there is no such topic.
func (e *Engine) Topic(slug string, code language.Code, s Session, now time.Time) (Reply, bool) {
	if e.base.Topics[slug] == nil {
		return Reply{}, false
	}
	r, _ := e.answer(slug, 1, nil, code, s, now)
	return r, true
}

// answer renders a topic for the session's slots.
func (e *Engine) answer(slug string, confidence float64, ranked []Candidate, code language.Code, s Session, now time.Time) (Reply, Session) {
	if e.suspended(mendedTopic, slug) {
		return e.withheld(slug, code, s, now)
	}
	t := e.base.Topics[slug]
	asked := knowledge.Asked{Language: code, Now: now, Status: s.Status, Field: s.Field}
	switch {
	case t.ComparesPlaces():
		asked.Prefectures = s.Prefectures
	case t.UsesPlace() && len(s.Prefectures) > 0:
		asked.Prefectures = s.Prefectures[:1]
	}
	out, err := e.base.Render(t, asked)
	if err != nil {
		// check renders every answer, so this is a fault of ours: own up to it.
		return e.failed(code, s, now)
	}
	r := Reply{Language: code, Outcome: Answer, Topic: slug, Topics: top(slug, confidence, ranked), Confidence: round(confidence),
		Urgent: t.Urgent, Sensitive: t.Sensitive || t.Urgent, Title: out.Title, Short: e.withhold(out.Short, code), Prefectures: asked.Prefectures}
	for _, sec := range out.Sections {
		r.Sections = append(r.Sections, Section{Kind: SectionKind(sec.Name), Heading: e.words.Text(code, "section."+sec.Name, nil), Text: e.withhold(sec.Text, code)})
	}
	for _, p := range out.Phrases {
		r.Phrases = append(r.Phrases, Phrase(p))
	}
	r.Helplines = e.Helplines(code, slug, now)
	if t.Urgent {
		r.Lead = e.lead(code, r.Helplines)
	}
	e.renamed(&r, now)
	e.sources(&r, t, out.Facts, now)
	relate := func(slug string) {
		if o, ok := e.option(slug, code); ok && len(r.Related) < 5 && !slices.Contains(r.Related, o) {
			r.Related = append(r.Related, o)
		}
	}
	// What may have been meant instead is offered before what is related.
	for _, c := range ranked {
		if c.Topic != slug && c.Score >= alsoMeant {
			relate(c.Topic)
		}
	}
	for _, rel := range t.Related {
		relate(rel)
	}
	return r, s.Answered(slug)
}

// alsoMeant is how likely another topic must be to be offered with an answer.
const alsoMeant = 0.12

// top returns at most five candidates, the answered one first.
func top(slug string, confidence float64, ranked []Candidate) []Candidate {
	list := []Candidate{{slug, round(confidence)}}
	for _, c := range ranked {
		if c.Topic != slug && len(list) < 5 {
			list = append(list, Candidate{c.Topic, round(c.Score)})
		}
	}
	return list
}

func round(p float64) float64 { return math.Round(min(max(p, 0), 1)*1000) / 1000 }

func (e *Engine) option(slug string, code language.Code) (Option, bool) {
	t := e.base.Topics[slug]
	if t == nil || t.Answers[code] == nil || e.suspended(mendedTopic, slug) {
		return Option{}, false
	}
	return Option{slug, t.Answers[code].Title}, true
}

func candidates(ranked []Candidate) []Candidate {
	var list []Candidate
	for _, c := range ranked[:min(len(ranked), 5)] {
		list = append(list, Candidate{c.Topic, round(c.Score)})
	}
	return list
}

func (e *Engine) choose(ranked []Candidate, code language.Code, s Session) (Reply, Session) {
	r := Reply{Language: code, Outcome: Choose, Topics: candidates(ranked),
		Title: e.words.Text(code, "choose.title", nil), Short: e.words.Text(code, "choose.text", nil)}
	s.Likely, s.Choices = "", nil
	for i, c := range ranked[:min(len(ranked), 4)] {
		// Offer what is at least a fifth as likely as the best.
		if o, ok := e.option(c.Topic, code); ok && (i < 2 || c.Score*5 >= ranked[0].Score) {
			r.Choices = append(r.Choices, o)
			s.Choices = append(s.Choices, c.Topic)
		}
	}
	if len(s.Choices) > 0 {
		s.Likely = s.Choices[0]
	}
	if len(ranked) > 0 {
		r.Confidence = round(ranked[0].Score)
	}
	for _, c := range r.Choices {
		if t := e.base.Topics[c.Topic]; t.Sensitive || t.Urgent {
			r.Sensitive = true
		}
	}
	return r, s
}

// HandOver says that the answer is not known and who may know it.
func (e *Engine) HandOver(code language.Code, s Session, now time.Time) Reply {
	r, _ := e.handOver("handover.text", nil, code, s, now)
	return r
}

func (e *Engine) handOver(id string, ranked []Candidate, code language.Code, s Session, now time.Time) (Reply, Session) {
	r := Reply{Language: code, Outcome: HandOver, Topics: candidates(ranked),
		Title: e.words.Text(code, "handover.title", nil), Short: e.words.Text(code, id, nil)}
	if len(ranked) > 0 {
		r.Confidence = round(ranked[0].Score)
	}
	s.Likely, s.Choices = "", nil
	if id == "handover.text" {
		for _, c := range ranked[:min(len(ranked), 3)] {
			if o, ok := e.option(c.Topic, code); ok && c.Score >= farFetched {
				r.Choices = append(r.Choices, o)
				s.Choices = append(s.Choices, c.Topic)
			}
		}
		// Not understood may be something grave: do not show it to others.
		r.Sensitive = true
	}
	if id != "handover.out" {
		r.Helplines = e.Helplines(code, "", now)
	}
	return r, s
}

// farFetched is how unlikely a topic is that is not even offered as perhaps meant.
const farFetched = 0.02

func (e *Engine) small(slug string, confidence float64, ranked []Candidate, code language.Code, s Session, now time.Time) (Reply, Session) {
	for _, small := range e.base.Chat {
		if small.Slug == slug {
			r := Reply{Language: code, Outcome: Chat, Talk: slug, Topics: candidates(ranked), Confidence: round(confidence), Short: small.Replies[code]}
			if slug == "illegal" {
				r.Helplines, r.Sensitive = e.Helplines(code, "", now), true
			}
			return r, s
		}
	}
	return e.handOver("handover.text", ranked, code, s, now)
}

// Talk gives a small talk again by its slug, for a reply that was held back. ok is
// false when there is no such small talk.
func (e *Engine) Talk(slug string, code language.Code, now time.Time) (r Reply, ok bool) {
	r, _ = e.small(slug, 1, nil, code, Session{}, now)
	return r, r.Outcome == Chat
}

func (e *Engine) failed(code language.Code, s Session, now time.Time) (Reply, Session) {
	return Reply{Language: code, Outcome: HandOver, Title: e.words.Text(code, "failed.title", nil),
		Short: e.words.Text(code, "failed.text", nil), Helplines: e.Helplines(code, "", now)}, s
}
