package find

import "math"

// matrix is rows of numbers, one after the other.
type matrix struct {
	width int
	data  []float32
}

func newMatrix(rows, width int) matrix {
	return matrix{width: width, data: make([]float32, rows*width)}
}

func (m *matrix) row(i int) []float32 { return m.data[i*m.width:][:m.width:m.width] }
func (m *matrix) rows() int           { return len(m.data) / m.width }

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
