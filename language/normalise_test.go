package language

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormalise(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"width and case", "ＡＢＣ　ｶﾞｷﾞ", "abc がぎ"},
		{"katakana and long vowels", "コンピューター サービス！！！ すごーーい", "こんぴゅーた さーびす! すごーい"},
		{"a short word keeps its long vowel", "ビール ビル", "びーる びる"},
		{"drawn out", "Sooooo goood!!!!!", "so god!"},
		{"doubled letters stay", "free book ばああさん", "free book ばああさん"},
		{"numbers stay", "10000円 090-1111-2222", "10000円 090-1111-2222"},
		{"quotes and dashes", "“hello” it’s 9–17", `"hello" it's 9-17`},
		{"emoji", "ok😂😂ok 👨‍👩‍👧 🇲🇲❤️ end", "ok ok end"},
		{"without width", "vi\u200bsa\ufeff", "visa"},
		{"white space", "  a \t\n b  ", "a b"},
		{"Burmese digits", "၂၀၂၇ ခုနှစ်", "2027 ခုနှစ်"},
		{"zero for wa", "အ၀တ်", "အဝတ်"},
		{"order of marks", "ကုိ", "ကို"},
		{"Zawgyi", "သူေဌးက ပတ္စပို႔ သိမ္းထားတယ္။", "သူဌေးက ပတ်စပို့ သိမ်းထားတယ်။"},
		{"decomposed Vietnamese", "Tie\u0302\u0301ng Vie\u0323\u0302t", "tiếng việt"},
		{"dakuten apart", "か\u3099", "が"},
		{"not UTF-8", "a\xffb", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Normalise(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Normalise(%q) (-want +got):\n%s", tt.in, diff)
			}
			if again := Normalise(got); again != got {
				t.Errorf("twice gives %q", again)
			}
		})
	}
}

func TestDisplayKeepsWhatIsSeen(t *testing.T) {
	for in, want := range map[string]string{
		"コンピューター ＡＢＣ 😂":    "コンピューター ＡＢＣ 😂",
		"မြန်မာ ၂၀":        "မြန်မာ ၂၀",
		"ျမန္မာစကားျပန္":   "မြန်မာစကားပြန်",
		"a\u200bb\x00c\nd": "ab c\nd",
	} {
		if got := Display(in); got != want {
			t.Errorf("Display(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldVietnamese(t *testing.T) {
	for in, want := range map[string]string{
		"Em bị ngã ở Đà Nẵng": "Em bi nga o Da Nang",
		"ữ Ữ ơ Ơ ặ ẫ ọ ỹ":     "u U o O a a o y",
		"e\u0302\u0301":       "e",
		"が ကို マ":             "が ကို マ",
		"plain":               "plain",
	} {
		if got := FoldVietnamese(in); got != want {
			t.Errorf("FoldVietnamese(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestExpandTeencode(t *testing.T) {
	for in, want := range map[string]string{
		"cty ko trả lg":       "công ty không trả lương",
		"mng ơi tts đc lm k?": "mọi người ơi thực tập sinh được làm không?",
		"visa 30k":            "visa 30k",
		"kobe":                "kobe",
		"":                    "",
	} {
		if got := ExpandTeencode(in); got != want {
			t.Errorf("ExpandTeencode(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTeencodeTable(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(teencodeText) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		short, long, ok := strings.Cut(line, "\t")
		if !ok || short == "" || long == "" || short != strings.ToLower(short) || strings.ContainsAny(short, " -.") {
			t.Errorf("bad line %q", line)
		}
		if seen[short] {
			t.Errorf("%q comes twice", short)
		}
		seen[short] = true
	}
	if len(seen) < 150 {
		t.Errorf("%d short forms", len(seen))
	}
}

func TestTokens(t *testing.T) {
	tests := []struct {
		name string
		in   string
		code Code
		want []string
	}{
		{"English", "I don't know, can't I?", English, []string{"i", "don't", "know", "can't", "i"}},
		{"Vietnamese chat", "Cty ko trả lương!", Vietnamese, []string{"công", "ty", "không", "trả", "lương"}},
		{"Japanese by script", "東京のビザについてSSW 2号", Japanese, []string{"東京", "の", "びざ", "について", "ssw", "2", "号"}},
		{"Burmese syllables and Latin", "kumiai က ကုမ္ပဏီကို ၂ ခါ", Burmese, []string{"kumiai", "က", "ကုမ္ပ", "ဏီ", "ကို", "2", "ခါ"}},
		{"Zawgyi", "အလုပ္ေျပာင္း", Burmese, []string{"အ", "လုပ်", "ပြောင်း"}},
		{"Thai", "สวัสดี ครับ", "", []string{"สวัสดี", "ครับ"}},
		{"nothing", "?! 😂", English, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Tokens(tt.in, tt.code)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSyllables(t *testing.T) {
	for in, want := range map[string][]string{
		"မြန်မာနိုင်ငံ": {"မြန်", "မာ", "နိုင်", "ငံ"},
		"အင်္ဂလိပ်":     {"အင်္ဂ", "လိပ်"},
		"ကျွန်ုပ်":      {"ကျွန်ုပ်"},
		"ဥပဒေ၊ ဦးလေး။":  {"ဥ", "ပ", "ဒေ", "ဦး", "လေး"},
		"ရှိပြီ၂၀":      {"ရှိ", "ပြီ", "၂၀"},
		"ခွင့်":         {"ခွင့်"},
		"":              nil,
	} {
		if diff := cmp.Diff(want, Syllables(in)); diff != "" {
			t.Errorf("Syllables(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestRomajiToKana(t *testing.T) {
	tests := []struct {
		in, want string
		ok       bool
	}{
		{"shougatsu ni kaeritai", "しょうがつ に かえりたい", true},
		{"kitte, kin'en, zasshi, matcha", "きって, きんえん, ざっし, まっちゃ", true},
		{"Tōkyō shimbun", "とうきょう しんぶん", true},
		{"sinbun wo tyoudai", "しんぶん を ちょうだい", true},
		{"konnichiwa", "こんにちわ", true},
		{"annai onna", "あんない おんな", true},
		{"2 shuukan", "2 しゅうかん", true},
		{"company no", "company の", false},
		{"123", "123", false},
		{"", "", false},
	}
	for _, tt := range tests {
		got, ok := RomajiToKana(tt.in)
		if got != tt.want || ok != tt.ok {
			t.Errorf("RomajiToKana(%q) = %q, %v, want %q, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}
