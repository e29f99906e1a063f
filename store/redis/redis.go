package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"madoguchi/store"
)

// Options tune a Store. The zero value is right for the bot.
type Options struct {
	// Log gets what the client library has to say, at debug level;
	// slog.Default() when nil. Whoever uses the store reports failures.
	Log *slog.Logger
}

// Store is a store.Store in Redis.
type Store struct {
	client goredis.UniversalClient
	prefix string
}

var _ store.Store = (*Store)(nil)

// Open makes a Store of what url names. It doesn't connect: a server that is
// down is an error of each call (store.ErrUnavailable) until it is up. The
// forms are, with defaults localhost, 6379 (Sentinel 26379) and database 0:
//
//	redis://[user:password@]host[:port][/db]           one server
//	unix:///path/to/socket[?db=1]                      one server
//	redis://host1,host2,host3                          Cluster
//	redis://host?cluster=true                          Cluster, from one address
//	redis+cluster://host1[,host2…]                     Cluster
//	redis+sentinel://host1[,host2…]/master[/db]        Sentinel
//	redis://host1[,host2…][/db]?master_name=master     Sentinel
//
// With rediss in place of redis they use TLS. More addresses can also be given
// as addr=host:port, as go-redis does. User and password are the servers', also
// with Sentinel (the sentinels' own are options), and % in them is %25.
// Options after ?, joined by &:
//
//	db                   database number
//	sentinel_username, sentinel_password
//	timeout              of connecting, and of each command: 1s
//	pool_size            connections to each server: 10 for each CPU
//	prefix               of all keys: madoguchi
//	skip_verify          true: don't check the server's certificate
func Open(url string, opt Options) (*Store, error) {
	t, err := parseURL(url)
	if err != nil {
		return nil, fmt.Errorf("address of Redis (REDIS_URL): %w: %w", store.ErrInvalid, err)
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	// The library has one logger for the whole process, which by default
	// writes a line to stderr for each failed connection.
	goredis.SetLogger(debugLog{opt.Log})
	return &Store{client: goredis.NewUniversalClient(&t.UniversalOptions), prefix: t.prefix}, nil
}

type debugLog struct{ log *slog.Logger }

func (d debugLog) Printf(ctx context.Context, format string, v ...any) {
	if d.log.Enabled(ctx, slog.LevelDebug) {
		d.log.DebugContext(ctx, "redis client", "message", fmt.Sprintf(format, v...))
	}
}

// Ping writes and reads, so that a server that is full or read-only doesn't
// count as up; with Cluster it also asks every master.
func (s *Store) Ping(ctx context.Context) error {
	key := s.prefix + ":{ping}"
	_, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		p.Set(ctx, key, "1", 10*time.Second)
		p.Get(ctx, key)
		return nil
	})
	if cluster, ok := s.client.(*goredis.ClusterClient); ok && err == nil {
		err = cluster.ForEachMaster(ctx, func(ctx context.Context, c *goredis.Client) error {
			return c.Ping(ctx).Err()
		})
	}
	return fault("pinging", err)
}

// Close lets go of the connections. Closing again is store.ErrClosed.
func (s *Store) Close() error {
	if err := s.client.Close(); err != nil {
		return fault("closing", err)
	}
	return nil
}

// Warnings says, as well as the server lets us see it, which of its settings
// put durable state at risk: "no persistence" when neither an append-only file
// nor snapshots are kept, "snapshots only", and "evicts durable keys" when
// memory runs out. It asks one server (with Cluster, one of them), and returns
// nothing when INFO is refused.
func (s *Store) Warnings(ctx context.Context) []string {
	persistence, err1 := s.client.Info(ctx, "persistence").Result()
	memory, err2 := s.client.Info(ctx, "memory").Result()
	var warnings []string
	if err1 == nil && infoField(persistence, "aof_enabled") == "0" {
		if infoField(persistence, "rdb_last_save_time") == "" {
			warnings = append(warnings, "no persistence")
		} else {
			warnings = append(warnings, "snapshots only")
		}
	}
	if policy := infoField(memory, "maxmemory_policy"); err2 == nil && strings.HasPrefix(policy, "allkeys-") {
		warnings = append(warnings, "evicts durable keys")
	}
	return warnings
}

