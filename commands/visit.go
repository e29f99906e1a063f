package commands

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/updates"
)

const (
	sessionLife    = 30 * time.Minute
	preferenceLife = 365 * 24 * time.Hour
)

// Preferences is what a person chose.
type Preferences struct {
	Language language.Code `json:"l,omitempty"`
	// Used is the day of the last use, from which the year counts.
	Used string `json:"u,omitempty"`
	// Subscriptions are what news the person wants to see first.
	Subscriptions []updates.Subscription `json:"n,omitempty"`
}

// sessions is what is remembered of a person's conversations: the record of
// KindSession.
type sessions struct {
	conversation.Session
	Overheard *conversation.Session `json:"o,omitempty"`
}

// visit is one request at the counter with what is known of who asks.
type visit struct {
	Request
	// Code is the language to speak: that of the button or menu used, else the one
	// chosen, that of the conversation, of the person's Discord, of the server.
	Code        language.Code
	Preferences Preferences
	Session     conversation.Session
	// Overheard is the conversation in channels, where others read along: nothing said
	// in private flows into it.
	Overheard conversation.Session
	// Forgetful: the store could not be read, so nothing is remembered this time.
	Forgetful bool

	outcome  string
	settings *Settings
	engine   *conversation.Engine // as mended; set by meet
}

// meet finds out who asks and in which language to speak.
func (r *Router) meet(ctx context.Context, v *visit) {
	r.recall(ctx, v, store.KindPreferences, &v.Preferences)
	if v.Kind != KindAutocomplete || v.Preferences.Language == "" {
		var all sessions
		r.recall(ctx, v, store.KindSession, &all)
		v.Session = all.Session
		if all.Overheard != nil {
			v.Overheard = *all.Overheard
		}
	}
	r.engine(ctx, v)
	r.renew(ctx, v)
	v.Code = language.English
	for _, code := range []language.Code{v.Preferences.Language, v.Session.Language, speaks(v.Locale)} {
		if code.Valid() {
			v.Code = code
			return
		}
	}
	if v.GuildID != "" {
		for _, code := range []language.Code{r.settingsOf(ctx, v).Language, speaks(v.GuildLocale)} {
			if code.Valid() {
				v.Code = code
				return
			}
		}
	}
}

// renew lets what a person chose live for a year from the last use. Once a day is
// enough, and spares a write at each request.
func (r *Router) renew(ctx context.Context, v *visit) {
	chosen := v.Preferences.Language.Valid() || len(v.Preferences.Subscriptions) > 0
	if day := knowledge.Day(v.Now); v.Kind != KindAutocomplete && chosen && v.Preferences.Used != day {
		v.Preferences.Used = day
		r.keep(ctx, v, store.KindPreferences, v.Preferences, preferenceLife)
	}
}

// recall reads a record of the person. A record that cannot be read any more is as
// good as none.
func (r *Router) recall(ctx context.Context, v *visit, kind store.Kind, into any) bool {
	data, err := r.Store.Get(ctx, v.Person, kind)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false
	case err != nil:
		v.Forgetful = true
		return false
	}
	return json.Unmarshal(data, into) == nil
}

// keep writes a record of the person and reports whether it is kept.
func (r *Router) keep(ctx context.Context, v *visit, kind store.Kind, record any, life time.Duration) bool {
	data, err := json.Marshal(record)
	if err == nil {
		err = r.Store.Put(ctx, v.Person, kind, data, life)
	}
	if err != nil {
		v.Forgetful = true
	}
	return err == nil
}

// remember keeps the conversation for a while.
func (r *Router) remember(ctx context.Context, v *visit, s conversation.Session) {
	v.Session = s
	all := sessions{Session: s}
	if !empty(v.Overheard) {
		all.Overheard = &v.Overheard
	}
	r.keep(ctx, v, store.KindSession, all, sessionLife)
}

// rememberOverheard keeps the conversation in channels. What was said there is known in
// private too; what was said in private stays there.
func (r *Router) rememberOverheard(ctx context.Context, v *visit, s conversation.Session) {
	v.Overheard = s
	private := s
	if s.Topic != v.Session.Topic {
		private.Before = v.Session.Topic
	}
	if private.Status == "" {
		private.Status = v.Session.Status
	}
	if private.Field == "" {
		private.Field = v.Session.Field
	}
	for _, p := range v.Session.Prefectures {
		if !slices.Contains(private.Prefectures, p) && len(private.Prefectures) < 5 {
			private.Prefectures = append(slices.Clone(private.Prefectures), p)
		}
	}
	r.remember(ctx, v, private)
}

// empty reports whether nothing is remembered.
func empty(s conversation.Session) bool {
	return s.Topic == "" && s.Language == "" && s.Status == "" && s.Field == "" && len(s.Prefectures)+len(s.Choices) == 0
}

// public reports whether others read what is answered.
func (v *visit) public() bool { return v.Kind == KindMessage && !v.Direct }

// engine returns the engine as moderators mended it for where the person is. All that
// is shown in a visit comes from it and not from r.Engine, so that what is suspended
// shows nowhere.
func (r *Router) engine(ctx context.Context, v *visit) *conversation.Engine {
	if v.engine == nil {
		v.engine = r.Engine.With(r.Updates.Mending(ctx, v.GuildID))
	}
	return v.engine
}

// settingsOf returns the settings of the server the request comes from, the default
// ones elsewhere and while the store is away.
func (r *Router) settingsOf(ctx context.Context, v *visit) Settings {
	if v.settings == nil {
		v.settings = &Settings{}
		if v.GuildID != "" {
			if s, err := LoadSettings(ctx, r.Store, v.GuildID); err == nil {
				v.settings = &s
			}
		}
	}
	return *v.settings
}

// speak sets the language to that of the button or menu that was used.
func (v *visit) speak(code string) {
	if c := language.Code(code); c.Valid() {
		v.Code = c
	}
}

// title returns the title of a topic; ok is false when there is none that can be shown.
func (v *visit) title(slug string, code language.Code) (string, bool) {
	return v.engine.Title(slug, code)
}
