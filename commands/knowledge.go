package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// knowledgeCommand is /knowledge: what moderators do to keep the answers true between
// releases.
func (r *Router) knowledgeCommand() command {
	thing := func(required bool) OptionDefinition {
		return OptionDefinition{Type: StringOption, Name: "thing", Required: required, Autocomplete: true, MaxLength: maxOption}
	}
	note := func(name string, required bool) OptionDefinition {
		return OptionDefinition{Type: StringOption, Name: name, Required: required, MaxLength: updates.MaxNote}
	}
	d := r.define("knowledge",
		OptionDefinition{Type: SubCommand, Name: "stale"},
		OptionDefinition{Type: SubCommand, Name: "verify", Options: []OptionDefinition{thing(true), note("note", false)}},
		OptionDefinition{Type: SubCommand, Name: "suspend", Options: []OptionDefinition{thing(true), note("reason", true)}},
		OptionDefinition{Type: SubCommand, Name: "resume", Options: []OptionDefinition{thing(true), note("note", false)}},
		OptionDefinition{Type: SubCommand, Name: "gaps"})
	d.ServerOnly, d.Permission = true, permissionManageMessages
	return command{Definition: d, only: r.moderator, handle: r.knowledge, complete: r.completeThing}
}

func (r *Router) knowledge(ctx context.Context, v *visit) (Response, error) {
	m, act := r.Moderation, r.act(v)
	t := thingOf(v.Options["thing"].String)
	switch v.Name {
	case "knowledge stale":
		return r.stale(ctx, v)
	case "knowledge gaps":
		return r.gaps(ctx, v)
	case "knowledge verify":
		return r.mended(ctx, v, t, "verified", m.Verify(ctx, act, t, v.Options["note"].String))
	case "knowledge suspend":
		return r.mended(ctx, v, t, "suspended", m.Suspend(ctx, act, t, v.Options["reason"].String))
	case "knowledge resume":
		return r.mended(ctx, v, t, "resumed", m.Resume(ctx, act, t, v.Options["note"].String))
	}
	return Response{}, errVersion
}

// thingOf reads a thing as buttons and choices carry it: topic/slug.
func thingOf(s string) updates.Thing {
	kind, id, _ := strings.Cut(s, "/")
	return updates.Thing{Kind: updates.Kind(kind), ID: id}
}

func thingID(t updates.Thing) string { return string(t.Kind) + "/" + t.ID }

// mended makes the answer of an act on the knowledge.
func (r *Router) mended(ctx context.Context, v *visit, t updates.Thing, what string, err error) (Response, error) {
	var done string
	var problems *updates.ProblemsError
	switch {
	case errors.As(err, &problems):
		return Response{Card: &Card{Language: v.Code, Tone: Wrong, Blocks: []Block{Heading{1, r.say(v.Code, "updates.not-yet")}, Text{r.problemList(problems.Problems, v.Code)}}}}, nil
	case err != nil:
		return Response{}, err
	default:
		v.outcome, done = what, r.say(v.Code, "updates.done."+what)
	}
	card := r.thingCard(ctx, v, t, done)
	return Response{Card: &card}, nil
}

// thingCard shows a topic, help line or fact to a moderator: what it says, where from,
// and how it stands.
func (r *Router) thingCard(ctx context.Context, v *visit, t updates.Thing, done string) Card {
	code, p := v.Code, r.press()
	mending := r.Moderation.Mending(ctx, v.GuildID)
	card := Card{Language: code}
	add := func(b ...Block) { card.Blocks = append(card.Blocks, b...) }
	if done != "" {
		add(Text{"**" + done + "**"})
	}
	add(Heading{1, p.thing(t, code)}, Small{joined(r.say(code, "updates.kind."+string(t.Kind)), "`"+t.ID+"`")})
	add(r.aboutThing(t, v)...)
	suspension, suspended := mending.Suspension(t)
	if suspended {
		text := "**" + r.say(code, "updates.suspended") + "** " + r.fill(code, "updates.by-at", locales.Data{"Who": "<@" + suspension.By + ">", "When": r.clock(suspension.At, code)}) +
			"\n> " + strings.ReplaceAll(clip(suspension.Reason, updates.MaxNote), "\n", "\n> ")
		if suspension.Second != "" {
			text += "\n" + r.fill(code, "updates.confirmed-by", locales.Data{"Who": "<@" + suspension.Second + ">"})
		} else {
			text += "\n-# " + r.say(code, "updates.log.alone")
		}
		add(Text{text})
	}
	if c, ok := mending.Check(t); ok {
		who := "<@" + c.By + ">"
		if c.Second != "" {
			who += " <@" + c.Second + ">"
		}
		add(Text{"**" + r.say(code, "updates.checked") + "** " + r.fill(code, "updates.by-at", locales.Data{"Who": who, "When": r.clock(c.At, code)})})
	}
	do := func(what string) Action { return Do("mend", what, thingID(t)) }
	var buttons []Button
	switch {
	case suspended:
		buttons = append(buttons, Button{Label: r.say(code, "updates.button.resume"), Style: Primary, Action: do("resume")})
		if suspension.Second == "" && suspension.By != v.UserID {
			buttons = append(buttons, Button{Label: r.say(code, "updates.button.confirm"), Action: do("confirm")})
		}
	case t.Kind != updates.KindFact:
		buttons = append(buttons, Button{Label: r.say(code, "updates.button.suspend"), Style: Danger, Action: Do("mend-form", thingID(t))})
	}
	buttons = append(buttons, Button{Label: r.say(code, "updates.button.verify"), Action: do("verify")},
		Button{Label: r.say(code, "updates.button.history"), Action: do("history")},
		Button{Label: r.say(code, "updates.button.stale"), Action: Do("mend", "stale", "")})
	add(row(buttons...)...)
	return fit(card)
}

