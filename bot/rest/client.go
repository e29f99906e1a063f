package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// DefaultURL is Discord's own API.
const DefaultURL = "https://discord.com/api/v10"

// Options make a Client. Token may be empty where only interactions are answered.
type Options struct {
	URL   string // base such as DefaultURL, which an empty one stands for
	Token string // of the bot, without "Bot "
	// Transport is http.DefaultTransport's like when nil.
	Transport http.RoundTripper
	// Attempts is how often a request is tried that fails for no fault of its own; 4
	// when 0. Rate limits are waited for besides.
	Attempts int
	// Backoff is the first pause between attempts; it doubles. 250 ms when 0.
	Backoff time.Duration
	Log     *slog.Logger
	Now     func() time.Time
	// Done, if not nil, is told of each answer: the route without ids, and the status, 0
	// when none came.
	Done func(route string, status int, took time.Duration)
}

// Client sends requests. Its methods may be called by many goroutines.
type Client struct {
	opt   Options
	http  *http.Client
	limit *limiter
}

// New makes a client.
func New(opt Options) *Client {
	if opt.URL == "" {
		opt.URL = DefaultURL
	}
	opt.URL = strings.TrimRight(opt.URL, "/")
	if opt.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConns, t.MaxIdleConnsPerHost, t.IdleConnTimeout = 256, 256, 90*time.Second
		opt.Transport = t
	}
	if opt.Attempts <= 0 {
		opt.Attempts = 4
	}
	if opt.Backoff <= 0 {
		opt.Backoff = 250 * time.Millisecond
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Done == nil {
		opt.Done = func(string, int, time.Duration) {}
	}
	return &Client{
		opt:   opt,
		http:  &http.Client{Transport: opt.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		limit: newLimiter(opt.Now),
	}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// File is an attachment.
type File struct {
	Name string
	Data []byte
}

// Request is one request.
type Request struct {
	Method string
	// Path is a template whose verbs %s are filled from Args, such as
	// /channels/%s/messages. The first of Args is the major parameter of its limit.
	Path  string
	Args  []string
	Query url.Values
	// Body is encoded as JSON; nil for none.
	Body  any
	Files []File
	// Interaction: the token in the path is all there is to prove, there is no global
	// limit, and an answer can't wait for one of its own.
	Interaction bool
	// Single: one attempt, and a rate limit is returned as an Error with RetryAfter
	// instead of being waited for.
	Single bool
	// Timeout bounds one attempt; 10 s when 0.
	Timeout time.Duration
}

func (r *Request) route() string {
	blanks := make([]any, len(r.Args))
	for i := range blanks {
		blanks[i] = "*"
	}
	return r.Method + " " + fmt.Sprintf(r.Path, blanks...)
}

func (r *Request) path() string {
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = url.PathEscape(a)
	}
	return fmt.Sprintf(r.Path, args...)
}

// Do sends a request and decodes the answer into out, unless that is nil. It waits for
// rate limits and tries again after failures that pass, for as long as ctx lasts.
func (c *Client) Do(ctx context.Context, r Request, out any) error {
	body, kind, err := encode(r)
	if err != nil {
		return fmt.Errorf("%s: encode the request: %w", r.route(), err)
	}
	key, major := "", ""
	if !r.Interaction {
		if len(r.Args) > 0 {
			major = r.Args[0]
		}
		key = r.route() + "|" + major
	}
	for attempt := 1; ; {
		if err := c.pass(ctx, r, key); err != nil {
			return err
		}
		raw, err := c.send(ctx, r, body, kind, key, major)
		if err == nil {
			if out == nil || len(raw) == 0 {
				return nil
			}
			if err := json.Unmarshal(raw, out); err != nil {
				return fmt.Errorf("%s: decode the answer: %w", r.route(), err)
			}
			return nil
		}
		pause := time.Duration(0)
		switch e, refused := errors.AsType[*Error](err); {
		case r.Single:
			return err
		case refused && e.Status == http.StatusTooManyRequests:
			pause = e.RetryAfter // a limit costs no attempt
		case refused && e.Status < 500:
			return err
		case ctx.Err() != nil || attempt >= c.opt.Attempts:
			return err
		default:
			pause = c.opt.Backoff << (attempt - 1)
			pause += rand.N(pause/2 + 1)
			attempt++
		}
		if sleep(ctx, pause) != nil {
			return err
		}
	}
}

// pass takes a place within the rate limits.
func (c *Client) pass(ctx context.Context, r Request, key string) error {
	for {
		d, err := c.limit.reserve(key, r.Interaction)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", r.route(), err)
		case d <= 0:
			return nil
		case r.Single:
			return &Error{Status: http.StatusTooManyRequests, Route: r.route(), RetryAfter: d}
		}
		if err := sleep(ctx, d); err != nil {
			return fmt.Errorf("%s: wait for the rate limit: %w", r.route(), err)
		}
	}
}

