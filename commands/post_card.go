package commands

import (
	"strings"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// press draws what moderators post: the same for a channel, a preview and a reader.
type press struct {
	words *locales.Words
	base  *knowledge.Base
}

func (r *Router) press() press { return press{r.Words, r.Engine.Base()} }

func (p press) say(code language.Code, id string) string { return p.words.Text(code, id, nil) }

func (p press) fill(code language.Code, id string, data locales.Data) string {
	return p.words.Text(code, id, data)
}

// PostCard draws a post for its channel. Its buttons carry the mark, see PostMark. To
// name the role that is pinged is for whoever sends it.
func PostCard(words *locales.Words, base *knowledge.Base, post updates.Post) Card {
	p := press{words, base}
	if post.Line != nil {
		return p.lineCard(*post.Line, post.Mark, post.Language)
	}
	return p.noticeCard(*post.Notice, post.Mark)
}

// The actions whose buttons carry the mark of a post as their first argument.
const (
	newsAction = "news"
	lineAction = "line"
)

// PostMark returns the mark that a button of a post carries in its custom id.
func PostMark(customID string) (mark string, ok bool) {
	a, err := ParseAction(customID)
	if err != nil || a.Name != newsAction && a.Name != lineAction {
		return "", false
	}
	return a.Arg(0), a.Arg(0) != ""
}

// noticeCard draws a piece of news for readers of one language. What a button of it does
// is its second argument: a language, or "list".
func (p press) noticeCard(n updates.Notice, mark string) Card {
	code := n.Reader
	say := func(id string) string { return p.say(code, id) }
	card := Card{Language: code, Tone: News}
	add := func(b ...Block) { card.Blocks = append(card.Blocks, b...) }
	add(Small{joined(say("updates.category."+string(n.Category)), say("area."+n.Area), clip(p.places(n.Prefectures, code), 250))})
	switch n.State {
	case updates.Withdrawn:
		card.Tone = Wrong
		add(Heading{1, say("updates.withdrawn")}, Text{"~~" + n.Text.Title + "~~"},
			Text{p.fill(code, "updates.withdrawn-on", locales.Data{"Date": formatDay(n.Ended, code), "Reason": say("updates.reason." + string(n.Reason))})})
	case updates.Expired:
		add(Heading{1, n.Text.Title}, Text{"**" + p.fill(code, "updates.expired-on", locales.Data{"When": p.when(n.Ended, code)}) + "**"}, Text{n.Text.Body})
	default:
		add(Heading{1, n.Text.Title})
		if n.Language != n.Reader {
			add(Small{p.fill(code, "updates.untranslated", locales.Data{"Language": say("language." + string(n.Language))})})
		}
		if n.State == updates.Corrected {
			add(Text{"**" + p.fill(code, "updates.corrected-on", locales.Data{"Date": formatDay(n.Since, code)}) + "**"})
			if n.Text.Change != "" {
				add(Text{n.Text.Change})
			}
		}
		add(Text{n.Text.Body})
	}
	add(Rule{}, Text{say("updates.source") + " " + n.Source})
	facts := []string{p.fill(code, "updates.posted-on", locales.Data{"Date": formatDay(n.First, code), "By": p.by(n, code)})}
	if n.State == updates.Published || n.State == updates.Corrected {
		facts = append(facts, p.fill(code, "updates.valid-until", locales.Data{"When": p.when(n.Expires, code)}))
	}
	add(Small{strings.Join(facts, "\n")})
	buttons := []Button{{Label: say("updates.button.all"), Action: Do(newsAction, mark, "list")}}
	if n.State != updates.Withdrawn {
		for _, other := range n.Others {
			buttons = append(buttons, Button{Label: p.say(other, "language.native"), Action: Do(newsAction, mark, string(other))})
		}
	}
	add(row(buttons...)...)
	if n.State == updates.Published || n.State == updates.Corrected {
		add(row(p.topicButtons(n, code)...)...)
	}
	return fit(card)
}

// topicButtons open answers that the news concerns.
func (p press) topicButtons(n updates.Notice, code language.Code) []Button {
	var list []Button
	for _, slug := range n.Topics[:min(len(n.Topics), 3)] {
		t := p.base.Topics[slug]
		if t == nil || t.Answers[code] == nil {
			continue
		}
		s := subject{Topic: slug, Code: code}
		if len(n.Prefectures) == 1 {
			s.Prefectures = n.Prefectures
		}
		list = append(list, Button{Label: t.Answers[code].Title, Action: s.do("topic")})
	}
	return list
}

// by says who stands behind the news.
func (p press) by(n updates.Notice, code language.Code) string {
	if n.Alone {
		return p.say(code, "updates.by-one")
	}
	return p.say(code, "updates.by-two")
}

// when writes a moment in Japan time.
func (p press) when(t time.Time, code language.Code) string {
	return p.fill(code, "when.date-time", locales.Data{"Date": formatDay(t, code), "Time": formatTime(t, code)})
}

// places names prefectures, "all of Japan" when there are none.
func (p press) places(codes []string, code language.Code) string {
	if len(codes) == 0 {
		return p.say(code, "updates.all-japan")
	}
	var list []string
	for _, c := range codes {
		if x := p.base.Prefecture(c); x != nil {
			c = x.Name.In(code)
		}
		list = append(list, c)
	}
	return clip(strings.Join(list, p.say(code, "hours.list-comma")), 400)
}

// topics names topics, one a line.
func (p press) topics(slugs []string, code language.Code) []string {
	var list []string
	for _, slug := range slugs {
		if t := p.base.Topics[slug]; t != nil && t.Answers[code] != nil {
			slug = t.Answers[code].Title
		}
		list = append(list, slug)
	}
	return list
}

// lineCard draws a line of the log for the log channel.
func (p press) lineCard(e updates.Entry, mark string, code language.Code) Card {
	card := Card{Language: code, Blocks: []Block{Text{p.line(e, code)}}}
	card.Blocks = append(card.Blocks, row(Button{Label: p.say(code, "updates.button.history"), Action: Do(lineAction, mark, e.Update)})...)
	return fit(card)
}

// line says in words who did what when.
func (p press) line(e updates.Entry, code language.Code) string {
	who := p.say(code, "updates.log.clock")
	if e.By != "" {
		who = "<@" + e.By + ">"
	}
	what := p.fill(code, "updates.did."+string(e.Verb), locales.Data{"Who": who, "Update": p.named(e), "Thing": p.thing(e.Thing, code),
		"Language": p.tongue(e.Lang, code), "Channel": channelName(e.Channel), "Edition": number(max(e.Edition, 1), code),
		"When": p.when(e.When, code), "Role": roleName(e.Role, p.say(code, "settings.none")), "What": p.noted(e, code)})
	lines := []string{joined(p.when(e.At, code), what)}
	if e.Reason != "" {
		lines = append(lines, "> "+p.say(code, "updates.reason."+string(e.Reason)))
	}
	if e.Note != "" && e.Verb != updates.DidRole && e.Verb != updates.DidSetting {
		lines = append(lines, "> "+strings.ReplaceAll(clip(e.Note, 600), "\n", "\n> "))
	}
	if e.Alone {
		lines = append(lines, "-# "+p.say(code, "updates.log.alone"))
	}
	return strings.Join(lines, "\n")
}

// noted names what a setting or subscription is about.
func (p press) noted(e updates.Entry, code language.Code) string {
	switch e.Verb {
	case updates.DidRole:
		return p.subscription(updates.Subscription(e.Note), code)
	case updates.DidSetting:
		return p.say(code, "settings."+e.Note)
	}
	return ""
}

func (p press) named(e updates.Entry) string {
	return "**#" + e.Update + "** " + clip(e.Title, 80)
}

func (p press) tongue(code, in language.Code) string {
	if !code.Valid() {
		return ""
	}
	return p.say(in, "language."+string(code))
}

func channelName(id string) string { return "<#" + id + ">" }

func roleName(id, none string) string {
	if id == "" {
		return none
	}
	return "<@&" + id + ">"
}

// subscription names what one can subscribe to.
func (p press) subscription(s updates.Subscription, code language.Code) string {
	switch kind, id := s.Parts(); kind {
	case "area":
		return p.say(code, "area."+id)
	case "prefecture":
		return p.places([]string{id}, code)
	case "language":
		return p.tongue(language.Code(id), code)
	}
	return string(s)
}

// thing names a topic, a help line or a fact.
func (p press) thing(t updates.Thing, code language.Code) string {
	switch t.Kind {
	case updates.KindTopic:
		return p.topics([]string{t.ID}, code)[0]
	case updates.KindHelpline:
		if s := p.base.Services[t.ID]; s != nil {
			return s.Name[code]
		}
		if c, ok := strings.CutPrefix(t.ID, "centre-"); ok {
			if x := p.base.Prefecture(c); x != nil && x.Centre != nil {
				if name := x.Centre.Name[code]; name != "" {
					return name
				}
				return x.Centre.Name[language.Japanese]
			}
		}
	case updates.KindFact:
		if f := p.base.Facts[t.ID]; f != nil {
			return f.Claim
		}
	}
	return t.ID
}
