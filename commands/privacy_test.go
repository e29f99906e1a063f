package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"madoguchi/language"
	"madoguchi/store"
)

// What PRIVACY.md promises is what the program does.
func TestPrivacyPage(t *testing.T) {
	page, err := os.ReadFile("../PRIVACY.md")
	if err != nil {
		t.Fatal(err)
	}
	english, _, _ := strings.Cut(string(page), "## 日本語")
	for what, life := range map[string]time.Duration{
		"the conversation's slots": sessionLife,
		"what you chose":           preferenceLife,
		"which answers you judged": feedbackLife,
		"what a button needs":      heldLife,
	} {
		words := map[bool]string{true: fmt.Sprintf("%d days", int(life.Hours()/24)), false: fmt.Sprintf("%d minutes", int(life.Minutes()))}[life >= 24*time.Hour]
		if life == 365*24*time.Hour {
			words = "one year after the last use"
		}
		found := false
		for line := range strings.Lines(english) {
			found = found || strings.HasPrefix(line, "| "+what) && strings.Contains(line, words)
		}
		if !found {
			t.Errorf("PRIVACY.md does not say that %s is kept for %s", what, words)
		}
	}
}

// A choice lives for a year from the last use, not from the day it was made.
func TestChoiceIsRenewed(t *testing.T) {
	d := newDesk(t, fewBase)
	d.command("language", "language", "my")
	for range 3 {
		d.now = d.now.Add(300 * 24 * time.Hour)
		if got := d.command("help").Card.Language; got != language.Burmese {
			t.Fatalf("used every 300 days, the choice of Burmese became %s", got)
		}
	}
	d.now = d.now.Add(366 * 24 * time.Hour)
	if got := d.command("help").Card.Language; got != language.English {
		t.Errorf("a year after the last use %s is still chosen", got)
	}
}

// The file holds every record; deleting leaves none, and the next visit starts anew.
func TestPrivacyFileAndDelete(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t, fewBase)
	d.teach()
	d.command("language", "language", "vi")
	d.say(questions(language.Vietnamese)[askPassport])
	d.command("topic", "topic", "minimum-wage")
	d.press("good")
	person := d.r.Keyer.Person(d.userID)
	records, err := d.store.Records(ctx, person)
	if err != nil || len(records) != len(store.Kinds()) {
		t.Fatalf("%d records, %v; the test wants one of each kind", len(records), err)
	}
	d.command("privacy")
	got := d.press("privacy-file")
	var file struct {
		Kept []struct {
			Kind  store.Kind
			Value json.RawMessage
		}
	}
	if err := json.Unmarshal(got.Files[0].Data, &file); err != nil || len(file.Kept) != len(records) {
		t.Errorf("the file holds %d records of %d: %v", len(file.Kept), len(records), err)
	}
	// Someone else's records stay.
	d.userID = "2"
	d.command("language", "language", "my")
	d.userID = "300000000000000001"
	d.command("privacy")
	d.press("privacy-delete")
	if left, err := d.store.Records(ctx, person); err != nil || len(left) > 0 {
		t.Errorf("left after deleting: %v %v", left, err)
	}
	if other, err := d.store.Records(ctx, d.r.Keyer.Person("2")); err != nil || len(other) == 0 {
		t.Errorf("another person's records went too: %v %v", other, err)
	}
}

// unforgetting is a store that loses the deletion.
type unforgetting struct{ store.Store }

func (unforgetting) Forget(context.Context, store.Person) error { return nil }

// What is left after deleting is never called deleted.
func TestDeleteIsProven(t *testing.T) {
	d := newDesk(t, fewBase)
	d.r.Store = unforgetting{d.store}
	d.command("language", "language", "en")
	d.command("privacy")
	if got := d.press("privacy-delete"); got.Card.Tone != Wrong {
		t.Errorf("nothing was deleted, and the person is told:\n%s", drawResponse(got))
	}
}

// Clearing forgets what the conversation was about, so that a glance at a later answer
// does not give it away.
func TestClearForgets(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	d.command("language", "language", "en")
	d.command("ask", "question", questions(language.English)[askPassport])
	d.press("clear")
	records, err := d.store.Records(context.Background(), d.r.Keyer.Person(d.userID))
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range records {
		if rec.Kind != store.KindPreferences {
			t.Errorf("%s is left: %s", rec.Kind, rec.Value)
		}
	}
}
