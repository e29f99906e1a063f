package find

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"slices"
)

// modelVersion changes when an engine of this code can no longer read, or would no
// longer give the same answers as, an engine saved by older code.
const modelVersion = 8

// stored is the head of a saved engine. In the file its length stands before it, eight
// bytes with the lowest first, and the bytes of the tables follow it one after the
// other, so that they are used where they lie.
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
	Linear  bool
	Pooling pooling
	Tables  []storedTable
	Biases  [][]float32
}

type storedTable struct {
	Width, Stride int
	Step          []float32
}

// Save writes the trained engine, for Load.
func (e *Engine) Save(w io.Writer) error {
	s := stored{modelVersion, e.fingerprint, e.labels, e.reject, e.vocabulary.hash, e.vocabulary.idf, e.vocabulary.common, e.maxGram, e.groupWeight, e.sharpness, e.width, nil}
	var data [][]byte
	for _, l := range e.learners {
		var sl storedLearner
		switch l := l.(type) {
		case *net:
			sl.Pooling = l.pooling
		case *linear:
			sl.Linear = true
		}
		tables, biases := l.parts()
		for _, t := range tables {
			sl.Tables = append(sl.Tables, storedTable{t.width, t.stride, t.step})
			data = append(data, t.data)
		}
		sl.Biases = biases
		s.Learners = append(s.Learners, sl)
	}
	var head bytes.Buffer
	if err := gob.NewEncoder(&head).Encode(s); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	length := binary.LittleEndian.AppendUint64(nil, uint64(head.Len()))
	for _, part := range append([][]byte{length, head.Bytes()}, data...) {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("writing the model: %w", err)
		}
	}
	return nil
}

// Load reads an engine written by Save and keeps model, which must not change
// afterwards. concepts is what it was trained with, nil for none.
func Load(model []byte, concepts Concepts) (*Engine, error) {
	var s stored
	data, err := s.read(model)
	if err != nil {
		return nil, fmt.Errorf("reading the model: %w", err)
	}
	if s.Version != modelVersion {
		return nil, fmt.Errorf("reading the model: version %d, this program reads %d", s.Version, modelVersion)
	}
	e := &Engine{labels: s.Labels, reject: s.Reject, fingerprint: s.Fingerprint, maxGram: s.MaxGram, concepts: concepts, groupWeight: s.GroupWeight, sharpness: s.Sharpness, width: s.Width}
	e.vocabulary = &vocabulary{hash: s.Hash, idf: s.IDF, common: s.Common}
	e.vocabulary.fill()
	for _, sl := range s.Learners {
		l, err := sl.learner(&data)
		if err != nil {
			return nil, fmt.Errorf("reading the model: %w", err)
		}
		e.learners = append(e.learners, l)
	}
	return e, nil
}

// read reads the head and returns what follows it.
func (s *stored) read(model []byte) ([]byte, error) {
	const lengthSize = 8
	if len(model) < lengthSize {
		return nil, fmt.Errorf("%d bytes are no model", len(model))
	}
	length, rest := binary.LittleEndian.Uint64(model), model[lengthSize:]
	if length > uint64(len(rest)) {
		return nil, fmt.Errorf("the file ends in its head: %d bytes of %d", len(rest), length)
	}
	if err := gob.NewDecoder(bytes.NewReader(rest[:length])).Decode(s); err != nil {
		return nil, err
	}
	return rest[length:], nil
}

// learner takes the bytes of its tables from the front of data.
func (s *storedLearner) learner(data *[]byte) (learner, error) {
	tables := make([]table, 0, len(s.Tables))
	for _, st := range s.Tables {
		size := st.Stride * len(st.Step)
		if size < 0 || size > len(*data) {
			return nil, fmt.Errorf("the file ends in a table: %d bytes of %d", len(*data), size)
		}
		t := table{st.Width, st.Stride, st.Step, (*data)[:size:size]}
		if err := t.valid(); err != nil {
			return nil, err
		}
		tables, *data = append(tables, t), (*data)[size:]
	}
	switch {
	case s.Linear && len(tables) == 1 && len(s.Biases) == 1:
		return &linear{tables[0], s.Biases[0]}, nil
	case !s.Linear && len(tables) == 2 && len(s.Biases) == 2:
		return &net{s.Pooling, tables[0], s.Biases[0], tables[1].unpack(), s.Biases[1]}, nil
	}
	return nil, fmt.Errorf("a learner of %d tables and %d biases", len(tables), len(s.Biases))
}

// Open gives the engine saved in model, and reports that it is stale when it was
// trained on other examples or options. When a label is new to it, or the model
// cannot be read, it trains one on the spot with fewer rounds, which takes a minute or
// two for a large knowledge.
func Open(ctx context.Context, model []byte, examples []Example, opts Options) (e *Engine, stale bool, err error) {
	if e, err = Load(model, opts.Concepts); err == nil {
		if e.fingerprint == Fingerprint(examples, opts) {
			return e, false, nil
		}
		unknown := func(x Example) bool {
			_, known := slices.BinarySearch(e.labels, x.Label)
			return !known
		}
		if !slices.ContainsFunc(examples, unknown) {
			return e, true, nil
		}
	}
	opts.Quick = true
	if e, err = Train(ctx, examples, opts); err != nil {
		return nil, true, fmt.Errorf("training in place of a stale model: %w", err)
	}
	return e, true, nil
}

// Fingerprint names what an engine trained on these examples with these options
// would be: a saved engine whose Fingerprint differs is stale. What only lends words (Body)
// is left out, so that mending an answer does not call for training.
func Fingerprint(examples []Example, opts Options) string {
	h := sha256.New()
	named := ""
	if opts.Concepts != nil {
		named = opts.Concepts.Fingerprint()
	}
	fmt.Fprintf(h, "%d %d %q %d %t %q\n", modelVersion, opts.Seed, opts.Reject, opts.Size, opts.Quick, named)
	var line []byte
	for _, e := range examples {
		if e.Field == Body {
			continue
		}
		line = line[:0]
		for _, s := range []string{e.Label, string(e.Lang), e.Before, e.Text} {
			line = append(append(line, s...), 0)
		}
		line = binary.LittleEndian.AppendUint64(line, math.Float64bits(e.Weight))
		h.Write(append(line, byte(e.Field)))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Fingerprint is that of the examples and options the engine was trained with.
func (e *Engine) Fingerprint() string { return e.fingerprint }
