package language

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedFile opens a file of the data folder that lies beside the repository, and
// skips the test where there is none.
func sharedFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(dir, "..", "shared", filepath.FromSlash(name))
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			f, err := os.Open(path)
			if err != nil {
				t.Skipf("the data beside the repository is not here: %v", err)
			}
			t.Cleanup(func() { f.Close() })
			return f
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no module root above the test")
		}
		dir = up
	}
}

// rows returns the fields of a file of tab-separated lines.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	return scanRows(t, sharedFile(t, name))
}

func scanRows(t testing.TB, f *os.File) [][]string {
	t.Helper()
	var out [][]string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if strings.TrimSpace(sc.Text()) != "" {
			out = append(out, strings.Split(sc.Text(), "\t"))
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
