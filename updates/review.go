package updates

import (
	"context"
	"slices"
)

// Submit hands a draft to the other moderators for review. Where the community does
// without a second pair of eyes it is approved at once, and the log says so.
func (s *Service) Submit(ctx context.Context, act Act, id string, seen int64) (Update, error) {
	return s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		w := u.Work
		if u.Ended != nil || w == nil || w.Stage != Draft {
			return ErrState
		}
		if u.Live != nil && len(Compare(u.Live.Content, w.Content)) == 0 {
			return ErrUnchanged
		}
		if list := s.check(w.Content, u.Live != nil, d.now); len(list) > 0 {
			return &ProblemsError{list}
		}
		w.Stage, w.Submitted, w.Note, w.Approvers = InReview, Change{By: act.By.ID, At: d.now}, "", nil
		d.entry.Verb = DidSubmit
		switch {
		case len(w.Waiting()) == 0:
			w.Stage = Approved // only parts taken back to what is out
		case d.setup.Alone:
			w.Stage, w.Alone, d.entry.Alone = Approved, true, true
		}
		return nil
	})
}

// Recall takes what was submitted, approved or set for a time back to a draft.
func (s *Service) Recall(ctx context.Context, act Act, id string, seen int64) (Update, error) {
	return s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		if u.Ended != nil || u.Work == nil || u.Work.Stage == Draft {
			return ErrState
		}
		d.entry.Verb = DidRecall
		if u.Stage() == Scheduled {
			d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
		}
		u.Work.reopen()
		return nil
	})
}

// Approve approves all parts that the person did not write; when nothing waits any
// more the work is approved. So two moderators who each wrote a language approve each
// other's. seen is the version they read.
func (s *Service) Approve(ctx context.Context, act Act, id string, seen int64) (Update, error) {
	return s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		w := u.Work
		if u.Ended != nil || w == nil || w.Stage != InReview {
			return ErrState
		}
		if list := s.check(w.Content, u.Live != nil, d.now); len(list) > 0 {
			return &ProblemsError{list} // such as an expiry that has come near
		}
		parts := w.Can(act.By.ID)
		if d.setup.Alone {
			parts = w.Waiting()
		}
		if len(parts) == 0 {
			return ErrOwnWords
		}
		if w.Approvers == nil {
			w.Approvers = map[Part][]string{}
		}
		for _, p := range parts {
			w.Approvers[p] = append(w.Approvers[p], act.By.ID)
			w.Alone = w.Alone || slices.Contains(w.Writers[p], act.By.ID)
		}
		d.entry.Verb, d.entry.Parts, d.entry.Alone = DidApprove, parts, w.Alone
		if w.Alone || len(w.Waiting()) == 0 {
			w.Stage = Approved
		}
		return nil
	})
}

// Return gives the work back to its writers with a note. seen is the version read.
func (s *Service) Return(ctx context.Context, act Act, id string, seen int64, note string) (Update, error) {
	note, err := s.note(note, true)
	if err != nil {
		return Update{}, err
	}
	return s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		if u.Ended != nil || u.Work == nil || u.Work.Stage == Draft {
			return ErrState
		}
		if u.Stage() == Scheduled {
			d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
		}
		read := u.Work.Content.clone()
		u.Work.reopen()
		u.Work.Reviewed, u.Work.Note = &read, note
		d.entry.Verb, d.entry.Note = DidReturn, note
		return nil
	})
}

// note makes a moderator's note ready to be kept and shown.
func (s *Service) note(text string, required bool) (string, error) {
	text, _ = Clean("", text, s.identify)
	switch n := Units(text); {
	case n > MaxNote:
		return "", &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldNote, Rule: RuleLong, Got: itoa(n), Max: MaxNote}}}
	case n == 0 && required:
		return "", &ProblemsError{[]Problem{{Part: PartDetails, Field: FieldNote, Rule: RuleMissing}}}
	}
	return text, nil
}
