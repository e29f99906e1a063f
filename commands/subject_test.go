package commands

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"madoguchi/conversation"
)

// Pressing a button answers what was asked to choose from: nothing of it is left for the
// next message to lean on.
func TestSubjectSettlesTheChoice(t *testing.T) {
	before := conversation.Session{Topic: "job-search", Likely: "overtime-pay", Choices: []string{"overtime-pay", "unpaid-wages"}}
	for topic, want := range map[string]conversation.Session{
		"unpaid-wages": {Language: "en", Topic: "unpaid-wages", Before: "job-search"},
		"job-search":   {Language: "en", Topic: "job-search"},
		"":             {Language: "en", Topic: "job-search"},
	} {
		if diff := cmp.Diff(want, subject{Topic: topic, Code: "en"}.session(before)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", topic, diff)
		}
	}
}
