package updates

import (
	"context"
	"errors"
	"slices"

	"madoguchi/language"
)

// Query says for whom and for what news is looked up.
type Query struct {
	Language    language.Code
	Topic       string   // slug that is answered
	Prefectures []string // JIS codes that were meant
	Limit       int
}

// News returns the news of a community that concerns a topic or a prefecture, what
// fits best and is newest first. In a direct message guild is empty: then it is that
// of the home community the operator named, if any.
func (s *Service) News(ctx context.Context, guild string, q Query) ([]Notice, error) {
	if guild == "" {
		guild = s.home
	}
	if guild == "" || q.Limit < 1 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	idx, err := s.index(ctx, guild)
	if err != nil {
		return nil, err
	}
	type fit struct {
		item  Item
		score int
	}
	now, area := s.now(), s.known.AreaOf(q.Topic)
	var fits []fit
	for _, i := range idx.Items {
		if i.Out(now) {
			if n := i.concerns(q, area); n > 0 {
				fits = append(fits, fit{i, n})
			}
		}
	}
	slices.SortStableFunc(fits, func(a, b fit) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return b.item.Since.Compare(a.item.Since)
	})
	var list []Notice
	for _, f := range fits {
		if len(list) == q.Limit {
			break
		}
		u, err := s.load(ctx, guild, f.item.ID)
		if errors.Is(err, ErrNoUpdate) {
			continue
		}
		if err != nil {
			return list, err
		}
		if n, ok := u.Notice(q.Language); ok && u.Out(now) {
			list = append(list, n)
		}
	}
	return list, nil
}

// concerns says how well an update fits what is answered; 0: not at all. An update on
// a topic in one prefecture does not concern who asks about another.
func (i Item) concerns(q Query, area string) int {
	topic := q.Topic != "" && slices.Contains(i.Topics, q.Topic)
	place := slices.ContainsFunc(q.Prefectures, func(p string) bool { return slices.Contains(i.Prefectures, p) })
	elsewhere := len(q.Prefectures) > 0 && len(i.Prefectures) > 0 && !place
	n := 0
	switch {
	case elsewhere:
		return 0
	case topic && place:
		n = 8
	case topic:
		n = 6
	case place:
		n = 4
	case len(i.Topics) == 0 && len(i.Prefectures) == 0 && area != "" && i.Area == area:
		n = 2
	default:
		return 0
	}
	if i.Category == Warning {
		n++
	}
	return n
}

// BoardFilter chooses from the news that everybody may list; empty fields choose all.
type BoardFilter struct {
	Area        string
	Prefectures []string // news for all of Japan is never left out
}

// Board returns what is out in a community, newest first.
func (s *Service) Board(ctx context.Context, guild string, f BoardFilter) ([]Item, error) {
	if guild == "" {
		guild = s.home
	}
	if guild == "" {
		return nil, nil
	}
	idx, err := s.index(ctx, guild)
	if err != nil {
		return nil, err
	}
	now := s.now()
	list := slices.DeleteFunc(idx.Items, func(i Item) bool {
		return !i.Out(now) || f.Area != "" && i.Area != f.Area ||
			len(f.Prefectures) > 0 && len(i.Prefectures) > 0 && !slices.ContainsFunc(f.Prefectures, func(p string) bool { return slices.Contains(i.Prefectures, p) })
	})
	slices.SortStableFunc(list, func(a, b Item) int { return b.Since.Compare(a.Since) })
	return list, nil
}

// Read returns what is or was out of an update, to everybody. ErrNoUpdate: nothing
// ever was.
func (s *Service) Read(ctx context.Context, guild, id string, code language.Code) (Notice, error) {
	if guild == "" {
		guild = s.home
	}
	u, err := s.load(ctx, guild, id)
	if err != nil {
		return Notice{}, err
	}
	n, ok := u.Notice(code)
	if !ok {
		return Notice{}, ErrNoUpdate
	}
	if n.State != Withdrawn && n.State != Expired && !u.Out(s.now()) {
		n.State, n.Ended = Expired, u.Live.Expires // the clock has not come round to it
	}
	return n, nil
}
