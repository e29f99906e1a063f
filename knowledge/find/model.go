package find

import (
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"io"
)

// modelVersion changes when an engine of this code can no longer read, or would no
// longer give the same answers as, an engine saved by older code.
const modelVersion = 7

// stored is an engine as it is written to a file.
type stored struct {
	Version     int
	Fingerprint string
	Labels      []string
	Reject      int
	Hash        []uint64
	IDF         []float32
	Common      int
	MaxGram     int
	GroupWeight [groups]float64
	Sharpness   float64
	Width       int
	Learners    []storedLearner
}

type storedLearner struct {
	Linear   bool
	Pooling  pooling
	Matrices []storedMatrix
	Biases   [][]float32
}

// storedMatrix is a matrix with a byte for each number and a step for each row.
type storedMatrix struct {
	Width int
	Step  []float32
	Data  []byte
}

// Save writes the trained engine, for Load.
func (e *Engine) Save(w io.Writer) error {
	s := stored{modelVersion, e.fingerprint, e.labels, e.reject, e.vocabulary.hash, e.vocabulary.idf, e.vocabulary.common, e.maxGram, e.groupWeight, e.sharpness, e.width, nil}
	for _, l := range e.learners {
		var sl storedLearner
		switch l := l.(type) {
		case *net:
			sl.Pooling = l.pooling
		case *linear:
			sl.Linear = true
		}
		for _, m := range l.matrices() {
			sm := storedMatrix{Width: m.width, Data: make([]byte, 0, len(m.data))}
			for i := range m.rows() {
				step := rowStep(m.row(i))
				sm.Step = append(sm.Step, step)
				for _, x := range m.row(i) {
					sm.Data = append(sm.Data, byte(quantise(x, step)))
				}
			}
			sl.Matrices = append(sl.Matrices, sm)
		}
		sl.Biases = l.biases()
		s.Learners = append(s.Learners, sl)
	}
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	return nil
}

// Load reads an engine written by Save. concepts is what it was trained with, nil for
// none.
func Load(r io.Reader, concepts Concepts) (*Engine, error) {
	var s stored
	if err := gob.NewDecoder(r).Decode(&s); err != nil {
		return nil, fmt.Errorf("reading the model: %w", err)
	}
	if s.Version != modelVersion {
		return nil, fmt.Errorf("reading the model: version %d, this program reads %d", s.Version, modelVersion)
	}
	e := &Engine{labels: s.Labels, reject: s.Reject, fingerprint: s.Fingerprint, maxGram: s.MaxGram, concepts: concepts, groupWeight: s.GroupWeight, sharpness: s.Sharpness, width: s.Width}
	e.vocabulary = &vocabulary{hash: s.Hash, idf: s.IDF, common: s.Common}
	e.vocabulary.fill()
	for _, sl := range s.Learners {
		var l learner = &net{pooling: sl.Pooling}
		if sl.Linear {
			l = &linear{}
		}
		ms := l.matrices()
		if len(ms) != len(sl.Matrices) || len(l.biases()) != len(sl.Biases) {
			return nil, fmt.Errorf("reading the model: a learner with %d matrices, want %d", len(sl.Matrices), len(ms))
		}
		for i, sm := range sl.Matrices {
			if len(sm.Data) != sm.Width*len(sm.Step) {
				return nil, fmt.Errorf("reading the model: %d numbers in %d rows of %d", len(sm.Data), len(sm.Step), sm.Width)
			}
			*ms[i] = newMatrix(len(sm.Step), sm.Width)
			for k, b := range sm.Data {
				ms[i].data[k] = float32(int8(b)) * sm.Step[k/sm.Width]
			}
		}
		switch l := l.(type) {
		case *net:
			l.inBias, l.outBias = sl.Biases[0], sl.Biases[1]
		case *linear:
			l.bias = sl.Biases[0]
		}
		e.learners = append(e.learners, l)
	}
	return e, nil
}

// Open gives the engine saved in model if it was trained on these very examples with
// opts. Otherwise, or when the model cannot be read, it trains one on the spot with
// fewer rounds, which takes seconds, and reports that the model is stale.
func Open(ctx context.Context, model io.Reader, examples []Example, opts Options) (e *Engine, stale bool, err error) {
	if e, err = Load(model, opts.Concepts); err == nil && e.fingerprint == Fingerprint(examples, opts) {
		return e, false, nil
	}
	opts.Quick = true
	if e, err = Train(ctx, examples, opts); err != nil {
		return nil, true, fmt.Errorf("training in place of a stale model: %w", err)
	}
	return e, true, nil
}

// Fingerprint names what an engine trained on these examples with these options
// would be: a saved engine whose Fingerprint differs is stale.
func Fingerprint(examples []Example, opts Options) string {
	h := sha256.New()
	named := ""
	if opts.Concepts != nil {
		named = opts.Concepts.Fingerprint()
	}
	fmt.Fprintf(h, "%d %d %q %d %t %q\n", modelVersion, opts.Seed, opts.Reject, opts.Size, opts.Quick, named)
	for _, e := range examples {
		fmt.Fprintf(h, "%q %q %q %g %d\n", e.Label, e.Lang, e.Text, e.Weight, e.Field)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Fingerprint is that of the examples and options the engine was trained with.
func (e *Engine) Fingerprint() string { return e.fingerprint }
