package discordtest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limit is how many requests may come in a window. Requests 0 is no limit.
type Limit struct {
	Requests int
	Per      time.Duration
}

// RateLimits are the limits of a Server.
type RateLimits struct {
	// Route is for each method and path with its major parameter (channel,
	// guild, webhook and token).
	Route Limit
	// Global is for all requests except interaction endpoints.
	Global Limit
	// Routes overrides Route for a "METHOD /pattern", as FailNext takes it.
	Routes map[string]Limit
}

type window struct {
	start time.Time
	used  int
}

type limiter struct {
	cfg     RateLimits
	windows map[string]*window
	global  window
}

func newLimiter(cfg RateLimits) *limiter {
	return &limiter{cfg: cfg, windows: map[string]*window{}}
}

// take counts one request and writes the headers. It tells how long to wait,
// and whether the limit was the global one, when the request is one too many.
func (l *limiter) take(h http.Header, now time.Time, method, path, bucket string, interaction bool) (wait time.Duration, global bool) {
	if g := l.cfg.Global; g.Requests > 0 && !interaction {
		if now.Sub(l.global.start) >= g.Per {
			l.global = window{start: now}
		}
		if l.global.used >= g.Requests {
			wait := l.global.start.Add(g.Per).Sub(now)
			h.Set("X-RateLimit-Global", "true")
			h.Set("X-RateLimit-Scope", "global")
			h.Set("Retry-After", seconds(wait))
			return wait, true
		}
		l.global.used++
	}
	limit := l.cfg.Route
	for p, v := range l.cfg.Routes {
		m, pat, _ := strings.Cut(p, " ")
		if (m == "*" || m == method) && matchPath(pat, path) {
			limit = v
		}
	}
	if limit.Requests <= 0 {
		return 0, false
	}
	if len(l.windows) > 4096 {
		for k, w := range l.windows {
			if now.Sub(w.start) > limit.Per {
				delete(l.windows, k)
			}
		}
	}
	w := l.windows[bucket]
	if w == nil || now.Sub(w.start) >= limit.Per {
		w = &window{start: now}
		l.windows[bucket] = w
	}
	reset := w.start.Add(limit.Per)
	sum := sha256.Sum256([]byte(bucket))
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit.Requests))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(reset.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", seconds(reset.Sub(now)))
	h.Set("X-RateLimit-Bucket", hex.EncodeToString(sum[:16]))
	if w.used >= limit.Requests {
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Scope", "user")
		h.Set("Retry-After", seconds(reset.Sub(now)))
		return reset.Sub(now), false
	}
	w.used++
	h.Set("X-RateLimit-Remaining", strconv.Itoa(limit.Requests-w.used))
	return 0, false
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}

// matchPath tells whether a path fits a pattern in which * is one segment and
// a last ** any number of them.
func matchPath(pattern, path string) bool {
	ps, xs := strings.Split(strings.Trim(pattern, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range ps {
		if p == "**" {
			return true
		}
		if i >= len(xs) || p != "*" && p != xs[i] {
			return false
		}
	}
	return len(ps) == len(xs)
}
