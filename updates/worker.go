package updates

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"madoguchi/store"
)

// WorkerOptions are what a Worker needs besides its Service. Zero values are right for
// the bot.
type WorkerOptions struct {
	// Owner names this process in leases, for people who look.
	Owner string
	// Lease is how long a job, and the message it is about, is held: after a crash another
	// goes on that much later. 30 seconds when 0.
	Lease time.Duration
	// Call bounds one call of the poster; well under Lease. A third of it when 0.
	Call time.Duration
	// Poll is how often to look for jobs. One second when 0.
	Poll time.Duration
	// Parallel is how many jobs are done at once. 2 when 0.
	Parallel int
	Log      *slog.Logger
}

// Worker does what is due: it publishes at the set time, brings every post to what it
// should show, expires updates, and posts the log. Any number may run on one store.
type Worker struct {
	s      *Service
	poster Poster
	o      WorkerOptions
}

// NewWorker makes a Worker.
func NewWorker(s *Service, poster Poster, o WorkerOptions) *Worker {
	if o.Owner == "" {
		o.Owner = "worker"
	}
	if o.Lease <= 0 {
		o.Lease = 30 * time.Second
	}
	if o.Call <= 0 {
		o.Call = o.Lease / 3
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Worker{s: s, poster: poster, o: o}
}

// Run works until ctx ends, and returns when what is in hand is done.
func (w *Worker) Run(ctx context.Context) {
	done := make(chan struct{})
	for range w.o.Parallel {
		go func() {
			defer func() { done <- struct{}{} }()
			w.loop(ctx)
		}()
	}
	for range w.o.Parallel {
		<-done
	}
}

func (w *Worker) loop(ctx context.Context) {
	tick := time.NewTicker(w.o.Poll)
	defer tick.Stop()
	failing := false
	for {
		worked, err := w.Step(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return
		case err != nil && !failing:
			failing = true
			w.o.Log.Error("updates: can't work on what is due; trying on", "error", err)
		case err == nil && failing:
			failing = false
			w.o.Log.Info("updates: working on what is due again")
		}
		if worked && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.s.wake:
		}
	}
}

// completion takes a job out as part of a write.
type completion struct{ job store.Job }

func (c completion) op() store.Op { return store.CompleteJob{Job: c.job} }

// Step does one job if one is due and says whether there was one. What goes wrong with
// the network is taken care of by trying later; an error is the store's.
func (w *Worker) Step(ctx context.Context) (worked bool, err error) {
	held, err := w.s.store.Claim(ctx, queue, w.o.Owner, w.s.now(), w.o.Lease, 1)
	if err != nil {
		return false, fmt.Errorf("claim a job: %w", err)
	}
	if len(held) == 0 {
		return false, nil
	}
	// What was begun is ended, also when the bot is told to stop.
	return true, w.do(context.WithoutCancel(ctx), held[0])
}

func (w *Worker) do(ctx context.Context, held store.Job) error {
	var j job
	if err := json.Unmarshal(held.Payload, &j); err != nil {
		w.o.Log.Error("updates: a job that can't be read is dropped", "job", held.ID, "error", err)
		return w.finish(ctx, held)
	}
	var err error
	switch j.Kind {
	case jobDue:
		err = w.s.due(ctx, j, completion{held})
	case jobEnd:
		err = w.s.expire(ctx, j, completion{held})
	case jobPost:
		err = w.bring(ctx, j, held)
	case jobTell:
		err = w.tell(ctx, j, held)
	default:
		// A newer version may know it: leave it to that.
		err = &laterError{w.s.now().Add(time.Hour)}
	}
	var later *laterError
	switch {
	case err == nil, errors.Is(err, store.ErrLeaseLost):
		return nil
	case errors.As(err, &later):
		return w.release(ctx, held, later.at)
	case errors.Is(err, errDone), errors.Is(err, ErrNoUpdate):
		return w.finish(ctx, held)
	case errors.Is(err, ErrNewer):
		return w.release(ctx, held, w.s.now().Add(time.Minute))
	}
	return fmt.Errorf("%s of update %s: %w", j.Kind, j.Update, err)
}

