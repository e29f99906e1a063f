package updates

import (
	"slices"
	"time"

	"madoguchi/language"
)

// Notice is an update as readers of one language see it.
type Notice struct {
	Guild, ID string
	State     State // Published, Corrected, Withdrawn or Expired
	Edition   int
	Details

	// Reader is the language of the reader, Language the one the text is in: another
	// when there is no translation, which is to be said.
	Reader, Language language.Code
	Text             Text
	Others           []language.Code // further languages that have a text

	First, Since time.Time // of the first and of this edition
	Ended        time.Time
	Reason       Reason // of Withdrawn
	// Alone: nobody but the writer checked it.
	Alone bool
}

// Notice returns what is out of an update for readers of a language. ok is false when
// nothing ever was.
func (u *Update) Notice(code language.Code) (n Notice, ok bool) {
	if u.Live == nil {
		return Notice{}, false
	}
	l := u.Live
	n = notice(u, l.Content, code)
	n.State, n.Edition, n.First, n.Since, n.Alone = u.State(), l.Edition, l.First, l.Since, l.Alone
	if u.Ended != nil {
		n.Ended, n.Reason = u.Ended.At, u.Ended.Reason
	}
	return n, true
}

// Preview returns what readers of a language will see when the work is published; at
// the time it is set for, else now. Without work it is what is out.
func (u *Update) Preview(code language.Code, now time.Time) (Notice, bool) {
	if u.Work == nil {
		return u.Notice(code)
	}
	n := notice(u, u.Work.Content, code)
	n.State, n.Edition, n.First, n.Since, n.Alone = Published, 1, now, now, u.Work.Alone
	if !u.Work.At.IsZero() {
		n.First, n.Since = u.Work.At, u.Work.At
	}
	if u.Live != nil {
		n.State, n.Edition, n.First = Corrected, u.Live.Edition+1, u.Live.First
	}
	return n, n.Language != ""
}

func notice(u *Update, c Content, code language.Code) Notice {
	n := Notice{Guild: u.Guild, ID: u.ID, Details: c.Details, Reader: code, Language: c.Fallback(code)}
	n.Text = c.Texts[n.Language]
	n.Others = slices.DeleteFunc(c.Languages(), func(l language.Code) bool { return l == n.Language })
	return n
}
