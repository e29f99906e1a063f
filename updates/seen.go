package updates

import "sync"

// lastSeen remembers what the store last said, for the time it is away.
type lastSeen struct {
	mu       sync.Mutex
	homeName string
	mended   map[string]mendingDoc
}

// maxSeen bounds how many communities are remembered.
const maxSeen = 4096

func newLastSeen() *lastSeen { return &lastSeen{mended: map[string]mendingDoc{}} }

func (l *lastSeen) home() (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.homeName, l.homeName != ""
}

func (l *lastSeen) setHome(guild string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.homeName = guild
}

func (l *lastSeen) mending(guild string) mendingDoc {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mended[guild]
}

func (l *lastSeen) setMending(guild string, m mendingDoc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old, ok := l.mended[guild]; ok && old.version == m.version {
		return
	}
	if m.version == 0 {
		delete(l.mended, guild)
		return
	}
	if len(l.mended) >= maxSeen {
		clear(l.mended)
	}
	l.mended[guild] = m
}
