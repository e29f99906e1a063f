package locales_test

import (
	"testing"
	"testing/fstest"

	"madoguchi/language"
	"madoguchi/locales"
)

func TestWords(t *testing.T) {
	w, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	if len(w.IDs()) == 0 {
		t.Fatal("no messages")
	}
	if got, want := w.Text(language.Vietnamese, "section.do", nil), "Bạn nên làm gì"; got != want {
		t.Errorf("section.do in Vietnamese = %q, want %q", got, want)
	}
	if got, want := w.Text(language.English, "open.next", locales.Data{"When": "Monday"}), "Closed now. Opens Monday"; got != want {
		t.Errorf("open.next = %q, want %q", got, want)
	}
}

func TestMissingLanguage(t *testing.T) {
	_, err := locales.Load(fstest.MapFS{
		"a/active.en.toml": {Data: []byte("[x]\nother = \"x\"\n")},
		"a/active.ja.toml": {Data: []byte("[x]\nother = \"x\"\n")},
		"a/active.vi.toml": {Data: []byte("[x]\none = \"x\"\nother = \"x\"\n")},
		"a/active.my.toml": {Data: []byte("")},
	})
	if err == nil {
		t.Error("a message missing in Burmese was accepted")
	}
}

// Vietnamese has the plural forms one and other in go-i18n 2.7: with other alone,
// counting 0 or 1 fails.
func TestCount(t *testing.T) {
	w, err := locales.Load(fstest.MapFS{
		"a/active.en.toml": {Data: []byte("[x]\none = \"{{.PluralCount}} day\"\nother = \"{{.PluralCount}} days\"\n")},
		"a/active.ja.toml": {Data: []byte("[x]\nother = \"{{.PluralCount}}日\"\n")},
		"a/active.vi.toml": {Data: []byte("[x]\none = \"{{.PluralCount}} ngày\"\nother = \"{{.PluralCount}} ngày\"\n")},
		"a/active.my.toml": {Data: []byte("[x]\nother = \"{{.PluralCount}} ရက်\"\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{0: "0 ngày", 1: "1 ngày", 2: "2 ngày"} {
		if got := w.Count(language.Vietnamese, "x", n, nil); got != want {
			t.Errorf("Count(vi, %d) = %q, want %q", n, got, want)
		}
	}
}