// send does one attempt.
func (c *Client) send(ctx context.Context, r Request, body []byte, kind, key, major string) ([]byte, error) {
	address := c.opt.URL + r.path()
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: the address of Discord's API can't be used", r.route())
	}
	// Discord refuses a Content-Type without a body.
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	} else {
		q.Body, q.ContentLength = nil, 0
	}
	if !r.Interaction {
		q.Header.Set("Authorization", "Bot "+c.opt.Token)
	}
	q.Header.Set("User-Agent", "DiscordBot (madoguchi, 1.0)")
	start := time.Now()
	resp, err := c.http.Do(q)
	if err != nil {
		c.opt.Done(r.route(), 0, time.Since(start))
		return nil, unanswered(r.route(), err)
	}
	defer resp.Body.Close()
	const most = 8 << 20
	raw, err := io.ReadAll(io.LimitReader(resp.Body, most))
	c.opt.Done(r.route(), resp.StatusCode, time.Since(start))
	if err != nil {
		return nil, unanswered(r.route(), err)
	}
	var limited struct {
		RetryAfter float64 `json:"retry_after"`
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		_ = json.Unmarshal(raw, &limited) // the headers say it too
	}
	wait := c.limit.learn(key, major, resp, time.Duration(limited.RetryAfter*float64(time.Second)))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return raw, nil
	}
	e := newError(r.route(), resp, raw)
	e.RetryAfter = wait
	if e.Status == http.StatusTooManyRequests {
		c.opt.Log.Warn("rate limited", "route", e.Route, "wait", wait, "scope", resp.Header.Get("X-RateLimit-Scope"))
	}
	return nil, e
}

// unanswered wraps a failed exchange. http.Client's own error repeats the address,
// which may hold an interaction's token.
func unanswered(route string, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("%s: %w: %w", route, ErrUnanswered, err)
}

// encode makes the body and its Content-Type.
func encode(r Request) (body []byte, kind string, err error) {
	if r.Body != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(r.Body); err != nil {
			return nil, "", err
		}
		body, kind = bytes.TrimRight(b.Bytes(), "\n"), "application/json"
	}
	if len(r.Files) == 0 {
		return body, kind, nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part := func(disposition, kind string, data []byte) error {
		h := textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}}
		p, err := w.CreatePart(h)
		if err != nil {
			return err
		}
		_, err = p.Write(data)
		return err
	}
	if err := part(`form-data; name="payload_json"`, "application/json", body); err != nil {
		return nil, "", err
	}
	for i, f := range r.Files {
		name := strconv.Quote(strings.Map(plain, f.Name))
		if err := part(`form-data; name="files[`+strconv.Itoa(i)+`]"; filename=`+name, "application/octet-stream", f.Data); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// plain keeps file names to what needs no quoting.
func plain(c rune) rune {
	if c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '/' {
		return c
	}
	return '_'
}
