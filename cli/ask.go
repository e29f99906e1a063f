package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"madoguchi/conversation"
	"madoguchi/language"
)

type askCommand struct {
	Lang  string   `help:"Answer in this language when the question's own cannot be told: ja, en, vi or my." enum:"ja,en,vi,my," default:"" placeholder:"LANG"`
	JSON  bool     `help:"Print the reply as JSON." name:"json"`
	JSONL bool     `help:"Read lines of {\"id\",\"text\",\"session\"} on standard input and write one reply a line." name:"jsonl"`
	At    at       `help:"Answer as of this moment, Japan time, like 2027-04-01T09:00." placeholder:"TIME"`
	Text  []string `arg:"" optional:"" help:"The question."`
}

// replyJSON is a reply as others script against it. Fields are never renamed.
type replyJSON struct {
	ID          string                `json:"id"`
	Language    language.Code         `json:"language"`
	Outcome     conversation.Outcome  `json:"outcome"`
	Topic       string                `json:"topic"`
	Topics      []string              `json:"topics"`
	Prefectures []string              `json:"prefectures"`
	Confidence  float64               `json:"confidence"`
	Title       string                `json:"title"`
	Text        string                `json:"text"`
	Sources     []conversation.Source `json:"sources"`
	Helplines   []string              `json:"helplines"`
	Urgent      bool                  `json:"urgent"`
	Error       string                `json:"error,omitempty"`
}

func toJSON(id string, r conversation.Reply, e *conversation.Engine) replyJSON {
	j := replyJSON{ID: id, Language: r.Language, Outcome: r.Outcome, Topic: r.Topic, Topics: []string{},
		Prefectures: []string{}, Confidence: r.Confidence, Title: r.Title, Text: r.Text(e.Words()),
		Sources: []conversation.Source{}, Helplines: []string{}, Urgent: r.Urgent}
	for _, c := range r.Topics {
		j.Topics = append(j.Topics, c.Topic)
	}
	j.Prefectures = append(j.Prefectures, r.Prefectures...)
	j.Sources = append(j.Sources, r.Sources...)
	for _, h := range r.Helplines {
		j.Helplines = append(j.Helplines, h.ID)
	}
	return j
}

func (c *askCommand) Run(ctx context.Context, m *Main, f *flags) error {
	text := strings.Join(c.Text, " ")
	if c.JSONL && text != "" {
		return usage("ask: --jsonl reads standard input and takes no question")
	}
	if !c.JSONL && strings.TrimSpace(text) == "" {
		return usage("ask: what is the question? (madoguchi ask \"can I change company?\")")
	}
	e, err := f.engine(f.finder(ctx, m))
	if err != nil {
		return err
	}
	if c.JSONL {
		return c.lines(ctx, m, e)
	}
	r, _ := e.Reply(ctx, conversation.Turn{Text: text, Now: m.moment(c.At), Language: language.Code(c.Lang), Chosen: c.Lang != ""})
	if c.JSON {
		return writeJSON(m.Stdout, toJSON("", r, e))
	}
	if r.Title != "" {
		fmt.Fprintf(m.Stdout, "%s\n\n", r.Title)
	}
	_, err = fmt.Fprintln(m.Stdout, r.Text(e.Words()))
	return err
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write the reply: %w", err)
	}
	return nil
}

// maxLine bounds a line of --jsonl; a longer one is reported and passed over.
const maxLine = 1 << 20

// lines answers one question a line, in order, each written before the next is
// read. A line that cannot be read yields a line with "error", and the rest goes on.
func (c *askCommand) lines(ctx context.Context, m *Main, e *conversation.Engine) error {
	sessions := map[string]conversation.Session{}
	in, out := bufio.NewReaderSize(m.Stdin, 64<<10), bufio.NewWriter(m.Stdout)
	for {
		line, tooLong, err := readLine(in, maxLine)
		if errors.Is(err, io.EOF) && len(line) == 0 && !tooLong {
			return out.Flush()
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read questions: %w", err)
		}
		if len(strings.TrimSpace(string(line))) == 0 && !tooLong {
			continue
		}
		reply := c.line(ctx, m, e, line, tooLong, sessions)
		if err := writeJSON(out, reply); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("write the reply: %w", err)
		}
	}
}

func (c *askCommand) line(ctx context.Context, m *Main, e *conversation.Engine, line []byte, tooLong bool, sessions map[string]conversation.Session) any {
	var q struct {
		ID      string  `json:"id"`
		Text    *string `json:"text"`
		Session string  `json:"session"`
		Lang    string  `json:"lang"`
	}
	type failed struct {
		ID    string `json:"id"`
		Error string `json:"error"`
	}
	switch {
	case tooLong:
		return failed{Error: fmt.Sprintf("the line is longer than %d bytes", maxLine)}
	case !utf8.Valid(line):
		return failed{Error: "the line is not UTF-8 text"}
	}
	if err := json.Unmarshal(line, &q); err != nil {
		return failed{q.ID, "not a JSON object with id, text and session: " + err.Error()}
	}
	if q.Text == nil {
		return failed{q.ID, "the line has no text"}
	}
	lang := language.Code(q.Lang)
	if !lang.Valid() {
		lang = language.Code(c.Lang)
	}
	r, s := e.Reply(ctx, conversation.Turn{Text: *q.Text, Session: sessions[q.Session], Now: m.moment(c.At), Language: lang, Chosen: c.Lang != ""})
	if q.Session != "" {
		sessions[q.Session] = s
	}
	return toJSON(q.ID, r, e)
}

// readLine reads to the end of line; what is over the limit is read and dropped.
func readLine(in *bufio.Reader, limit int) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > limit {
			tooLong = true
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}
