package find

import (
	"encoding/binary"
	"fmt"
	"math"
)

// table is a matrix with a byte for each number: what an engine keeps and a saved one
// holds. Its rows are summed eight numbers at a time in ordinary 64-bit words, which
// takes a quarter of the memory of floats at the speed of assembly over them
// (BenchmarkTable).
type table struct {
	width  int       // numbers in a row
	stride int       // bytes of a row: width rounded up to eight
	step   []float32 // by row: what one step of a byte is worth
	data   []byte    // steps from zero, plus middle
}

const (
	middle   = 128
	lanes    = 0x000000FF000000FF // two numbers, each with room for a sum of 32 bits
	wordSize = 8
	// most is what the weights of a sum may come to, so that no lane runs over.
	most = math.MaxUint32 / math.MaxUint8
)

// pack rounds a matrix to bytes.
func pack(m matrix) table {
	t := newTable(m.rows(), m.width)
	for i := range m.rows() {
		row := m.row(i)
		t.step[i] = rowStep(row)
		for j, x := range row {
			t.data[i*t.stride+j] = byte(int(quantise(x, t.step[i])) + middle)
		}
	}
	return t
}

func newTable(rows, width int) table {
	stride := (width + wordSize - 1) / wordSize * wordSize
	return table{width, stride, make([]float32, rows), make([]byte, rows*stride)}
}

// unpack gives the rows as floats.
func (t *table) unpack() matrix {
	m := newMatrix(len(t.step), t.width)
	for i, step := range t.step {
		for j, b := range t.data[i*t.stride:][:t.width] {
			m.data[i*t.width+j] = float32(int(b)-middle) * step
		}
	}
	return m
}

// valid reports what is wrong with a table read from a file.
func (t *table) valid() error {
	if t.width <= 0 || t.stride != (t.width+wordSize-1)/wordSize*wordSize || len(t.data) != t.stride*len(t.step) {
		return fmt.Errorf("%d numbers in %d rows of %d", len(t.data), len(t.step), t.width)
	}
	return nil
}

// add adds to out the sum of the rows at index, each times its value. Values are not
// negative. sum is a buffer of at least stride/2 words.
func (t *table) add(index []int32, value []float32, sum []uint64, out []float32) {
	var total float64
	for k, f := range index {
		total += float64(value[k] * t.step[f])
	}
	if total == 0 {
		return
	}
	sum = sum[:t.stride/2]
	clear(sum)
	scale := float64(most-len(index)) / total
	var weights uint64
	for k, f := range index {
		q := uint64(float64(value[k]*t.step[f])*scale + 0.5)
		if q == 0 {
			continue
		}
		weights += q
		row := t.data[int(f)*t.stride:][:t.stride]
		for s := sum; len(row) >= wordSize && len(s) >= 4; row, s = row[wordSize:], s[4:] {
			x := binary.LittleEndian.Uint64(row)
			s[0] += (x & lanes) * q
			s[1] += (x >> 8 & lanes) * q
			s[2] += (x >> 16 & lanes) * q
			s[3] += (x >> 24 & lanes) * q
		}
	}
	back, zero := float32(1/scale), float32(float64(middle*weights)/scale)
	for j := range out[:t.width] {
		lane := sum[j/wordSize*4+j%4]
		if j%wordSize >= 4 {
			lane >>= 32
		}
		out[j] += float32(uint32(lane))*back - zero
	}
}
