package bot_test

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"madoguchi/bot"
	"madoguchi/commands"
	"madoguchi/conversation"
	"madoguchi/internal/discordtest"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/store/redis"
	"madoguchi/store/storetest"
	"madoguchi/updates"
)

// victimEnv, when set, makes the test binary a process that posts news until it is
// killed; its value says where.
const victimEnv = "MADOGUCHI_TEST_VICTIM"

type victimOf struct{ URL, Token, Key, Redis string }

// TestVictim is no test but the process that TestKilled kills.
func TestVictim(t *testing.T) {
	var where victimOf
	if os.Getenv(victimEnv) == "" {
		t.Skip("a process for TestKilled")
	}
	if err := json.Unmarshal([]byte(os.Getenv(victimEnv)), &where); err != nil {
		t.Fatal(err)
	}
	silent := slog.New(slog.DiscardHandler)
	base, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := redis.Open(where.Redis, redis.Options{Log: silent})
	if err != nil {
		t.Fatal(err)
	}
	key, err := hex.DecodeString(where.Key)
	if err != nil {
		t.Fatal(err)
	}
	service := commands.NewModeration(s, commands.ModerationOptions{Base: base, Now: time.Now})
	router := commands.New(commands.Deps{Engine: conversation.New(base, words, language.NewIdentifier(), noFinder{}), Words: words, Store: s, Moderation: service})
	b, err := bot.New(bot.Options{Handler: router, Token: where.Token, APIURL: where.URL, HTTP: true, PublicKey: ed25519.PublicKey(key),
		Person: func(string) store.Person { return "nobody" }, Log: silent})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = b.Run(context.Background()) }()
	for !b.Ready() {
		time.Sleep(10 * time.Millisecond)
	}
	poster := b.Poster(func(p updates.Post) commands.Card { return commands.PostCard(words, base, p) })
	updates.NewWorker(service, poster, updates.WorkerOptions{Owner: "victim", Lease: 3 * time.Second, Call: time.Second, Poll: 50 * time.Millisecond, Parallel: 4, Log: silent}).Run(context.Background())
}

// victim starts such a process.
func (c *community) victim(server *storetest.Redis) *exec.Cmd {
	c.t.Helper()
	where, err := json.Marshal(victimOf{c.d.URL(), c.d.Token(), c.d.PublicKey(), server.URL()})
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.timeout=10m")
	cmd.Env = append(os.Environ(), victimEnv+"="+string(where))
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { kill(cmd) })
	return cmd
}

// kill ends a process as a power cut does.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// TestKilled kills the posting process in the middle of each kind of call, with and
// without that call being done, and lets another go on: each post is there once and
// shows what it should.
func TestKilled(t *testing.T) {
	const posts, one = "/channels/*/messages", "/channels/*/messages/*"
	for _, c := range []struct {
		name string
		// hold makes Discord hold the call in whose middle the process is killed.
		hold         func(d *discordtest.Server)
		method, path string
	}{
		{"looking whether it is posted", func(d *discordtest.Server) { d.HangNext("GET", posts, 5*time.Second, 4) }, "GET", posts},
		{"posting, done", func(d *discordtest.Server) { d.HangNext("POST", posts, 5*time.Second, 4) }, "POST", posts},
		{"posting, done only later", func(d *discordtest.Server) { d.DelayNext("POST", posts, 900*time.Millisecond, 4) }, "", ""},
		{"crossposting, done", func(d *discordtest.Server) { d.HangNext("POST", one+"/crosspost", 5*time.Second, 4) }, "POST", one + "/crosspost"},
		{"correcting, done", func(d *discordtest.Server) { d.HangNext("PATCH", one, 5*time.Second, 4) }, "PATCH", one},
		{"correcting, done only later", func(d *discordtest.Server) { d.DelayNext("PATCH", one, 900*time.Millisecond, 4) }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := storetest.StartRedis(t)
			w := newCommunity(t)
			p := w.start(openRedis(t, server), false)
			w.setUp()
			w.draft("1")
			correcting := strings.HasPrefix(c.name, "correcting")
			first := w.victim(server)
			if !correcting {
				c.hold(w.d)
			}
			w.want("publishing", w.slash(w.aiko, "update publish", discordtest.Options{"update": "1"}), w.say("en", "updates.done.published"))
			if correcting {
				w.posts(1, func(code language.Code) string { return fair(code).Title })
				c.hold(w.d)
				correct(w)
			}
			if c.method != "" {
				w.d.AwaitRequest(c.method, c.path, 1, patience)
			} else {
				time.Sleep(500 * time.Millisecond) // what is delayed is recorded only when done
			}
			kill(first)
			w.victim(server)
			if !correcting {
				w.posts(1, func(code language.Code) string { return fair(code).Title })
				correct(w)
			}
			w.posts(1, func(code language.Code) string {
				head, _, _ := strings.Cut(w.words.Text(code, "updates.corrected-on", map[string]any{"Date": knowledge.FormatAsOf(knowledge.Day(w.now()), code)}), "\n")
				return head
			})
			checkOnce(w, p)
		})
	}
}

// correct publishes a correction, approved by the other moderator.
func correct(w *community) {
	w.t.Helper()
	card := w.slash(w.binh, "update correct", discordtest.Options{"update": "1"})
	form := w.press(w.binh, card.Message, "m1:update-form:text:1:")
	w.submit(w.binh, form, map[string]string{"body": "津市で外国人のための仕事の説明会があります。場所は市役所です。", "change": "場所を直しました。"})
	w.slash(w.binh, "update submit", discordtest.Options{"update": "1"})
	m := w.slash(w.aiko, "update review", discordtest.Options{"update": "1"})
	m = w.press(w.aiko, m.Message, "m1:update:approve:1:")
	w.press(w.aiko, m.Message, "m1:update:publish:1:")
}

// checkOnce holds the log against what must have happened once.
func checkOnce(w *community, p *process) {
	w.t.Helper()
	act := updates.Act{ID: "look", Guild: w.guild.ID, By: updates.Actor{ID: w.aiko.ID, Roles: []string{w.mods.ID}}}
	count := map[updates.Verb]int{}
	told := 0
	storetest.Eventually(w.t, long, "the log is told", func() bool {
		list, _, err := p.service.History(context.Background(), act, updates.Filter{}, 0, 1000)
		if err != nil {
			return false
		}
		clear(count)
		told = 0
		for _, e := range list {
			if e.Tell {
				told++
			}
			count[e.Verb]++
		}
		return len(w.wrote(w.log)) >= told && count[updates.DidChangePost] >= 4 && count[updates.DidCrosspost] >= 4
	})
	if n := len(w.wrote(w.log)); n != told {
		w.t.Errorf("the log channel has %d lines, want %d", n, told)
	}
	if count[updates.DidPublish] != 2 || count[updates.DidPost] != 4 || count[updates.DidCrosspost] != 4 || count[updates.DidChangePost] != 4 {
		w.t.Errorf("the log has %v", count)
	}
}