func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// fault turns an error of the client into one of the store's.
func fault(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, goredis.ErrClosed):
		return store.ErrClosed
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s in Redis: %w", doing, err)
	}
	// A server that doesn't know a command repeats its arguments, which are
	// keys and values.
	if text := err.Error(); strings.Contains(text, ", with args beginning with") {
		text, _, _ = strings.Cut(text, ", with args beginning with")
		err = errors.New(text)
	}
	return fmt.Errorf("%s in Redis: %w: %w", doing, store.ErrUnavailable, err)
}

func (s *Store) personKey(person store.Person, kind store.Kind) string {
	return s.prefix + ":{p:" + string(person) + "}:" + string(kind)
}

// Get implements store.People.
func (s *Store) Get(ctx context.Context, person store.Person, kind store.Kind) ([]byte, error) {
	if err := store.CheckRecord(person, kind); err != nil {
		return nil, err
	}
	value, err := s.client.Get(ctx, s.personKey(person, kind)).Bytes()
	if errors.Is(err, goredis.Nil) {
		return nil, store.ErrNotFound
	}
	return value, fault("reading a record", err)
}

// Put implements store.People.
func (s *Store) Put(ctx context.Context, person store.Person, kind store.Kind, value []byte, ttl time.Duration) error {
	if err := errors.Join(store.CheckRecord(person, kind), store.CheckValue(value), store.CheckTTL(ttl)); err != nil {
		return err
	}
	return fault("writing a record", s.client.Set(ctx, s.personKey(person, kind), value, max(ttl, time.Millisecond)).Err())
}

// Delete implements store.People.
func (s *Store) Delete(ctx context.Context, person store.Person, kind store.Kind) error {
	if err := store.CheckRecord(person, kind); err != nil {
		return err
	}
	return fault("deleting a record", s.client.Del(ctx, s.personKey(person, kind)).Err())
}

// Forget implements store.People.
func (s *Store) Forget(ctx context.Context, person store.Person) error {
	if err := store.CheckName("person", string(person)); err != nil {
		return err
	}
	var keys []string
	for _, kind := range store.Kinds() {
		keys = append(keys, s.personKey(person, kind))
	}
	return fault("forgetting a person", s.client.Del(ctx, keys...).Err())
}

// Records implements store.People.
func (s *Store) Records(ctx context.Context, person store.Person) ([]store.Record, error) {
	if err := store.CheckName("person", string(person)); err != nil {
		return nil, err
	}
	kinds := store.Kinds()
	values := make([]*goredis.StringCmd, len(kinds))
	lives := make([]*goredis.DurationCmd, len(kinds))
	_, err := s.client.TxPipelined(ctx, func(p goredis.Pipeliner) error {
		for i, kind := range kinds {
			key := s.personKey(person, kind)
			values[i], lives[i] = p.Get(ctx, key), p.PTTL(ctx, key)
		}
		return nil
	})
	if err != nil && !errors.Is(err, goredis.Nil) {
		return nil, fault("reading a person's records", err)
	}
	now := time.Now()
	var records []store.Record
	for i, kind := range kinds {
		value, err := values[i].Bytes()
		if errors.Is(err, goredis.Nil) {
			continue
		}
		if err = errors.Join(err, lives[i].Err()); err != nil {
			return nil, fault("reading a person's records", err)
		}
		records = append(records, store.Record{Kind: kind, Value: value, Expires: now.Add(lives[i].Val())})
	}
	return records, nil
}

// Once implements store.Guards.
func (s *Store) Once(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	if err := errors.Join(store.CheckName("key", key), store.CheckTTL(ttl)); err != nil {
		return false, err
	}
	first, err := onceScript.Run(ctx, s.client, []string{s.prefix + ":{o:" + key + "}"},
		rand.Text(), max(ttl.Milliseconds(), 1)).Int()
	return first == 1, fault("marking an event", err)
}

// Take implements store.Guards.
func (s *Store) Take(ctx context.Context, key string, rate float64, burst int, now time.Time) (bool, time.Duration, error) {
	if err := store.CheckTake(key, rate, burst, now); err != nil {
		return false, 0, err
	}
	step, depth, at := store.BucketSteps(rate, burst, now)
	wait, err := takeScript.Run(ctx, s.client, []string{s.prefix + ":{t:" + key + "}"}, step, depth, at).Int64()
	if err != nil {
		return false, 0, fault("taking a token", err)
	}
	return wait == 0, time.Duration(wait) * time.Microsecond, nil
}
