package find

import (
	"context"
	"math"
	"math/rand/v2"
)

// pooling is how a net brings the features of a text together.
type pooling uint8

const (
	sumAll   pooling = iota // all features at once
	sumChars                // character n-grams at once
	maxUnits                // by word, syllable or Japanese character; the strongest counts
)

// net is a network with one hidden layer of rectifiers over learnt embeddings of the
// features, as in fastText (Joulin et al. 2016).
type net struct {
	pooling pooling
	in      table // a row for each feature
	inBias  []float32
	out     matrix // a row for each label, rounded as a table is
	outBias []float32
}

// buffers are what scoring one text needs.
type buffers struct {
	unit, hidden []float32
	from         []int32
	sum          []uint64
}

// newBuffers makes room for rows of up to width numbers.
func newBuffers(width int) *buffers {
	return &buffers{make([]float32, width), make([]float32, width), make([]int32, width), make([]uint64, width/2+wordSize)}
}

// trainer holds the state of training a net by stochastic gradient descent with
// steps that shrink by the gradients seen so far (AdaGrad: Duchi, Hazan, Singer
// 2011), one step for each feature and each weight of the last layer. Features and
// hidden units are left out at random (dropout: Srivastava et al. 2014), and a little
// of the truth is spread over all labels (label smoothing: Szegedy et al. 2016).
type trainer struct {
	net
	in matrix
	netSettings
	rng                         *rand.Rand
	seenIn, seenBias, seenOut   []float32
	seenOutBias                 []float32
	hidden, down, mask, unit, p []float32
	from                        []int32
	kept                        placed
}

func trainNet(ctx context.Context, rows []row, features, labels int, seed uint64, how pooling, o netSettings) (*net, error) {
	w := o.width
	t := &trainer{
		net:         net{pooling: how, inBias: make([]float32, w), out: newMatrix(labels, w), outBias: make([]float32, labels)},
		in:          newMatrix(features, w),
		netSettings: o,
		rng:         rand.New(rand.NewPCG(seed, uint64(how))),
		seenIn:      make([]float32, features), seenBias: make([]float32, w),
		seenOut: make([]float32, labels*w), seenOutBias: make([]float32, labels),
		hidden: make([]float32, w), down: make([]float32, w), mask: make([]float32, w), unit: make([]float32, w),
		p: make([]float32, labels), from: make([]int32, w),
	}
	for i := range t.in.data {
		t.in.data[i] = o.spread * (2*t.rng.Float32() - 1)
	}
	spread := float32(math.Sqrt(6 / float64(w+labels)))
	for i := range t.out.data {
		t.out.data[i] = spread * (2*t.rng.Float32() - 1)
	}
	order := t.rng.Perm(len(rows))
	for epoch := range o.epochs {
		t.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := o.rate * (1 - float32(epoch)/float32(o.epochs))
		for step, k := range order {
			if step%256 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			t.step(&rows[k], rate)
		}
	}
	t.net.in = pack(t.in)
	out := pack(t.out)
	t.out = out.unpack()
	return &t.net, nil
}

// keep copies the features of a text that are not left out this time.
func (t *trainer) keep(v *view) {
	k := &t.kept
	k.start, k.index, k.value = append(k.start[:0], 0), k.index[:0], k.value[:0]
	up := 1 / (1 - t.blank)
	add := func(v vector) {
		for j, f := range v.index {
			if t.rng.Float32() >= t.blank {
				k.index = append(k.index, f)
				k.value = append(k.value, v.value[j]*up)
			}
		}
		k.start = append(k.start, int32(len(k.index)))
	}
	switch t.pooling {
	case sumAll:
		add(v.all)
	case sumChars:
		add(v.chars)
	case maxUnits:
		for u := range len(v.units.start) - 1 {
			a, b := v.units.start[u], v.units.start[u+1]
			add(vector{v.units.index[a:b], v.units.value[a:b]})
		}
	}
}

