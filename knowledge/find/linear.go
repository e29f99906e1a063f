package find

import (
	"context"
	"math"
	"math/rand/v2"
)

// row is a training text as the learners see it.
type row struct {
	view   view
	label  int
	weight float32
}

// linear is a linear classifier: a weight for each feature and label.
type linear struct {
	weight table // a row for each feature
	bias   []float32
}

// marginSharpness turns margins into log-odds.
const marginSharpness = 5

// trainLinear learns one support vector machine for each label against the rest,
// with squared hinge loss, by dual coordinate descent (Hsieh, Chang, Lin, Keerthi,
// Sundararajan 2008, the method of LIBLINEAR). A feature counts more the more its label
// makes it likelier (naive Bayes log-count ratio: Wang, Manning 2012).
func trainLinear(ctx context.Context, rows []row, features, labels int, seed uint64, o settings) (*linear, error) {
	m := &linear{bias: make([]float32, labels)}
	weight := newMatrix(features, labels)
	w := make([]float32, features)
	alpha := make([]float32, len(rows))
	norm := make([]float32, len(rows))
	ratio := newRatios(rows, features, o.linearRatio)
	rng := rand.New(rand.NewPCG(seed, 3))
	order := rng.Perm(len(rows))
	for label := range labels {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		clear(w)
		clear(alpha)
		var bias float32
		scale := ratio.of(label)
		for i := range rows {
			norm[i] = 1 // of the bias
			for k, x := range rows[i].view.all.value {
				x *= scale[rows[i].view.all.index[k]]
				norm[i] += x * x
			}
		}
		for range o.linearEpochs {
			rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
			var worst float64
			for _, i := range order {
				r := &rows[i]
				v := &r.view.all
				y := float32(-1)
				if r.label == label {
					y = 1
				}
				s := bias
				for k, f := range v.index {
					s += w[f] * v.value[k] * scale[f]
				}
				soft := 1 / (2 * r.weight)
				gradient := y*s - 1 + alpha[i]*soft
				if alpha[i] == 0 && gradient >= 0 {
					continue
				}
				worst = max(worst, math.Abs(float64(gradient)))
				next := max(alpha[i]-gradient/(norm[i]+soft), 0)
				d := (next - alpha[i]) * y
				alpha[i] = next
				bias += d
				for k, f := range v.index {
					w[f] += d * v.value[k] * scale[f]
				}
			}
			if worst < 0.01 {
				break
			}
		}
		m.bias[label] = bias
		for f, x := range w {
			weight.row(f)[label] = x * scale[f]
		}
	}
	m.weight = pack(weight)
	return m, nil
}

// score writes the log-odds of each label into out.
func (m *linear) score(v *view, b *buffers, out []float32) {
	copy(out, m.bias)
	m.weight.add(v.all.index, v.all.value, b.sum, out)
	for i := range out {
		out[i] *= marginSharpness
	}
}

func (m *linear) parts() ([]table, [][]float32) { return []table{m.weight}, [][]float32{m.bias} }

// ratios gives for each label how much each feature counts.
type ratios struct {
	rows  []row
	seen  []float32 // texts that hold a feature
	scale []float32
	part  float32
}

func newRatios(rows []row, features int, part float32) *ratios {
	r := &ratios{rows: rows, seen: make([]float32, features), scale: make([]float32, features), part: part}
	for i := range rows {
		for _, f := range rows[i].view.all.index {
			r.seen[f]++
		}
	}
	return r
}

// of returns the factors for a label, 1 on average; the slice is valid until the next
// call.
func (r *ratios) of(label int) []float32 {
	for f := range r.scale {
		r.scale[f] = 0
	}
	if r.part == 0 {
		for f := range r.scale {
			r.scale[f] = 1
		}
		return r.scale
	}
	var inside, outside float64
	for i := range r.rows {
		n := float64(len(r.rows[i].view.all.index))
		if r.rows[i].label != label {
			outside += n
			continue
		}
		inside += n
		for _, f := range r.rows[i].view.all.index {
			r.scale[f]++
		}
	}
	all := float64(len(r.scale))
	var mean float64
	for f, in := range r.scale {
		log := math.Abs(math.Log((float64(in)+1)/(inside+all)) - math.Log((float64(r.seen[f]-in)+1)/(outside+all)))
		r.scale[f] = float32(log)
		mean += log / all
	}
	for f, log := range r.scale {
		r.scale[f] = 1 - r.part + r.part*log/float32(mean)
	}
	return r.scale
}
