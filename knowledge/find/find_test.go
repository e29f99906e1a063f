package find

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"madoguchi/language"

	"github.com/google/go-cmp/cmp"
)

// small is a knowledge of four labels, the last of which belongs to no topic.
func small() []Example {
	texts := map[string]map[language.Code][]string{
		"overtime": {
			language.English:    {"they never pay my overtime", "how much is overtime pay at night", "extra pay for working late"},
			language.Japanese:   {"残業代がもらえません", "残業の割増はいくらですか", "ざんぎょうだいが でない"},
			language.Vietnamese: {"làm thêm giờ không được trả tiền", "tiền tăng ca tính thế nào", "zangyo bao nhiêu tiền"},
			language.Burmese:    {"အိုဗာတိုင် ကြေး မရဘူး", "အချိန်ပိုကြေး ဘယ်လောက်ရမလဲ", "ညဘက် အချိန်ပို လုပ်ရင် ဘယ်လောက်ရလဲ"},
		},
		"passport": {
			language.English:    {"my boss keeps my passport", "company took my residence card", "can the kumiai hold our passports"},
			language.Japanese:   {"パスポートを会社にとられました", "社長が在留カードを返してくれない", "ぱすぽーとを かえして ほしい"},
			language.Vietnamese: {"công ty giữ hộ chiếu của em", "chủ không trả lại thẻ ngoại kiều", "nghiệp đoàn cầm hộ chiếu"},
			language.Burmese:    {"သူဌေးက ပတ်စပို့ သိမ်းထားတယ်", "ကုမ္ပဏီက နေထိုင်ခွင့်ကတ် ယူထားတယ်", "ပတ်စပို့ ပြန်မပေးဘူး"},
		},
		"leave": {
			language.English:    {"can I take paid holiday", "how many days of paid leave do I get", "boss refuses my day off"},
			language.Japanese:   {"有給休暇は何日ありますか", "有給をとりたい", "ゆうきゅうは いつから つかえますか"},
			language.Vietnamese: {"nghỉ phép có lương được mấy ngày", "xin nghỉ yukyu không cho", "khi nào được nghỉ phép năm"},
			language.Burmese:    {"လစာနဲ့ ခွင့်ရက် ဘယ်နှစ်ရက် ရလဲ", "ခွင့်ယူလို့ ရမလား", "ယူကျူး ဘယ်နှစ်ရက်ရှိလဲ"},
		},
		"-": {
			language.English:    {"what is the weather tomorrow", "play some music please", "who won the football match"},
			language.Japanese:   {"明日の天気は", "音楽をかけて", "サッカーはどっちが勝った"},
			language.Vietnamese: {"thời tiết ngày mai thế nào", "bật nhạc đi", "trận bóng hôm qua ai thắng"},
			language.Burmese:    {"မနက်ဖြန် ရာသီဥတု ဘယ်လိုလဲ", "သီချင်း ဖွင့်ပေးပါ", "ဘောလုံးပွဲ ဘယ်သူနိုင်လဲ"},
		},
	}
	var out []Example
	for _, label := range []string{"overtime", "passport", "leave", "-"} {
		for _, lang := range language.Codes() {
			for _, text := range texts[label][lang] {
				out = append(out, Example{Label: label, Lang: lang, Text: text})
			}
		}
	}
	return out
}

