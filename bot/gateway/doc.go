// Package gateway keeps the websockets to Discord alive: one for each shard, started
// in the order and at the pace that Discord allows, resumed where the last one ended.
// What comes in is handed on as raw JSON.
//
// It takes discordgo's names for intents, and not its connection. Read against its
// source, discordgo v0.29.0
//   - answers every INVALID_SESSION with an IDENTIFY at once, also when the session
//     could be resumed, so that one refusal can spend the day's 1000 identifies;
//   - knows neither max_concurrency nor session_start_limit;
//   - resumes at the general address instead of resume_gateway_url;
//   - closes with code 1000 when heartbeats go unanswered, after five of them, which
//     ends the session that it then tries to resume;
//   - reconnects for ever after close codes that mean never;
//   - decodes each event whole before anyone sees it, and calls the handlers with half
//     of it when a component is of a type it doesn't know.
//
// None of that can be changed from outside, since the fields concerned are unexported.
package gateway
