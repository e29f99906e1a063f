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

// renamed says of each office that the answer calls by its old short name what it is
// called now, unless the answer says so itself.
func (e *Engine) renamed(r *Reply, now time.Time) {
	text := r.Short
	for _, s := range r.Sections {
		text += "\n" + s.Text
	}
	for _, n := range e.base.Renamed(now) {
		if strings.Contains(text, n.Old.Short) && !strings.Contains(text, n.New.Japanese) {
			r.Notices = append(r.Notices, Notice{NoticeRenamed, e.words.Text(r.Language, "notice.renamed", locales.Data{
				"Old": n.Old.Short, "New": n.New.In(r.Language, true), "Date": knowledge.Format(n.Since, r.Language)})})
		}
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
		urgent := l.Urgent && l.Open != ClosedNow
		if l.Phone != "" && (urgent && len(parts) < 3 || l.Open == OpenNow && len(parts) < 2) {
			// The name says the number again where that is what people call it.
			name, _, _ := strings.Cut(e.base.Services[l.ID].Name[code], " ("+l.Phone+")")
			parts = append(parts, e.words.Text(code, "lead.line", locales.Data{"Phone": l.Phone, "Name": name}))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return e.words.Text(code, "lead.urgent", locales.Data{"Lines": strings.Join(parts, e.words.Text(code, "hours.list-comma", nil))})
}
