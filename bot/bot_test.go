package bot_test

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"madoguchi/bot"
	"madoguchi/commands"
	"madoguchi/internal/discordtest"
)

// TestRequests: what a person does becomes this request.
func TestRequests(t *testing.T) {
	f := &fake{}
	r := start(t, f, nil)
	d := r.d
	ann := d.NewUser("ann", "vi")
	boss := d.NewUser("boss", "ja")
	manager := d.NewRole(d.Guild(), "manager", discordtest.PermissionManageGuild)
	d.Join(d.Guild(), boss, manager)
	ch := d.Channel()
	thread := d.NewThread(ch, "thread", ann)
	guild := func(q commands.Request) commands.Request {
		q.GuildID, q.GuildLocale, q.Installed = d.Guild().ID, "en-US", true
		q.ChannelID = cmp.Or(q.ChannelID, ch.ID)
		q.Permissions = cmp.Or(q.Permissions, uint64(discordtest.DefaultPermissions))
		return q
	}
	f.handle = func(_ context.Context, q commands.Request) commands.Response {
		if q.Action.Name == "form" {
			return commands.Response{Modal: &commands.Modal{Action: commands.Do("sent", "7"), Title: "Form", Fields: []commands.Field{
				{ID: "title", Label: "Title", Required: true, MaxLength: 100},
				{ID: "kind", Label: "Kind", Options: []commands.MenuOption{{Label: "A", Value: "a"}, {Label: "B", Value: "b"}}, MinValues: 1, MaxValues: 2},
			}}}
		}
		return says("answer", press("Form", "form", "1"), commands.Menu{Action: commands.Do("menu"), Placeholder: "Pick",
			Options: []commands.MenuOption{{Label: "X", Value: "x"}, {Label: "Y", Value: "y"}}, Max: 2})
	}
	f.plan = func(q commands.Request) commands.Plan {
		return commands.Plan{Private: true, Modal: q.Action.Name == "form"}
	}
	var first discordtest.Response
	for _, test := range []struct {
		name string
		do   func()
		want commands.Request
	}{
		{"a command", func() { first = d.Slash(ann, ch, "ask", discordtest.Options{"question": "lương"}).Await(patience) },
			guild(commands.Request{Kind: commands.KindCommand, UserID: ann.ID, Locale: "vi", Name: "ask", Options: map[string]commands.Option{"question": {String: "lương"}}})},
		{"a command in a direct message", func() { d.Slash(ann, d.DMChannel(ann), "ask", nil).Await(patience) },
			commands.Request{Kind: commands.KindCommand, UserID: ann.ID, Locale: "vi", ChannelID: d.DMChannel(ann).ID, Direct: true, Name: "ask", Options: map[string]commands.Option{}}},
		{"a command in a thread", func() { d.Slash(ann, thread, "ask", nil).Await(patience) },
			guild(commands.Request{Kind: commands.KindCommand, UserID: ann.ID, Locale: "vi", ChannelID: thread.ID, ParentID: ch.ID, Name: "ask", Options: map[string]commands.Option{}})},
		{"typing", func() {
			d.Autocomplete(ann, ch, "ask", "question", discordtest.Options{"question": "lư"}).Await(patience)
		},
			guild(commands.Request{Kind: commands.KindAutocomplete, UserID: ann.ID, Locale: "vi", Name: "ask", Focused: "question", Options: map[string]commands.Option{"question": {String: "lư"}}})},
		{"a sub-command", func() {
			d.Slash(boss, ch, "settings show", discordtest.Options{"channel": ch, "role": manager, "count": 3, "loud": true}).Await(patience)
		},
			guild(commands.Request{Kind: commands.KindCommand, UserID: boss.ID, Locale: "ja", Name: "settings show", Roles: []string{manager.ID},
				Permissions: uint64(discordtest.DefaultPermissions | discordtest.PermissionManageGuild),
				Options:     map[string]commands.Option{"channel": {ID: ch.ID}, "role": {ID: manager.ID}, "count": {Integer: 3}, "loud": {Boolean: true}}})},
		{"a command on a message", func() {
			m := d.Say(boss, ch, "<@1> is it legal? <:smile:2> <https://example.org>")
			d.UseOn(ann, m, "Answer this").Await(patience)
		},
			guild(commands.Request{Kind: commands.KindTarget, UserID: ann.ID, Locale: "vi", Name: "Answer this", Text: "is it legal? <https://example.org>"})},
		{"a press", func() { first.Message = d.Press(ann, first.Message, "Form").Await(patience).Message },
			guild(commands.Request{Kind: commands.KindComponent, UserID: ann.ID, Locale: "vi", Action: commands.Do("form", "1"), Ephemeral: true})},
		{"a direct message", func() { d.DM(ann, "lương bao nhiêu?\nOsaka"); d.AwaitMessages(d.DMChannel(ann), 1, patience) },
			commands.Request{Kind: commands.KindMessage, UserID: ann.ID, ChannelID: d.DMChannel(ann).ID, Direct: true, Text: "lương bao nhiêu?\nOsaka"}},
		{"a mention in a thread", func() { d.Mention(ann, thread, "wage?"); d.AwaitMessages(thread, 1, patience) },
			commands.Request{Kind: commands.KindMessage, UserID: ann.ID, GuildID: d.Guild().ID, ChannelID: thread.ID, ParentID: ch.ID, Installed: true, Text: "wage?"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := f.count()
			test.do()
			eventually(t, "it is handled", func() bool { return f.count() > before })
			got := f.last(t)
			if got.ID == "" || got.Now.IsZero() || len(got.Person) != 43 || strings.Contains(string(got.Person), got.UserID) {
				t.Errorf("id %q, now %v, person %q", got.ID, got.Now, got.Person)
			}
			if diff := gocmp.Diff(test.want, got, cmpopts.IgnoreFields(commands.Request{}, "ID", "Now", "Person")); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a choice and a form", func(t *testing.T) {
		shown := d.Slash(ann, ch, "ask", nil).Await(patience)
		d.Pick(ann, shown.Message, "Pick", "x", "y").Await(patience)
		if diff := gocmp.Diff([]string{"x", "y"}, f.last(t).Values); diff != "" {
			t.Error(diff)
		}
		opened := d.Press(ann, shown.Message, "Form").Await(patience)
		if opened.Modal == nil || opened.Modal.Title != "Form" || len(opened.Modal.Fields) != 2 {
			t.Fatalf("%+v", opened.Modal)
		}
		d.Submit(ann, opened, map[string][]string{"Title": {"A title"}, "kind": {"a", "b"}}).Await(patience)
		got := f.last(t)
		want := map[string][]string{"title": {"A title"}, "kind": {"a", "b"}}
		if diff := gocmp.Diff(want, got.Fields); diff != "" || got.Kind != commands.KindModal || got.Action.ID() != "m1:sent:7" {
			t.Errorf("%s%+v", diff, got)
		}
		d.ForcePress(ann, shown.Message, "v0:old").Await(patience)
		if got := f.last(t); got.Action.Name != "" || got.Kind != commands.KindComponent {
			t.Errorf("%+v", got)
		}
	})
}

// TestAnswers: what the handler returns is what the person sees.
func TestAnswers(t *testing.T) {
	f := &fake{}
	r := start(t, f, nil)
	d := r.d
	ann, ch := d.NewUser("ann"), d.Channel()
	answer := func(resp commands.Response) discordtest.Response {
		t.Helper()
		f.handle = func(context.Context, commands.Request) commands.Response { return resp }
		return d.Slash(ann, ch, "ask", nil).Await(patience)
	}
	f.plan = func(commands.Request) commands.Plan { return commands.Plan{} }

	t.Run("a card", func(t *testing.T) {
		card := commands.Card{Tone: commands.Urgent, Blocks: []commands.Block{
			commands.Heading{Level: 1, Text: "Wages\n2027"}, commands.Text{Markdown: "**1,000** yen"}, commands.Small{Markdown: "Source\n\n2026"},
			commands.Rule{}, commands.Buttons{Buttons: []commands.Button{
				{Label: "Go", Style: commands.Primary, Action: commands.Do("go")}, {Label: "Site", URL: "https://example.org"}, {Label: "Stop", Style: commands.Danger, Action: commands.Do("stop"), Disabled: true},
			}},
		}}
		got := answer(commands.Response{Card: &card})
		if got.Kind != discordtest.AnswerMessage || got.Ephemeral || !got.V2 || got.MentionedEveryone {
			t.Errorf("%+v", got)
		}
		if diff := gocmp.Diff("# Wages 2027\n**1,000** yen\n-# Source\n\n-# 2026", got.Text); diff != "" {
			t.Error(diff)
		}
		var styles []int
		for _, b := range got.Buttons {
			styles = append(styles, b.Style)
		}
		if diff := gocmp.Diff([]int{1, 5, 4}, styles); diff != "" || !got.Buttons[2].Disabled {
			t.Error(diff)
		}
	})
	t.Run("private", func(t *testing.T) {
		if got := answer(says("secret")); !got.Ephemeral {
			t.Errorf("%+v", got)
		}
	})
	t.Run("more than one", func(t *testing.T) {
		resp := says("one")
		resp.Follow = []commands.Card{*says("two").Card, *says("three").Card}
		f.handle = func(context.Context, commands.Request) commands.Response { return resp }
		it := d.Slash(ann, ch, "ask", nil)
		if got := it.AwaitFollowup(2, patience); got.Text != "three" || !got.Ephemeral {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a file", func(t *testing.T) {
		resp := says("here it is", press("Delete", "delete"))
		resp.Files = []commands.File{{Name: "data.json", Data: []byte(`{"a":1}`)}}
		got := answer(resp)
		if len(got.Files) != 1 || string(got.Files[0].Data) != `{"a":1}` {
			t.Fatalf("%+v", got.Files)
		}
		f.handle = func(context.Context, commands.Request) commands.Response {
			r := says("deleted")
			r.Replace = true
			return r
		}
		after := d.Press(ann, got.Message, "Delete").Await(patience)
		if after.Kind != discordtest.AnswerUpdate || after.Text != "deleted" || len(after.Files) != 0 {
			t.Errorf("%+v", after)
		}
	})
	t.Run("beside the message", func(t *testing.T) {
		shown := answer(says("one", press("More", "more")))
		got := d.Press(ann, shown.Message, "More").Await(patience)
		if now, _ := d.Message(shown.ID); got.Kind != discordtest.AnswerMessage || now.Edits != 0 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("nothing to say", func(t *testing.T) {
		shown := answer(says("one", press("Fine", "fine")))
		f.handle = func(context.Context, commands.Request) commands.Response { return commands.Response{Silent: true} }
		if ack := d.Press(ann, shown.Message, "Fine").AwaitAck(patience); ack.Kind != discordtest.AnswerDeferredUpdate {
			t.Errorf("%+v", ack)
		}
		it := d.Slash(ann, ch, "ask", nil)
		it.AwaitAck(patience)
		eventually(t, "thinking… is gone", func() bool { r, _ := it.Response(); return r.Deleted })
	})
	t.Run("choices", func(t *testing.T) {
		var list []commands.Choice
		for i := range 40 {
			list = append(list, commands.Choice{Name: "the same", Value: "x"}, commands.Choice{Name: fmt.Sprint(i, strings.Repeat("ကို", 60)), Value: fmt.Sprint(i)})
		}
		f.handle = func(context.Context, commands.Request) commands.Response { return commands.Response{Choices: list} }
		got := d.Autocomplete(ann, ch, "ask", "question", nil).Await(patience)
		if len(got.Choices) != 25 || !strings.HasSuffix(got.Choices[1].Name, "ကို…") {
			t.Errorf("%d choices: %+v", len(got.Choices), got.Choices[1])
		}
	})
	t.Run("none", func(t *testing.T) {
		f.handle = func(context.Context, commands.Request) commands.Response { return commands.Response{} }
		if got := d.Autocomplete(ann, ch, "ask", "question", nil).Await(patience); len(got.Choices) != 0 {
			t.Errorf("%+v", got.Choices)
		}
	})
	t.Run("a panic", func(t *testing.T) {
		f.handle = func(context.Context, commands.Request) commands.Response { panic("what ann wrote") }
		d.Slash(ann, ch, "ask", nil).AwaitAck(patience)
		if strings.Contains(r.log.String(), "what ann wrote") {
			t.Error("the log repeats it")
		}
	})
}

// TestPersonalInstall: where only the person installed the app there are at most five
// messages after the first.
func TestPersonalInstall(t *testing.T) {
	f := &fake{handle: func(context.Context, commands.Request) commands.Response {
		resp := says("first")
		for i := range 9 {
			resp.Follow = append(resp.Follow, *says(fmt.Sprint(i)).Card)
		}
		return resp
	}}
	r := start(t, f, nil)
	g := r.d.NewGuildWithoutBot("elsewhere")
	ch := r.d.NewChannel(g, "general")
	it := r.d.Slash(r.d.NewUser("ann"), ch, "ask", nil)
	it.AwaitFollowup(5, patience)
	if q := f.last(t); q.Installed || q.Direct || q.GuildID != g.ID {
		t.Errorf("%+v", q)
	}
	r.d.Slash(r.d.NewUser("bee"), r.d.NewGroupDM(r.d.NewUser("cem")), "ask", nil).Await(patience)
	if q := f.last(t); q.Installed || q.Direct {
		t.Errorf("%+v", q)
	}
}

// TestDeferred: a slow handler's answer is announced, privately or not as planned, and
// then put in its place.
func TestDeferred(t *testing.T) {
	f := &fake{}
	r := start(t, f, func(o *bot.Options) { o.DeferAfter = 30 * time.Millisecond })
	d := r.d
	ann, ch := d.NewUser("ann"), d.Channel()
	slow := func(plan commands.Plan, resp commands.Response) {
		f.plan = func(commands.Request) commands.Plan { return plan }
		f.handle = func(ctx context.Context, q commands.Request) commands.Response {
			time.Sleep(150 * time.Millisecond)
			return resp
		}
	}
	quick := func() discordtest.Message {
		t.Helper()
		f.plan, f.handle = nil, func(context.Context, commands.Request) commands.Response {
			return says("start", press("More", "more"))
		}
		return d.Slash(ann, ch, "ask", nil).Await(patience).Message
	}
	t.Run("private", func(t *testing.T) {
		slow(commands.Plan{Private: true}, says("late"))
		it := d.Slash(ann, ch, "ask", nil)
		if ack := it.AwaitAck(patience); ack.Kind != discordtest.AnswerDeferred || !ack.Ephemeral {
			t.Errorf("%+v", ack)
		}
		if got := it.Await(patience); got.Text != "late" || !got.Ephemeral || !got.V2 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("public", func(t *testing.T) {
		resp := says("late")
		resp.Private = false
		slow(commands.Plan{}, resp)
		if got := d.Slash(ann, ch, "ask", nil).Await(patience); got.Text != "late" || got.Ephemeral {
			t.Errorf("%+v", got)
		}
	})
	t.Run("private though planned public", func(t *testing.T) {
		slow(commands.Plan{}, says("secret"))
		it := d.Slash(ann, ch, "ask", nil)
		if got := it.AwaitFollowup(1, patience); got.Text != "secret" || !got.Ephemeral {
			t.Errorf("%+v", got)
		}
		if got, _ := it.Response(); got.Text == "secret" && !got.Ephemeral {
			t.Errorf("it is public: %+v", got)
		}
	})
	t.Run("in place", func(t *testing.T) {
		shown := quick()
		resp := says("late")
		resp.Replace = true
		slow(commands.Plan{Private: true, Replace: true}, resp)
		it := d.Press(ann, shown, "More")
		if ack := it.AwaitAck(patience); ack.Kind != discordtest.AnswerDeferredUpdate {
			t.Errorf("%+v", ack)
		}
		if got := it.Await(patience); got.Text != "late" || got.ID != shown.ID {
			t.Errorf("%+v", got)
		}
	})
	t.Run("beside though planned in place", func(t *testing.T) {
		shown := quick()
		slow(commands.Plan{Private: true, Replace: true}, says("an error"))
		it := d.Press(ann, shown, "More")
		if got := it.AwaitFollowup(1, patience); got.Text != "an error" || !got.Ephemeral {
			t.Errorf("%+v", got)
		}
	})
	t.Run("nothing to say", func(t *testing.T) {
		slow(commands.Plan{Private: true}, commands.Response{Silent: true})
		it := d.Slash(ann, ch, "ask", nil)
		eventually(t, "thinking… is gone", func() bool { r, _ := it.Response(); return r.Deleted })
	})
	t.Run("a form is never deferred", func(t *testing.T) {
		shown := quick()
		slow(commands.Plan{Modal: true}, commands.Response{Modal: &commands.Modal{Action: commands.Do("sent"), Title: "Form", Fields: []commands.Field{{ID: "a", Label: "A"}}}})
		it := d.Press(ann, shown, "More")
		if ack := it.AwaitAck(patience); ack.Kind != discordtest.AnswerModal || it.Callbacks() != 1 {
			t.Errorf("%+v", ack)
		}
	})
}

// TestTwice: an event that is delivered twice is answered once.
func TestTwice(t *testing.T) {
	f := &fake{}
	r := start(t, f, nil)
	ann := r.d.NewUser("ann")
	it := r.d.Slash(ann, r.d.Channel(), "ask", nil)
	it.Redeliver()
	it.Await(patience)
	it.Redeliver()
	m := r.d.DM(ann, "hello")
	r.d.Redeliver(m)
	r.d.AwaitMessages(r.d.DMChannel(ann), 1, patience)
	r.d.Redeliver(m)
	r.d.DM(ann, "again")
	r.d.AwaitMessages(r.d.DMChannel(ann), 2, patience)
	if f.count() != 3 || it.Callbacks() != 1 {
		t.Errorf("%d handled, %d first answers", f.count(), it.Callbacks())
	}
	// Another process had it: the handler knows, and nothing is sent.
	f.handle = func(context.Context, commands.Request) commands.Response { return commands.Response{Ignore: true} }
	it = r.d.Slash(ann, r.d.Channel(), "ask", nil)
	eventually(t, "it is handled", func() bool { return f.count() == 4 })
	if err := r.end(); err != nil || it.Callbacks() != 0 {
		t.Errorf("%v, %d first answers", err, it.Callbacks())
	}
}

// TestMessages: which messages are answered, and how.
func TestMessages(t *testing.T) {
	f := &fake{handle: func(_ context.Context, q commands.Request) commands.Response { return says("to " + q.Text) }}
	r := start(t, f, nil)
	d := r.d
	ann, ch := d.NewUser("ann"), d.Channel()
	d.Say(ann, ch, "gossip")
	asked := d.Mention(ann, ch, "one")
	got := d.AwaitMessages(ch, 1, patience)[0]
	if got.Text != "to one" || got.ReplyTo != asked.ID || len(got.MentionedUsers) != 0 || got.Ephemeral {
		t.Errorf("%+v", got)
	}
	d.Reply(ann, got, "two", true)
	d.AwaitMessages(ch, 2, patience)
	d.Reply(ann, got, "three", false)
	d.Mention(ann, ch, "")
	if got := d.AwaitMessages(ch, 3, patience)[2]; got.Text != "to" {
		t.Errorf("%+v", got)
	}
	d.DM(ann, "four")
	if got := d.AwaitMessages(d.DMChannel(ann), 1, patience)[0]; got.Text != "to four" || got.ReplyTo != "" {
		t.Errorf("%+v", got)
	}
	if n := d.Typing(d.DMChannel(ann)); n != 1 {
		t.Errorf("typing was shown %d times", n)
	}
	if f.count() != 4 {
		t.Errorf("%d handled", f.count())
	}
	// A bot's words are never answered.
	d.Dispatch("MESSAGE_CREATE", map[string]any{"id": "5", "channel_id": d.DMChannel(ann).ID, "type": 0, "content": "beep", "author": map[string]any{"id": "6", "bot": true}})
	// Too long for one message: nothing is lost, nothing cut in the middle.
	f.handle = func(context.Context, commands.Request) commands.Response {
		return says(strings.Repeat("ကြိုးစားပါ။ ", 900), press("More", "more"))
	}
	d.DM(ann, "long")
	long := d.AwaitMessages(d.DMChannel(ann), 4, patience)[1:]
	text := ""
	for _, m := range long {
		text += m.Text + " "
		if !strings.HasSuffix(m.Text, "။") {
			t.Errorf("cut in the middle: …%s", m.Text[len(m.Text)-40:])
		}
	}
	if n := strings.Count(text, "ကြိုးစားပါ။ "); n != 900 || len(long[len(long)-1].Buttons) != 1 {
		t.Errorf("%d of 900 sentences came in %d messages", n, len(long))
	}
}

// TestTyping: in a channel of a server typing shows while a handler works, and not when
// there is nothing to say.
func TestTyping(t *testing.T) {
	f := &fake{handle: func(ctx context.Context, q commands.Request) commands.Response {
		if q.Text == "slow" {
			time.Sleep(400 * time.Millisecond)
			return says("done")
		}
		return commands.Response{Silent: true}
	}}
	r := start(t, f, nil)
	ann, ch := r.d.NewUser("ann"), r.d.Channel()
	r.d.Mention(ann, ch, "quiet")
	r.d.Mention(ann, ch, "slow")
	r.d.AwaitMessages(ch, 1, patience)
	if n := r.d.Typing(ch); n != 1 {
		t.Errorf("typing was shown %d times", n)
	}
}

// TestFaults: Discord's failures don't lose answers.
func TestFaults(t *testing.T) {
	const callback, original, follow = "/interactions/*/*/callback", "/webhooks/*/*/messages/@original", "/webhooks/*/*"
	for name, test := range map[string]struct {
		fault func(*discordtest.Server)
		slow  bool
	}{
		"500 to the first answer":        {func(d *discordtest.Server) { d.FailNext("POST", callback, 500, 1) }, false},
		"first answer lost":              {func(d *discordtest.Server) { d.LoseAnswerNext("POST", callback, 1) }, false},
		"connection cut":                 {func(d *discordtest.Server) { d.ResetNext("POST", callback, 2) }, false},
		"429 to the first answer":        {func(d *discordtest.Server) { d.LimitNext("POST", callback, 50*time.Millisecond, "user", 1) }, false},
		"503 to the edit after a defer":  {func(d *discordtest.Server) { d.FailNext("PATCH", original, 503, 2) }, true},
		"429 to the edit after a defer":  {func(d *discordtest.Server) { d.LimitNext("PATCH", original, 50*time.Millisecond, "user", 2) }, true},
		"500 to the message that follow": {func(d *discordtest.Server) { d.FailNext("POST", follow, 500, 1) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{handle: func(context.Context, commands.Request) commands.Response {
				if test.slow {
					time.Sleep(100 * time.Millisecond)
				}
				resp := says("one")
				resp.Follow = []commands.Card{*says("two").Card}
				return resp
			}}
			r := start(t, f, func(o *bot.Options) { o.DeferAfter = 50 * time.Millisecond })
			test.fault(r.d)
			it := r.d.Slash(r.d.NewUser("ann"), r.d.Channel(), "ask", nil)
			if got := it.Await(patience); got.Text != "one" {
				t.Errorf("%+v", got)
			}
			if got := it.AwaitFollowup(1, patience); got.Text != "two" {
				t.Errorf("%+v", got)
			}
		})
	}
	t.Run("messages", func(t *testing.T) {
		const path = "/channels/*/messages"
		r := start(t, &fake{}, nil)
		ann := r.d.NewUser("ann")
		r.d.FailNext("POST", path, 502, 1)
		r.d.LoseAnswerNext("POST", path, 1)
		r.d.LimitNext("POST", path, 20*time.Millisecond, "shared", 1)
		r.d.DM(ann, "hello")
		r.d.AwaitMessages(r.d.DMChannel(ann), 1, patience)
		r.d.Deny(r.d.Channel(), 50013)
		r.d.Mention(ann, r.d.Channel(), "hello")
		r.d.DM(ann, "again")
		if got := r.d.AwaitMessages(r.d.DMChannel(ann), 2, patience); len(got) != 2 {
			t.Errorf("%d messages", len(got))
		}
	})
	t.Run("a message that Discord refuses", func(t *testing.T) {
		f := &fake{handle: func(context.Context, commands.Request) commands.Response {
			return says("the words", press("Same", "x"), press("Same", "x")) // custom ids must differ
		}}
		r := start(t, f, nil, discordtest.AllowViolations())
		if got := r.d.Slash(r.d.NewUser("ann"), r.d.Channel(), "ask", nil).Await(patience); got.Text != "the words" || len(got.Buttons) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestUnknownComponents: what Discord invents later loses no event.
func TestUnknownComponents(t *testing.T) {
	f := &fake{}
	r := start(t, f, nil)
	ann := r.d.NewUser("ann")
	message := `"message":{"id":"9","channel_id":"8","type":"strange","flags":64,"author":{"id":"7"},"components":[{"type":99,"components":[{"type":98,"surprise":{"a":[1]}}]}]}`
	it := r.d.Interact(ann, r.d.Channel(), 3, []byte(`{"data":{"custom_id":"m1:go","component_type":97,"values":["1"]},`+strings.Replace(message, `"strange"`, `0`, 1)+`}`))
	it.Redeliver()
	eventually(t, "it is handled", func() bool { return f.count() == 1 })
	if q := f.last(t); q.Action.Name != "go" || !q.Ephemeral {
		t.Errorf("%+v", q)
	}
	r.d.Interact(ann, r.d.Channel(), 5, []byte(`{"data":{"custom_id":"m1:sent","components":[{"type":18,"component":{"type":23,"custom_id":"tick","value":true}},{"type":18,"component":{"type":4,"custom_id":"a","value":"x"}}]}}`))
	r.d.Interact(ann, r.d.Channel(), 99, []byte(`{"data":{}}`))
	r.d.Dispatch("MESSAGE_CREATE", `{"id":"11","channel_id":"12","type":0,"channel_type":1,"author":{"id":"`+ann.ID+`"},"content":"hi","components":[{"type":99}],"poll":{"new":1}}`)
	eventually(t, "the message is handled", func() bool { return f.last(t).Text == "hi" })
}

// TestFair: one person's flood doesn't keep others waiting.
func TestFair(t *testing.T) {
	var mu sync.Mutex
	var order []string
	release := make(chan struct{})
	f := &fake{handle: func(_ context.Context, q commands.Request) commands.Response {
		if q.Text == "first" {
			<-release
		}
		mu.Lock()
		order = append(order, q.Text)
		mu.Unlock()
		return commands.Response{Silent: true}
	}}
	r := start(t, f, func(o *bot.Options) { o.Workers = 1 })
	flood, ann := r.d.NewUser("flood"), r.d.NewUser("ann")
	r.d.DM(flood, "first")
	for i := range 30 {
		r.d.DM(flood, fmt.Sprint("flood ", i))
	}
	r.d.DM(ann, "ann")
	eventually(t, "all are waiting", func() bool { return f.count() == 1 })
	time.Sleep(50 * time.Millisecond)
	close(release)
	eventually(t, "all are handled", func() bool { return f.count() == 32 })
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	for i, text := range order {
		if text == "ann" && i > 2 {
			t.Errorf("she came after %d others", i)
		}
	}
	if order[2] != "flood 0" && order[1] != "flood 0" {
		t.Errorf("out of order: %q", order[:4])
	}
}

// TestLate: what Discord no longer waits for when its turn comes isn't worked on.
func TestLate(t *testing.T) {
	release := make(chan struct{})
	f := &fake{plan: func(commands.Request) commands.Plan { return commands.Plan{Modal: true} }}
	f.handle = func(_ context.Context, q commands.Request) commands.Response {
		if q.Kind == commands.KindMessage {
			<-release
		}
		return says("answer")
	}
	r := start(t, f, func(o *bot.Options) { o.Workers = 1 })
	ann := r.d.NewUser("ann")
	r.d.DM(ann, "slow")
	eventually(t, "it works", func() bool { return f.count() == 1 })
	late := r.d.Slash(r.d.NewUser("bee"), r.d.Channel(), "ask", nil)
	time.Sleep(3100 * time.Millisecond)
	close(release)
	r.d.Slash(ann, r.d.Channel(), "ask", nil).Await(patience)
	if f.count() != 2 || late.Callbacks() != 0 {
		t.Errorf("%d handled, %d late answers", f.count(), late.Callbacks())
	}
}

// TestShutdown: what is in hand is finished, what comes later is not begun.
func TestShutdown(t *testing.T) {
	begun := make(chan struct{})
	f := &fake{handle: func(_ context.Context, q commands.Request) commands.Response {
		close(begun)
		time.Sleep(200 * time.Millisecond)
		return says("finished")
	}}
	r := start(t, f, nil)
	it := r.d.Slash(r.d.NewUser("ann"), r.d.Channel(), "ask", nil)
	<-begun
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	if got, ok := it.Response(); !ok || got.Text != "finished" {
		t.Errorf("%+v", got)
	}
	if r.b.Ready() {
		t.Error("still ready")
	}
	if c := r.d.Connections()[0]; c.ClosedBy != "client" || c.Code != 1000 {
		t.Errorf("%+v", c)
	}
}

// TestShutdownInTime: a handler that never ends doesn't keep the process.
func TestShutdownInTime(t *testing.T) {
	f := &fake{handle: func(ctx context.Context, q commands.Request) commands.Response {
		<-ctx.Done()
		return says("too late")
	}}
	r := start(t, f, func(o *bot.Options) { o.Grace = 50 * time.Millisecond })
	r.d.DM(r.d.NewUser("ann"), "hello")
	eventually(t, "it has begun", func() bool { return f.count() == 1 })
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedToken: a wrong token ends Run with an error that says so.
func TestRefusedToken(t *testing.T) {
	d := discordtest.New(t, discordtest.AllowViolations())
	b, err := bot.New(bot.Options{Handler: &fake{}, Token: "wrong", APIURL: d.URL(), Person: func(string) storePerson { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "token") {
		t.Fatal(err)
	}
}

// TestRegister: commands are registered when they changed and only then, with
// integration types and contexts, and again after Discord failed.
func TestRegister(t *testing.T) {
	d := discordtest.New(t)
	put := func() int { return len(d.Requests("PUT", "/applications/*/commands")) }
	d.FailNext("PUT", "/applications/*/commands", 500, 5)
	r := startOn(t, d, &fake{}, nil)
	eventually(t, "they are registered", func() bool { return len(d.Commands()) == 4 })
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	first := put()
	where := map[string]string{}
	for _, c := range d.Commands() {
		where[fmt.Sprint(c["name"])] = fmt.Sprintln(c["contexts"], c["integration_types"], c["default_member_permissions"])
	}
	want := map[string]string{"ask": "[0 1 2] [0 1] <nil>\n", "language": "[0 1 2] [0 1] <nil>\n", "Answer this": "[0 1 2] [0 1] <nil>\n", "settings": "[0] [0] 32\n"}
	if diff := gocmp.Diff(want, where); diff != "" {
		t.Error(diff)
	}
	gets := func() int { return len(d.Requests("GET", "/applications/*/commands")) }
	before := gets()
	r = startOn(t, d, &fake{}, nil)
	eventually(t, "they are compared", func() bool { return gets() > before })
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	if n := put(); n != first {
		t.Errorf("the same commands were registered again (%d, %d)", first, n)
	}
	changed := basics()
	changed[0].Options[0].Description = "What do you want to know?"
	r = startOn(t, d, &fake{defs: changed}, nil)
	eventually(t, "the change is registered", func() bool { return put() == first+1 })
}
