package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway operations.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

// Intents that events need.
const (
	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentGuildTyping    = 1 << 11
	intentDirectMessages = 1 << 12
	intentDirectTyping   = 1 << 14
	allIntents           = 1<<11 - 1 | 1<<11 | 1<<12 | 1<<13 | 1<<14 | 1<<15 | 1<<16 | 1<<20 | 1<<21 | 1<<24 | 1<<25
	privilegedIntents    = IntentGuildMembers | IntentGuildPresences | IntentMessageContent
)

// Connection tells of one websocket connection the bot made.
type Connection struct {
	Time time.Time
	// Path is /resume/ when the client used resume_gateway_url, else /.
	Path, Query string
	// SessionID is empty until READY or RESUMED.
	SessionID string
	Resumed   bool
	// ResumeSeq is the last sequence number the client said it had seen.
	ResumeSeq int64
	Intents   int
	Shard     [2]int
	// Identify is the last IDENTIFY it sent.
	Identify   json.RawMessage
	Heartbeats int
	// ClosedBy is "client", "server", "lost" or empty while it lives; Code is
	// the close code.
	ClosedBy string
	Code     int
}

// session outlives its connections.
type session struct {
	id      string
	shard   [2]int
	intents int
	seq     int64
	buffer  []frame // for replay
	conn    *conn   // nil while away
}

type frame struct {
	seq  int64
	data []byte
}

// conn is one websocket connection. Its fields are guarded by Server.mu
// except the queue, which has a lock of its own.
type conn struct {
	s        *Server
	ws       *websocket.Conn
	info     int // index in Server.history
	session  *session
	compress bool
	sent     int // in the present minute
	minute   time.Time

	qmu    sync.Mutex
	queue  []outgoing
	wake   chan struct{}
	stream *bytes.Buffer // of zlib-stream
	zw     *zlib.Writer
	over   bool
}

type outgoing struct {
	data  []byte
	close int
	why   string
	plain bool
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.refuse > 0 {
		s.refuse--
		s.mu.Unlock()
		http.Error(w, "the gateway is away", http.StatusServiceUnavailable)
		return
	}
	s.mu.Unlock()
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	c := &conn{s: s, ws: ws, wake: make(chan struct{}, 1)}
	q := r.URL.Query()
	if q.Get("compress") == "zlib-stream" {
		c.stream = &bytes.Buffer{}
		c.zw = zlib.NewWriter(c.stream)
	}
	s.mu.Lock()
	s.history = append(s.history, Connection{Time: s.now(), Path: r.URL.Path, Query: r.URL.RawQuery})
	c.info = len(s.history) - 1
	s.conns[c] = true
	closed := s.closed
	s.mu.Unlock()
	if closed {
		_ = ws.Close()
		return
	}
	s.serving.Go(c.write)
	if v := q.Get("v"); v != "" && v != "9" && v != "10" {
		c.closeWith(4012, "Invalid API version.")
	} else if e := q.Get("encoding"); e != "" && e != "json" {
		c.closeWith(4002, "Only JSON is spoken here.")
	} else {
		c.sendOp(opHello, object{"heartbeat_interval": s.cfg.heartbeat.Milliseconds(), "_trace": []any{`["loopback"]`}})
	}
	c.read()
}

// sendOp queues an operation that is no dispatch.
func (c *conn) sendOp(op int, d any) {
	b, _ := json.Marshal(object{"t": nil, "s": nil, "op": op, "d": d})
	c.enqueue(outgoing{data: b})
}

func (c *conn) enqueue(o outgoing) {
	c.qmu.Lock()
	if !c.over {
		c.queue = append(c.queue, o)
		c.over = o.close != 0
	}
	c.qmu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *conn) closeWith(code int, why string) { c.enqueue(outgoing{close: code, why: why}) }

// drop resets the connection without a close frame.
func (c *conn) drop() {
	if tcp, ok := c.ws.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.ws.Close()
}

// write sends what is queued, so that nobody who holds the lock waits for a
// slow client.
func (c *conn) write() {
	defer func() { _ = c.ws.Close() }()
	for {
		c.qmu.Lock()
		batch := c.queue
		c.queue = nil
		c.qmu.Unlock()
		for _, o := range batch {
			_ = c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
			if o.close != 0 {
				_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.close, o.why), time.Now().Add(time.Second))
				c.s.mu.Lock()
				h := &c.s.history[c.info]
				if h.ClosedBy == "" {
					h.ClosedBy, h.Code = "server", o.close
				}
				c.s.mu.Unlock()
				select {
				case <-time.After(200 * time.Millisecond):
				case <-c.s.done:
				}
				return
			}
			if err := c.put(o); err != nil {
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-c.wake:
		case <-c.s.done:
			return
		}
	}
}

