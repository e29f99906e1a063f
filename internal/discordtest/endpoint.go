package discordtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// HTTPAnswer is what an HTTP endpoint of the bot answered.
type HTTPAnswer struct {
	Status int
	Header http.Header
	Body   []byte
	Err    error
}

// Forgery spoils a signed request before it is sent.
type Forgery func(h http.Header, body []byte) []byte

// UseEndpoint sends all interactions from now on to the bot's HTTP endpoint,
// signed as Discord signs them; "" goes back to the gateway.
func (s *Server) UseEndpoint(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = url
}

// Sign gives the headers with which Discord would send a body.
func (s *Server) Sign(body []byte) http.Header {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	h.Set("X-Signature-Timestamp", stamp)
	h.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.private, append([]byte(stamp), body...))))
	return h
}

// Send posts a signed body to an endpoint, after spoiling it where a forgery
// is given.
func (s *Server) Send(url string, body []byte, forge ...Forgery) HTTPAnswer {
	h := s.Sign(body)
	for _, f := range forge {
		body = f(h, body)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return HTTPAnswer{Err: err}
	}
	r.Header = h
	resp, err := s.outward.Do(r)
	if err != nil {
		return HTTPAnswer{Err: err}
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	return HTTPAnswer{Status: resp.StatusCode, Header: resp.Header, Body: got, Err: err}
}

// Ping sends what Discord sends to see whether an endpoint is the bot's.
func (s *Server) Ping(url string, forge ...Forgery) HTTPAnswer {
	s.mu.Lock()
	id := s.snowflake()
	s.mu.Unlock()
	body, _ := json.Marshal(object{"id": id, "application_id": s.cfg.appID, "type": interactionPing, "version": 1, "token": secret("ping:" + id + ":")})
	return s.Send(url, body, forge...)
}

// WebhookEvent sends a webhook event, such as APPLICATION_DEAUTHORIZED.
func (s *Server) WebhookEvent(url, event string, data any, forge ...Forgery) HTTPAnswer {
	o := object{"version": 1, "application_id": s.cfg.appID, "type": 1, "event": object{"type": event, "timestamp": stamp(s.now()), "data": data}}
	if event == "" {
		o["type"] = 0
		delete(o, "event")
	}
	body, _ := json.Marshal(o)
	return s.Send(url, body, forge...)
}

// Deauthorise tells the bot that a person has removed it from their account.
func (s *Server) Deauthorise(url string, u *User) HTTPAnswer {
	return s.WebhookEvent(url, "APPLICATION_DEAUTHORIZED", object{"user": userObject(u)})
}

// post delivers an interaction to an endpoint and takes the answer in its body
// as the first answer.
func (s *Server) post(it *Interaction, url string) {
	s.mu.Lock()
	body, err := json.Marshal(it.payload)
	s.mu.Unlock()
	if err != nil {
		s.t.Fatalf("discordtest: encode the interaction: %v", err)
	}
	s.sending.Add(1)
	go func() {
		defer s.sending.Done()
		a := s.Send(url, body)
		s.mu.Lock()
		defer s.mu.Unlock()
		it.http = &a
		defer func() { it.changed.fire(); s.changed.fire() }()
		if a.Err != nil || a.Status != http.StatusOK {
			if !s.closed {
				s.violate("response", "POST "+url, "answered %d %v to an interaction", a.Status, a.Err)
			}
			return
		}
		if ct := a.Header.Get("Content-Type"); ct != "application/json" {
			s.violate("response", "POST "+url, "the answer's Content-Type is %q", ct)
		}
		v, err := decodeJSON(a.Body)
		if err != nil {
			s.violate("response", "POST "+url, "the answer is no JSON: %v", err)
			return
		}
		o := obj(v)
		path := fmt.Sprintf("/interactions/%s/%s/callback", it.ID, it.Token)
		c := &call{method: http.MethodPost, path: path, body: o, value: v}
		if s.spec != nil {
			if wrong := s.spec.check(c.method, path, nil, true, v); len(wrong) > 0 {
				s.violate("openapi", "POST "+url, "%v", invalidForm(wrong...))
				return
			}
		}
		if e := s.answer(c, it, integer(o, "type"), obj(o["data"])); e != nil {
			s.violate("response", "POST "+url, "%v", e)
		}
	}()
}

// HTTP is what the endpoint answered, once it has; nil over the gateway.
func (it *Interaction) HTTP() *HTTPAnswer {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	return it.http
}
