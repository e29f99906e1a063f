package knowledge

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"madoguchi/language"
)

// Format writes a value by the habits of the language, with its unit.
//
// Burmese uses Burmese digits for dates, amounts and counts, as the Burmese news
// that migrants read does (BBC Burmese, DVB, The Irrawaddy); phone numbers, test
// levels and addresses keep Western digits, since they are dialled, typed or shown
// to officials.
func Format(v Value, code language.Code) string {
	switch v.Kind {
	case KindDate:
		t, err := time.Parse(time.DateOnly, v.Text)
		if err != nil {
			return v.Text
		}
		return formatDate(t, code)
	case KindMonth:
		y, m := atoi(v.Text[:4]), atoi(v.Text[5:])
		switch code {
		case language.Japanese:
			return fmt.Sprintf("%d年%d月", y, m)
		case language.Vietnamese:
			return fmt.Sprintf("tháng %d năm %d", m, y)
		case language.Burmese:
			return burmese(fmt.Sprintf("%d ခုနှစ် %s", y, burmeseMonth(m)))
		}
		return fmt.Sprintf("%s %d", time.Month(m), y)
	case KindDay:
		m, d := atoi(v.Text[:2]), atoi(v.Text[3:])
		switch code {
		case language.Japanese:
			return fmt.Sprintf("%d月%d日", m, d)
		case language.Vietnamese:
			return fmt.Sprintf("ngày %d tháng %d", d, m)
		case language.Burmese:
			return burmese(fmt.Sprintf("%s %d ရက်", burmeseMonth(m), d))
		}
		return fmt.Sprintf("%d %s", d, time.Month(m))
	case KindYear:
		return pick(code, v.Text+"年", v.Text, "năm "+v.Text, burmese(v.Text)+" ခုနှစ်")
	case KindTime:
		return pick(code, v.Text, v.Text, v.Text, burmese(v.Text))
	case KindShare:
		return share(v.Text, code)
	case KindPhone, KindURL, KindText:
		return v.Text
	}
	return quantity(v, code)
}

// Bare writes a value without its unit, for "1 to 2 years".
func Bare(v Value, code language.Code) string {
	if numericKinds[v.Kind] {
		if v.Kind == KindYear {
			return pick(code, v.Text, v.Text, v.Text, burmese(v.Text))
		}
		return number(v.Number, code)
	}
	return Format(v, code)
}

func quantity(v Value, code language.Code) string {
	n := number(v.Number, code)
	one := v.Number == 1
	switch v.Kind {
	case KindYen:
		switch {
		case code == language.Japanese && v.Number >= 10000 && math.Mod(v.Number, 10000) == 0:
			return number(v.Number/10000, code) + "万円"
		case code == language.Burmese && v.Number >= 100000 && math.Mod(v.Number, 100000) == 0:
			return "ယန်း " + number(v.Number/100000, code) + " သိန်း"
		}
		return pick(code, n+"円", n+" yen", n+" yên", "ယန်း "+n)
	case KindUSD:
		return pick(code, n+"ドル", "US$"+n, n+" đô la Mỹ", "အမေရိကန်ဒေါ်လာ "+n)
	case KindPercent:
		return pick(code, n+"%", n+"%", n+"%", n+" ရာခိုင်နှုန်း")
	case KindYears:
		return pick(code, n+"年", plural(n, "year", one), n+" năm", n+" နှစ်")
	case KindMonths:
		return pick(code, n+"か月", plural(n, "month", one), n+" tháng", n+" လ")
	case KindWeeks:
		return pick(code, n+"週間", plural(n, "week", one), n+" tuần", n+" ပတ်")
	case KindDays:
		return pick(code, n+"日", plural(n, "day", one), n+" ngày", n+" ရက်")
	case KindHours:
		return pick(code, n+"時間", plural(n, "hour", one), n+" giờ", n+" နာရီ")
	case KindMinutes:
		return pick(code, n+"分", plural(n, "minute", one), n+" phút", n+" မိနစ်")
	case KindPeople:
		people := " people"
		if one {
			people = " person"
		}
		return pick(code, n+"人", n+people, n+" người", n+" ယောက်")
	case KindMillionPeople:
		return pick(code, manyPeopleJapanese(v.Number), n+" million people", n+" triệu người", "လူ "+n+" သန်း")
	case KindWorkplaces:
		return pick(code, n+"か所", plural(n, "workplace", one), n+" nơi làm việc", "လုပ်ငန်းခွင် "+n+" ခု")
	case KindCases:
		return pick(code, n+"件", plural(n, "case", one), n+" vụ", n+" မှု")
	case KindTimes:
		return pick(code, n+"倍", n+" times", "gấp "+n+" lần", n+" ဆ")
	}
	return n
}

