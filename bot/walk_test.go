package bot_test

import (
	"context"
	"flag"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"madoguchi/commands"
	"madoguchi/conversation"
	"madoguchi/internal/discordtest"
	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/store/embedded"
)

// noFinder finds nothing: what is looked up by name needs no finder.
type noFinder struct{}

func (noFinder) FindAfter(string, string, language.Code) []find.Candidate { return nil }

var everything = flag.Bool("everything", false, "show every topic and prefecture in all four languages, not each in one: takes minutes")

// TestEverythingIsAccepted shows every topic with all its pages, every prefecture and
// every help line through the whole bot to a Discord that judges each message by the
// OpenAPI document and the rules beside it. Each is shown in one of the languages in
// turn, with -everything in all four; the limits alone are tested for all of them in
// package commands.
func TestEverythingIsAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("shows thousands of messages")
	}
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	file, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	keyer, err := store.NewKeyer([]byte("a secret for tests alone"))
	if err != nil {
		t.Fatal(err)
	}
	router := commands.New(commands.Deps{Engine: conversation.New(base, words, language.NewIdentifier(), noFinder{}), Words: words,
		Store: file, Keyer: keyer, Log: slog.New(slog.DiscardHandler), Limit: commands.Limit{PerSecond: 1000, Burst: 100000}})
	r := start(t, &fake{defs: router.Definitions(), plan: router.Plan, handle: router.Handle}, nil)
	t.Cleanup(func() {
		r.end()
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	for turn, code := range language.Codes() {
		t.Run(string(code), func(t *testing.T) { showAll(t, r, base, code, turn) })
	}
}

func showAll(t *testing.T, r *rig, base *knowledge.Base, code language.Code, turn int) {
	shown := 0
	mine := func(i int) bool { return *everything || i%len(language.Codes()) == turn }
	ann := r.d.NewUser("ann-" + string(code))
	ch := r.d.Channel()
	see := func(it *discordtest.Interaction) discordtest.Message {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		got, err := it.Wait(ctx)
		if err != nil {
			t.Fatalf("%v; the log says:\n%s", err, tail(r.log.String()))
		}
		if !got.V2 || !got.Ephemeral || got.Text == "" {
			t.Fatalf("%+v", got)
		}
		shown++
		return got.Message
	}
	see(r.d.Slash(ann, ch, "language", discordtest.Options{"language": string(code)}))
	// press follows a button by the name of its action, if the message has it.
	press := func(m discordtest.Message, action string) (discordtest.Message, bool) {
		t.Helper()
		for _, b := range m.Buttons {
			if strings.HasPrefix(b.CustomID, "m1:"+action+":") {
				return see(r.d.ForcePress(ann, m, b.CustomID)), true
			}
		}
		return discordtest.Message{}, false
	}
	// leaf turns the pages of a message to the last.
	leaf := func(m discordtest.Message) {
		t.Helper()
		for n := 2; n < 20; n++ {
			next := ""
			for _, b := range m.Buttons {
				if strings.HasSuffix(b.CustomID, ":"+strconv.Itoa(n)) && (strings.HasPrefix(b.CustomID, "m1:details:") || strings.HasPrefix(b.CustomID, "m1:hotline:")) {
					next = b.CustomID
				}
			}
			if next == "" {
				return
			}
			m = see(r.d.ForcePress(ann, m, next))
		}
	}
	for i, slug := range base.Slugs {
		if !mine(i) {
			continue
		}
		m := see(r.d.Slash(ann, ch, "topic", discordtest.Options{"topic": slug}))
		details, ok := press(m, "details")
		if !ok {
			t.Fatalf("%s in %s has no button for the rest: %q", slug, code, m.Labels())
		}
		leaf(details)
		for n, action := range []string{"person", "copy", "share", "bad"} {
			if *everything || n == i/len(language.Codes())%4 {
				press(m, action)
			}
		}
	}
	for i, p := range base.Prefectures {
		if !mine(i) {
			continue
		}
		see(r.d.Slash(ann, ch, "region", discordtest.Options{"prefecture": p.Code}))
		see(r.d.Slash(ann, ch, "wage", discordtest.Options{"prefecture": p.Code}))
		with := func(n int) string { return base.Prefectures[(i+n)%len(base.Prefectures)].Code }
		see(r.d.Slash(ann, ch, "compare", discordtest.Options{"first": p.Code, "second": with(1), "third": with(2), "fourth": with(3), "fifth": with(4)}))
	}
	leaf(see(r.d.Slash(ann, ch, "hotline", nil)))
	for _, area := range knowledge.Areas() {
		see(r.d.Slash(ann, ch, "topic", discordtest.Options{"area": string(area)}))
	}
	for _, name := range []string{"topic", "visa", "rights", "region", "language", "privacy", "help"} {
		see(r.d.Slash(ann, ch, name, nil))
	}
	// The settings, each part set and then opened again with what is picked.
	manager := r.d.NewRole(r.d.Guild(), "manager "+string(code), discordtest.PermissionManageGuild)
	r.d.Join(r.d.Guild(), ann, manager)
	pick := func(m discordtest.Message, action string, values ...string) discordtest.Message {
		t.Helper()
		for _, x := range m.Selects {
			if strings.HasPrefix(x.CustomID, "m1:"+action+":") {
				return see(r.d.Pick(ann, m, x.CustomID, values...))
			}
		}
		t.Fatalf("no menu does %q in %q", action, m.Text)
		return m
	}
	m := see(r.d.Slash(ann, ch, "settings", nil))
	for part, value := range map[string]string{"language": "vi", "channels": ch.ID, "announce": ch.ID, "role": manager.ID, "log": ch.ID} {
		m = pick(pick(m, "settings-part", part), "settings-set", value)
		opened := pick(m, "settings-part", part)
		back, ok := press(opened, "settings")
		if !ok {
			t.Fatalf("no way back from %q", opened.Text)
		}
		m = back
	}
	t.Logf("%d messages", shown)
}

func tail(s string) string { return s[max(len(s)-3000, 0):] }
