package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/updates"
)

// updatesCommand is /updates: the news of a community, and what one wants to hear of.
func (r *Router) updatesCommand() command {
	d := r.define("updates",
		OptionDefinition{Type: SubCommand, Name: "list", Options: []OptionDefinition{{Type: StringOption, Name: "area", Choices: r.areaChoices()}}},
		OptionDefinition{Type: SubCommand, Name: "subscribe"})
	return command{Definition: d, handle: func(ctx context.Context, v *visit) (Response, error) {
		if r.Moderation == nil {
			return Response{}, errVersion
		}
		if v.Name == "updates subscribe" {
			return r.subscribe(ctx, v, "")
		}
		area, _ := areaOf(v.Options["area"].String)
		return r.board(ctx, v, string(area))
	}}
}

// board lists what is out, what one subscribed to first.
func (r *Router) board(ctx context.Context, v *visit, area string) (Response, error) {
	list, err := r.Moderation.Board(ctx, v.GuildID, updates.BoardFilter{Area: area})
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Tone: News, Blocks: []Block{Heading{1, r.say(code, "updates.board.title")}}}
	if v.GuildID == "" && len(list) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "updates.board.direct")})
		return Response{Card: &card}, nil
	}
	var mine, others []updates.Item
	for _, i := range list {
		if wanted(i, v.Preferences.Subscriptions) {
			mine = append(mine, i)
		} else {
			others = append(others, i)
		}
	}
	menu := Menu{Action: Do("news-read", v.GuildID), Placeholder: r.say(code, "updates.board.pick")}
	show := func(heading string, list []updates.Item) {
		var lines []string
		for _, i := range list {
			if len(menu.Options) == maxMenu {
				break
			}
			about := joined(r.say(code, "updates.category."+string(i.Category)), r.press().places(i.Prefectures, code), formatDay(i.Since, code))
			lines = append(lines, "**"+clip(i.Title(code), updates.MaxTitle)+"**\n-# "+clip(about, 200))
			menu.Options = append(menu.Options, MenuOption{Label: clip(i.Title(code), maxOption), Value: i.ID, Description: clip(about, maxOption)})
		}
		if len(lines) == 0 {
			return
		}
		if heading != "" {
			card.Blocks = append(card.Blocks, Heading{2, heading})
		}
		card.Blocks = append(card.Blocks, Text{clip(strings.Join(lines, "\n"), 1700)})
	}
	if len(mine) > 0 {
		show(r.say(code, "updates.board.mine"), mine)
		show(r.say(code, "updates.board.others"), others)
	} else {
		show("", others)
	}
	if len(menu.Options) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "updates.board.empty")})
	} else {
		card.Blocks = append(card.Blocks, menu)
	}
	card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "updates.button.subscribe"), Action: Do("news-subscribe", string(code))})...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// wanted reports whether news is what someone subscribed to: one of their areas, or one
// of their prefectures.
func wanted(i updates.Item, subs []updates.Subscription) bool {
	if slices.Contains(subs, updates.Subscribe("area", i.Area)) {
		return true
	}
	return slices.ContainsFunc(i.Prefectures, func(p string) bool { return slices.Contains(subs, updates.Subscribe("prefecture", p)) })
}

// newsButton is the button of a post: the same news in another language, or all news.
func (r *Router) newsButton() action {
	return action{name: newsAction, plan: func(q Request) Plan {
		p := beside(q)
		if q.Action.Arg(1) != "list" {
			p = inPlace(q) // a reader's own card changes its language in place
		}
		return p
	}, handle: func(ctx context.Context, v *visit) (Response, error) {
		guild, id, code, ok := updates.ParseMark(v.Action.Arg(0))
		if !ok || r.Moderation == nil {
			return Response{}, errVersion
		}
		if v.Action.Arg(1) == "list" {
			return r.board(ctx, v, "")
		}
		if want := language.Code(v.Action.Arg(1)); want.Valid() {
			code = want
		}
		v.Code = code
		return r.readNews(ctx, v, guild, id)
	}}
}

// newsRead opens news picked from a list.
func (r *Router) newsRead() action {
	return action{name: "news-read", handle: func(ctx context.Context, v *visit) (Response, error) {
		if r.Moderation == nil || len(v.Values) == 0 {
			return Response{}, errVersion
		}
		return r.readNews(ctx, v, v.GuildID, v.Values[0])
	}}
}

// readNews shows a piece of news to a reader. A draft is shown to moderators alone, from
// the buttons of its preview.
func (r *Router) readNews(ctx context.Context, v *visit, guild, id string) (Response, error) {
	n, err := r.Moderation.Read(ctx, guild, id, v.Code)
	preview := v.Kind == KindComponent && strings.HasSuffix(v.Action.Arg(0), ".preview")
	if preview && guild == v.GuildID && v.GuildID != "" && r.moderator(ctx, v) == nil {
		u, err := r.Moderation.Get(ctx, r.act(v), id)
		if err != nil {
			return Response{}, err
		}
		p, ok := u.Preview(v.Code, v.Now)
		if !ok {
			return Response{}, updates.ErrNoUpdate
		}
		card := r.press().noticeCard(p, v.Action.Arg(0))
		return Response{Card: &card}, nil
	}
	if err != nil {
		return Response{}, err
	}
	v.outcome = "read"
	card := r.press().noticeCard(n, strings.Join([]string{n.Guild, n.ID, string(v.Code), "read"}, "."))
	return Response{Card: &card}, nil
}

