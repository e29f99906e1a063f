// Package updates is what a community's moderators do: the life of a piece of news
// (an update) and the mending of the knowledge between releases. It knows nothing of
// Discord: commands draws its values and turns presses into its calls, bot puts its
// posts into channels (Poster). It imports only store and language.
//
// # The life of an update
//
//	draft → in review → approved (→ scheduled) → published → corrected
//	                                                 ↘ withdrawn, expired
//
// What is out (Live) and what is being prepared (Work) stand side by side in one
// document, so that a correction goes through the same review while the first text
// stays out. Nobody approves their own words: each part (the details, the text in one
// language) needs someone else than its writers, so that two moderators who each wrote
// a language approve each other's. A community of one can do without; then every line
// of the log says so. To withdraw takes one person, since it can't wait; the log says
// so too.
//
// Every act is one store.Write: the update under the version it was read with, its line
// in the community's list, its line in the log, and the jobs that follow from it. So
// either all of it happened or none, whoever dies in between, and the second of two
// editors is told (ChangedError). An act carries the id of its event: the same event
// delivered twice is one act.
//
// # Each post exactly once
//
// A network can't take part in a Write, so between "posted" and "written down that it is
// posted" a process can die, or an answer can be lost. This is how each channel's message
// is made once all the same, and shows what it should at last:
//
//   - One document for each message (updates-posts) says which message it is and what
//     that shows. A job says "bring this message to what it should show", whatever that
//     is by then: the first edition, a correction, a withdrawal, the expiry. A job put
//     anew replaces the old one, and doing it twice changes nothing.
//   - Jobs are claimed with a lease; who dies loses it, and another goes on.
//   - Before a call to the network the document says who is about to make it and until
//     when (Doing, Until); all others keep away from that message until then. So a slow
//     process can't put an older edition over a newer one, also when its job was put
//     anew meanwhile. The call itself is bounded well below Until.
//   - Before a message is made, the channel is read back since the first try: each
//     message carries its mark in the custom id of a button, where the bot finds it
//     again without reading what people write. What is found is taken over.
//   - It is made with a nonce that is the same at each try, and enforce_nonce. That
//     covers what reading back can't see: a request whose sender gave up and that
//     arrives just after. Discord then returns the message that is there already.
//   - When nobody can know whether a call was done, everybody keeps away from the
//     message for a while, until it can't be under way any more.
//   - After the call the document and the log entry are written in one Write, and the
//     job is completed when nothing is left to do.
//
// A 429 gives the job back until the time it names. A refusal (no permission, channel
// gone) is written down and logged, and tried again when a moderator says so. Crossposting
// is a step of its own, recorded separately; doing it again is refused by Discord and
// taken for done. The log channel works likewise, with the place in the log in place of
// the message.
//
// What remains: a process that is stopped (not killed) between its last look at the
// clock and its call for longer than Until and than Discord remembers nonces could post
// a second time when it wakes. Its call's context has run out by then, so Go does not
// send it; only a stop inside the sending itself is left.
//
// # Times
//
// Moderators give times in Japan time. An update leaves answers and lists at the very
// moment of its expiry, whether or not a worker came round to its posts.
package updates
