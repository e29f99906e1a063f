package find

import (
	"math"
	"slices"
)

// vector is a text as numbers: the features it holds and how much each says. Its
// length (L2) is 1.
type vector struct {
	index []int32
	value []float32
}

// placed is a text as numbers with the places kept: for each unit, the features
// that start there, of length 1 together.
type placed struct {
	start []int32 // by unit, and one more for the end
	vector
}

// view is a text as the learners see it, each in its own way.
type view struct {
	all   vector // every group of features
	chars vector // character n-grams only
	units placed

	found []found // buffer
	next  []int32 // buffer
}

type found struct {
	index int32
	group group
	unit  uint16
}

// charsBefore is what the label spoken of before weighs beside the characters.
const charsBefore = 0.7

// look fills the view from the features of a text and returns the share of them
// that is known, 0 to 1.
func (w *view) look(v *vocabulary, features []feature, weights [groups]float64) float64 {
	w.found = w.found[:0]
	units := 0
	for _, f := range features {
		if i := v.find(f.hash); i >= 0 {
			w.found = append(w.found, found{i, f.group, f.unit})
			units = max(units, int(f.unit)+1)
		}
	}
	known := float64(len(w.found)) / float64(max(1, len(features)))
	w.place(v, units)
	slices.SortFunc(w.found, func(a, b found) int { return int(a.index - b.index) })
	w.all.index, w.all.value = w.all.index[:0], w.all.value[:0]
	w.chars.index, w.chars.value = w.chars.index[:0], w.chars.value[:0]
	var square [groups]float64
	kept := 0
	for i := 0; i < len(w.found); {
		f := w.found[i]
		j := i + 1
		for j < len(w.found) && w.found[j].index == f.index {
			j++
		}
		x := v.idf[f.index]
		if j-i > 1 {
			x *= 1 + float32(math.Log(float64(j-i)))
		}
		square[f.group] += float64(x) * float64(x)
		w.all.index = append(w.all.index, f.index)
		w.all.value = append(w.all.value, x)
		w.found[kept] = f
		kept++
		i = j
	}
	var scale [groups]float32
	var total float64
	for g, s := range square {
		if s > 0 {
			total += weights[g]
		}
	}
	for g, s := range square {
		if s > 0 {
			scale[g] = float32(math.Sqrt(weights[g] / s / total))
		}
	}
	for k, f := range w.found[:kept] {
		if f.group == groupChar {
			w.chars.index = append(w.chars.index, f.index)
			w.chars.value = append(w.chars.value, w.all.value[k]/float32(math.Sqrt(square[groupChar])))
		}
		if f.group == groupBefore {
			w.chars.index = append(w.chars.index, f.index)
			w.chars.value = append(w.chars.value, w.all.value[k]/float32(math.Sqrt(square[groupBefore]))*charsBefore)
		}
		w.all.value[k] *= scale[f.group]
	}
	return known
}

// place groups the common features by the unit they start in.
func (w *view) place(v *vocabulary, units int) {
	p := &w.units
	p.start = append(p.start[:0], make([]int32, units+1)...)
	for _, f := range w.found {
		if int(f.index) < v.common {
			p.start[f.unit+1]++
		}
	}
	for u := range units {
		p.start[u+1] += p.start[u]
	}
	n := int(p.start[units])
	p.index = slices.Grow(p.index[:0], n)[:n]
	p.value = slices.Grow(p.value[:0], n)[:n]
	w.next = append(w.next[:0], p.start...)
	for _, f := range w.found {
		if int(f.index) < v.common {
			k := w.next[f.unit]
			p.index[k], p.value[k] = f.index, v.idf[f.index]
			w.next[f.unit]++
		}
	}
	for u := range units {
		part := p.value[p.start[u]:p.start[u+1]]
		var square float32
		for _, x := range part {
			square += x * x
		}
		if square > 0 {
			k := 1 / float32(math.Sqrt(float64(square)))
			for j := range part {
				part[j] *= k
			}
		}
	}
}

// clone keeps what a learner needs; the buffers stay behind.
func (w *view) clone() view {
	c := func(v vector) vector { return vector{slices.Clone(v.index), slices.Clone(v.value)} }
	return view{all: c(w.all), chars: c(w.chars), units: placed{slices.Clone(w.units.start), c(w.units.vector)}}
}
