package discordtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// message is a stored message.
type message struct {
	id        string
	channel   *Channel
	obj       object
	ephemeral bool
	viewer    string // who sees it when ephemeral
	of        *Interaction
	author    *User
	files     map[string]File // by attachment id
	edits     int
	deleted   bool
	created   time.Time
}

type nonceEntry struct {
	message *message
	at      time.Time
}

// Nonces are remembered for "the past few minutes".
const nonceLife = 3 * time.Minute

func numberString(v any) string {
	if n, ok := num(v); ok {
		return strconv.FormatInt(n, 10)
	}
	s, _ := v.(string)
	return s
}

// newMessage makes a message in a channel without telling anyone. The caller holds mu.
func (s *Server) newMessage(ch *Channel, author *User, kind int) *message {
	m := &message{id: s.snowflake(), channel: ch, author: author, created: s.now(), files: map[string]File{}}
	m.obj = object{
		"id": m.id, "channel_id": ch.ID, "type": kind, "author": userObject(author), "content": "", "timestamp": stamp(m.created),
		"edited_timestamp": nil, "tts": false, "mention_everyone": false, "mentions": []any{}, "mention_roles": []any{},
		"attachments": []any{}, "embeds": []any{}, "components": []any{}, "pinned": false, "flags": 0,
	}
	return m
}

// keep stores a message, dropping the oldest of the channel past the limit.
func (s *Server) keep(m *message) {
	s.messages[m.id] = m
	l := append(s.byChannel[m.channel.ID], m)
	if n := s.cfg.recordLimit; len(l) >= 2*max(n, 50) {
		cut := len(l) - max(n, 50)
		for _, old := range l[:cut] {
			delete(s.messages, old.id)
		}
		l = slices.Clone(l[cut:])
	}
	s.byChannel[m.channel.ID] = l
}

// merged is the message's sendable part with a body put over it.
func merged(old, body object) object {
	next := object{}
	for _, k := range []string{"content", "embeds", "components", "flags", "poll", "sticker_ids", "attachments"} {
		if v, ok := old[k]; ok {
			next[k] = v
		}
	}
	for k, v := range body {
		if k != "flags" {
			next[k] = v
		}
	}
	return next
}

// put judges body as a change of m (a new message is a change of an empty
// one) and does it. base is where the message stands in the request's body.
// settable are the flags that may be set here.
func (s *Server) put(c *call, base string, m *message, body object, settable int) *APIError {
	next := merged(m.obj, body)
	flags := integer(m.obj, "flags") | integer(body, "flags")&settable
	next["flags"] = flags
	atts, files, e := s.attach(c, m, body)
	if e != nil {
		return e
	}
	if s.cfg.rules {
		f := &form{}
		messageRules(f, base, next)
		if s.cfg.needMentions {
			mentionRules(f, base, body)
		}
		for _, file := range files {
			if len(file.Data) > 10<<20 {
				f.add("files", "FILE_TOO_LARGE", "File %q is larger than 10 MiB", file.Name)
			}
		}
		if e := f.err(); e != nil {
			return s.formError(c, e)
		}
	}
	if empty(next["content"]) && empty(next["embeds"]) && empty(next["components"]) && empty(next["sticker_ids"]) && next["poll"] == nil && len(atts) == 0 {
		e := &APIError{Status: 400, Code: 50006, Message: "Cannot send an empty message"}
		return s.formError(c, e)
	}
	m.obj["content"] = str(next, "content")
	m.obj["embeds"] = embedsOut(list(next, "embeds"))
	m.obj["components"] = componentsOut(list(next, "components"))
	m.obj["flags"] = flags &^ FlagLoading
	m.obj["attachments"] = atts
	if p := obj(next["poll"]); p != nil {
		m.obj["poll"] = p
	}
	m.files = files
	s.setMentions(m, obj(body["allowed_mentions"]))
	return nil
}

