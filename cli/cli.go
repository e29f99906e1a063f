// Package cli is the command line: it reads flags and environment, builds what a
// command needs and runs it. main.go only calls Main.Run, so that tests run the
// same thing.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"madoguchi/conversation"
	"madoguchi/knowledge"
	"madoguchi/language"
	"madoguchi/locales"
)

// Main is the program with its surroundings.
type Main struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Now    func() time.Time
}

// New returns the program on the process's own input, output and clock.
func New() *Main {
	return &Main{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now}
}

// flags are what the command line understands; kong's tags are its help.
type flags struct {
	Knowledge string `help:"Read the knowledge from this folder instead of the one compiled in." type:"path" placeholder:"DIR"`

	Chat   chatCommand   `cmd:"" help:"Talk to the bot in this terminal. Needs no configuration."`
	Ask    askCommand    `cmd:"" help:"Answer one question, or with --jsonl one a line."`
	Topic  topicCommand  `cmd:"" help:"Show one answer as a person gets it."`
	Check  checkCommand  `cmd:"" help:"Check the knowledge and the words of the interface."`
	Agree  agreeCommand  `cmd:"" help:"Note that the four languages of topics say the same as they now stand."`
	Train  trainCommand  `cmd:"" help:"Train the finder on the knowledge's questions and write it to a file."`
	Eval   evalCommand   `cmd:"" help:"Score the bot on labelled questions and dialogues."`
	Serve  serveCommand  `cmd:"" help:"Run the Discord bot."`
	Health healthCommand `cmd:"" help:"Ask a bot on this machine whether it is well."`

	Updates updatesCommand `cmd:"" help:"Move moderators' updates, the log and all else that is kept from one store to another."`
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the command ran and found something wrong
	exitUsage  = 2 // flags, files or input that cannot be used
)

// usageError is a mistake in what was given to the program.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errFailed ends a command whose findings are already printed.
var errFailed = errors.New("failed")

// Run runs one command and returns the exit code: 0 done, 1 failed, 2 for flags,
// files or input that cannot be used, with one clear sentence on standard error.
func (m *Main) Run(ctx context.Context, args []string) int {
	var f flags
	exit := -1
	parser, err := kong.New(&f,
		kong.Name("madoguchi"),
		kong.Description("A counter to ask at: answers for people who work, or want to work, in Japan."),
		kong.Writers(m.Stdout, m.Stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(m),
	)
	if err != nil {
		fmt.Fprintf(m.Stderr, "madoguchi: %v\n", err)
		return exitUsage
	}
	c, err := parser.Parse(args)
	if exit >= 0 { // --help was printed
		return exit
	}
	if err != nil {
		fmt.Fprintf(m.Stderr, "madoguchi: %v (see madoguchi --help)\n", err)
		return exitUsage
	}
	err = c.Run(&f)
	var use usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.As(err, &use):
		fmt.Fprintf(m.Stderr, "madoguchi: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(m.Stderr, "madoguchi: %v\n", err)
	return exitFailed
}

// files returns where the knowledge is read from.
func (f *flags) files() (fs.FS, error) {
	if f.Knowledge == "" {
		return knowledge.Embedded(), nil
	}
	if info, err := os.Stat(f.Knowledge); err != nil || !info.IsDir() {
		return nil, usage("--knowledge: %s is not a folder that can be read", f.Knowledge)
	}
	return os.DirFS(f.Knowledge), nil
}

// engine loads the knowledge and builds the engine over it. The finder is opened by
// open, or left out where nothing is to be found (nil).
func (f *flags) engine(open func(*knowledge.Base) (conversation.Finder, error)) (*conversation.Engine, error) {
	fsys, err := f.files()
	if err != nil {
		return nil, err
	}
	base, err := knowledge.Load(fsys)
	if err != nil {
		if f.Knowledge != "" {
			return nil, usage("the knowledge has mistakes (madoguchi check lists them):\n%w", err)
		}
		return nil, fmt.Errorf("load the knowledge: %w", err)
	}
	words, err := locales.New()
	if err != nil {
		return nil, fmt.Errorf("load the words of the interface: %w", err)
	}
	var finder conversation.Finder
	if open != nil {
		if finder, err = open(base); err != nil {
			return nil, err
		}
	}
	return conversation.New(base, words, language.NewIdentifier(), finder), nil
}

// finder opens the finder for questions of the knowledge, and says so when it has to
// be trained first.
func (f *flags) finder(ctx context.Context, m *Main) func(*knowledge.Base) (conversation.Finder, error) {
	return func(base *knowledge.Base) (conversation.Finder, error) {
		finder, stale, err := conversation.OpenFinder(ctx, base)
		if stale && err == nil {
			fmt.Fprintln(m.Stderr, "madoguchi: the questions were edited since the finder was trained; what is new in them is learned by madoguchi train")
		}
		return finder, err
	}
}

// at is a moment in Japan time, as commands take it with --at.
type at struct{ time.Time }

// UnmarshalText reads 2027-04-01 or 2027-04-01T09:00, Japan time.
func (a *at) UnmarshalText(b []byte) error {
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(form, string(b), knowledge.Japan()); err == nil {
			a.Time = t
			return nil
		}
	}
	return fmt.Errorf("%q is not a moment like 2027-04-01T09:00", b)
}

// moment is when to answer as of.
func (m *Main) moment(a at) time.Time {
	if a.IsZero() {
		return m.Now()
	}
	return a.Time
}
