// Package store keeps what the bot remembers, behind one interface that two
// implementations serve: store/redis (one server, Sentinel or Cluster; for
// more than one process) and store/embedded (one file; the default). Both
// pass the conformance suite in store/storetest.
//
// # What is kept
//
//   - People: a session and preferences of each person, with a time to live.
//   - Durable state: versioned documents, append-only logs and schedules,
//     which one Write changes together or not at all.
//   - Counters: how often something happened, without who or what was said.
//   - Guards: Once (the same event delivered twice is handled once) and Take
//     (a token bucket).
//
// # What is not
//
// Values are bytes that callers give; this package neither reads them nor
// adds to them. Callers never give what a person wrote. People are known only
// by Person keys: HMAC-SHA-256 of the user id under a secret (see Keyer), so
// neither a copy of the store nor its logs tell who someone is.
//
// # Time
//
// A time to live runs on the store's own clock (Redis' or the process's).
// Where an operation takes now, that is the clock. Times are kept to the
// millisecond; finer parts are cut off.
package store