func (w *Worker) release(ctx context.Context, held store.Job, at time.Time) error {
	err := w.s.store.Release(ctx, held, at)
	if errors.Is(err, store.ErrLeaseLost) {
		return nil // it was put anew, and will be done as that
	}
	return err
}

func (w *Worker) finish(ctx context.Context, held store.Job) error {
	err := store.Complete(ctx, w.s.store, held)
	if errors.Is(err, store.ErrLeaseLost) {
		return nil
	}
	return err
}

// bring makes one channel's message show what it should, one call to the network at a
// time, each announced in the store before it is made and recorded after.
func (w *Worker) bring(ctx context.Context, j job, held store.Job) error {
	for {
		u, err := w.s.load(ctx, j.Guild, j.Update)
		if err != nil {
			return err
		}
		p, err := w.s.loadPost(ctx, j.Guild, j.Update, j.Lang)
		if err != nil {
			return err
		}
		now := w.s.now()
		mine := p.Doing == held.Token
		if p.Doing != "" && !mine && now.Before(p.Until) {
			return &laterError{p.Until} // someone is at this message now
		}
		if p.settled(want(u)) {
			return w.settle(ctx, p, held)
		}
		fresh := p.version == 0
		if fresh {
			p.Channel, p.Began = u.Live.Channels[j.Lang], now
		}
		p.Doing, p.Until = held.Token, now.Add(w.o.Lease)
		if err := w.save(ctx, &p); errors.Is(err, store.ErrConflict) {
			continue
		} else if err != nil {
			return err
		}
		// From here to Until, others keep away from this message.
		if err := w.s.store.Extend(ctx, held, p.Until); err != nil && !errors.Is(err, store.ErrLeaseLost) {
			return err
		} else if err != nil {
			// The job was put anew: let that go on at once.
			p.Doing, p.Until = "", time.Time{}
			return errors.Join(ignoreConflict(w.save(ctx, &p)), store.ErrLeaseLost)
		}
		call, cancel := context.WithTimeout(ctx, w.o.Call)
		verb, err := w.call(call, u, &p)
		cancel()
		if err := w.record(ctx, u, p, verb, err, held); err != nil {
			return err
		}
	}
}

func (w *Worker) save(ctx context.Context, p *posted) error {
	op, err := p.save()
	if err != nil {
		return err
	}
	r, err := w.s.store.Write(ctx, op)
	if err == nil {
		p.version = r[0].Version
	}
	return err
}

