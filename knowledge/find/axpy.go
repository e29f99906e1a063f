package find

import "gonum.org/v1/gonum/blas/gonum"

// Sums over rows of numbers are gonum's, in assembly where the machine has it: several
// times as fast as loops in Go (BenchmarkAxpy).

// axpy adds a·x to y.
func axpy(a float32, x, y []float32) { gonum.Implementation{}.Saxpy(len(x), a, x, 1, y, 1) }

// dot gives the inner product of x and y.
func dot(x, y []float32) float32 { return gonum.Implementation{}.Sdot(len(x), x, 1, y, 1) }
