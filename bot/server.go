package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"madoguchi/bot/rest"
)

// maxBody bounds what Discord may post: an interaction with a long message in it is some
// tens of kilobytes.
const maxBody = 1 << 20

// Server serves health, metrics and, where there is a public key, interactions and
// webhook events. The caller listens, and shuts it down before Run's context ends.
func (b *Bot) Server() *http.Server {
	return &http.Server{
		Handler:           b.routes(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}

func (b *Bot) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if b.Ready() {
			say(w, http.StatusOK, "ready")
			return
		}
		say(w, http.StatusServiceUnavailable, "not ready")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.metrics.registry, promhttp.HandlerOpts{}))
	if len(b.opt.PublicKey) > 0 {
		mux.HandleFunc("POST /events", b.signed(b.serveEvent))
		if b.opt.HTTP {
			mux.HandleFunc("POST /interactions", b.signed(b.serveInteraction))
		}
	}
	return mux
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

// signed lets only what Discord has signed through. Discord sends wrong signatures now
// and then, to see that they are refused.
func (b *Bot) signed(next func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			status := http.StatusBadRequest
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				status = http.StatusRequestEntityTooLarge
			}
			say(w, status, http.StatusText(status))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !discordgo.VerifyInteraction(r, b.opt.PublicKey) {
			b.metrics.drop("signature")
			say(w, http.StatusUnauthorized, "invalid request signature")
			return
		}
		next(w, r, body)
	}
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // whoever asked is gone
}

func (b *Bot) serveInteraction(w http.ResponseWriter, r *http.Request, body []byte) {
	var in interaction
	if err := json.Unmarshal(body, &in); err != nil {
		b.metrics.drop("decode")
		say(w, http.StatusBadRequest, "the body is no interaction")
		return
	}
	if in.Type == interactionPing {
		reply(w, callback{Type: answerPong})
		return
	}
	t := &overHTTP{answers: make(chan callback, 1)}
	switch err := b.take(&in, t); {
	case errors.Is(err, errStopped) || errors.Is(err, errBusy):
		b.metrics.drop("refused")
		say(w, http.StatusServiceUnavailable, "busy")
		return
	case err != nil:
		b.metrics.drop("decode")
		b.log.Warn("an interaction is not answered", "error", err)
		say(w, http.StatusBadRequest, "the interaction is incomplete")
		return
	}
	wait := time.NewTimer(firstLimit)
	defer wait.Stop()
	select {
	case c, ok := <-t.answers:
		if !ok {
			w.WriteHeader(http.StatusAccepted) // it was answered before
			return
		}
		reply(w, c)
	case <-wait.C:
		say(w, http.StatusGatewayTimeout, "no answer in time")
	case <-r.Context().Done():
	}
}

// overHTTP hands the first answer to the request that brought the interaction.
type overHTTP struct{ answers chan callback }

func (t *overHTTP) files() bool { return false }
func (t *overHTTP) nothing()    { close(t.answers) }

func (t *overHTTP) first(ctx context.Context, c callback, _ []rest.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.answers <- c // there is room for one, and one is all that is sent
	return nil
}

// serveEvent takes a webhook event. That someone removed the app means that nothing is
// kept of them; a failure is told to Discord, which then sends the event again.
func (b *Bot) serveEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	const ping = 0
	var in struct {
		Type  int `json:"type"`
		Event *struct {
			Type string `json:"type"`
			Data struct {
				User *user `json:"user"`
			} `json:"data"`
		} `json:"event"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		say(w, http.StatusBadRequest, "the body is no event")
		return
	}
	if in.Type != ping && in.Event != nil && in.Event.Type == "APPLICATION_DEAUTHORIZED" && b.opt.Forget != nil {
		u := in.Event.Data.User
		if u == nil || u.ID == "" {
			say(w, http.StatusBadRequest, "the event names nobody")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), firstLimit)
		defer cancel()
		if err := b.opt.Forget(ctx, b.opt.Person(string(u.ID))); err != nil {
			b.log.Error("someone who removed the app could not be forgotten; Discord will tell again", "error", err)
			say(w, http.StatusServiceUnavailable, "try again")
			return
		}
		b.log.Info("forgot someone who removed the app")
	}
	w.WriteHeader(http.StatusNoContent)
}
