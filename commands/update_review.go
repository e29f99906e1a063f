package commands

import (
	"context"
	"strings"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// previewMark marks the buttons of a preview, which is nobody's post.
func previewMark(u updates.Update, code language.Code) string {
	return strings.Join([]string{u.Guild, u.ID, string(code), "preview"}, ".")
}

// preview shows each language exactly as it will appear, to the moderator alone.
func (r *Router) preview(ctx context.Context, v *visit, id string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	var cards []Card
	for _, code := range u.Latest().Languages() {
		if n, ok := u.Preview(code, v.Now); ok {
			cards = append(cards, r.press().noticeCard(n, previewMark(u, code)))
		}
	}
	if len(cards) == 0 {
		return Response{}, updates.ErrState // no text yet
	}
	v.outcome = "previewed"
	return Response{Card: &cards[0], Follow: cards[1:]}, nil
}

// reviewQueue lists what waits for a second pair of eyes.
func (r *Router) reviewQueue(ctx context.Context, v *visit) (Response, error) {
	list, err := r.Moderation.List(ctx, r.act(v), updates.InReview)
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.queue.title")}}}
	menu := Menu{Action: Do("update", "read", "", ""), Placeholder: r.say(code, "updates.queue.pick")}
	var lines []string
	for _, i := range list[:min(len(list), maxMenu)] {
		var who []string
		for _, id := range i.Writers {
			who = append(who, "<@"+id+">")
		}
		lines = append(lines, "**#"+i.ID+"** "+clip(i.Title(code), 100)+"\n"+r.fill(code, "updates.queue.by", locales.Data{"Who": strings.Join(who, " ")}))
		menu.Options = append(menu.Options, MenuOption{Label: clip("#"+i.ID+" "+i.Title(code), maxOption), Value: i.ID})
	}
	if len(lines) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "updates.queue.empty")})
		card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "updates.button.list"), Action: Do("update", "list", "", "1")})...)
		return Response{Card: &card}, nil
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")}, menu)
	card = fit(card)
	return Response{Card: &card}, nil
}

// reviewUnits is how much of a review stands on one card.
const reviewUnits = 3000

// review shows what a reviewer has to read: all texts and what changed since the last
// version, on as many cards as it takes, with the buttons under the last.
func (r *Router) review(ctx context.Context, v *visit, id string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	if u.Stage() != updates.InReview {
		return r.show(ctx, v, id)
	}
	code, w := v.Code, u.Work
	say := func(id string) string { return r.say(code, id) }
	pieces := []piece{{text: strings.Join(r.detailLines(w.Content, code), "\n")}}
	if before, ok := u.Before(); ok {
		pieces = append(pieces, r.differences(before, w.Content, code)...)
	} else {
		for _, l := range w.Content.Languages() {
			t := w.Texts[l]
			pieces = append(pieces, piece{heading: r.say(l, "language.native"), group: r.say(l, "language.native"), text: "**" + t.Title + "**\n" + t.Body})
		}
	}
	if parts := w.Waiting(); len(parts) > 0 {
		pieces = append(pieces, piece{text: r.fill(code, "updates.waiting", locales.Data{"Parts": r.partNames(parts, code)}), small: true})
	}
	pages := paginate(pieces, reviewUnits)
	var cards []Card
	for i, blocks := range pages[:min(len(pages), 5)] {
		c := Card{Language: code}
		if i == 0 {
			c.Blocks = []Block{Heading{1, say("updates.review.title")}, Text{r.updateName(u, code)}, Small{r.changedBy(u, code)}, Rule{}}
		}
		c.Blocks = append(c.Blocks, blocks...)
		cards = append(cards, c)
	}
	last := &cards[len(cards)-1]
	can := w.Can(v.UserID)
	setup, err := r.Moderation.Setup(ctx, v.GuildID)
	if err != nil {
		return Response{}, err
	}
	var buttons []Button
	if len(can) > 0 || setup.Alone {
		buttons = append(buttons, Button{Label: say("updates.button.approve"), Style: Primary, Action: updateButton("approve", u)})
	} else {
		last.Blocks = append(last.Blocks, Text{say("updates.review.own")})
	}
	buttons = append(buttons, Button{Label: say("updates.button.return"), Action: formButton("return", u)},
		Button{Label: say("updates.button.preview"), Action: updateButton("preview", u)},
		Button{Label: say("updates.button.show"), Action: updateButton("show", u)})
	last.Blocks = append(last.Blocks, row(buttons...)...)
	v.outcome = "reviewed"
	return Response{Card: &cards[0], Follow: cards[1:]}, nil
}

// differences shows what changed field by field, the old above the new.
func (r *Router) differences(before, now updates.Content, code language.Code) []piece {
	list := updates.Compare(before, now)
	if len(list) == 0 {
		return []piece{{text: r.say(code, "updates.diff.none")}}
	}
	var pieces []piece
	heading := r.say(code, "updates.diff.title")
	for _, d := range list {
		name := r.say(code, "updates.field."+string(d.Field))
		if d.Part != updates.PartDetails {
			name = r.say(language.Code(d.Part), "language.native") + ", " + name
		}
		text := "**" + name + "**"
		if old := r.shownValue(d.Field, d.Before, code); old != "" {
			text += "\n" + r.say(code, "updates.diff.before") + "\n" + quoted(old)
		}
		if fresh := r.shownValue(d.Field, d.Now, code); fresh != "" {
			text += "\n" + r.say(code, "updates.diff.now") + "\n" + quoted(fresh)
		} else {
			text += "\n" + r.say(code, "updates.diff.removed")
		}
		pieces = append(pieces, piece{heading: heading, text: text})
		heading = ""
	}
	return pieces
}

func quoted(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }

// shownValue writes a value of a difference for people.
func (r *Router) shownValue(f updates.Field, value string, code language.Code) string {
	if value == "" {
		return ""
	}
	switch f {
	case updates.FieldCategory:
		return r.say(code, "updates.category."+value)
	case updates.FieldArea:
		return r.say(code, "area."+value)
	case updates.FieldPrefectures:
		return r.press().places(strings.Fields(value), code)
	case updates.FieldTopics:
		return strings.Join(r.press().topics(strings.Fields(value), code), "\n")
	case updates.FieldExpires:
		if t, err := parseMoment(value); err == nil {
			return r.clock(t, code)
		}
	}
	return value
}
