package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"

	"madoguchi/store"
)

// heldJob is a job in the file.
type heldJob struct {
	At      int64  `json:"at"`
	Ready   int64  `json:"ready"`
	Attempt int    `json:"attempt,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Token   string `json:"token,omitempty"`
	Payload []byte `json:"payload,omitempty"`
}

func (j heldJob) job(queue, id string) store.Job {
	return store.Job{
		Queue: queue, ID: id, At: time.UnixMilli(j.At), Payload: j.Payload,
		Ready: time.UnixMilli(j.Ready), Attempt: j.Attempt, Owner: j.Owner, Token: j.Token,
	}
}

// Load implements store.Durable.
func (s *Store) Load(ctx context.Context, collection, id string) (store.Doc, error) {
	if err := errors.Join(store.CheckName("collection", collection), store.CheckName("document id", id), ctx.Err()); err != nil {
		return store.Doc{}, err
	}
	var doc store.Doc
	err := s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketDocs).Bucket([]byte(collection))
		if b == nil {
			return store.ErrNotFound
		}
		stored := b.Get([]byte(id))
		if stored == nil {
			return store.ErrNotFound
		}
		doc = decodeDoc(id, stored)
		return nil
	})
	return doc, err
}

func decodeDoc(id string, stored []byte) store.Doc {
	return store.Doc{ID: id, Version: int64(binary.BigEndian.Uint64(stored)), Value: bytes.Clone(stored[8:])}
}

// List implements store.Durable.
func (s *Store) List(ctx context.Context, collection, prefix string) ([]store.Doc, error) {
	if err := errors.Join(store.CheckName("collection", collection), ctx.Err()); err != nil {
		return nil, err
	}
	var docs []store.Doc
	err := s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketDocs).Bucket([]byte(collection))
		if b == nil {
			return nil
		}
		c := b.Cursor()
		for id, stored := c.Seek([]byte(prefix)); id != nil && hasPrefix(id, prefix); id, stored = c.Next() {
			docs = append(docs, decodeDoc(string(id), stored))
		}
		return nil
	})
	return docs, err
}

// Entries implements store.Durable.
func (s *Store) Entries(ctx context.Context, log string, after int64, limit int) ([]store.Entry, error) {
	return s.entries(ctx, log, limit, func(c *bolt.Cursor) func() ([]byte, []byte) {
		start := true
		return func() ([]byte, []byte) {
			if start {
				start = false
				return c.Seek(number(max(after, 0) + 1))
			}
			return c.Next()
		}
	})
}

// Recent implements store.Durable.
func (s *Store) Recent(ctx context.Context, log string, before int64, limit int) ([]store.Entry, error) {
	return s.entries(ctx, log, limit, func(c *bolt.Cursor) func() ([]byte, []byte) {
		start := true
		return func() ([]byte, []byte) {
			if !start {
				return c.Prev()
			}
			start = false
			if before <= 0 {
				return c.Last()
			}
			if k, _ := c.Seek(number(before)); k == nil {
				return c.Last()
			}
			return c.Prev()
		}
	})
}

func (s *Store) entries(ctx context.Context, log string, limit int, walk func(*bolt.Cursor) func() ([]byte, []byte)) ([]store.Entry, error) {
	if err := errors.Join(store.CheckName("log", log), store.CheckLimit(limit), ctx.Err()); err != nil {
		return nil, err
	}
	var entries []store.Entry
	err := s.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLogs).Bucket([]byte(log))
		if b == nil {
			return nil
		}
		next := walk(b.Cursor())
		for k, v := next(); k != nil && len(entries) < limit; k, v = next() {
			entries = append(entries, decodeEntry(k, v))
		}
		return nil
	})
	return entries, err
}

func decodeEntry(k, v []byte) store.Entry {
	n := 2 + int(binary.BigEndian.Uint16(v))
	return store.Entry{Seq: int64(binary.BigEndian.Uint64(k)), ID: string(v[2:n]), Value: bytes.Clone(v[n:])}
}

func encodeEntry(id string, value []byte) []byte {
	v := binary.BigEndian.AppendUint16(nil, uint16(len(id)))
	return append(append(v, id...), value...)
}

// Jobs implements store.Durable.
func (s *Store) Jobs(ctx context.Context, queue string) ([]store.Job, error) {
	if err := errors.Join(store.CheckName("queue", queue), ctx.Err()); err != nil {
		return nil, err
	}
	var jobs []store.Job
	err := s.view(func(tx *bolt.Tx) error {
		q := openQueue(tx, queue)
		if q.ready == nil {
			return nil
		}
		return q.ready.ForEach(func(k, _ []byte) error {
			id := string(k[8:])
			j, err := q.get(id)
			if err != nil {
				return err
			}
			job := j.job(queue, id)
			job.Token = ""
			jobs = append(jobs, job)
			return nil
		})
	})
	return jobs, err
}

// Claim implements store.Durable.
func (s *Store) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]store.Job, error) {
	if err := errors.Join(store.CheckClaim(queue, owner, now, lease, limit), ctx.Err()); err != nil {
		return nil, err
	}
	var ids []string
	due := func(tx *bolt.Tx) error {
		ids = nil
		q := openQueue(tx, queue)
		if q.ready == nil {
			return nil
		}
		c := q.ready.Cursor()
		for k, _ := c.First(); k != nil && len(ids) < limit; k, _ = c.Next() {
			if int64(binary.BigEndian.Uint64(k)) > now.UnixMilli() {
				break
			}
			ids = append(ids, string(k[8:]))
		}
		return nil
	}
	// Mostly nothing is due; don't write then.
	if err := s.view(due); err != nil || len(ids) == 0 {
		return nil, err
	}
	var jobs []store.Job
	token := rand.Text()
	err := s.update(func(tx *bolt.Tx) error {
		jobs = nil
		if err := due(tx); err != nil {
			return err
		}
		q := openQueue(tx, queue)
		for _, id := range ids {
			j, err := q.get(id)
			if err != nil {
				return err
			}
			next := *j
			next.Ready, next.Owner, next.Token = now.Add(lease).UnixMilli(), owner, token
			next.Attempt++
			if err := q.put(id, j, &next); err != nil {
				return err
			}
			jobs = append(jobs, next.job(queue, id))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

// Extend implements store.Durable.
func (s *Store) Extend(ctx context.Context, job store.Job, until time.Time) error {
	return s.rehold(ctx, job, until, true)
}

// Release implements store.Durable.
func (s *Store) Release(ctx context.Context, job store.Job, again time.Time) error {
	return s.rehold(ctx, job, again, false)
}

func (s *Store) rehold(ctx context.Context, job store.Job, ready time.Time, keep bool) error {
	if err := errors.Join(store.CheckHeld(job), store.CheckTime(ready), ctx.Err()); err != nil {
		return err
	}
	return s.update(func(tx *bolt.Tx) error {
		q := openQueue(tx, job.Queue)
		j, err := q.held(job)
		if err != nil {
			return err
		}
		next := *j
		next.Ready = ready.UnixMilli()
		if !keep {
			next.Owner, next.Token = "", ""
		}
		return q.put(job.ID, j, &next)
	})
}

// Write implements store.Durable.
func (s *Store) Write(ctx context.Context, ops ...store.Op) ([]store.Result, error) {
	if err := store.CheckOps(ops); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil || len(ops) == 0 {
		return nil, err
	}
	results := make([]store.Result, len(ops))
	err := s.update(func(tx *bolt.Tx) error {
		for i, op := range ops {
			r, err := apply(tx, op)
			if err != nil {
				return err
			}
			results[i] = r
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func apply(tx *bolt.Tx, op store.Op) (store.Result, error) {
	switch op := op.(type) {
	case store.SaveDoc:
		return saveDoc(tx, op)
	case store.RemoveDoc:
		return store.Result{}, removeDoc(tx, op)
	case store.AppendEntry:
		return appendEntry(tx, op)
	case store.EnqueueJob:
		q, err := makeQueue(tx, op.Queue)
		if err != nil {
			return store.Result{}, err
		}
		old, err := q.get(op.ID)
		if err != nil {
			return store.Result{}, err
		}
		at := op.At.UnixMilli()
		err = q.put(op.ID, old, &heldJob{At: at, Ready: at, Payload: op.Payload})
		return store.Result{Found: old != nil, Held: old != nil && old.Token != ""}, err
	case store.CancelJob:
		q := openQueue(tx, op.Queue)
		old, err := q.get(op.ID)
		if err != nil || old == nil {
			return store.Result{}, err
		}
		return store.Result{Found: true, Held: old.Token != ""}, q.put(op.ID, old, nil)
	case store.CompleteJob:
		q := openQueue(tx, op.Job.Queue)
		old, err := q.held(op.Job)
		if err != nil {
			return store.Result{}, err
		}
		return store.Result{}, q.put(op.Job.ID, old, nil)
	}
	return store.Result{}, fmt.Errorf("%w: op %T", store.ErrInvalid, op)
}

func saveDoc(tx *bolt.Tx, op store.SaveDoc) (store.Result, error) {
	b, err := tx.Bucket(bucketDocs).CreateBucketIfNotExists([]byte(op.Collection))
	if err != nil {
		return store.Result{}, err
	}
	if docVersion(b, op.ID) != op.IfVersion {
		return store.Result{}, store.ErrConflict
	}
	version, err := b.NextSequence()
	if err != nil {
		return store.Result{}, err
	}
	return store.Result{Version: int64(version)}, b.Put([]byte(op.ID), append(number(int64(version)), op.Value...))
}

func removeDoc(tx *bolt.Tx, op store.RemoveDoc) error {
	b := tx.Bucket(bucketDocs).Bucket([]byte(op.Collection))
	if b == nil || docVersion(b, op.ID) != op.IfVersion {
		return store.ErrConflict
	}
	return b.Delete([]byte(op.ID))
}

func docVersion(b *bolt.Bucket, id string) int64 {
	stored := b.Get([]byte(id))
	if stored == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(stored))
}

func appendEntry(tx *bolt.Tx, op store.AppendEntry) (store.Result, error) {
	b, err := tx.Bucket(bucketLogs).CreateBucketIfNotExists([]byte(op.Log))
	if err != nil {
		return store.Result{}, err
	}
	ids, err := tx.Bucket(bucketLogIDs).CreateBucketIfNotExists([]byte(op.Log))
	if err != nil {
		return store.Result{}, err
	}
	if op.ID != "" {
		if seq := ids.Get([]byte(op.ID)); seq != nil {
			return store.Result{Seq: int64(binary.BigEndian.Uint64(seq)), Found: true}, nil
		}
	}
	seq, err := b.NextSequence()
	if err != nil {
		return store.Result{}, err
	}
	if op.ID != "" {
		if err := ids.Put([]byte(op.ID), number(int64(seq))); err != nil {
			return store.Result{}, err
		}
	}
	b.FillPercent = 0.9 // keys only ever come at the end
	return store.Result{Seq: int64(seq)}, b.Put(number(int64(seq)), encodeEntry(op.ID, op.Value))
}

// jobQueue is one queue's two buckets, nil when there is no such queue.
type jobQueue struct{ jobs, ready *bolt.Bucket }

func openQueue(tx *bolt.Tx, name string) jobQueue {
	return jobQueue{
		jobs:  tx.Bucket(bucketQueues).Bucket([]byte(name)),
		ready: tx.Bucket(bucketReady).Bucket([]byte(name)),
	}
}

func makeQueue(tx *bolt.Tx, name string) (jobQueue, error) {
	for _, parent := range [][]byte{bucketQueues, bucketReady} {
		if _, err := tx.Bucket(parent).CreateBucketIfNotExists([]byte(name)); err != nil {
			return jobQueue{}, err
		}
	}
	return openQueue(tx, name), nil
}

// get returns nil when there is no such job.
func (q jobQueue) get(id string) (*heldJob, error) {
	if q.jobs == nil {
		return nil, nil
	}
	stored := q.jobs.Get([]byte(id))
	if stored == nil {
		return nil, nil
	}
	var j heldJob
	if err := json.Unmarshal(stored, &j); err != nil {
		return nil, fmt.Errorf("%w: a job: %w", store.ErrCorrupt, err)
	}
	return &j, nil
}

func (q jobQueue) held(job store.Job) (*heldJob, error) {
	j, err := q.get(job.ID)
	if err != nil {
		return nil, err
	}
	if j == nil || j.Token != job.Token {
		return nil, store.ErrLeaseLost
	}
	return j, nil
}

// put replaces old (nil: none) by next (nil: none).
func (q jobQueue) put(id string, old, next *heldJob) error {
	if old != nil {
		if err := q.ready.Delete(append(number(old.Ready), id...)); err != nil {
			return err
		}
	}
	if next == nil {
		return q.jobs.Delete([]byte(id))
	}
	stored, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if err := q.ready.Put(append(number(next.Ready), id...), nil); err != nil {
		return err
	}
	return q.jobs.Put([]byte(id), stored)
}

// dumpBatch is how many items are read in one transaction, so that a slow
// reader doesn't keep the file from reusing its pages.
const dumpBatch = 500

// Dump implements store.Durable.
func (s *Store) Dump(ctx context.Context) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		if err := s.flush(); err != nil {
			yield(store.Item{}, err)
			return
		}
		for _, part := range []struct {
			bucket []byte
			item   func(in string, k, v []byte) (store.Item, error)
		}{
			{bucketDocs, docItem}, {bucketLogs, entryItem}, {bucketQueues, jobItem}, {bucketCounters, countItem},
		} {
			if !s.dump(ctx, part.bucket, part.item, yield) {
				return
			}
		}
	}
}

// dump yields one kind of item and says whether to go on.
func (s *Store) dump(ctx context.Context, parent []byte, item func(string, []byte, []byte) (store.Item, error), yield func(store.Item, error) bool) bool {
	var names []string
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(parent).ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	if err != nil {
		yield(store.Item{}, err)
		return false
	}
	for _, name := range names {
		for start := []byte{}; start != nil; {
			var items []store.Item
			err := s.view(func(tx *bolt.Tx) error {
				b := tx.Bucket(parent).Bucket([]byte(name))
				if b == nil {
					start = nil
					return nil
				}
				c := b.Cursor()
				k, v := c.Seek(start)
				for ; k != nil && len(items) < dumpBatch; k, v = c.Next() {
					it, err := item(name, k, v)
					if err != nil {
						return err
					}
					items = append(items, it)
				}
				start = bytes.Clone(k)
				return nil
			})
			if err = errors.Join(err, ctx.Err()); err != nil {
				yield(store.Item{}, err)
				return false
			}
			for _, it := range items {
				if !yield(it, nil) {
					return false
				}
			}
		}
	}
	return true
}

func docItem(in string, k, v []byte) (store.Item, error) {
	d := decodeDoc(string(k), v)
	return store.Item{Type: store.ItemDoc, In: in, ID: d.ID, N: d.Version, Value: d.Value}, nil
}

func entryItem(in string, k, v []byte) (store.Item, error) {
	e := decodeEntry(k, v)
	return store.Item{Type: store.ItemEntry, In: in, ID: e.ID, N: e.Seq, Value: e.Value}, nil
}

func jobItem(in string, k, v []byte) (store.Item, error) {
	var j heldJob
	if err := json.Unmarshal(v, &j); err != nil {
		return store.Item{}, fmt.Errorf("%w: a job: %w", store.ErrCorrupt, err)
	}
	return store.Item{Type: store.ItemJob, In: in, ID: string(k), N: int64(j.Attempt),
		At: time.UnixMilli(j.At), Ready: time.UnixMilli(j.Ready), Value: j.Payload}, nil
}

func countItem(in string, k, v []byte) (store.Item, error) {
	return store.Item{Type: store.ItemCount, In: in, ID: string(k), N: int64(binary.BigEndian.Uint64(v))}, nil
}

// Restore implements store.Durable.
func (s *Store) Restore(ctx context.Context, item store.Item) error {
	if err := errors.Join(store.CheckItem(item), ctx.Err()); err != nil {
		return err
	}
	if item.Type == store.ItemCount {
		// Counts in memory would be added to what is restored.
		if err := s.flush(); err != nil {
			return err
		}
	}
	return s.update(func(tx *bolt.Tx) error {
		switch item.Type {
		case store.ItemDoc:
			return restoreDoc(tx, item)
		case store.ItemEntry:
			return restoreEntry(tx, item)
		case store.ItemJob:
			return restoreJob(tx, item)
		default:
			b, err := tx.Bucket(bucketCounters).CreateBucketIfNotExists([]byte(item.In))
			if err != nil {
				return err
			}
			return b.Put([]byte(item.ID), number(item.N))
		}
	})
}

func restoreDoc(tx *bolt.Tx, item store.Item) error {
	b, err := tx.Bucket(bucketDocs).CreateBucketIfNotExists([]byte(item.In))
	if err != nil {
		return err
	}
	stored := append(number(item.N), item.Value...)
	switch have := docVersion(b, item.ID); {
	case have == item.N && bytes.Equal(b.Get([]byte(item.ID)), stored):
		return nil
	case have >= item.N:
		return store.ErrConflict
	}
	if b.Sequence() < uint64(item.N) {
		if err := b.SetSequence(uint64(item.N)); err != nil {
			return err
		}
	}
	return b.Put([]byte(item.ID), stored)
}

func restoreEntry(tx *bolt.Tx, item store.Item) error {
	b, err := tx.Bucket(bucketLogs).CreateBucketIfNotExists([]byte(item.In))
	if err != nil {
		return err
	}
	stored := encodeEntry(item.ID, item.Value)
	if have := b.Get(number(item.N)); bytes.Equal(have, stored) && have != nil {
		return nil
	}
	if b.Sequence()+1 != uint64(item.N) {
		return store.ErrConflict
	}
	r, err := appendEntry(tx, store.AppendEntry{Log: item.In, ID: item.ID, Value: item.Value})
	if err == nil && r.Found {
		return store.ErrConflict
	}
	return err
}

func restoreJob(tx *bolt.Tx, item store.Item) error {
	q, err := makeQueue(tx, item.In)
	if err != nil {
		return err
	}
	next := &heldJob{At: item.At.UnixMilli(), Ready: item.Ready.UnixMilli(), Attempt: int(item.N), Payload: item.Value}
	old, err := q.get(item.ID)
	if err != nil {
		return err
	}
	if old == nil {
		return q.put(item.ID, nil, next)
	}
	if old.At == next.At && old.Ready == next.Ready && old.Attempt == next.Attempt && old.Token == "" && bytes.Equal(old.Payload, next.Payload) {
		return nil
	}
	return store.ErrConflict
}
