package updates

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// Saved is what became of an edit: the update as it now is, what was changed in the
// texts so that they can be posted, and what is still to be mended before it can be
// submitted. It is saved whatever the problems.
type Saved struct {
	Update   Update
	Notes    []Note
	Problems []Problem
}

// NewUpdate begins an update with its details and perhaps a first text.
func (s *Service) NewUpdate(ctx context.Context, act Act, c Content) (Saved, error) {
	if err := s.allowed(ctx, act); err != nil {
		return Saved{}, err
	}
	if err := checkInput(c); err != nil {
		return Saved{}, err
	}
	setup, err := s.Setup(ctx, act.Guild)
	if err != nil {
		return Saved{}, err
	}
	c, notes := s.clean(c)
	for try := 1; ; try++ {
		idx, err := s.index(ctx, act.Guild)
		if err != nil {
			return Saved{}, err
		}
		if u, ok, err := s.begun(ctx, act, idx); err != nil || ok {
			return s.saved(u, notes), err
		}
		if idx.open() >= maxOpen {
			return Saved{}, ErrTooMany
		}
		d := &doing{now: s.now().Truncate(time.Millisecond), setup: setup}
		u := Update{Guild: act.Guild, ID: strconv.FormatInt(idx.Next, 10), Created: d.now, Author: act.By.ID,
			Work: &Work{Content: c, Stage: Draft}}
		d.entry = Entry{ID: act.ID, At: d.now, Guild: act.Guild, By: act.By.ID, Verb: DidCreate, Update: u.ID}
		u.Work.wrote(PartDetails, act.By.ID)
		for _, code := range c.Languages() {
			u.Work.wrote(Part(code), act.By.ID)
			d.entry.Lang = code
		}
		idx.Next++
		err = s.write(ctx, &u, act, d, idx)
		if err == nil {
			return s.saved(u, notes), nil
		}
		if !errors.Is(err, store.ErrConflict) || try == changeTries {
			return Saved{}, fmt.Errorf("begin an update: %w", err)
		}
	}
}

// begun finds the update that this very act began, when its event comes again.
func (s *Service) begun(ctx context.Context, act Act, idx indexDoc) (Update, bool, error) {
	for _, i := range idx.Items[:min(len(idx.Items), 5)] {
		u, err := s.load(ctx, act.Guild, i.ID)
		if err != nil {
			return Update{}, false, err
		}
		if u.Author == act.By.ID && slices.Contains(u.Acts, act.ID) {
			return u, true, nil
		}
	}
	return Update{}, false, nil
}

// saved adds what is still to be mended.
func (s *Service) saved(u Update, notes []Note) Saved {
	out := Saved{Update: u, Notes: notes}
	if u.Work != nil {
		out.Problems = s.check(u.Work.Content, u.Live != nil, s.now())
	}
	return out
}

// Problems returns what is still to be mended before the work can be submitted.
func (s *Service) Problems(u Update) []Problem { return s.saved(u, nil).Problems }

// EditDetails replaces the details. seen is the version the person looked at.
func (s *Service) EditDetails(ctx context.Context, act Act, id string, seen int64, details Details) (Saved, error) {
	if err := checkInput(Content{Details: details}); err != nil {
		return Saved{}, err
	}
	u, err := s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		w, err := u.editable()
		if err != nil {
			return err
		}
		before := w.Content
		w.Details = details
		for _, diff := range Compare(before, w.Content) {
			d.entry.Fields = append(d.entry.Fields, diff.Field)
		}
		if len(d.entry.Fields) == 0 && sameUnread(before.Unread, details.Unread) {
			return ErrUnchanged
		}
		u.edited(act.By.ID, PartDetails, d)
		d.entry.Verb = DidEdit
		return nil
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return s.saved(u, nil), err
}

