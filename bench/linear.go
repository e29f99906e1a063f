package main

import (
	"context"
	"math"
	"math/rand/v2"
	"sort"
	"strings"

	"madoguchi/language"
)

// linearPeer is the strong ordinary classifier: tf-idf over character 1- to
// 5-grams, words and word pairs, and a one-against-rest linear support vector
// machine (squared hinge loss, C = 1) solved by dual coordinate descent, as
// LIBLINEAR does (Hsieh et al. 2008).
type linearPeer struct {
	index  map[string]int32
	idf    []float32
	labels []string
	weight [][]float32 // label-major; the last entry is the bias
}

func (*linearPeer) name() string { return "linear" }

func linearFeatures(text string) []string {
	text = strings.ToLower(text)
	var out []string
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	starts = append(starts, len(text))
	for i := 0; i+1 < len(starts); i++ {
		for n := 1; n <= 5 && i+n < len(starts); n++ {
			out = append(out, text[starts[i]:starts[i+n]])
		}
	}
	words := strings.Fields(text)
	for i, w := range words {
		out = append(out, "\x00"+w)
		if i > 0 {
			out = append(out, "\x00"+words[i-1]+" "+w)
		}
	}
	return out
}

type sparse struct {
	index []int32
	value []float32
}

func (p *linearPeer) vector(text string) sparse {
	count := map[int32]float64{}
	for _, f := range linearFeatures(text) {
		if i, ok := p.index[f]; ok {
			count[i]++
		}
	}
	var v sparse
	for i := range count {
		v.index = append(v.index, i)
	}
	sort.Slice(v.index, func(a, b int) bool { return v.index[a] < v.index[b] })
	var square float64
	for _, i := range v.index {
		x := (1 + math.Log(count[i])) * float64(p.idf[i])
		v.value = append(v.value, float32(x))
		square += x * x
	}
	if square > 0 {
		for k := range v.value {
			v.value[k] /= float32(math.Sqrt(square))
		}
	}
	return v
}

func (p *linearPeer) train(ctx context.Context, rows []utterance) error {
	p.index = map[string]int32{}
	var df []float64
	for _, r := range rows {
		seen := map[string]bool{}
		for _, f := range linearFeatures(r.text) {
			if seen[f] {
				continue
			}
			seen[f] = true
			i, ok := p.index[f]
			if !ok {
				i = int32(len(df))
				p.index[f] = i
				df = append(df, 0)
			}
			df[i]++
		}
	}
	for _, n := range df {
		p.idf = append(p.idf, float32(1+math.Log(float64(len(rows)+1)/(n+1))))
	}
	known := map[string]bool{}
	for _, r := range rows {
		known[r.intent] = true
	}
	for l := range known {
		p.labels = append(p.labels, l)
	}
	sort.Strings(p.labels)
	vectors := make([]sparse, len(rows))
	for i, r := range rows {
		vectors[i] = p.vector(r.text)
		vectors[i].index = append(vectors[i].index, int32(len(df)))
		vectors[i].value = append(vectors[i].value, 1)
	}
	for _, l := range p.labels {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.weight = append(p.weight, solve(vectors, rows, l, len(df)+1))
	}
	return nil
}

// solve is dual coordinate descent for the squared hinge loss.
func solve(vectors []sparse, rows []utterance, label string, size int) []float32 {
	const (
		cost   = 1.0
		epochs = 40
	)
	w := make([]float32, size)
	alpha := make([]float64, len(rows))
	norm := make([]float64, len(rows))
	for i, v := range vectors {
		for _, x := range v.value {
			norm[i] += float64(x) * float64(x)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	order := rng.Perm(len(rows))
	for range epochs {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		var worst float64
		for _, i := range order {
			y := -1.0
			if rows[i].intent == label {
				y = 1
			}
			v := vectors[i]
			var s float32
			for k, f := range v.index {
				s += w[f] * v.value[k]
			}
			gradient := y*float64(s) - 1 + alpha[i]/(2*cost)
			if alpha[i] == 0 && gradient >= 0 {
				continue
			}
			worst = max(worst, math.Abs(gradient))
			next := max(alpha[i]-gradient/(norm[i]+1/(2*cost)), 0)
			d := float32((next - alpha[i]) * y)
			alpha[i] = next
			for k, f := range v.index {
				w[f] += d * v.value[k]
			}
		}
		if worst < 0.01 {
			break
		}
	}
	return w
}

func (p *linearPeer) rank(text string, _ language.Code) ([]string, error) {
	v := p.vector(strings.ToValidUTF8(text, ""))
	scores := make([]float64, len(p.labels))
	order := make([]int, len(p.labels))
	for c, w := range p.weight {
		order[c] = c
		scores[c] = float64(w[len(w)-1])
		for k, f := range v.index {
			scores[c] += float64(w[f]) * float64(v.value[k])
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return scores[order[a]] > scores[order[b]] })
	var out []string
	for _, c := range order[:min(3, len(order))] {
		out = append(out, p.labels[c])
	}
	return out, nil
}
