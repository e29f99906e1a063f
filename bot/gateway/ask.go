package gateway

import (
	"context"
	"net/http"
	"time"

	"madoguchi/bot/rest"
)

// Ask asks Discord where and how to connect. Where only GET /gateway is answered the
// rest is taken to be what a small bot has.
func Ask(ctx context.Context, c *rest.Client) (Start, error) {
	var out struct {
		URL    string `json:"url"`
		Shards int    `json:"shards"`
		Limit  *struct {
			Total          int   `json:"total"`
			Remaining      int   `json:"remaining"`
			ResetAfter     int64 `json:"reset_after"`
			MaxConcurrency int   `json:"max_concurrency"`
		} `json:"session_start_limit"`
	}
	err := c.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/gateway/bot"}, &out)
	switch rest.Status(err) {
	case http.StatusUnauthorized:
		return Start{}, &FatalError{http.StatusUnauthorized, "the token was refused"}
	case http.StatusNotFound:
		err = c.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/gateway"}, &out)
	}
	if err != nil {
		return Start{}, err
	}
	s := Start{URL: out.URL, Shards: max(1, out.Shards), Total: 1000, Remaining: 1000, ResetAfter: 24 * time.Hour, MaxConcurrency: 1}
	if l := out.Limit; l != nil {
		s.Total, s.Remaining, s.MaxConcurrency = l.Total, l.Remaining, max(1, l.MaxConcurrency)
		s.ResetAfter = time.Duration(l.ResetAfter) * time.Millisecond
	}
	return s, nil
}