// aboutThing says what a thing says and where that was read.
func (r *Router) aboutThing(t updates.Thing, v *visit) []Block {
	base, code := r.Engine.Base(), v.Code
	sources := func(list []knowledge.Source) string {
		var lines []string
		for _, s := range list[:min(len(list), 4)] {
			lines = append(lines, "- "+s.URL)
		}
		return strings.Join(lines, "\n")
	}
	dates := func(asOf, reviewBy string) string {
		return r.fill(code, "updates.review-dates", locales.Data{"AsOf": knowledge.FormatAsOf(asOf, code), "ReviewBy": knowledge.FormatAsOf(reviewBy, code)})
	}
	switch t.Kind {
	case updates.KindFact:
		f := base.Facts[t.ID]
		if f == nil {
			return nil
		}
		var lines []string
		if value, ok := f.At(v.Now); ok {
			lines = append(lines, "**"+knowledge.Format(value, code)+"**")
		}
		lines = append(lines, dates(f.AsOf, f.ReviewBy), sources(f.Sources))
		if used := r.press().topics(r.uses[f.ID], code); len(used) > 0 {
			lines = append(lines, r.fill(code, "updates.used-by", locales.Data{"Topics": clip(strings.Join(used, " / "), 600)}))
		}
		return []Block{Text{strings.Join(lines, "\n")}}
	case updates.KindHelpline:
		if s := base.Services[t.ID]; s != nil {
			var phones []string
			for _, c := range s.Channels {
				if c.Phone != "" && !slices.Contains(phones, c.Phone) {
					phones = append(phones, c.Phone)
				}
			}
			return []Block{Text{strings.Join([]string{strings.Join(phones, "\n"), dates(s.AsOf, s.ReviewBy), sources(s.Sources)}, "\n")}}
		}
	case updates.KindTopic:
		if topic := base.Topics[t.ID]; topic != nil && topic.Official != "" {
			return []Block{Text{topic.Official}}
		}
	}
	return nil
}

// mendAction does what a button of a thing's card says.
func (r *Router) mendAction() action {
	return action{name: "mend", only: r.moderator, handle: func(ctx context.Context, v *visit) (Response, error) {
		m, act, t := r.Moderation, r.act(v), thingOf(v.Action.Arg(1))
		switch v.Action.Arg(0) {
		case "pick":
			if len(v.Values) != 1 {
				return Response{}, errVersion
			}
			t = thingOf(v.Values[0])
			if !r.isThing(t) {
				return Response{}, updates.ErrNoThing
			}
			card := r.thingCard(ctx, v, t, "")
			return Response{Card: &card}, nil
		case "stale":
			return r.stale(ctx, v)
		case "gaps":
			return r.gaps(ctx, v)
		case "verify":
			return r.mended(ctx, v, t, "verified", m.Verify(ctx, act, t, ""))
		case "resume":
			return r.mended(ctx, v, t, "resumed", m.Resume(ctx, act, t, ""))
		case "confirm":
			return r.mended(ctx, v, t, "confirmed", m.Confirm(ctx, act, t))
		case "history":
			return r.thingHistory(ctx, v, t)
		}
		return Response{}, errVersion
	}}
}

// mendForm asks for the reason of a suspension.
func (r *Router) mendForm() action {
	return action{name: "mend-form", only: r.moderator, plan: form, handle: func(_ context.Context, v *visit) (Response, error) {
		t := thingOf(v.Action.Arg(0))
		if !r.isThing(t) {
			return Response{}, updates.ErrNoThing
		}
		return Response{Modal: &Modal{Action: Do("mend-sent", thingID(t)), Title: clip(r.say(v.Code, "updates.form.suspend"), 45), Fields: []Field{{
			ID: "reason", Label: r.say(v.Code, "updates.field.note"), Description: r.say(v.Code, "updates.hint.suspend"), Long: true, Required: true, MaxLength: updates.MaxNote}}}}, nil
	}}
}

