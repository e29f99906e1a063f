package find

// axpy adds a·x to y.
func axpy(a float32, x, y []float32) {
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		xs, ys := x[i:i+4:i+4], y[i:i+4:i+4]
		ys[0] += a * xs[0]
		ys[1] += a * xs[1]
		ys[2] += a * xs[2]
		ys[3] += a * xs[3]
	}
	for ; i < len(x); i++ {
		y[i] += a * x[i]
	}
}

// dot gives the inner product of x and y.
func dot(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		xs, ys := x[i:i+4:i+4], y[i:i+4:i+4]
		a += xs[0] * ys[0]
		b += xs[1] * ys[1]
		c += xs[2] * ys[2]
		d += xs[3] * ys[3]
	}
	for ; i < len(x); i++ {
		a += x[i] * y[i]
	}
	return a + b + c + d
}

// axpyPacked adds a·x to y.
func axpyPacked(a float32, x []int8, y []float32) {
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		xs, ys := x[i:i+4:i+4], y[i:i+4:i+4]
		ys[0] += a * float32(xs[0])
		ys[1] += a * float32(xs[1])
		ys[2] += a * float32(xs[2])
		ys[3] += a * float32(xs[3])
	}
	for ; i < len(x); i++ {
		y[i] += a * float32(x[i])
	}
}

// dotPacked gives the inner product of x and y.
func dotPacked(x []int8, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		xs, ys := x[i:i+4:i+4], y[i:i+4:i+4]
		a += float32(xs[0]) * ys[0]
		b += float32(xs[1]) * ys[1]
		c += float32(xs[2]) * ys[2]
		d += float32(xs[3]) * ys[3]
	}
	for ; i < len(x); i++ {
		a += float32(x[i]) * y[i]
	}
	return a + b + c + d
}
