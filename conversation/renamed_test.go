package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/knowledge"
	"madoguchi/language"
)

// From the day an office has another name, answers that call it by the old one say so.
func TestRenamedOffice(t *testing.T) {
	e := engine(t, told{})
	before := time.Date(2027, 3, 31, 23, 59, 0, 0, knowledge.Japan())
	after := time.Date(2027, 4, 1, 0, 0, 0, 0, knowledge.Japan())
	said := func(slug string, code language.Code, at time.Time) string {
		r, ok := e.Topic(slug, code, Session{}, at)
		if !ok {
			t.Fatalf("no topic %s", slug)
		}
		i := slices.IndexFunc(r.Notices, func(n Notice) bool { return n.Kind == NoticeRenamed })
		if i < 0 {
			return ""
		}
		return r.Notices[i].Text
	}
	for _, code := range language.Codes() {
		if s := said("titp-job-change", code, before); s != "" {
			t.Errorf("%s, the day before: %q", code, s)
		}
		if s := said("titp-job-change", code, after); !strings.Contains(s, "OTIT") || !strings.Contains(s, "外国人育成就労機構") {
			t.Errorf("%s, on the day: %q", code, s)
		}
		if s := said("minimum-wage", code, after); s != "" {
			t.Errorf("%s, an answer that does not name it: %q", code, s)
		}
	}
}
