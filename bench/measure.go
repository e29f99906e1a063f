package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"madoguchi/knowledge/find"
	"madoguchi/language"
)

// classifier is an engine to be measured.
type classifier interface {
	name() string
	train(ctx context.Context, rows []utterance) error
	// rank returns labels, best first: at least one if anything was found.
	rank(text string, lang language.Code) ([]string, error)
}

// result is what was measured of one engine, on one core.
type result struct {
	Engine       string             `json:"engine"`
	Accuracy     float64            `json:"accuracy"`            // share of right best labels, 0 to 1
	TopThree     float64            `json:"top_three,omitempty"` // share with a right label among three, where the engine ranks
	ByLanguage   map[string]float64 `json:"by_language,omitempty"`
	Correct      int                `json:"correct"`
	Total        int                `json:"total"`
	IndexSeconds float64            `json:"index_seconds"`
	Mean         float64            `json:"query_us"`
	P99          float64            `json:"query_p99_us"`
	PerSecond    float64            `json:"queries_per_second"`
	HeapMB       float64            `json:"heap_mb"` // what the trained engine holds
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func measure(ctx context.Context, c classifier, learn, ask []utterance) (result, error) {
	r := result{Engine: c.name(), Total: len(ask)}
	before := heap()
	start := time.Now()
	if err := c.train(ctx, learn); err != nil {
		return r, fmt.Errorf("%s: training: %w", c.name(), err)
	}
	r.IndexSeconds = time.Since(start).Seconds()
	if after := heap(); after > before {
		r.HeapMB = float64(after-before) / (1 << 20)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	// A first pass warms the buffers; each question is then asked once more, timed.
	for _, u := range ask[:min(len(ask), 100)] {
		if _, err := c.rank(u.text, u.lang); err != nil {
			return r, fmt.Errorf("%s: %w", c.name(), err)
		}
	}
	took := make([]time.Duration, len(ask))
	three := 0
	right, of := map[string]int{}, map[string]int{}
	for i, u := range ask {
		start := time.Now()
		labels, err := c.rank(u.text, u.lang)
		took[i] = time.Since(start)
		if err != nil {
			return r, fmt.Errorf("%s: %w", c.name(), err)
		}
		of[string(u.lang)]++
		if len(labels) > 0 && u.right(labels[0]) {
			r.Correct++
			right[string(u.lang)]++
		}
		if slices.ContainsFunc(labels[:min(3, len(labels))], u.right) {
			three++
		}
	}
	r.Accuracy = float64(r.Correct) / float64(len(ask))
	r.TopThree = float64(three) / float64(len(ask))
	if len(of) > 1 {
		r.ByLanguage = map[string]float64{}
		for lang, n := range of {
			r.ByLanguage[lang] = float64(right[lang]) / float64(n)
		}
	}
	var sum time.Duration
	for _, d := range took {
		sum += d
	}
	slices.Sort(took)
	micro := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	r.Mean = micro(sum) / float64(len(took))
	r.P99 = micro(took[len(took)*99/100])
	r.PerSecond = 1e6 / r.Mean
	runtime.KeepAlive(c)
	return r, nil
}

// engine is the bot's own.
type engine struct {
	opts find.Options
	e    *find.Engine
}

func (*engine) name() string { return "madoguchi" }

func (p *engine) train(ctx context.Context, rows []utterance) error {
	examples := make([]find.Example, len(rows))
	for i, r := range rows {
		examples[i] = find.Example{Label: r.intent, Lang: r.lang, Text: r.text, Field: r.field}
	}
	var err error
	p.e, err = find.Train(ctx, examples, p.opts)
	return err
}

func (p *engine) rank(text string, lang language.Code) ([]string, error) {
	found := p.e.Find(text, lang)
	out := make([]string, 0, 3)
	for _, c := range found[:min(3, len(found))] {
		out = append(out, c.Label)
	}
	return out, nil
}