// newsSubscribe opens the subscriptions.
func (r *Router) newsSubscribe() action {
	return action{name: "news-subscribe", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if r.Moderation == nil {
			return Response{}, errVersion
		}
		return r.subscribe(ctx, v, "")
	}}
}

// subscriptionGroups are the menus of subscriptions: a menu holds 25.
func (r *Router) subscriptionGroups() map[string][]updates.Subscription {
	groups := map[string][]updates.Subscription{}
	for _, s := range r.allSubscriptions() {
		kind, id := s.Parts()
		if kind == "prefecture" {
			kind = "east"
			if id > "23" {
				kind = "west"
			}
		}
		groups[kind] = append(groups[kind], s)
	}
	return groups
}

func groupNames() []string { return []string{"area", "east", "west", "language"} }

// subscribe shows what one has subscribed to, with menus to change it.
func (r *Router) subscribe(ctx context.Context, v *visit, done string) (Response, error) {
	code := v.Code
	var given updates.Subscriptions
	if v.GuildID != "" {
		var err error
		if given, err = r.Moderation.Subscriptions(ctx, v.GuildID); err != nil {
			return Response{}, err
		}
	}
	card := Card{Language: code, Tone: News, Blocks: []Block{Heading{1, r.say(code, "updates.subscribe.title")}}}
	if done != "" {
		card.Blocks = append(card.Blocks, Text{"**" + done + "**"})
	}
	about := "updates.subscribe.about"
	if len(given.Given) > 0 {
		about = "updates.subscribe.roles"
	}
	card.Blocks = append(card.Blocks, Text{r.say(code, about)})
	groups := r.subscriptionGroups()
	for _, name := range groupNames() {
		menu := Menu{Action: Do("news-set", string(code), name), Placeholder: r.say(code, "updates.subscribe."+name), Max: len(groups[name])}
		for _, s := range groups[name] {
			o := MenuOption{Label: clip(r.press().subscription(s, code), maxOption), Value: string(s), Selected: slices.Contains(v.Preferences.Subscriptions, s)}
			if given.Given[s] != "" {
				o.Description = r.say(code, "updates.subscribe.gives")
			}
			menu.Options = append(menu.Options, o)
		}
		card.Blocks = append(card.Blocks, menu)
	}
	card.Blocks = append(card.Blocks, row(Button{Label: r.say(code, "updates.button.board"), Action: Do("news-board", string(code))})...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// newsBoard goes back to the list.
func (r *Router) newsBoard() action {
	return action{name: "news-board", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if r.Moderation == nil {
			return Response{}, errVersion
		}
		return r.board(ctx, v, "")
	}}
}

// newsSet keeps what was picked in one menu, and gives or takes the roles for it.
func (r *Router) newsSet() action {
	return action{name: "news-set", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		group, known := r.subscriptionGroups()[v.Action.Arg(1)]
		if r.Moderation == nil || !known {
			return Response{}, errVersion
		}
		var wants []updates.Subscription
		for _, s := range v.Preferences.Subscriptions {
			if !slices.Contains(group, s) {
				wants = append(wants, s)
			}
		}
		for _, value := range v.Values {
			if s := updates.Subscription(value); slices.Contains(group, s) && !slices.Contains(wants, s) {
				wants = append(wants, s)
			}
		}
		p := v.Preferences
		p.Subscriptions = wants
		if v.Forgetful || !r.keep(ctx, v, store.KindPreferences, p, preferenceLife) {
			return Response{}, store.ErrUnavailable
		}
		v.Preferences = p
		v.outcome = "subscribed"
		done := r.say(v.Code, "updates.done.subscribed")
		if v.GuildID != "" && v.Installed {
			failed, err := r.giveRoles(ctx, v, wants)
			if err != nil {
				return Response{}, err
			}
			if len(failed) > 0 {
				done += "\n" + r.fill(v.Code, "updates.roles.failed", locales.Data{"Roles": strings.Join(failed, " ")})
			}
		}
		return r.subscribe(ctx, v, done)
	}}
}

// giveRoles gives the roles of what someone subscribed to and takes those of what not,
// and returns those that Discord refused.
func (r *Router) giveRoles(ctx context.Context, v *visit, wants []updates.Subscription) (failed []string, err error) {
	subs, err := r.Moderation.Subscriptions(ctx, v.GuildID)
	if err != nil || r.Members == nil {
		return nil, err
	}
	for _, role := range subs.Roles() {
		has := false
		for s, x := range subs.Given {
			has = has || x == role && slices.Contains(wants, s)
		}
		if has == slices.Contains(v.Roles, role) {
			continue
		}
		// A role that was given more rights since is not given to everybody.
		safe := true
		if has {
			if safe, err = r.Members.Harmless(ctx, v.GuildID, role); err != nil && !errors.Is(err, updates.ErrRefused) {
				return failed, err
			}
		}
		if !safe || err != nil || r.Members.SetRole(ctx, v.GuildID, v.UserID, role, has) != nil {
			failed = append(failed, roleName(role, ""))
		}
	}
	return failed, nil
}
