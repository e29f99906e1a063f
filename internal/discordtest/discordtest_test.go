package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

const patience = 20 * time.Second

// client is the least a bot can be.
type client struct {
	t  *testing.T
	d  *Server
	ws *websocket.Conn
	// seq and session as a bot keeps them for a resume.
	seq     int64
	session string
}

type event struct {
	Op int             `json:"op"`
	S  *int64          `json:"s"`
	T  string          `json:"t"`
	D  json.RawMessage `json:"d"`
}

func (c *client) dial(url string) {
	c.t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(url+"?v=10&encoding=json", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { ws.Close() })
	c.ws = ws
	if e := c.read(); e.Op != opHello {
		c.t.Fatalf("the first operation is %d, not HELLO", e.Op)
	}
}

func (c *client) read() event {
	c.t.Helper()
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	var e event
	if err := c.ws.ReadJSON(&e); err != nil {
		c.t.Fatalf("read the gateway: %v", err)
	}
	if e.S != nil {
		c.seq = *e.S
	}
	return e
}

// until reads on until an event comes.
func (c *client) until(name string) event {
	c.t.Helper()
	for {
		if e := c.read(); e.T == name {
			return e
		}
	}
}

func (c *client) send(op int, d any) {
	c.t.Helper()
	if err := c.ws.WriteJSON(object{"op": op, "d": d}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) identify(intents int, shard ...int) {
	o := object{"token": c.d.Token(), "intents": intents, "properties": object{"os": "linux", "browser": "test", "device": "test"}}
	if len(shard) == 2 {
		o["shard"] = []int{shard[0], shard[1]}
	}
	c.send(opIdentify, o)
}

// ready identifies and takes the session from READY.
func (c *client) ready(intents int) {
	c.t.Helper()
	c.dial(c.d.GatewayURL())
	c.identify(intents)
	var r struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(c.until("READY").D, &r); err != nil {
		c.t.Fatal(err)
	}
	c.session = r.SessionID
}

// rest does one request and gives status and body.
func (c *client) rest(method, path string, body any) (int, object) {
	c.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	q, err := http.NewRequest(method, c.d.URL()+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bot "+c.d.Token())
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if len(raw) == 0 {
		return resp.StatusCode, nil
	}
	v, err := decodeJSON(raw)
	if err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
	}
	if list, ok := v.([]any); ok {
		return resp.StatusCode, object{"list": list}
	}
	return resp.StatusCode, obj(v)
}

func start1(t *testing.T, opts ...Option) (*Server, *client) {
	t.Helper()
	d := New(t, opts...)
	return d, &client{t: t, d: d}
}

var ask = object{
	"name": "ask", "description": "Ask", "contexts": []int{0, 1, 2}, "integration_types": []int{0, 1},
	"name_localizations": object{"ja": "質問", "vi": "hỏi"},
	"options":            []object{{"type": 3, "name": "question", "description": "What", "required": true}},
}

func text(s string) object { return object{"type": typeTextDisplay, "content": s} }

func v2(s string, more ...any) object {
	return object{"flags": FlagIsComponentsV2, "allowed_mentions": object{"parse": []any{}},
		"components": []any{object{"type": typeContainer, "components": append([]any{text(s)}, more...)}}}
}

func row(id string) object {
	return object{"type": typeActionRow, "components": []any{object{"type": typeButton, "style": 2, "label": "More", "custom_id": id}}}
}

// TestSlash goes the whole way: register, use, answer, press, follow up.
func TestSlash(t *testing.T) {
	d, c := start1(t)
	if status, body := c.rest("PUT", "/applications/"+d.AppID()+"/commands", []any{ask}); status != 200 {
		t.Fatalf("%d %v", status, body)
	}
	c.ready(0)
	ann := d.NewUser("ann", "vi")
	it := d.Slash(ann, d.Channel(), "ask", Options{"question": "lương"})
	var in struct {
		ID, Token, Locale string
		Data              struct {
			Name    string
			Options []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal(c.until("INTERACTION_CREATE").D, &in); err != nil {
		t.Fatal(err)
	}
	if in.Locale != "vi" || in.Data.Name != "ask" || in.Data.Options[0].Value != "lương" {
		t.Fatalf("interaction %+v", in)
	}
	if status, body := c.rest("POST", "/interactions/"+in.ID+"/"+in.Token+"/callback", object{"type": AnswerDeferred, "data": object{"flags": FlagEphemeral}}); status != 204 {
		t.Fatalf("%d %v", status, body)
	}
	if status, body := c.rest("PATCH", "/webhooks/"+d.AppID()+"/"+in.Token+"/messages/@original", v2("1,000", row("m1:more"))); status != 200 {
		t.Fatalf("%d %v", status, body)
	}
	r := it.Await(patience)
	if r.Kind != AnswerDeferred || !r.Ephemeral || r.Text != "1,000" {
		t.Fatalf("answer %+v", r)
	}
	press := d.Press(ann, r.Message, "More")
	if err := json.Unmarshal(c.until("INTERACTION_CREATE").D, &in); err != nil {
		t.Fatal(err)
	}
	if status, body := c.rest("POST", "/interactions/"+in.ID+"/"+in.Token+"/callback", object{"type": AnswerUpdate, "data": v2("2,000")}); status != 204 {
		t.Fatalf("%d %v", status, body)
	}
	if r := press.Await(patience); r.Text != "2,000" || r.Edits != 1 {
		t.Fatalf("answer %+v", r)
	}
	if status, body := c.rest("POST", "/interactions/"+in.ID+"/"+in.Token+"/callback", object{"type": AnswerDeferredUpdate}); status != 400 || integer(body, "code") != 40060 {
		t.Fatalf("a second first answer: %d %v", status, body)
	}
}

// TestRefused breaks rules one by one: Discord refuses, and the test would fail.
func TestRefused(t *testing.T) {
	d, c := start1(t, AllowViolations())
	channel := "/channels/" + d.Channel().ID + "/messages"
	commands := "/applications/" + d.AppID() + "/commands"
	named := func(name string) []any { return []any{object{"name": name, "description": "d"}} }
	long := strings.Repeat("က", 101)
	for _, test := range []struct {
		name         string
		method, path string
		body         any
		rule         string
	}{
		{"a Burmese command name", "PUT", commands, named("မေးရန်"), "form"},
		{"a capital in a command name", "PUT", commands, named("Ask"), "form"},
		{"a name that isn't NFC", "PUT", commands, named("ho\u0309i"), "form"},
		{"a description too long", "PUT", commands, []any{object{"name": "ask", "description": long}}, "openapi"},
		{"a Burmese locale", "PUT", commands, []any{object{"name": "ask", "description": "d", "description_localizations": object{"my": "မေး"}}}, "form"},
		{"no allowed_mentions", "POST", channel, object{"content": "hello"}, "mentions"},
		{"content too long", "POST", channel, object{"content": strings.Repeat("a", 2001), "allowed_mentions": object{"parse": []any{}}}, "form"},
		{"content with V2", "POST", channel, object{"content": "a", "flags": FlagIsComponentsV2, "components": []any{text("a")}, "allowed_mentions": object{"parse": []any{}}}, "form"},
		{"V2 without its flag", "POST", channel, object{"components": []any{text("a")}, "allowed_mentions": object{"parse": []any{}}}, "form"},
		{"texts too long together", "POST", channel, v2(strings.Repeat("က", 2000), text(strings.Repeat("က", 2001))), "form"},
		{"the same custom id twice", "POST", channel, v2("a", row("x"), row("x")), "form"},
		{"an empty message", "POST", channel, object{"content": "", "allowed_mentions": object{"parse": []any{}}}, "form"},
		{"no such route", "GET", "/nothing/here", nil, "route"},
		{"a query no one knows", "GET", "/gateway?x=1", nil, "openapi"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d.spec == nil && test.rule == "openapi" {
				t.Skip("Discord's OpenAPI document is not here")
			}
			status, body := c.rest(test.method, test.path, test.body)
			v := d.TakeViolations()
			if status < 400 || len(v) != 1 || v[0].Rule != test.rule {
				t.Fatalf("status %d %v, violations %v", status, body, v)
			}
		})
	}
}

// TestAnswersFitTheDocument: what this server itself answers is as Discord says.
func TestAnswersFitTheDocument(t *testing.T) {
	d, c := start1(t)
	if d.spec == nil {
		t.Skip("Discord's OpenAPI document is not here")
	}
	ch := d.Channel()
	ann := d.NewUser("ann")
	role := d.NewRole(d.Guild(), "news", 0)
	d.Join(d.Guild(), ann, role)
	news := d.NewChannel(d.Guild(), "news", ChannelAnnouncement)
	_, posted := c.rest("POST", "/channels/"+news.ID+"/messages", v2("news"))
	id := str(posted, "id")
	guild := "/guilds/" + d.Guild().ID
	for _, test := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"GET", "/gateway", nil, 200},
		{"GET", "/gateway/bot", nil, 200},
		{"GET", "/users/@me", nil, 200},
		{"GET", "/applications/@me", nil, 200},
		{"POST", "/users/@me/channels", object{"recipient_id": ann.ID}, 200},
		{"PUT", "/applications/" + d.AppID() + "/commands", []any{ask}, 200},
		{"GET", "/applications/" + d.AppID() + "/commands", nil, 200},
		{"GET", guild, nil, 200},
		{"GET", guild + "/roles", nil, 200},
		{"GET", guild + "/members/" + ann.ID, nil, 200},
		{"PUT", guild + "/members/" + ann.ID + "/roles/" + role.ID, nil, 204},
		{"DELETE", guild + "/members/" + ann.ID + "/roles/" + role.ID, nil, 204},
		{"GET", "/channels/" + ch.ID, nil, 200},
		{"POST", "/channels/" + ch.ID + "/typing", nil, 204},
		{"POST", "/channels/" + ch.ID + "/messages", v2("a", row("x")), 200},
		{"GET", "/channels/" + news.ID + "/messages/" + id, nil, 200},
		{"PATCH", "/channels/" + news.ID + "/messages/" + id, v2("corrected"), 200},
		{"POST", "/channels/" + news.ID + "/messages/" + id + "/crosspost", nil, 200},
		{"DELETE", "/channels/" + news.ID + "/messages/" + id, nil, 204},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			status, body := c.rest(test.method, test.path, test.body)
			if status != test.status {
				t.Fatalf("status %d, want %d: %v", status, test.status, body)
			}
			var v any = body
			if l, ok := body["list"]; ok {
				v = l
			}
			if v = normal(v); body != nil {
				if wrong := d.spec.checkResponse(test.method, test.path, status, v); len(wrong) > 0 {
					t.Errorf("the answer doesn't fit Discord's document: %v", wrong)
				}
			}
		})
	}
}

