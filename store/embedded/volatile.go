package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"madoguchi/store"
)

// overlay is what was written lately and isn't in the file yet.
type overlay struct {
	values map[string]volatile
	counts map[string]map[string]int64 // added to what is in the file
}

// volatile is a value that expires; a nil value stands for none.
type volatile struct {
	expires int64 // Unix milliseconds
	value   []byte
}

// maxPending is at how many values a flush doesn't wait for its time.
const maxPending = 20_000

func newOverlay() *overlay {
	return &overlay{values: map[string]volatile{}, counts: map[string]map[string]int64{}}
}

func personKey(person store.Person, kind store.Kind) string {
	return "person\n" + string(person) + "\n" + string(kind)
}

func onceKey(key string) string { return "once\n" + key }

// read returns the value under key unless it has expired. The caller holds mu
// or doesn't mind a write in between.
func (s *Store) read(key string) (volatile, bool, error) {
	now := s.opt.Now().UnixMilli()
	for _, o := range []*overlay{s.pending, s.moving} {
		if o == nil {
			continue
		}
		if v, ok := o.values[key]; ok {
			return v, v.value != nil && v.expires > now, nil
		}
	}
	var v volatile
	err := s.view(func(tx *bolt.Tx) error {
		v = decodeVolatile(tx.Bucket(bucketVolatile).Get([]byte(key)))
		return nil
	})
	return v, err == nil && v.value != nil && v.expires > now, err
}

// write puts the value into the overlay. The caller holds mu.
func (s *Store) write(key string, v volatile) {
	s.pending.values[key] = v
	if len(s.pending.values) >= maxPending {
		select {
		case s.full <- struct{}{}:
		default:
		}
	}
}

// enter checks the context and that the store is open, and takes mu.
func (s *Store) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, store.ErrClosed
	}
	return s.mu.Unlock, nil
}

// Get implements store.People.
func (s *Store) Get(ctx context.Context, person store.Person, kind store.Kind) ([]byte, error) {
	if err := store.CheckRecord(person, kind); err != nil {
		return nil, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	v, ok, err := s.read(personKey(person, kind))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, store.ErrNotFound
	}
	return bytes.Clone(v.value), nil
}

