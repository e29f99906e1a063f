package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway operations.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

// payload is one message of the gateway.
type payload struct {
	Op int             `json:"op"`
	S  *int64          `json:"s"`
	T  string          `json:"t"`
	D  json.RawMessage `json:"d"`
}

// errZombie: heartbeats went unanswered.
var errZombie = errors.New("a heartbeat was not acknowledged")

// conn is one websocket. One goroutine reads; heartbeats are written by another.
type conn struct {
	ws       *websocket.Conn
	interval time.Duration

	write sync.Mutex
	seq   *atomic.Int64 // of the shard: -1 before any
	acked atomic.Bool
	sent  atomic.Int64 // when the last heartbeat left, in nanoseconds
	delay atomic.Int64 // how long its answer took

	why  atomic.Pointer[error] // of closing by this side
	done chan struct{}
	beat sync.WaitGroup
}

// errGarbled: what came is no message of a gateway.
var errGarbled = errors.New("a message of the gateway can't be decoded")

const writeTimeout = 10 * time.Second

// dial opens a websocket and reads HELLO.
func dial(ctx context.Context, address string, seq *atomic.Int64, timeout time.Duration) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	d := websocket.Dialer{HandshakeTimeout: timeout, ReadBufferSize: 16 << 10, WriteBufferSize: 4 << 10}
	ws, _, err := d.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("dial the gateway: %w", err)
	}
	const most = 32 << 20
	ws.SetReadLimit(most)
	c := &conn{ws: ws, seq: seq, done: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
	defer stop()
	p, err := c.read()
	if err != nil {
		_ = ws.Close()
		return nil, fmt.Errorf("read HELLO: %w", err)
	}
	var hello struct {
		Interval int64 `json:"heartbeat_interval"`
	}
	if err := json.Unmarshal(p.D, &hello); p.Op != opHello || err != nil || hello.Interval <= 0 {
		_ = ws.Close()
		return nil, fmt.Errorf("the gateway began with operation %d and no heartbeat interval", p.Op)
	}
	if !stop() {
		return nil, fmt.Errorf("read HELLO: %w", ctx.Err())
	}
	c.interval = time.Duration(hello.Interval) * time.Millisecond
	c.acked.Store(true)
	c.beat.Go(c.heartbeats)
	return c, nil
}

func (c *conn) read() (payload, error) {
	_, r, err := c.ws.NextReader()
	if err != nil {
		return payload{}, err
	}
	var p payload
	if err := json.NewDecoder(r).Decode(&p); err != nil {
		return payload{}, fmt.Errorf("%w: %w", errGarbled, err)
	}
	return p, nil
}

func (c *conn) send(op int, d any) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	return c.ws.WriteJSON(struct {
		Op int `json:"op"`
		D  any `json:"d"`
	}{op, d})
}

// heartbeats beats until the connection ends. An interval without answer means that
// nobody is there any more, though the connection may look alive.
func (c *conn) heartbeats() {
	t := time.NewTimer(rand.N(c.interval) + 1) // the first comes at a random moment, as Discord asks
	defer t.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-t.C:
		}
		if !c.acked.Load() {
			c.leave(closeResume, errZombie)
			return
		}
		if err := c.beatOnce(); err != nil {
			c.leave(closeResume, fmt.Errorf("send a heartbeat: %w", err))
			return
		}
		t.Reset(c.interval)
	}
}

func (c *conn) beatOnce() error {
	c.acked.Store(false)
	c.sent.Store(time.Now().UnixNano())
	var d *int64
	if n := c.seq.Load(); n >= 0 {
		d = &n
	}
	return c.send(opHeartbeat, d)
}

func (c *conn) ack() {
	c.acked.Store(true)
	c.delay.Store(time.Now().UnixNano() - c.sent.Load())
}

// leaveTimeout is how long the other side has to close too.
const leaveTimeout = time.Second

// leave sends a close frame, so that read ends with why: when the other side has closed
// too, or after leaveTimeout. Closing at once, with something of theirs not read yet,
// would reset the connection, and the close frame could be lost with it.
func (c *conn) leave(code int, why error) {
	if !c.why.CompareAndSwap(nil, &why) {
		return
	}
	// A writer that hangs must not keep us: WriteControl has its own deadline.
	if err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)); err != nil {
		_ = c.ws.Close()
		return
	}
	_ = c.ws.SetReadDeadline(time.Now().Add(leaveTimeout))
}

// leaving reports whether leave was called: what still comes is not for us.
func (c *conn) leaving() bool { return c.why.Load() != nil }

// end lets go of everything; err is how read ended, and the cause is returned.
func (c *conn) end(err error) error {
	close(c.done)
	_ = c.ws.Close()
	c.beat.Wait()
	if why := c.why.Load(); why != nil {
		return *why
	}
	return err
}

// identify is the payload of IDENTIFY.
type identify struct {
	Token      string            `json:"token"`
	Intents    int               `json:"intents"`
	Shard      [2]int            `json:"shard"`
	Properties map[string]string `json:"properties"`
}

func newIdentify(token string, intents int, shard, of int) identify {
	return identify{token, intents, [2]int{shard, of}, map[string]string{"os": runtime.GOOS, "browser": "madoguchi", "device": "madoguchi"}}
}

// resume is the payload of RESUME.
type resume struct {
	Token     string `json:"token"`
	SessionID string `json:"session_id"`
	Seq       int64  `json:"seq"`
}
