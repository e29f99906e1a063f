package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/updates"
)

// Lengths that a form lets one type: more than can be posted, so that a long text is
// told, and kept, rather than cut by the one who types. Discord allows 4,000.
const (
	typedTitle = 300
	typedBody  = 4000
	typedLine  = 1000
)

// typedLife is how long a form that could not be saved can be opened again.
const typedLife = time.Hour

// typed is a form that could not be saved, as it was typed: kept for its writer for a
// short time, so that nothing is lost.
type typed struct {
	Action []string          `json:"a"` // arguments of the form
	Fields map[string]string `json:"f"`
}

// newForm opens the form of a new update.
func (r *Router) newForm(v *visit) (Response, error) {
	code := language.Code(v.Options["language"].String)
	category, area := v.Options["category"].String, v.Options["area"].String
	if _, known := areaOf(area); !code.Valid() || !known || !slices.Contains(categories(), category) {
		return Response{}, errVersion
	}
	var about []string
	if given := v.Options["prefecture"].String; given != "" {
		if p := r.places.find(given); p != "" {
			given = r.prefecture(p, v.Code)
		}
		about = append(about, given)
	}
	if given := v.Options["topic"].String; given != "" {
		about = append(about, r.press().topics([]string{given}, v.Code)[0])
	}
	return Response{Modal: r.form(v.Code, []string{"new", "", "", string(code), category, area}, map[string]string{"about": strings.Join(about, "\n")}, "")}, nil
}

// updateForm opens a form from a button.
func (r *Router) updateForm() action {
	return action{name: "update-form", only: r.moderator, plan: form, handle: func(ctx context.Context, v *visit) (Response, error) {
		what, id := v.Action.Arg(0), v.Action.Arg(1)
		switch what {
		case "text":
			return r.textForm(ctx, v, id, language.Code(v.Action.Arg(3)))
		case "details":
			return r.detailsForm(ctx, v, id)
		case "return", "schedule", "withdraw":
			// They hold nothing that has to be looked up, and are checked when sent.
			return Response{Modal: r.form(v.Code, []string{what, id, v.Action.Arg(2)}, nil, "")}, nil
		case "again":
			return r.formAgain(ctx, v)
		}
		return Response{}, errVersion
	}}
}

// textForm opens the form of the text in one language, with the original beside.
func (r *Router) textForm(ctx context.Context, v *visit, id string, code language.Code) (Response, error) {
	if !code.Valid() {
		return Response{}, errVersion
	}
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	if u.Work == nil || u.Ended != nil {
		return Response{}, updates.ErrState
	}
	t := u.Work.Texts[code]
	values := map[string]string{"title": t.Title, "body": t.Body, "change": t.Change}
	args := []string{"text", u.ID, strconv.FormatInt(u.Version, 10), string(code)}
	if u.Live != nil {
		args = append(args, "live")
	}
	return Response{Modal: r.form(v.Code, args, values, original(u.Work.Content, code))}, nil
}

// original is the text to translate from: another language's.
func original(c updates.Content, code language.Code) string {
	rest := updates.Content{Texts: map[language.Code]updates.Text{}}
	for l, t := range c.Texts {
		if l != code {
			rest.Texts[l] = t
		}
	}
	from, ok := rest.Texts[rest.Fallback("")]
	if !ok {
		return ""
	}
	return from.Title + "\n\n" + from.Body
}

// detailsForm opens the form of the details.
func (r *Router) detailsForm(ctx context.Context, v *visit, id string) (Response, error) {
	u, err := r.Moderation.Get(ctx, r.act(v), id)
	if err != nil {
		return Response{}, err
	}
	if u.Work == nil || u.Ended != nil {
		return Response{}, updates.ErrState
	}
	d, p := u.Work.Details, r.press()
	var about []string
	for _, c := range d.Prefectures {
		about = append(about, r.prefecture(c, v.Code))
	}
	about = append(about, p.topics(d.Topics, v.Code)...)
	if extra := d.Unread[updates.FieldAbout]; extra != "" {
		about = append(about, extra)
	}
	expires := updates.FormatTime(d.Expires)
	if t, ok := d.Unread[updates.FieldExpires]; ok {
		expires = t
	}
	values := map[string]string{"category": string(d.Category), "area": d.Area, "about": strings.Join(about, "\n"), "expires": expires, "source": d.Source}
	return Response{Modal: r.form(v.Code, []string{"details", u.ID, strconv.FormatInt(u.Version, 10)}, values, "")}, nil
}