func (c *conn) put(o outgoing) error {
	switch {
	case c.zw != nil:
		c.stream.Reset()
		_, _ = c.zw.Write(o.data)
		_ = c.zw.Flush()
		return c.ws.WriteMessage(websocket.BinaryMessage, c.stream.Bytes())
	case o.plain || !c.compressed():
		return c.ws.WriteMessage(websocket.TextMessage, o.data)
	default:
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		_, _ = z.Write(o.data)
		_ = z.Close()
		return c.ws.WriteMessage(websocket.BinaryMessage, b.Bytes())
	}
}

func (c *conn) compressed() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.compress
}

// read handles what the client sends until the connection ends.
func (c *conn) read() {
	s := c.s
	alive := func() {
		_ = c.ws.SetReadDeadline(time.Now().Add(2*s.cfg.heartbeat + 500*time.Millisecond))
	}
	alive()
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
				c.closeWith(4009, "Session timed out.")
			}
			c.detach(err)
			return
		}
		var p struct {
			Op *int            `json:"op"`
			D  json.RawMessage `json:"d"`
		}
		if len(data) > 4096 {
			c.fail(4002, "Payload of more than 4096 bytes.")
			continue
		}
		if err := json.Unmarshal(data, &p); err != nil || p.Op == nil {
			c.fail(4002, "Error while decoding payload.")
			continue
		}
		if c.tooMany() {
			c.fail(4008, "You are being rate limited.")
			continue
		}
		if *p.Op == opHeartbeat {
			alive()
		}
		c.handle(*p.Op, p.D)
	}
}

// tooMany counts what the client sends: at most 120 in a minute.
func (c *conn) tooMany() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if now := time.Now(); now.Sub(c.minute) > time.Minute {
		c.minute, c.sent = now, 0
	}
	c.sent++
	return c.sent > 120
}

// fail closes for what the client did wrong.
func (c *conn) fail(code int, why string) {
	c.s.mu.Lock()
	c.s.violate("gateway", "websocket", "closed with %d: %s", code, why)
	c.s.mu.Unlock()
	c.closeWith(code, why)
}

func (c *conn) detach(err error) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	h := &s.history[c.info]
	ce, isClose := errors.AsType[*websocket.CloseError](err)
	if h.ClosedBy == "" {
		h.ClosedBy = "lost"
		if isClose {
			h.ClosedBy, h.Code = "client", ce.Code
		}
	}
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
		// A client that leaves with 1000 or 1001 ends its session.
		if h.ClosedBy == "client" && (h.Code == websocket.CloseNormalClosure || h.Code == websocket.CloseGoingAway) {
			delete(s.sessions, c.session.id)
		}
	}
	s.changed.fire()
}

func (c *conn) handle(op int, d json.RawMessage) {
	s := c.s
	switch op {
	case opHeartbeat:
		s.mu.Lock()
		s.history[c.info].Heartbeats++
		withhold := s.withhold
		s.changed.fire()
		s.mu.Unlock()
		if !withhold {
			c.sendOp(opHeartbeatACK, nil)
		}
	case opIdentify:
		c.identify(d)
	case opResume:
		c.resume(d)
	case opPresence, opVoiceState, 31:
		if !c.identified() {
			c.fail(4003, "Not authenticated.")
		}
	case opRequestMembers:
		if !c.identified() {
			c.fail(4003, "Not authenticated.")
			return
		}
		c.requestMembers(d)
	default:
		c.fail(4001, "Unknown opcode.")
	}
}

func (c *conn) identified() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.session != nil
}

type identifyData struct {
	Token      string `json:"token"`
	Properties *struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	} `json:"properties"`
	Compress       bool    `json:"compress"`
	LargeThreshold *int    `json:"large_threshold"`
	Shard          *[2]int `json:"shard"`
	Intents        *int    `json:"intents"`
}

