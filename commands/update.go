package commands

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// permissionManageMessages is what moderators of most servers have; Discord shows
// /update and /knowledge to them by default. What counts is the role of the settings.
const permissionManageMessages uint64 = 1 << 13

// updateCommand is /update: what moderators do with news.
func (r *Router) updateCommand() command {
	text := func(name string, required bool) OptionDefinition {
		return OptionDefinition{Type: StringOption, Name: name, Required: required, MaxLength: maxOption}
	}
	typed := func(name string, required bool) OptionDefinition {
		o := text(name, required)
		o.Autocomplete = true
		return o
	}
	tongue := OptionDefinition{Type: StringOption, Name: "language", Required: true, Choices: r.languageChoices()}
	sub := func(name string, options ...OptionDefinition) OptionDefinition {
		return OptionDefinition{Type: SubCommand, Name: name, Options: options}
	}
	d := r.define("update",
		sub("new", tongue,
			OptionDefinition{Type: StringOption, Name: "category", Required: true, Choices: r.choices("updates.category.", categories())},
			OptionDefinition{Type: StringOption, Name: "area", Required: true, Choices: r.areaChoices()},
			typed("prefecture", false), typed("topic", false)),
		sub("translate", typed("update", true), tongue),
		sub("preview", typed("update", true)),
		sub("submit", typed("update", true)),
		sub("review", typed("update", false)),
		sub("publish", typed("update", true), text("at", false), OptionDefinition{Type: RoleOption, Name: "ping"}),
		sub("correct", typed("update", true)),
		sub("withdraw", typed("update", true),
			OptionDefinition{Type: StringOption, Name: "reason", Required: true, Choices: r.choices("updates.reason.", reasonsOf())},
			OptionDefinition{Type: StringOption, Name: "note", MaxLength: updates.MaxNote}),
		sub("list"),
		sub("history", typed("update", false)),
		sub("roles", typed("subscription", false), OptionDefinition{Type: RoleOption, Name: "role"}))
	d.ServerOnly, d.Permission = true, permissionManageMessages
	return command{Definition: d, only: r.moderator,
		plan: func(q Request) Plan {
			return Plan{Private: true, Modal: q.Name == "update new" || q.Name == "update translate"}
		},
		handle: r.update, complete: r.completeUpdate}
}

func categories() []string {
	var list []string
	for _, c := range updates.Categories() {
		list = append(list, string(c))
	}
	return list
}

func reasonsOf() []string {
	var list []string
	for _, c := range updates.Reasons() {
		list = append(list, string(c))
	}
	return list
}

// choices offers values whose names are the messages prefix+value.
func (r *Router) choices(prefix string, values []string) []ChoiceDefinition {
	var list []ChoiceDefinition
	for _, value := range values {
		c := ChoiceDefinition{Value: value}
		c.Name, c.Names = r.localised(prefix + value)
		list = append(list, c)
	}
	return list
}

// update does a sub-command.
func (r *Router) update(ctx context.Context, v *visit) (Response, error) {
	_, name, _ := strings.Cut(v.Name, " ")
	id := updateID(v.Options["update"].String)
	switch name {
	case "new":
		return r.newForm(v)
	case "translate":
		return r.textForm(ctx, v, id, language.Code(v.Options["language"].String))
	case "preview":
		return r.preview(ctx, v, id)
	case "submit":
		return r.did(ctx, v, "submitted")(r.Moderation.Submit(ctx, r.act(v), id, 0))
	case "review":
		if id == "" {
			return r.reviewQueue(ctx, v)
		}
		return r.review(ctx, v, id)
	case "publish":
		return r.publish(ctx, v, id, v.Options["at"].String, v.Options["ping"].ID)
	case "correct":
		return r.did(ctx, v, "correcting")(r.Moderation.Correct(ctx, r.act(v), id))
	case "withdraw":
		return r.withdraw(ctx, v, id, updates.Reason(v.Options["reason"].String), v.Options["note"].String)
	case "list":
		return r.updateList(ctx, v, 1)
	case "history":
		return r.history(ctx, v, id, 0)
	case "roles":
		return r.setRole(ctx, v, updates.Subscription(v.Options["subscription"].String), v.Options["role"].ID)
	}
	return Response{}, errVersion
}

