package updates

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"madoguchi/language"
)

// Publish lets approved work go out now (at is zero) or at a time, and pings the role
// then if one is given: one of those that subscribers take. What is set for a time can
// be set anew.
func (s *Service) Publish(ctx context.Context, act Act, id string, at time.Time, ping string) (Update, error) {
	roles, err := s.Subscriptions(ctx, act.Guild)
	if err != nil {
		return Update{}, err
	}
	return s.change(ctx, act, id, 0, func(u *Update, d *doing) error {
		w := u.Work
		if u.Ended != nil || w == nil || w.Stage != Approved {
			return ErrState
		}
		if w.Alone && !d.setup.Alone {
			return ErrOwnWords // a second pair of eyes is asked for since
		}
		if ping != "" && (ping == act.Guild || !slices.Contains(roles.Roles(), ping)) {
			return &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldPing, Rule: RulePing}}}
		}
		out := d.now
		if !at.IsZero() {
			out = at
		}
		if out.Before(d.now) {
			return &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldAt, Rule: RulePast}}}
		}
		if out.After(d.now.Add(MaxLife)) {
			return &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldAt, Rule: RuleFar, Max: int(MaxLife / (24 * time.Hour))}}}
		}
		if !out.Before(w.Expires) {
			return &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldAt, Rule: RuleEarlier}}}
		}
		if list := s.check(w.Content, u.Live != nil, d.now); len(list) > 0 {
			return &ProblemsError{list}
		}
		due := job{Kind: jobDue, Guild: u.Guild, Update: u.ID}
		w.At, w.By, w.Ping = out, act.By.ID, ping
		if at.After(d.now) {
			d.entry.Verb, d.entry.When, d.entry.Alone, d.entry.Role = DidSchedule, at, w.Alone, ping
			return d.put(due, at)
		}
		d.cancel(due)
		return goLive(u, d)
	})
}

// Unschedule takes away the time at which approved work goes out.
func (s *Service) Unschedule(ctx context.Context, act Act, id string) (Update, error) {
	return s.change(ctx, act, id, 0, func(u *Update, d *doing) error {
		if u.Ended != nil || u.Stage() != Scheduled {
			return ErrState
		}
		u.Work.At, u.Work.By, u.Work.Ping = time.Time{}, "", ""
		d.entry.Verb = DidUnschedule
		d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
		return nil
	})
}

// goLive makes the work what is out, and has all channels show it.
func goLive(u *Update, d *doing) error {
	w := u.Work
	live := Live{Content: w.Content.clone(), Edition: 1, First: d.now, Since: d.now, Alone: w.Alone, Ping: w.Ping}
	live.Unread = nil
	var before map[language.Code]string
	if u.Live != nil {
		live.Edition, live.First, before = u.Live.Edition+1, u.Live.First, u.Live.Channels
	}
	live.Channels = spread(live.Content, d.setup.Channels, before)
	u.Live, u.Work = &live, nil
	content := live.Content.clone()
	d.entry.Verb, d.entry.Edition, d.entry.Alone, d.entry.Content, d.entry.Role = DidPublish, live.Edition, live.Alone, &content, live.Ping
	if err := d.put(job{Kind: jobEnd, Guild: u.Guild, Update: u.ID}, live.Expires); err != nil {
		return err
	}
	return d.show(u)
}

