// Command bench sets the bot's matching engine beside what one would otherwise
// use, on the same texts in one run.
//
//	go run . -train FILE -test FILE [-ids FILE] [-lang ja|en|vi|my] -json
//	go run . -knowledge ../knowledge -questions FILE
//
// With -train and -test it learns intents from tab-separated files (id, intent,
// scenario, utterance). With -knowledge it learns topics from the ways people ask
// and is tested on questions in JSON lines.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"madoguchi/knowledge/find"
	"madoguchi/language"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// report is what is printed: the bot's engine at the top, its peers below.
type report struct {
	Train  string `json:"train"`
	Test   string `json:"test"`
	IDs    string `json:"ids,omitempty"`
	Lang   string `json:"language"`
	Change string `json:"change,omitempty"` // toneless or zawgyi
	Texts  int    `json:"training_texts"`
	Labels int    `json:"labels"`
	result
	Peers []result `json:"peers"`
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	var (
		train     = flags.String("train", "", "tab-separated `file` to learn from: id, intent, scenario, utterance")
		test      = flags.String("test", "", "tab-separated `file` to be tested on")
		ids       = flags.String("ids", "", "`file` of training ids, one a line: only these are learned")
		lang      = flags.String("lang", "", "language of both: ja, en, vi, my; when left out, from the text")
		asJSON    = flags.Bool("json", false, "print JSON")
		peers     = flags.String("peers", "bleve,linear", "peers to run, separated by commas; none for the engine alone")
		toneless  = flags.Bool("toneless", false, "take the marks off the test texts (Vietnamese)")
		zawgyi    = flags.Bool("zawgyi", false, "turn the test texts into Zawgyi (Burmese)")
		compact   = flags.Bool("compact", false, "train the engine in the size that is built into the bot")
		dir       = flags.String("knowledge", "", "`folder` of the knowledge: learn its questions instead")
		questions = flags.String("questions", "", "JSON lines `file` of questions to be tested on, with -knowledge")
	)
	if err := flags.Parse(args); err != nil {
		return err
	}
	opts := find.Options{}
	if *compact || *dir != "" {
		opts.Size = find.Compact
	}
	rep := report{Train: *train, Test: *test, IDs: *ids}
	var learn, ask []utterance
	var err error
	switch {
	case *dir != "":
		rep.Train, rep.Test = *dir, *questions
		if learn, opts.Concepts, err = readKnowledge(*dir); err != nil {
			return err
		}
		if ask, err = readQuestions(*questions, learn); err != nil {
			return err
		}
		rep.Lang = "all"
	case *train != "" && *test != "":
		if learn, err = readUtterances(*train, *ids); err != nil {
			return err
		}
		if ask, err = readUtterances(*test, ""); err != nil {
			return err
		}
		code := language.Code(*lang)
		if code == "" {
			code = guess(learn)
		}
		if !code.Valid() {
			return fmt.Errorf("language %q: want ja, en, vi or my", code)
		}
		rep.Lang = string(code)
		for _, list := range [][]utterance{learn, ask} {
			for i := range list {
				list[i].lang = code
			}
		}
	default:
		return fmt.Errorf("give -train and -test, or -knowledge and -questions")
	}
	if len(learn) == 0 || len(ask) == 0 {
		return fmt.Errorf("%d texts to learn from and %d to be tested on: need some of each", len(learn), len(ask))
	}
	for i := range ask {
		switch {
		case *toneless:
			ask[i].text, rep.Change = language.FoldVietnamese(ask[i].text), "toneless"
		case *zawgyi:
			ask[i].text, rep.Change = language.ToZawgyi(ask[i].text), "zawgyi"
		}
	}
	labels := map[string]bool{}
	for _, u := range learn {
		labels[u.intent] = true
	}
	rep.Texts, rep.Labels = len(learn), len(labels)
	if rep.result, err = measure(ctx, &engine{opts: opts}, learn, ask); err != nil {
		return err
	}
	rep.Peers = []result{}
	for _, name := range strings.Split(*peers, ",") {
		var list []classifier
		switch name {
		case "bleve":
			list = []classifier{&blevePeer{vote: 1}, &blevePeer{vote: 10}}
		case "linear":
			list = []classifier{&linearPeer{}}
		case "", "none":
			continue
		default:
			return fmt.Errorf("peer %q: want bleve or linear", name)
		}
		for _, c := range list {
			r, err := measure(ctx, c, learn, ask)
			if err != nil {
				return err
			}
			rep.Peers = append(rep.Peers, r)
		}
	}
	if *asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rep)
	}
	fmt.Fprintf(out, "%s → %s, %s %s: %d texts, %d labels, %d questions\n", rep.Train, rep.Test, rep.Lang, rep.Change, rep.Texts, rep.Labels, len(ask))
	fmt.Fprintf(out, "%-24s %9s %9s %12s %10s %10s %10s\n", "engine", "best", "top 3", "queries/s", "p99", "index", "heap")
	for _, r := range slices.Concat([]result{rep.result}, rep.Peers) {
		top := "–"
		if r.TopThree > 0 {
			top = fmt.Sprintf("%.2f %%", 100*r.TopThree)
		}
		fmt.Fprintf(out, "%-24s %7.2f %% %9s %12.0f %7.0f µs %7.1f s %7.1f MB\n", r.Engine, 100*r.Accuracy, top, r.PerSecond, r.P99, r.IndexSeconds, r.HeapMB)
		for _, lang := range slices.Sorted(mapKeys(r.ByLanguage)) {
			fmt.Fprintf(out, "  %-22s %7.2f %%\n", lang, 100*r.ByLanguage[lang])
		}
	}
	return nil
}
