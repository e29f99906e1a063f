package commands

import (
	"context"
	"time"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/locales"
)

// Counters, for moderators' lists. They hold how often, never who or what was said.
const (
	// CountAsked has a field "<topic>/<language>" for each answer given.
	CountAsked = "asked"
	// CountUnanswered has a field "<language>/<nearest topic>", "none" when nothing is
	// near, for each question without an answer.
	CountUnanswered = "unanswered"
	// CountFeedback has a field "<topic>/<language>/<verdict>": helpful, unhelpful, and
	// for what is wrong with it wrong, unclear, old, other.
	CountFeedback = "feedback"
)

// ask takes one turn of the conversation: the reply, what it is about, and the
// conversation remembered.
func (r *Router) ask(ctx context.Context, v *visit, text string) (conversation.Reply, subject) {
	turn := conversation.Turn{Text: text, Session: v.Session, Now: v.Now, Language: v.Code}
	if v.public() {
		turn.Session = v.Overheard
	}
	if v.Preferences.Language.Valid() {
		turn.Language, turn.Chosen = v.Preferences.Language, true
	}
	reply, after := r.engine(ctx, v).Reply(ctx, turn)
	s := r.subjectOfReply(reply, after)
	v.Code = reply.Language
	if v.public() {
		r.rememberOverheard(ctx, v, after)
	} else {
		r.remember(ctx, v, after)
	}
	return r.finish(ctx, v, reply), s
}

// look answers a topic for a subject, as if it had been asked.
func (r *Router) look(ctx context.Context, v *visit, s subject) (conversation.Reply, error) {
	if !s.Code.Valid() {
		s.Code = v.Code
	}
	reply, err := r.again(ctx, v, s)
	if err != nil {
		return conversation.Reply{}, err
	}
	r.remember(ctx, v, s.session(v.Session))
	return r.finish(ctx, v, reply), nil
}

// again renders an answer that was given before, for its details or a copy: nothing is
// counted or remembered.
func (r *Router) again(ctx context.Context, v *visit, s subject) (conversation.Reply, error) {
	if !s.Code.Valid() {
		s.Code = v.Code
	}
	v.Code = s.Code
	reply, ok := r.engine(ctx, v).Topic(s.Topic, s.Code, s.slots(), v.Now)
	if !ok {
		return conversation.Reply{}, errNoTopic
	}
	return reply, nil
}

// finish counts a reply, and says when nothing can be remembered.
func (r *Router) finish(ctx context.Context, v *visit, reply conversation.Reply) conversation.Reply {
	v.outcome = string(reply.Outcome)
	switch {
	case reply.Outcome == conversation.Answer:
		r.count(ctx, v, CountAsked, reply.Topic+"/"+string(reply.Language), 1)
	case reply.Outcome == conversation.HandOver && len(reply.Helplines) > 0:
		nearest := "none"
		if len(reply.Topics) > 0 {
			nearest = reply.Topics[0].Topic
		}
		if r.engine(ctx, v).Withheld(nearest) {
			break // there is an answer: moderators keep it back
		}
		r.count(ctx, v, CountUnanswered, string(reply.Language)+"/"+nearest, 1)
	}
	if v.Forgetful {
		reply.Notices = append(reply.Notices, conversation.Notice{Kind: conversation.NoticeMemory,
			Text: r.say(reply.Language, "notice.memory")})
	}
	return reply
}

// count adds to a counter; a count that is lost is no reason to keep a person waiting.
func (r *Router) count(ctx context.Context, v *visit, counter, field string, delta int64) {
	if v.Forgetful {
		return
	}
	if err := r.Store.Count(ctx, counter, field, delta); err != nil {
		r.Log.Debug("a count was lost", "counter", counter, "error", err)
	}
}

// news returns what this community's moderators published on the matter of a reply.
func (r *Router) news(ctx context.Context, v *visit, reply conversation.Reply) []NewsItem {
	if reply.Outcome != conversation.Answer {
		return nil
	}
	return r.Updates.News(ctx, NewsQuery{GuildID: v.GuildID, Language: reply.Language, Topic: reply.Topic,
		Prefectures: reply.Prefectures, Now: v.Now})
}

// chooseAgain makes the reply of a choice between topics again, from their slugs.
func (r *Router) chooseAgain(v *visit, slugs []string, code language.Code) conversation.Reply {
	reply := conversation.Reply{Language: code, Outcome: conversation.Choose,
		Title: r.say(code, "choose.title"), Short: r.say(code, "choose.text")}
	reply.Choices = r.options(v, slugs, code)
	for _, c := range reply.Choices {
		t := r.Engine.Base().Topics[c.Topic]
		reply.Sensitive = reply.Sensitive || t.Sensitive || t.Urgent
	}
	return reply
}

func (r *Router) options(v *visit, slugs []string, code language.Code) []conversation.Option {
	var list []conversation.Option
	for _, slug := range slugs {
		if title, ok := v.title(slug, code); ok {
			list = append(list, conversation.Option{Topic: slug, Title: title})
		}
	}
	return list
}

// day writes a date of a moment in Japan time.
func (r *Router) day(t time.Time, code language.Code) string {
	return formatDay(t, code)
}

// clock writes a date and time of a moment in Japan time.
func (r *Router) clock(t time.Time, code language.Code) string {
	return r.fill(code, "when.date-time", locales.Data{"Date": formatDay(t, code), "Time": formatTime(t, code)})
}
