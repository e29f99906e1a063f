package find

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"

	"madoguchi/language"
)

// Field says which part of a topic an example comes from.
type Field uint8

const (
	Question Field = iota // a way people ask
	Title
	Keyword
	Body
)

// Example is one text that is known to be about a label.
type Example struct {
	Label  string
	Lang   language.Code
	Text   string
	Weight float64 // how much it counts; 0 stands for the weight usual for its field
	Field  Field
}

// weight is the example's own weight, or the one usual for its field.
func (e Example) weight() float32 {
	if e.Weight > 0 {
		return float32(e.Weight)
	}
	switch e.Field {
	case Title:
		return 0.7
	case Keyword:
		return 0.5
	case Body:
		return 0.2
	}
	return 1
}

// Candidate is a label and how probable it is that the text is about it.
type Candidate struct {
	Label string
	Score float64 // a probability, 0 to 1; all candidates of a text sum to 1
}

// Options changes how an engine is trained. The zero value is what the bot uses.
type Options struct {
	Seed   uint64 // of everything random in training; the same seed gives the same engine
	Reject string // the label of texts that belong to no other; "" when there is none
}

// Engine ranks the labels of a text. It does not change after training and may
// be used by many goroutines at once.
type Engine struct {
	labels      []string
	reject      int // index in labels, -1 when there is none
	vocabulary  *vocabulary
	linear      *linear
	scale       float32 // of the scores, found by calibration
	fingerprint string
	scratch     sync.Pool
}

// scratch holds the buffers of one query.
type scratch struct {
	extractor extractor
	vector    vector
	scores    []float32
}

// Train learns from examples. It fails when there are no examples or only one
// label, and when ctx ends.
func Train(ctx context.Context, examples []Example, opts Options) (*Engine, error) {
	e := &Engine{reject: -1, scale: 1, fingerprint: Fingerprint(examples, opts)}
	index := map[string]int{}
	for _, x := range examples {
		if _, ok := index[x.Label]; !ok {
			index[x.Label] = 0
			e.labels = append(e.labels, x.Label)
		}
	}
	if len(e.labels) < 2 {
		return nil, errors.New("training needs examples of at least two labels")
	}
	sort.Strings(e.labels)
	for i, l := range e.labels {
		index[l] = i
		if l == opts.Reject && l != "" {
			e.reject = i
		}
	}
	e.vocabulary = newVocabulary(examples)
	var x extractor
	rows := make([]row, len(examples))
	for i, example := range examples {
		rows[i] = row{label: index[example.Label], weight: example.weight()}
		e.vocabulary.vectorise(x.cut(example.Text), &rows[i].vector)
	}
	var err error
	if e.linear, err = trainLinear(ctx, rows, e.vocabulary.size(), len(e.labels), opts.Seed); err != nil {
		return nil, fmt.Errorf("training the linear part: %w", err)
	}
	return e, nil
}

// Labels returns the labels the engine knows, sorted.
func (e *Engine) Labels() []string { return append([]string(nil), e.labels...) }

// Find ranks the labels for a text, best first; labels that score the same are
// in alphabetical order. lang is the language the text is thought to be in, "" when
// unknown. The reject label, if one was trained, is among the candidates. A text
// with nothing known in it gives no candidates.
func (e *Engine) Find(text string, lang language.Code) []Candidate {
	return e.Look(text, lang).Candidates
}

// Result is all that is known about a text.
type Result struct {
	Candidates []Candidate // best first
	Coverage   float64     // share of the text, 0 to 1, that was seen in training
}

// Look does what Find does and also says how well the text is known.
func (e *Engine) Look(text string, lang language.Code) Result {
	s, _ := e.scratch.Get().(*scratch)
	if s == nil {
		s = &scratch{scores: make([]float32, len(e.labels))}
	}
	defer e.scratch.Put(s)
	coverage := e.vocabulary.vectorise(s.extractor.cut(text), &s.vector)
	if len(s.vector.index) == 0 {
		return Result{}
	}
	e.linear.score(&s.vector, s.scores)
	for i := range s.scores {
		s.scores[i] *= e.scale
	}
	softmax(s.scores)
	out := make([]Candidate, len(e.labels))
	for i, p := range s.scores {
		out[i] = Candidate{e.labels[i], float64(p)}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Score > out[b].Score })
	return Result{Candidates: out, Coverage: coverage}
}
