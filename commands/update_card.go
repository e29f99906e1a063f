package commands

import (
	"context"
	"strings"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// told is what an update's card says besides the update.
type told struct {
	done     string // what just happened
	notes    []updates.Note
	problems bool // list what is to be mended
}

// updateCard draws an update for moderators: what just happened, where it is, what it
// says, what is to be mended, and what can be done next.
func (r *Router) updateCard(ctx context.Context, v *visit, u updates.Update, t told) Card {
	code := v.Code
	say := func(id string) string { return r.say(code, id) }
	card := Card{Language: code}
	add := func(b ...Block) { card.Blocks = append(card.Blocks, b...) }
	if t.done != "" {
		add(Text{"**" + t.done + "**"})
	}
	if len(t.notes) > 0 {
		add(Text{say("updates.noted") + "\n" + r.noteList(t.notes, code)})
	}
	c := u.Latest()
	title := clip(c.Texts[c.Fallback(code)].Title, updates.MaxTitle)
	if title == "" {
		title = say("updates.untitled")
	}
	add(Heading{1, "#" + u.ID + " " + title}, Small{joined(r.stateWord(u.State(), u.Stage(), code), r.changedBy(u, code))})
	add(Text{strings.Join(r.detailLines(c, code), "\n")})
	if u.Ended == nil {
		add(Text{r.languageLine(c, code)})
	}
	if w := u.Work; w != nil && u.Ended == nil {
		add(r.workBlocks(u, code, t.problems)...)
	}
	if u.Live != nil {
		if lines := r.postLines(ctx, v, u); len(lines) > 0 {
			add(Text{"**" + say("updates.posts") + "**\n" + strings.Join(lines, "\n")})
		}
	}
	add(r.updateButtons(v, u)...)
	return fit(card)
}

func (r *Router) changedBy(u updates.Update, code language.Code) string {
	if u.Changed.By == "" {
		return r.clock(u.Changed.At, code)
	}
	return r.fill(code, "updates.changed-by", locales.Data{"Who": "<@" + u.Changed.By + ">", "When": r.clock(u.Changed.At, code)})
}

// detailLines are the details with their names.
func (r *Router) detailLines(c updates.Content, code language.Code) []string {
	p := r.press()
	field := func(f updates.Field, value string) string {
		return "**" + r.say(code, "updates.field."+string(f)) + "**: " + value
	}
	none := r.say(code, "settings.none")
	or := func(s string) string {
		if s == "" {
			return none
		}
		return s
	}
	expires := ""
	if !c.Expires.IsZero() {
		expires = p.when(c.Expires, code)
	}
	topics := strings.Join(p.topics(c.Topics, code), " / ")
	return []string{
		joined(field(updates.FieldCategory, r.say(code, "updates.category."+string(c.Category))), field(updates.FieldArea, r.say(code, "area."+c.Area))),
		field(updates.FieldPrefectures, p.places(c.Prefectures, code)),
		field(updates.FieldTopics, clip(or(topics), 500)),
		field(updates.FieldExpires, or(expires)),
		field(updates.FieldSource, or(clip(c.Source, updates.MaxSource))),
	}
}

// languageLine says which languages have a text and which not.
func (r *Router) languageLine(c updates.Content, code language.Code) string {
	var have, lack []string
	for _, l := range language.Codes() {
		name := r.say(l, "language.native")
		if _, ok := c.Texts[l]; ok {
			have = append(have, name)
		} else {
			lack = append(lack, name)
		}
	}
	line := r.fill(code, "updates.texts", locales.Data{"Languages": strings.Join(have, ", ")})
	if len(lack) > 0 {
		line += "\n" + r.fill(code, "updates.texts-missing", locales.Data{"Languages": strings.Join(lack, ", ")})
	}
	return line
}

// workBlocks say what is to be done with what is being prepared.
func (r *Router) workBlocks(u updates.Update, code language.Code, problems bool) []Block {
	var blocks []Block
	w := u.Work
	if w.Note != "" {
		blocks = append(blocks, Text{"**" + r.say(code, "updates.returned") + "**\n> " + strings.ReplaceAll(clip(w.Note, updates.MaxNote), "\n", "\n> ")})
	}
	switch u.Stage() {
	case updates.Scheduled:
		text := r.fill(code, "updates.goes-out", locales.Data{"When": r.clock(w.At, code)})
		if w.Ping != "" {
			text += "\n" + r.fill(code, "updates.will-ping", locales.Data{"Role": roleName(w.Ping, "")})
		}
		blocks = append(blocks, Text{text})
	case updates.InReview:
		if parts := w.Waiting(); len(parts) > 0 {
			blocks = append(blocks, Text{r.fill(code, "updates.waiting", locales.Data{"Parts": r.partNames(parts, code)})})
		}
	}
	if w.Alone {
		blocks = append(blocks, Small{r.say(code, "updates.log.alone")})
	}
	if list := r.Moderation.Problems(u); problems && len(list) > 0 && w.Stage != updates.Approved {
		blocks = append(blocks, Text{"**" + r.say(code, "updates.to-mend") + "**\n" + r.problemList(list, code)})
	}
	return blocks
}

func (r *Router) partNames(parts []updates.Part, code language.Code) string {
	var list []string
	for _, p := range parts {
		if p == updates.PartDetails {
			list = append(list, r.say(code, "updates.part.details"))
			continue
		}
		list = append(list, r.say(code, "language."+string(p)))
	}
	return strings.Join(list, r.say(code, "hours.list-comma"))
}

// postLines say where the update is posted.
func (r *Router) postLines(ctx context.Context, v *visit, u updates.Update) []string {
	list, err := r.Moderation.Posts(ctx, r.act(v), u.ID)
	if err != nil {
		return nil // the card is of use without
	}
	if len(list) == 0 {
		return []string{r.say(v.Code, "updates.no-channel")}
	}
	var lines []string
	for _, p := range list {
		state := "posted"
		switch {
		case p.Gone:
			state = "gone"
		case p.Refused:
			state = "refused"
		case p.Waiting:
			state = "waiting"
		}
		line := joined(r.say(p.Language, "language.native"), channelName(p.Channel), r.say(v.Code, "updates.post."+state))
		if p.Message != "" && !p.Gone {
			line += "\nhttps://discord.com/channels/" + v.GuildID + "/" + p.Channel + "/" + p.Message
		}
		lines = append(lines, line)
	}
	return lines
}

// updateButtons offers what can be done next: the likeliest first.
func (r *Router) updateButtons(v *visit, u updates.Update) []Block {
	code := v.Code
	act := func(what string, style ButtonStyle) Button {
		return Button{Label: r.say(code, "updates.button."+what), Style: style, Action: updateButton(what, u)}
	}
	form := func(what string, more ...string) Button {
		return Button{Label: r.say(code, "updates.button."+what), Action: formButton(what, u, more...)}
	}
	preview, history := act("preview", Secondary), act("history", Secondary)
	list := Button{Label: r.say(code, "updates.button.list"), Action: Do("update", "list", "", "1")}
	var rows [][]Button
	switch {
	case u.Ended != nil:
	case u.Work == nil:
		rows = append(rows, []Button{act("correct", Primary), {Label: r.say(code, "updates.button.withdraw"), Style: Danger, Action: formButton("withdraw", u)}, act("repost", Secondary)})
	case u.Work.Stage == updates.Draft:
		rows = append(rows, []Button{act("submit", Primary), preview, form("details")}, r.textButtons(u, code))
	case u.Work.Stage == updates.InReview:
		rows = append(rows, []Button{{Label: r.say(code, "updates.button.read"), Style: Primary, Action: updateButton("read", u)}, preview, act("recall", Secondary)})
	case u.Stage() == updates.Scheduled:
		rows = append(rows, []Button{act("publish", Primary), form("schedule"), act("unschedule", Secondary), preview, act("recall", Secondary)})
	default:
		rows = append(rows, []Button{act("publish", Primary), form("schedule"), preview, act("recall", Secondary)})
	}
	last := []Button{history, list}
	if u.Work == nil || u.Ended != nil {
		last = append([]Button{preview}, last...)
	}
	if u.Work != nil && u.Ended == nil {
		last = append(last, act("drop", Secondary))
		if u.Live != nil {
			last = append(last, Button{Label: r.say(code, "updates.button.withdraw"), Style: Danger, Action: formButton("withdraw", u)})
		}
	}
	var blocks []Block
	for _, b := range append(rows, last) {
		blocks = append(blocks, row(b...)...)
	}
	return blocks
}

// textButtons open the form of each language: to write it, or to change it.
func (r *Router) textButtons(u updates.Update, code language.Code) []Button {
	var list []Button
	for _, l := range language.Codes() {
		id := "updates.button.write"
		if _, ok := u.Work.Texts[l]; ok {
			id = "updates.button.change"
		}
		list = append(list, Button{Label: r.fill(code, id, locales.Data{"Language": r.say(l, "language.native")}), Action: formButton("text", u, string(l))})
	}
	return list
}