func (r *Router) mendSent() action {
	return action{name: "mend-sent", only: r.moderator, handle: func(ctx context.Context, v *visit) (Response, error) {
		t, reason := thingOf(v.Action.Arg(0)), ""
		if list := v.Fields["reason"]; len(list) > 0 {
			reason = list[0]
		}
		return r.mended(ctx, v, t, "suspended", r.Moderation.Suspend(ctx, r.act(v), t, reason))
	}}
}

func (r *Router) isThing(t updates.Thing) bool {
	k := knownThings{r.Engine.Base()}
	switch t.Kind {
	case updates.KindTopic:
		return k.Topic(t.ID)
	case updates.KindHelpline:
		return k.Helpline(t.ID)
	case updates.KindFact:
		return k.Fact(t.ID)
	}
	return false
}

// thingHistory shows the log of one thing.
func (r *Router) thingHistory(ctx context.Context, v *visit, t updates.Thing) (Response, error) {
	list, _, err := r.Moderation.History(ctx, r.act(v), updates.Filter{Thing: t}, 0, historyPage)
	if err != nil {
		return Response{}, err
	}
	card := Card{Language: v.Code, Blocks: []Block{Heading{1, r.say(v.Code, "updates.history.title")}, Small{clip(r.press().thing(t, v.Code), 200)}}}
	var lines []string
	for _, e := range list {
		lines = append(lines, r.press().line(e, v.Code))
	}
	if len(lines) == 0 {
		lines = append(lines, r.say(v.Code, "updates.history.empty"))
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")})
	card = fit(card)
	return Response{Card: &card}, nil
}

// completeThing offers topics, help lines and facts while a moderator types; for
// /knowledge resume those that are suspended.
func (r *Router) completeThing(ctx context.Context, v *visit) []Choice {
	typed := v.Options[v.Focused].String
	q := foldName(typed)
	var list []Choice
	add := func(t updates.Thing) {
		id := thingID(t)
		name := clip(joined(r.say(v.Code, "updates.kind."+string(t.Kind)), r.press().thing(t, v.Code)), maxOption)
		if len(list) < maxChoices && len(id) <= maxOption {
			list = append(list, Choice{Name: name, Value: id})
		}
	}
	fits := func(t updates.Thing) bool {
		return q == "" || strings.Contains(foldName(t.ID), q) || slices.ContainsFunc(language.Codes(), func(c language.Code) bool {
			return strings.Contains(foldName(r.press().thing(t, c)), q)
		})
	}
	if v.Name == "knowledge resume" {
		for _, t := range r.Moderation.Mending(ctx, v.GuildID).AllSuspended() {
			if fits(t) {
				add(t)
			}
		}
		return list
	}
	base := r.Engine.Base()
	if v.Name == "knowledge verify" && q != "" {
		for _, id := range r.facts {
			if t := (updates.Thing{Kind: updates.KindFact, ID: id}); fits(t) && len(list) < maxChoices/3 {
				add(t)
			}
		}
	}
	for _, id := range base.ServiceIDs {
		if t := (updates.Thing{Kind: updates.KindHelpline, ID: id}); fits(t) && len(list) < maxChoices/2 {
			add(t)
		}
	}
	for _, p := range base.Prefectures {
		if t := (updates.Thing{Kind: updates.KindHelpline, ID: conversation.CentrePrefix + p.Code}); p.Centre != nil && q != "" && (fits(t) || r.places.exact(typed) == p.Code) {
			add(t)
		}
	}
	if base.Topics[typed] != nil {
		add(updates.Thing{Kind: updates.KindTopic, ID: typed})
	}
	for _, slug := range r.topics.search(typed, "") {
		if slug != typed {
			add(updates.Thing{Kind: updates.KindTopic, ID: slug})
		}
	}
	return list
}

// factUses says which topics say which fact, and lists the facts in order.
func factUses(base *knowledge.Base) (uses map[string][]string, facts []string) {
	uses = map[string][]string{}
	for _, slug := range base.Slugs {
		t := base.Topics[slug]
		ids := slices.Clone(t.Facts)
		if out, err := base.Render(t, knowledge.Asked{Language: language.English, Prefectures: []string{"13"}}); err == nil {
			for _, f := range out.Facts {
				ids = append(ids, f.ID)
			}
		}
		for _, id := range ids {
			if !slices.Contains(uses[id], slug) {
				uses[id] = append(uses[id], slug)
			}
		}
	}
	for id := range base.Facts {
		facts = append(facts, id)
	}
	slices.Sort(facts)
	return uses, facts
}
