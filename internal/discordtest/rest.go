package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is one REST request the bot made and what it got.
type Request struct {
	Time   time.Time
	Method string
	// Path is below the base, such as /channels/1/messages.
	Path   string
	Query  url.Values
	Header http.Header
	// Body is the JSON, from payload_json in a multipart form.
	Body   json.RawMessage
	Files  []File
	Status int
	// Code is Discord's error code, 0 for success.
	Code int
	// Fault tells that an injected fault met the request.
	Fault bool
	// Lost tells that the answer was withheld though the request was done.
	Lost bool
}

// File is a file sent with a message.
type File struct {
	Name, ContentType string
	Description       string
	Data              []byte
}

// call is one request being handled.
type call struct {
	r       *http.Request
	method  string
	path    string
	params  map[string]string
	body    object // nil when there is none or it is a list
	value   any
	hasBody bool
	files   []File
}

func (c *call) where() string { return c.method + " " + c.path }

type handler func(s *Server, c *call) (status int, body any, err *APIError)

type route struct {
	method      string
	segments    []string
	handle      handler
	anonymous   bool // the token is in the path
	interaction bool // doesn't count to the global limit
}

func routes() []route {
	at := func(method, pattern string, h handler) route {
		r := route{method: method, segments: strings.Split(strings.Trim(pattern, "/"), "/"), handle: h}
		r.interaction = strings.HasPrefix(pattern, "/interactions/") || strings.HasPrefix(pattern, "/webhooks/")
		r.anonymous = r.interaction || pattern == "/gateway"
		return r
	}
	return []route{
		at("GET", "/gateway", (*Server).getGateway),
		at("GET", "/gateway/bot", (*Server).getGatewayBot),
		at("GET", "/users/@me", (*Server).getMe),
		at("GET", "/users/{user}", (*Server).getUser),
		at("GET", "/users/@me/guilds", (*Server).getMyGuilds),
		at("POST", "/users/@me/channels", (*Server).createDM),
		at("GET", "/applications/@me", (*Server).getApplication),
		at("PATCH", "/applications/@me", (*Server).patchApplication),
		at("GET", "/oauth2/applications/@me", (*Server).getApplication),
		at("GET", "/applications/{app}/commands", (*Server).getCommands),
		at("PUT", "/applications/{app}/commands", (*Server).putCommands),
		at("POST", "/applications/{app}/commands", (*Server).postCommand),
		at("GET", "/applications/{app}/commands/{command}", (*Server).getCommand),
		at("PATCH", "/applications/{app}/commands/{command}", (*Server).patchCommand),
		at("DELETE", "/applications/{app}/commands/{command}", (*Server).deleteCommand),
		at("GET", "/applications/{app}/guilds/{guild}/commands", (*Server).getCommands),
		at("PUT", "/applications/{app}/guilds/{guild}/commands", (*Server).putCommands),
		at("POST", "/applications/{app}/guilds/{guild}/commands", (*Server).postCommand),
		at("GET", "/applications/{app}/guilds/{guild}/commands/{command}", (*Server).getCommand),
		at("PATCH", "/applications/{app}/guilds/{guild}/commands/{command}", (*Server).patchCommand),
		at("DELETE", "/applications/{app}/guilds/{guild}/commands/{command}", (*Server).deleteCommand),
		at("GET", "/applications/{app}/entitlements", (*Server).getEntitlements),
		at("GET", "/guilds/{guild}", (*Server).getGuild),
		at("GET", "/guilds/{guild}/channels", (*Server).getGuildChannels),
		at("GET", "/guilds/{guild}/roles", (*Server).getRoles),
		at("GET", "/guilds/{guild}/roles/{role}", (*Server).getRole),
		at("GET", "/guilds/{guild}/members/{user}", (*Server).getMember),
		at("PUT", "/guilds/{guild}/members/{user}/roles/{role}", (*Server).putMemberRole),
		at("DELETE", "/guilds/{guild}/members/{user}/roles/{role}", (*Server).deleteMemberRole),
		at("GET", "/channels/{channel}", (*Server).getChannel),
		at("POST", "/channels/{channel}/typing", (*Server).postTyping),
		at("GET", "/channels/{channel}/messages", (*Server).listMessages),
		at("POST", "/channels/{channel}/messages", (*Server).createMessage),
		at("GET", "/channels/{channel}/messages/{message}", (*Server).getMessage),
		at("PATCH", "/channels/{channel}/messages/{message}", (*Server).editMessage),
		at("DELETE", "/channels/{channel}/messages/{message}", (*Server).deleteMessage),
		at("POST", "/channels/{channel}/messages/{message}/crosspost", (*Server).crosspostMessage),
		at("POST", "/interactions/{interaction}/{token}/callback", (*Server).callback),
		at("POST", "/webhooks/{app}/{token}", (*Server).createFollowup),
		at("GET", "/webhooks/{app}/{token}/messages/{message}", (*Server).getFollowup),
		at("PATCH", "/webhooks/{app}/{token}/messages/{message}", (*Server).editFollowup),
		at("DELETE", "/webhooks/{app}/{token}/messages/{message}", (*Server).deleteFollowup),
	}
}

