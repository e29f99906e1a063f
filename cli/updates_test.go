package cli

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/commands"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/store"
	"madoguchi/store/embedded"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

const movedGuild = "900000000000000001"

// moderation opens the moderators' service on a store.
func moderation(t *testing.T, s store.Store) *updates.Service {
	t.Helper()
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return commands.NewModeration(s, commands.ModerationOptions{Base: base, Now: func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, knowledge.Japan()) }})
}

// TestUpdatesMove: from the embedded store to Redis by the command line.
func TestUpdatesMove(t *testing.T) {
	settings(t, nil)
	server := storetest.StartRedis(t)
	dir := t.TempDir()
	file, err := embedded.Open(filepath.Join(dir, storeFile), embedded.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	act := updates.Act{ID: "1", Guild: movedGuild, By: updates.Actor{ID: "101", Permissions: 1 << 5}}
	if _, err := moderation(t, file).NewUpdate(ctx, act, updates.Content{Texts: map[language.Code]updates.Text{"en": {Title: "A job fair", Body: "It is free."}}}); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := program("", "updates", "export", "--data-dir", dir); code != exitUsage || !strings.Contains(stderr, "in use") {
		t.Errorf("while the bot runs: code %d, %q", code, stderr)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "export.jsonl")
	code, _, stderr := program("", "updates", "export", "--data-dir", dir, out)
	if code != exitOK || stderr != "exported 2 documents, 1 lines of logs, 0 jobs, 0 counts\n" {
		t.Fatalf("export: code %d, %q", code, stderr)
	}
	if code, _, stderr := program("", "updates", "export", "--data-dir", dir, out); code != exitUsage || !strings.Contains(stderr, "exists") {
		t.Errorf("over a file that is there: code %d, %q", code, stderr)
	}
	code, stdout, _ := program("", "updates", "export", "--data-dir", dir)
	written, err := os.ReadFile(out)
	if err != nil || code != exitOK || stdout != string(written) {
		t.Errorf("standard output differs from the file: code %d, %v", code, err)
	}
	for range 2 { // again changes nothing
		code, _, stderr = program("", "updates", "import", "--redis-url", server.URL(), out)
		if code != exitOK || stderr != "imported 2 documents, 1 lines of logs, 0 jobs, 0 counts\n" {
			t.Fatalf("import: code %d, %q", code, stderr)
		}
	}
	there, err := redis.Open(server.URL(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	u, err := moderation(t, there).Get(ctx, act, "1")
	if err != nil || u.Work.Texts["en"].Title != "A job fair" {
		t.Errorf("in Redis: %+v, %v", u, err)
	}
	// Not over something else.
	if _, err := moderation(t, there).EditText(ctx, updates.Act{ID: "2", Guild: act.Guild, By: act.By}, "1", 0, "en", updates.Text{Title: "Changed", Body: "It is free."}); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	file, err = embedded.Open(filepath.Join(other, storeFile), embedded.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := moderation(t, file).NewUpdate(ctx, act, updates.Content{Texts: map[language.Code]updates.Text{"en": {Title: "Another", Body: "It is free."}}}); err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	_, stdout, _ = program("", "updates", "export", "--data-dir", other)
	if code, _, stderr := program(stdout, "updates", "import", "--redis-url", server.URL()); code != exitUsage || !strings.Contains(stderr, "line 2") {
		t.Errorf("over another store: code %d, %q", code, stderr)
	}
	if u, err := moderation(t, there).Get(ctx, act, "1"); err != nil || u.Work.Texts["en"].Title != "Changed" {
		t.Errorf("what was there is now %+v, %v", u.Work, err)
	}
}

// TestUpdatesMistakes: one clear sentence and exit code 2.
func TestUpdatesMistakes(t *testing.T) {
	settings(t, nil)
	for _, c := range []struct {
		name, stdin, says string
		args              []string
	}{
		{"nothing", "", "line 1", []string{"updates", "import"}},
		{"not an export", "{}\n", "not a whole export", []string{"updates", "import"}},
		{"cut off", "{\"export\":\"madoguchi\",\"version\":1}\n", "the last line is missing", []string{"updates", "import"}},
		{"no such file", "", "no-such-file", []string{"updates", "import", "no-such-file"}},
		{"no store", "", "no store is in DATA_DIR", []string{"updates", "export"}},
		{"bad Redis", "", "REDIS_URL", []string{"updates", "export", "--redis-url", "ftp://x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := program(c.stdin, append(c.args, "--data-dir", t.TempDir())...)
			if code != exitUsage || !strings.Contains(stderr, c.says) || strings.Contains(stderr, "goroutine") {
				t.Errorf("code %d, %q; want %q", code, stderr, c.says)
			}
		})
	}
}
