package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
)

// privacyCommand is /privacy: what is kept of a person, shown in words, given as a
// file, deleted at once.
func (r *Router) privacyCommand() command {
	return command{Definition: r.define("privacy"), handle: r.showKept}
}

func (r *Router) privacy() action {
	return action{name: "privacy", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		return r.showKept(ctx, v)
	}}
}

// privacyFile gives what is kept as a file.
func (r *Router) privacyFile() action {
	return action{name: "privacy-file", plan: beside, handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		records, err := r.records(ctx, v)
		if err != nil {
			return Response{}, err
		}
		data, err := keptFile(records, v.Now)
		if err != nil {
			return Response{}, err
		}
		card := Card{Language: v.Code, Blocks: []Block{Text{r.say(v.Code, "privacy.file")}}}
		return Response{Card: &card, Files: []File{{Name: "madoguchi-kept.json", Data: data}}}, nil
	}}
}

// privacyDelete deletes all that is kept, then reads again and shows that nothing is
// left.
func (r *Router) privacyDelete() action {
	return action{name: "privacy-delete", handle: func(ctx context.Context, v *visit) (Response, error) {
		v.speak(v.Action.Arg(0))
		if err := r.Store.Forget(ctx, v.Person); err != nil {
			return Response{}, fmt.Errorf("forget a person: %w", err)
		}
		records, err := r.records(ctx, v)
		if err != nil {
			return Response{}, err
		}
		if len(records) > 0 {
			return Response{}, fmt.Errorf("%d records are left of a person who was forgotten", len(records))
		}
		v.outcome = "forgotten"
		card := Card{Language: v.Code, Blocks: []Block{
			Heading{1, r.say(v.Code, "privacy.deleted-title")},
			Text{r.fill(v.Code, "privacy.deleted", locales.Data{"When": r.clock(v.Now, v.Code)})},
			Text{r.say(v.Code, "privacy.nothing")}}}
		card.Blocks = append(card.Blocks, row(Button{Label: r.say(v.Code, "button.privacy-again"), Action: Do("privacy", string(v.Code))})...)
		return Response{Card: &card}, nil
	}}
}

func (r *Router) records(ctx context.Context, v *visit) ([]store.Record, error) {
	records, err := r.Store.Records(ctx, v.Person)
	if err != nil {
		return nil, fmt.Errorf("read what is kept of a person: %w", err)
	}
	return records, nil
}

func (r *Router) showKept(ctx context.Context, v *visit) (Response, error) {
	records, err := r.records(ctx, v)
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "privacy.title")}, Text{r.say(code, "privacy.text")},
		Heading{2, r.say(code, "privacy.now")}}}
	if len(records) == 0 {
		card.Blocks = append(card.Blocks, Text{r.say(code, "privacy.nothing")})
	}
	for _, rec := range records {
		lines := r.recordWords(rec, code)
		until := r.fill(code, "privacy.until", locales.Data{"When": r.clock(rec.Expires, code)})
		card.Blocks = append(card.Blocks, Text{"**" + r.say(code, "privacy."+string(rec.Kind)) + "**\n" + strings.Join(append(lines, until), "\n")})
	}
	card.Blocks = append(card.Blocks, Small{r.say(code, "privacy.counter")})
	var buttons []Button
	if len(records) > 0 {
		buttons = append(buttons,
			Button{Label: r.say(code, "button.privacy-delete"), Style: Danger, Action: Do("privacy-delete", string(code))},
			Button{Label: r.say(code, "button.privacy-file"), Action: Do("privacy-file", string(code))})
	}
	buttons = append(buttons, Button{Label: r.say(code, "button.help"), Action: Do("help", string(code))})
	card.Blocks = append(card.Blocks, row(buttons...)...)
	card = fit(card)
	return Response{Card: &card}, nil
}