func trainSmall(t *testing.T) *Engine {
	t.Helper()
	e, err := Train(context.Background(), small(), Options{Reject: "-"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFind(t *testing.T) {
	e := trainSmall(t)
	for _, c := range []struct {
		lang language.Code
		text string
		want string
	}{
		{"en", "no overtime money for the night shift", "overtime"},
		{"en", "he has taken all our passports", "passport"},
		{"ja", "残業したのにお金がでない", "overtime"},
		{"ja", "有給は何日", "leave"},
		{"ja", "ザンギョウダイ", "overtime"},
		{"vi", "cong ty giu ho chieu", "passport"},
		{"vi", "tien tang ca", "overtime"},
		{"my", "ပတ်စပို့ သိမ်းထား", "passport"},
		{"my", "ခွင့်ရက်", "leave"},
		{"en", "is there music tomorrow", "-"},
	} {
		got := e.Find(c.text, c.lang)
		if got[0].Label != c.want {
			t.Errorf("%q: found %v, want %s", c.text, got, c.want)
		}
		var sum float64
		for _, x := range got {
			sum += x.Score
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("%q: probabilities sum to %g", c.text, sum)
		}
	}
}

func TestFindNothingKnown(t *testing.T) {
	e := trainSmall(t)
	for _, text := range []string{"", "   ", "!?", "🤔"} {
		if got := e.Find(text, ""); len(got) != 0 {
			t.Errorf("%q: %v, want no candidates", text, got)
		}
	}
}

func TestTrainFails(t *testing.T) {
	if _, err := Train(context.Background(), nil, Options{}); err == nil {
		t.Error("no examples: no error")
	}
	if _, err := Train(context.Background(), small()[:3], Options{}); err == nil {
		t.Error("one label: no error")
	}
}

func TestSaveLoad(t *testing.T) {
	e := trainSmall(t)
	var file bytes.Buffer
	if err := e.Save(&file); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(file.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Fingerprint() != Fingerprint(small(), Options{Reject: "-"}) {
		t.Error("the fingerprint changed on the way")
	}
	for _, x := range small() {
		if diff := cmp.Diff(e.Find(x.Text, x.Lang), loaded.Find(x.Text, x.Lang)); diff != "" {
			t.Errorf("%q: %s", x.Text, diff)
		}
	}
	whole := file.Bytes()
	for _, cut := range []int{0, 7, 8, 100, len(whole) / 2, len(whole) - 1} {
		if _, err := Load(whole[:cut], nil); err == nil {
			t.Errorf("the first %d of %d bytes loaded", cut, len(whole))
		}
	}
	if _, err := Load([]byte("this is not a model of anything"), nil); err == nil {
		t.Error("garbage loaded")
	}
}

func TestOpen(t *testing.T) {
	opts := Options{Reject: "-", Size: Compact}
	e, err := Train(context.Background(), small(), opts)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := e.Save(&file); err != nil {
		t.Fatal(err)
	}
	changed := small()
	changed[0].Text = "they pay no overtime"
	grown := append(small(), Example{Label: "zoo", Lang: "en", Text: "where are the elephants"}, Example{Label: "zoo", Lang: "en", Text: "lions in the zoo"})
	for _, c := range []struct {
		name     string
		model    []byte
		examples []Example
		stale    bool
	}{
		{"fresh", file.Bytes(), small(), false},
		{"an edited question", file.Bytes(), changed, true},
		{"a new label", file.Bytes(), grown, true},
		{"no model", nil, small(), true},
	} {
		got, stale, err := Open(context.Background(), c.model, c.examples, opts)
		if err != nil || stale != c.stale {
			t.Errorf("%s: stale %v, error %v, want stale %v", c.name, stale, err, c.stale)
			continue
		}
		if best := got.Find("my overtime", "en")[0].Label; best != "overtime" {
			t.Errorf("%s: found %s, want overtime", c.name, best)
		}
		if has := slices.Contains(got.Labels(), "zoo"); has != (c.name == "a new label") {
			t.Errorf("%s: labels %v", c.name, got.Labels())
		}
	}
}

// The same examples give the same engine, whatever else the program did.
func TestTrainIsDeterministic(t *testing.T) {
	var a, b bytes.Buffer
	if err := trainSmall(t).Save(&a); err != nil {
		t.Fatal(err)
	}
	if err := trainSmall(t).Save(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two trainings differ")
	}
}

func TestTrainStopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, small(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestFindTogether(t *testing.T) {
	e := trainSmall(t)
	var group sync.WaitGroup
	for _, x := range small() {
		want := e.Find(x.Text, x.Lang)
		for range 4 {
			group.Go(func() {
				if diff := cmp.Diff(want, e.Find(x.Text, x.Lang)); diff != "" {
					t.Errorf("%q: differs when many ask: %s", x.Text, diff)
				}
			})
		}
	}
	group.Wait()
}

func TestOutside(t *testing.T) {
	e := trainSmall(t)
	if in, out := e.Look("overtime pay", "en", "").Outside, e.Look("play some football music", "en", "").Outside; in >= out {
		t.Errorf("outside: %g for a topic, %g for chatter", in, out)
	}
}

func TestFingerprintChanges(t *testing.T) {
	a := small()
	before := Fingerprint(a, Options{})
	a[0].Text += "?"
	if Fingerprint(a, Options{}) == before {
		t.Error("an edited question leaves the fingerprint as it was")
	}
}
