package commands

import (
	"context"
	"time"

	"madoguchi/conversation"
	"madoguchi/language"
)

// Metrics counts what people do, without who. Safe for concurrent use.
type Metrics interface {
	// Interaction is called once for each request. name is one of a fixed set
	// ("ask", "button details", "message"), as is outcome ("ok", "answer",
	// "handover", "limited", "error …"); code is "" when no language was needed.
	Interaction(name, outcome string, code language.Code)
}

type noMetrics struct{}

func (noMetrics) Interaction(string, string, language.Code) {}

// Updates is what a server's moderators have published or changed since the release.
// Safe for concurrent use. It must be quick, and gives nothing rather than wait.
type Updates interface {
	// News returns what concerns a topic or prefectures ("" and none: everything),
	// newest first, in the language where it exists in it.
	News(ctx context.Context, q NewsQuery) []NewsItem
	// Mending returns what moderators changed in the knowledge as it counts in a server
	// ("": in direct messages), as it is now; nil: nothing. Handlers use Router.engine,
	// which minds it in everything that is shown.
	Mending(ctx context.Context, guildID string) conversation.Mended
}

// NewsQuery asks for news.
type NewsQuery struct {
	GuildID     string
	Language    language.Code
	Topic       string
	Prefectures []string
	Now         time.Time
}

// NewsItem is one published, unexpired update.
type NewsItem struct {
	ID        string
	Title     string // neutralised: no mentions, no masked links
	Text      string
	Language  language.Code // may be another than was asked for
	Published time.Time
	By        string // the author's role, as the server names it; may be empty
	Source    string // link in full; may be empty
	Corrected bool
}

type noUpdates struct{}

func (noUpdates) News(context.Context, NewsQuery) []NewsItem          { return nil }
func (noUpdates) Mending(context.Context, string) conversation.Mended { return nil }
