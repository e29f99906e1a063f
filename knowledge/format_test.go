package knowledge

import (
	"testing"

	"madoguchi/language"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		value          Value
		ja, en, vi, my string
	}{
		{Value{Kind: KindDate, Text: "2027-04-01"}, "2027年4月1日", "1 April 2027", "ngày 1 tháng 4 năm 2027", "၂၀၂၇ ခုနှစ် ဧပြီလ ၁ ရက်"},
		{Value{Kind: KindMonth, Text: "2026-10"}, "2026年10月", "October 2026", "tháng 10 năm 2026", "၂၀၂၆ ခုနှစ် အောက်တိုဘာလ"},
		{Value{Kind: KindDay, Text: "12-29"}, "12月29日", "29 December", "ngày 29 tháng 12", "ဒီဇင်ဘာလ ၂၉ ရက်"},
		{Value{Kind: KindYen, Number: 1280}, "1,280円", "1,280 yen", "1.280 yên", "ယန်း ၁,၂၈၀"},
		{Value{Kind: KindYen, Number: 1000000}, "100万円", "1,000,000 yen", "1.000.000 yên", "ယန်း ၁၀ သိန်း"},
		{Value{Kind: KindPercent, Number: 12.4}, "12.4%", "12.4%", "12,4%", "၁၂.၄ ရာခိုင်နှုန်း"},
		{Value{Kind: KindShare, Text: "1/3"}, "3分の1", "one third", "1/3", "၃ ပုံ ၁ ပုံ"},
		{Value{Kind: KindYears, Number: 1}, "1年", "1 year", "1 năm", "၁ နှစ်"},
		{Value{Kind: KindMonths, Number: 3}, "3か月", "3 months", "3 tháng", "၃ လ"},
		{Value{Kind: KindHours, Number: 28}, "28時間", "28 hours", "28 giờ", "၂၈ နာရီ"},
		{Value{Kind: KindPeople, Number: 2571037}, "2,571,037人", "2,571,037 people", "2.571.037 người", "၂,၅၇၁,၀၃၇ ယောက်"},
		{Value{Kind: KindMillionPeople, Number: 55.4}, "5,540万人", "55.4 million people", "55,4 triệu người", "လူ ၅၅.၄ သန်း"},
		{Value{Kind: KindMillionPeople, Number: 126.15}, "1億2,615万人", "126.15 million people", "126,15 triệu người", "လူ ၁၂၆.၁၅ သန်း"},
		{Value{Kind: KindTimes, Number: 3.3}, "3.3倍", "3.3 times", "gấp 3,3 lần", "၃.၃ ဆ"},
		{Value{Kind: KindPhone, Text: "0570-013904"}, "0570-013904", "0570-013904", "0570-013904", "0570-013904"},
		{Value{Kind: KindText, Text: "N4"}, "N4", "N4", "N4", "N4"},
	}
	for _, tt := range tests {
		for code, want := range map[language.Code]string{"ja": tt.ja, "en": tt.en, "vi": tt.vi, "my": tt.my} {
			if got := Format(tt.value, code); got != want {
				t.Errorf("Format(%v, %s) = %q, want %q", tt.value, code, got, want)
			}
		}
	}
}

func TestFormatLaw(t *testing.T) {
	names := map[string]Law{"Labour Standards Act": {English: "Labour Standards Act", Japanese: "労働基準法", Vietnamese: "Luật Tiêu chuẩn lao động", Burmese: "အလုပ်သမားစံနှုန်းဥပဒေ"}}
	tests := []struct {
		law  string
		code language.Code
		want string
	}{
		{"Labour Standards Act, Arts. 24 and 120", "ja", "労働基準法第24条"},
		{"Labour Standards Act, Art. 36(4)-(6)", "en", "Labour Standards Act, Article 36 (労働基準法第36条第4項)"},
		{"Unknown Act, Art. 1; Labour Standards Act, Art. 18-2", "vi", "Điều 18-2 Luật Tiêu chuẩn lao động (労働基準法第18条の2)"},
		{"Labour Standards Act, Art. 5", "my", "အလုပ်သမားစံနှုန်းဥပဒေ ပုဒ်မ ၅ (労働基準法第5条)"},
	}
	for _, tt := range tests {
		got, err := formatLaw(tt.law, names, tt.code)
		if err != nil || got != tt.want {
			t.Errorf("formatLaw(%q, %s) = %q, %v, want %q", tt.law, tt.code, got, err, tt.want)
		}
	}
	if _, err := formatLaw("Pension reform act of 2025", names, "en"); err == nil {
		t.Error("a citation without an article was accepted")
	}
}