// form draws a form with its fields filled in. args are those of its action: what, the
// update, its version, and what the form is about.
func (r *Router) form(code language.Code, args []string, values map[string]string, original string) *Modal {
	say := func(id string) string { return r.say(code, id) }
	m := &Modal{Action: Do("update-sent", args...), Title: say("updates.form." + args[0])}
	tongue := Action{Args: args}.Arg(3)
	field := func(id string, long, required bool, max int) Field {
		f := Field{ID: id, Label: say("updates.field." + id), Description: say("updates.hint." + id), Value: values[id], Long: long, Required: required, MaxLength: max}
		if units(f.Value) > max {
			f.Value, _ = cut(f.Value, max)
		}
		return f
	}
	pick := func(id, prefix string, list []string) Field {
		f := Field{ID: id, Label: say("updates.field." + id), Required: true, MinValues: 1, MaxValues: 1}
		for _, value := range list {
			f.Options = append(f.Options, MenuOption{Label: clip(say(prefix+value), maxOption), Value: value, Selected: values[id] == value})
		}
		return f
	}
	about := func() Field { return field("about", true, false, typedBody) }
	title := func() Field { return field("title", false, args[0] == "new", typedTitle) }
	switch args[0] {
	case "new":
		m.Title = r.fill(code, "updates.form.new", locales.Data{"Language": r.say(language.Code(tongue), "language.native")})
		m.Fields = []Field{title(), field("body", true, true, typedBody), about(), field("expires", false, true, typedLine), field("source", false, true, typedLine)}
	case "text":
		m.Title = r.fill(code, "updates.form.text", locales.Data{"Language": r.say(language.Code(tongue), "language.native")})
		m.Fields = []Field{title(), field("body", true, false, typedBody)}
		if len(args) > 4 {
			m.Fields = append(m.Fields, field("change", true, false, typedLine))
		}
		if original != "" {
			values = map[string]string{"original": original}
			m.Fields = append(m.Fields, field("original", true, false, typedBody))
		}
	case "details":
		m.Fields = []Field{pick("category", "updates.category.", categories()), pick("area", "area.", updates.Areas()), about(),
			field("expires", false, true, typedLine), field("source", false, true, typedLine)}
	case "return":
		m.Fields = []Field{field("note", true, true, typedLine)}
	case "schedule":
		m.Fields = []Field{field("at", false, true, maxOption)}
	case "withdraw":
		m.Fields = []Field{pick("reason", "updates.reason.", reasonsOf()), field("note", true, false, typedLine)}
	}
	m.Title = clip(m.Title, 45)
	return m
}

// updateSent takes a form.
func (r *Router) updateSent() action {
	return action{name: "update-sent", handle: func(ctx context.Context, v *visit) (Response, error) {
		if err := r.moderator(ctx, v); err != nil {
			// Refused, unless it could not be found out: then nothing may be lost.
			return r.orTyped(ctx, v, "", updates.Update{}, err)
		}
		what, id, seen := v.Action.Arg(0), v.Action.Arg(1), versionArg(v.Action.Arg(2))
		value := func(field string) string {
			if list := v.Fields[field]; len(list) > 0 {
				return strings.TrimSpace(list[0])
			}
			return ""
		}
		m, act := r.Moderation, r.act(v)
		switch what {
		case "new":
			code := language.Code(v.Action.Arg(3))
			if !code.Valid() {
				return Response{}, errVersion
			}
			c := updates.Content{Details: r.readDetails(v, value), Texts: map[language.Code]updates.Text{code: {Title: value("title"), Body: value("body")}}}
			c.Category, c.Area = updates.Category(v.Action.Arg(4)), v.Action.Arg(5)
			return r.saved(ctx, v, "created")(m.NewUpdate(ctx, act, c))
		case "text":
			return r.saved(ctx, v, "saved")(m.EditText(ctx, act, id, seen, language.Code(v.Action.Arg(3)),
				updates.Text{Title: value("title"), Body: value("body"), Change: value("change")}))
		case "details":
			return r.saved(ctx, v, "saved")(m.EditDetails(ctx, act, id, seen, r.readDetails(v, value)))
		case "return":
			u, err := m.Return(ctx, act, id, seen, value("note"))
			return r.orTyped(ctx, v, "returned", u, err)
		case "schedule":
			return r.publish(ctx, v, id, value("at"), "")
		case "withdraw":
			u, err := m.Withdraw(ctx, act, id, updates.Reason(value("reason")), value("note"))
			return r.orTyped(ctx, v, "withdrawn", u, err)
		}
		return Response{}, errVersion
	}}
}