func (s *Server) serveREST(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, "/api/v10")
	if !ok {
		if path, ok = strings.CutPrefix(r.URL.Path, "/api/v9"); !ok {
			writeJSON(w, 400, object{"message": "Invalid API version", "code": 50041})
			return
		}
	}
	c := &call{r: r, method: r.Method, path: path}
	const most = 26 << 20
	raw, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return // the client went away
	}
	rec := Request{Time: s.now(), Method: r.Method, Path: path, Query: r.URL.Query(), Header: r.Header.Clone()}
	parse := c.parse(raw)
	rec.Body, rec.Files = bodyOf(c, raw), c.files

	s.mu.Lock()
	f := s.takeFault(r.Method, path)
	s.mu.Unlock()
	rec.Fault = f != nil
	if f != nil {
		switch f.kind {
		case faultStatus:
			rec.Status = f.status
			s.record(rec)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(f.status)
			_, _ = fmt.Fprintf(w, `{"message":"%d: %s","code":0}`, f.status, http.StatusText(f.status))
			return
		case faultReset:
			s.record(rec)
			reset(w)
			return
		case faultLimit:
			rec.Status = 429
			s.record(rec)
			s.refuse429(w, f.delay, f.scope)
			return
		case faultDelay:
			select {
			case <-time.After(f.delay):
			case <-s.done:
			}
		}
	}

	h := w.Header()
	status, body, apiErr := s.handle(h, c, parse)
	if apiErr != nil {
		status, body = apiErr.Status, apiErr.body()
		rec.Code = apiErr.Code
	}
	rec.Status = status
	if f != nil && (f.kind == faultLose || f.kind == faultHang) {
		rec.Lost = true
		s.record(rec)
		if f.kind == faultHang {
			select {
			case <-time.After(f.delay):
			case <-r.Context().Done():
			case <-s.done:
			}
		}
		reset(w)
		return
	}
	s.record(rec)
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	writeJSON(w, status, body)
}

func bodyOf(c *call, raw []byte) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	if c.files == nil && json.Valid(raw) {
		return raw
	}
	if c.value != nil {
		b, _ := json.Marshal(c.value)
		return b
	}
	return nil
}

