package knowledge

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// edited is the knowledge compiled in with some files replaced; an empty content
// removes the file.
func edited(t *testing.T, changes map[string]func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(Embedded(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Embedded(), name)
		if err != nil {
			return err
		}
		if change := changes[name]; change != nil {
			now := change(string(data))
			if now == "" {
				return nil
			}
			if now == string(data) {
				t.Fatalf("%s was not changed", name)
			}
			data = []byte(now)
		}
		out[name] = &fstest.MapFile{Data: data}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func replace(old, now string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, now, 1) }
}

func TestLoadIsStrict(t *testing.T) {
	const topic = "topics/regions/job-search/"
	remove := func(string) string { return "" }
	for _, c := range []struct {
		name, file string
		change     func(string) string
		says       []string
	}{
		{"unknown field", topic + "topic.yaml", replace("related:", "relatde:"), []string{topic + "topic.yaml", "line 2", "relatde"}},
		{"missing language", topic + "my.md", remove, []string{topic + "my.md"}},
		{"missing questions", topic + "questions.vi.txt", remove, []string{topic + "questions.vi.txt"}},
		{"a name that becomes nothing", "terms.yaml", replace("term: esd-organisation", "term: esd-organisatoin"), []string{"terms.yaml", "esd-organisatoin"}},
		{"a name that changes on no day", "terms.yaml", replace("on: esd.start-date", "on: esd.no-such"), []string{"terms.yaml", "esd.no-such"}},
		{"missing threads", topic + "threads.my.txt", remove, []string{topic + "threads.my.txt"}},
		{"a thread to nowhere", topic + "threads.en.txt", func(s string) string { return s + "hello-wokr: where is it\n" }, []string{topic + "threads.en.txt:", "hello-wokr"}},
		{"a thread without topic", topic + "threads.en.txt", func(s string) string { return s + "where is it\n" }, []string{topic + "threads.en.txt:", "colon"}},
		{"unknown fact", topic + "en.md", replace("## do\n", "## do\n{{fact \"no.such\"}}\n"), []string{topic + "en.md:", "no.such"}},
		{"unknown value of a fact", topic + "en.md", replace("## do\n", "## do\n{{fact \"esd.transfer-period.range#middle\"}}\n"), []string{topic + "en.md:", "middle"}},
		{"unknown term", topic + "ja.md", replace("## do\n", "## do\n{{term \"no-such\"}}\n"), []string{topic + "ja.md:", "no-such"}},
		{"broken template", topic + "vi.md", replace("## do\n", "## do\n{{if}}\n"), []string{topic + "vi.md:"}},
		{"unknown section", topic + "vi.md", replace("## do\n", "## doo\n"), []string{topic + "vi.md:", "doo"}},
		{"no title", topic + "my.md", replace("title:", "titel:"), []string{topic + "my.md:"}},
		{"unknown related topic", topic + "topic.yaml", replace("hello-work,", "hello-wokr,"), []string{topic + "topic.yaml", "hello-wokr"}},
		{"unknown help line", topic + "topic.yaml", replace("helplines: [hello-work", "helplines: [hello-wokr"), []string{topic + "topic.yaml", "hello-wokr"}},
		{"wrong area", topic + "topic.yaml", replace("area: regions", "area: visa"), []string{topic + "topic.yaml", "visa"}},
		{"not UTF-8", topic + "questions.en.txt", func(s string) string { return s + "\xff\xfe\n" }, []string{topic + "questions.en.txt:", "UTF-8"}},
		{"a value of a kind unknown", "facts/visa/esd-start-date.yaml", replace("date:", "dote:"), []string{"esd-start-date.yaml", "dote"}},
		{"a date that is none", "facts/visa/esd-start-date.yaml", replace(`"2027-04-01"`, `"2027-02-30"`), []string{"esd-start-date.yaml", "2027-02-30"}},
		{"a fact without source", "facts/visa/esd-start-date.yaml", func(s string) string {
			at := strings.Index(s, "  sources:")
			end := strings.Index(s[at:], "\n- id:")
			return s[:at] + "  sources: []" + s[at+end:]
		}, []string{"esd-start-date.yaml", "source"}},
		{"an unconfirmed number to dial", "prefectures.yaml", func(s string) string {
			at := strings.Index(s, "dialable: true")
			return s[:at] + strings.Replace(s[at:], "confidence: official", "confidence: single", 1)
		}, []string{"prefectures.yaml", "dialable"}},
		{"a prefecture too few", "prefectures.yaml", func(s string) string { return s[:strings.Index(s, `- code: "47"`)] }, []string{"47 prefectures"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(edited(t, map[string]func(string) string{c.file: c.change}))
			if err == nil {
				t.Fatal("loaded all the same")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not name %q: %v", want, err)
				}
			}
		})
	}
}

func TestLoadTellsAllMistakesAtOnce(t *testing.T) {
	_, err := Load(edited(t, map[string]func(string) string{
		"topics/regions/job-search/topic.yaml":      replace("related:", "relatde:"),
		"topics/regions/labour-shortage/my.md":      func(string) string { return "" },
		"topics/regions/small-companies/topic.yaml": replace("area: regions", "area: visa"),
	}))
	for _, want := range []string{"job-search", "labour-shortage/my.md", "small-companies"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in: %v", want, err)
		}
	}
}