// normal turns json.Number into float64, which the judge of schemas expects.
func normal(v any) any {
	b, _ := json.Marshal(v)
	var out any
	_ = json.Unmarshal(b, &out)
	return out
}

// TestResume drops a connection: what happened meanwhile comes after a resume.
func TestResume(t *testing.T) {
	d, c := start1(t)
	c.ready(intentDirectMessages)
	seq := c.seq
	d.DropGateway()
	ann := d.NewUser("ann")
	if err := d.awaitFor(patience, &d.changed, func() bool { return len(d.conns) == 0 }); err != nil {
		t.Fatal(err)
	}
	d.DM(ann, "while you were away")
	c.dial(d.GatewayURL() + "resume/")
	c.send(opResume, object{"token": d.Token(), "session_id": c.session, "seq": seq})
	var m struct{ Content string }
	if err := json.Unmarshal(c.until("MESSAGE_CREATE").D, &m); err != nil || m.Content != "while you were away" {
		t.Fatalf("%v %q", err, m.Content)
	}
	c.until("RESUMED")
	got := d.Connections()
	if n := len(got); n != 2 || !got[1].Resumed || got[1].ResumeSeq != seq || got[0].ClosedBy != "lost" {
		t.Fatalf("connections %+v", got)
	}
}

// TestInvalidSession: a session that is gone is answered with 9 and false.
func TestInvalidSession(t *testing.T) {
	d, c := start1(t)
	c.ready(0)
	d.InvalidateSession(false)
	for e := c.read(); e.Op != opInvalidSession; e = c.read() {
	}
	c.dial(d.GatewayURL())
	c.send(opResume, object{"token": d.Token(), "session_id": c.session, "seq": c.seq})
	if e := c.read(); e.Op != opInvalidSession || string(e.D) != "false" {
		t.Fatalf("%d %s", e.Op, e.D)
	}
}

