package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Interaction types.
const (
	interactionPing         = 1
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5
)

// Kinds of first answer (callback types).
const (
	AnswerPong           = 1
	AnswerMessage        = 4
	AnswerDeferred       = 5
	AnswerDeferredUpdate = 6
	AnswerUpdate         = 7
	AnswerAutocomplete   = 8
	AnswerModal          = 9
)

// Interaction is one interaction sent to the bot.
type Interaction struct {
	ID, Token string
	s         *Server
	kind      int
	user      *User
	channel   *Channel
	guild     *Guild
	payload   object
	created   time.Time
	changed   signal
	userOnly  bool // by a person's own install alone
	source    *message

	attempts   int
	ackType    int // 0 until answered
	ackAt      time.Time
	original   *message
	pending    bool // deferred and not filled yet
	touched    bool // the deferred update was followed by an edit
	origGone   bool
	followups  []*message
	followed   int
	modal      object
	choices    []any
	firstFlags int
	http       *HTTPAnswer
}

// Response is what the bot answered to an interaction.
type Response struct {
	Message
	// Kind is the first answer's callback type, such as AnswerMessage.
	Kind    int
	Modal   *Modal
	Choices []Choice
	// After is how long the first answer took.
	After       time.Duration
	interaction *Interaction
}

// Ack is the first answer to an interaction.
type Ack struct {
	Kind      int
	Ephemeral bool
	After     time.Duration
}

// register makes an interaction known; the caller holds mu.
func (s *Server) register(it *Interaction) {
	it.ID = s.snowflake()
	it.Token = secret("interaction:" + it.ID + ":")
	it.created = s.now()
	s.interactions[it.ID] = it
	s.tokens[it.Token] = it
	s.recent = append(s.recent, it)
	if n := max(s.cfg.recordLimit, 1000); len(s.recent) >= 2*n {
		cut := len(s.recent) - n
		for _, old := range s.recent[:cut] {
			delete(s.interactions, old.ID)
			delete(s.tokens, old.Token)
		}
		s.recent = slices.Clone(s.recent[cut:])
	}
}

func (s *Server) callback(c *call) (int, any, *APIError) {
	it := s.interactions[c.params["interaction"]]
	if it == nil || it.Token != c.params["token"] {
		return 0, nil, notFound(10062, "Unknown interaction")
	}
	kind, data := integer(c.body, "type"), obj(c.body["data"])
	if e := s.answer(c, it, kind, data); e != nil {
		return 0, nil, e
	}
	if c.r.URL.Query().Get("with_response") != "true" {
		return 204, nil, nil
	}
	info := object{"id": it.ID, "type": it.kind}
	out := object{"interaction": info}
	if m := it.original; m != nil && kind != AnswerDeferredUpdate {
		info["response_message_id"] = m.id
		info["response_message_ephemeral"], info["response_message_loading"] = m.ephemeral, it.pending
		out["resource"] = object{"type": kind, "message": maps.Clone(m.obj)}
	}
	return 200, out, nil
}

