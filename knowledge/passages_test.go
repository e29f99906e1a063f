package knowledge

import (
	"slices"
	"testing"

	"madoguchi/language"
)

func TestPassages(t *testing.T) {
	a, err := parseAnswer("en.md", []byte("---\ntitle: Pay\nkeywords: [pay]\n---\nYou are paid {{yen \"x\"}} an hour.\n\n## details\n**Since when.** It holds {{if before \"d\"}}from then on{{else}}today{{end}}.\nToo short\n\n## do\n1. Ask the company for the payslip.\n\n## who\nNobody is named here at all.\n\n## show\n> 給料はいくらですか。教えてください。\n> きゅうりょうは いくらですか。おしえてください。\n> How much is the pay? Tell me.\n"), language.English)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"You are paid   an hour", "Since when.  It holds  from then on today", "Ask the company for the payslip"}
	if got := a.Passages(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
