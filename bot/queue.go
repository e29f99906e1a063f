package bot

import "sync"

// queue lets people take turns. Each has a lane; one piece of work of a lane is done at
// a time, in the order it came, and the lanes that have some are served round and
// round. Who sends a thousand things waits for them alone; everyone else waits for one
// turn at most.
type queue struct {
	perLane, most int

	mu      sync.Mutex
	wake    *sync.Cond
	lanes   map[string]*lane
	ready   []*lane // with work, none of it being done
	waiting int
	busy    int
	closed  bool
	workers sync.WaitGroup
}

type lane struct {
	key  string
	work []func()
}

// newQueue starts the workers. A lane holds up to perLane pieces of work, all together
// up to most.
func newQueue(workers, perLane, most int) *queue {
	q := &queue{perLane: perLane, most: most, lanes: map[string]*lane{}}
	q.wake = sync.NewCond(&q.mu)
	for range workers {
		q.workers.Go(q.run)
	}
	return q
}

// push adds work to a lane. It refuses when the lane or the queue is full, or closed.
func (q *queue) push(key string, work func()) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lanes[key]
	if q.closed || q.waiting >= q.most || l != nil && len(l.work) >= q.perLane {
		return false
	}
	q.waiting++
	if l != nil {
		// It is being served or waits for its turn, and comes round again.
		l.work = append(l.work, work)
		return true
	}
	l = &lane{key: key, work: []func(){work}}
	q.lanes[key] = l
	q.ready = append(q.ready, l)
	q.wake.Signal()
	return true
}

func (q *queue) run() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for len(q.ready) == 0 {
			if q.closed && q.waiting == 0 {
				return
			}
			q.wake.Wait()
		}
		l := q.ready[0]
		q.ready = q.ready[1:]
		work := l.work[0]
		l.work = l.work[1:]
		q.waiting--
		q.busy++
		q.mu.Unlock()
		work()
		q.mu.Lock()
		q.busy--
		if len(l.work) > 0 {
			q.ready = append(q.ready, l)
			q.wake.Signal()
		} else {
			delete(q.lanes, l.key)
		}
		if q.closed && q.waiting == 0 {
			q.wake.Broadcast()
		}
	}
}

// length is how much work waits, and how much is being done.
func (q *queue) length() (waiting, busy int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting, q.busy
}

// close takes no more work and returns when all there is has been done.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.wake.Broadcast()
	q.mu.Unlock()
	q.workers.Wait()
}
