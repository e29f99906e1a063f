package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"madoguchi/conversation"
	"madoguchi/language"
	"madoguchi/locales"
)

type chatCommand struct {
	Lang string `help:"Start in this language: ja, en, vi or my." enum:"ja,en,vi,my," default:"" placeholder:"LANG"`
	At   at     `help:"Answer as of this moment, Japan time." placeholder:"TIME"`
}

// lineReader reads a person's lines: with editing and history on a terminal, plain
// when the input is a pipe.
type lineReader interface {
	ReadLine() (string, error)
}

type plainReader struct{ in *bufio.Reader }

func (p plainReader) ReadLine() (string, error) {
	line, err := p.in.ReadString('\n')
	if line != "" {
		return strings.TrimRight(line, "\r\n"), nil
	}
	return "", err
}

// Run talks until /quit or the end of input. History and session live in memory
// only and are gone with the program.
func (c *chatCommand) Run(ctx context.Context, m *Main, f *flags) error {
	e, err := f.engine(f.finder(ctx, m))
	if err != nil {
		return err
	}
	var reader lineReader = plainReader{bufio.NewReader(m.Stdin)}
	out, width := m.Stdout, 78
	if in, ok := m.Stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		old, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return fmt.Errorf("prepare the terminal: %w", err)
		}
		defer term.Restore(int(in.Fd()), old)
		t := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{in, m.Stdout}, "› ")
		if w, h, err := term.GetSize(int(in.Fd())); err == nil {
			if t.SetSize(w, h) == nil {
				width = min(w-2, 100)
			}
		}
		reader, out = t, t
	}
	return c.talk(ctx, m, e, reader, out, width)
}

func (c *chatCommand) talk(ctx context.Context, m *Main, e *conversation.Engine, in lineReader, out io.Writer, width int) error {
	code, chosen := language.Code(c.Lang), c.Lang != ""
	if !chosen {
		code = language.English
		for _, l := range language.Codes() {
			fmt.Fprintln(out, e.Words().Text(l, "chat.welcome", nil))
		}
	} else {
		fmt.Fprintln(out, e.Words().Text(code, "chat.welcome", nil))
	}
	fmt.Fprintln(out, e.Words().Text(code, "chat.commands", nil))
	var session conversation.Session
	for ctx.Err() == nil {
		line, err := in.ReadLine()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the terminal: %w", err)
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case line == "/quit" || line == "/exit":
			return nil
		case line == "/help":
			fmt.Fprintln(out, e.Words().Text(code, "chat.help", nil))
			continue
		case strings.HasPrefix(line, "/language"):
			want := language.Code(strings.TrimSpace(strings.TrimPrefix(line, "/language")))
			if !want.Valid() {
				fmt.Fprintln(out, e.Words().Text(code, "chat.language-unknown", nil))
				continue
			}
			code, chosen = want, true
			session.Language = want
			fmt.Fprintln(out, e.Words().Text(code, "chat.language-set", nil))
			continue
		case strings.HasPrefix(line, "/"):
			fmt.Fprintln(out, e.Words().Text(code, "chat.unknown-command", locales.Data{}))
			continue
		}
		var r conversation.Reply
		r, session = e.Reply(ctx, conversation.Turn{Text: line, Session: session, Now: m.moment(c.At), Language: code, Chosen: chosen})
		if !chosen {
			code = r.Language
		}
		fmt.Fprintf(out, "\n%s\n", draw(r, e.Words(), width))
	}
	return nil
}

// draw shows a reply in a terminal: the title underlined, then the text.
func draw(r conversation.Reply, words *locales.Words, width int) string {
	var b strings.Builder
	if r.Title != "" {
		fmt.Fprintf(&b, "%s\n%s\n", r.Title, strings.Repeat("─", min(width, 40)))
	}
	b.WriteString(r.Text(words))
	b.WriteString("\n")
	if len(r.Related) > 0 {
		fmt.Fprintf(&b, "\n■ %s\n", words.Text(r.Language, "section.related", nil))
		for _, o := range r.Related {
			fmt.Fprintf(&b, "- %s\n", o.Title)
		}
	}
	return b.String()
}
