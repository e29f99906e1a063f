package evaluate

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// TestSharedQuestions scores the bot as it ships on the questions and dialogues beside
// the repository. The floors are below what it reaches (see FINDING.md), so that
// only a real loss fails.
func TestSharedQuestions(t *testing.T) {
	var set Set
	for _, name := range []string{"questions.jsonl", "dialogues.jsonl"} {
		f, err := os.Open(filepath.Join("..", "..", "..", "shared", "eval", name))
		if err != nil {
			t.Skipf("the questions beside the repository are not here: %v", err)
		}
		err = set.Read(name, f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	finder, stale, err := conversation.OpenFinder(context.Background(), base)
	if err != nil {
		t.Fatal(err)
	}
	if stale {
		t.Error("conversation/finder.model was trained on other questions: run madoguchi train")
	}
	e := conversation.New(base, words, language.NewIdentifier(), finder)
	at := time.Date(2026, 12, 1, 12, 0, 0, 0, knowledge.Japan())
	rep := Run(context.Background(), e, set, at, func(slug string) bool { return base.Topics[slug] != nil })
	if rep.Skipped > 0 {
		t.Errorf("%d questions are about topics that the knowledge does not hold", rep.Skipped)
	}
	for _, r := range rep.Rows() {
		t.Logf("%-14s n %3d  first %.3f  third %.3f  precision %.3f  refused %.3f  language %.3f", r.Name, r.Questions, r.First, r.Third, r.Precision, r.Refused, r.Language)
		if language.Code(r.Name).Valid() {
			if r.First < 0.72 || r.Third < 0.90 || r.Refused < 0.85 || r.Language < 0.96 {
				t.Errorf("%s fell: %+v", r.Name, r)
			}
		}
		if r.Name == "questions" && (r.First < 0.82 || r.Precision < 0.92) {
			t.Errorf("all questions fell: %+v", r)
		}
	}
}
