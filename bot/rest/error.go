package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sort"
	"strings"
	"time"
)

// Discord's error codes that the bot acts on.
const (
	CodeUnknownChannel     = 10003
	CodeUnknownMessage     = 10008
	CodeUnknownWebhook     = 10015
	CodeUnknownInteraction = 10062
	CodeMissingAccess      = 50001
	CodeCannotMessage      = 50007
	CodeMissingPermissions = 50013
	CodeInvalidForm        = 50035
	CodeAcknowledged       = 40060
	CodeCrossposted        = 40033
	CodeNotAnnouncement    = 50024
)

// Error is a request that Discord refused.
type Error struct {
	Status int
	// Code is Discord's own, 0 when the answer had none.
	Code    int
	Message string
	// Fields are the faults of a refused form: path and code, never what was sent.
	Fields []string
	// Route is the method and path without ids or tokens.
	Route string
	// RetryAfter is how long to wait, for a 429.
	RetryAfter time.Duration
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: Discord answered %d", e.Route, e.Status)
	if e.Code != 0 {
		s += fmt.Sprintf(" (%d %s)", e.Code, e.Message)
	}
	if len(e.Fields) > 0 {
		s += ": " + strings.Join(e.Fields, ", ")
	}
	return s
}

// ErrUnanswered: no answer came. The request may have been done all the same.
var ErrUnanswered = errors.New("no answer from Discord")

// ErrBudget: so many requests were refused lately that Discord would ban this
// address; this one was not sent.
var ErrBudget = errors.New("too many refused requests in ten minutes")

// Is tells whether err is Discord's refusal with one of the codes.
func Is(err error, codes ...int) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	for _, c := range codes {
		if e.Code == c {
			return true
		}
	}
	return false
}

// Status returns the HTTP status of a refusal, 0 for other errors.
func Status(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// newError reads a refusal.
func newError(route string, resp *http.Response, body []byte) *Error {
	e := &Error{Status: resp.StatusCode, Route: route}
	var in struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &in) == nil {
		e.Code, e.Message = in.Code, in.Message
		e.Fields = fields("", in.Errors)
		const most = 10
		if len(e.Fields) > most {
			e.Fields = append(e.Fields[:most], "…")
		}
	}
	return e
}

// fields flattens the nested faults of a form to "path code".
func fields(path string, raw json.RawMessage) []string {
	var node map[string]json.RawMessage
	if json.Unmarshal(raw, &node) != nil {
		return nil
	}
	var out []string
	for name, inner := range node {
		if name == "_errors" {
			var list []struct {
				Code string `json:"code"`
			}
			_ = json.Unmarshal(inner, &list) // what can't be read is left out
			for _, x := range list {
				out = append(out, path+" "+x.Code)
			}
			continue
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		out = append(out, fields(at, inner)...)
	}
	sort.Strings(out)
	return out
}
