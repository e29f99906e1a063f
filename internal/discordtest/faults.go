package discordtest

import "time"

type faultKind int

const (
	faultStatus faultKind = iota
	faultDelay
	faultLose
	faultHang
	faultReset
	faultLimit
)

type fault struct {
	kind            faultKind
	method, pattern string
	left            int
	status          int
	delay           time.Duration
	scope           string
}

func (s *Server) addFault(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// FailNext answers the next n fitting requests with a status (such as 500 or
// 503) and does nothing else. The path pattern is below the base, such as
// /channels/*/messages: * is one segment, a last ** the rest; method * is any.
func (s *Server) FailNext(method, pathPattern string, status, n int) {
	s.addFault(fault{kind: faultStatus, method: method, pattern: pathPattern, status: status, left: n})
}

// DelayNext holds the next n fitting requests for a time before doing them.
func (s *Server) DelayNext(method, pathPattern string, d time.Duration, n int) {
	s.addFault(fault{kind: faultDelay, method: method, pattern: pathPattern, delay: d, left: n})
}

// LoseAnswerNext does what the next n fitting requests ask, then cuts the
// connection without an answer: the message did arrive, the client can't know.
func (s *Server) LoseAnswerNext(method, pathPattern string, n int) {
	s.addFault(fault{kind: faultLose, method: method, pattern: pathPattern, left: n})
}

// HangNext does what the next n fitting requests ask, then keeps the client
// waiting for d (or until it gives up) and cuts the connection.
func (s *Server) HangNext(method, pathPattern string, d time.Duration, n int) {
	s.addFault(fault{kind: faultHang, method: method, pattern: pathPattern, delay: d, left: n})
}

// ResetNext resets the connection of the next n fitting requests and does
// nothing else. Go's client repeats a GET by itself when that was an idle
// connection it reused.
func (s *Server) ResetNext(method, pathPattern string, n int) {
	s.addFault(fault{kind: faultReset, method: method, pattern: pathPattern, left: n})
}

// LimitNext answers the next n fitting requests with 429 and retry_after.
// The scope is user, shared or global.
func (s *Server) LimitNext(method, pathPattern string, retryAfter time.Duration, scope string, n int) {
	s.addFault(fault{kind: faultLimit, method: method, pattern: pathPattern, delay: retryAfter, scope: scope, left: n})
}

// takeFault uses up a fitting fault; the caller holds mu.
func (s *Server) takeFault(method, path string) *fault {
	for i, f := range s.faults {
		if (f.method == "*" || f.method == method) && matchPath(f.pattern, path) {
			if f.left--; f.left <= 0 {
				s.faults = append(s.faults[:i], s.faults[i+1:]...)
			}
			return f
		}
	}
	return nil
}
