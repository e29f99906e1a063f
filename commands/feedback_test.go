package commands

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (d *desk) counts(counter string) map[string]int64 {
	d.t.Helper()
	all, err := d.store.Counts(context.Background(), counter)
	if err != nil {
		d.t.Fatal(err)
	}
	got := map[string]int64{}
	for field, n := range all {
		if n != 0 {
			got[field] = n
		}
	}
	return got
}

// One person counts once for an answer; changing one's mind moves the count.
func TestFeedbackCounts(t *testing.T) {
	type press struct {
		person, name, reason string
		want                 map[string]int64
	}
	const a = "minimum-wage/en/"
	for _, c := range []struct {
		name    string
		presses []press
	}{
		{"the same twice", []press{
			{"1", "good", "", map[string]int64{a + "helpful": 1}},
			{"1", "good", "", map[string]int64{a + "helpful": 1}},
		}},
		{"two people", []press{
			{"1", "good", "", map[string]int64{a + "helpful": 1}},
			{"2", "good", "", map[string]int64{a + "helpful": 2}},
		}},
		{"with a reason", []press{
			{"1", "bad", "", map[string]int64{a + "unhelpful": 1}},
			{"1", "reason", "wrong", map[string]int64{a + "unhelpful": 1, a + "wrong": 1}},
			{"1", "reason", "wrong", map[string]int64{a + "unhelpful": 1, a + "wrong": 1}},
			{"1", "bad", "", map[string]int64{a + "unhelpful": 1, a + "wrong": 1}},
			{"1", "reason", "old", map[string]int64{a + "unhelpful": 1, a + "old": 1}},
		}},
		{"a change of mind", []press{
			{"1", "bad", "", map[string]int64{a + "unhelpful": 1}},
			{"1", "reason", "unclear", map[string]int64{a + "unhelpful": 1, a + "unclear": 1}},
			{"1", "good", "", map[string]int64{a + "helpful": 1}},
			{"1", "bad", "", map[string]int64{a + "unhelpful": 1}},
		}},
		{"a reason that is none", []press{
			{"1", "reason", "because", map[string]int64{}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, fewBase)
			for i, p := range c.presses {
				q := d.request(KindComponent)
				q.UserID, q.Person = p.person, d.r.Keyer.Person(p.person)
				q.Action, q.Ephemeral = subject{Topic: "minimum-wage", Code: "en"}.do(p.name), true
				if p.reason != "" {
					q.Values = []string{p.reason}
				}
				d.handle(q)
				if diff := cmp.Diff(p.want, d.counts(CountFeedback)); diff != "" {
					t.Errorf("after press %d (-want +got):\n%s", i+1, diff)
				}
			}
		})
	}
	t.Run("a month later", func(t *testing.T) {
		d := newDesk(t, fewBase)
		d.command("topic", "topic", "minimum-wage")
		card := d.last
		d.press("good")
		d.now = d.now.Add(feedbackLife + time.Minute)
		d.last = card
		d.press("good")
		if diff := cmp.Diff(map[string]int64{a + "helpful": 2}, d.counts(CountFeedback)); diff != "" {
			t.Error(diff)
		}
	})
}

// What is asked is counted by topic and language, what has no answer by language and
// nearest topic.
func TestAskedCounts(t *testing.T) {
	d := newDesk(t, fewBase)
	d.teach()
	for _, id := range []string{askWage, askWage, askPassport, askUnknown, askHello, askForged} {
		d.say(questions("vi")[id])
	}
	d.say("qqq www eee")
	d.command("wage", "prefecture", "13")
	d.command("compare", "first", "13", "second", "27")
	d.press("topic")
	if diff := cmp.Diff(map[string]int64{"minimum-wage/vi": 3, sensitiveTopic + "/vi": 1, "compare-prefectures/vi": 1, "prefecture-profile/vi": 1}, d.counts(CountAsked)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"vi/job-search": 1, "vi/none": 1}, d.counts(CountUnanswered)); diff != "" {
		t.Errorf("unanswered (-want +got):\n%s", diff)
	}
}
