package find

import (
	"cmp"
	"math"
	"slices"
)

// vector is a text as numbers: the features it holds, in rising order, and how
// much each says. Its length (L2) is 1.
type vector struct {
	index []int32
	value []float32
	order []entry // buffer
}

type entry struct {
	hash  uint64
	group group
	count int32
}

// vocabulary holds the features worth keeping and how telling each one is.
type vocabulary struct {
	slots []int32 // open addressing: index + 1, 0 for empty
	hash  []uint64
	idf   []float32
}

const (
	minTexts = 2 // a feature seen in fewer texts is dropped
)

// groupWeight is the squared length each group gets in a vector.
var groupWeight = [groups]float64{groupWord: 1, groupChar: 1, groupExact: 0.5}

func newVocabulary(examples []Example) *vocabulary {
	count := map[uint64]int32{}
	var x extractor
	var order []entry
	for _, example := range examples {
		order = distinct(x.cut(example.Text), order)
		for _, f := range order {
			count[f.hash]++
		}
	}
	v := &vocabulary{}
	for h, n := range count {
		if n >= minTexts {
			v.hash = append(v.hash, h)
		}
	}
	slices.Sort(v.hash)
	v.idf = make([]float32, len(v.hash))
	for i, h := range v.hash {
		v.idf[i] = float32(math.Log(float64(len(examples)+1) / float64(count[h])))
	}
	v.fill()
	return v
}

// fill builds the table that finds a hash.
func (v *vocabulary) fill() {
	size := 16
	for size < 2*len(v.hash) {
		size *= 2
	}
	v.slots = make([]int32, size)
	for i, h := range v.hash {
		s := h & uint64(size-1)
		for v.slots[s] != 0 {
			s = (s + 1) & uint64(size-1)
		}
		v.slots[s] = int32(i) + 1
	}
}

func (v *vocabulary) size() int { return len(v.hash) }

// find returns the index of a hash, or -1.
func (v *vocabulary) find(h uint64) int32 {
	mask := uint64(len(v.slots) - 1)
	for s := h & mask; ; s = (s + 1) & mask {
		switch i := v.slots[s]; {
		case i == 0:
			return -1
		case v.hash[i-1] == h:
			return i - 1
		}
	}
}

// distinct sorts the features and counts each once.
func distinct(features []feature, out []entry) []entry {
	out = out[:0]
	for _, f := range features {
		out = append(out, entry{f.hash, f.group, 1})
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.hash, b.hash) })
	n := 0
	for i := range out {
		if n > 0 && out[n-1].hash == out[i].hash {
			out[n-1].count++
			continue
		}
		out[n] = out[i]
		n++
	}
	return out[:n]
}

// vectorise turns features into a vector and returns the share of them that is
// known, 0 to 1.
func (v *vocabulary) vectorise(features []feature, out *vector) float64 {
	out.index, out.value = out.index[:0], out.value[:0]
	out.order = distinct(features, out.order)
	var known, all float64
	var square [groups]float64
	kept := 0
	for _, f := range out.order {
		all++
		i := v.find(f.hash)
		if i < 0 {
			continue
		}
		known++
		w := v.idf[i]
		if f.count > 1 {
			w *= 1 + float32(math.Log(float64(f.count)))
		}
		square[f.group] += float64(w) * float64(w)
		out.index = append(out.index, i)
		out.value = append(out.value, w)
		out.order[kept] = f
		kept++
	}
	var scale [groups]float32
	var total float64
	for g, s := range square {
		if s > 0 {
			total += groupWeight[g]
		}
	}
	for g, s := range square {
		if s > 0 {
			scale[g] = float32(math.Sqrt(groupWeight[g] / s / total))
		}
	}
	for k := range out.value {
		out.value[k] *= scale[out.order[k].group]
	}
	if all == 0 {
		return 0
	}
	return known / all
}
