package conversation

import (
	"context"
	_ "embed" // the trained finder
	"fmt"
	"math/rand/v2"

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

// inPassing is the share of the questions that are learned as asked after something
// else.
const inPassing = 0.3

// Examples returns what the finder learns from: each topic's questions, titles,
// keywords and the lines of its answers, what people type after an answer, small talk,
// and questions from outside. A share of the questions is given a topic that was
// spoken of before, drawn at random but always the same, so that the finder learns how
// little a change of subject has to do with it.
func Examples(base *knowledge.Base) []find.Example {
	list := asked(base)
	for _, code := range language.Codes() {
		for _, slug := range base.Slugs {
			if a := base.Topics[slug].Answers[code]; a != nil {
				for _, line := range a.Passages() {
					list = append(list, find.Example{Label: slug, Lang: code, Text: line, Field: find.Body})
				}
			}
		}
	}
	return list
}

// asked is Examples without the lines of the answers: what makes a saved finder stale.
func asked(base *knowledge.Base) []find.Example {
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
			for _, turn := range t.Threads[code] {
				list = append(list, find.Example{Label: turn.Topic, Lang: code, Text: turn.Text, Before: slug})
			}
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
	afterSomething(list, base)
	return list
}

// afterSomething gives a share of the questions a topic before them: their own, one
// related to it, or any.
func afterSomething(list []find.Example, base *knowledge.Base) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range list {
		x := &list[i]
		if x.Field != find.Question || x.Before != "" || rng.Float64() > inPassing {
			continue
		}
		t := base.Topics[x.Label]
		switch k := rng.IntN(4); {
		case k == 0 && t != nil:
			x.Before = t.Slug
		case k == 1 && t != nil && len(t.Related) > 0:
			x.Before = t.Related[rng.IntN(len(t.Related))]
		default:
			x.Before = base.Slugs[rng.IntN(len(base.Slugs))]
		}
	}
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

// OpenFinder returns the finder trained beforehand, and reports that it is stale when
// questions were edited since. It trains one on the spot with less care, which takes a
// minute or two, when the knowledge holds a topic the saved one does not know.
func OpenFinder(ctx context.Context, base *knowledge.Base) (f *find.Engine, stale bool, err error) {
	f, stale, err = find.Open(ctx, model, asked(base), options(base))
	if err != nil {
		return nil, stale, fmt.Errorf("open the finder: %w", err)
	}
	return f, stale, nil
}

// FinderStale reports whether the saved finder was trained on other questions than
// the knowledge holds.
func FinderStale(base *knowledge.Base) bool {
	f, err := find.Load(model, nil)
	return err != nil || f.Fingerprint() != find.Fingerprint(asked(base), options(base))
}