func (c *conn) identify(d json.RawMessage) {
	s := c.s
	var in identifyData
	if err := json.Unmarshal(d, &in); err != nil {
		c.fail(4002, "Error while decoding payload: "+err.Error())
		return
	}
	refuse := func(code int, format string, args ...any) {
		s.mu.Unlock()
		c.fail(code, fmt.Sprintf(format, args...))
	}
	s.mu.Lock()
	h := &s.history[c.info]
	h.Identify = append(json.RawMessage(nil), d...)
	shard := [2]int{0, 1}
	if in.Shard != nil {
		shard = *in.Shard
	}
	switch {
	case c.session != nil:
		refuse(4005, "Already authenticated.")
		return
	case in.Token != s.cfg.token && in.Token != "Bot "+s.cfg.token:
		s.invalid++
		refuse(4004, "Authentication failed.")
		return
	case in.Properties == nil:
		refuse(4002, "IDENTIFY has no properties.")
		return
	case in.Intents == nil:
		refuse(4013, "IDENTIFY has no intents.")
		return
	case *in.Intents&^allIntents != 0:
		refuse(4013, "Invalid intent(s).")
		return
	case *in.Intents&privilegedIntents&^s.cfg.privileged != 0:
		refuse(4014, "Disallowed intent(s).")
		return
	case shard[1] < 1 || shard[0] < 0 || shard[0] >= shard[1]:
		refuse(4010, "Invalid shard.")
		return
	case in.LargeThreshold != nil && (*in.LargeThreshold < 50 || *in.LargeThreshold > 250) && *in.LargeThreshold != 0:
		refuse(4002, "large_threshold must be between 50 and 250.")
		return
	}
	s.starts++
	if s.starts > s.cfg.startsLeft {
		refuse(4004, "Too many sessions started today; the token would be reset.")
		return
	}
	if s.cfg.identifyEvery > 0 {
		key := shard[0] % s.cfg.maxConcurrency
		if time.Since(s.identifies[key]) < s.cfg.identifyEvery {
			s.violate("gateway", "IDENTIFY", "shard %d identified sooner than %v after another of its bucket", shard[0], s.cfg.identifyEvery)
			s.mu.Unlock()
			c.sendOp(opInvalidSession, false)
			return
		}
		s.identifies[key] = time.Now()
	}
	defer s.mu.Unlock()
	c.compress = in.Compress
	ses := &session{id: secret("")[:32], shard: shard, intents: *in.Intents, conn: c}
	s.sessions[ses.id] = ses
	c.session = ses
	h.SessionID, h.Shard, h.Intents = ses.id, shard, ses.intents
	guilds := []any{}
	var mine []*Guild
	for _, g := range s.guildOrder {
		if g.HasBot && shardOf(g.ID, shard[1]) == shard[0] {
			guilds = append(guilds, object{"id": g.ID, "unavailable": true})
			mine = append(mine, g)
		}
	}
	me := userObject(s.bot)
	me["verified"], me["mfa_enabled"], me["email"] = true, true, nil
	s.emit(ses, "READY", object{
		"v": 10, "user_settings": object{}, "user": me, "session_type": "normal", "session_id": ses.id,
		"resume_gateway_url": s.GatewayURL() + "resume/", "relationships": []any{}, "private_channels": []any{}, "presences": []any{},
		"guilds": guilds, "guild_join_requests": []any{}, "geo_ordered_rtc_regions": []any{"japan"},
		"application": object{"id": s.cfg.appID, "flags": 0}, "shard": []any{shard[0], shard[1]}, "auth": object{}, "_trace": []any{"loopback"},
	})
	if ses.intents&intentGuilds != 0 {
		for _, g := range mine {
			s.emit(ses, "GUILD_CREATE", s.guildObject(g))
		}
	}
	s.changed.fire()
}

