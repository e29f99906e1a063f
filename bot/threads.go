package bot

import (
	"context"
	"net/http"
	"sync"
	"time"

	"madoguchi/bot/rest"
)

// threads knows which channel a thread is in. Events of messages don't say; asking once
// costs less than the intent that would bring every server's channels.
type threads struct {
	rest *rest.Client

	mu      sync.Mutex
	parents map[string]string
}

const maxThreads = 10000

func newThreads(c *rest.Client) *threads { return &threads{rest: c, parents: map[string]string{}} }

// parent returns the channel of a thread, or "" when it can't be found out quickly.
func (t *threads) parent(ctx context.Context, thread string) string {
	t.mu.Lock()
	parent, ok := t.parents[thread]
	t.mu.Unlock()
	if ok {
		return parent
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var c channel
	if t.rest.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/channels/%s", Args: []string{thread}}, &c) != nil {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.parents) >= maxThreads {
		clear(t.parents)
	}
	t.parents[thread] = string(c.ParentID)
	return string(c.ParentID)
}
