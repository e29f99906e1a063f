package commands

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"madoguchi/language"
)

var (
	lookBlock   = regexp.MustCompile(`(?s)<!-- look: (\w+) -->\n.*?<!-- end -->`)
	actionIDs   = regexp.MustCompile(`\{[^{}\n]*\}`)
	quotedLabel = regexp.MustCompile(`‹([^›]+)›`)
)

// plainLook draws what is seen for a guide: without the ids of buttons and the signs of
// Markdown, with names in place of numbers.
func plainLook(s string) string {
	s = actionIDs.ReplaceAllString(s, "")
	s = strings.NewReplacer("<@"+aiko+">", "@Aiko", "<@"+binh+">", "@Binh", "<#400000000000000101>", "#news-ja", "<#400000000000000102>", "#news-en",
		"<#400000000000000103>", "#news-vi", "<#400000000000000104>", "#news-my", "**", "", "[*", "[", "[!", "[", "-# ", "", "~~", "").Replace(s)
	var out []string
	for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
		l = strings.TrimRight(l, " ")
		if l == "│ ‹›" || l == "└" || strings.HasPrefix(l, "(") && strings.HasSuffix(l, ")") || strings.HasPrefix(l, "https://discord.com/channels/") {
			continue
		}
		l = strings.Replace(l, "│ filled in: ", "│   ", 1)
		l = strings.TrimPrefix(strings.TrimPrefix(l, "# "), "## ")
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// looks acts out what the guide tells, and returns what is seen at each of its pictures.
func looks(t *testing.T, code language.Code) map[string]string {
	o := newOffice(t, fewBase, nil)
	o.locale = map[language.Code]string{language.Japanese: "ja", language.Vietnamese: "vi"}[code]
	if o.locale == "" {
		o.locale = "en-GB"
	}
	if code == language.Burmese {
		for _, who := range []string{aiko, binh, stranger} {
			o.as(who)
			o.command("language", "language", "my")
		}
		o.as(aiko, modRole)
	}
	other := language.Code("en")
	if code == other {
		other = "ja"
	}
	seen := map[string]string{}
	shot := func(name string) { seen[name] = plainLook(drawResponse(o.last)) }
	post := func(name string) {
		for _, m := range o.box.list {
			if m.Channel == "40000000000000010"+map[language.Code]string{"ja": "1", "en": "2", "vi": "3", "my": "4"}[code] {
				seen[name] = plainLook(drawCard(PostCard(o.r.Words, o.r.Engine.Base(), m.Post)))
			}
		}
	}
	x := newsTexts(code)
	o.command("update new", "language", string(code), "category", "event", "area", "regions", "prefecture", "Aichi", "topic", "job-search")
	shot("new")
	o.send("title", x.Title, "body", x.Body+" @everyone", "expires", "2026-11-20", "source", newsSource)
	shot("saved")
	o.push("update-form", "details")
	o.send("expires", "2026-12-20")
	o.command("update translate", "update", "1", "language", string(code))
	o.send("body", x.Body)
	o.command("update translate", "update", "1", "language", string(other))
	shot("translate")
	o.send("title", newsTexts(other).Title, "body", newsTexts(other).Body)
	r := o.command("update preview", "update", "1")
	for _, c := range append([]Card{*r.Card}, r.Follow...) {
		if c.Language == code {
			seen["preview"] = plainLook(drawCard(c))
		}
	}
	o.command("update submit", "update", "1")
	o.as(binh, modRole)
	o.command("update review", "update", "1")
	shot("review")
	o.push("update", "approve")
	shot("approved")
	o.push("update", "publish")
	o.work()
	post("post")
	o.as(stranger)
	o.command("topic", "topic", "job-search")
	for _, b := range o.last.Card.Blocks {
		if b, ok := b.(Text); ok && strings.Contains(b.Markdown, o.r.say(code, "news.heading")) {
			seen["answer"] = plainLook(b.Markdown)
		}
	}
	o.as(aiko, modRole)
	o.command("update correct", "update", "1")
	o.command("update translate", "update", "1", "language", string(code))
	o.send("change", guideWords(code)[0])
	o.publish()
	post("corrected")
	o.command("update withdraw", "update", "1", "reason", "outdated")
	o.work()
	post("withdrawn")
	o.command("update history", "update", "1")
	for range 2 {
		o.push("update", "history", "1")
	}
	seen["history"] = plainLook(drawResponse(o.last))
	o.as(aiko, modRole)
	o.command("knowledge suspend", "thing", "topic/minimum-wage", "reason", guideWords(code)[1])
	o.as(binh, modRole)
	shot("thing")
	return seen
}

// guideWords are what the moderators of the guide type: what a correction changes, and why
// an answer is suspended.
func guideWords(code language.Code) [2]string {
	switch code {
	case language.Japanese:
		return [2]string{"場所は岡崎市ではなく名古屋市です。", "10月から金額が変わりました。"}
	case language.Vietnamese:
		return [2]string{"Địa điểm là Nagoya, không phải Okazaki.", "Từ tháng 10 số tiền đã thay đổi."}
	case language.Burmese:
		return [2]string{"နေရာက Okazaki မဟုတ်ဘဲ Nagoya ပါ။", "အောက်တိုဘာကစပြီး ငွေပမာဏ ပြောင်းသွားပါပြီ။"}
	}
	return [2]string{"The place is Nagoya, not Okazaki.", "The amounts changed in October."}
}

// TestModeratorGuides holds the guides against what is seen: their pictures are acted out
// (go test -update draws them anew), and each label they quote is a label.
func TestModeratorGuides(t *testing.T) {
	for _, code := range language.Codes() {
		t.Run(string(code), func(t *testing.T) {
			file := filepath.Join("..", "docs", "moderators."+string(code)+".md")
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			seen := looks(t, code)
			used := map[string]bool{}
			got := lookBlock.ReplaceAllStringFunc(string(data), func(block string) string {
				name := lookBlock.FindStringSubmatch(block)[1]
				used[name] = true
				if seen[name] == "" {
					t.Errorf("nothing is seen of %q", name)
				}
				return "<!-- look: " + name + " -->\n```text\n" + seen[name] + "\n```\n<!-- end -->"
			})
			for name := range seen {
				if !used[name] {
					t.Errorf("the guide has no picture of %q", name)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(strings.Split(string(data), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s differs (-want +got; go test -update writes it anew):\n%s", file, diff)
			}
			words := newOffice(t, fewBase, nil).r.Words
			labels := map[string]bool{"…": true}
			for _, id := range words.IDs() {
				labels[words.Text(code, id, nil)] = true
			}
			for _, m := range quotedLabel.FindAllStringSubmatch(lookBlock.ReplaceAllString(string(data), ""), -1) {
				if !labels[m[1]] {
					t.Errorf("%s speaks of ‹%s›, which is written nowhere", file, m[1])
				}
			}
		})
	}
}
