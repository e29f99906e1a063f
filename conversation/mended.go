package conversation

import (
	"strings"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// Mended says what moderators changed in the knowledge since the release. kind is
// "topic", "helpline" or "fact".
type Mended interface {
	// Suspended reports whether it must not be shown.
	Suspended(kind, id string) bool
	// Checked returns when a moderator last compared it with its source.
	Checked(kind, id string) (at time.Time, ok bool)
}

// The kinds of Mended.
const (
	mendedTopic    = "topic"
	mendedHelpline = "helpline"
	mendedFact     = "fact"
)

// CentrePrefix begins the id under which the centre of a prefecture is suspended like
// a help line: "centre-24".
const CentrePrefix = "centre-"

// With returns an engine that minds what moderators mended. It shares all else with e
// and is cheap: make one for each turn.
func (e *Engine) With(m Mended) *Engine {
	c := *e
	c.mended = m
	return &c
}

func (e *Engine) suspended(kind, id string) bool {
	return e.mended != nil && e.mended.Suspended(kind, id)
}

// Withheld reports whether the answer of a topic is suspended.
func (e *Engine) Withheld(slug string) bool { return e.suspended(mendedTopic, slug) }

// withheld is the reply in place of an answer that is suspended: it says so, and who
// can help meanwhile.
func (e *Engine) withheld(slug string, code language.Code, s Session, now time.Time) (Reply, Session) {
	r, s := e.handOver("handover.suspended", nil, code, s, now)
	t := e.base.Topics[slug]
	r.Title = e.words.Text(code, "handover.suspended-title", nil)
	r.Urgent, r.Sensitive = t.Urgent, t.Sensitive || t.Urgent
	r.Helplines = e.Helplines(code, slug, now)
	if t.Urgent {
		r.Lead = e.lead(code, r.Helplines)
	}
	r.Topics, r.Confidence = top(slug, 1, nil), 1
	return r, s
}

// withhold takes the numbers of suspended help lines out of a text.
func (e *Engine) withhold(text string, code language.Code) string {
	if e.mended == nil || text == "" {
		return text
	}
	take := func(phone string) {
		if phone != "" && strings.Contains(text, phone) {
			text = strings.ReplaceAll(text, phone, e.words.Text(code, "phone.suspended", nil))
		}
	}
	for _, id := range e.base.ServiceIDs {
		if !e.mended.Suspended(mendedHelpline, id) {
			continue
		}
		for _, c := range e.base.Services[id].Channels {
			take(c.Phone)
			take(c.SMS)
		}
	}
	for _, p := range e.base.Prefectures {
		if p.Centre != nil && e.mended.Suspended(mendedHelpline, CentrePrefix+p.Code) {
			take(p.Centre.Phone)
		}
	}
	return text
}

// asOf returns the day or month a fact was last compared with its source: as written
// down, or the later day on which a moderator did.
func (e *Engine) asOf(f *knowledge.Fact) string {
	if e.mended == nil {
		return f.AsOf
	}
	if at, ok := e.mended.Checked(mendedFact, f.ID); ok && knowledge.Day(at) > f.AsOf {
		return knowledge.Day(at)
	}
	return f.AsOf
}

// stale reports whether a fact is past its review: a check by a moderator counts for
// as long as a review of it does.
func (e *Engine) stale(f *knowledge.Fact, now time.Time) bool {
	if !f.Stale(now) || e.mended == nil {
		return f.Stale(now)
	}
	at, ok := e.mended.Checked(mendedFact, f.ID)
	return !ok || now.After(at.Add(f.ReviewSpan()))
}

// checkedNote says when a moderator last checked a help line.
func (e *Engine) checkedNote(id string, code language.Code) string {
	if e.mended == nil {
		return ""
	}
	at, ok := e.mended.Checked(mendedHelpline, id)
	if !ok {
		return ""
	}
	return e.words.Text(code, "helpline.checked", locales.Data{"Date": knowledge.FormatAsOf(knowledge.Day(at), code)})
}
