package commands

import (
	"context"
	"strings"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// Lengths that make the first card of an answer fit a phone's screen.
const (
	briefShort = 1200 // units of the short answer; written answers are far below
	briefNews  = 300
	briefLines = 3 // help lines in danger or when handing over
	calmLines  = 2
)

// mood is in which situation a card is drawn.
type mood struct {
	public   bool // others see it
	shared   bool // the asker showed it to others
	feedback feedback
}

type feedback uint8

const (
	feedbackAsk feedback = iota
	feedbackReasons
	feedbackThanks
)

// brief draws the first card of a reply: what fits a phone's screen, with buttons for
// the rest.
func (r *Router) brief(ctx context.Context, v *visit, reply conversation.Reply, s subject, m mood) Card {
	code := reply.Language
	card := Card{Language: code, Sensitive: reply.Sensitive}
	add := func(blocks ...Block) { card.Blocks = append(card.Blocks, blocks...) }
	if reply.Urgent {
		card.Tone = Urgent
	}
	for _, n := range reply.Notices {
		if early(n) {
			add(Small{n.Text})
		}
	}
	if reply.Title != "" {
		add(Heading{1, reply.Title})
	}
	if reply.Lead != "" {
		add(Text{"**" + reply.Lead + "**"})
	}
	if reply.Short != "" {
		add(Text{clip(reply.Short, briefShort)})
	}
	add(r.newsBlocks(ctx, v, reply)...)
	lines := reply.Helplines[:min(len(reply.Helplines), calmLines)]
	if reply.Urgent || reply.Sensitive || reply.Outcome != conversation.Answer {
		lines = reply.Helplines[:min(len(reply.Helplines), briefLines)]
	}
	if len(lines) > 0 {
		add(Rule{}, Text{r.helplineList(lines, code)})
	}
	for _, n := range reply.Notices {
		if !early(n) {
			add(Small{n.Text})
		}
	}
	if len(reply.Sources) > 0 {
		add(Small{r.sourceLine(reply.Sources[0], code)})
	}
	if m.shared {
		add(Small{r.say(code, "share.mark")})
	}
	add(r.briefButtons(ctx, v, reply, s, m)...)
	return fit(card)
}

// early reports whether a notice is to be read before the answer.
func early(n conversation.Notice) bool {
	return n.Kind == conversation.NoticeLanguage || n.Kind == conversation.NoticeMemory || n.Kind == conversation.NoticeZawgyi
}

func (r *Router) briefButtons(ctx context.Context, v *visit, reply conversation.Reply, s subject, m mood) []Block {
	code := reply.Language
	say := func(id string) string { return r.say(code, id) }
	var blocks []Block
	add := func(list []Block) { blocks = append(blocks, list...) }
	switch {
	case reply.Outcome == conversation.Choose, reply.Outcome == conversation.HandOver:
		var choices []Button
		for _, c := range reply.Choices {
			choices = append(choices, r.topicButton(v, s.in(code).about(c.Topic), ""))
		}
		if reply.Outcome == conversation.HandOver && len(row(choices...)) > 0 {
			blocks = append(blocks, Rule{}, Text{"**" + say("handover.perhaps") + "**"})
		}
		add(row(choices...))
		if !m.public {
			last := []Button{
				{Label: say("button.ask"), Action: Do("ask", string(code))},
				{Label: say("button.hotline"), Action: Do("hotline", string(code), "", "1")}}
			if reply.Sensitive {
				last = append(last, Button{Label: say("button.clear"), Action: Do("clear", string(code))})
			}
			add(row(last...))
		}
		return blocks
	case reply.Outcome == conversation.Chat:
		if reply.Sensitive {
			add(row(Button{Label: say("button.hotline"), Action: Do("hotline", string(code), "", "1")},
				Button{Label: say("button.clear"), Action: Do("clear", string(code))}))
			return blocks
		}
		add(row(Button{Label: say("button.help"), Action: Do("help", string(code))},
			Button{Label: say("button.topics"), Action: Do("areas", string(code))}))
		return blocks
	}
	more := Button{Label: say("button.more"), Style: Primary, Action: s.do("details", "1")}
	tongue := Button{Label: say("button.tongue"), Emoji: "🌐", Action: s.do("tongue")}
	if m.public {
		add(row(more, tongue, Button{Label: say("button.ask-privately"), Action: Do("ask", string(code))}))
		return blocks
	}
	first := []Button{more, {Label: say("button.person"), Emoji: "☎️", Action: s.do("person")}}
	if reply.Sensitive {
		first = append(first, Button{Label: say("button.clear"), Action: Do("clear", string(code))})
	}
	add(row(first...))
	var related []Button
	for _, o := range reply.Related[:min(len(reply.Related), 3)] {
		related = append(related, r.topicButton(v, s.about(o.Topic), o.Title))
	}
	add(row(related...))
	add(r.placeButtons(s))
	last := []Button{tongue, {Label: say("button.copy"), Action: s.do("copy")}}
	if r.maySuggestSharing(ctx, v, reply) {
		last = append(last, Button{Label: say("button.share"), Action: s.do("share")})
	}
	switch m.feedback {
	case feedbackAsk:
		add(row(append([]Button{
			{Label: say("button.good"), Emoji: "👍", Action: s.do("good")},
			{Label: say("button.bad"), Emoji: "👎", Action: s.do("bad")}}, last...)...))
	case feedbackReasons:
		blocks = append(blocks, r.reasonMenu(s))
		add(row(last...))
	case feedbackThanks:
		blocks = append(blocks, Small{say("feedback.thanks")})
		add(row(last...))
	}
	return blocks
}

// placeButtons offers other prefectures under an answer that changes with the place.
func (r *Router) placeButtons(s subject) []Block {
	t := r.Engine.Base().Topics[s.Topic]
	if t == nil || !t.UsesPlace() {
		return nil
	}
	list := []Button{{Label: r.say(s.Code, "button.place"), Action: Do("places", string(s.Code), s.Topic)}}
	if len(s.Prefectures) == 1 {
		list = append(list, Button{Label: r.say(s.Code, "button.compare"), Action: Do("compare-with", string(s.Code), s.Prefectures[0])})
	}
	return row(list...)
}

// newsBlocks draws the news of this community, marked as such.
func (r *Router) newsBlocks(ctx context.Context, v *visit, reply conversation.Reply) []Block {
	var blocks []Block
	list := r.news(ctx, v, reply)
	for _, n := range list[:min(len(list), 2)] {
		blocks = append(blocks, Rule{}, Text{r.newsText(n, reply.Language, briefNews)})
	}
	return blocks
}

func (r *Router) newsText(n NewsItem, code language.Code, limit int) string {
	lines := []string{"**" + r.say(code, "news.heading") + "**"}
	by := "news.dated"
	if n.By != "" {
		by = "news.dated-by"
	}
	lines = append(lines, r.fill(code, by, locales.Data{"Date": formatDay(n.Published, code), "By": n.By}))
	if n.Corrected {
		lines = append(lines, r.say(code, "news.corrected"))
	}
	if n.Language != code {
		lines = append(lines, r.fill(code, "news.untranslated", locales.Data{"Language": r.say(code, "language."+string(n.Language))}))
	}
	lines = append(lines, "**"+clip(n.Title, 150)+"**", clip(n.Text, limit))
	if n.Source != "" {
		lines = append(lines, n.Source)
	}
	return strings.Join(lines, "\n")
}

// helplineList draws help lines with what is needed to call: name, number, whether it
// is open now.
func (r *Router) helplineList(lines []conversation.Helpline, code language.Code) string {
	parts := []string{"**" + r.say(code, "section.helplines") + "**"}
	for _, h := range lines {
		parts = append(parts, "**"+h.Name+"**\n"+joined(contact(h), r.openState(h, code), h.Cost)+noteLine(h))
	}
	return strings.Join(parts, "\n")
}

// helplineFull draws one help line with all that is known of it.
func (r *Router) helplineFull(h conversation.Helpline, code language.Code) string {
	lines := []string{"**" + h.Name + "**"}
	for _, s := range []string{joined(contact(h), r.openState(h, code)), h.For, joined(h.Hours, h.Cost, h.Note)} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	if h.Phone != "" && h.URL != "" {
		lines = append(lines, h.URL)
	}
	return strings.Join(lines, "\n")
}

func contact(h conversation.Helpline) string {
	if h.Phone != "" {
		return "☎ " + h.Phone
	}
	return h.URL
}

func noteLine(h conversation.Helpline) string {
	if h.Note == "" {
		return ""
	}
	return "\n" + h.Note
}

// openState says in words whether a help line can be reached now.
func (r *Router) openState(h conversation.Helpline, code language.Code) string {
	switch {
	case h.Open == conversation.OpenNow:
		return r.say(code, "open.now")
	case h.Opens != "":
		return r.fill(code, "open.next", locales.Data{"When": h.Opens})
	case h.Open == conversation.ClosedNow:
		return r.say(code, "open.closed")
	}
	return ""
}

func (r *Router) sourceLine(s conversation.Source, code language.Code) string {
	return r.fill(code, "source.on-card", locales.Data{"Source": link(clip(s.Title, 120), s.URL), "Date": s.Shown})
}

func formatDay(t time.Time, code language.Code) string {
	return knowledge.FormatAsOf(knowledge.Day(t), code)
}

func formatTime(t time.Time, code language.Code) string {
	return knowledge.Format(knowledge.Value{Kind: knowledge.KindTime, Text: t.In(knowledge.Japan()).Format("15:04")}, code)
}
