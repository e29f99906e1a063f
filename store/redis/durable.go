package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"madoguchi/store"
)

// The letters under which names stand in the index.
const (
	inDocs   = "d:"
	inLogs   = "l:"
	inQueues = "q:"
	inCounts = "c:"
)

// answerLife is how long the answer of a Write is kept for its repetition.
const answerLife = 2 * time.Minute

func (s *Store) key(part, name string) string {
	return s.prefix + ":{durable}:" + part + ":" + name
}

func (s *Store) index() string { return s.prefix + ":{durable}:index" }

// Load implements store.Durable.
func (s *Store) Load(ctx context.Context, collection, id string) (store.Doc, error) {
	if err := errors.Join(store.CheckName("collection", collection), store.CheckName("document id", id)); err != nil {
		return store.Doc{}, err
	}
	stored, err := s.client.HGet(ctx, s.key("docs", collection), id).Result()
	if errors.Is(err, goredis.Nil) {
		return store.Doc{}, store.ErrNotFound
	}
	if err != nil {
		return store.Doc{}, fault("loading a document", err)
	}
	return parseDoc(id, stored)
}

func parseDoc(id, stored string) (store.Doc, error) {
	number, value, ok := strings.Cut(stored, ":")
	version, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return store.Doc{}, fmt.Errorf("a document in Redis is not as it was written: %w", store.ErrCorrupt)
	}
	return store.Doc{ID: id, Version: version, Value: []byte(value)}, nil
}

