package redis_test

import (
	"testing"

	"madoguchi/store/storetest"
)

func Benchmark(b *testing.B) {
	storetest.Benchmark(b, open(b, storetest.StartRedis(b).URL()))
}