// updateID reads the number of an update as picked or typed: 12, #12.
func updateID(given string) string {
	given = strings.TrimPrefix(strings.TrimSpace(given), "#")
	if given == "" {
		return ""
	}
	if _, err := strconv.Atoi(given); err != nil {
		return "-" // found nowhere
	}
	return given
}

// completeUpdate offers what an option can be.
func (r *Router) completeUpdate(ctx context.Context, v *visit) []Choice {
	typed := v.Options[v.Focused].String
	switch v.Focused {
	case "prefecture":
		return r.completePlace(v)
	case "topic":
		area, _ := areaOf(v.Options["area"].String)
		return r.completeTopic(ctx, v, area)
	case "subscription":
		return r.completeSubscription(v, typed)
	case "update":
		return r.completeUpdates(ctx, v, typed)
	}
	return nil
}

// fitting are the states in which a sub-command makes sense.
func fitting(name string) []updates.State {
	work := []updates.State{updates.Draft, updates.InReview, updates.Approved, updates.Scheduled}
	out := []updates.State{updates.Published, updates.Corrected}
	switch name {
	case "update translate":
		return work
	case "update submit":
		return work[:1]
	case "update review":
		return work[1:2]
	case "update publish":
		return work[2:]
	case "update correct":
		return out
	case "update withdraw":
		return append(out, work...)
	}
	return nil
}

func (r *Router) completeUpdates(ctx context.Context, v *visit, typed string) []Choice {
	list, err := r.Moderation.List(ctx, r.act(v), fitting(v.Name)...)
	if err != nil {
		return nil // the choices are a convenience; a number can be typed
	}
	q := foldName(strings.TrimPrefix(typed, "#"))
	var out []Choice
	for _, i := range list {
		title := i.Title(v.Code)
		if q != "" && i.ID != q && !strings.Contains(foldName(title), q) {
			continue
		}
		if len(out) == maxChoices {
			break
		}
		out = append(out, Choice{Name: clip("#"+i.ID+" "+r.stateWord(i.State, i.Stage, v.Code)+" · "+title, maxOption), Value: i.ID})
	}
	return out
}

// stateWord names where an update is; of one that is out and being corrected, both.
func (r *Router) stateWord(state, stage updates.State, code language.Code) string {
	word := r.say(code, "updates.state."+string(state))
	if stage != "" && stage != state {
		word += " + " + r.say(code, "updates.correction") + ": " + r.say(code, "updates.state."+string(stage))
	}
	return word
}

// did makes the answer of an act on an update: what happened, and the update as it now
// is, or what is to be mended first.
func (r *Router) did(ctx context.Context, v *visit, what string) func(updates.Update, error) (Response, error) {
	return func(u updates.Update, err error) (Response, error) {
		var problems *updates.ProblemsError
		var changed *updates.ChangedError
		switch {
		case errors.As(err, &problems):
			v.outcome = "problems"
			card := r.updateCard(ctx, v, u, told{})
			card.Tone = Wrong
			card.Blocks = append([]Block{Heading{1, r.say(v.Code, "updates.not-yet")}, Text{r.problemList(problems.Problems, v.Code)}, Rule{}}, card.Blocks...)
			card = fit(card)
			return Response{Card: &card}, nil
		case errors.As(err, &changed):
			v.outcome = "changed"
			card := r.updateCard(ctx, v, changed.Update, told{problems: true})
			card.Tone = Wrong
			card.Blocks = append([]Block{Heading{1, r.say(v.Code, "updates.changed.title")}, Text{r.changedText(changed.Update, v.Code)}, Rule{}}, card.Blocks...)
			card = fit(card)
			return Response{Card: &card}, nil
		case err != nil:
			return Response{}, err
		}
		v.outcome = what
		card := r.updateCard(ctx, v, u, told{done: r.say(v.Code, "updates.done."+what), problems: true})
		return Response{Card: &card}, nil
	}
}