// readDetails reads the details as they were typed. What can't be understood is kept as
// typed, and told.
func (r *Router) readDetails(v *visit, value func(string) string) updates.Details {
	d := updates.Details{Category: updates.Category(value("category")), Area: value("area"), Source: value("source")}
	keep := func(f updates.Field, s string) {
		if d.Unread == nil {
			d.Unread = map[updates.Field]string{}
		}
		d.Unread[f] = s
	}
	var unknown string
	d.Prefectures, d.Topics, unknown = r.readAbout(value("about"))
	if unknown != "" {
		keep(updates.FieldAbout, unknown)
	}
	if t, err := updates.ParseExpiry(value("expires"), v.Now); err == nil {
		d.Expires = t
	} else if s := value("expires"); s != "" {
		keep(updates.FieldExpires, s)
	}
	return d
}

// readAbout reads prefectures and topics, one a line or with commas between, in any of
// the four languages, and returns what it could not make out.
func (r *Router) readAbout(text string) (prefectures, topics []string, unknown string) {
	var rest []string
	add := func(part string) bool {
		part = strings.TrimSpace(part)
		if part == "" {
			return true
		}
		if slug := r.topics.exact(part); slug != "" {
			if !slices.Contains(topics, slug) {
				topics = append(topics, slug)
			}
			return true
		}
		if code := r.places.exact(part); code != "" {
			if !slices.Contains(prefectures, code) {
				prefectures = append(prefectures, code)
			}
			return true
		}
		return false
	}
	for _, line := range strings.Split(text, "\n") {
		if add(line) {
			continue
		}
		for _, part := range strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(",、，;；၊/", c) }) {
			if !add(part) {
				rest = append(rest, strings.TrimSpace(part))
			}
		}
	}
	slices.Sort(prefectures)
	return prefectures, topics, strings.Join(rest, "\n")
}

// exact returns the topic with that slug or, in any language, that title.
func (x *topicIndex) exact(given string) string {
	if x.base.Topics[given] != nil {
		return given
	}
	q := foldName(given)
	for _, e := range x.entries {
		for _, t := range e.texts {
			if t.weight == weightTitle && t.folded == q {
				return e.slug
			}
		}
	}
	return ""
}

// exact returns the prefecture with that code or name, or in which the city of that
// name lies.
func (x *placeIndex) exact(given string) string {
	if x.base.Prefecture(given) != nil {
		return given
	}
	q := foldName(given)
	for _, cities := range []bool{false, true} {
		for _, n := range x.names {
			if (n.city != nil) == cities && n.folded == q {
				return n.code
			}
		}
	}
	if list := x.lexicon.Find(given); len(list) == 1 && !list[0].Weak {
		return list[0].ID
	}
	return ""
}

// saved makes the answer to a form that holds a text or details.
func (r *Router) saved(ctx context.Context, v *visit, what string) func(updates.Saved, error) (Response, error) {
	return func(s updates.Saved, err error) (Response, error) {
		if err != nil {
			return r.orTyped(ctx, v, what, s.Update, err)
		}
		v.outcome = what
		if len(s.Problems) > 0 {
			v.outcome += " with problems"
		}
		card := r.updateCard(ctx, v, s.Update, told{done: r.say(v.Code, "updates.done."+what), notes: s.Notes, problems: true})
		return Response{Card: &card}, nil
	}
}