func plural(n, unit string, one bool) string {
	if one {
		return n + " " + unit
	}
	return n + " " + unit + "s"
}

// pick takes the text of the language, in the order of language.Codes.
func pick(code language.Code, ja, en, vi, my string) string {
	switch code {
	case language.Japanese:
		return ja
	case language.Vietnamese:
		return vi
	case language.Burmese:
		return my
	}
	return en
}

func formatDate(t time.Time, code language.Code) string {
	y, m, d := t.Date()
	switch code {
	case language.Japanese:
		return fmt.Sprintf("%d年%d月%d日", y, int(m), d)
	case language.Vietnamese:
		return fmt.Sprintf("ngày %d tháng %d năm %d", d, int(m), y)
	case language.Burmese:
		return burmese(fmt.Sprintf("%d ခုနှစ် %s %d ရက်", y, burmeseMonth(int(m)), d))
	}
	return fmt.Sprintf("%d %s %d", d, m, y)
}

// FormatAsOf writes an ISO year, month or date.
func FormatAsOf(s string, code language.Code) string {
	switch len(s) {
	case len("2026"):
		return Format(Value{Kind: KindYear, Text: s}, code)
	case len("2026-11"):
		return Format(Value{Kind: KindMonth, Text: s}, code)
	}
	return Format(Value{Kind: KindDate, Text: s}, code)
}

func share(s string, code language.Code) string {
	top, bottom, _ := strings.Cut(s, "/")
	switch code {
	case language.Japanese:
		return bottom + "分の" + top
	case language.Burmese:
		return burmese(bottom) + " ပုံ " + burmese(top) + " ပုံ"
	case language.English:
		words := map[string]string{"1/2": "half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter",
			"3/4": "three quarters", "1/5": "one fifth", "1/6": "one sixth", "1/10": "one tenth"}
		if w := words[s]; w != "" {
			return w
		}
	}
	return s
}

// number groups thousands and writes decimals as the language does: 1,280.5 in
// English, Japanese and Burmese (with its own digits), 1.280,5 in Vietnamese.
func number(f float64, code language.Code) string {
	s := strconv.FormatFloat(math.Abs(f), 'f', -1, 64)
	whole, decimals, _ := strings.Cut(s, ".")
	group, point := ",", "."
	if code == language.Vietnamese {
		group, point = ".", ","
	}
	var b strings.Builder
	if f < 0 {
		b.WriteString("-")
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(r)
	}
	if decimals != "" {
		b.WriteString(point + decimals)
	}
	if code == language.Burmese {
		return burmese(b.String())
	}
	return b.String()
}

// burmese replaces Western digits by Burmese ones.
func burmese(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '၀'
		}
		return r
	}, s)
}

func burmeseMonth(m int) string {
	return [...]string{"", "ဇန်နဝါရီလ", "ဖေဖော်ဝါရီလ", "မတ်လ", "ဧပြီလ", "မေလ", "ဇွန်လ", "ဇူလိုင်လ",
		"ဩဂုတ်လ", "စက်တင်ဘာလ", "အောက်တိုဘာလ", "နိုဝင်ဘာလ", "ဒီဇင်ဘာလ"}[m]
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// manyPeopleJapanese writes millions of people by ten thousands and, from a hundred
// million on, by those too: 230万人, 1億2,615万人.
func manyPeopleJapanese(millions float64) string {
	const perOku = 10000
	man := int(math.Round(millions * 100))
	if man < perOku {
		return number(float64(man), language.Japanese) + "万人"
	}
	oku := number(float64(man/perOku), language.Japanese) + "億"
	if man%perOku == 0 {
		return oku + "人"
	}
	return oku + number(float64(man%perOku), language.Japanese) + "万人"
}
