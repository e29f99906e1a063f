package discordtest

import "time"

// Option changes how a Server behaves.
type Option func(*config)

type config struct {
	token, appID    string
	heartbeat       time.Duration
	maxConcurrency  int
	identifyEvery   time.Duration
	startsLeft      int
	shards          int
	privileged      int
	openapi         bool
	openapiPath     string
	needMentions    bool
	allowViolations bool
	rules           bool
	recordLimit     int
	clock           func() time.Time
	ackWithin       time.Duration
	tokenLife       time.Duration
	limits          RateLimits
	routes          []route
	judge           *commandJudge
}

func defaults() config {
	return config{
		token: "MTEwMDAwMDAwMDAwMDAwMDAwMA.loopback.only-for-tests-on-this-machine", appID: "1100000000000000000",
		heartbeat: 41250 * time.Millisecond, maxConcurrency: 1, startsLeft: 1000, shards: 1,
		openapi: true, needMentions: true, rules: true, recordLimit: 20000, clock: time.Now,
		ackWithin: 3 * time.Second, tokenLife: 15 * time.Minute,
		routes: routes(), judge: newCommandJudge(),
		limits: RateLimits{Route: Limit{50, time.Second}, Global: Limit{50, time.Second}},
	}
}

// WithToken sets the bot token that is accepted.
func WithToken(token string) Option { return func(c *config) { c.token = token } }

// WithHeartbeat sets the heartbeat interval told in HELLO (default 41.25 s).
// A client that is silent for twice as long is closed with 4009.
func WithHeartbeat(d time.Duration) Option { return func(c *config) { c.heartbeat = d } }

// WithIdentifyLimit lets each of maxConcurrency buckets (shard_id modulo
// maxConcurrency) identify once in per; sooner gets an invalid session.
// Discord's per is five seconds. Without this option nothing is refused.
func WithIdentifyLimit(maxConcurrency int, per time.Duration) Option {
	return func(c *config) { c.maxConcurrency, c.identifyEvery = maxConcurrency, per }
}

// WithSessionStarts sets how many identifies are left today (default 1000).
// Past it the gateway answers 4004, since Discord resets the token.
func WithSessionStarts(left int) Option { return func(c *config) { c.startsLeft = left } }

// WithShards sets the number of shards that GET /gateway/bot recommends.
func WithShards(n int) Option { return func(c *config) { c.shards = n } }

// Privileged intents, refused with 4014 unless allowed.
const (
	IntentGuildMembers   = 1 << 1
	IntentGuildPresences = 1 << 8
	IntentMessageContent = 1 << 15
)

// WithPrivileged allows privileged intents.
func WithPrivileged(intents int) Option { return func(c *config) { c.privileged |= intents } }

// WithOpenAPI reads Discord's OpenAPI document from path.
func WithOpenAPI(path string) Option {
	return func(c *config) { c.openapi, c.openapiPath = true, path }
}

// WithoutOpenAPI doesn't check requests against the document, for load.
func WithoutOpenAPI() Option { return func(c *config) { c.openapi = false } }

// WithoutRules checks neither the document nor the rules known by code.
func WithoutRules() Option { return func(c *config) { c.openapi, c.rules = false, false } }

// WithoutMentionCheck lets messages come without an empty allowed_mentions.
func WithoutMentionCheck() Option { return func(c *config) { c.needMentions = false } }

// AllowViolations keeps violations from failing the test at its end.
func AllowViolations() Option { return func(c *config) { c.allowViolations = true } }

// WithRecordLimit keeps at most n requests, n interactions, and n messages a
// channel, dropping the oldest (default 20,000).
func WithRecordLimit(n int) Option { return func(c *config) { c.recordLimit = n } }

// WithClock sets the time by which interactions expire and nonces are forgotten.
func WithClock(now func() time.Time) Option { return func(c *config) { c.clock = now } }

// WithAckLimit sets within what time an interaction must be answered first
// (default 3 s), and WithTokenLife how long its token is good (default 15 min).
func WithAckLimit(d time.Duration) Option { return func(c *config) { c.ackWithin = d } }

// WithTokenLife sets how long an interaction token is good (default 15 min).
func WithTokenLife(d time.Duration) Option { return func(c *config) { c.tokenLife = d } }

// WithRateLimits sets rate limits (default 50 a second for each route and
// 50 a second in all, which interaction endpoints don't count to).
func WithRateLimits(l RateLimits) Option { return func(c *config) { c.limits = l } }
