package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"madoguchi/knowledge"
)

// program runs the command line as main does, on a fixed clock.
func program(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	m := &Main{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Now: func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, knowledge.Japan()) }}
	code = m.Run(context.Background(), args)
	return code, out.String(), errs.String()
}

func TestMistakesGetOneClearSentence(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.jsonl")
	if err := os.WriteFile(broken, []byte("{\"id\":\"a\",\"text\":\"x\"}\n{not json\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"no command", nil, "expected one of"},
		{"unknown command", []string{"dance"}, "dance"},
		{"unknown flag", []string{"ask", "--colour", "hi"}, "--colour"},
		{"unknown language", []string{"ask", "--lang", "fr", "hi"}, "--lang"},
		{"not a moment", []string{"ask", "--at", "tomorrow", "hi"}, "tomorrow"},
		{"no question", []string{"ask"}, "what is the question"},
		{"question and lines", []string{"ask", "--jsonl", "hi"}, "takes no question"},
		{"no such knowledge", []string{"--knowledge", "no/such/folder", "ask", "hi"}, "no/such/folder"},
		{"empty knowledge", []string{"--knowledge", t.TempDir(), "ask", "hi"}, "topics.yaml"},
		{"no such file", []string{"eval", "no-such-file.jsonl"}, "no-such-file.jsonl"},
		{"broken file", []string{"eval", broken}, "broken.jsonl:2"},
		{"no such topic", []string{"topic", "no-such-topic"}, "no-such-topic"},
		{"no such status", []string{"topic", "--status", "king", "job-search"}, "king"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := program("", c.args...)
			if code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}
			if !strings.Contains(stderr, c.says) || strings.Contains(stderr, "goroutine") {
				t.Errorf("says %q, want it to name %q", stderr, c.says)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"ask", "--help"}, {"chat", "--help"}, {"check", "--help"}, {"eval", "--help"}, {"serve", "--help"}, {"topic", "--help"}, {"train", "--help"}} {
		code, stdout, _ := program("", args...)
		if code != exitOK || !strings.Contains(stdout, "Usage: madoguchi") {
			t.Errorf("%v: exit %d, %.80q", args, code, stdout)
		}
	}
}

func TestAskJSONHasTheFieldsOfTheContract(t *testing.T) {
	code, stdout, stderr := program("", "ask", "--json", "what is the minimum wage in Akita")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	want := []string{"confidence", "helplines", "id", "language", "outcome", "prefectures", "sources", "text", "title", "topic", "topics", "urgent"}
	if !slices.Equal(keys, want) {
		t.Errorf("fields %v, want %v", keys, want)
	}
	if got["outcome"] != "answer" || got["topic"] != "minimum-wage" || got["language"] != "en" {
		t.Errorf("got %v %v %v", got["outcome"], got["topic"], got["language"])
	}
	if p, _ := got["prefectures"].([]any); len(p) != 1 || p[0] != "05" {
		t.Errorf("prefectures %v", got["prefectures"])
	}
	source, _ := got["sources"].([]any)
	if len(source) == 0 {
		t.Fatal("no sources")
	}
	if first, _ := source[0].(map[string]any); first["title"] == "" || !strings.HasPrefix(first["url"].(string), "http") || first["as_of"] == "" {
		t.Errorf("source %v", source[0])
	}
}

func TestLines(t *testing.T) {
	in := strings.Join([]string{
		`{"id":"1","text":"what is the minimum wage in Tokyo","session":"a"}`,
		`{"id":"2","text":"hello","session":"b"}`,
		`{"id":"3","text":"and in Osaka?","session":"a"}`,
		`{broken`,
		``,
		`{"id":"5"}`,
		"{\"id\":\"6\",\"text\":\"\xff\"}",
		`{"id":"7","text":"` + strings.Repeat("x", maxLine) + `"}`,
		`{"id":"8","text":"パスポートを会社に取られました"}`,
	}, "\n")
	code, stdout, stderr := program(in, "ask", "--jsonl")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	type line struct {
		ID, Outcome, Topic, Language, Error string
		Prefectures                         []string
	}
	var got []line
	for _, s := range strings.Split(strings.TrimSpace(stdout), "\n") {
		var l line
		if err := json.Unmarshal([]byte(s), &l); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		got = append(got, l)
	}
	if len(got) != 8 {
		t.Fatalf("%d lines, want 8", len(got))
	}
	if l := got[2]; l.ID != "3" || l.Topic != "minimum-wage" || !slices.Equal(l.Prefectures, []string{"27"}) {
		t.Errorf("the follow-up in its session: %+v", l)
	}
	for i, id := range map[int]string{3: "", 4: "5", 5: "", 6: ""} {
		if got[i].Error == "" || got[i].ID != id {
			t.Errorf("line %d: %+v, want an error", i, got[i])
		}
	}
	if l := got[7]; l.Topic != "passport-confiscation" || l.Language != "ja" || l.Error != "" {
		t.Errorf("after broken lines: %+v", l)
	}
}

func TestChat(t *testing.T) {
	code, out, stderr := program("what is the minimum wage in Akita\n/language my\n/language fr\n/help\n/nonsense\n1050\n/quit\nnever read\n", "chat")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{"Akita", "https://", "ja, en, vi, my", "မြန်မာ"} {
		if !strings.Contains(out, want) {
			t.Errorf("the conversation does not hold %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "never read") {
		t.Error("went on after /quit")
	}
}

func TestAt(t *testing.T) {
	ask := func(at string) string {
		code, out, stderr := program("", "ask", "--at", at, "minimum wage in Akita")
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, stderr)
		}
		short, _, _ := strings.Cut(out, "■")
		return short
	}
	before, after := ask("2026-03-01"), ask("2027-05-01T09:00")
	if before == after {
		t.Errorf("the wage of Akita is the same before and after it rises: %s", before)
	}
}

func TestCheckPasses(t *testing.T) {
	code, stdout, _ := program("", "check", "--json")
	for _, l := range strings.Split(strings.TrimSpace(stdout), "\n") {
		if strings.Contains(l, `"level":"error"`) {
			t.Error(l)
		}
	}
	if code != exitOK {
		t.Errorf("exit %d", code)
	}
}

func TestCheckFindsMistakes(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, knowledge.Embedded()); err != nil {
		t.Fatal(err)
	}
	edit := func(name, old, now string) {
		t.Helper()
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s does not hold %q", name, old)
		}
		if err := os.WriteFile(path, bytes.Replace(data, []byte(old), []byte(now), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit("topics/regions/job-search/en.md", "## do\n", "## do\n1. Call 0570-000000 within 14 days.\n")
	edit("topics/regions/job-search/vi.md", "## traps\n", "## tricks\n")
	edit("topics/regions/small-companies/ja.md", "## details\n", "## details\nあたらしい文です。\n")
	edit("topics/regions/labour-shortage/topic.yaml", "related:", "relatde:")
	code, stdout, _ := program("", "--knowledge", dir, "check")
	if code != exitFailed {
		t.Errorf("exit %d, want %d", code, exitFailed)
	}
	for _, want := range []string{"job-search/en.md", "(digits)", "job-search/vi.md", "tricks", "labour-shortage/topic.yaml", "relatde", "small-companies/my.md", "(behind)"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("check does not name %q", want)
		}
	}
}
