package commands

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/knowledge/find"
	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/store"
	"madoguchi/store/embedded"
)

// fewTopics are what transcripts are made with, so that they change only when these
// do: an ordinary one, a sensitive one, an urgent one, and ones that change with the
// prefecture.
func fewTopics() []string {
	return []string{"minimum-wage", sensitiveTopic, "forced-return", "esd-job-change", "prefecture-profile", "job-search"}
}

var (
	fewBase = sync.OnceValues(func() (*knowledge.Base, error) { return loadOnly(fewTopics()) })
	allBase = sync.OnceValues(func() (*knowledge.Base, error) { return knowledge.Load(knowledge.Embedded()) })
)

// loadOnly loads the knowledge with these topics only.
func loadOnly(slugs []string) (*knowledge.Base, error) {
	few := fstest.MapFS{}
	err := fs.WalkDir(knowledge.Embedded(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if parts := strings.Split(name, "/"); parts[0] == "topics" && len(parts) == 4 && !slices.Contains(slugs, parts[2]) {
			return nil
		}
		data, err := fs.ReadFile(knowledge.Embedded(), name)
		few[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	return knowledge.Load(few)
}

// sensitiveTopic stands for what is not for others to see.
const sensitiveTopic = "passport-confiscation"

// scripted is a finder that knows what each text is about, also when the engine puts
// the last topic before it. As with a real one, all candidates of a text sum to 1.
type scripted map[string][]find.Candidate

func (s scripted) FindAfter(_, text string, _ language.Code) []find.Candidate {
	var list []find.Candidate
	for known, candidates := range s {
		if strings.HasSuffix(text, known) {
			list = slices.Clone(candidates)
		}
	}
	rest := 1.0
	for _, c := range list {
		rest -= c.Score
	}
	return append(list, find.Candidate{Label: "something else", Score: rest})
}

// desk is a router with a store and a clock, and one person before it.
type desk struct {
	t       *testing.T
	r       *Router
	store   store.Store
	now     time.Time
	events  int
	locale  string
	userID  string
	guildID string // "" : a direct message
	perms   uint64
	last    Response
	finder  scripted
	mu      sync.Mutex
	counted []string // outcomes
}

// december is the moment of all tests: a Tuesday, offices open.
func december() time.Time { return time.Date(2026, 12, 1, 10, 0, 0, 0, knowledge.Japan()) }

type option func(*desk, *Deps)

func withUpdates(u Updates) option { return func(_ *desk, d *Deps) { d.Updates = u } }

func withStore(s store.Store) option { return func(_ *desk, d *Deps) { d.Store = s } }

func newDesk(t *testing.T, base func() (*knowledge.Base, error), options ...option) *desk {
	t.Helper()
	b, err := base()
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, now: december(), userID: "300000000000000001", guildID: "200000000000000001", locale: "en-GB", finder: scripted{}}
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{Now: func() time.Time { return d.now }, FlushEvery: time.Hour, SweepEvery: time.Hour, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	keyer, err := store.NewKeyer([]byte("a secret for tests only"))
	if err != nil {
		t.Fatal(err)
	}
	d.store = s
	deps := Deps{Engine: conversation.New(b, words, language.NewIdentifier(), d.finder), Words: words, Store: s, Keyer: keyer,
		Log: slog.New(slog.DiscardHandler), Metrics: d}
	for _, o := range options {
		o(d, &deps)
	}
	d.r = New(deps)
	return d
}

// Interaction implements Metrics.
func (d *desk) Interaction(name, outcome string, code language.Code) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counted = append(d.counted, name+" "+outcome+" "+string(code))
}

// knows makes the finder take a text for these topics, the first one surely.
func (d *desk) knows(text string, labels ...string) {
	score := 0.8
	for _, l := range labels {
		d.finder[text] = append(d.finder[text], find.Candidate{Label: l, Score: score})
		score = (1 - score) / 2
	}
}

// request starts a request of the person.
func (d *desk) request(kind Kind) Request {
	d.events++
	d.now = d.now.Add(3 * time.Second) // people read before they press
	return Request{Kind: kind, ID: strconv.Itoa(900000000000000000 + d.events), Now: d.now, UserID: d.userID,
		Person: d.r.Keyer.Person(d.userID), Locale: d.locale, GuildID: d.guildID, ChannelID: "400000000000000001",
		Direct: d.guildID == "", Installed: d.guildID != "", Permissions: d.perms, Options: map[string]Option{}}
}

func (d *desk) handle(q Request) Response {
	d.t.Helper()
	d.last = d.r.Handle(context.Background(), q)
	checkResponse(d.t, d.r, q, d.last)
	return d.last
}

// command uses a slash command, with options as name, value, name, value.
func (d *desk) command(name string, options ...string) Response {
	d.t.Helper()
	q := d.request(KindCommand)
	q.Name = name
	for i := 0; i+1 < len(options); i += 2 {
		q.Options[options[i]] = Option{String: options[i+1]}
	}
	return d.handle(q)
}

// typing asks for choices while an option is typed.
func (d *desk) typing(name, option, typed string) []Choice {
	d.t.Helper()
	q := d.request(KindAutocomplete)
	q.Name, q.Focused = name, option
	q.Options[option] = Option{String: typed}
	return d.handle(q).Choices
}

// say writes a message to the bot.
func (d *desk) say(text string) Response {
	d.t.Helper()
	q := d.request(KindMessage)
	q.Locale, q.Text = "", text
	return d.handle(q)
}

// press presses the button of the last card whose action has that name, or picks from
// its menu.
func (d *desk) press(name string, values ...string) Response {
	d.t.Helper()
	return d.pressNth(name, 0, values...)
}

func (d *desk) pressNth(name string, n int, values ...string) Response {
	d.t.Helper()
	found := actionsOf(d.last)[name]
	if len(found) <= n {
		d.t.Fatalf("the last card has %d of %q; it is\n%s", len(found), name, drawResponse(d.last))
	}
	q := d.request(KindComponent)
	a, err := ParseAction(found[n].ID()) // as it comes back from Discord
	if err != nil {
		d.t.Fatal(err)
	}
	q.Action, q.Values, q.Ephemeral = a, values, d.last.Private
	return d.handle(q)
}

// send sends the form that is open.
func (d *desk) send(field, text string) Response {
	d.t.Helper()
	if d.last.Modal == nil {
		d.t.Fatal("no form is open")
	}
	q := d.request(KindModal)
	q.Action = d.last.Modal.Action
	q.Fields = map[string][]string{field: {text}}
	return d.handle(q)
}

// actionsOf returns the actions of a card's buttons and menus by name.
func actionsOf(r Response) map[string][]Action {
	found := map[string][]Action{}
	if r.Card == nil {
		return found
	}
	for _, b := range r.Card.Blocks {
		switch b := b.(type) {
		case Buttons:
			for _, x := range b.Buttons {
				found[x.Action.Name] = append(found[x.Action.Name], x.Action)
			}
		case Menu:
			found[b.Action.Name] = append(found[b.Action.Name], b.Action)
		}
	}
	return found
}

// candidatesOf gives each label the same probability.
func candidatesOf(score float64, labels ...string) []find.Candidate {
	var list []find.Candidate
	for _, l := range labels {
		list = append(list, find.Candidate{Label: l, Score: score})
		score -= 0.01
	}
	return list
}