// answer does the first answer, from a callback or from an HTTP endpoint.
func (s *Server) answer(c *call, it *Interaction, kind int, data object) *APIError {
	it.attempts++
	defer func() { it.changed.fire(); s.changed.fire() }()
	if it.ackType != 0 {
		return &APIError{Status: 400, Code: 40060, Message: "Interaction has already been acknowledged."}
	}
	if took := s.now().Sub(it.created); took > s.cfg.ackWithin {
		s.violate("late", c.where(), "the first answer came after %v", took.Round(time.Millisecond))
		return notFound(10062, "Unknown interaction")
	}
	if !slices.Contains(answersTo(it), kind) {
		return s.formError(c, invalidForm(FieldError{"type", codeChoice, fmt.Sprintf("An interaction of type %d can't be answered with a callback of type %d.", it.kind, kind)}))
	}
	switch kind {
	case AnswerMessage:
		m := s.responseMessage(it, data)
		if e := s.put(c, "data", m, data, FlagEphemeral|FlagSuppressEmbeds|FlagSuppressNotify|FlagIsComponentsV2); e != nil {
			return e
		}
		s.keep(m)
		it.original = m
		if !m.ephemeral {
			s.dispatchMessage("MESSAGE_CREATE", m)
		}
	case AnswerDeferred:
		if flags := integer(data, "flags"); flags&FlagIsComponentsV2 != 0 && s.cfg.rules {
			return s.formError(c, invalidForm(FieldError{"data.flags", "DEFER_FLAGS", "IS_COMPONENTS_V2 is sent on the edit, not on the defer"}))
		}
		m := s.responseMessage(it, data)
		m.obj["flags"] = integer(m.obj, "flags") | FlagLoading
		s.keep(m)
		it.original, it.pending = m, true
	case AnswerDeferredUpdate:
		it.original = it.source
	case AnswerUpdate:
		if e := s.edit(c, "data", it.source, data); e != nil {
			return e
		}
		it.original = it.source
	case AnswerAutocomplete:
		if s.cfg.rules {
			f := &form{}
			s.cfg.judge.choiceList(f, "data.choices", list(data, "choices"))
			if e := f.err(); e != nil {
				return s.formError(c, e)
			}
			if _, ok := data["choices"].([]any); !ok {
				return s.formError(c, invalidForm(FieldError{"data.choices", codeRequired, "This field is required"}))
			}
		}
		it.choices = list(data, "choices")
	case AnswerModal:
		if s.cfg.rules {
			f := &form{}
			modalRules(f, "data", data)
			if e := f.err(); e != nil {
				return s.formError(c, e)
			}
		}
		it.modal = deepCopy(data).(object)
	}
	it.ackType, it.ackAt = kind, s.now()
	return nil
}

// answersTo lists the callbacks an interaction may get.
func answersTo(it *Interaction) []int {
	switch it.kind {
	case interactionCommand:
		return []int{AnswerMessage, AnswerDeferred, AnswerModal}
	case interactionComponent:
		return []int{AnswerMessage, AnswerDeferred, AnswerDeferredUpdate, AnswerUpdate, AnswerModal}
	case interactionAutocomplete:
		return []int{AnswerAutocomplete}
	case interactionModal:
		if it.source != nil {
			return []int{AnswerMessage, AnswerDeferred, AnswerDeferredUpdate, AnswerUpdate}
		}
		return []int{AnswerMessage, AnswerDeferred}
	}
	return []int{AnswerPong}
}

// responseMessage makes the message of a first answer or follow-up.
func (s *Server) responseMessage(it *Interaction, data object) *message {
	kind := 0
	meta := object{"id": it.ID, "type": it.kind, "user": userObject(it.user), "authorizing_integration_owners": it.payload["authorizing_integration_owners"]}
	switch it.kind {
	case interactionCommand:
		d := obj(it.payload["data"])
		meta["name"], meta["command_type"] = d["name"], d["type"]
		kind = 20
		if integer(d, "type") != commandSlash {
			kind = 23
		}
	case interactionComponent:
		if it.source == nil {
			break // made up by a test
		}
		meta["interacted_message_id"] = it.source.id
		kind = 19
	}
	m := s.newMessage(it.channel, s.bot, kind)
	if kind == 19 && !it.source.ephemeral {
		s.refer(m, it.source)
	} else if kind == 19 {
		m.obj["type"] = 0
	}
	m.of = it
	m.obj["application_id"], m.obj["webhook_id"] = s.cfg.appID, s.cfg.appID
	m.obj["interaction_metadata"] = meta
	if integer(data, "flags")&FlagEphemeral != 0 {
		m.ephemeral, m.viewer = true, it.user.ID
		m.obj["flags"] = FlagEphemeral
	}
	return m
}

// byToken finds the interaction of a webhook request.
func (s *Server) byToken(c *call) (*Interaction, *APIError) {
	if c.params["app"] != s.cfg.appID {
		return nil, notFound(10015, "Unknown Webhook")
	}
	if it := s.tokens[c.params["token"]]; it != nil {
		if age := s.now().Sub(it.created); age > s.cfg.tokenLife {
			s.invalid++
			s.violate("expired", c.where(), "the interaction's token was used after %v", age.Round(time.Second))
			return nil, &APIError{Status: 401, Code: 50027, Message: "Invalid Webhook Token"}
		}
		if it.ackType == 0 {
			return nil, notFound(10015, "Unknown Webhook")
		}
		return it, nil
	}
	return nil, notFound(10015, "Unknown Webhook")
}

