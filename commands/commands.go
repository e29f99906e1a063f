// Package commands holds what the bot does on Discord, one file for each slash
// command: its definition and its handler. A handler takes a Request and returns a
// Response; it never calls Discord, so the same handler serves the gateway, HTTP
// interactions and tests. Package bot turns events into Requests and draws
// Responses.
package commands