var globEscapes = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// List implements store.Durable. It reads in steps, so that a large collection
// doesn't hold up the server; a document that is saved meanwhile is seen
// before or after.
func (s *Store) List(ctx context.Context, collection, prefix string) ([]store.Doc, error) {
	if err := store.CheckName("collection", collection); err != nil {
		return nil, err
	}
	found := map[string]string{} // a scan may give the same twice
	for cursor := uint64(0); ; {
		pairs, next, err := s.client.HScan(ctx, s.key("docs", collection), cursor, globEscapes.Replace(prefix)+"*", 500).Result()
		if err != nil {
			return nil, fault("listing documents", err)
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			found[pairs[i]] = pairs[i+1]
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	var docs []store.Doc
	for id, stored := range found {
		doc, err := parseDoc(id, stored)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, func(a, b store.Doc) int { return strings.Compare(a.ID, b.ID) })
	return docs, nil
}

// Entries implements store.Durable.
func (s *Store) Entries(ctx context.Context, log string, after int64, limit int) ([]store.Entry, error) {
	if err := errors.Join(store.CheckName("log", log), store.CheckLimit(limit)); err != nil {
		return nil, err
	}
	start := strconv.FormatInt(max(after, 0)+1, 10)
	return parseEntries(s.client.XRangeN(ctx, s.key("log", log), start, "+", int64(limit)).Result())
}

// Recent implements store.Durable.
func (s *Store) Recent(ctx context.Context, log string, before int64, limit int) ([]store.Entry, error) {
	if err := errors.Join(store.CheckName("log", log), store.CheckLimit(limit)); err != nil {
		return nil, err
	}
	end := "+"
	if before > 0 {
		end = strconv.FormatInt(before-1, 10)
	}
	return parseEntries(s.client.XRevRangeN(ctx, s.key("log", log), end, "-", int64(limit)).Result())
}

func parseEntries(messages []goredis.XMessage, err error) ([]store.Entry, error) {
	if err != nil {
		return nil, fault("reading a log", err)
	}
	var entries []store.Entry
	for _, m := range messages {
		number, _, _ := strings.Cut(m.ID, "-")
		seq, err := strconv.ParseInt(number, 10, 64)
		id, okID := m.Values["i"].(string)
		value, okValue := m.Values["v"].(string)
		if err != nil || !okID || !okValue {
			return nil, fmt.Errorf("a log entry in Redis is not as it was written: %w", store.ErrCorrupt)
		}
		entries = append(entries, store.Entry{Seq: seq, ID: id, Value: []byte(value)})
	}
	return entries, nil
}

// Jobs implements store.Durable.
func (s *Store) Jobs(ctx context.Context, queue string) ([]store.Job, error) {
	if err := store.CheckName("queue", queue); err != nil {
		return nil, err
	}
	stored, err := s.client.HGetAll(ctx, s.key("jobs", queue)).Result()
	if err != nil {
		return nil, fault("listing jobs", err)
	}
	var jobs []store.Job
	for id, v := range stored {
		job, err := parseJob(queue, id, v)
		if err != nil {
			return nil, err
		}
		job.Token = ""
		jobs = append(jobs, job)
	}
	slices.SortFunc(jobs, func(a, b store.Job) int {
		if c := a.Ready.Compare(b.Ready); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return jobs, nil
}

// parseJob reads what pack_job of the scripts wrote.
func parseJob(queue, id, v string) (store.Job, error) {
	parts := strings.SplitN(v, "|", 6)
	if len(parts) == 6 {
		at, err1 := strconv.ParseInt(parts[0], 10, 64)
		ready, err2 := strconv.ParseInt(parts[1], 10, 64)
		attempt, err3 := strconv.Atoi(parts[2])
		n, err4 := strconv.Atoi(parts[4])
		if errors.Join(err1, err2, err3, err4) == nil && n <= len(parts[5]) {
			return store.Job{
				Queue: queue, ID: id, At: time.UnixMilli(at), Ready: time.UnixMilli(ready), Attempt: attempt,
				Token: parts[3], Owner: parts[5][:n], Payload: []byte(parts[5][n:]),
			}, nil
		}
	}
	return store.Job{}, fmt.Errorf("a job in Redis is not as it was written: %w", store.ErrCorrupt)
}

// Claim implements store.Durable.
func (s *Store) Claim(ctx context.Context, queue, owner string, now time.Time, lease time.Duration, limit int) ([]store.Job, error) {
	if err := store.CheckClaim(queue, owner, now, lease, limit); err != nil {
		return nil, err
	}
	pairs, err := claimScript.Run(ctx, s.client, []string{s.key("ready", queue), s.key("jobs", queue)},
		now.UnixMilli(), now.Add(lease).UnixMilli(), limit, owner, rand.Text()).StringSlice()
	if err != nil {
		return nil, fault("claiming jobs", err)
	}
	var jobs []store.Job
	for i := 0; i+1 < len(pairs); i += 2 {
		job, err := parseJob(queue, pairs[i], pairs[i+1])
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// Extend implements store.Durable.
func (s *Store) Extend(ctx context.Context, job store.Job, until time.Time) error {
	return s.rehold(ctx, job, until, 1)
}

// Release implements store.Durable.
func (s *Store) Release(ctx context.Context, job store.Job, again time.Time) error {
	return s.rehold(ctx, job, again, 0)
}

func (s *Store) rehold(ctx context.Context, job store.Job, ready time.Time, keep int) error {
	if err := errors.Join(store.CheckHeld(job), store.CheckTime(ready)); err != nil {
		return err
	}
	done, err := reholdScript.Run(ctx, s.client, []string{s.key("ready", job.Queue), s.key("jobs", job.Queue)},
		job.ID, job.Token, ready.UnixMilli(), keep).Int()
	if err != nil {
		return fault("keeping or releasing a job", err)
	}
	if done == 0 {
		return store.ErrLeaseLost
	}
	return nil
}

// Write implements store.Durable.
func (s *Store) Write(ctx context.Context, ops ...store.Op) ([]store.Result, error) {
	if err := store.CheckOps(ops); err != nil {
		return nil, err
	}
	if len(ops) == 0 {
		return nil, nil
	}
	keys := []string{s.index(), s.key("write", rand.Text())}
	args := []any{answerLife.Milliseconds()}
	add := func(what, k1, k2, name, id string, x any, value []byte) {
		keys = append(keys, k1, k2)
		args = append(args, what, name, id, x, "", value)
	}
	for _, op := range ops {
		switch op := op.(type) {
		case store.SaveDoc:
			k := s.key("docs", op.Collection)
			add("save", k, k, inDocs+op.Collection, op.ID, op.IfVersion, op.Value)
		case store.RemoveDoc:
			k := s.key("docs", op.Collection)
			add("remove", k, k, inDocs+op.Collection, op.ID, op.IfVersion, nil)
		case store.AppendEntry:
			add("append", s.key("log", op.Log), s.key("logids", op.Log), inLogs+op.Log, op.ID, "", op.Value)
		case store.EnqueueJob:
			add("enqueue", s.key("ready", op.Queue), s.key("jobs", op.Queue), inQueues+op.Queue, op.ID, op.At.UnixMilli(), op.Payload)
		case store.CancelJob:
			add("cancel", s.key("ready", op.Queue), s.key("jobs", op.Queue), inQueues+op.Queue, op.ID, "", nil)
		case store.CompleteJob:
			j := op.Job
			add("complete", s.key("ready", j.Queue), s.key("jobs", j.Queue), inQueues+j.Queue, j.ID, j.Token, nil)
		default:
			return nil, fmt.Errorf("%w: op %T", store.ErrInvalid, op)
		}
	}
	answer, err := writeScript.Run(ctx, s.client, keys, args...).Text()
	if err != nil {
		return nil, fault("writing", err)
	}
	return parseAnswer(answer, len(ops))
}

func parseAnswer(answer string, ops int) ([]store.Result, error) {
	fields := strings.Fields(answer)
	switch {
	case len(fields) > 0 && fields[0] == "conflict":
		return nil, store.ErrConflict
	case len(fields) > 0 && fields[0] == "lost":
		return nil, store.ErrLeaseLost
	case len(fields) != 1+4*ops:
		return nil, fmt.Errorf("Redis gave an answer to a write that can't be read: %w", store.ErrCorrupt)
	}
	results := make([]store.Result, ops)
	for i := range results {
		var n [4]int64
		for j := range n {
			var err error
			if n[j], err = strconv.ParseInt(fields[1+4*i+j], 10, 64); err != nil {
				return nil, fmt.Errorf("Redis gave an answer to a write that can't be read: %w", store.ErrCorrupt)
			}
		}
		results[i] = store.Result{Version: n[0], Seq: n[1], Found: n[2] == 1, Held: n[3] == 1}
	}
	return results, nil
}

// Count implements store.Counters.
func (s *Store) Count(ctx context.Context, counter, field string, delta int64) error {
	if err := errors.Join(store.CheckName("counter", counter), store.CheckName("field", field)); err != nil {
		return err
	}
	_, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		p.HSetNX(ctx, s.index(), inCounts+counter, 0)
		p.HIncrBy(ctx, s.key("count", counter), field, delta)
		return nil
	})
	return fault("counting", err)
}

// Counts implements store.Counters.
func (s *Store) Counts(ctx context.Context, counter string) (map[string]int64, error) {
	if err := store.CheckName("counter", counter); err != nil {
		return nil, err
	}
	stored, err := s.client.HGetAll(ctx, s.key("count", counter)).Result()
	if err != nil {
		return nil, fault("reading counts", err)
	}
	counts := make(map[string]int64, len(stored))
	for field, text := range stored {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a count in Redis is not as it was written: %w", store.ErrCorrupt)
		}
		counts[field] = n
	}
	return counts, nil
}

// ClearCounts implements store.Counters.
func (s *Store) ClearCounts(ctx context.Context, counter string, fields ...string) error {
	if err := store.CheckName("counter", counter); err != nil {
		return err
	}
	key := s.key("count", counter)
	if len(fields) == 0 {
		return fault("clearing counts", s.client.Del(ctx, key).Err())
	}
	return fault("clearing counts", s.client.HDel(ctx, key, fields...).Err())
}

// Dump implements store.Durable.
func (s *Store) Dump(ctx context.Context) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		names, err := s.client.HKeys(ctx, s.index()).Result()
		if err != nil {
			yield(store.Item{}, fault("reading the index", err))
			return
		}
		slices.Sort(names)
		for _, part := range []struct {
			letter string
			dump   func(context.Context, string, func(store.Item, error) bool) (more bool)
		}{
			{inDocs, s.dumpDocs}, {inLogs, s.dumpLog}, {inQueues, s.dumpQueue}, {inCounts, s.dumpCounter},
		} {
			for _, name := range names {
				if in, ok := strings.CutPrefix(name, part.letter); ok && !part.dump(ctx, in, yield) {
					return
				}
			}
		}
	}
}

func (s *Store) dumpDocs(ctx context.Context, in string, yield func(store.Item, error) bool) bool {
	docs, err := s.List(ctx, in, "")
	if err != nil {
		yield(store.Item{}, err)
		return false
	}
	for _, d := range docs {
		if !yield(store.Item{Type: store.ItemDoc, In: in, ID: d.ID, N: d.Version, Value: d.Value}, nil) {
			return false
		}
	}
	return true
}

func (s *Store) dumpLog(ctx context.Context, in string, yield func(store.Item, error) bool) bool {
	for after := int64(0); ; {
		entries, err := s.Entries(ctx, in, after, store.MaxLimit)
		if err != nil {
			yield(store.Item{}, err)
			return false
		}
		if len(entries) == 0 {
			return true
		}
		for _, e := range entries {
			if !yield(store.Item{Type: store.ItemEntry, In: in, ID: e.ID, N: e.Seq, Value: e.Value}, nil) {
				return false
			}
			after = e.Seq
		}
	}
}

func (s *Store) dumpQueue(ctx context.Context, in string, yield func(store.Item, error) bool) bool {
	jobs, err := s.Jobs(ctx, in)
	if err != nil {
		yield(store.Item{}, err)
		return false
	}
	slices.SortFunc(jobs, func(a, b store.Job) int { return strings.Compare(a.ID, b.ID) })
	for _, j := range jobs {
		item := store.Item{Type: store.ItemJob, In: in, ID: j.ID, N: int64(j.Attempt), At: j.At, Ready: j.Ready, Value: j.Payload}
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

func (s *Store) dumpCounter(ctx context.Context, in string, yield func(store.Item, error) bool) bool {
	counts, err := s.Counts(ctx, in)
	if err != nil {
		yield(store.Item{}, err)
		return false
	}
	fields := make([]string, 0, len(counts))
	for field := range counts {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	for _, field := range fields {
		if !yield(store.Item{Type: store.ItemCount, In: in, ID: field, N: counts[field]}, nil) {
			return false
		}
	}
	return true
}

// Restore implements store.Durable.
func (s *Store) Restore(ctx context.Context, item store.Item) error {
	if err := store.CheckItem(item); err != nil {
		return err
	}
	var name, k1, k2 string
	switch item.Type {
	case store.ItemDoc:
		name, k1 = inDocs, s.key("docs", item.In)
		k2 = k1
	case store.ItemEntry:
		name, k1, k2 = inLogs, s.key("log", item.In), s.key("logids", item.In)
	case store.ItemJob:
		name, k1, k2 = inQueues, s.key("ready", item.In), s.key("jobs", item.In)
	case store.ItemCount:
		name, k1 = inCounts, s.key("count", item.In)
		k2 = k1
	}
	done, err := restoreScript.Run(ctx, s.client, []string{s.index(), k1, k2},
		string(item.Type), name+item.In, item.ID, item.N, item.At.UnixMilli(), item.Ready.UnixMilli(), item.Value).Int()
	if err != nil {
		return fault("restoring", err)
	}
	if done == 0 {
		return store.ErrConflict
	}
	return nil
}
