package conversation

import (
	"strconv"
	"strings"

	"madoguchi/locales"
)

// Text draws the whole reply as plain text, in the order a person needs it: whom to
// call when it is urgent, the short answer, the rest, help lines, sources. It is
// the plain-text copy of a card and what the terminal shows.
func (r Reply) Text(words *locales.Words) string {
	var b strings.Builder
	para := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			if b.Len() > 0 {
				b.WriteString("\n\n")
			}
			b.WriteString(s)
		}
	}
	head := func(id string) string { return "■ " + words.Text(r.Language, id, nil) }
	for _, n := range r.Notices {
		if n.Kind == NoticeLanguage || n.Kind == NoticeMemory {
			para(n.Text)
		}
	}
	para(r.Lead)
	para(r.Short)
	if len(r.Choices) > 0 && r.Outcome == HandOver {
		para(head("handover.perhaps"))
	}
	if len(r.Choices) > 0 {
		var lines []string
		for i, c := range r.Choices {
			lines = append(lines, strconv.Itoa(i+1)+". "+c.Title)
		}
		para(strings.Join(lines, "\n"))
	}
	for _, s := range r.Sections {
		para("■ " + s.Heading + "\n" + s.Text)
	}
	if len(r.Phrases) > 0 {
		lines := []string{head("section.show")}
		for _, p := range r.Phrases {
			lines = append(lines, "「"+p.Line+"」", "  "+p.Reading)
			if p.Meaning != "" {
				lines = append(lines, "  "+p.Meaning)
			}
		}
		para(strings.Join(lines, "\n"))
	}
	if len(r.Helplines) > 0 {
		lines := []string{head("section.helplines")}
		hours := false
		for _, h := range r.Helplines {
			lines = append(lines, h.text(words, r)...)
			hours = hours || h.Hours != ""
		}
		if hours {
			lines = append(lines, words.Text(r.Language, "hours.japan", nil))
		}
		para(strings.Join(lines, "\n"))
	}
	for _, n := range r.Notices {
		if n.Kind != NoticeLanguage && n.Kind != NoticeMemory {
			para(n.Text)
		}
	}
	if len(r.Sources) > 0 {
		lines := []string{head("section.sources")}
		for _, s := range r.Sources {
			lines = append(lines, "- "+words.Text(r.Language, "source.line", locales.Data{"Title": s.Title, "Date": s.Shown}), "  "+s.URL)
		}
		para(strings.Join(lines, "\n"))
	}
	if r.Outcome == Answer {
		para(words.Text(r.Language, "disclaimer", nil))
	}
	return b.String()
}

func (h Helpline) text(words *locales.Words, r Reply) []string {
	lines := []string{"- " + h.Name}
	add := func(s string) {
		if s != "" {
			lines = append(lines, "  "+s)
		}
	}
	if h.Phone != "" {
		add("☎ " + h.Phone)
	} else {
		add(h.URL)
	}
	add(h.For)
	add(h.Hours)
	switch {
	case h.Open == OpenNow:
		add(words.Text(r.Language, "open.now", nil))
	case h.Opens != "":
		add(words.Text(r.Language, "open.next", locales.Data{"When": h.Opens}))
	case h.Open == ClosedNow:
		add(words.Text(r.Language, "open.closed", nil))
	}
	add(joinNotes(h.Cost, h.Note))
	return lines
}