func (c *conn) resume(d json.RawMessage) {
	s := c.s
	var in struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if err := json.Unmarshal(d, &in); err != nil {
		c.fail(4002, "Error while decoding payload: "+err.Error())
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Token != s.cfg.token && in.Token != "Bot "+s.cfg.token {
		s.violate("gateway", "RESUME", "wrong token")
		c.closeWith(4004, "Authentication failed.")
		return
	}
	if f := s.resumeFault; f != nil {
		s.resumeFault = nil
		if !*f {
			delete(s.sessions, in.SessionID)
		}
		c.sendOp(opInvalidSession, *f)
		return
	}
	ses := s.sessions[in.SessionID]
	if ses == nil {
		c.sendOp(opInvalidSession, false)
		return
	}
	if in.Seq > ses.seq {
		c.closeWith(4007, "Invalid seq.")
		return
	}
	if len(ses.buffer) > 0 && in.Seq+1 < ses.buffer[0].seq {
		delete(s.sessions, ses.id) // too much was missed
		c.sendOp(opInvalidSession, false)
		return
	}
	if old := ses.conn; old != nil && old != c {
		old.session = nil
		old.closeWith(4000, "The session was resumed elsewhere.")
	}
	ses.conn, c.session = c, ses
	h := &s.history[c.info]
	h.SessionID, h.Shard, h.Intents, h.Resumed, h.ResumeSeq = ses.id, ses.shard, ses.intents, true, in.Seq
	for _, f := range ses.buffer {
		if f.seq > in.Seq {
			c.enqueue(outgoing{data: f.data})
		}
	}
	s.emit(ses, "RESUMED", object{"_trace": []any{"loopback"}})
	s.changed.fire()
}

func (c *conn) requestMembers(d json.RawMessage) {
	var in struct {
		GuildID string `json:"guild_id"`
		Nonce   string `json:"nonce"`
		UserIDs any    `json:"user_ids"`
	}
	if err := json.Unmarshal(d, &in); err != nil {
		c.fail(4002, "Error while decoding payload: "+err.Error())
		return
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[in.GuildID]
	if g == nil || c.session == nil {
		return
	}
	members := []any{}
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		members = append(members, memberObject(g.members[id]))
	}
	o := object{"guild_id": g.ID, "members": members, "chunk_index": 0, "chunk_count": 1}
	if in.Nonce != "" {
		o["nonce"] = in.Nonce
	}
	s.emit(c.session, "GUILD_MEMBERS_CHUNK", o)
}

func shardOf(guild string, shards int) int {
	id, _ := strconv.ParseUint(guild, 10, 64)
	return int((id >> 22) % uint64(shards))
}

// emit sends one event to one session, or keeps it for a resume.
func (s *Server) emit(ses *session, event string, data any) {
	d, err := json.Marshal(data)
	if err != nil {
		s.violate("gateway", event, "the event can't be encoded: %v", err)
		return
	}
	s.emitRaw(ses, event, d)
}

func (s *Server) emitRaw(ses *session, event string, d []byte) {
	ses.seq++
	b := make([]byte, 0, len(d)+len(event)+48)
	b = fmt.Appendf(b, `{"t":%q,"s":%d,"op":0,"d":`, event, ses.seq)
	b = append(append(b, d...), '}')
	const most = 2000
	ses.buffer = append(ses.buffer, frame{ses.seq, b})
	if len(ses.buffer) >= 2*most {
		ses.buffer = slices.Clone(ses.buffer[len(ses.buffer)-most:])
	}
	if ses.conn != nil {
		ses.conn.enqueue(outgoing{data: b})
	}
}

// needs is the intents of which one lets an event through, 0 for always.
func needs(event, guild string) int {
	in := func(g, d int) int {
		if guild == "" {
			return d
		}
		return g
	}
	switch event {
	case "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE":
		return in(intentGuildMessages, intentDirectMessages)
	case "TYPING_START":
		return in(intentGuildTyping, intentDirectTyping)
	case "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE",
		"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE":
		return intentGuilds
	case "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE":
		return IntentGuildMembers
	case "PRESENCE_UPDATE":
		return IntentGuildPresences
	}
	return 0
}

// targets lists the sessions an event goes to: those of the guild's shard, or
// shard 0 without a guild. The caller holds mu.
func (s *Server) targets(event, guild string) []*session {
	var out []*session
	need := needs(event, guild)
	for _, ses := range s.sessions {
		shard := 0
		if guild != "" {
			shard = shardOf(guild, ses.shard[1])
		}
		if ses.shard[0] == shard && (need == 0 || ses.intents&need != 0) {
			out = append(out, ses)
		}
	}
	return out
}

func (s *Server) dispatch(event, guild string, data any) {
	to := s.targets(event, guild)
	if len(to) == 0 {
		return
	}
	d, err := json.Marshal(data)
	if err != nil {
		s.violate("gateway", event, "the event can't be encoded: %v", err)
		return
	}
	for _, ses := range to {
		s.emitRaw(ses, event, d)
	}
}

// dispatchMessage sends a message event, without the content where the
// session may not read it.
func (s *Server) dispatchMessage(event string, m *message) {
	for _, ses := range s.targets(event, m.channel.GuildID) {
		if m.channel.denyCode == 50001 {
			continue // the bot doesn't see this channel
		}
		o := s.redacted(m, ses.intents&IntentMessageContent != 0)
		if g := s.guilds[m.channel.GuildID]; g != nil {
			o["guild_id"] = g.ID
			if mem := g.members[m.author.ID]; mem != nil {
				mo := memberObject(mem)
				delete(mo, "user")
				o["member"] = mo
			}
		}
		o["channel_type"] = m.channel.Type
		s.emit(ses, event, o)
	}
}

// Dispatch sends any event, as JSON or a value that encodes to it, to the
// sessions it concerns by its guild_id and their intents.
func (s *Server) Dispatch(event string, data any) {
	s.t.Helper()
	var raw []byte
	switch v := data.(type) {
	case json.RawMessage:
		raw = v
	case []byte:
		raw = v
	case string:
		raw = []byte(v)
	default:
		b, err := json.Marshal(v)
		if err != nil {
			s.t.Fatalf("discordtest: encode %s: %v", event, err)
		}
		raw = b
	}
	var id struct {
		GuildID string `json:"guild_id"`
	}
	_ = json.Unmarshal(raw, &id) // what isn't an object has no guild
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ses := range s.targets(event, id.GuildID) {
		s.emitRaw(ses, event, raw)
	}
}

// liveConns lists connections, all or those of some shards; the caller holds mu.
func (s *Server) liveConns(shards []int) []*conn {
	var out []*conn
	for c := range s.conns {
		if len(shards) == 0 || c.session != nil && slices.Contains(shards, c.session.shard[0]) {
			out = append(out, c)
		}
	}
	return out
}

func (s *Server) each(shards []int, do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.liveConns(shards) {
		do(c)
	}
}

// AskReconnect sends RECONNECT (7) to all connections, or those of some shards.
func (s *Server) AskReconnect(shards ...int) {
	s.each(shards, func(c *conn) { c.sendOp(opReconnect, nil) })
}

// InvalidateSession sends INVALID_SESSION (9). Not resumable forgets the session.
func (s *Server) InvalidateSession(resumable bool, shards ...int) {
	s.each(shards, func(c *conn) {
		if ses := c.session; ses != nil {
			c.session = nil
			ses.conn = nil
			if !resumable {
				delete(s.sessions, ses.id)
			}
		}
		c.sendOp(opInvalidSession, resumable)
	})
}

// FailNextResume answers the next RESUME with INVALID_SESSION.
func (s *Server) FailNextResume(resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resumeFault = &resumable
}

// CloseGateway closes connections with a code, such as 4000 or 1001.
func (s *Server) CloseGateway(code int, shards ...int) {
	s.each(shards, func(c *conn) { c.closeWith(code, "") })
}

// DropGateway resets the TCP connections in the middle, without a close frame.
func (s *Server) DropGateway(shards ...int) {
	s.each(shards, func(c *conn) { c.drop() })
}

// RefuseGateway answers the next n websocket connections with 503.
func (s *Server) RefuseGateway(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

// WithholdACKs stops acknowledging heartbeats, so that connections look dead
// to the client, or starts again.
func (s *Server) WithholdACKs(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withhold = on
}

// AskHeartbeat sends HEARTBEAT (1), which a client answers at once.
func (s *Server) AskHeartbeat(shards ...int) {
	s.each(shards, func(c *conn) { c.sendOp(opHeartbeat, nil) })
}

// Connections lists all websocket connections so far, oldest first.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history)
}

// AwaitReady waits until sessions of n shards are connected, or fails the test.
func (s *Server) AwaitReady(n int, timeout time.Duration) {
	s.t.Helper()
	live := 0
	err := s.awaitFor(timeout, &s.changed, func() bool {
		shards := map[int]bool{}
		for _, ses := range s.sessions {
			if ses.conn != nil {
				shards[ses.shard[0]] = true
			}
		}
		live = len(shards)
		return live >= n
	})
	if err != nil {
		s.t.Fatalf("discordtest: %d of %d shards are connected: %v", live, n, err)
	}
}

// AwaitConnections waits until n connections were made in all and the last of
// them is ready or resumed, or fails the test.
func (s *Server) AwaitConnections(n int, timeout time.Duration) []Connection {
	s.t.Helper()
	err := s.awaitFor(timeout, &s.changed, func() bool {
		ready := 0
		for _, h := range s.history {
			if h.SessionID != "" {
				ready++
			}
		}
		return ready >= n
	})
	if err != nil {
		s.t.Fatalf("discordtest: not %d connections yet: %v (%+v)", n, err, s.Connections())
	}
	return s.Connections()
}