func sameUnread(a, b map[Field]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

// EditText replaces the text in a language, or adds it; a text without title and body
// takes it out. seen is the version the person looked at.
func (s *Service) EditText(ctx context.Context, act Act, id string, seen int64, code language.Code, text Text) (Saved, error) {
	if !code.Valid() {
		return Saved{}, ErrNoUpdate
	}
	if err := checkInput(Content{Texts: map[language.Code]Text{code: text}}); err != nil {
		return Saved{}, err
	}
	c, notes := s.clean(Content{Texts: map[language.Code]Text{code: text}})
	text = c.Texts[code]
	u, err := s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		w, err := u.editable()
		if err != nil {
			return err
		}
		before, had := w.Texts[code]
		gone := text.Title == "" && text.Body == ""
		if before == text || gone && !had {
			return ErrUnchanged
		}
		if w.Texts == nil {
			w.Texts = map[language.Code]Text{}
		}
		w.Texts[code] = text
		d.entry.Verb, d.entry.Lang = DidTranslate, code
		if gone {
			delete(w.Texts, code)
			d.entry.Verb = DidRemove
		}
		u.edited(act.By.ID, Part(code), d)
		return nil
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return s.saved(u, notes), err
}

// Correct begins a correction of what is out: the same content, to be edited. When one
// is being prepared already, it is returned as it is.
func (s *Service) Correct(ctx context.Context, act Act, id string) (Update, error) {
	u, err := s.change(ctx, act, id, 0, func(u *Update, d *doing) error {
		switch {
		case u.Live == nil || u.Ended != nil || !u.Out(d.now):
			return ErrState
		case u.Work != nil:
			return ErrUnchanged
		}
		u.Work = correction(u.Live.Content)
		d.entry.Verb, d.entry.Edition = DidCorrect, u.Live.Edition+1
		return nil
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return u, err
}

// correction is work that begins with what is out; what the last correction said it
// changed is not said again.
func correction(c Content) *Work {
	w := &Work{Content: c.clone(), Stage: Draft}
	for code, t := range w.Texts {
		t.Change = ""
		w.Texts[code] = t
	}
	return w
}

// editable returns the work to edit.
func (u *Update) editable() (*Work, error) {
	if u.Ended != nil || u.Work == nil {
		return nil, ErrState
	}
	return u.Work, nil
}

// edited notes that a part was written, and makes the work a draft again: what was in
// review, approved or set for a time was another content.
func (u *Update) edited(by string, p Part, d *doing) {
	u.Work.wrote(p, by)
	if u.Stage() == Scheduled {
		d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
	}
	u.Work.reopen()
}

// Abandon drops what is being prepared: a draft ends as withdrawn without ever having
// been out, a correction leaves what is out as it is.
func (s *Service) Abandon(ctx context.Context, act Act, id string, seen int64) (Update, error) {
	return s.change(ctx, act, id, seen, func(u *Update, d *doing) error {
		if u.Work == nil || u.Ended != nil {
			return ErrState
		}
		if u.Stage() == Scheduled {
			d.cancel(job{Kind: jobDue, Guild: u.Guild, Update: u.ID})
		}
		d.entry.Verb = DidAbandon
		dropped := u.Work.Content.clone()
		d.entry.Content = &dropped // nothing that was written is lost
		if u.Live != nil {
			u.Work = nil
			return nil
		}
		u.Ended = &End{State: Withdrawn, At: d.now, Reason: ReasonOther}
		return nil
	})
}

// clean makes all texts ready to be posted.
func (s *Service) clean(c Content) (Content, []Note) {
	c = c.clone()
	var notes []Note
	for _, code := range c.Languages() {
		t := c.Texts[code]
		for _, x := range []struct {
			field Field
			text  *string
		}{{FieldTitle, &t.Title}, {FieldBody, &t.Body}, {FieldChange, &t.Change}} {
			cleaned, kinds := Clean(code, *x.text, s.identify)
			*x.text = cleaned
			for _, k := range kinds {
				notes = append(notes, Note{Part(code), x.field, k})
			}
		}
		t.Title = strings.Join(strings.Fields(t.Title), " ")
		c.Texts[code] = t
	}
	return c, notes
}

// checkInput refuses what no form of Discord can hold. What a form can hold is saved,
// and its problems told.
func checkInput(c Content) error {
	for _, t := range c.Texts {
		if len(t.Title)+len(t.Body)+len(t.Change) > maxInput {
			return fmt.Errorf("text of more than %d bytes: %w", maxInput, store.ErrInvalid)
		}
	}
	n := len(c.Source)
	for _, v := range c.Unread {
		n += len(v)
	}
	if n > maxInput || len(c.Topics) > 100 || len(c.Prefectures) > 100 {
		return fmt.Errorf("details that are too large: %w", store.ErrInvalid)
	}
	return nil
}
