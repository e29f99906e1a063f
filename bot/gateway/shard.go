package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"
)

// State is where a shard is in its life.
type State int32

const (
	Down     State = iota // no connection
	Starting              // connected, not yet ready
	Ready                 // events come in
)

func (s State) String() string {
	switch s {
	case Starting:
		return "starting"
	case Ready:
		return "ready"
	}
	return "down"
}

// shard keeps one connection, and what is needed to resume it.
type shard struct {
	id, of int
	m      *Manager
	log    *slog.Logger

	state     atomic.Int32
	delay     atomic.Int64 // of the last heartbeat's answer
	seq       atomic.Int64
	session   string
	resumeURL string
}

// Pauses between attempts.
const (
	firstPause = time.Second
	maxPause   = time.Minute
	// After identifies that came to nothing the pause grows far, since there are 1000 a day.
	maxIdentifyPause = 5 * time.Minute
	// healthy is how long a connection must have lasted to forget earlier failures.
	healthy = 30 * time.Second
)

// run connects and reconnects until ctx ends or something is wrong for good. It first
// identifies at the time given.
func (s *shard) run(ctx context.Context, first time.Time) error {
	s.seq.Store(-1)
	failures, refused := 0, 0
	for ctx.Err() == nil {
		resuming := s.session != ""
		if !resuming {
			if first.IsZero() {
				first = s.m.starter.reserve(s.id)
			}
			if sleep(ctx, time.Until(first)) != nil {
				return nil
			}
			first = time.Time{}
		}
		began := time.Now()
		err := s.once(ctx, resuming, failures)
		wasReady := State(s.state.Load()) == Ready
		s.set(Down)
		if ctx.Err() != nil {
			return nil
		}
		lived := time.Since(began)
		resumable, end := judge(err)
		invalid, isInvalid := errors.AsType[*invalidSession](err)
		if isInvalid {
			resumable = invalid.resumable
		}
		if end != nil {
			return fmt.Errorf("shard %d: %w", s.id, end)
		}
		if !resumable {
			s.session, s.resumeURL = "", ""
			s.seq.Store(-1)
		}
		s.m.opt.OnReconnect(s.id, resumable && s.session != "")
		if wasReady {
			refused = 0
			if lived >= healthy {
				failures = 0
			}
		}
		pause := time.Duration(0)
		switch {
		case isInvalid && !wasReady && !resuming: // the identify itself was refused
			pause = min(s.m.opt.IdentifyEvery<<min(refused, 10), maxIdentifyPause)
			refused++
		case isInvalid:
			pause = s.m.opt.InvalidPause // Discord asks for one to five seconds
		case wasReady && failures == 0: // the first time at once
			failures++
		default:
			pause = min(s.m.opt.Pause<<min(failures, 10), maxPause)
			failures++
		}
		s.log.Warn("the gateway connection ended", "cause", err, "resume", s.session != "", "pause", pause.Round(time.Millisecond))
		if sleep(ctx, jitter(pause)) != nil {
			return nil
		}
	}
	return nil
}

// errReconnect: Discord asked to connect anew.
var errReconnect = errors.New("asked to reconnect")

// invalidSession is INVALID_SESSION.
type invalidSession struct{ resumable bool }

func (e *invalidSession) Error() string {
	return fmt.Sprintf("invalid session (resumable: %t)", e.resumable)
}

// once runs one connection to its end.
func (s *shard) once(ctx context.Context, resuming bool, failures int) error {
	// An address for resuming that can't be reached is given up after a few attempts;
	// the general one takes resumes too.
	address := s.m.start.URL
	const attempts = 3
	if resuming && s.resumeURL != "" && failures < attempts {
		address = s.resumeURL
	}
	address, err := withVersion(address)
	if err != nil {
		return err
	}
	c, err := dial(ctx, address, &s.seq, s.m.opt.DialTimeout)
	if err != nil {
		return err
	}
	s.set(Starting)
	// When ctx ends the session is over: 1000 tells Discord so.
	stop := context.AfterFunc(ctx, func() { c.leave(1000, context.Canceled) })
	defer stop()
	if resuming {
		err = c.send(opResume, resume{s.m.opt.Token, s.session, s.seq.Load()})
	} else {
		err = c.send(opIdentify, newIdentify(s.m.opt.Token, s.m.opt.Intents, s.id, s.of))
	}
	for err == nil {
		var p payload
		if p, err = c.read(); err == nil && !c.leaving() {
			err = s.handle(c, p)
		}
	}
	return c.end(err)
}

// handle does what one message of the gateway asks.
func (s *shard) handle(c *conn, p payload) error {
	switch p.Op {
	case opDispatch:
		if p.S != nil {
			s.seq.Store(*p.S)
		}
		switch p.T {
		case "READY":
			var r struct {
				SessionID string `json:"session_id"`
				ResumeURL string `json:"resume_gateway_url"`
			}
			if err := json.Unmarshal(p.D, &r); err != nil {
				return fmt.Errorf("decode READY: %w", err)
			}
			s.session, s.resumeURL = r.SessionID, r.ResumeURL
			s.set(Ready)
			s.log.Info("ready", "identifies_left", s.m.starter.left())
		case "RESUMED":
			s.set(Ready)
			s.log.Info("resumed")
		}
		s.m.opt.OnEvent(s.id, p.T, p.D)
	case opHeartbeat:
		return c.beatOnce()
	case opHeartbeatACK:
		c.ack()
		s.delay.Store(c.delay.Load())
	case opReconnect:
		c.leave(closeResume, errReconnect)
	case opInvalidSession:
		var resumable bool
		_ = json.Unmarshal(p.D, &resumable) // anything else is false
		code := 1000
		if resumable {
			code = closeResume
		}
		c.leave(code, &invalidSession{resumable})
	}
	return nil
}

func (s *shard) set(st State) {
	if State(s.state.Swap(int32(st))) != st {
		s.m.opt.OnState(s.id, st)
	}
}

// withVersion adds what the gateway wants to know to its address.
func withVersion(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("the gateway's address %q can't be used", address)
	}
	switch u.Scheme {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	}
	q := u.Query()
	q.Set("v", "10")
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}
