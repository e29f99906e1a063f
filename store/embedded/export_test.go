package embedded

import (
	"testing"

	bolt "go.etcd.io/bbolt"
)

// Volatile counts what is in the file that can expire, and checks that the
// order of expiry has as many lines.
func (s *Store) Volatile(t *testing.T) (n int) {
	t.Helper()
	if err := s.view(func(tx *bolt.Tx) error {
		n = tx.Bucket(bucketVolatile).Inspect().KeyN
		if m := tx.Bucket(bucketExpiry).Inspect().KeyN; m != n {
			t.Errorf("%d values, %d lines in the order of expiry", n, m)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