// orTyped makes the answer to a form; when it could not be saved, what was typed comes
// back with the reason, in words to copy and, if it can be kept for a while, as a form
// to open again.
func (r *Router) orTyped(ctx context.Context, v *visit, what string, u updates.Update, err error) (Response, error) {
	if err == nil {
		return r.did(ctx, v, what)(u, nil)
	}
	title, text := r.whyNot(v, err)
	if title == "" {
		return Response{}, err // nothing the person could mend
	}
	v.outcome = "typed back"
	card := Card{Language: v.Code, Tone: Wrong, Blocks: []Block{Heading{1, title}, Text{text}, Text{r.say(v.Code, "updates.typed")}}}
	out := Response{}
	var whole strings.Builder
	form := r.form(v.Code, append(v.Action.Args, "")[:max(len(v.Action.Args), 1)], nil, "")
	for _, f := range form.Fields {
		value := ""
		if list := v.Fields[f.ID]; len(list) > 0 {
			value = list[0]
		}
		if value == "" || f.ID == "original" || len(f.Options) > 0 {
			continue
		}
		whole.WriteString(f.Label + "\n" + value + "\n\n")
		card.Blocks = append(card.Blocks, Text{"**" + f.Label + "**\n```\n" + strings.ReplaceAll(clip(value, 1500), "```", "'''") + "\n```"})
	}
	if n, _ := card.Size(); n > maxUnits || units(whole.String()) > 2500 {
		out.Files = []File{{Name: "my-text.txt", Data: []byte(whole.String())}}
		card.Blocks = append(card.Blocks[:3], Text{r.say(v.Code, "updates.typed-file")})
	}
	var buttons []Button
	if r.keepTyped(ctx, v) {
		buttons = append(buttons, Button{Label: r.say(v.Code, "updates.button.again"), Style: Primary, Action: Do("update-form", "again")})
	}
	if id := v.Action.Arg(1); id != "" {
		buttons = append(buttons, Button{Label: r.say(v.Code, "updates.button.show"), Action: Do("update", "show", id, "")})
	}
	card.Blocks = append(card.Blocks, row(buttons...)...)
	card = fit(card)
	out.Card = &card
	return out, nil
}

// whyNot says in words why a form could not be saved; empty when it is a refusal or a
// fault that is told as everywhere.
func (r *Router) whyNot(v *visit, err error) (title, text string) {
	var changed *updates.ChangedError
	var problems *updates.ProblemsError
	switch {
	case errors.As(err, &changed):
		return r.say(v.Code, "updates.changed.title"), r.changedText(changed.Update, v.Code)
	case errors.As(err, &problems):
		return r.say(v.Code, "updates.not-yet"), r.problemList(problems.Problems, v.Code)
	case errors.Is(err, updates.ErrNotAllowed), errors.Is(err, updates.ErrNoUpdate), errors.Is(err, errServerOnly), errors.Is(err, errVersion):
		return "", ""
	}
	id := sentenceOf(err)
	if id == "ours" || id == "store" || id == "slow" {
		r.Log.Error("a moderators' form could not be saved", "form", v.Action.Arg(0), "error", err)
	}
	return r.say(v.Code, "error."+id+".title"), r.fill(v.Code, "error."+id+".text", nil)
}

// keepTyped keeps a form as it was typed, for its writer, for a short time.
func (r *Router) keepTyped(ctx context.Context, v *visit) bool {
	var all state
	r.recall(ctx, v, store.KindState, &all)
	if v.Forgetful {
		return false
	}
	all.Typed = &typed{Action: v.Action.Args, Fields: map[string]string{}}
	for id, list := range v.Fields {
		if len(list) > 0 {
			all.Typed.Fields[id] = list[0]
		}
	}
	return r.keep(ctx, v, store.KindState, all, typedLife)
}

// formAgain opens a form as it was typed, on the update as it now is.
func (r *Router) formAgain(ctx context.Context, v *visit) (Response, error) {
	var all state
	r.recall(ctx, v, store.KindState, &all)
	if all.Typed == nil || len(all.Typed.Action) == 0 {
		if v.Forgetful {
			return Response{}, store.ErrUnavailable
		}
		return Response{}, errExpired
	}
	args, source := slices.Clone(all.Typed.Action), ""
	if len(args) > 2 && args[1] != "" {
		u, err := r.Moderation.Get(ctx, r.act(v), args[1])
		if err != nil {
			return Response{}, err
		}
		args[2] = strconv.FormatInt(u.Version, 10)
		if args[0] == "text" && len(args) > 3 && u.Work != nil {
			source = original(u.Work.Content, language.Code(args[3]))
		}
	}
	return Response{Modal: r.form(v.Code, args, all.Typed.Fields, source)}, nil
}
