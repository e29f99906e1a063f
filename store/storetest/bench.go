package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/store"
)

// Benchmark measures what a turn does (Get and Put of a session, Once, Take,
// Count) one after the other and by many at once, and what a moderator does.
func Benchmark(b *testing.B, s store.Store) {
	ctx := b.Context()
	session := make([]byte, 300)
	check := func(err error) {
		if err != nil {
			b.Error(err)
		}
	}
	var n atomic.Int64
	turn := func() {
		i := n.Add(1)
		person := store.Person(fmt.Sprint("person", i%1000))
		_, err := s.Once(ctx, fmt.Sprint("event", i), time.Minute)
		check(err)
		_, _, err = s.Take(ctx, string(person), 100, 1000, time.Now())
		check(err)
		if _, err = s.Get(ctx, person, store.KindSession); err != nil && i > 2000 {
			check(err)
		}
		check(s.Put(ctx, person, store.KindSession, session, 30*time.Minute))
		check(s.Count(ctx, "turns", "my", 1))
	}
	b.Run("get", func(b *testing.B) {
		check(s.Put(ctx, "ann", store.KindSession, session, time.Hour))
		for b.Loop() {
			_, err := s.Get(ctx, "ann", store.KindSession)
			check(err)
		}
	})
	b.Run("turn", func(b *testing.B) {
		for b.Loop() {
			turn()
		}
	})
	b.Run("turn by many", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				turn()
			}
		})
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			id := fmt.Sprint("update", n.Add(1))
			_, err := s.Write(ctx,
				store.SaveDoc{Collection: "updates", ID: id, Value: session},
				store.AppendEntry{Log: "audit", ID: id, Value: session},
				store.EnqueueJob{Queue: "posts", ID: id, At: start0, Payload: session})
			check(err)
		}
	})
	b.Run("claim nothing", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Claim(ctx, "empty", "me", start0, time.Minute, 10)
			check(err)
		}
	})
}
