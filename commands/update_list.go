package commands

import (
	"context"
	"strconv"
	"strings"
	"time"

	"madoguchi/updates"
)

func parseMoment(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }

// listPage is how many updates one page lists.
const listPage = 15

// updateList lists a server's updates, newest first.
func (r *Router) updateList(ctx context.Context, v *visit, page int) (Response, error) {
	list, err := r.Moderation.List(ctx, r.act(v))
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.list.title")}}}
	if len(list) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "updates.list.empty")})
		return Response{Card: &card}, nil
	}
	pages := (len(list) + listPage - 1) / listPage
	page = min(max(page, 1), pages)
	list = list[(page-1)*listPage : min(page*listPage, len(list))]
	menu := Menu{Action: Do("update", "pick", "", ""), Placeholder: r.say(code, "updates.list.pick")}
	var lines []string
	for _, i := range list {
		title := i.Title(code)
		if title == "" {
			title = r.say(code, "updates.untitled")
		}
		state := i.State
		if i.Out(v.Now) == false && (state == updates.Published || state == updates.Corrected) {
			state = updates.Expired
		}
		word := r.stateWord(state, i.Stage, code)
		when := r.clock(i.Changed, code)
		if i.State == updates.Scheduled {
			when = r.clock(i.At, code)
		}
		lines = append(lines, "**#"+i.ID+"** "+clip(title, 80)+"\n-# "+joined(word, when))
		menu.Options = append(menu.Options, MenuOption{Label: clip("#"+i.ID+" "+title, maxOption), Value: i.ID, Description: clip(word, maxOption)})
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")}, menu)
	var nav []Button
	at := func(n int) Action { return Do("update", "list", "", strconv.Itoa(n)) }
	if page > 1 {
		nav = append(nav, Button{Label: r.say(code, "button.previous"), Action: at(page - 1)})
	}
	if page < pages {
		nav = append(nav, Button{Label: r.say(code, "button.next"), Action: at(page + 1)})
	}
	nav = append(nav, Button{Label: r.say(code, "updates.button.queue"), Action: Do("update", "queue", "", "")})
	card.Blocks = append(card.Blocks, row(nav...)...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// historyPage is how many lines of the log one page shows.
const historyPage = 12

// history shows the log, of one update or of all, newest first. Before is the line to
// go on before; 0: from the newest.
func (r *Router) history(ctx context.Context, v *visit, id string, before int64) (Response, error) {
	if id != "" {
		if _, err := r.Moderation.Get(ctx, r.act(v), id); err != nil {
			return Response{}, err
		}
	}
	if v.Kind == KindComponent && v.Action.Arg(3) != "more" {
		before = 0 // the button of a card, which carries a version
	}
	list, next, err := r.Moderation.History(ctx, r.act(v), updates.Filter{Update: id}, before, historyPage)
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.history.title")}}}
	var lines []string
	for _, e := range list {
		lines = append(lines, r.press().line(e, code))
	}
	if len(lines) == 0 {
		lines = append(lines, r.say(code, "updates.history.empty"))
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")})
	var nav []Button
	if next > 0 {
		nav = append(nav, Button{Label: r.say(code, "updates.button.older"), Action: Do("update", "history", id, strconv.FormatInt(next, 10), "more")})
	}
	if id != "" {
		nav = append(nav, Button{Label: r.say(code, "updates.button.show"), Action: Do("update", "show", id, "")})
	}
	card.Blocks = append(card.Blocks, row(nav...)...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// lineButton opens the history from a line in the log channel.
func (r *Router) lineButton() action {
	return action{name: lineAction, plan: beside, only: r.moderator, handle: func(ctx context.Context, v *visit) (Response, error) {
		return r.history(ctx, v, updateID(v.Action.Arg(1)), 0)
	}}
}
