package find

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestTableSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, width := range []int{1, 7, 8, 9, 60, 96, 128, 142} {
		m := newMatrix(500, width)
		for i := range m.data {
			m.data[i] = float32(rng.NormFloat64()) * float32(math.Pow(10, float64(i/width%7-3)))
		}
		clear(m.row(3))
		packed := pack(m)
		exact := packed.unpack()
		for i := range m.data {
			if d := math.Abs(float64(m.data[i] - exact.data[i])); d > float64(packed.step[i/width])*0.501 {
				t.Fatalf("width %d: %g became %g", width, m.data[i], exact.data[i])
			}
		}
		sum := newBuffers(width).sum
		for _, n := range []int{0, 1, 3, 400, 5000} {
			index, value := make([]int32, n), make([]float32, n)
			want, size := make([]float64, width), make([]float64, width)
			for k := range index {
				index[k], value[k] = int32(rng.IntN(500)), rng.Float32()*float32(math.Pow(10, float64(k%3)))
				for j, x := range exact.row(int(index[k])) {
					want[j] += float64(x) * float64(value[k])
					size[j] = max(size[j], 127*float64(packed.step[index[k]]*value[k])*float64(n))
				}
			}
			got := make([]float32, width)
			packed.add(index, value, sum, got)
			for j := range got {
				if math.Abs(float64(got[j])-want[j]) > 1e-5*size[j] {
					t.Fatalf("width %d, %d rows: number %d is %g, want %g", width, n, j, got[j], want[j])
				}
			}
		}
	}
}

// The largest and smallest bytes of many rows must not run into their neighbours.
func TestTableFull(t *testing.T) {
	m := newMatrix(2, 8)
	for j := range 8 {
		m.data[j], m.data[8+j] = 1, -1
	}
	packed := pack(m)
	index, value := make([]int32, 4000), make([]float32, 4000)
	for k := range value {
		value[k] = 1
	}
	for row, want := range []float32{4000, -4000} {
		for k := range index {
			index[k] = int32(row)
		}
		got := make([]float32, 8)
		packed.add(index, value, newBuffers(8).sum, got)
		for j, x := range got {
			if math.Abs(float64(x-want)) > 1 {
				t.Errorf("number %d of row %d: %g, want %g", j, row, x, want)
			}
		}
	}
}

func TestTableValid(t *testing.T) {
	good := newTable(3, 10)
	if err := good.valid(); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]table{
		"no width":  {0, 0, nil, nil},
		"short":     {10, 16, make([]float32, 3), make([]byte, 47)},
		"odd":       {10, 10, make([]float32, 3), make([]byte, 30)},
		"no stride": {10, 0, make([]float32, 3), nil},
	} {
		if bad.valid() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A sum of 300 rows of 96 numbers out of 100,000, as a question needs.
func BenchmarkTable(b *testing.B) {
	const rows, width, n = 100_000, 96, 300
	rng := rand.New(rand.NewPCG(1, 1))
	m := newMatrix(rows, width)
	for i := range m.data {
		m.data[i] = rng.Float32() - 0.5
	}
	packed := pack(m)
	index, value := make([]int32, n), make([]float32, n)
	out, sum := make([]float32, width), newBuffers(width).sum
	pick := func() {
		for k := range index {
			index[k], value[k] = int32(rng.IntN(rows)), rng.Float32()
		}
	}
	b.Run("bytes", func(b *testing.B) {
		for b.Loop() {
			pick()
			packed.add(index, value, sum, out)
		}
	})
	b.Run("floats", func(b *testing.B) {
		for b.Loop() {
			pick()
			for k, f := range index {
				axpy(value[k], m.row(int(f)), out)
			}
		}
	})
}
