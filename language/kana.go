package language

import "strings"

// isHiragana and isKatakana report the script of r; the long vowel mark and the
// iteration marks of katakana count as katakana.
func isHiragana(r rune) bool { return r >= 0x3041 && r <= 0x309F }
func isKatakana(r rune) bool {
	return r >= 0x30A1 && r <= 0x30FF && r != '・' || r >= 0x31F0 && r <= 0x31FF || r >= 0xFF66 && r <= 0xFF9F
}
func isKana(r rune) bool { return isHiragana(r) || isKatakana(r) }

// isHan reports whether r is a Chinese character or its iteration mark.
func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r == '々' || r == '〆' ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x323AF
}

// hiragana returns the hiragana of a katakana character, and any other unchanged.
func hiragana(r rune) rune {
	switch {
	case r >= 0x30A1 && r <= 0x30F6, r == 'ヽ', r == 'ヾ':
		return r - 0x60
	}
	return r
}

// romajiKana holds the kana of each romaji syllable, Hepburn, Kunrei and the way it
// is typed into an input method.
var romajiKana = map[string]string{
	"a": "あ", "i": "い", "u": "う", "e": "え", "o": "お",
	"ka": "か", "ki": "き", "ku": "く", "ke": "け", "ko": "こ",
	"ga": "が", "gi": "ぎ", "gu": "ぐ", "ge": "げ", "go": "ご",
	"sa": "さ", "si": "し", "shi": "し", "su": "す", "se": "せ", "so": "そ",
	"za": "ざ", "zi": "じ", "ji": "じ", "zu": "ず", "ze": "ぜ", "zo": "ぞ",
	"ta": "た", "ti": "ち", "chi": "ち", "tu": "つ", "tsu": "つ", "te": "て", "to": "と",
	"da": "だ", "di": "ぢ", "du": "づ", "dzu": "づ", "de": "で", "do": "ど",
	"na": "な", "ni": "に", "nu": "ぬ", "ne": "ね", "no": "の",
	"ha": "は", "hi": "ひ", "hu": "ふ", "fu": "ふ", "he": "へ", "ho": "ほ",
	"ba": "ば", "bi": "び", "bu": "ぶ", "be": "べ", "bo": "ぼ",
	"pa": "ぱ", "pi": "ぴ", "pu": "ぷ", "pe": "ぺ", "po": "ぽ",
	"ma": "ま", "mi": "み", "mu": "む", "me": "め", "mo": "も",
	"ya": "や", "yu": "ゆ", "yo": "よ",
	"ra": "ら", "ri": "り", "ru": "る", "re": "れ", "ro": "ろ",
	"wa": "わ", "wo": "を", "wi": "うぃ", "we": "うぇ", "vu": "ゔ",
	"kya": "きゃ", "kyu": "きゅ", "kyo": "きょ", "gya": "ぎゃ", "gyu": "ぎゅ", "gyo": "ぎょ",
	"sha": "しゃ", "shu": "しゅ", "sho": "しょ", "sya": "しゃ", "syu": "しゅ", "syo": "しょ", "she": "しぇ",
	"ja": "じゃ", "ju": "じゅ", "jo": "じょ", "jya": "じゃ", "jyu": "じゅ", "jyo": "じょ",
	"zya": "じゃ", "zyu": "じゅ", "zyo": "じょ", "je": "じぇ",
	"cha": "ちゃ", "chu": "ちゅ", "cho": "ちょ", "tya": "ちゃ", "tyu": "ちゅ", "tyo": "ちょ", "che": "ちぇ",
	"nya": "にゃ", "nyu": "にゅ", "nyo": "にょ", "hya": "ひゃ", "hyu": "ひゅ", "hyo": "ひょ",
	"bya": "びゃ", "byu": "びゅ", "byo": "びょ", "pya": "ぴゃ", "pyu": "ぴゅ", "pyo": "ぴょ",
	"mya": "みゃ", "myu": "みゅ", "myo": "みょ", "rya": "りゃ", "ryu": "りゅ", "ryo": "りょ",
	"fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ", "thi": "てぃ", "dhi": "でぃ",
}

// RomajiToKana reads Japanese in Latin letters and returns it in hiragana, and
// whether every Latin word could be read. It takes Hepburn, Kunrei and input method
// spelling, and vowels with a bar. Words that are not romaji stay as they are, spaces
// and all else too; the particle "wo" becomes を, while "wa", "e" and "o" are written
// by sound. Upper case counts as lower. At most the first 64 KiB are read.
func RomajiToKana(s string) (string, bool) {
	s = strings.ToLower(clip(s, maxNormalise))
	var b strings.Builder
	b.Grow(2 * len(s))
	all, some := true, false
	for i := 0; i < len(s); {
		n := romajiWord(s[i:])
		if n == 0 {
			// One character that is no Latin letter.
			j := i + 1
			for j < len(s) && s[j]&0xC0 == 0x80 {
				j++
			}
			b.WriteString(s[i:j])
			i = j
			continue
		}
		word := s[i : i+n]
		if kana, ok := romajiWordToKana(word); ok {
			b.WriteString(kana)
			some = true
		} else {
			b.WriteString(word)
			all = false
		}
		i += n
	}
	return b.String(), all && some
}

var barredVowels = strings.NewReplacer("ā", "aa", "ī", "ii", "ū", "uu", "ē", "ee", "ō", "ou",
	"â", "aa", "î", "ii", "û", "uu", "ê", "ee", "ô", "ou")

// romajiWord returns the length in bytes of the Latin word at the start of s.
func romajiWord(s string) int {
	for i, r := range s {
		switch {
		case r >= 'a' && r <= 'z', strings.ContainsRune("āīūēōâîûêô", r):
		case (r == '\'' || r == '’') && i > 0 && i+1 < len(s) && s[i-1] == 'n':
		default:
			return i
		}
	}
	return len(s)
}

func romajiWordToKana(word string) (string, bool) {
	word = strings.ReplaceAll(barredVowels.Replace(word), "’", "'")
	var b strings.Builder
	for i := 0; i < len(word); {
		rest := word[i:]
		c := rest[0]
		// A doubled consonant is the small tsu.
		if len(rest) > 2 && c == rest[1] && strings.IndexByte("kstpcgdbzjfhr", c) >= 0 || strings.HasPrefix(rest, "tch") {
			b.WriteString("っ")
			i++
			continue
		}
		n := 0
		for l := 3; l > 0; l-- {
			if l <= len(rest) {
				if kana, ok := romajiKana[rest[:l]]; ok {
					b.WriteString(kana)
					n = l
					break
				}
			}
		}
		if n == 0 {
			switch {
			case c == 'n', c == 'm' && len(rest) > 1 && strings.IndexByte("bmp", rest[1]) >= 0:
				b.WriteString("ん")
				n = 1
				if strings.HasPrefix(rest, "n'") {
					n = 2
				} else if strings.HasPrefix(rest, "nn") && (len(rest) == 2 || strings.IndexByte("aiueoy", rest[2]) < 0) {
					n = 2
				}
			default:
				return "", false
			}
		}
		i += n
	}
	return b.String(), b.Len() > 0
}
