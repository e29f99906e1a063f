package commands

import (
	"cmp"
	"slices"
	"strings"

	"madoguchi/conversation"
	"madoguchi/language"
)

// subject is what a card is about, as its buttons carry it: enough to answer again
// after a restart, and nothing a person wrote.
type subject struct {
	Topic       string
	Code        language.Code
	Prefectures []string // JIS codes
	Status      string
	Field       string
}

// args returns the subject as arguments of an action, with more after it.
func (s subject) args(more ...string) []string {
	return append([]string{s.Topic, string(s.Code), strings.Join(s.Prefectures, ""), s.Status, s.Field}, more...)
}

// do makes an action about the subject.
func (s subject) do(name string, more ...string) Action { return Do(name, s.args(more...)...) }

// subjectArgs is how many arguments a subject takes.
const subjectArgs = 5

// subjectOf reads the subject an action carries. Its values come back from Discord and
// so may be anything: what is not known is dropped, the topic is checked by whoever
// answers it.
func (r *Router) subjectOf(a Action) subject {
	s := subject{Topic: a.Arg(0), Code: language.Code(a.Arg(1))}
	base := r.Engine.Base()
	for codes := a.Arg(2); len(codes) >= 2 && len(s.Prefectures) < 5; codes = codes[2:] {
		if base.Prefecture(codes[:2]) != nil {
			s.Prefectures = append(s.Prefectures, codes[:2])
		}
	}
	for _, n := range base.StatusNames {
		if n.Slug == a.Arg(3) {
			s.Status = n.Slug
		}
	}
	for _, f := range base.Fields {
		if f.Slug == a.Arg(4) {
			s.Field = f.Slug
		}
	}
	return s
}

// in returns the subject in another language.
func (s subject) in(code language.Code) subject {
	s.Code = code
	return s
}

// about returns the subject with another topic.
func (s subject) about(topic string) subject {
	s.Topic = topic
	return s
}

// session returns the conversation as if it had been about the subject, on top of what
// it was.
func (s subject) session(before conversation.Session) conversation.Session {
	after := before
	after.Language = s.Code
	if len(s.Prefectures) > 0 {
		list := slices.Clone(s.Prefectures)
		for _, p := range before.Prefectures {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
		after.Prefectures = list[:min(len(list), 5)]
	}
	if s.Status != "" {
		after.Status = s.Status
	}
	if s.Field != "" {
		after.Field = s.Field
	}
	return after.Answered(cmp.Or(s.Topic, before.Topic))
}

// slots returns a conversation that holds the subject alone.
func (s subject) slots() conversation.Session {
	return conversation.Session{Language: s.Code, Prefectures: s.Prefectures, Status: s.Status, Field: s.Field}
}

// subjectOfReply is what a reply is about, given the conversation after it.
func (r *Router) subjectOfReply(reply conversation.Reply, after conversation.Session) subject {
	s := subject{Topic: reply.Topic, Code: reply.Language, Status: after.Status, Field: after.Field}
	s.Prefectures = reply.Prefectures[:min(len(reply.Prefectures), 5)]
	return s
}