// Put implements store.People.
func (s *Store) Put(ctx context.Context, person store.Person, kind store.Kind, value []byte, ttl time.Duration) error {
	if err := store.CheckRecord(person, kind); err != nil {
		return err
	}
	if err := store.CheckValue(value); err != nil {
		return err
	}
	if err := store.CheckTTL(ttl); err != nil {
		return err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	s.write(personKey(person, kind), volatile{expires: s.expiry(ttl), value: append([]byte{}, value...)})
	return nil
}

func (s *Store) expiry(ttl time.Duration) int64 {
	return s.opt.Now().Add(max(ttl, time.Millisecond)).UnixMilli()
}

// Delete implements store.People.
func (s *Store) Delete(ctx context.Context, person store.Person, kind store.Kind) error {
	if err := store.CheckRecord(person, kind); err != nil {
		return err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	s.write(personKey(person, kind), volatile{})
	return nil
}

// Forget implements store.People.
func (s *Store) Forget(ctx context.Context, person store.Person) error {
	if err := store.CheckName("person", string(person)); err != nil {
		return err
	}
	s.flushing.Lock() // no flush may bring back what is removed here
	defer s.flushing.Unlock()
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	err = s.update(func(tx *bolt.Tx) error {
		for _, kind := range store.Kinds() {
			if err := putVolatile(tx, personKey(person, kind), volatile{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range store.Kinds() {
		delete(s.pending.values, personKey(person, kind))
	}
	return nil
}

// Records implements store.People.
func (s *Store) Records(ctx context.Context, person store.Person) ([]store.Record, error) {
	if err := store.CheckName("person", string(person)); err != nil {
		return nil, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var records []store.Record
	for _, kind := range store.Kinds() {
		v, ok, err := s.read(personKey(person, kind))
		if err != nil {
			return nil, err
		}
		if ok {
			records = append(records, store.Record{Kind: kind, Value: bytes.Clone(v.value), Expires: time.UnixMilli(v.expires)})
		}
	}
	return records, nil
}

// Once implements store.Guards.
func (s *Store) Once(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	if err := store.CheckName("key", key); err != nil {
		return false, err
	}
	if err := store.CheckTTL(ttl); err != nil {
		return false, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	_, seen, err := s.read(onceKey(key))
	if err != nil || seen {
		return false, err
	}
	s.write(onceKey(key), volatile{expires: s.expiry(ttl), value: []byte{}})
	return true, nil
}

// Take implements store.Guards.
func (s *Store) Take(ctx context.Context, key string, rate float64, burst int, now time.Time) (bool, time.Duration, error) {
	if err := store.CheckTake(key, rate, burst, now); err != nil {
		return false, 0, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return false, 0, err
	}
	leave()
	ok, retryAfter := s.limiter.Take(key, rate, burst, now)
	return ok, retryAfter, nil
}

// Count implements store.Counters.
func (s *Store) Count(ctx context.Context, counter, field string, delta int64) error {
	if err := store.CheckName("counter", counter); err != nil {
		return err
	}
	if err := store.CheckName("field", field); err != nil {
		return err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	fields := s.pending.counts[counter]
	if fields == nil {
		fields = map[string]int64{}
		s.pending.counts[counter] = fields
	}
	fields[field] += delta
	return nil
}

// Counts implements store.Counters.
func (s *Store) Counts(ctx context.Context, counter string) (map[string]int64, error) {
	if err := store.CheckName("counter", counter); err != nil {
		return nil, err
	}
	// The sum of file and overlay is right only while nothing moves between.
	s.flushing.Lock()
	defer s.flushing.Unlock()
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	counts := map[string]int64{}
	err = s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketCounters).Bucket([]byte(counter))
		if b == nil {
			return nil
		}
		return b.ForEach(func(field, n []byte) error {
			counts[string(field)] = int64(binary.BigEndian.Uint64(n))
			return nil
		})
	})
	for field, n := range s.pending.counts[counter] {
		counts[field] += n
	}
	return counts, err
}

// ClearCounts implements store.Counters.
func (s *Store) ClearCounts(ctx context.Context, counter string, fields ...string) error {
	if err := store.CheckName("counter", counter); err != nil {
		return err
	}
	s.flushing.Lock()
	defer s.flushing.Unlock()
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	err = s.update(func(tx *bolt.Tx) error {
		counters := tx.Bucket(bucketCounters)
		b := counters.Bucket([]byte(counter))
		if b == nil {
			return nil
		}
		if len(fields) == 0 {
			return counters.DeleteBucket([]byte(counter))
		}
		for _, field := range fields {
			if err := b.Delete([]byte(field)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		delete(s.pending.counts, counter)
	}
	for _, field := range fields {
		delete(s.pending.counts[counter], field)
	}
	return nil
}

// flush writes the overlay into the file in one transaction.
func (s *Store) flush() error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	return s.flushLocked()
}

func (s *Store) flushLocked() error {
	s.mu.Lock()
	if len(s.pending.values) == 0 && len(s.pending.counts) == 0 && s.flushErr == nil {
		s.mu.Unlock()
		return nil
	}
	moving := s.pending
	s.moving, s.pending = moving, newOverlay()
	s.mu.Unlock()

	now := s.opt.Now().UnixMilli()
	err := s.update(func(tx *bolt.Tx) error {
		for key, v := range moving.values {
			if v.expires <= now {
				v = volatile{}
			}
			if err := putVolatile(tx, key, v); err != nil {
				return err
			}
		}
		for counter, fields := range moving.counts {
			b, err := tx.Bucket(bucketCounters).CreateBucketIfNotExists([]byte(counter))
			if err != nil {
				return err
			}
			for field, delta := range fields {
				var n int64
				if old := b.Get([]byte(field)); old != nil {
					n = int64(binary.BigEndian.Uint64(old))
				}
				if err := b.Put([]byte(field), number(n+delta)); err != nil {
					return err
				}
			}
		}
		return nil
	})

	s.mu.Lock()
	defer s.mu.Unlock()
	s.moving, s.flushErr = nil, err
	if err == nil {
		return nil
	}
	// Keep it for the next time, below what was written since.
	for key, v := range moving.values {
		if _, newer := s.pending.values[key]; !newer {
			s.pending.values[key] = v
		}
	}
	for counter, fields := range moving.counts {
		if s.pending.counts[counter] == nil {
			s.pending.counts[counter] = map[string]int64{}
		}
		for field, delta := range fields {
			s.pending.counts[counter][field] += delta
		}
	}
	return err
}

// sweepBatch bounds how long one transaction of the sweep holds up others.
const sweepBatch = 2000

// sweep removes from the file what has expired.
func (s *Store) sweep() error {
	for more := true; more; {
		s.flushing.Lock()
		now := s.opt.Now().UnixMilli()
		n := 0
		var expired []string
		err := s.view(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucketExpiry).Cursor()
			for k, _ := c.First(); k != nil && len(expired) < sweepBatch; k, _ = c.Next() {
				if int64(binary.BigEndian.Uint64(k)) > now {
					break
				}
				expired = append(expired, string(k[8:]))
			}
			return nil
		})
		if n = len(expired); err == nil && n > 0 {
			err = s.update(func(tx *bolt.Tx) error {
				for _, key := range expired {
					if err := putVolatile(tx, key, volatile{}); err != nil {
						return err
					}
				}
				return nil
			})
		}
		s.flushing.Unlock()
		if err != nil {
			return err
		}
		more = n == sweepBatch
	}
	return nil
}

// putVolatile replaces a value in the file and its line in the order of
// expiry; a nil value removes both.
func putVolatile(tx *bolt.Tx, key string, v volatile) error {
	values, expiry := tx.Bucket(bucketVolatile), tx.Bucket(bucketExpiry)
	if old := decodeVolatile(values.Get([]byte(key))); old.value != nil {
		if err := expiry.Delete(append(number(old.expires), key...)); err != nil {
			return err
		}
	}
	if v.value == nil {
		return values.Delete([]byte(key))
	}
	if err := expiry.Put(append(number(v.expires), key...), nil); err != nil {
		return err
	}
	return values.Put([]byte(key), append(number(v.expires), v.value...))
}

func decodeVolatile(stored []byte) volatile {
	if len(stored) < 8 {
		return volatile{}
	}
	// Cloned, because bbolt's bytes end with the transaction.
	return volatile{expires: int64(binary.BigEndian.Uint64(stored)), value: append([]byte{}, stored[8:]...)}
}

// number is n in eight bytes that sort as n does when it isn't negative.
func number(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n))
}

// hasPrefix spares a conversion of each key.
func hasPrefix(key []byte, prefix string) bool {
	return strings.HasPrefix(string(key), prefix)
}
