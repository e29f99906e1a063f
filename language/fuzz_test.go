package language

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// hostile are inputs that have broken text code before.
func hostile() []string {
	return []string{
		"", "\x00", "\xff\xfe\xfd", "\xe1\x80", "a\xe1\x80b", strings.Repeat("\x80", 100),
		"\u1031", "\u103b", "\u1031\u103b", "\u1064", "\u1039", "\u1039\u1000", "\u1004\u103a\u1039", "\u1000\u1039",
		"\u1031\u1031\u1031\u1000", "\u103b\u107e\u1000", "\u104e", "\u1044\u1004\u1039\u1038", "\u1040\u1040\u1031",
		"\u30fc\u30fc", "\u3099", "\u309b", "\u0300\u0301", "\u200d\u200b", "\U0001F1F2", "\ufe0f",
		"<", "<@", "<@>", "``````", "`", ":", "::", ":a:", "http://", "www.", "@", "<:x:1>",
		"'''", "n'", "nn", "kk", "ー", "İı", "ß", "1", "東", "ﬁ", "Ǆ", "\u1e9e",
		"မြန်မာ", "ျမန္မာ", "東京のビザ", "mng ơi cty ko trả lg", "company ka la khar",
	}
}

// large are inputs of about 100 kB each.
func large() []string {
	var out []string
	for _, s := range hostile() {
		if s != "" {
			out = append(out, strings.Repeat(s, 1+100_000/len(s)))
		}
	}
	return append(out, strings.Repeat("\u1000\u1031", 20_000), strings.Repeat("a", 100_000), strings.Repeat("\u1000"+strings.Repeat("\u102d", 500), 60))
}

// exported calls every exported function with one text, and checks what must hold for
// any text.
func exported(t testing.TB, s string) {
	g := NewIdentifier().Identify(s)
	if g.Code != "" && (!g.Code.Valid() || g.Other != "") || g.Confidence < 0 || g.Confidence > 1.000001 {
		t.Errorf("Identify(%.80q) = %+v", s, g)
	}
	if p := ZawgyiProbability(s); !(p >= 0 && p <= 1) {
		t.Errorf("ZawgyiProbability(%.80q) = %v", s, p)
	}
	for name, got := range map[string]string{
		"FromZawgyi": FromZawgyi(s), "ToZawgyi": ToZawgyi(s), "Normalise": Normalise(s), "Display": Display(s),
		"FoldVietnamese": FoldVietnamese(s), "ExpandTeencode": ExpandTeencode(s),
	} {
		if !utf8.ValidString(got) {
			t.Errorf("%s(%.80q) is not UTF-8", name, s)
		}
	}
	kana, _ := RomajiToKana(s)
	if !utf8.ValidString(kana) {
		t.Errorf("RomajiToKana(%.80q) is not UTF-8", s)
	}
	for _, code := range append(Codes(), "") {
		for _, w := range Tokens(s, code) {
			if w == "" || strings.ContainsAny(w, " \n") {
				t.Errorf("Tokens(%.80q) has %q", s, w)
			}
		}
	}
	for _, w := range Syllables(s) {
		if w == "" {
			t.Errorf("Syllables(%.80q) has an empty piece", s)
		}
	}
}

func FuzzEverything(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { exported(t, s) })
}

func FuzzNormaliseTwice(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := Normalise(s); len(s) < 1000 {
			if twice := Normalise(once); !strings.ContainsFunc(s, inMyanmar) && twice != once {
				t.Errorf("Normalise(%q) = %q, and again %q", s, once, twice)
			}
		}
	})
}

func TestLargeAndHostileInput(t *testing.T) {
	for _, s := range append(hostile(), large()...) {
		start := time.Now()
		exported(t, s)
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%.20q of %d bytes took %v", s, len(s), d)
		}
	}
}

const (
	shortQuestion = "ve viet nam an tet 3 tuan co can xin giay tai nhap canh khong"
	zawgyiText    = "သူေဌးက ပတ္စပို႔ သိမ္းထားတယ္။ ျပန္ေတာင္းတာ မေပးဘူး။ ဘယ္လိုလုပ္ရမလဲ"
	mixedText     = "特定技能で1年働きました。妹の結婚式で1週間休みたいと言ったら「うちに有休はない」と言われました。"
)

func BenchmarkIdentify(b *testing.B) {
	id := NewIdentifier()
	for name, s := range map[string]string{"latin": shortQuestion, "zawgyi": zawgyiText, "japanese": mixedText, "kanji": "特定技能二号 在留資格変更"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				id.Identify(s)
			}
		})
	}
}

func BenchmarkNormalise(b *testing.B) {
	for name, s := range map[string]string{"latin": shortQuestion, "zawgyi": zawgyiText, "japanese": mixedText} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Normalise(s)
			}
		})
	}
}

func BenchmarkTokens(b *testing.B) {
	for name, s := range map[string]string{"latin": shortQuestion, "zawgyi": zawgyiText, "japanese": mixedText} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Tokens(s, Vietnamese)
			}
		})
	}
}

func BenchmarkFromZawgyi(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		FromZawgyi(zawgyiText)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		newVocabularies() // the tables are used as they lie in the binary
	}
}
