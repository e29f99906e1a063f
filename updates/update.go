package updates

import (
	"maps"
	"slices"
	"time"

	"madoguchi/language"
)

// State is where an update is in its life.
type State string

// The states, in the order of a life. Scheduled is Approved with a time to go out.
const (
	Draft     State = "draft"
	InReview  State = "in-review"
	Approved  State = "approved"
	Scheduled State = "scheduled"
	Published State = "published"
	Corrected State = "corrected"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// States returns all states in the order of a life.
func States() []State {
	return []State{Draft, InReview, Approved, Scheduled, Published, Corrected, Withdrawn, Expired}
}

// Update is one piece of news of one community. What is out (Live) and what is being
// prepared (Work) stand side by side, so that a correction goes through the same
// review as the first text while that text stays out.
type Update struct {
	Schema  int       `json:"schema"`
	Guild   string    `json:"guild"`
	ID      string    `json:"id"` // counts from 1 in each community
	Created time.Time `json:"created"`
	Author  string    `json:"author"` // user id of who began it

	Work  *Work `json:"work,omitempty"`
	Live  *Live `json:"live,omitempty"`
	Ended *End  `json:"ended,omitempty"`

	// Changed is the last act, for telling who was faster.
	Changed Change `json:"changed"`
	// Acts are the ids of the last acts: the same act is not done twice.
	Acts []string `json:"acts,omitempty"`

	// Version is the store's, for noticing that someone else was faster.
	Version int64 `json:"-"`
}

// Change says who changed something when.
type Change struct {
	By string    `json:"by,omitempty"` // user id; empty: the clock
	At time.Time `json:"at"`
}

// Work is what is being prepared.
type Work struct {
	Content
	Stage State `json:"stage"` // Draft, InReview or Approved
	// Writers are the user ids of who wrote each part, so that nobody approves their
	// own words; parts taken over from Live have none.
	Writers map[Part][]string `json:"writers,omitempty"`
	// Approvers are who approved each part in this review.
	Approvers map[Part][]string `json:"approvers,omitempty"`
	// Alone: approved without a second pair of eyes.
	Alone     bool   `json:"alone,omitempty"`
	Submitted Change `json:"submitted,omitzero"`
	// Note is why it was returned.
	Note string `json:"note,omitempty"`
	// Reviewed is the content as it was when last returned, for the difference.
	Reviewed *Content `json:"reviewed,omitempty"`

	// At is when it goes out, By who said so, and Ping the role to ping then.
	At   time.Time `json:"at,omitzero"`
	By   string    `json:"by,omitempty"`
	Ping string    `json:"ping,omitempty"`
}

// Live is what is out.
type Live struct {
	Content
	Edition int       `json:"edition"` // 1, and one more with each correction
	First   time.Time `json:"first"`   // of edition 1
	Since   time.Time `json:"since"`   // of this edition
	// Alone: nobody but its writer approved this edition.
	Alone bool   `json:"alone,omitempty"`
	Ping  string `json:"ping,omitempty"`
	// Channels are where the posts are, by the language of their readers.
	Channels map[language.Code]string `json:"channels,omitempty"`
}

// End is how an update ended.
type End struct {
	State  State     `json:"state"` // Withdrawn or Expired
	At     time.Time `json:"at"`
	Reason Reason    `json:"reason,omitempty"` // of Withdrawn
}

// Reason is why an update was withdrawn, told to readers in their language.
type Reason string

const (
	ReasonWrong     Reason = "wrong"     // it was not right
	ReasonOutdated  Reason = "outdated"  // it no longer holds
	ReasonDuplicate Reason = "duplicate" // the same news was posted already
	ReasonOther     Reason = "other"
)

// Reasons returns the reasons in the order they are listed everywhere.
func Reasons() []Reason {
	return []Reason{ReasonWrong, ReasonOutdated, ReasonDuplicate, ReasonOther}
}

// State returns where the update is as readers see it: what is out counts more than
// what is being prepared.
func (u *Update) State() State {
	switch {
	case u.Ended != nil:
		return u.Ended.State
	case u.Live != nil && u.Live.Edition > 1:
		return Corrected
	case u.Live != nil:
		return Published
	}
	return u.Stage()
}

// Stage returns where the work is: Draft, InReview, Approved or Scheduled; empty when
// nothing is being prepared.
func (u *Update) Stage() State {
	switch {
	case u.Work == nil:
		return ""
	case u.Work.Stage == Approved && !u.Work.At.IsZero():
		return Scheduled
	}
	return u.Work.Stage
}

// Shown returns the content that counts: what is out, else what is being prepared.
func (u *Update) Shown() Content {
	switch {
	case u.Live != nil:
		return u.Live.Content
	case u.Work != nil:
		return u.Work.Content
	}
	return Content{}
}

// Latest returns the newest content: what is being prepared, else what is out.
func (u *Update) Latest() Content {
	if u.Work != nil {
		return u.Work.Content
	}
	return u.Shown()
}

// Out reports whether the update is published and neither withdrawn nor past its
// expiry at a moment.
func (u *Update) Out(now time.Time) bool {
	return u.Live != nil && u.Ended == nil && now.Before(u.Live.Expires)
}

// Before returns what a reviewer compares the work with: the content as it was last
// returned, else what is out, else nothing.
func (u *Update) Before() (Content, bool) {
	switch {
	case u.Work != nil && u.Work.Reviewed != nil:
		return *u.Work.Reviewed, true
	case u.Live != nil:
		return u.Live.Content, true
	}
	return Content{}, false
}

// Waiting returns the parts that still need someone else than their writers.
func (w *Work) Waiting() []Part {
	var list []Part
	for _, p := range Parts() {
		if len(w.Writers[p]) > 0 && !w.approved(p) {
			list = append(list, p)
		}
	}
	return list
}

func (w *Work) approved(p Part) bool {
	return slices.ContainsFunc(w.Approvers[p], func(id string) bool { return !slices.Contains(w.Writers[p], id) })
}

// Can returns the parts that a person could approve.
func (w *Work) Can(user string) []Part {
	var list []Part
	for _, p := range w.Waiting() {
		if !slices.Contains(w.Writers[p], user) {
			list = append(list, p)
		}
	}
	return list
}

// Wrote reports whether a person wrote any of the work.
func (w *Work) Wrote(user string) bool {
	for _, list := range w.Writers {
		if slices.Contains(list, user) {
			return true
		}
	}
	return false
}

// copyUpdate returns u with all that an act may change copied.
func copyUpdate(u Update) Update {
	u.Acts = slices.Clone(u.Acts)
	if u.Work != nil {
		w := *u.Work
		w.Content = w.Content.clone()
		w.Writers, w.Approvers = cloneParts(w.Writers), cloneParts(w.Approvers)
		u.Work = &w
	}
	if u.Live != nil {
		l := *u.Live
		l.Content = l.Content.clone()
		l.Channels = maps.Clone(l.Channels)
		u.Live = &l
	}
	if u.Ended != nil {
		e := *u.Ended
		u.Ended = &e
	}
	return u
}

func cloneParts(m map[Part][]string) map[Part][]string {
	if m == nil {
		return nil
	}
	out := make(map[Part][]string, len(m))
	for p, list := range m {
		out[p] = slices.Clone(list)
	}
	return out
}

// wrote notes that a person wrote a part.
func (w *Work) wrote(p Part, user string) {
	if w.Writers == nil {
		w.Writers = map[Part][]string{}
	}
	if !slices.Contains(w.Writers[p], user) {
		w.Writers[p] = append(w.Writers[p], user)
	}
}

// reopen makes the work a draft again, whatever it was: what was approved or set for
// a time was another content.
func (w *Work) reopen() {
	w.Stage, w.Alone, w.Approvers = Draft, false, nil
	w.At, w.By, w.Ping = time.Time{}, "", ""
}

// Fallback returns the language in which a reader of code is shown a content: their
// own, else English, Japanese, Vietnamese, Burmese, whichever exists first; "" when
// there is no text at all.
func (c Content) Fallback(code language.Code) language.Code {
	for _, try := range append([]language.Code{code, language.English}, language.Codes()...) {
		if _, ok := c.Texts[try]; ok {
			return try
		}
	}
	return ""
}
