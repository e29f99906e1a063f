package commands

import (
	"strings"

	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// say returns a sentence of the interface.
func (r *Router) say(code language.Code, id string) string { return r.Words.Text(code, id, nil) }

// fill returns a sentence of the interface with its gaps filled.
func (r *Router) fill(code language.Code, id string, data locales.Data) string {
	return r.Words.Text(code, id, data)
}

// topicButton opens a topic; it has no label when there is no such topic, and so is
// left out of its row.
func (r *Router) topicButton(v *visit, s subject, label string) Button {
	title, ok := v.title(s.Topic, s.Code)
	if !ok {
		return Button{}
	}
	if label == "" {
		label = title
	}
	return Button{Label: label, Action: s.do("topic")}
}

// prefecture returns the name of a prefecture.
func (r *Router) prefecture(code string, in language.Code) string {
	if p := r.Engine.Base().Prefecture(code); p != nil {
		return p.Name.In(in)
	}
	return code
}

// joined puts facts of one line side by side.
func joined(parts ...string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, " · ")
}

// link writes a title that leads to an address, without a preview.
func link(title, url string) string {
	title = strings.NewReplacer("[", "(", "]", ")", "\n", " ").Replace(title)
	return "[" + title + "](<" + url + ">)"
}

// areaOf reads an area from an option or button.
func areaOf(s string) (knowledge.Area, bool) {
	for _, a := range knowledge.Areas() {
		if string(a) == s {
			return a, true
		}
	}
	return "", false
}

// pageOf says which page of how many is shown.
func (r *Router) pageOf(n, pages int, code language.Code) string {
	return r.fill(code, "page.of", locales.Data{"Page": number(n, code), "Pages": number(pages, code)})
}
