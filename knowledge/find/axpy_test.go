package find

import "testing"

func TestAxpyAndDot(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 7, 64, 129} {
		x, y := make([]float32, n), make([]float32, n)
		var want float32
		for i := range x {
			x[i], y[i] = float32(i%5), float32(i%3)
			want += x[i] * y[i]
		}
		if got := dot(x, y); got != want {
			t.Errorf("%d numbers: dot %g, want %g", n, got, want)
		}
		axpy(2, x, y)
		for i := range y {
			if y[i] != float32(i%3)+2*float32(i%5) {
				t.Fatalf("%d numbers: axpy gives %g at %d", n, y[i], i)
			}
		}
	}
}

func BenchmarkAxpy(b *testing.B) {
	x, y := make([]float32, 64), make([]float32, 64)
	b.Run("library", func(b *testing.B) {
		for b.Loop() {
			axpy(0.5, x, y)
		}
	})
	b.Run("loop", func(b *testing.B) {
		for b.Loop() {
			for i, v := range x {
				y[i] += 0.5 * v
			}
		}
	})
}
