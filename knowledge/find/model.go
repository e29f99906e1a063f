package find

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"io"
)

// modelVersion changes when an engine of this code can no longer read, or would no
// longer give the same answers as, an engine saved by older code.
const modelVersion = 1

// stored is an engine as it is written to a file.
type stored struct {
	Version     int
	Fingerprint string
	Labels      []string
	Reject      int
	Hash        []uint64
	IDF         []float32
	Weight      []float32
	Bias        []float32
	Scale       float32
}

// Save writes the trained engine, for Load.
func (e *Engine) Save(w io.Writer) error {
	s := stored{modelVersion, e.fingerprint, e.labels, e.reject, e.vocabulary.hash, e.vocabulary.idf, e.linear.weight, e.linear.bias, e.scale}
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	return nil
}

// Load reads an engine written by Save.
func Load(r io.Reader) (*Engine, error) {
	var s stored
	if err := gob.NewDecoder(r).Decode(&s); err != nil {
		return nil, fmt.Errorf("reading the model: %w", err)
	}
	if s.Version != modelVersion {
		return nil, fmt.Errorf("reading the model: version %d, this program reads %d", s.Version, modelVersion)
	}
	e := &Engine{labels: s.Labels, reject: s.Reject, scale: s.Scale, fingerprint: s.Fingerprint}
	e.vocabulary = &vocabulary{hash: s.Hash, idf: s.IDF}
	e.vocabulary.fill()
	e.linear = &linear{labels: len(s.Labels), weight: s.Weight, bias: s.Bias}
	return e, nil
}

// Fingerprint names what an engine trained on these examples with these options
// would be: a saved engine whose Fingerprint differs is stale.
func Fingerprint(examples []Example, opts Options) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %+v\n", modelVersion, opts)
	for _, e := range examples {
		fmt.Fprintf(h, "%q %q %q %g %d\n", e.Label, e.Lang, e.Text, e.Weight, e.Field)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Fingerprint is that of the examples and options the engine was trained with.
func (e *Engine) Fingerprint() string { return e.fingerprint }
