// Package rest speaks Discord's REST API: one request at a time, with rate limits
// read from the answers, repeated where that is safe, and errors that never show a
// token. It knows no command and no event.
//
// discordgo v0.29.0 has a client too. It is not used for these reasons: it retries
// only a 502, sleeps through rate limits without regard to the context, lets one
// request at a time through each bucket and keeps a bucket for every interaction
// token for ever.
package rest
