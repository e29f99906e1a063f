package conversation

import "madoguchi/language"

// Session is what is remembered of one person's conversation, for a short time.
// It holds slots only, never a text.
type Session struct {
	Language    language.Code `json:"l,omitempty"` // of the last turn
	Topic       string        `json:"t,omitempty"` // last topic answered
	Before      string        `json:"b,omitempty"` // the topic before it
	Likely      string        `json:"k,omitempty"` // the likeliest of the topics the last turn asked to choose from
	Prefectures []string      `json:"p,omitempty"` // JIS codes last meant
	Status      string        `json:"s,omitempty"` // status of residence the person named: titp, ssw1, student …
	Field       string        `json:"f,omitempty"` // field of work the person named: care, construction …
	Choices     []string      `json:"c,omitempty"` // topics offered in the last turn, in order
}

// Answered is the session after a topic was answered: what was offered before is
// settled.
func (s Session) Answered(slug string) Session {
	if s.Topic != slug {
		s.Before = s.Topic
	}
	s.Topic, s.Likely, s.Choices = slug, "", nil
	return s
}

// spokenOf is the topic a message may lean on: the likeliest when the last turn asked
// to choose, else the last one answered; "" for none.
func (s Session) spokenOf() string {
	if s.Likely != "" {
		return s.Likely
	}
	if s.Topic == "" && len(s.Choices) > 0 {
		return s.Choices[0]
	}
	return s.Topic
}
