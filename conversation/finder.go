package conversation

import (
	"bytes"
	"context"
	_ "embed" // the trained finder
	"fmt"

	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
)

// Labels of what is not a topic, as the finder knows them.
const (
	chatPrefix   = "chat/"
	outsideNear  = "outside/near"
	outsideOther = "outside/out"
)

// Examples returns what the finder learns from: each topic's questions, titles and
// keywords, small talk, and questions from outside.
func Examples(base *knowledge.Base) []find.Example {
	var list []find.Example
	add := func(label string, code language.Code, field find.Field, texts ...string) {
		for _, s := range texts {
			list = append(list, find.Example{Label: label, Lang: code, Text: s, Field: field})
		}
	}
	for _, code := range language.Codes() {
		for _, slug := range base.Slugs {
			t := base.Topics[slug]
			add(slug, code, find.Question, t.Questions[code]...)
			if a := t.Answers[code]; a != nil {
				add(slug, code, find.Title, a.Title)
				add(slug, code, find.Keyword, a.Keywords...)
			}
		}
		for _, s := range base.Chat {
			add(chatPrefix+s.Slug, code, find.Question, s.Questions[code]...)
		}
		add(outsideNear, code, find.Question, base.Outside.Near[code]...)
		add(outsideOther, code, find.Question, base.Outside.Out[code]...)
	}
	return list
}

// options are how the bot's finder is trained.
func options(base *knowledge.Base) find.Options {
	return find.Options{Size: find.Compact, Concepts: base.ConceptFinder()}
}

// model is the finder trained beforehand on the knowledge compiled in, written by
// "madoguchi train".
//
//go:embed finder.model
var model []byte

// Train learns the finder from the knowledge, which takes a minute or more.
func Train(ctx context.Context, base *knowledge.Base) (*find.Engine, error) {
	f, err := find.Train(ctx, Examples(base), options(base))
	if err != nil {
		return nil, fmt.Errorf("train the finder on %d topics: %w", len(base.Slugs), err)
	}
	return f, nil
}

// OpenFinder returns the finder trained beforehand when it was trained on this very
// knowledge. Otherwise it trains one on the spot with less care, which takes
// seconds, and reports that the saved one is stale.
func OpenFinder(ctx context.Context, base *knowledge.Base) (f *find.Engine, stale bool, err error) {
	f, stale, err = find.Open(ctx, bytes.NewReader(model), Examples(base), options(base))
	if err != nil {
		return nil, stale, fmt.Errorf("open the finder: %w", err)
	}
	return f, stale, nil
}

// FinderStale reports whether the saved finder was trained on other questions than
// the knowledge holds.
func FinderStale(base *knowledge.Base) bool {
	f, err := find.Load(bytes.NewReader(model), nil)
	return err != nil || f.Fingerprint() != find.Fingerprint(Examples(base), options(base))
}