// changedText says who was faster and when.
func (r *Router) changedText(u updates.Update, code language.Code) string {
	who := r.say(code, "updates.log.clock")
	if u.Changed.By != "" {
		who = "<@" + u.Changed.By + ">"
	}
	return r.fill(code, "updates.changed.text", locales.Data{"Who": who, "When": r.clock(u.Changed.At, code)})
}

// problemList says what is to be mended, one a line.
func (r *Router) problemList(problems []updates.Problem, code language.Code) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, "- "+r.problem(p, code))
	}
	return strings.Join(lines, "\n")
}

func (r *Router) problem(p updates.Problem, code language.Code) string {
	where := r.say(code, "updates.field."+string(p.Field))
	if p.Part != updates.PartDetails {
		where = r.say(code, "language."+string(p.Part)) + ", " + where
	}
	got := clip(strings.Join(strings.Fields(p.Got), " "), 80)
	if p.Field == updates.FieldTopics && p.Rule == updates.RuleUnknown || p.Field == updates.FieldPrefectures && p.Rule == updates.RuleUnknown {
		got = "`" + strings.ReplaceAll(got, "`", "'") + "`"
	}
	tongue := ""
	if p.Language.Valid() {
		tongue = r.say(code, "language."+string(p.Language))
	}
	return "**" + where + "**: " + r.fill(code, "updates.problem."+string(p.Rule), locales.Data{"Got": got, "Max": number(p.Max, code), "Language": tongue})
}

// noteList says what was changed in the texts so that they can be posted.
func (r *Router) noteList(notes []updates.Note, code language.Code) string {
	var lines []string
	for _, n := range notes {
		lines = append(lines, "- **"+r.say(code, "language."+string(n.Part))+", "+r.say(code, "updates.field."+string(n.Field))+"**: "+r.say(code, "updates.note."+string(n.Kind)))
	}
	return strings.Join(lines, "\n")
}

// updateButton is the action of the buttons on a moderator's card: what to do, with
// which update, at which version of it.
func updateButton(what string, u updates.Update, more ...string) Action {
	return Do("update", append([]string{what, u.ID, strconv.FormatInt(u.Version, 10)}, more...)...)
}

func formButton(what string, u updates.Update, more ...string) Action {
	return Do("update-form", append([]string{what, u.ID, strconv.FormatInt(u.Version, 10)}, more...)...)
}

// versionArg reads the version a button was drawn for. What is no number is one that
// never was.
func versionArg(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return -1
	}
	return n
}

// updateAction does what a button of a moderator's card says.
func (r *Router) updateAction() action {
	return action{name: "update", only: r.moderator,
		plan: func(q Request) Plan {
			p := inPlace(q)
			if q.Action.Arg(0) == "preview" || q.Action.Arg(0) == "history" {
				p.Replace = false
			}
			return p
		},
		handle: func(ctx context.Context, v *visit) (Response, error) {
			what, id, seen := v.Action.Arg(0), v.Action.Arg(1), versionArg(v.Action.Arg(2))
			m, act := r.Moderation, r.act(v)
			switch what {
			case "show":
				return r.show(ctx, v, id)
			case "pick":
				if len(v.Values) == 0 {
					return Response{}, errVersion
				}
				return r.show(ctx, v, v.Values[0])
			case "list":
				page, _ := strconv.Atoi(v.Action.Arg(2))
				return r.updateList(ctx, v, page)
			case "queue":
				return r.reviewQueue(ctx, v)
			case "read":
				if len(v.Values) == 1 {
					id = v.Values[0]
				}
				return r.review(ctx, v, id)
			case "preview":
				return r.preview(ctx, v, id)
			case "submit":
				return r.did(ctx, v, "submitted")(m.Submit(ctx, act, id, seen))
			case "recall":
				return r.did(ctx, v, "recalled")(m.Recall(ctx, act, id, seen))
			case "approve":
				return r.approve(ctx, v, id, seen)
			case "publish":
				return r.publish(ctx, v, id, "", "")
			case "unschedule":
				return r.did(ctx, v, "unscheduled")(m.Unschedule(ctx, act, id))
			case "correct":
				return r.did(ctx, v, "correcting")(m.Correct(ctx, act, id))
			case "drop":
				return r.askDrop(ctx, v, id)
			case "drop-now":
				return r.did(ctx, v, "dropped")(m.Abandon(ctx, act, id, seen))
			case "repost":
				return r.did(ctx, v, "reposted")(m.Repost(ctx, act, id))
			case "history":
				before, _ := strconv.ParseInt(v.Action.Arg(2), 10, 64)
				return r.history(ctx, v, id, before)
			}
			return Response{}, errVersion
		}}
}

