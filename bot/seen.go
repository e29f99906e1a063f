package bot

import (
	"sync"
	"time"
)

// seen remembers event ids for a while, so that an event delivered twice to this
// process is not even begun again. Whether another process had it the handler finds
// out from the store.
type seen struct {
	life time.Duration
	most int

	mu       sync.Mutex
	now, old map[string]bool
	turned   time.Time
}

func newSeen(life time.Duration, most int) *seen {
	return &seen{life: life, most: most, now: map[string]bool{}, old: map[string]bool{}}
}

// first says whether the id is new.
func (s *seen) first(id string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.Sub(s.turned) > s.life || len(s.now) >= s.most {
		s.old, s.now, s.turned = s.now, map[string]bool{}, at
	}
	if s.now[id] || s.old[id] {
		return false
	}
	s.now[id] = true
	return true
}
