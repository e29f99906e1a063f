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

// Flush writes what is in memory.
func (s *Store) Flush() error { return s.flush() }

// LimitFile makes the file refuse to grow beyond size bytes, as a full disk
// does; 0 takes the limit away.
func (s *Store) LimitFile(size int) { s.db.MaxSize = size }
