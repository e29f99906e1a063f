package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"madoguchi/store"
)

// Options tune a Store. The zero value is right for the bot.
type Options struct {
	// Now is the clock by which records expire; time.Now when nil.
	Now func() time.Time
	// FlushEvery is how often what is in memory is written; a second when 0.
	FlushEvery time.Duration
	// SweepEvery is how often what has expired is removed; a minute when 0.
	SweepEvery time.Duration
	// LockWait is how long Open waits for another process to let go of the
	// file, as when a service restarts; a second when 0.
	LockWait time.Duration
	// Log gets what goes wrong in the background; slog.Default() when nil.
	Log *slog.Logger
}

// Store is a store.Store in one file.
type Store struct {
	db  *bolt.DB
	opt Options

	// flushing orders the writers of what is volatile: flush, sweep, Forget.
	flushing sync.Mutex
	mu       sync.Mutex
	closed   bool
	pending  *overlay // not yet in the file
	moving   *overlay // on its way into the file; nil most of the time
	flushErr error    // of the last flush

	limiter *store.Limiter
	stop    chan struct{}
	full    chan struct{}
	stopped sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// maxBuckets bounds the token buckets in memory to a few megabytes.
const maxBuckets = 1 << 16

// maxChecked is up to which size Open checks the whole file (tens of
// milliseconds at most).
const maxChecked = 32 << 20

// format is the version of the file's layout.
const format = "madoguchi store 1"

var (
	bucketMeta     = []byte("meta")     // format → format
	bucketVolatile = []byte("volatile") // key → expiry, value
	bucketExpiry   = []byte("expiry")   // expiry, key → nothing
	bucketDocs     = []byte("docs")     // collection / id → version, value
	bucketLogs     = []byte("logs")     // log / seq → length of id, id, value
	bucketLogIDs   = []byte("log-ids")  // log / id → seq
	bucketQueues   = []byte("queues")   // queue / id → job as JSON
	bucketReady    = []byte("ready")    // queue / ready, id → nothing
	bucketCounters = []byte("counters") // counter / field → count
	keyFormat      = []byte("format")
)

// Open opens the store in the file at path, making it and its folder if need
// be, readable by the owner alone. It returns store.ErrLocked when another
// process has the file open, after Options.LockWait, and store.ErrCorrupt when
// the file is damaged or something else.
func Open(path string, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.FlushEvery <= 0 {
		opt.FlushEvery = time.Second
	}
	if opt.SweepEvery <= 0 {
		opt.SweepEvery = time.Minute
	}
	if opt.LockWait <= 0 {
		opt.LockWait = time.Second
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the store: %w", err)
	}
	s := &Store{
		opt:     opt,
		pending: newOverlay(),
		limiter: store.NewLimiter(maxBuckets),
		stop:    make(chan struct{}),
		full:    make(chan struct{}, 1),
	}
	if err := s.open(path); err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	s.stopped.Go(s.background)
	return s, nil
}

func (s *Store) open(path string) (err error) {
	err = guard(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{
			Timeout:      s.opt.LockWait,
			FreelistType: bolt.FreelistMapType,
			NoStatistics: true,
		})
		s.db = db
		return err
	})
	if err != nil {
		return err
	}
	if err := s.verify(); err != nil {
		_ = s.db.Close()
		return err
	}
	err = s.update(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if meta == nil {
			if name, _ := tx.Cursor().First(); name != nil {
				return fmt.Errorf("%w: no format in it", store.ErrCorrupt)
			}
		} else if got := string(meta.Get(keyFormat)); got != format {
			return fmt.Errorf("%w: its format is %q, this program knows %q", store.ErrCorrupt, got, format)
		}
		for _, name := range [][]byte{bucketMeta, bucketVolatile, bucketExpiry, bucketDocs, bucketLogs,
			bucketLogIDs, bucketQueues, bucketReady, bucketCounters} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put(keyFormat, []byte(format))
	})
	if err != nil {
		_ = s.db.Close()
	}
	return err
}

// verify finds damage at start rather than in the middle of an answer.
func (s *Store) verify() error {
	return s.view(func(tx *bolt.Tx) error {
		info, err := os.Stat(s.db.Path())
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("%w: cut off at %d of %d bytes", store.ErrCorrupt, info.Size(), tx.Size())
		}
		if tx.Size() > maxChecked {
			return nil
		}
		for fault := range tx.Check() {
			err = errors.Join(err, fault)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
		return nil
	})
}

// guard runs a use of bbolt, which panics or faults on a damaged file.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", store.ErrCorrupt, r)
		}
	}()
	err = f()
	for _, damage := range []error{berrors.ErrInvalid, berrors.ErrChecksum, berrors.ErrVersionMismatch, berrors.ErrInvalidMapping} {
		if errors.Is(err, damage) {
			return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
	}
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("%w (%w)", store.ErrLocked, err)
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return store.ErrClosed
	}
	return err
}

func (s *Store) view(f func(*bolt.Tx) error) error {
	return guard(func() error { return s.db.View(f) })
}

func (s *Store) update(f func(*bolt.Tx) error) error {
	return guard(func() error { return s.db.Update(f) })
}

// Ping reports the error of the last background write, if any, and reads.
func (s *Store) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	err := s.flushErr
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%w: writing to the file: %w", store.ErrUnavailable, err)
	}
	return s.view(func(*bolt.Tx) error { return nil })
}

// Close writes what is in memory and closes the file. Closing again is
// ErrClosed.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.closed = true
	s.mu.Unlock()
	close(s.stop)
	s.stopped.Wait()
	err := s.flush()
	return errors.Join(err, guard(s.db.Close))
}

// background flushes and sweeps until Close.
func (s *Store) background() {
	flush := time.NewTicker(s.opt.FlushEvery)
	defer flush.Stop()
	sweep := time.NewTicker(s.opt.SweepEvery)
	defer sweep.Stop()
	failing := false
	for {
		var err error
		select {
		case <-s.stop:
			return
		case <-flush.C:
			err = s.flush()
		case <-s.full:
			err = s.flush()
		case <-sweep.C:
			err = s.sweep()
		}
		if err != nil && !failing {
			s.opt.Log.Error("the embedded store can't write to its file; what is in memory is kept and tried again", "error", err)
		}
		if err == nil && failing {
			s.opt.Log.Info("the embedded store writes to its file again")
		}
		failing = err != nil
	}
}
