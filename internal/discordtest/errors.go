package discordtest

import (
	"fmt"
	"strings"
)

// APIError is an error as Discord gives it: an HTTP status, one of Discord's
// codes and a message, with the faulty fields where a form was refused.
type APIError struct {
	Status  int
	Code    int
	Message string
	Fields  []FieldError
}

// FieldError says what is wrong with one field of a refused form.
type FieldError struct {
	Path    string // such as data.components.0.label
	Code    string // such as BASE_TYPE_BAD_LENGTH
	Message string
}

func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", e.Code, e.Message)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s (%s)", f.Path, f.Message, f.Code)
	}
	return b.String()
}

// body nests the field errors as Discord does.
func (e *APIError) body() object {
	o := object{"message": e.Message, "code": e.Code}
	if len(e.Fields) > 0 {
		root := object{}
		for _, f := range e.Fields {
			at := root
			for p := range strings.SplitSeq(f.Path, ".") {
				if p == "" {
					continue
				}
				next, ok := at[p].(object)
				if !ok {
					next = object{}
					at[p] = next
				}
				at = next
			}
			list, _ := at["_errors"].([]any)
			at["_errors"] = append(list, object{"code": f.Code, "message": f.Message})
		}
		o["errors"] = root
	}
	return o
}

func invalidForm(fields ...FieldError) *APIError {
	return &APIError{Status: 400, Code: 50035, Message: "Invalid Form Body", Fields: fields}
}

func notFound(code int, message string) *APIError {
	return &APIError{Status: 404, Code: code, Message: message}
}

// Violation is one broken rule.
type Violation struct {
	// Rule names its kind: openapi, route, auth, form, mentions, late,
	// expired, gateway, response.
	Rule string
	// Where is the method and path, or the gateway operation.
	Where string
	What  string
}

func (v Violation) String() string { return v.Rule + ": " + v.Where + ": " + v.What }

// Violations lists the rules the bot has broken so far.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.violations...)
}

// TakeViolations lists the rules broken so far and forgets them: for a test
// that breaks a rule on purpose.
func (s *Server) TakeViolations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.violations
	s.violations = nil
	return v
}

// violate records a broken rule; the caller holds mu.
func (s *Server) violate(rule, where, format string, args ...any) {
	const keep = 1000
	if len(s.violations) < keep {
		s.violations = append(s.violations, Violation{rule, where, fmt.Sprintf(format, args...)})
	}
}
