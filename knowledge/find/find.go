package find

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
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
	Body // a line of what is said about it: lends words
)

// Example is one text that is known to be about a label.
type Example struct {
	Label  string
	Lang   language.Code
	Text   string
	Weight float64 // how much it counts; 0 stands for the weight usual for its field
	Field  Field
	Before string // the label that was spoken of before, "" for none
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

// Size says how much an engine may hold.
type Size uint8

const (
	Whole   Size = iota // every feature and every learner: the most accurate
	Compact             // the most frequent features, narrower nets, no linear part: a small file
)

// Options changes how an engine is trained.
type Options struct {
	Seed   uint64 // of everything random in training; the same seed gives the same engine
	Reject string // the label of texts that belong to no other; "" when there is none
	Size   Size
	Quick  bool // leaves out calibration and learns in fewer rounds: for a look at an edit
	// Concepts recognises things and acts across languages; nil for none. An engine
	// needs the one it was trained with.
	Concepts Concepts
}

// Concepts names what a text speaks of, in any language.
type Concepts interface {
	Concepts(text string) []string
	Fingerprint() string // changes when what is recognised changes
}

// Engine ranks the labels of a text. It does not change after training and may
// be used by many goroutines at once.
type Engine struct {
	labels      []string
	reject      int // among the labels, -1 when there is none
	vocabulary  *vocabulary
	maxGram     int
	concepts    Concepts
	groupWeight [groups]float64
	learners    []learner
	sharpness   float64 // the power the learners' joint probability is raised to, found by calibration
	fingerprint string
	width       int // the most any net is wide
	scratch     sync.Pool
}

// learner is one of the classifiers whose log-probabilities are added.
type learner interface {
	score(v *view, b *buffers, out []float32)
	parts() (tables []table, biases [][]float32) // what is saved of it
}

// scratch holds the buffers of one query.
type scratch struct {
	extractor  extractor
	view       view
	buffers    *buffers
	scores, by []float32
}

func (e *Engine) newScratch() *scratch {
	return &scratch{
		extractor: extractor{maxGram: e.maxGram, concepts: e.concepts},
		buffers:   newBuffers(max(e.width, len(e.labels))),
		scores:    make([]float32, len(e.labels)), by: make([]float32, len(e.labels)),
	}
}

// Train learns from examples. It fails when there are no examples or only one
// label, and when ctx ends.
func Train(ctx context.Context, examples []Example, opts Options) (*Engine, error) {
	index := map[string]int{}
	spoken := map[[2]string]bool{}
	var labels []string
	for _, x := range examples {
		if _, ok := index[x.Label]; !ok {
			index[x.Label] = 0
			labels = append(labels, x.Label)
		}
		spoken[[2]string{x.Label, string(x.Lang)}] = true
	}
	if len(labels) < 2 {
		return nil, errors.New("training needs examples of at least two labels")
	}
	sort.Strings(labels)
	for i, l := range labels {
		index[l] = i
	}
	o := settingsFor(len(examples)/len(spoken), opts.Size)
	if opts.Quick {
		o.sum.epochs, o.units.epochs, o.linearEpochs = 8, 8, 8
	}
	sharpness := 0.5
	if !opts.Quick {
		var kept, held []Example
		for i, x := range examples {
			if i%5 == 4 && x.Field == Question {
				held = append(held, x)
			} else {
				kept = append(kept, x)
			}
		}
		if len(held) >= 50 {
			trial, err := train(ctx, kept, labels, index, opts, o)
			if err != nil {
				return nil, fmt.Errorf("training for calibration: %w", err)
			}
			sharpness = trial.calibrate(held, index)
		}
	}
	e, err := train(ctx, examples, labels, index, opts, o)
	if err != nil {
		return nil, err
	}
	e.sharpness = sharpness
	e.fingerprint = Fingerprint(examples, opts)
	return e, nil
}

func train(ctx context.Context, examples []Example, labels []string, index map[string]int, opts Options, o settings) (*Engine, error) {
	e := &Engine{labels: labels, reject: slices.Index(labels, opts.Reject), maxGram: o.maxGram, concepts: opts.Concepts, groupWeight: o.groupWeight, sharpness: 1, width: max(o.sum.width, o.units.width)}
	e.vocabulary = newVocabulary(examples, o, opts.Concepts)
	x := extractor{maxGram: o.maxGram, concepts: opts.Concepts}
	rows := make([]row, len(examples))
	var v view
	for i, example := range examples {
		v.look(e.vocabulary, x.cut(example.Text, example.Lang, example.Before), e.groupWeight)
		rows[i] = row{v.clone(), index[example.Label], example.weight()}
	}
	if err := e.learn(ctx, rows, opts, o); err != nil {
		return nil, err
	}
	return e, nil
}

// learn trains the learners side by side; each has its own random numbers, so the
// order they end in does not matter.
func (e *Engine) learn(ctx context.Context, rows []row, opts Options, o settings) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tasks []func() (learner, error)
	for _, how := range []pooling{sumAll, sumChars, maxUnits} {
		net, features := o.sum, e.vocabulary.size()
		if how == maxUnits {
			net, features = o.units, e.vocabulary.common
		}
		tasks = append(tasks, func() (learner, error) {
			return trainNet(ctx, rows, features, len(e.labels), opts.Seed, how, net)
		})
	}
	if o.linear {
		tasks = append(tasks, func() (learner, error) {
			return trainLinear(ctx, rows, e.vocabulary.size(), len(e.labels), opts.Seed, o)
		})
	}
	e.learners = make([]learner, len(tasks))
	errs := make([]error, len(tasks))
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, task := range tasks {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			if e.learners[i], errs[i] = task(); errs[i] != nil {
				cancel()
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("training the learners: %w", err)
	}
	return nil
}

// Labels returns the labels the engine knows, sorted.
func (e *Engine) Labels() []string { return slices.Clone(e.labels) }

// Find ranks the labels for a text, best first; labels that score the same are
// in alphabetical order. lang is the language the text is thought to be in, "" when
// unknown. The reject label, if one was trained, is among the candidates. A text
// with nothing known in it gives no candidates.
func (e *Engine) Find(text string, lang language.Code) []Candidate {
	return e.Look(text, lang, "").Candidates
}

// FindAfter is Find for a text that was written after the label before was spoken
// of, and may mean something only then. An unknown or empty label changes nothing.
func (e *Engine) FindAfter(before, text string, lang language.Code) []Candidate {
	return e.Look(text, lang, before).Candidates
}

// Result is all that is known about a text.
type Result struct {
	Candidates []Candidate // best first
	Coverage   float64     // share of the text's features, 0 to 1, that was seen in training
	Outside    float64     // the probability, 0 to 1, of the reject label; 0 when none was trained
}

// Look does what Find does and also says how well the text is known.
func (e *Engine) Look(text string, lang language.Code, before string) Result {
	s, _ := e.scratch.Get().(*scratch)
	if s == nil {
		s = e.newScratch()
	}
	defer e.scratch.Put(s)
	coverage, ok := e.joint(s, text, lang, before)
	if !ok {
		return Result{}
	}
	for i, x := range s.scores {
		s.scores[i] = x * float32(e.sharpness)
	}
	softmax(s.scores)
	out := make([]Candidate, len(e.labels))
	for i, p := range s.scores {
		out[i] = Candidate{e.labels[i], float64(p)}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	var outside float64
	if e.reject >= 0 {
		outside = float64(s.scores[e.reject])
	}
	return Result{Candidates: out, Coverage: coverage, Outside: outside}
}

// joint fills s.scores with the sum of the learners' log-probabilities. It reports
// the share of the text that is known and whether anything is.
func (e *Engine) joint(s *scratch, text string, lang language.Code, before string) (float64, bool) {
	if lang == language.Vietnamese {
		text = e.repair(text)
	}
	coverage := s.view.look(e.vocabulary, s.extractor.cut(text, lang, before), e.groupWeight)
	if len(s.view.all.index) == 0 {
		return 0, false
	}
	clear(s.scores)
	for _, l := range e.learners {
		l.score(&s.view, s.buffers, s.by)
		softmax(s.by)
		for i, p := range s.by {
			s.scores[i] += float32(math.Log(float64(p) + 1e-6))
		}
	}
	return coverage, true
}