func (s *Server) createFollowup(c *call) (int, any, *APIError) {
	it, e := s.byToken(c)
	if e != nil {
		return 0, nil, e
	}
	defer func() { it.changed.fire() }()
	if it.pending {
		// Right after a defer this is an edit of the original, and the flag
		// for ephemeral is that of the defer.
		if e := s.fill(c, it); e != nil {
			return 0, nil, e
		}
		return 200, maps.Clone(it.original.obj), nil
	}
	if it.userOnly && it.followed >= 5 {
		s.violate("form", c.where(), "more than five follow-ups by a person's own install")
		return 0, nil, &APIError{Status: 400, Code: 40094, Message: "This interaction has reached the maximum number of follow-up messages"}
	}
	if c.body == nil {
		return 0, nil, s.formError(c, &APIError{Status: 400, Code: 50006, Message: "Cannot send an empty message"})
	}
	m := s.responseMessage(it, c.body)
	if e := s.put(c, "", m, c.body, FlagEphemeral|FlagSuppressEmbeds|FlagSuppressNotify|FlagIsComponentsV2); e != nil {
		return 0, nil, e
	}
	s.keep(m)
	it.followups = append(it.followups, m)
	it.followed++
	if !m.ephemeral {
		s.dispatchMessage("MESSAGE_CREATE", m)
	}
	s.changed.fire()
	return 200, maps.Clone(m.obj), nil
}

// fill replaces the loading message of a defer.
func (s *Server) fill(c *call, it *Interaction) *APIError {
	if c.body == nil {
		return s.formError(c, &APIError{Status: 400, Code: 50006, Message: "Cannot send an empty message"})
	}
	if e := s.put(c, "", it.original, c.body, FlagSuppressEmbeds|FlagIsComponentsV2); e != nil {
		return e
	}
	it.pending = false
	if !it.original.ephemeral {
		s.dispatchMessage("MESSAGE_UPDATE", it.original)
	}
	it.changed.fire()
	s.changed.fire()
	return nil
}

// interactionMessage finds @original or a follow-up.
func (s *Server) interactionMessage(c *call) (*Interaction, *message, *APIError) {
	it, e := s.byToken(c)
	if e != nil {
		return nil, nil, e
	}
	id := c.params["message"]
	if id == "@original" {
		if it.original == nil || it.original.deleted {
			return nil, nil, notFound(10008, "Unknown Message")
		}
		return it, it.original, nil
	}
	for _, m := range append(slices.Clone(it.followups), it.original) {
		if m != nil && m.id == id && !m.deleted {
			return it, m, nil
		}
	}
	return nil, nil, notFound(10008, "Unknown Message")
}

func (s *Server) getFollowup(c *call) (int, any, *APIError) {
	_, m, e := s.interactionMessage(c)
	if e != nil {
		return 0, nil, e
	}
	return 200, maps.Clone(m.obj), nil
}

func (s *Server) editFollowup(c *call) (int, any, *APIError) {
	it, m, e := s.interactionMessage(c)
	if e != nil {
		return 0, nil, e
	}
	if m == it.original && it.pending {
		e = s.fill(c, it)
	} else {
		e = s.edit(c, "", m, c.body)
	}
	if e != nil {
		return 0, nil, e
	}
	if m == it.original {
		it.touched = true
	}
	it.changed.fire()
	return 200, maps.Clone(m.obj), nil
}

func (s *Server) deleteFollowup(c *call) (int, any, *APIError) {
	it, m, e := s.interactionMessage(c)
	if e != nil {
		return 0, nil, e
	}
	s.remove(m)
	if m == it.original {
		it.origGone, it.pending = true, false
	}
	it.changed.fire()
	return 204, nil, nil
}

