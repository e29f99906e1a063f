package find

import (
	"cmp"
	"math"
	"slices"
)

// vocabulary holds the features worth keeping and how telling each one is.
type vocabulary struct {
	hash   []uint64 // those seen in several texts first, each part in rising order
	idf    []float32
	common int     // how many were seen in several texts
	slots  []int32 // open addressing: index + 1, 0 for empty
}

// newVocabulary keeps the features seen in at least o.minTexts texts, and of those
// no more than o.maxFeatures: the ones seen most.
func newVocabulary(examples []Example, o settings, concepts Concepts) *vocabulary {
	count := map[uint64]int32{}
	x := extractor{maxGram: o.maxGram, concepts: concepts}
	var hashes []uint64
	for _, e := range examples {
		hashes = hashes[:0]
		for _, f := range x.cut(e.Text, e.Lang, e.Before) {
			hashes = append(hashes, f.hash)
		}
		slices.Sort(hashes)
		for _, h := range slices.Compact(hashes) {
			count[h]++
		}
	}
	least := int32(o.minTexts)
	if o.maxFeatures > 0 {
		for kept := o.maxFeatures + 1; kept > o.maxFeatures; least++ {
			kept = 0
			for _, n := range count {
				if n >= least {
					kept++
				}
			}
			if kept <= o.maxFeatures {
				break
			}
		}
	}
	v := &vocabulary{}
	for h, n := range count {
		if n >= least {
			v.hash = append(v.hash, h)
			if n >= 2 {
				v.common++
			}
		}
	}
	slices.SortFunc(v.hash, func(a, b uint64) int {
		if rareA, rareB := count[a] < 2, count[b] < 2; rareA != rareB {
			if rareB {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
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