// show has all channels of what is out show what they should.
func (d *doing) show(u *Update) error {
	for _, code := range language.Codes() {
		if u.Live.Channels[code] != "" {
			if err := d.put(job{Kind: jobPost, Guild: u.Guild, Update: u.ID, Lang: code}, d.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// spread says which language's post goes into which channel. A channel whose language
// has no text gets the text in another, marked so, unless that is in the channel
// already. Where an earlier edition went stays.
func spread(c Content, channels, before map[language.Code]string) map[language.Code]string {
	out := map[language.Code]string{}
	maps.Copy(out, before)
	taken := map[string]bool{}
	for _, ch := range out {
		taken[ch] = true
	}
	for _, code := range c.Languages() {
		if ch := channels[code]; ch != "" && out[code] == "" {
			out[code], taken[ch] = ch, true
		}
	}
	for _, code := range language.Codes() {
		if ch := channels[code]; ch != "" && out[code] == "" && !taken[ch] {
			out[code], taken[ch] = ch, true
		}
	}
	return out
}

// Withdraw takes back what is out: each post says so and why, and no answer shows it
// any more. One moderator can do that alone, since it can wait for nobody; the log
// tells. What was being prepared is kept in the log.
func (s *Service) Withdraw(ctx context.Context, act Act, id string, reason Reason, note string) (Update, error) {
	note, err := s.note(note, false)
	if err != nil {
		return Update{}, err
	}
	if !slices.Contains(Reasons(), reason) {
		reason = ReasonOther
	}
	return s.change(ctx, act, id, 0, func(u *Update, d *doing) error {
		if u.Ended != nil || u.Live == nil {
			return ErrState
		}
		d.entry.Verb, d.entry.Reason, d.entry.Note, d.entry.Alone = DidWithdraw, reason, note, true
		u.end(Withdrawn, d)
		u.Ended.Reason = reason
		return d.show(u)
	})
}

// end ends an update that is out.
func (u *Update) end(state State, d *doing) {
	d.entry.Edition = u.Live.Edition
	if u.Work != nil {
		dropped := u.Work.Content.clone()
		d.entry.Content = &dropped
		d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
		u.Work = nil
	}
	if state == Withdrawn {
		d.cancel(job{Kind: jobEnd, Guild: u.Guild, Update: u.ID})
	}
	u.Ended = &End{State: state, At: d.now}
}

// errDone ends a job that has nothing to do any more.
var errDone = errors.New("nothing to do")

// due publishes work whose time has come. The job ends in the same write.
func (s *Service) due(ctx context.Context, j job, complete completion) error {
	u, err := s.load(ctx, j.Guild, j.Update)
	if err != nil {
		return err
	}
	act := Act{ID: "due-" + strconv.FormatInt(u.Version, 10), Guild: j.Guild}
	_, err = s.change(ctx, act, j.Update, 0, func(u *Update, d *doing) error {
		if u.Ended != nil || u.Stage() != Scheduled {
			return errDone
		}
		if d.now.Before(u.Work.At) {
			return &laterError{u.Work.At}
		}
		d.ops = append(d.ops, complete.op())
		d.entry.By = u.Work.By
		if !d.now.Before(u.Work.Expires) {
			// The bot was away for so long that it would be old news.
			return u.miss(d)
		}
		return goLive(u, d)
	})
	return err
}

// miss ends work that expired before it could go out: a first edition is over, a
// correction is a draft again.
func (u *Update) miss(d *doing) error {
	d.entry.Verb, d.entry.By = DidExpire, ""
	if u.Live == nil {
		u.Ended = &End{State: Expired, At: d.now}
		return nil
	}
	u.Work.reopen()
	return nil
}

// expire ends an update whose time is over. The job ends in the same write.
func (s *Service) expire(ctx context.Context, j job, complete completion) error {
	u, err := s.load(ctx, j.Guild, j.Update)
	if err != nil {
		return err
	}
	act := Act{ID: fmt.Sprintf("end-%s-%d", u.ID, u.Version), Guild: j.Guild}
	_, err = s.change(ctx, act, j.Update, 0, func(u *Update, d *doing) error {
		switch {
		case u.Ended != nil || u.Live == nil:
			return errDone
		case d.now.Before(u.Live.Expires):
			return &laterError{u.Live.Expires}
		}
		d.ops = append(d.ops, complete.op())
		d.entry.Verb = DidExpire
		u.end(Expired, d)
		return d.show(u)
	})
	return err
}
