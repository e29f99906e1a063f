package commands

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/language"
)

// Every prefecture is found by each of its names, in four languages, kana and romaji,
// before all others.
func TestPlacesByName(t *testing.T) {
	b, err := fewBase()
	if err != nil {
		t.Fatal(err)
	}
	x := newPlaceIndex(b)
	for _, p := range b.Prefectures {
		names := []string{p.Name.Japanese, p.Name.Kana, p.Name.English, p.Name.Vietnamese, p.Name.Burmese,
			strings.ToUpper(p.Name.English), strings.TrimRight(p.Name.Japanese, "都府県"), p.Code}
		for _, name := range names {
			if name == "京" { // 京都 without its last letter is nobody's name
				continue
			}
			if got := x.find(name); got != p.Code {
				t.Errorf("%q is taken for %q, want %s", name, got, p.Code)
			}
			if got := x.search(name); name != p.Code && (len(got) == 0 || got[0].Code != p.Code) {
				t.Errorf("typing %q offers %v first, want %s", name, got[:min(len(got), 3)], p.Code)
			}
		}
	}
	for given, want := range map[string]string{"Yokohama": "14", "横浜": "14", "よこはま": "14", "tōkyō": "13", "oosaka": "27", "Ōsaka": "27",
		"ＡＩＣＨＩ": "23", "アイチ": "23", "in Nagoya": "23", "": "", "   ": "", "Atlantis": "", "48": "", "00": ""} {
		if got := x.find(given); got != want {
			t.Errorf("%q is taken for %q, want %q", given, got, want)
		}
	}
	all := x.search("")
	if len(all) != 47 || all[0].Code != "13" {
		t.Errorf("with nothing typed: %d places, %v first", len(all), all[0])
	}
}

// Topics are found by parts of their title, keywords and questions in any of the four
// languages, whatever language the person speaks.
func TestTopicsByText(t *testing.T) {
	d := newDesk(t, fewBase)
	for _, c := range []struct{ typed, want, title string }{
		{"minimum wage", "minimum-wage", "What is the minimum wage?"},
		{"MINIMUM", "minimum-wage", "What is the minimum wage?"},
		{"最低賃金", "minimum-wage", "最低賃金はいくらですか"},
		{"さいていちんぎん", "minimum-wage", "最低賃金はいくらですか"},
		{"lương tối thiểu", "minimum-wage", "Lương tối thiểu là bao nhiêu?"},
		{"luong toi thieu", "minimum-wage", "What is the minimum wage?"}, // no marks: the person's own language
		{"အနည်းဆုံးလုပ်ခ", "minimum-wage", "အနည်းဆုံးလုပ်ခ ဘယ်လောက်လဲ"},
		{language.ToZawgyi("အနည်းဆုံးလုပ်ခ"), "minimum-wage", "အနည်းဆုံးလုပ်ခ ဘယ်လောက်လဲ"},
		{"find a job", "job-search", "How do I find a job in Japan?"},
	} {
		got := d.typing("topic", "topic", c.typed)
		if len(got) == 0 || got[0] != (Choice{c.title, c.want}) {
			t.Errorf("typing %q offers %v, want %q first", c.typed, got, c.want)
		}
	}
	if got := d.typing("visa", "topic", "minimum wage"); slices.ContainsFunc(got, func(c Choice) bool { return c.Value == "minimum-wage" }) {
		t.Errorf("/visa offers a topic of rights: %v", got)
	}
	if got := d.typing("topic", "topic", ""); len(got) != len(d.r.Engine.Base().Slugs) {
		t.Errorf("with nothing typed: %d topics", len(got))
	}
}

// Where nothing fits by letters the finder's guess is offered.
func TestTopicsByMeaning(t *testing.T) {
	d := newDesk(t, fewBase)
	d.knows("xyzzy plugh", "job-search", "esd-job-change")
	if got := d.typing("topic", "topic", "xyzzy plugh"); len(got) < 1 || got[0].Value != "job-search" {
		t.Errorf("%v", got)
	}
	if got := d.typing("visa", "topic", "xyzzy plugh"); len(got) != 1 || got[0].Value != "esd-job-change" {
		t.Errorf("/visa: %v", got)
	}
}

// FuzzTyping holds what is offered while typing to Discord's limits, whatever is typed.
func FuzzTyping(f *testing.F) {
	for _, s := range []string{"", "a", "အ", "愛知", "\xff\xfe", strings.Repeat("က", 3000), "%s {{.}}", "@everyone", "👩‍👩‍👧‍👦"} {
		f.Add(s)
	}
	b, err := fewBase()
	if err != nil {
		f.Fatal(err)
	}
	topics, places := newTopicIndex(b), newPlaceIndex(b)
	f.Fuzz(func(t *testing.T, typed string) {
		topics.search(typed, "")
		places.search(typed)
		if code := places.find(typed); code != "" && b.Prefecture(code) == nil {
			t.Errorf("%q is taken for %q", typed, code)
		}
		if got := clip(typed, 100); units(got) > 100 {
			t.Errorf("clipped to %d units", units(got))
		}
	})
}

func BenchmarkTyping(b *testing.B) {
	base, err := allBase()
	if err != nil {
		b.Fatal(err)
	}
	topics, places := newTopicIndex(base), newPlaceIndex(base)
	b.Run("topic", func(b *testing.B) {
		for b.Loop() {
			topics.search("luong toi", "")
		}
	})
	b.Run("place", func(b *testing.B) {
		for b.Loop() {
			places.search("yoko")
		}
	})
}
