// Package bot is Discord: it connects (bot/gateway, or HTTP interactions), turns what
// comes in into a commands.Request, and sends what a commands.Handler returns. No
// answer is decided here.
//
// An event goes through these files: event.go and decode.go read the raw JSON, queue.go
// takes turns between people, exchange.go answers an interaction within Discord's time,
// speak.go answers a message, draw.go and component.go make Discord's components of a
// card.
//
// # Components V2, not embeds
//
// Cards are drawn as Components V2. A container shows headings, small print and rules
// the same on phone and desktop, lets buttons stand below the part they belong to, and
// has one limit of 4000 characters, where embeds have a dozen and show their fields in
// three columns that Burmese doesn't fit. discordgo v0.29.0 can send them but cannot
// read back types it doesn't know, nor send labels in forms; the bot has its own few
// types for both.
package bot
