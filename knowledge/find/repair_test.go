package find

import (
	"context"
	"testing"
)

func TestRepair(t *testing.T) {
	var examples []Example
	for _, x := range [][2]string{
		{"fields", "ngành xây dựng có những việc nào"}, {"fields", "danh sách ngành xây dựng"}, {"fields", "những ngành nào được làm"},
		{"housing", "ai bảo lãnh thuê nhà"}, {"housing", "cần người bảo lãnh nào"}, {"housing", "danh sách nhà cho thuê"},
		{"help", "trả lời ai nghe"}, {"help", "gọi ai nghe"}, {"help", "cho trả lời"},
	} {
		examples = append(examples, Example{Label: x[0], Lang: "vi", Text: x[1]})
	}
	e, err := Train(context.Background(), examples, Options{Size: Compact, Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Nghành sây dựng có nhửng việc nào?": "ngành xây dựng có những việc nào?",
		"ai bảo lảnh, danh xách":             "ai bảo lãnh, danh sách",
		"lào":                                "nào",
		"ngành xây dựng":                     "ngành xây dựng", // nothing to mend
		"Chả ai nghe":                        "Chả ai nghe",    // sounds like trả, but is a word
		"ngÀNH NHỬNG":                        "ngành những",
		"":                                   "",
		"ok 123 ?!":                          "ok 123 ?!",
		"日本 မြန်မာ":                          "日本 မြန်မာ",
	} {
		if got := e.repair(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if a, b := e.Find("nghành", "vi"), e.Find("ngành", "vi"); len(a) == 0 || a[0] != b[0] {
		t.Errorf("misspelt %v, spelt %v", a, b)
	}
}
