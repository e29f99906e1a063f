package language

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestZawgyiPairs(t *testing.T) {
	type score struct{ right, all int }
	var sentences, words, back score
	count := func(s *score, ok bool) {
		s.all++
		if ok {
			s.right++
		}
	}
	for _, row := range rows(t, "data/zawgyi/massive_dev_pairs.tsv") {
		uni, zaw := row[0], row[1]
		if uni == zaw {
			continue
		}
		count(&sentences, ZawgyiProbability(uni) < 0.5)
		count(&sentences, ZawgyiProbability(zaw) > 0.5)
		got, want := Normalise(FromZawgyi(zaw)), Normalise(canonicalBurmese(uni))
		count(&back, got == want)
		if got != want {
			t.Logf("converted %q\n            want %q", got, want)
		}
		us, zs := strings.Fields(uni), strings.Fields(zaw)
		if len(us) != len(zs) {
			continue
		}
		for i := range us {
			if us[i] == zs[i] || !strings.ContainsFunc(us[i], inMyanmar) {
				continue
			}
			count(&words, ZawgyiProbability(us[i]) < 0.5)
			count(&words, ZawgyiProbability(zs[i]) > 0.5)
		}
	}
	for _, c := range []struct {
		name string
		score
		min float64
	}{{"sentences told", sentences, 0.998}, {"words told", words, 0.985}, {"sentences converted back", back, 0.998}} {
		share := float64(c.right) / float64(c.all)
		t.Logf("%s: %d of %d (%.2f %%)", c.name, c.right, c.all, 100*share)
		if share < c.min {
			t.Errorf("%s: %.2f %%, want at least %.2f %%", c.name, 100*share, 100*c.min)
		}
	}
}

func TestZawgyiDeclaration(t *testing.T) {
	read := func(name string) []string {
		var out []string
		for _, row := range rows(t, "data/zawgyi/"+name) {
			out = append(out, strings.Join(strings.Fields(strings.Join(row, " ")), " "))
		}
		return out
	}
	uni, zaw := read("udhr_unicode.txt"), read("udhr_zawgyi.txt")
	if len(uni) != len(zaw) {
		t.Fatalf("%d lines against %d", len(uni), len(zaw))
	}
	same, all, missed := 0, 0, 0
	for i := range uni {
		if !strings.ContainsFunc(uni[i], inMyanmar) {
			continue
		}
		all++
		if p := ZawgyiProbability(uni[i]); p > 0.5 {
			t.Errorf("%.3f for Unicode %q", p, uni[i])
		}
		if p := ZawgyiProbability(zaw[i]); p < 0.5 {
			missed++
			t.Logf("%.3f for Zawgyi %q", p, zaw[i])
		}
		if got, want := Normalise(FromZawgyi(zaw[i])), Normalise(canonicalBurmese(uni[i])); got == want {
			same++
		} else {
			t.Logf("line %d\n got %q\nwant %q", i+1, got, want)
		}
	}
	t.Logf("%d of %d lines converted back, %d of them taken for Unicode", same, all, missed)
	if missed > 1 {
		t.Errorf("%d lines of Zawgyi taken for Unicode", missed)
	}
	if float64(same) < 0.95*float64(all) {
		t.Errorf("%d of %d lines converted back", same, all)
	}
}

func TestZawgyiAgreesWithReferenceDetector(t *testing.T) {
	agree, all := 0, 0
	for _, row := range rows(t, "data/zawgyi/compatibility.tsv") {
		ref, err := strconv.ParseFloat(row[0], 64)
		if err != nil {
			t.Fatalf("bad row %q: %v", row, err)
		}
		text := row[1]
		switch {
		case strings.Contains(text, "language)"):
			if isZawgyi(text) {
				t.Errorf("%q would be converted", text)
			}
			continue
		case ref > 0.01 && ref < 0.99:
			continue // the reference is not sure either
		}
		all++
		if (ZawgyiProbability(text) > 0.5) == (ref > 0.5) {
			agree++
		} else {
			t.Logf("%q: %.3f, reference %.3f", text, ZawgyiProbability(text), ref)
		}
	}
	t.Logf("%d of %d", agree, all)
	if float64(agree) < 0.9*float64(all) {
		t.Errorf("agrees on %d of %d", agree, all)
	}
}

func TestFromZawgyi(t *testing.T) {
	for zaw, uni := range map[string]string{
		"သူေဌးက ပတ္စပို႔": "သူဌေးက ပတ်စပို့",
		"ျမန္မာ":          "မြန်မာ",
		"ေၾကာင္း":         "ကြောင်း",
		"အဂၤလိပ္":         "အင်္ဂလိပ်",
		"ကမၻာ":            "ကမ္ဘာ",
		"ဝတၴဳ":            "ဝတ္ထု",
		"ေခါင္း":          "ခေါင်း",
		"ေဖာ္ျပပါ":        "ဖော်ပြပါ",
		"၄င္း":            "၎င်း",
		"၎င္း":            "၎င်း",
		"၂၀၂၇":            "၂၀၂၇",
		"၀ယ္":             "ဝယ်",
		"ကၽြႏ္ုပ္":        "ကျွန်ုပ်",
		"ဥးီ":             "ဦး",
		"ရွိ၊ ႐ွိ":        "ရှိ၊ ရှိ",
		"႒ာန":             "ဋ္ဌာန",
		"ၿပီး":            "ပြီး",
		"Hello Work မွာ":  "Hello Work မှာ",
		"":                "",
		"\u1031":          "ေ",
		"ႏိုင္ငံျခားသား":  "နိုင်ငံခြားသား",
		"ေက်းဇူးတင္ပါတယ္": "ကျေးဇူးတင်ပါတယ်",
	} {
		if got := FromZawgyi(zaw); got != uni {
			t.Errorf("FromZawgyi(%q) = %q (%U), want %q (%U)", zaw, got, []rune(got), uni, []rune(uni))
		}
	}
}

func TestZawgyiRoundTrip(t *testing.T) {
	f, err := os.Open("gen/data/my.unicode.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for _, row := range scanRows(t, f) {
		if uni := row[0]; !strings.HasPrefix(uni, "#") {
			n++
			if got, want := FromZawgyi(ToZawgyi(uni)), canonicalBurmese(uni); got != want {
				t.Errorf("%q goes to %q and comes back as %q", want, ToZawgyi(uni), got)
			}
		}
	}
	if n < 50 {
		t.Errorf("%d phrases", n)
	}
}