func (t *trainer) step(r *row, rate float32) {
	t.keep(&r.view)
	pool(&t.kept, t.inBias, t.add, t.unit, t.hidden, t.from)
	for i, x := range t.hidden {
		if x <= 0 || t.rng.Float32() < t.dropout {
			t.hidden[i], t.mask[i] = 0, 0
		} else {
			t.mask[i] = 1 / (1 - t.dropout)
			t.hidden[i] *= t.mask[i]
		}
	}
	t.last(t.hidden, t.p)
	softmax(t.p)
	for i := range t.p {
		t.p[i] -= t.smooth / float32(len(t.p))
	}
	t.p[r.label] -= 1 - t.smooth
	clear(t.down)
	for c, p := range t.p {
		g := p * r.weight
		if g < 1e-4 && g > -1e-4 {
			continue
		}
		row, seen := t.out.row(c), t.seenOut[c*t.width:][:t.width]
		axpy(g, row, t.down)
		for i, h := range t.hidden {
			if h != 0 {
				d := g * h
				seen[i] += d * d
				row[i] -= 0.3 * rate * d / root(seen[i])
			}
		}
		t.seenOutBias[c] += g * g
		t.outBias[c] -= 0.1 * rate * g / root(t.seenOutBias[c])
	}
	for i := range t.down {
		t.down[i] *= t.mask[i]
		if d := t.down[i]; d != 0 {
			t.seenBias[i] += d * d
			t.inBias[i] -= 0.1 * rate * d / root(t.seenBias[i])
		}
	}
	for u := range len(t.kept.start) - 1 {
		var square float32
		for i, d := range t.down {
			if t.from[i] != int32(u) {
				d = 0
			}
			t.unit[i] = d
			square += d * d
		}
		if square == 0 {
			continue
		}
		for j := t.kept.start[u]; j < t.kept.start[u+1]; j++ {
			x, f := t.kept.value[j], t.kept.index[j]
			t.seenIn[f] += x * x * square
			axpy(-rate*x/root(t.seenIn[f]), t.unit, t.in.row(int(f)))
		}
	}
}

// add adds to out the rows of features, each times its value.
func (t *trainer) add(index []int32, value, out []float32) {
	for j, f := range index {
		axpy(value[j], t.in.row(int(f)), out)
	}
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x) + 1e-6)) }

// pool fills hidden with the strongest signal over the units and from with the unit
// it came from, -1 where there is none. add sums the rows of features.
func pool(v *placed, bias []float32, add func(index []int32, value, out []float32), unit, hidden []float32, from []int32) {
	for i := range hidden {
		hidden[i], from[i] = 0, -1
	}
	for u := range len(v.start) - 1 {
		copy(unit, bias)
		a, b := v.start[u], v.start[u+1]
		add(v.index[a:b], v.value[a:b], unit)
		for i, x := range unit {
			if x > hidden[i] {
				hidden[i], from[i] = x, int32(u)
			}
		}
	}
}

func (m *net) last(hidden, out []float32) {
	for c := range out {
		out[c] = m.outBias[c] + dot(m.out.row(c), hidden)
	}
}

// score writes the log-odds of each label into out.
func (m *net) score(v *view, b *buffers, out []float32) {
	hidden := b.hidden[:m.in.width]
	if m.pooling == maxUnits {
		add := func(index []int32, value, out []float32) { m.in.add(index, value, b.sum, out) }
		pool(&v.units, m.inBias, add, b.unit[:m.in.width], hidden, b.from[:m.in.width])
	} else {
		one := &v.all
		if m.pooling == sumChars {
			one = &v.chars
		}
		copy(hidden, m.inBias)
		m.in.add(one.index, one.value, b.sum, hidden)
		for i, x := range hidden {
			hidden[i] = max(x, 0)
		}
	}
	m.last(hidden, out)
}

func (m *net) parts() ([]table, [][]float32) {
	return []table{m.in, pack(m.out)}, [][]float32{m.inBias, m.outBias}
}