// show opens the card of an update.
func (r *Router) show(ctx context.Context, v *visit, id string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	card := r.updateCard(ctx, v, u, told{problems: true})
	return Response{Card: &card}, nil
}

// approve approves what the person read.
func (r *Router) approve(ctx context.Context, v *visit, id string, seen int64) (Response, error) {
	u, err := r.Moderation.Approve(ctx, r.act(v), id, seen)
	what := "approved"
	if err == nil && u.Stage() == updates.InReview {
		what = "half-approved"
	}
	return r.did(ctx, v, what)(u, err)
}

// publish publishes now, or at a time in Japan time when one is given.
func (r *Router) publish(ctx context.Context, v *visit, id, at, ping string) (Response, error) {
	var when time.Time
	if strings.TrimSpace(at) != "" {
		t, clock, err := updates.ParseTime(at, v.Now)
		if err != nil || !clock {
			u, err := r.Moderation.Get(ctx, r.act(v), id)
			if err == nil {
				err = &updates.ProblemsError{Problems: []updates.Problem{{Part: updates.PartDetails, Field: updates.FieldAt, Rule: updates.RuleTime, Got: at}}}
			}
			return r.did(ctx, v, "")(u, err)
		}
		when = t
	}
	u, err := r.Moderation.Publish(ctx, r.act(v), id, when, ping)
	what := "published"
	if err == nil && u.Stage() == updates.Scheduled {
		what = "scheduled"
	}
	return r.did(ctx, v, what)(u, err)
}

// withdraw takes back what is out, or drops a draft.
func (r *Router) withdraw(ctx context.Context, v *visit, id string, reason updates.Reason, note string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	if u.Live == nil && u.Work != nil {
		return r.did(ctx, v, "dropped")(r.Moderation.Abandon(ctx, r.act(v), id, u.Version))
	}
	return r.did(ctx, v, "withdrawn")(r.Moderation.Withdraw(ctx, r.act(v), id, reason, note))
}

// askDrop asks before what is being prepared is dropped.
func (r *Router) askDrop(ctx context.Context, v *visit, id string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	say := func(id string) string { return r.say(v.Code, id) }
	text := "updates.drop.text"
	if u.Live != nil {
		text = "updates.drop.correction"
	}
	card := Card{Language: v.Code, Blocks: []Block{Heading{1, say("updates.drop.title")}, Text{r.updateName(u, v.Code)}, Text{say(text)}}}
	card.Blocks = append(card.Blocks, row(Button{Label: say("updates.button.drop-now"), Style: Danger, Action: updateButton("drop-now", u)},
		Button{Label: say("button.back"), Action: updateButton("show", u)})...)
	return Response{Card: &card}, nil
}

func (r *Router) updateName(u updates.Update, code language.Code) string {
	c := u.Latest()
	title := c.Texts[c.Fallback(code)].Title
	if title == "" {
		title = r.say(code, "updates.untitled")
	}
	return "**#" + u.ID + "** " + clip(title, updates.MaxTitle)
}
