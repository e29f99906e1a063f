package find

import "math"

// matrix is rows of numbers, one after the other: as learned, or packed into a byte
// for each number and a step for each row, which takes a quarter of the memory.
type matrix struct {
	width  int
	data   []float32 // nil once packed
	packed []int8
	step   []float32
}

func newMatrix(rows, width int) matrix {
	return matrix{width: width, data: make([]float32, rows*width)}
}

func (m *matrix) row(i int) []float32 { return m.data[i*m.width:][:m.width:m.width] }

func (m *matrix) rows() int {
	if m.data == nil {
		return len(m.step)
	}
	return len(m.data) / m.width
}

// pack brings every number to one of 255 steps of its row, which is what a saved
// engine keeps: an engine answers the same before it is saved and after.
func (m *matrix) pack() {
	m.step = make([]float32, m.rows())
	m.packed = make([]int8, len(m.data))
	for i := range m.step {
		row := m.row(i)
		m.step[i] = rowStep(row)
		for j, x := range row {
			m.packed[i*m.width+j] = quantise(x, m.step[i])
		}
	}
	m.data = nil
}

// add adds a times row i to y.
func (m *matrix) add(a float32, i int, y []float32) {
	if m.data == nil {
		axpyPacked(a*m.step[i], m.packed[i*m.width:][:m.width:m.width], y)
		return
	}
	axpy(a, m.row(i), y)
}

// dot is the inner product of row i and y.
func (m *matrix) dot(i int, y []float32) float32 {
	if m.data == nil {
		return m.step[i] * dotPacked(m.packed[i*m.width:][:m.width:m.width], y)
	}
	return dot(m.row(i), y)
}

// rowStep is the size of one step of a row, 0 when the row is all 0.
func rowStep(row []float32) float32 {
	var top float32
	for _, x := range row {
		top = max(top, x, -x)
	}
	return top / 127
}

func quantise(x, step float32) int8 {
	if step == 0 {
		return 0
	}
	return int8(math.Round(float64(x / step)))
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