// recordWords says in words what a record holds, line by line.
func (r *Router) recordWords(rec store.Record, code language.Code) []string {
	var lines []string
	add := func(id, value string) {
		if value != "" {
			lines = append(lines, "- "+r.fill(code, id, locales.Data{"Value": value}))
		}
	}
	comma := r.say(code, "hours.list-comma")
	titles := func(slugs []string) string {
		var list []string
		for _, slug := range slugs {
			if t := r.Engine.Base().Topics[slug]; t != nil && t.Answers[code] != nil {
				slug = t.Answers[code].Title
			}
			list = append(list, slug)
		}
		return each(list, comma)
	}
	places := func(codes []string) string {
		var list []string
		for _, c := range codes {
			list = append(list, r.prefecture(c, code))
		}
		return each(list, comma)
	}
	tongue := func(c language.Code) string {
		if !c.Valid() {
			return ""
		}
		return r.say(code, "language."+string(c))
	}
	switch rec.Kind {
	case store.KindPreferences:
		var p Preferences
		if json.Unmarshal(rec.Value, &p) == nil {
			add("privacy.language", tongue(p.Language))
			var wants []string
			for _, s := range p.Subscriptions {
				wants = append(wants, r.press().subscription(s, code))
			}
			add("privacy.subscriptions", strings.Join(wants, comma))
		}
	case store.KindSession:
		var all sessions
		if json.Unmarshal(rec.Value, &all) == nil {
			list := []conversation.Session{all.Session}
			if all.Overheard != nil {
				list = append(list, *all.Overheard)
			}
			var topics, prefectures, choices, statuses, fields []string
			for _, s := range list {
				topics = append(topics, s.Topic, s.Before)
				prefectures, choices = append(prefectures, s.Prefectures...), append(choices, s.Choices...)
				statuses, fields = append(statuses, r.statusName(s.Status, code)), append(fields, r.fieldName(s.Field, code))
			}
			add("privacy.language", tongue(all.Language))
			add("privacy.topics", titles(topics))
			add("privacy.places", places(prefectures))
			add("privacy.status", each(statuses, comma))
			add("privacy.field", each(fields, comma))
			add("privacy.choices", titles(choices))
		}
	case store.KindFeedback:
		var all votes
		if json.Unmarshal(rec.Value, &all) == nil {
			var slugs []string
			for _, x := range all.Votes {
				slug, _, _ := strings.Cut(x.Answer, "/")
				slugs = append(slugs, slug)
			}
			add("privacy.judged", titles(slugs))
		}
	case store.KindState:
		var all state
		if json.Unmarshal(rec.Value, &all) == nil {
			var slugs []string
			for _, h := range all.Held {
				slugs = append(append(slugs, h.Topic), h.Choices...)
			}
			add("privacy.held", titles(slugs))
			if all.Typed != nil {
				lines = append(lines, "- "+r.say(code, "privacy.typed"))
			}
		}
	}
	return lines
}

// each lists what there is, each once.
func each(list []string, comma string) string {
	var once []string
	for _, s := range list {
		if s != "" && !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return strings.Join(once, comma)
}

// statusName returns the name of a status of residence as people say it.
func (r *Router) statusName(slug string, code language.Code) string {
	if slug == "" {
		return ""
	}
	return r.say(code, "status."+slug)
}

// fieldName returns the name of a field of work.
func (r *Router) fieldName(slug string, code language.Code) string {
	for _, f := range r.Engine.Base().Fields {
		if f.Slug == slug {
			switch code {
			case language.Japanese:
				return f.Japanese
			case language.Vietnamese:
				return f.Vietnamese
			case language.Burmese:
				return f.Burmese
			}
			return f.English
		}
	}
	return slug
}

// keptFile writes all that is kept of a person, as it is kept.
func keptFile(records []store.Record, now time.Time) ([]byte, error) {
	type record struct {
		Kind    store.Kind      `json:"kind"`
		Expires string          `json:"expires"`
		Value   json.RawMessage `json:"value"`
	}
	file := struct {
		At   string   `json:"at"`
		Kept []record `json:"kept"`
	}{now.In(knowledge.Japan()).Format(time.RFC3339), []record{}}
	for _, rec := range records {
		value := json.RawMessage(rec.Value)
		if !json.Valid(value) {
			quoted, err := json.Marshal(string(rec.Value))
			if err != nil {
				return nil, fmt.Errorf("write a record as JSON: %w", err)
			}
			value = quoted
		}
		file.Kept = append(file.Kept, record{rec.Kind, rec.Expires.In(knowledge.Japan()).Format(time.RFC3339), value})
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write what is kept as JSON: %w", err)
	}
	return append(data, '\n'), nil
}
