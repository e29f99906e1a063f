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

// oldForms are characters that Japanese writes in a simpler form today, outside names,
// and that traditional Chinese still uses.
const oldForms = "會實轉險關燈樣學圖對發變醫藥氣經營當點黨體應寫屬團廳戀辭證讀豐鐵鹽齊斷繼續總聲舊藝觀覺賣輕遞遲醉釋錢雜靜餘驛驗齒臺灣" +
	"價單圍壓壯專將屆嚴勞勵區參雙號圓塲娛孃寶從懷戰擇擔據擊擴效數敎晝曉條檢權歐歡歸殘淚淨滿濕燒爭狀獨獻畫盜盡禮禪稱穗" +
	"竝粹糧絲縣繩纖聽肅脫腦臟與萬處虛蟲衞裝覽觸譯譽讓豫貳賴贊踐辯釀鑄鑛隨隱靈顏顯飜餠騷驅鬪"

// chineseWords are words and characters that Chinese sentences are full of and that
// Japanese in kanji alone does not use so, with their weight.
var chineseWords = map[string]int{
	"一下": 3, "一个": 4, "一個": 1, "上班": 3, "下午好": 4, "不": 1, "不了": 3, "不是": 3, "不會": 3, "个": 3, "中介": 3, "中文": 1,
	"为": 4, "么": 3, "也": 1, "了": 1, "些": 1, "什": 2, "今天": 3, "介紹": 1, "从": 4, "们": 4, "仲介": 1, "你": 3, "你好": 4,
	"佢": 4, "們": 4, "倒閉": 2, "做": 2, "公司": 2, "关": 3, "冇": 4, "再見": 2, "再见": 4, "几": 2, "到期": 2, "加班": 3,
	"可不可": 4, "可以": 2, "吃": 3, "吗": 4, "吧": 3, "听": 4, "告訴": 3, "呢": 3, "周末": 1, "和我": 2, "咩": 3, "哪": 3,
	"哪裡": 3, "哪里": 3, "唔": 3, "啊": 3, "啦": 2, "喔": 3, "喝": 1, "嗎": 4, "嘅": 4, "嘛": 3, "回国": 4, "回家": 2, "因为": 4,
	"因為": 3, "多久": 4, "多少": 1, "多長": 3, "天氣": 3, "她": 2, "她們": 4, "好吃": 3, "如何": 1, "对": 4, "對": 1, "小时": 4,
	"就": 1, "工作": 1, "工資": 2, "工资": 4, "已經": 3, "帮": 4, "幫": 3, "幫我": 4, "幾": 1, "很": 3, "從": 1, "怎": 3,
	"怎麼": 4, "您": 3, "想要": 2, "應該": 3, "我": 2, "我的": 3, "房租": 3, "手机": 3, "手機": 2, "打工": 2, "打開": 3, "找": 3,
	"把": 3, "护照": 4, "换": 4, "提醒": 3, "換工": 4, "播放": 2, "日語": 2, "日语": 4, "早上": 2, "早上好": 4, "早安": 2, "时候": 4,
	"明天": 3, "星期": 2, "昨天": 3, "是": 2, "是不是": 4, "時候": 2, "時薪": 3, "晚上": 2, "晚上好": 4, "晚安": 1, "會": 1, "有沒有": 4,
	"朋友": 3, "沒": 4, "没": 1, "没有": 4, "為什": 4, "现在": 4, "申訴": 2, "的": 1, "知道": 2, "租房": 3, "签证": 4, "簽證": 4,
	"給我": 3, "给": 4, "老师": 4, "老板": 3, "老闆": 4, "聽": 1, "薪水": 3, "薪資": 3, "裏": 1, "裡": 2, "說": 1, "請假": 3,
	"謝謝": 4, "護照": 2, "讓": 1, "让": 4, "该": 3, "说": 4, "请": 4, "谁": 4, "谢谢": 4, "賺錢": 3, "起床": 1, "跑": 2,
	"辞职": 4, "辭職": 2, "还": 4, "这": 4, "這": 4, "還": 2, "那": 2, "錢": 1, "關": 1, "雇主": 2, "電腦": 3, "電話號碼": 3,
	"餐廳": 2, "首歌": 3, "麼": 4, "點": 1,
}

// japaneseWords are kanji words that Japanese uses and Chinese does not.
var japaneseWords = []string{
	"会社", "仕事", "残業", "給料", "時給", "有給", "育休", "産休", "労働", "労基署", "入管", "在留", "資格", "技能", "実習", "特定技能", "育成就労",
	"監理", "組合", "支援", "相談", "無料", "電話", "年金", "脱退", "一時金", "保険", "健康", "雇用", "失業", "手当", "賃金", "最低賃金", "退職", "転職", "解雇",
	"契約", "更新", "変更", "申請", "手続", "届出", "住所", "市役所", "役所", "家賃", "寮", "住宅", "引越", "外国人", "日本語", "試験", "教室", "留学生", "留学",
	"就職", "面接", "履歴書", "求人", "派遣", "正社員", "介護", "建設", "農業", "漁業", "飲食", "宿泊", "製造", "工場", "弁護士", "警察", "救急車", "病院",
	"事故", "労災", "怪我", "妊娠", "出産", "結婚", "家族", "永住", "帰化", "帰国", "再入国", "免許", "運転", "切替", "税金", "源泉徴収", "確定申告", "暴力", "差別",
	"何時", "何日", "何円", "何年", "今日", "明日", "昨日", "東京", "大阪", "円", "送金", "口座", "銀行", "振込", "天引", "控除", "明細", "目的", "完了", "終了", "了解", "世界的", "一般的", "具体的", "個人的", "不明", "不安", "不要", "不可", "勤務", "休憩", "休日", "夜勤", "深夜",
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
		if strings.ContainsRune(oldForms, r) {
			score += 3
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
