package conversation

import (
	"context"
	"testing"

	"madoguchi/language"
)

// BenchmarkReply measures one turn of the bot as it ships, in each language, without
// memory and with.
func BenchmarkReply(b *testing.B) {
	base, words := load(b)
	finder, stale, err := OpenFinder(context.Background(), base)
	if err != nil {
		b.Fatal(err)
	}
	if stale {
		b.Fatal("conversation/finder.model is stale: run madoguchi train")
	}
	e := New(base, words, language.NewIdentifier(), finder)
	for code, text := range map[language.Code]string{
		"en": "my boss keeps my passport and says i must pay 300000 yen if i quit",
		"ja": "社長がパスポートを返してくれません。どうすればいいですか",
		"vi": "công ty không trả lương 2 tháng rồi em phải làm gì",
		"my": "သူဌေးက ပတ်စပို့ သိမ်းထားတယ် ဘာလုပ်ရမလဲ",
	} {
		b.Run(string(code), func(b *testing.B) {
			for b.Loop() {
				e.Reply(context.Background(), Turn{Text: text, Now: noon})
			}
		})
		b.Run(string(code)+"-follow-up", func(b *testing.B) {
			s := Session{Topic: "dismissal", Language: code}
			for b.Loop() {
				e.Reply(context.Background(), Turn{Text: text, Session: s, Now: noon})
			}
		})
	}
}