func ignoreConflict(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// settle ends the job, and lets go of the message if this job held it.
func (w *Worker) settle(ctx context.Context, p posted, held store.Job) error {
	if p.Doing != held.Token {
		return w.finish(ctx, held)
	}
	p.Doing, p.Until = "", time.Time{}
	op, err := p.save()
	if err != nil {
		return err
	}
	_, err = w.s.store.Write(ctx, op, completion{held}.op())
	if errors.Is(err, store.ErrLeaseLost) {
		return ignoreConflict(w.save(ctx, &p))
	}
	return err
}

// call makes the one next call to the network and notes in p what came of it.
func (w *Worker) call(ctx context.Context, u Update, p *posted) (Verb, error) {
	shows := want(u)
	switch {
	case p.Message == "":
		return w.create(ctx, u, p)
	case p.Shown != shows:
		err := w.poster.Edit(ctx, p.Message, w.compose(u, *p))
		if errors.Is(err, ErrGone) {
			p.Gone = true
			return DidLosePost, nil
		}
		if err == nil {
			p.Shown = shows
		}
		return DidChangePost, err
	}
	err := w.poster.Crosspost(ctx, p.Channel, p.Message)
	if errors.Is(err, ErrGone) {
		p.Gone = true
		return DidLosePost, nil
	}
	p.Crossed = err == nil
	return DidCrosspost, err
}

// lookBack is how long before the first try a post is looked for, so that clocks may
// differ.
const lookBack = 10 * time.Minute

// create finds the message if an earlier try made it, else makes it. What the message
// shows may be an earlier edition: then it is edited next.
func (w *Worker) create(ctx context.Context, u Update, p *posted) (Verb, error) {
	list, err := w.poster.Recent(ctx, p.Channel, p.Began.Add(-lookBack))
	if err != nil {
		return "", fmt.Errorf("look whether it was posted: %w", err)
	}
	for _, m := range list {
		if shows, ok := p.shows(m.Marks); ok {
			p.Message, p.Shown = m.ID, shows
			return DidPost, nil
		}
	}
	if !edition(want(u)) {
		p.Gone = true // it ended before it was ever posted
		return "", nil
	}
	m, err := w.poster.Create(ctx, w.compose(u, *p))
	if err != nil {
		return "", err
	}
	p.Message, p.Shown = m.ID, want(u)
	if shows, ok := p.shows(m.Marks); ok {
		p.Shown = shows
	}
	return DidPost, nil
}

// compose makes the post for a channel.
func (w *Worker) compose(u Update, p posted) Post {
	n, _ := u.Notice(p.Lang)
	return Post{Guild: p.Guild, Channel: p.Channel, Nonce: nonce(p.mark("")), Mark: p.mark(want(u)), Ping: u.Live.Ping,
		Notice: &n, Language: p.Lang}
}

// record writes down what came of a call.
func (w *Worker) record(ctx context.Context, u Update, p posted, verb Verb, callErr error, held store.Job) error {
	shows, now := want(u), w.s.now()
	e := Entry{At: now, Guild: p.Guild, Update: p.Update, Lang: p.Lang, Verb: verb, Edition: u.Live.Edition, Channel: p.Channel,
		Message: p.Message, Title: u.Live.Texts[u.Live.Fallback(p.Lang)].Title, From: u.State(), To: u.State()}
	var again time.Time
	var limited *LimitedError
	switch {
	case callErr == nil:
		p.Tries, p.Until = 0, now.Add(w.o.Lease)
	case errors.Is(callErr, ErrRefused):
		p.Refused, p.Tries, e.Verb = shows, p.Tries+1, DidFailPost
	case errors.As(callErr, &limited):
		p.Doing, p.Until, again, e.Verb = "", time.Time{}, now.Add(limited.After+100*time.Millisecond), ""
	default:
		// Nobody knows whether it was done, or will be yet: keep others away until
		// it can't be under way any more.
		p.Tries++
		wait := max(w.o.Call, min(time.Second<<min(p.Tries, 6), time.Minute))
		p.Until, again, e.Verb = now.Add(wait), now.Add(wait), ""
		if p.Tries == 1 || p.Tries%20 == 0 {
			w.o.Log.Warn("updates: a post did not get through; trying again", "update", p.Update, "language", string(p.Lang), "tries", p.Tries, "error", callErr)
		}
	}
	ops, err := w.recording(ctx, p, e)
	if err != nil {
		return err
	}
	if _, err := w.s.store.Write(ctx, ops...); err != nil {
		return err
	}
	if again.IsZero() {
		return nil
	}
	return &laterError{again}
}

// recording makes the operations that save the post and log what was done.
func (w *Worker) recording(ctx context.Context, p posted, e Entry) ([]store.Op, error) {
	op, err := p.save()
	if err != nil || e.Verb == "" {
		return []store.Op{op}, err
	}
	e.ID = strings.Join([]string{string(e.Verb), p.mark(p.Shown)}, ":")
	if e.Verb == DidFailPost {
		e.ID += ":" + strconv.FormatInt(p.version, 10)
	}
	setup, err := w.s.Setup(ctx, p.Guild)
	if err != nil {
		return nil, err
	}
	logged, err := w.s.logged(e, setup)
	return append([]store.Op{op}, logged...), err
}
