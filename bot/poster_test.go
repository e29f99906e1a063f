package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"madoguchi/bot"
	"madoguchi/commands"
	"madoguchi/internal/discordtest"
	"madoguchi/updates"
)

func drawPost(p updates.Post) commands.Card {
	return commands.Card{Tone: commands.News, Blocks: []commands.Block{
		commands.Text{Markdown: "news " + p.Mark + " @everyone"},
		press("In my language", "news", p.Mark),
	}}
}

func poster(t *testing.T, opts ...discordtest.Option) (*rig, *bot.Poster) {
	t.Helper()
	r := start(t, &fake{}, nil, opts...)
	return r, r.b.Poster(drawPost)
}

// TestPoster: post once, find it again, change it, publish it to followers.
func TestPoster(t *testing.T) {
	r, p := poster(t)
	d := r.d
	news := d.NewChannel(d.Guild(), "news", discordtest.ChannelAnnouncement)
	role := d.NewRole(d.Guild(), "subscribers", 0)
	began := time.Now()
	post := updates.Post{Guild: d.Guild().ID, Channel: news.ID, Nonce: "abc", Mark: "g.1.vi.e1", Ping: role.ID}
	made, err := p.Create(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Create(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	want := updates.Message{ID: made.ID, Marks: []string{"g.1.vi.e1"}}
	if diff := gocmp.Diff([]updates.Message{want, want}, []updates.Message{made, again}); diff != "" {
		t.Error(diff)
	}
	m := d.BotMessages(news)
	if len(m) != 1 || m[0].MentionedEveryone || gocmp.Diff([]string{role.ID}, m[0].MentionedRoles) != "" {
		t.Fatalf("%+v", m)
	}
	for range 2 {
		if err := p.Crosspost(t.Context(), news.ID, made.ID); err != nil {
			t.Error(err)
		}
	}
	post.Mark = "g.1.vi.withdrawn"
	if err := p.Edit(t.Context(), made.ID, post); err != nil {
		t.Fatal(err)
	}
	if m := d.BotMessages(news)[0]; !m.Crossposted || m.Edits != 1 || len(m.MentionedRoles) != 0 {
		t.Errorf("%+v", m)
	}
	for i := range 230 {
		d.Say(d.NewUser("ann"), news, fmt.Sprint(i))
	}
	post.Nonce, post.Mark, post.Ping = "def", "g.2.vi.e1", ""
	if _, err := p.Create(t.Context(), post); err != nil {
		t.Fatal(err)
	}
	got, err := p.Recent(t.Context(), news.ID, began)
	var marks []string
	for _, m := range got {
		marks = append(marks, m.Marks...)
	}
	if diff := gocmp.Diff([]string{"g.1.vi.withdrawn", "g.2.vi.e1"}, marks); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if got, err := p.Recent(t.Context(), news.ID, time.Now().Add(time.Hour)); err != nil || len(got) != 0 {
		t.Error(err, got)
	}
	text, err := p.Create(t.Context(), updates.Post{Channel: d.Channel().ID, Nonce: "x", Mark: "m"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Crosspost(t.Context(), d.Channel().ID, text.ID); err != nil {
		t.Error("not an announcement channel:", err)
	}
	ann := d.NewUser("ann")
	d.Join(d.Guild(), ann)
	for range 2 {
		if err := p.GiveRole(t.Context(), d.Guild().ID, ann.ID, role.ID); err != nil {
			t.Error(err)
		}
	}
	if got := d.MemberRoles(d.Guild(), ann); len(got) != 1 {
		t.Error(got)
	}
	if err := p.TakeRole(t.Context(), d.Guild().ID, ann.ID, role.ID); err != nil || len(d.MemberRoles(d.Guild(), ann)) != 0 {
		t.Error(err)
	}
}

// TestPosterFailures: each failure is told apart, and tried once.
func TestPosterFailures(t *testing.T) {
	r, p := poster(t)
	d, ch := r.d, r.d.Channel()
	post := updates.Post{Guild: d.Guild().ID, Channel: ch.ID, Nonce: "abc", Mark: "m"}
	limited := func(err error) bool {
		e, ok := errors.AsType[*updates.LimitedError](err)
		return ok && e.After >= time.Second
	}
	create := func() error { _, err := p.Create(t.Context(), post); return err }
	for _, test := range []struct {
		name  string
		fault func()
		do    func() error
		want  func(error) bool
	}{
		{"unavailable", func() { d.FailNext("POST", "/channels/*/messages", 503, 1) }, create,
			func(err error) bool { return err != nil && !errors.Is(err, updates.ErrRefused) }},
		{"lost", func() { d.LoseAnswerNext("POST", "/channels/*/messages", 1) }, create,
			func(err error) bool { return err != nil && !errors.Is(err, updates.ErrRefused) }},
		{"forbidden", func() { d.Deny(ch, 50013) }, create, func(err error) bool { return errors.Is(err, updates.ErrRefused) }},
		{"gone", func() { d.Deny(ch, 0) }, func() error { return p.Edit(t.Context(), "123456789012345678", post) },
			func(err error) bool { return errors.Is(err, updates.ErrGone) }},
		{"no mark", func() {}, func() error {
			_, err := r.b.Poster(func(updates.Post) commands.Card { return *says("x").Card }).Create(t.Context(), post)
			return err
		}, func(err error) bool { return errors.Is(err, updates.ErrRefused) }},
		{"too long", func() {}, func() error {
			_, err := r.b.Poster(func(updates.Post) commands.Card { return *says(strings.Repeat("x ", 3000)).Card }).Create(t.Context(), post)
			return err
		}, func(err error) bool { return errors.Is(err, updates.ErrRefused) }},
		{"limited", func() { d.LimitNext("POST", "/channels/*/messages", 2*time.Second, "user", 1) }, create, limited},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.fault()
			if err := test.do(); !test.want(err) {
				t.Error(err)
			}
		})
	}
	if n := len(d.Requests("POST", "/channels/*/messages")); n != 4 {
		t.Errorf("%d requests", n)
	}
	if n := len(d.BotMessages(ch)); n != 1 {
		t.Errorf("%d messages", n)
	}
}
