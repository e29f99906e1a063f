package find

import (
	"context"
	"math"
	"math/rand/v2"
)

// row is a training text as the learners see it.
type row struct {
	vector vector
	label  int
	weight float32
}

// linear is multinomial logistic regression: a weight for each feature and label.
type linear struct {
	labels int
	weight []float32 // feature-major
	bias   []float32
}

const (
	linearEpochs = 15
	linearRate   = 0.5
	linearDecay  = 1e-5
)

// trainLinear learns by stochastic gradient descent with a step of its own for
// each feature (AdaGrad: Duchi, Hazan, Singer 2011).
func trainLinear(ctx context.Context, rows []row, features, labels int, seed uint64) (*linear, error) {
	m := &linear{labels: labels, weight: make([]float32, features*labels), bias: make([]float32, labels)}
	seen := make([]float32, features)
	p := make([]float32, labels)
	rng := rand.New(rand.NewPCG(seed, 1))
	order := rng.Perm(len(rows))
	step := 0
	for epoch := range linearEpochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := linearRate * (1 - float32(epoch)/linearEpochs)
		for _, k := range order {
			if step++; step%256 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			r := &rows[k]
			m.score(&r.vector, p)
			softmax(p)
			p[r.label]--
			var square float32
			for c := range p {
				p[c] *= r.weight
				square += p[c] * p[c]
			}
			for c := range p {
				m.bias[c] -= rate * 0.01 * p[c]
			}
			for j, f := range r.vector.index {
				x := r.vector.value[j]
				seen[f] += x * x * square
				s := rate * x / float32(math.Sqrt(float64(seen[f])+1e-6))
				w := m.weight[int(f)*labels:][:labels]
				axpy(-s, p, w)
			}
		}
	}
	return m, nil
}

// score writes the score of each label into out.
func (m *linear) score(v *vector, out []float32) {
	copy(out, m.bias)
	for j, f := range v.index {
		axpy(v.value[j], m.weight[int(f)*m.labels:][:m.labels], out)
	}
}

// axpy adds a·x to y.
func axpy(a float32, x, y []float32) {
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		xs, ys := x[i:i+4:i+4], y[i:i+4:i+4]
		ys[0] += a * xs[0]
		ys[1] += a * xs[1]
		ys[2] += a * xs[2]
		ys[3] += a * xs[3]
	}
	for ; i < len(x); i++ {
		y[i] += a * x[i]
	}
}

// softmax turns scores into probabilities that sum to 1.
func softmax(s []float32) {
	top := s[0]
	for _, v := range s {
		top = max(top, v)
	}
	var sum float32
	for i, v := range s {
		s[i] = float32(math.Exp(float64(v - top)))
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}
