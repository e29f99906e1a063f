// Command gen makes the tables that the package language carries: latin.bin,
// other.bin, other.txt, words.en.txt, words.vi.txt, zawgyi.bin and han.bin. It is run by go generate in the
// package's folder, and gives the same bytes from the same input every time.
//
// Input: the training split of MASSIVE 1.1 (CC BY 4.0; see NOTICE.md) as files
// en.train.tsv, ja.train.tsv, vi.train.tsv, my.train.tsv with the utterance in the
// fourth column, and the word lists and phrases in gen/data, which are our own.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	massive := flag.String("massive", filepath.Join("..", "..", "shared", "data", "massive"), "folder of the MASSIVE training split")
	data := flag.String("data", filepath.Join("gen", "data"), "folder of our own word lists")
	out := flag.String("out", ".", "folder to write the tables to")
	only := flag.String("only", "", "make one table: zawgyi, han or latin")
	flag.Parse()
	if err := run(*massive, *data, *out, *only); err != nil {
		log.Fatal(err)
	}
}

func run(massive, data, out, only string) error {
	write := func(name string, b []byte) error {
		if err := os.WriteFile(filepath.Join(out, name), b, 0o644); err != nil {
			return fmt.Errorf("writing table: %w", err)
		}
		return nil
	}
	if only == "" || only == "han" {
		b, err := hanUses()
		if err != nil {
			return err
		}
		if err := write("han.bin", b); err != nil {
			return err
		}
	}
	texts := map[string][]string{}
	for _, code := range []string{"en", "ja", "vi", "my"} {
		t, err := column(filepath.Join(massive, code+".train.tsv"), 3)
		if err != nil {
			return err
		}
		texts[code] = t
	}
	if only == "" || only == "zawgyi" {
		own, err := lines(filepath.Join(data, "my.unicode.txt"))
		if err != nil {
			return err
		}
		if err := write("zawgyi.bin", zawgyiWeights(texts["my"], own)); err != nil {
			return err
		}
	}
	if only == "" || only == "latin" {
		en, vi, err := vocabulary(texts, data)
		if err != nil {
			return err
		}
		if err := write("words.en.txt", []byte(en)); err != nil {
			return err
		}
		if err := write("words.vi.txt", []byte(vi)); err != nil {
			return err
		}
		latin, other, names, err := latinModels(texts, en, vi, data)
		if err != nil {
			return err
		}
		if err := write("latin.bin", latin); err != nil {
			return err
		}
		if err := write("other.bin", other); err != nil {
			return err
		}
		if err := write("other.txt", []byte(strings.Join(names, "\n")+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// column returns one column, from 0, of a file of tab-separated lines.
func column(path string, n int) ([]string, error) {
	lines, err := lines(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range lines {
		if f := strings.Split(l, "\t"); len(f) > n {
			out = append(out, f[n])
		}
	}
	return out, nil
}

// lines returns the lines of a file that are neither empty nor a comment.
func lines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading training text: %w", err)
	}
	defer f.Close()
	var out []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if l := strings.TrimSpace(sc.Text()); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("reading training text: %w", err)
	}
	return out, nil
}
