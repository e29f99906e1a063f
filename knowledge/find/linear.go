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
	weight matrix // a row for each feature
	bias   []float32
}

// marginSharpness turns margins into log-odds.
const marginSharpness = 5

// trainLinear learns one support vector machine for each label against the rest,
// with squared hinge loss, by dual coordinate descent (Hsieh, Chang, Lin, Keerthi,
// Sundararajan 2008, the method of LIBLINEAR).
func trainLinear(ctx context.Context, rows []row, features, labels int, seed uint64, o settings) (*linear, error) {
	m := &linear{weight: newMatrix(features, labels), bias: make([]float32, labels)}
	w := make([]float32, features)
	alpha := make([]float32, len(rows))
	norm := make([]float32, len(rows))
	for i := range rows {
		norm[i] = 1 // of the bias
		for _, x := range rows[i].view.all.value {
			norm[i] += x * x
		}
	}
	rng := rand.New(rand.NewPCG(seed, 3))
	order := rng.Perm(len(rows))
	for label := range labels {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		clear(w)
		clear(alpha)
		var bias float32
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
					s += w[f] * v.value[k]
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
					w[f] += d * v.value[k]
				}
			}
			if worst < 0.01 {
				break
			}
		}
		m.bias[label] = bias
		for f, x := range w {
			m.weight.row(f)[label] = x
		}
	}
	return m, nil
}

// score writes the log-odds of each label into out.
func (m *linear) score(v *view, b *buffers, out []float32) {
	copy(out, m.bias)
	for j, f := range v.all.index {
		m.weight.add(v.all.value[j], int(f), out)
	}
	for i := range out {
		out[i] *= marginSharpness
	}
}

func (m *linear) matrices() []*matrix { return []*matrix{&m.weight} }
func (m *linear) biases() [][]float32 { return [][]float32{m.bias} }