// attach works out the attachments after a change.
func (s *Server) attach(c *call, m *message, body object) ([]any, map[string]File, *APIError) {
	said, named := body["attachments"].([]any)
	files := map[string]File{}
	out := []any{}
	if !named {
		maps.Copy(files, m.files)
		out = append(out, list(m.obj, "attachments")...)
	} else {
		for _, v := range said {
			id := numberString(obj(v)["id"])
			for _, o := range list(m.obj, "attachments") {
				if str(obj(o), "id") == id {
					out = append(out, o)
					files[id] = m.files[id]
				}
			}
		}
	}
	if len(c.files)+len(out) > 10 {
		return nil, nil, s.formError(c, invalidForm(FieldError{"files", codeLength, "Must be 10 or fewer in length."}))
	}
	for i, f := range c.files {
		id := s.snowflake()
		for _, v := range said {
			if o := obj(v); numberString(o["id"]) == strconv.Itoa(i) {
				f.Name, f.Description = cmp.Or(str(o, "filename"), f.Name), str(o, "description")
			}
		}
		url := fmt.Sprintf("http://%s/cdn/attachments/%s/%s/%s", s.ln.Addr(), m.channel.ID, id, f.Name)
		a := object{"id": id, "filename": f.Name, "size": len(f.Data), "url": url, "proxy_url": url, "content_type": cmp.Or(f.ContentType, "application/octet-stream")}
		if f.Description != "" {
			a["description"] = f.Description
		}
		if m.ephemeral {
			a["ephemeral"] = true
		}
		out = append(out, a)
		files[id] = f
	}
	return out, files, nil
}

