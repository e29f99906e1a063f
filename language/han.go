package language

import (
	_ "embed"
	"strings"
)

// hanTable tells, two bits for each character from U+4E00, where it is written: 0 in
// Japan and China, 1 in simplified Chinese only, 2 in traditional Chinese only, 3 in
// Japan only. Made by language/gen from the character sets JIS X 0208, GB 2312 and
// Big5.
//
//go:embed han.bin
var hanTable string

const (
	hanFirst       = 0x4E00
	hanShared      = 0
	hanSimplified  = 1
	hanTraditional = 2
	hanJapanese    = 3
)

func hanUse(r rune) int {
	i := int(r - hanFirst)
	if i < 0 || i/4 >= len(hanTable) {
		return hanShared
	}
	return int(hanTable[i/4]>>(2*(i%4))) & 3
}

// chineseWords are words and characters that Chinese sentences are full of and that
// Japanese in kanji alone does not use so, with their weight.
var chineseWords = map[string]int{
	"我": 2, "你": 3, "您": 3, "他": 1, "她": 2, "是": 2, "的": 1, "了": 1, "不": 1, "吗": 4, "嗎": 4, "吧": 3, "呢": 3, "啊": 3,
	"们": 4, "們": 4, "在": 0, "这": 4, "這": 4, "那": 2, "哪": 3, "什": 2, "么": 3, "麼": 4, "怎": 3, "没": 2, "沒": 4, "有": 0,
	"很": 3, "请": 4, "請": 0, "把": 3, "给": 4, "給": 0, "和": 0, "也": 1, "都": 0, "就": 1, "还": 4, "還": 2, "谁": 4, "誰": 0,
	"想": 0, "要": 0, "可以": 2, "如何": 1, "多少": 1, "今天": 3, "明天": 3, "昨天": 3, "现在": 4, "現在": 0, "工作": 1,
	"公司": 2, "老板": 3, "老闆": 4, "工资": 4, "工資": 2, "签证": 4, "簽證": 4, "谢谢": 4, "謝謝": 4, "怎麼": 4, "知道": 2, "需要": 0,
	"时候": 4, "時候": 2, "問題": 0, "因为": 4, "因為": 3, "幫": 3, "帮": 4, "能": 0, "会": 0, "會": 1, "对": 4, "對": 1, "说": 4, "說": 1,
	"她們": 4, "和我": 2, "我的": 3, "是不是": 4, "有沒有": 4, "打工": 2, "上班": 3, "换": 4, "換": 0, "辞职": 4, "辭職": 2, "護照": 2, "护照": 4,
	"加班": 3, "日語": 2, "日语": 4, "中文": 1, "你好": 4, "早安": 2, "晚安": 1, "再見": 2, "再见": 4, "吃": 3, "喝": 1, "看": 0, "听": 4, "聽": 1,
	"找": 3, "跑": 2, "東西": 0, "個": 0, "个": 3, "点": 0, "點": 1, "去": 0, "哪裡": 3, "哪里": 3, "從": 1, "从": 4, "到": 0, "為": 0, "为": 4,
	"與": 0, "与": 0, "開": 0, "關": 1, "关": 3, "让": 4, "讓": 1, "但": 0, "最": 0, "低": 0, "些": 1, "該": 0, "该": 3, "幾": 1, "几": 2, "只": 0, "做": 2,
}

// japaneseWords are kanji words that Japanese uses and Chinese does not.
var japaneseWords = []string{
	"会社", "仕事", "残業", "給料", "時給", "有給", "育休", "産休", "労働", "労基署", "入管", "在留", "資格", "技能", "実習", "特定技能", "育成就労",
	"監理", "組合", "支援", "相談", "無料", "電話", "年金", "脱退", "一時金", "保険", "健康", "雇用", "失業", "手当", "賃金", "最低賃金", "退職", "転職", "解雇",
	"契約", "更新", "変更", "申請", "手続", "届出", "住所", "市役所", "役所", "家賃", "寮", "住宅", "引越", "外国人", "日本語", "試験", "教室", "留学生", "留学",
	"就職", "面接", "履歴書", "求人", "派遣", "正社員", "介護", "建設", "農業", "漁業", "飲食", "宿泊", "製造", "工場", "弁護士", "警察", "救急車", "病院",
	"事故", "労災", "怪我", "妊娠", "出産", "結婚", "家族", "永住", "帰化", "帰国", "再入国", "免許", "運転", "切替", "税金", "源泉徴収", "確定申告", "暴力", "差別",
	"何時", "何日", "何円", "何年", "今日", "明日", "昨日", "東京", "大阪", "円", "送金", "口座", "銀行", "振込", "天引", "控除", "明細", "勤務", "休憩", "休日", "夜勤", "深夜",
}

// isChinese reports whether the Chinese characters of s are Chinese rather than
// Japanese written without kana. Without a sign of Chinese they are Japanese.
func isChinese(s string) bool { return chineseScore(s) > 0 }

// chineseScore is above zero for Chinese and at or below zero for Japanese.
func chineseScore(s string) int {
	score := -1
	for _, r := range s {
		if !isHan(r) {
			continue
		}
		switch hanUse(r) {
		case hanSimplified:
			score += 4
		case hanTraditional:
			score += 3
		case hanJapanese:
			score -= 5
		}
		if r == '々' {
			score -= 5
		}
		score += chineseWords[string(r)]
	}
	for w, n := range chineseWords {
		if len(w) > 3 && strings.Contains(s, w) {
			score += n
		}
	}
	for _, w := range japaneseWords {
		if strings.Contains(s, w) {
			score -= 2
		}
	}
	return score
}

// byHan names the language of a text in Chinese characters without kana.
func byHan(s string) Guess {
	score := chineseScore(s)
	conf := 1 - 1/(2+float64(max(score, -score)))
	if score > 0 {
		return Guess{Other: "zh", Confidence: conf}
	}
	return Guess{Code: Japanese, Confidence: conf}
}
