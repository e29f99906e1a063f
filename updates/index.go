package updates

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Item is an update in a list.
type Item struct {
	ID          string                   `json:"id"`
	State       State                    `json:"state"`
	Stage       State                    `json:"stage,omitempty"`
	Titles      map[language.Code]string `json:"titles,omitempty"`
	Category    Category                 `json:"category"`
	Area        string                   `json:"area"`
	Topics      []string                 `json:"topics,omitempty"`
	Prefectures []string                 `json:"prefectures,omitempty"`
	Since       time.Time                `json:"since,omitzero"` // when it came out
	Expires     time.Time                `json:"expires,omitzero"`
	At          time.Time                `json:"at,omitzero"` // when it will
	Changed     time.Time                `json:"changed"`
	Writers     []string                 `json:"writers,omitempty"` // of what waits for review
}

// Out reports whether the update is published and not past its expiry.
func (i Item) Out(now time.Time) bool {
	return (i.State == Published || i.State == Corrected) && now.Before(i.Expires)
}

// Title returns the title in a language, or in the one it falls back to.
func (i Item) Title(code language.Code) string {
	texts := map[language.Code]Text{}
	for c, t := range i.Titles {
		texts[c] = Text{Title: t}
	}
	return title(Content{Texts: texts}, code)
}

const (
	// maxOpen bounds how many updates of a community are not over.
	maxOpen = 200
	// keptOver is how many that are over stay in the index; the rest is found by its
	// number and in the log.
	keptOver = 100
)

// indexDoc is the list of a community's updates: what an answer and a list need to
// know without opening each. It changes with the updates, in the same write.
type indexDoc struct {
	Schema int    `json:"schema"`
	Next   int64  `json:"next"` // number of the next update
	Items  []Item `json:"items,omitempty"`

	guild   string
	version int64
}

const indexes = "updates-index"

func (s *Service) index(ctx context.Context, guild string) (indexDoc, error) {
	idx := indexDoc{Next: 1, guild: guild}
	doc, err := s.store.Load(ctx, indexes, guild)
	if errors.Is(err, store.ErrNotFound) {
		return idx, nil
	}
	if err != nil {
		return idx, fmt.Errorf("load the list of updates: %w", err)
	}
	if err := decode(doc.Value, &idx); err != nil {
		return idx, fmt.Errorf("read the list of updates: %w", err)
	}
	idx.version = doc.Version
	return idx, nil
}

func (x indexDoc) save() (store.Op, error) {
	x.Schema = schema
	value, err := encode(x)
	return store.SaveDoc{Collection: indexes, ID: x.guild, Value: value, IfVersion: x.version}, err
}

// with returns the index with the update as it now is, newest number first.
func (x indexDoc) with(u *Update) indexDoc {
	c := u.Shown()
	item := Item{ID: u.ID, State: u.State(), Stage: u.Stage(), Titles: c.Titles(), Category: c.Category, Area: c.Area,
		Topics: c.Topics, Prefectures: c.Prefectures, Expires: c.Expires, Changed: u.Changed.At}
	if u.Live != nil {
		item.Since = u.Live.Since
	}
	if w := u.Work; w != nil {
		item.At = w.At
		for _, p := range Parts() {
			for _, id := range w.Writers[p] {
				if !slices.Contains(item.Writers, id) {
					item.Writers = append(item.Writers, id)
				}
			}
		}
	}
	items := slices.DeleteFunc(slices.Clone(x.Items), func(i Item) bool { return i.ID == u.ID })
	items = append(items, item)
	slices.SortFunc(items, func(a, b Item) int { return number(b.ID) - number(a.ID) })
	over := 0
	x.Items = slices.DeleteFunc(items, func(i Item) bool {
		if i.State == Withdrawn || i.State == Expired {
			over++
		}
		return over > keptOver && (i.State == Withdrawn || i.State == Expired)
	})
	return x
}

func (x indexDoc) open() int {
	n := 0
	for _, i := range x.Items {
		if i.State != Withdrawn && i.State != Expired {
			n++
		}
	}
	return n
}

func number(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}

// List returns the updates of a community to a moderator, newest first; all that are
// not over, and the last of the others. States chooses (state or stage); none: all.
func (s *Service) List(ctx context.Context, act Act, states ...State) ([]Item, error) {
	if err := s.allowed(ctx, act); err != nil {
		return nil, err
	}
	idx, err := s.index(ctx, act.Guild)
	if err != nil {
		return nil, err
	}
	if len(states) == 0 {
		return idx.Items, nil
	}
	return slices.DeleteFunc(idx.Items, func(i Item) bool {
		return !slices.Contains(states, i.State) && !slices.Contains(states, i.Stage)
	}), nil
}