// handle does one request; it takes the lock for the whole of it.
func (s *Server) handle(h http.Header, c *call, parse *APIError) (int, any, *APIError) {
	var rt *route
	all := s.cfg.routes
	for i := range all {
		if params, ok := all[i].match(c.method, c.path); ok {
			rt, c.params = &all[i], params
			break
		}
	}
	var wrong []FieldError
	if s.spec != nil && rt != nil && parse == nil {
		wrong = s.spec.check(c.method, c.path, c.r.URL.Query(), c.hasBody, c.value) // outside the lock: it is the slow part
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if rt == nil {
		s.violate("route", c.where(), "no such route here")
		return 0, nil, &APIError{Status: 404, Message: "404: Not Found"}
	}
	if auth := c.r.Header.Get("Authorization"); auth != "Bot "+s.cfg.token && (!rt.anonymous || auth != "") {
		s.invalid++
		s.violate("auth", c.where(), "the Authorization header is not the bot's token after \"Bot \"")
		return 0, nil, &APIError{Status: 401, Message: "401: Unauthorized"}
	}
	if wait, global := s.limits.take(h, s.now(), c.method, c.path, bucket(c, rt), rt.interaction); wait > 0 {
		s.invalid++
		h.Set("Retry-After", seconds(wait))
		return 429, object{"message": "You are being rate limited.", "retry_after": wait.Seconds(), "global": global}, nil
	}
	if parse != nil {
		s.violate("form", c.where(), "%v", parse)
		return 0, nil, parse
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b FieldError) int { return strings.Compare(a.Path, b.Path) })
		e := invalidForm(wrong...)
		s.violate("openapi", c.where(), "%v", e)
		return 0, nil, e
	}
	return rt.handle(s, c)
}

// bucket names the rate limit bucket: method, route and major parameters.
func bucket(c *call, rt *route) string {
	var b strings.Builder
	b.WriteString(c.method)
	xs := strings.Split(strings.Trim(c.path, "/"), "/")
	for i, seg := range rt.segments {
		b.WriteByte('/')
		switch seg {
		case "{channel}", "{guild}", "{token}", "{app}":
			b.WriteString(xs[i])
		default:
			b.WriteString(seg)
		}
	}
	return b.String()
}

func (rt *route) match(method, path string) (map[string]string, bool) {
	if rt.method != method {
		return nil, false
	}
	xs := strings.Split(strings.Trim(path, "/"), "/")
	if len(xs) != len(rt.segments) {
		return nil, false
	}
	var params map[string]string
	for i, seg := range rt.segments {
		if seg[0] == '{' {
			if params == nil {
				params = map[string]string{}
			}
			params[seg[1:len(seg)-1]] = xs[i]
		} else if seg != xs[i] {
			return nil, false
		}
	}
	return params, true
}

// parse reads the JSON or multipart body.
func (c *call) parse(raw []byte) *APIError {
	ct := c.r.Header.Get("Content-Type")
	bad := func(format string, args ...any) *APIError {
		return &APIError{Status: 400, Code: 50109, Message: "The request body contains invalid JSON.", Fields: []FieldError{{"", "JSON", fmt.Sprintf(format, args...)}}}
	}
	if len(raw) == 0 {
		if ct != "" && c.method != http.MethodGet && c.method != http.MethodDelete {
			return bad("there is a Content-Type but no body")
		}
		return nil
	}
	c.hasBody = true
	kind, params, err := mime.ParseMediaType(ct)
	if err != nil {
		return bad("Content-Type %q: %v", ct, err)
	}
	switch kind {
	case "application/json":
		return c.decode(raw, bad)
	case "multipart/form-data":
		mr := multipart.NewReader(bytes.NewReader(raw), params["boundary"])
		c.files = []File{}
		c.value, c.body = object{}, object{}
		for {
			part, err := mr.NextPart()
			if err == io.EOF {
				break
			}
			if err != nil {
				return bad("multipart: %v", err)
			}
			data, err := io.ReadAll(part)
			if err != nil {
				return bad("multipart: %v", err)
			}
			switch name := part.FormName(); {
			case name == "payload_json":
				if e := c.decode(data, bad); e != nil {
					return e
				}
			case strings.HasPrefix(name, "files[") || part.FileName() != "":
				c.files = append(c.files, File{Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data})
			default:
				return bad("multipart: unknown field %q", name)
			}
		}
		return nil
	default:
		return bad("Content-Type %q is neither JSON nor multipart", kind)
	}
}

