package conversation

import "madoguchi/language"

// Outcome says what kind of reply a turn produced.
type Outcome string

const (
	Answer   Outcome = "answer"   // the topic is known and answered
	Choose   Outcome = "choose"   // two to four topics may be meant: ask which
	HandOver Outcome = "handover" // not known: say so, and who knows
	Chat     Outcome = "chat"     // greeting, thanks, refusals, settings
)

// Reply is what a turn produces. All texts are in Language, in the Markdown that
// Discord shows on a phone (paragraphs, lists, bold), with no length limit of any
// network applied: whoever draws it folds and cuts.
type Reply struct {
	Language    language.Code
	Outcome     Outcome
	Topic       string      // slug, set when Outcome is Answer
	Talk        string      // slug of the small talk, set when Outcome is Chat
	Topics      []Candidate // at most five, best first, whatever the outcome
	Prefectures []string    // JIS codes "01" to "47" that were meant
	Confidence  float64     // 0 to 1: how sure it is that Topic is what was asked

	Urgent    bool // danger now: Lead and Helplines come first
	Sensitive bool // never to be shown in public unless the asker shares it

	Title    string
	Lead     string    // one line before all else (urgent, or "news from this community")
	Short    string    // the short answer: fits a phone screen, stands alone
	Sections []Section // the rest, to be folded behind a button
	Phrases  []Phrase  // lines in Japanese to show or say

	Notices   []Notice   // what to know about this reply itself
	Helplines []Helpline // most useful first: open now before closed
	Sources   []Source
	Related   []Option // up to five related topics
	Choices   []Option // two to four, when Outcome is Choose or HandOver
}

// Candidate is a topic that may be meant, with its probability.
type Candidate struct {
	Topic string
	Score float64
}

// SectionKind names a part of an answer; its heading is the message "section.<kind>".
type SectionKind string

const (
	Details SectionKind = "details"
	Do      SectionKind = "do"
	Who     SectionKind = "who"
	Prepare SectionKind = "prepare"
	Traps   SectionKind = "traps"
)

// Section is one part of an answer after the short answer.
type Section struct {
	Kind    SectionKind
	Heading string
	Text    string
}

// Phrase is a line in Japanese to show or say to an official or employer.
type Phrase struct {
	Line    string // Japanese
	Reading string // in kana
	Meaning string // in the reader's language; empty in Japanese replies
}

// NoticeKind says what a notice is about.
type NoticeKind string

const (
	NoticeLanguage NoticeKind = "language" // the message was in a language the bot does not speak
	NoticeStale    NoticeKind = "stale"    // a fact is past its review date
	NoticeUnsure   NoticeKind = "unsure"   // stands on a single source or on memory
	NoticeMemory   NoticeKind = "memory"   // the conversation could not be remembered
	NoticeZawgyi   NoticeKind = "zawgyi"   // the message was read as Zawgyi
	NoticeNews     NoticeKind = "news"     // news from this community
	NoticeRenamed  NoticeKind = "renamed"  // an office named in the answer has another name now
)

// Notice is a sentence about the reply itself.
type Notice struct {
	Kind NoticeKind
	Text string
}

// OpenState says whether a help line can be reached at the moment of the reply.
type OpenState string

const (
	OpenNow     OpenState = "open"
	ClosedNow   OpenState = "closed"
	OpenUnknown OpenState = "unknown" // hours not known or not confirmed
)

// Helpline is a service as shown to the person: only what is confirmed is dialable.
type Helpline struct {
	ID       string
	Name     string // in the reader's language, with the Japanese name once
	For      string // one sentence: what it helps with
	Phone    string // to dial; empty when not confirmed
	URL      string // the page or form to use; the only way when Phone is empty
	Language language.Code
	Hours    string    // formatted, Japan time; empty when not known
	Open     OpenState // at the moment of the reply
	Opens    string    // when it opens next, formatted; empty when open or not known
	Cost     string    // "free", "call charge", in words; empty when not known
	Note     string    // "hours not confirmed", "Japanese only", in words; may be empty
	Urgent   bool
}

// Source is where an answer comes from.
type Source struct {
	Title     string `json:"title"`
	Publisher string `json:"publisher,omitempty"`
	URL       string `json:"url"`
	AsOf      string `json:"as_of"` // date or month, ISO 8601
	Shown     string `json:"-"`     // the date as the language writes it
}

// Option is a topic offered as a button.
type Option struct {
	Topic string
	Title string
}