// settled tells whether there is something for the person to see.
func (it *Interaction) settled() bool {
	switch it.ackType {
	case 0:
		return false
	case AnswerDeferred:
		return !it.pending
	case AnswerDeferredUpdate:
		return it.touched || it.origGone || len(it.followups) > 0
	}
	return true
}

// response describes the present state; the caller holds mu.
func (it *Interaction) response() Response {
	r := Response{Kind: it.ackType, After: it.ackAt.Sub(it.created), interaction: it}
	switch {
	case it.original != nil && !(it.ackType == AnswerDeferredUpdate && !it.touched && len(it.followups) > 0):
		r.Message = it.s.show(it.original)
	case len(it.followups) > 0:
		r.Message = it.s.show(it.followups[0])
	}
	if it.modal != nil {
		r.Modal = modalOf(it.modal)
	}
	for _, v := range it.choices {
		r.Choices = append(r.Choices, Choice{str(obj(v), "name"), obj(v)["value"]})
	}
	return r
}

// Wait waits until the person sees an answer: the first one, or after a defer
// what fills it.
func (it *Interaction) Wait(ctx context.Context) (Response, error) {
	var r Response
	err := it.s.await(ctx, &it.changed, func() bool {
		if !it.settled() {
			return false
		}
		r = it.response()
		return true
	})
	return r, err
}

// Await is Wait with a time limit that fails the test.
func (it *Interaction) Await(timeout time.Duration) Response {
	it.s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	r, err := it.Wait(ctx)
	if err != nil {
		it.s.mu.Lock()
		ack, n := it.ackType, it.attempts
		it.s.mu.Unlock()
		it.s.t.Fatalf("discordtest: the interaction got no answer: %v (callback type %d after %d tries; violations: %v)", err, ack, n, it.s.Violations())
	}
	return r
}

// AwaitAck waits for the first answer alone, be it only a defer.
func (it *Interaction) AwaitAck(timeout time.Duration) Ack {
	it.s.t.Helper()
	var a Ack
	err := it.s.awaitFor(timeout, &it.changed, func() bool {
		a = Ack{Kind: it.ackType, After: it.ackAt.Sub(it.created)}
		if it.original != nil {
			a.Ephemeral = it.original.ephemeral
		}
		return it.ackType != 0
	})
	if err != nil {
		it.s.t.Fatalf("discordtest: the interaction got no first answer: %v (violations: %v)", err, it.s.Violations())
	}
	return a
}

// Ack is the first answer so far, false if there is none.
func (it *Interaction) Ack() (Ack, bool) {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	a := Ack{Kind: it.ackType, After: it.ackAt.Sub(it.created)}
	if it.original != nil {
		a.Ephemeral = it.original.ephemeral
	}
	return a, it.ackType != 0
}

// AwaitFollowup waits for the n-th follow-up message, counted from 1.
func (it *Interaction) AwaitFollowup(n int, timeout time.Duration) Message {
	it.s.t.Helper()
	var m Message
	err := it.s.awaitFor(timeout, &it.changed, func() bool {
		if len(it.followups) < n {
			return false
		}
		m = it.s.show(it.followups[n-1])
		return true
	})
	if err != nil {
		it.s.t.Fatalf("discordtest: no follow-up number %d: %v", n, err)
	}
	return m
}

// Response is the answer as it stands now, false if there is none to see.
func (it *Interaction) Response() (Response, bool) {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	return it.response(), it.settled()
}

// Followups lists the follow-up messages, deleted ones too.
func (it *Interaction) Followups() []Message {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	var out []Message
	for _, m := range it.followups {
		out = append(out, it.s.show(m))
	}
	return out
}

// Callbacks counts the first answers tried, refused ones too: a bot that
// answers an interaction delivered twice only once makes one.
func (it *Interaction) Callbacks() int {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	return it.attempts
}

// Redeliver sends the same interaction over the gateway again.
func (it *Interaction) Redeliver() {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	it.s.dispatch("INTERACTION_CREATE", str(it.payload, "guild_id"), it.payload)
}

// Payload is the interaction as it was sent.
func (it *Interaction) Payload() json.RawMessage {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	b, _ := json.Marshal(it.payload)
	return b
}

func permissionString(p int64) string { return strconv.FormatInt(p, 10) }
