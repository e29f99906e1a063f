package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"strings"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
)

// utterance is a text and the label it has, or the labels that are accepted.
type utterance struct {
	id, intent, scenario, text string
	accept                     []string
	lang                       language.Code
	field                      find.Field
}

func (u utterance) right(label string) bool {
	for _, a := range u.accept {
		if a == label {
			return true
		}
	}
	return label == u.intent && label != ""
}

func lines(file string, each func(line string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		if err := each(strings.TrimSuffix(s.Text(), "\r")); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// readUtterances reads a tab-separated file; with ids only those listed in that file.
func readUtterances(file, ids string) ([]utterance, error) {
	var only map[string]bool
	if ids != "" {
		only = map[string]bool{}
		if err := lines(ids, func(l string) error { only[strings.TrimSpace(l)] = true; return nil }); err != nil {
			return nil, err
		}
	}
	var out []utterance
	err := lines(file, func(l string) error {
		p := strings.Split(l, "\t")
		if len(p) != 4 {
			return fmt.Errorf("%d columns, want 4", len(p))
		}
		if only == nil || only[p[0]] {
			out = append(out, utterance{id: p[0], intent: p[1], scenario: p[2], text: p[3]})
		}
		return nil
	})
	return out, err
}

// readKnowledge reads what the bot learns from: ways people ask, titles, keywords, small
// talk and questions from outside; and what it knows of concepts.
func readKnowledge(dir string) ([]utterance, find.Concepts, error) {
	base, err := knowledge.Load(os.DirFS(dir))
	if err != nil {
		return nil, nil, fmt.Errorf("load the knowledge: %w", err)
	}
	var out []utterance
	for _, x := range conversation.Examples(base) {
		out = append(out, utterance{intent: x.Label, text: x.Text, lang: x.Lang, field: x.Field})
	}
	return out, base.ConceptFinder(), nil
}

// readQuestions reads the questions that a topic answers and that is known.
func readQuestions(file string, learn []utterance) ([]utterance, error) {
	known := map[string]bool{}
	for _, u := range learn {
		known[u.intent] = true
	}
	var out []utterance
	err := lines(file, func(l string) error {
		var q struct {
			ID, Lang, Text, Scope string
			Topics                []string
		}
		if err := json.Unmarshal([]byte(l), &q); err != nil {
			return err
		}
		if q.Scope == "in" && len(q.Topics) > 0 && known[q.Topics[0]] {
			out = append(out, utterance{id: q.ID, accept: q.Topics, text: q.Text, lang: language.Code(q.Lang)})
		}
		return nil
	})
	return out, err
}

// guess says which language most texts are in, by their letters.
func guess(list []utterance) language.Code {
	count := map[language.Code]int{}
	for _, u := range list {
		count[guessText(u.text)]++
	}
	best := language.English
	for _, code := range language.Codes() {
		if code != language.English && 2*count[code] > len(list) {
			best = code
		}
	}
	return best
}

func guessText(text string) language.Code {
	code := language.English
	for _, r := range text {
		switch {
		case r >= 0x1000 && r < 0x10A0:
			return language.Burmese
		case r >= 0x3040 && r < 0xA000:
			return language.Japanese
		case r >= 0x1EA0 && r < 0x1F00, strings.ContainsRune("ăâđêôơưàáèéìíòóùú", r):
			code = language.Vietnamese
		}
	}
	return code
}

func mapKeys(m map[string]float64) iter.Seq[string] { return maps.Keys(m) }