// TestClosed: what a client may not do closes its connection with Discord's code.
func TestClosed(t *testing.T) {
	d, c := start1(t, AllowViolations(), WithIdentifyLimit(1, time.Hour))
	for _, test := range []struct {
		name string
		do   func()
		code int
	}{
		{"no token", func() {
			c.send(opIdentify, object{"token": "x", "intents": 0, "properties": object{}})
		}, 4004},
		{"a privileged intent", func() { c.identify(IntentMessageContent) }, 4014},
		{"an unknown intent", func() { c.identify(1 << 30) }, 4013},
		{"no such shard", func() { c.identify(0, 2, 2) }, 4010},
		{"an unknown operation", func() { c.send(99, nil) }, 4001},
		{"a payload too large", func() { c.send(opPresence, strings.Repeat("x", 5000)) }, 4002},
		{"identified twice", func() { c.identify(0); c.identify(0) }, 4005},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.t = t
			c.dial(d.GatewayURL())
			test.do()
			for {
				_, _, err := c.ws.ReadMessage()
				if websocket.IsCloseError(err, test.code) {
					return
				}
				if err != nil {
					t.Fatalf("closed with %v, want %d", err, test.code)
				}
			}
		})
	}
	c.t = t
	c.dial(d.GatewayURL())
	c.identify(0)
	if e := c.read(); e.Op != opInvalidSession {
		t.Fatalf("an identify too soon got operation %d", e.Op)
	}
}