func (c *call) decode(raw []byte, bad func(string, ...any) *APIError) *APIError {
	v, err := decodeJSON(raw)
	if err != nil {
		return bad("%v", err)
	}
	c.value = v
	c.body, _ = v.(object)
	return nil
}

func decodeJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return v, nil
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) refuse429(w http.ResponseWriter, wait time.Duration, scope string) {
	if scope == "" {
		scope = "user"
	}
	h := w.Header()
	h.Set("X-RateLimit-Scope", scope)
	h.Set("Retry-After", seconds(wait))
	if scope == "global" {
		h.Set("X-RateLimit-Global", "true")
	} else {
		h.Set("X-RateLimit-Limit", "1")
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(s.now().Add(wait).UnixMilli())/1000, 'f', 3, 64))
		h.Set("X-RateLimit-Bucket", "injected")
	}
	h.Set("X-RateLimit-Reset-After", seconds(wait))
	if scope != "shared" {
		s.mu.Lock()
		s.invalid++
		s.mu.Unlock()
	}
	writeJSON(w, 429, object{"message": "You are being rate limited.", "retry_after": wait.Seconds(), "global": scope == "global"})
}

// reset cuts the connection with a TCP RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (s *Server) record(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requestCount++
	if s.cfg.recordLimit > 0 {
		s.requests = append(s.requests, r)
		// Trimmed only at twice the limit, so that it costs little each time.
		if n := s.cfg.recordLimit; len(s.requests) >= 2*n {
			s.requests = slices.Clone(s.requests[len(s.requests)-n:])
		}
	}
	s.changed.fire()
}

// Requests lists what the bot asked over REST, oldest first, within the
// record limit. With a method and path pattern (as in FailNext) only those.
func (s *Server) Requests(match ...string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	rs := s.requests
	if n := s.cfg.recordLimit; len(rs) > n {
		rs = rs[len(rs)-n:]
	}
	var out []Request
	for _, r := range rs {
		if len(match) > 0 && match[0] != "*" && match[0] != r.Method || len(match) > 1 && !matchPath(match[1], r.Path) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// RequestCount is how many REST requests came in all.
func (s *Server) RequestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requestCount
}

// InvalidRequests counts answers 401, 403 and 429 (without shared ones):
// Discord bans an address at 10,000 of them in ten minutes.
func (s *Server) InvalidRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid
}

// AwaitRequest waits until the bot has made n fitting requests and gives the
// last of them, or fails the test.
func (s *Server) AwaitRequest(method, pathPattern string, n int, timeout time.Duration) Request {
	s.t.Helper()
	var last Request
	err := s.awaitFor(timeout, &s.changed, func() bool {
		got := 0
		for _, r := range s.requests {
			if (method == "*" || r.Method == method) && matchPath(pathPattern, r.Path) {
				if got++; got == n {
					last = r
					return true
				}
			}
		}
		return false
	})
	if err != nil {
		s.t.Fatalf("discordtest: no %s %s came %d times: %v", method, pathPattern, n, err)
	}
	return last
}

// Helpers to read loosely typed JSON.

func str(o object, key string) string { v, _ := o[key].(string); return v }

func list(o object, key string) []any { v, _ := o[key].([]any); return v }

func obj(v any) object { o, _ := v.(object); return o }

func num(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case float64:
		return int64(v), true
	case int:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}

func integer(o object, key string) int { n, _ := num(o[key]); return int(n) }

func boolean(o object, key string) bool { b, _ := o[key].(bool); return b }

// deepCopy copies JSON so that what was sent stays as it was.
func deepCopy(v any) any {
	switch v := v.(type) {
	case object:
		out := maps.Clone(v)
		for k, x := range out {
			out[k] = deepCopy(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = deepCopy(x)
		}
		return out
	}
	return v
}
