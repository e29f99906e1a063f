package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"madoguchi/language"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/ngram"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
)

// blevePeer indexes every training text as a document, in memory, each language with
// the best analyser found for it: English stemmed, Japanese in bigrams, Vietnamese in
// words, Burmese (for which bleve has none) in character n-grams. The best documents
// vote with their scores.
type blevePeer struct {
	vote  int // how many documents
	index bleve.Index
	label []string
}

func (p *blevePeer) name() string {
	if p.vote == 1 {
		return "bleve, best document"
	}
	return fmt.Sprintf("bleve, vote of %d", p.vote)
}

func bleveMapping() (*mapping.IndexMappingImpl, error) {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomTokenFilter("grams", map[string]any{"type": ngram.Name, "min": 2.0, "max": 4.0}); err != nil {
		return nil, err
	}
	for _, a := range []struct {
		name, tokenizer string
		filters         []string
	}{
		{"vi", unicode.Name, []string{lowercase.Name}},
		{"my", whitespace.Name, []string{"grams"}}, // bleve's Unicode tokeniser drops Burmese
	} {
		err := m.AddCustomAnalyzer(a.name, map[string]any{"type": custom.Name, "tokenizer": a.tokenizer, "token_filters": a.filters})
		if err != nil {
			return nil, err
		}
	}
	doc := bleve.NewDocumentStaticMapping()
	for field, analyser := range map[string]string{"en": "en", "ja": "cjk", "vi": "vi", "my": "my"} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = analyser, false, false, false, false
		doc.AddFieldMappingsAt(field, f)
	}
	m.DefaultMapping = doc
	return m, nil
}

func (p *blevePeer) train(ctx context.Context, rows []utterance) error {
	m, err := bleveMapping()
	if err != nil {
		return err
	}
	if p.index, err = bleve.NewUsing("", m, scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	batch := p.index.NewBatch()
	for i, r := range rows {
		if err := batch.Index(strconv.Itoa(i), map[string]any{string(r.lang): r.text}); err != nil {
			return err
		}
		p.label = append(p.label, r.intent)
		if batch.Size() == 2000 || i == len(rows)-1 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := p.index.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return nil
}

func (p *blevePeer) rank(text string, lang language.Code) ([]string, error) {
	q := bleve.NewMatchQuery(text)
	q.SetField(string(lang))
	found, err := p.index.Search(bleve.NewSearchRequestOptions(q, max(10, p.vote), 0, false))
	if err != nil {
		return nil, err
	}
	score := map[string]float64{}
	var out []string
	for i, hit := range found.Hits {
		n, err := strconv.Atoi(hit.ID)
		if err != nil {
			return nil, fmt.Errorf("document %q: %w", hit.ID, err)
		}
		l := p.label[n]
		if _, ok := score[l]; !ok {
			out = append(out, l)
			score[l] = 0
		}
		if i < p.vote {
			score[l] += hit.Score
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	return out, nil
}