// TestContent: without the privileged intent only what is meant for the bot can
// be read.
func TestContent(t *testing.T) {
	d, c := start1(t)
	c.ready(intentGuildMessages | intentDirectMessages)
	ann := d.NewUser("ann")
	mine := str2(c.rest("POST", "/channels/"+d.Channel().ID+"/messages", v2("news")))
	c.until("MESSAGE_CREATE")
	m, _ := d.Message(mine)
	d.Say(ann, d.Channel(), "gossip")
	d.Mention(ann, d.Channel(), "question")
	d.Reply(ann, m, "with a ping", true)
	d.Reply(ann, m, "without", false)
	d.DM(ann, "secret")
	var got []string
	for range 5 {
		var m struct{ Content string }
		if err := json.Unmarshal(c.until("MESSAGE_CREATE").D, &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, m.Content)
	}
	want := []string{"", d.Bot().Mention() + " question", "with a ping", "", "secret"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func str2(_ int, o object) string { return str(o, "id") }

// TestFaults: each fault does what its name says, and a nonce that is enforced
// makes a repeated message one.
func TestFaults(t *testing.T) {
	d, c := start1(t, WithRateLimits(RateLimits{Route: Limit{2, time.Hour}}))
	path := "/channels/" + d.Channel().ID + "/messages"
	body := v2("once")
	body["nonce"], body["enforce_nonce"] = "n1", true
	d.FailNext("POST", path, 503, 1)
	if status, _ := c.rest("POST", path, body); status != 503 {
		t.Fatalf("status %d", status)
	}
	d.LoseAnswerNext("POST", path, 1)
	if status, _ := c.rest("POST", path, body); status != 0 {
		t.Fatalf("status %d", status)
	}
	status, again := c.rest("POST", path, body)
	if got := d.BotMessages(d.Channel()); status != 200 || len(got) != 1 || got[0].ID != str(again, "id") {
		t.Fatalf("status %d, %d messages", status, len(got))
	}
	if status, e := c.rest("POST", path, body); status != 429 || e["retry_after"] == nil {
		t.Fatalf("past the limit: %d %v", status, e)
	}
	if n := d.InvalidRequests(); n != 1 {
		t.Fatalf("%d invalid requests", n)
	}
}

// TestEndpoint: interactions over HTTP are signed, and their answers judged.
func TestEndpoint(t *testing.T) {
	d, c := start1(t)
	key, err := hex.DecodeString(d.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sig, _ := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
		if !ed25519.Verify(key, append([]byte(r.Header.Get("X-Signature-Timestamp")), body...), sig) {
			w.WriteHeader(401)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		var in struct{ Type int }
		_ = json.Unmarshal(body, &in)
		if in.Type == interactionPing {
			fmt.Fprint(w, `{"type":1}`)
			return
		}
		_ = json.NewEncoder(w).Encode(object{"type": AnswerMessage, "data": v2("over HTTP")})
	}))
	defer bot.Close()
	if status, body := c.rest("PUT", "/applications/"+d.AppID()+"/commands", []any{ask}); status != 200 {
		t.Fatalf("%d %v", status, body)
	}
	if a := d.Ping(bot.URL); a.Err != nil || string(a.Body) != `{"type":1}` {
		t.Fatalf("%+v", a)
	}
	spoil := func(h http.Header, b []byte) []byte { return append(b, ' ') }
	if a := d.Ping(bot.URL, spoil); a.Status != 401 {
		t.Fatalf("%+v", a)
	}
	d.UseEndpoint(bot.URL)
	r := d.Slash(d.NewUser("ann"), d.Channel(), "ask", Options{"question": "?"}).Await(patience)
	if r.Text != "over HTTP" {
		t.Fatalf("%+v", r)
	}
}
