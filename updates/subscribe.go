package updates

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Subscription names what one can subscribe to: an area, a prefecture or a language,
// as area:visa, prefecture:24, language:vi.
type Subscription string

// Subscribe makes a Subscription.
func Subscribe(kind, id string) Subscription { return Subscription(kind + ":" + id) }

// Parts returns what kind of subscription it is and to what.
func (s Subscription) Parts() (kind, id string) {
	kind, id, _ = strings.Cut(string(s), ":")
	return kind, id
}

// Subscriptions are the roles that a community gives to subscribers.
type Subscriptions struct {
	Schema int                     `json:"schema"`
	Given  map[Subscription]string `json:"roles,omitempty"`
	Acts   []string                `json:"acts,omitempty"`

	version int64
}

// Roles returns all roles that subscribers can have.
func (s Subscriptions) Roles() []string {
	var list []string
	for _, r := range s.Given {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	slices.Sort(list)
	return list
}

const subscriptions = "updates-roles"

// Subscriptions returns the roles that a community gives to subscribers.
func (s *Service) Subscriptions(ctx context.Context, guild string) (Subscriptions, error) {
	var subs Subscriptions
	doc, err := s.store.Load(ctx, subscriptions, guild)
	if errors.Is(err, store.ErrNotFound) {
		return subs, nil
	}
	if err != nil {
		return subs, fmt.Errorf("load the roles of subscribers: %w", err)
	}
	if err := decode(doc.Value, &subs); err != nil {
		return subs, fmt.Errorf("read the roles of subscribers: %w", err)
	}
	subs.version = doc.Version
	return subs, nil
}

// ErrSubscription: there is nothing like that to subscribe to.
var ErrSubscription = errors.New("no such subscription")

// Subscribable reports whether one can subscribe to it.
func (s *Service) Subscribable(sub Subscription) bool {
	switch kind, id := sub.Parts(); kind {
	case "area":
		return slices.Contains(Areas(), id)
	case "prefecture":
		return s.known.Prefecture(id)
	case "language":
		return language.Code(id).Valid()
	}
	return false
}

// SetRole sets the role that subscribers get; empty: none any more.
func (s *Service) SetRole(ctx context.Context, act Act, sub Subscription, role string) error {
	if err := s.allowed(ctx, act); err != nil {
		return err
	}
	if !s.Subscribable(sub) {
		return ErrSubscription
	}
	if role == act.Guild {
		return ErrNotAllowed // everyone has that role
	}
	setup, err := s.Setup(ctx, act.Guild)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		subs, err := s.Subscriptions(ctx, act.Guild)
		if err != nil {
			return err
		}
		if slices.Contains(subs.Acts, act.ID) {
			return nil
		}
		given := map[Subscription]string{}
		for k, v := range subs.Given {
			given[k] = v
		}
		given[sub] = role
		if role == "" {
			delete(given, sub)
		}
		subs.Schema, subs.Given = schema, given
		subs.Acts = append(subs.Acts, act.ID)
		subs.Acts = subs.Acts[max(0, len(subs.Acts)-keptActs):]
		value, err := encode(subs)
		if err != nil {
			return err
		}
		logged, err := s.logged(Entry{ID: act.ID, At: s.now().Truncate(time.Millisecond), Guild: act.Guild, By: act.By.ID,
			Verb: DidRole, Note: string(sub), Role: role}, setup)
		if err != nil {
			return err
		}
		_, err = s.store.Write(ctx, append([]store.Op{store.SaveDoc{Collection: subscriptions, ID: act.Guild, Value: value, IfVersion: subs.version}}, logged...)...)
		if err == nil || !errors.Is(err, store.ErrConflict) || try == changeTries {
			return err
		}
	}
}

// LogSetting writes into the log that a setting was changed on which the moderators'
// work depends: their role, the channels, the second pair of eyes. Who may change it is
// for the caller to check.
func (s *Service) LogSetting(ctx context.Context, act Act, part string, alone bool) error {
	setup, err := s.Setup(ctx, act.Guild)
	if err != nil {
		return err
	}
	ops, err := s.logged(Entry{ID: act.ID, At: s.now().Truncate(time.Millisecond), Guild: act.Guild, By: act.By.ID, Verb: DidSetting, Note: part, Alone: alone}, setup)
	if err != nil {
		return err
	}
	_, err = s.store.Write(ctx, ops...)
	return err
}
