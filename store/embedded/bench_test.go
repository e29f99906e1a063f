package embedded_test

import (
	"path/filepath"
	"testing"

	"madoguchi/store/embedded"
	"madoguchi/store/storetest"
)

func Benchmark(b *testing.B) {
	storetest.Benchmark(b, open(b, filepath.Join(b.TempDir(), "store.db"), embedded.Options{}))
}
