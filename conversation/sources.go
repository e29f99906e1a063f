package conversation

import (
	"strings"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// maxSources is how many sources a reply names.
const maxSources = 4

// sources names where the answer comes from, the page of an authority before
// others, and says what is past its review or stands on one source.
func (e *Engine) sources(r *Reply, t *knowledge.Topic, facts []*knowledge.Fact, now time.Time) {
	seen := map[string]bool{}
	add := func(f *knowledge.Fact, s knowledge.Source) {
		if len(r.Sources) < maxSources && !seen[s.URL] {
			seen[s.URL] = true
			r.Sources = append(r.Sources, Source{Title: s.Title, Publisher: s.Publisher, URL: s.URL, AsOf: e.asOf(f),
				Shown: knowledge.FormatAsOf(e.asOf(f), r.Language)})
		}
	}
	for _, f := range facts {
		for _, s := range f.Sources {
			if official(s.URL) {
				add(f, s)
				break
			}
		}
	}
	for _, f := range facts {
		if len(f.Sources) > 0 {
			add(f, f.Sources[0])
		}
	}
	stale, unsure := "", false
	for _, f := range facts {
		if e.stale(f, now) && (stale == "" || e.asOf(f) < stale) {
			stale = e.asOf(f)
		}
		unsure = unsure || !f.Confidence.Sure()
	}
	if stale != "" {
		r.Notices = append(r.Notices, Notice{NoticeStale, e.words.Text(r.Language, "notice.stale",
			locales.Data{"Date": knowledge.FormatAsOf(stale, r.Language)})})
	}
	if unsure {
		r.Notices = append(r.Notices, Notice{NoticeUnsure, e.words.Text(r.Language, "notice.unsure", nil)})
	}
}

// official reports whether an address is of a Japanese authority.
func official(url string) bool {
	host := strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
	host, _, _ = strings.Cut(host, "/")
	return strings.HasSuffix(host, ".go.jp") || strings.HasSuffix(host, ".lg.jp")
}

// lead is the line before all else in danger: whom to call now.
func (e *Engine) lead(code language.Code, lines []Helpline) string {
	var parts []string
	for _, l := range lines {
		if l.Phone != "" && (l.Urgent || len(parts) < 2) && len(parts) < 3 {
			parts = append(parts, e.words.Text(code, "lead.line", locales.Data{"Phone": l.Phone, "Name": l.Name}))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return e.words.Text(code, "lead.urgent", locales.Data{"Lines": strings.Join(parts, e.words.Text(code, "hours.list-comma", nil))})
}