func (s *Server) serveCDN(w http.ResponseWriter, r *http.Request) {
	xs := strings.Split(r.URL.Path, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(xs) > 4 {
		for _, m := range s.byChannel[xs[3]] {
			if f, ok := m.files[xs[4]]; ok {
				w.Header().Set("Content-Type", cmp.Or(f.ContentType, "application/octet-stream"))
				_, _ = w.Write(f.Data)
				return
			}
		}
	}
	http.NotFound(w, r)
}

func embedsOut(in []any) []any {
	out := []any{}
	for _, v := range in {
		e := deepCopy(v).(object)
		e["type"] = cmp.Or(str(e, "type"), "rich")
		for _, f := range list(e, "fields") {
			if _, ok := obj(f)["inline"].(bool); !ok {
				obj(f)["inline"] = false
			}
		}
		for k, x := range e {
			if x == nil {
				delete(e, k)
			}
		}
		out = append(out, e)
	}
	return out
}

// componentsOut gives each component an id, as Discord does.
func componentsOut(in []any) []any {
	used := map[int64]bool{}
	walkComponents(in, func(c object) {
		if id, _ := num(c["id"]); id != 0 {
			used[id] = true
		}
	})
	out := deepCopy(in)
	if out == nil || in == nil {
		return []any{}
	}
	next := int64(1)
	walkComponents(out.([]any), func(c object) {
		for k, v := range c {
			if v == nil {
				delete(c, k)
			}
		}
		if id, _ := num(c["id"]); id != 0 {
			return
		}
		for used[next] {
			next++
		}
		used[next] = true
		c["id"] = next
		fillResponse(c)
	})
	return out.([]any)
}

// fillResponse adds what Discord's answer has and a request may leave out.
func fillResponse(c object) {
	switch integer(c, "type") {
	case typeSeparator:
		if _, ok := c["divider"]; !ok {
			c["divider"] = true
		}
		if _, ok := c["spacing"]; !ok {
			c["spacing"] = 1
		}
	case typeContainer:
		if _, ok := c["spoiler"]; !ok {
			c["spoiler"] = false
		}
		if _, ok := c["accent_color"]; !ok {
			c["accent_color"] = nil
		}
	}
}

// walkComponents visits components, outer ones first.
func walkComponents(in []any, visit func(object)) {
	for _, v := range in {
		c := obj(v)
		if c == nil {
			continue
		}
		visit(c)
		walkComponents(list(c, "components"), visit)
		for _, key := range []string{"accessory", "component"} {
			if a := obj(c[key]); a != nil {
				walkComponents([]any{a}, visit)
			}
		}
	}
}

// setMentions fills whom the text pings, as allowed_mentions lets it.
func (s *Server) setMentions(m *message, allowed object) {
	text := str(m.obj, "content")
	walkComponents(list(m.obj, "components"), func(c object) {
		if integer(c, "type") == typeTextDisplay {
			text += "\n" + str(c, "content")
		}
	})
	parse := map[string]bool{"users": allowed == nil, "roles": allowed == nil, "everyone": allowed == nil}
	for _, p := range list(allowed, "parse") {
		if name, ok := p.(string); ok {
			parse[name] = true
		}
	}
	may := func(kind, id string) bool { return parse[kind] || slices.Contains(list(allowed, kind), any(id)) }
	users, roles := []any{}, []any{}
	for _, x := range regexp.MustCompile(`<@(&|!)?(\d+)>`).FindAllStringSubmatch(text, -1) {
		if x[1] == "&" {
			if may("roles", x[2]) && !slices.Contains(roles, any(x[2])) {
				roles = append(roles, x[2])
			}
		} else if u := s.users[x[2]]; u != nil && may("users", x[2]) {
			users = append(users, userObject(u))
		}
	}
	if ref := obj(m.obj["referenced_message"]); ref != nil && boolean(allowed, "replied_user") {
		users = append(users, ref["author"])
	}
	m.obj["mentions"], m.obj["mention_roles"] = users, roles
	m.obj["mention_everyone"] = parse["everyone"] && (strings.Contains(text, "@everyone") || strings.Contains(text, "@here"))
}

// openChannel finds the channel of a request that the bot may use.
func (s *Server) openChannel(c *call) (*Channel, *APIError) {
	ch := s.channels[c.params["channel"]]
	if ch == nil {
		return nil, notFound(10003, "Unknown Channel")
	}
	if ch.denyCode != 0 {
		s.invalid++
		return nil, &APIError{Status: 403, Code: ch.denyCode, Message: ch.denyText}
	}
	return ch, nil
}

func (s *Server) createMessage(c *call) (int, any, *APIError) {
	ch, e := s.openChannel(c)
	if e != nil {
		return 0, nil, e
	}
	if c.body == nil {
		return 0, nil, s.formError(c, &APIError{Status: 400, Code: 50006, Message: "Cannot send an empty message"})
	}
	nonce := numberString(c.body["nonce"])
	key := ch.ID + "/" + nonce
	if nonce != "" && boolean(c.body, "enforce_nonce") {
		if n, ok := s.nonces[key]; ok && s.now().Sub(n.at) < nonceLife {
			return 200, maps.Clone(n.message.obj), nil
		}
	}
	kind := 0
	var ref *message
	if r := obj(c.body["message_reference"]); r != nil && integer(r, "type") == 0 {
		ref = s.messages[str(r, "message_id")]
		fail := true
		if v, ok := r["fail_if_not_exists"].(bool); ok {
			fail = v
		}
		if (ref == nil || ref.deleted || ref.ephemeral || ref.channel != ch) && fail {
			return 0, nil, s.formError(c, invalidForm(FieldError{"message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"}))
		}
		if ref != nil {
			kind = 19
		}
	}
	m := s.newMessage(ch, s.bot, kind)
	if ref != nil {
		s.refer(m, ref)
	}
	if e := s.put(c, "", m, c.body, FlagSuppressEmbeds|FlagSuppressNotify|FlagIsComponentsV2); e != nil {
		return 0, nil, e
	}
	if c.body["nonce"] != nil {
		m.obj["nonce"] = c.body["nonce"]
		s.nonces[key] = nonceEntry{m, s.now()}
	}
	s.keep(m)
	s.dispatchMessage("MESSAGE_CREATE", m)
	s.changed.fire()
	return 200, maps.Clone(m.obj), nil
}

// refer makes m a reply to ref.
func (s *Server) refer(m, ref *message) {
	r := object{"type": 0, "channel_id": ref.channel.ID, "message_id": ref.id}
	if ref.channel.GuildID != "" {
		r["guild_id"] = ref.channel.GuildID
	}
	m.obj["message_reference"] = r
	inner := maps.Clone(ref.obj)
	delete(inner, "referenced_message")
	m.obj["referenced_message"] = inner
}

// channelMessage finds a message of a channel request.
func (s *Server) channelMessage(c *call) (*message, *APIError) {
	ch, e := s.openChannel(c)
	if e != nil {
		return nil, e
	}
	m := s.messages[c.params["message"]]
	if m == nil || m.channel != ch || m.deleted || m.ephemeral {
		return nil, notFound(10008, "Unknown Message")
	}
	return m, nil
}

func (s *Server) getMessage(c *call) (int, any, *APIError) {
	m, e := s.channelMessage(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, s.redacted(m, s.cfg.privileged&IntentMessageContent != 0), nil
}

func (s *Server) listMessages(c *call) (int, any, *APIError) {
	ch, e := s.openChannel(c)
	if e != nil {
		return 0, nil, e
	}
	q := c.r.URL.Query()
	limit := 50
	if n, err := strconv.Atoi(q.Get("limit")); err == nil {
		limit = n
	}
	if limit < 1 || limit > 100 {
		return 0, nil, s.formError(c, invalidForm(FieldError{"limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100."}))
	}
	var all []*message
	for _, m := range s.byChannel[ch.ID] {
		if !m.deleted && !m.ephemeral {
			all = append(all, m)
		}
	}
	index := func(id string) int {
		n, _ := slices.BinarySearchFunc(all, id, func(m *message, id string) int { return compareIDs(m.id, id) })
		return n
	}
	switch {
	case q.Has("before"):
		all = all[:index(q.Get("before"))]
	case q.Has("after"):
		n := index(q.Get("after"))
		if n < len(all) && all[n].id == q.Get("after") {
			n++
		}
		all = all[n:]
		all = all[:min(limit, len(all))]
	case q.Has("around"):
		n := index(q.Get("around"))
		lo := max(0, n-limit/2)
		all = all[lo:min(len(all), lo+limit)]
	}
	if len(all) > limit {
		all = all[len(all)-limit:]
	}
	out := []any{}
	for _, m := range slices.Backward(all) {
		out = append(out, s.redacted(m, s.cfg.privileged&IntentMessageContent != 0))
	}
	return 200, out, nil
}

func compareIDs(a, b string) int {
	if d := cmp.Compare(len(a), len(b)); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func (s *Server) editMessage(c *call) (int, any, *APIError) {
	m, e := s.channelMessage(c)
	if e != nil {
		return 0, nil, e
	}
	if m.author != s.bot {
		s.invalid++
		return 0, nil, &APIError{Status: 403, Code: 50005, Message: "Cannot edit a message authored by another user"}
	}
	if e := s.edit(c, "", m, c.body); e != nil {
		return 0, nil, e
	}
	return 200, maps.Clone(m.obj), nil
}

// edit changes a message and tells about it.
func (s *Server) edit(c *call, base string, m *message, body object) *APIError {
	if e := s.put(c, base, m, body, FlagSuppressEmbeds|FlagIsComponentsV2); e != nil {
		return e
	}
	m.edits++
	m.obj["edited_timestamp"] = stamp(s.now())
	if !m.ephemeral {
		s.dispatchMessage("MESSAGE_UPDATE", m)
	}
	s.changed.fire()
	return nil
}

func (s *Server) deleteMessage(c *call) (int, any, *APIError) {
	m, e := s.channelMessage(c)
	if e != nil {
		return 0, nil, e
	}
	s.remove(m)
	return 204, nil, nil
}

func (s *Server) remove(m *message) {
	m.deleted = true
	if !m.ephemeral {
		d := object{"id": m.id, "channel_id": m.channel.ID}
		if m.channel.GuildID != "" {
			d["guild_id"] = m.channel.GuildID
		}
		s.dispatch("MESSAGE_DELETE", m.channel.GuildID, d)
	}
	s.changed.fire()
}

func (s *Server) crosspostMessage(c *call) (int, any, *APIError) {
	m, e := s.channelMessage(c)
	if e != nil {
		return 0, nil, e
	}
	if m.channel.Type != ChannelAnnouncement {
		return 0, nil, &APIError{Status: 400, Code: 50024, Message: "Cannot execute action on this channel type"}
	}
	if integer(m.obj, "flags")&FlagCrossposted != 0 {
		return 0, nil, &APIError{Status: 400, Code: 40033, Message: "This message has already been crossposted"}
	}
	m.obj["flags"] = integer(m.obj, "flags") | FlagCrossposted
	s.changed.fire()
	return 200, maps.Clone(m.obj), nil
}

// redacted is the message as an app sees it that lacks the message content
// intent, unless it may see all.
func (s *Server) redacted(m *message, all bool) object {
	o := maps.Clone(m.obj)
	if all || m.author == s.bot || m.channel.Type == ChannelDM || mentionsUser(o, s.cfg.appID) {
		return o
	}
	o["content"], o["embeds"], o["attachments"], o["components"] = "", []any{}, []any{}, []any{}
	delete(o, "poll")
	return o
}

func mentionsUser(o object, id string) bool {
	return slices.ContainsFunc(list(o, "mentions"), func(v any) bool { return str(obj(v), "id") == id })
}

// Message is a message as a person sees it.
type Message struct {
	View
	ID, ChannelID, GuildID string
	AuthorID               string
	// Edits counts how often it was edited.
	Edits   int
	Deleted bool
	// Ephemeral tells that only Viewer's user sees it.
	Ephemeral bool
	Viewer    string
	// ReplyTo is the id of the message it answers, if any.
	ReplyTo     string
	Crossposted bool
	Nonce       string
	// Raw is the message object as Discord sends it.
	Raw json.RawMessage
}

// show makes the public view; the caller holds mu.
func (s *Server) show(m *message) Message {
	raw, _ := json.Marshal(m.obj)
	v := Message{
		View: viewOf(m.obj, m.files), ID: m.id, ChannelID: m.channel.ID, GuildID: m.channel.GuildID, AuthorID: m.author.ID,
		Edits: m.edits, Deleted: m.deleted, Ephemeral: m.ephemeral, Viewer: m.viewer, Raw: raw,
		ReplyTo:     str(obj(m.obj["message_reference"]), "message_id"),
		Crossposted: integer(m.obj, "flags")&FlagCrossposted != 0, Nonce: numberString(m.obj["nonce"]),
	}
	return v
}

// Messages lists a channel's messages, oldest first, ephemeral ones too,
// without deleted ones.
func (s *Server) Messages(ch *Channel) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.byChannel[ch.ID] {
		if !m.deleted {
			out = append(out, s.show(m))
		}
	}
	return out
}

// BotMessages lists what the bot wrote in a channel, deleted messages too.
func (s *Server) BotMessages(ch *Channel) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.byChannel[ch.ID] {
		if m.author == s.bot {
			out = append(out, s.show(m))
		}
	}
	return out
}

// Message gives the present state of one message, or false.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[id]
	if m == nil {
		return Message{}, false
	}
	return s.show(m), true
}

// AwaitMessages waits until the bot has written n messages in a channel that
// aren't deleted, and gives them, or fails the test.
func (s *Server) AwaitMessages(ch *Channel, n int, timeout time.Duration) []Message {
	s.t.Helper()
	var out []Message
	err := s.awaitFor(timeout, &s.changed, func() bool {
		out = nil
		for _, m := range s.byChannel[ch.ID] {
			if m.author == s.bot && !m.deleted && integer(m.obj, "flags")&FlagLoading == 0 {
				out = append(out, s.show(m))
			}
		}
		return len(out) >= n
	})
	if err != nil {
		s.t.Fatalf("discordtest: the bot wrote %d messages in %s, not %d: %v", len(out), ch.Name, n, err)
	}
	return out
}

// Typing counts how often the bot showed that it types in a channel.
func (s *Server) Typing(ch *Channel) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.typing[ch.ID]
}
