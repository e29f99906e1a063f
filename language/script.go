package language

import (
	"strings"
	"unicode"
)

// script is a writing system, as far as languages are told apart by it.
type script int

const (
	scriptNone script = iota
	scriptLatin
	scriptHan
	scriptHiragana
	scriptKatakana
	scriptMyanmar
	scriptHangul
	scriptThai
	scriptLao
	scriptKhmer
	scriptDevanagari
	scriptCyrillic
	scriptArabic
	scriptOther
	scripts
)

// scriptOf returns the writing system of a letter or mark, and scriptNone for all
// else.
func scriptOf(r rune) script {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return scriptLatin
		}
		return scriptNone
	case r == 0xAA || r == 0xBA || r >= 0xC0 && r <= 0x24F && r != 0xD7 && r != 0xF7,
		r >= 0x250 && r <= 0x2AF, r >= 0x1E00 && r <= 0x1EFF, r >= 0xFF21 && r <= 0xFF3A, r >= 0xFF41 && r <= 0xFF5A:
		return scriptLatin
	case r < 0x370:
		return scriptNone // combining marks among them
	case isMyanmarDigitOrStop(r):
		return scriptNone
	case isMyanmarScript(r):
		return scriptMyanmar
	case isHan(r):
		return scriptHan
	case r == 'ー' || r == '・':
		return scriptNone
	case isHiragana(r):
		return scriptHiragana
	case isKatakana(r):
		return scriptKatakana
	case r >= 0xAC00 && r <= 0xD7A3, r >= 0x1100 && r <= 0x11FF, r >= 0x3130 && r <= 0x318F:
		return scriptHangul
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return scriptNone
	case r >= 0x0E00 && r <= 0x0E7F:
		return scriptThai
	case r >= 0x0E80 && r <= 0x0EFF:
		return scriptLao
	case r >= 0x1780 && r <= 0x17FF:
		return scriptKhmer
	case r >= 0x0900 && r <= 0x097F:
		return scriptDevanagari
	case r >= 0x0400 && r <= 0x052F:
		return scriptCyrillic
	case r >= 0x0600 && r <= 0x06FF, r >= 0x0750 && r <= 0x077F, r >= 0xFB50 && r <= 0xFEFC:
		return scriptArabic
	case unicode.IsLetter(r):
		return scriptOther
	}
	return scriptNone
}

// otherScripts names the language of scripts that, among people in Japan, mostly
// write one language.
var otherScripts = []struct {
	table *unicode.RangeTable
	code  string
}{
	{unicode.Bengali, "bn"}, {unicode.Sinhala, "si"}, {unicode.Tamil, "ta"}, {unicode.Telugu, "te"},
	{unicode.Kannada, "kn"}, {unicode.Malayalam, "ml"}, {unicode.Gujarati, "gu"}, {unicode.Gurmukhi, "pa"},
	{unicode.Tibetan, "bo"}, {unicode.Mongolian, "mn"}, {unicode.Greek, "el"}, {unicode.Hebrew, "he"},
	{unicode.Georgian, "ka"}, {unicode.Armenian, "hy"}, {unicode.Ethiopic, "am"}, {unicode.Javanese, "jv"},
}

func otherScriptLanguage(s string) string {
	for _, r := range s {
		if scriptOf(r) != scriptOther {
			continue
		}
		for _, o := range otherScripts {
			if unicode.Is(o.table, r) {
				return o.code
			}
		}
	}
	return "und"
}

// devanagariLanguage tells Nepali from Hindi (and Marathi) by their commonest words
// and endings.
func devanagariLanguage(s string) string {
	nepali, hindi := 0, 0
	for _, w := range splitWords(s) {
		if n, ok := devanagariWords[w]; ok {
			if n == "ne" {
				nepali += 2
			} else {
				hindi += 2
			}
			continue
		}
		for _, end := range []string{"लाई", "हरू", "को", "मा", "ले", "छन्", "छु", "छैन", "छ", "बाट", "न्छ", "ुन्छ", "ेको", "ौं"} {
			if len(w) > len(end) && w[len(w)-len(end):] == end {
				nepali++
				break
			}
		}
	}
	if nepali > hindi {
		return "ne"
	}
	return "hi"
}

var devanagariWords = map[string]string{
	"छ": "ne", "छन्": "ne", "छु": "ne", "हो": "ne", "हुन्छ": "ne", "के": "", "मलाई": "ne", "मेरो": "ne", "कति": "ne",
	"कसरी": "ne", "कहाँ": "ne", "गर्न": "ne", "गर्ने": "ne", "भयो": "ne", "छैन": "ne", "तपाईं": "ne", "हामी": "ne",
	"पनि": "ne", "अनि": "ne", "काम": "", "नमस्ते": "", "गर्नुहोस्": "ne", "थियो": "ne", "लागि": "ne", "गर्छ": "ne",
	"है": "hi", "हैं": "hi", "में": "hi", "का": "hi", "की": "hi", "से": "hi", "को": "hi", "मुझे": "hi", "मेरा": "hi",
	"मेरी": "hi", "क्या": "hi", "कैसे": "hi", "कहां": "hi", "कितना": "hi", "कितनी": "hi", "नहीं": "hi", "और": "hi",
	"हूँ": "hi", "हूं": "hi", "करना": "hi", "कर": "hi", "करो": "hi", "लिए": "hi", "पर": "hi", "भी": "hi", "यह": "hi",
}

// cyrillicLanguage tells the languages written in Cyrillic apart by their own letters.
func cyrillicLanguage(s string) string {
	for _, r := range s {
		switch r {
		case 'ө', 'ү', 'Ө', 'Ү':
			return "mn"
		case 'і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є':
			return "uk"
		case 'ў', 'қ', 'ғ', 'ҳ', 'Ў', 'Қ', 'Ғ', 'Ҳ':
			return "uz"
		}
	}
	return "ru"
}

// arabicLanguage tells Persian and Urdu from Arabic by their own letters.
func arabicLanguage(s string) string {
	code := "ar"
	for _, r := range s {
		switch r {
		case 'ٹ', 'ڈ', 'ڑ', 'ے', 'ں', 'ہ', 'ھ':
			return "ur"
		case 'پ', 'چ', 'ژ', 'گ', 'ک', 'ی':
			code = "fa"
		}
	}
	return code
}

// myanmarScriptLanguage returns "shn", "ksw" or "mnw" when s is Shan, Sgaw Karen or
// Mon in Unicode by the letters and tone marks that only these have, and "" when it
// is to be read as Burmese, in either encoding. Zawgyi puts stacked letters on the
// same code points, but a stacked letter neither begins a word nor carries asat.
func myanmarScriptLanguage(s string) string {
	var shan, karen, mon, letters int
	before := rune(' ')
	rs := make([]rune, 0, 64)
	for _, r := range s {
		if !isInvisible(r) {
			rs = append(rs, r)
		}
		if len(rs) >= zawgyiRead {
			break
		}
	}
	for i, r := range rs {
		after := rune(' ')
		if i+1 < len(rs) {
			after = rs[i+1]
		}
		if isBurmeseLetter(r) {
			letters++
		}
		starts := !isMyanmarScript(before) || before == 0x104A || before == 0x104B
		switch {
		case r >= 0xAA60 && r <= 0xAA7F || r >= 0xA9E0 && r <= 0xA9FF:
			shan++
		case r == 0x1022: // Shan A
			shan += 2
		case r >= 0x1075 && r <= 0x1081: // Shan consonants
			letters++
			if r < 0x107E && (starts || after == 0x103A && before != 0x1039) || after == 0x1082 || after == 0x1083 || after == 0x1085 || after == 0x1086 || r == 0x107D && starts {
				shan += 2
			}
		case r == 0x1083 || r == 0x1084:
			if after == 0x1087 || after == 0x1088 || after == 0x1089 || after == 0x108A || before >= 0x1075 && before <= 0x1081 {
				shan++
			}
		case r >= 0x1087 && r <= 0x108A:
			if before == 0x103A || before == 0x1083 || before == 0x1086 {
				shan += 2
			}
		case r == 0x1062 || r == 0x1063 || r == 0x1064:
			if after == 0x103A {
				karen += 3
			} else if r != 0x1064 && before == 0x1062 {
				karen++
			} else if r == 0x1062 && (after == 0x1088 || after == 0x1087 || after == 0x1089 || after == 0x108A || after == 0x1038) {
				shan++
			}
		case r == 0x1061 || r == 0x1065 || r == 0x1066 || r == 0x106E || r == 0x106F || r == 0x1070:
			if starts && r != 0x106E && r != 0x106F {
				karen += 2
			}
		case r == 0x105A:
			if after == 0x103A {
				mon += 3
			} else if starts {
				mon += 2
			}
		case r == 0x105B || r == 0x105C || r == 0x105D || r == 0x105E || r == 0x105F:
			mon += 2
		case r == 0x1035:
			mon++
		case r == 0x1028 && after != 0x103A:
			mon++
		}
		before = r
	}
	for _, w := range []string{"ဂလာန်", "လိက်", "ဗွဲမ", "ညးဒါန်"} { // Mon words in letters that Burmese has too
		if strings.Contains(s, w) {
			mon += 2
		}
	}
	best, code := shan, "shn"
	if karen > best {
		best, code = karen, "ksw"
	}
	if mon > best {
		best, code = mon, "mnw"
	}
	// One odd pair in a long Burmese text is a slip.
	if best >= 2 && best*8 >= letters {
		return code
	}
	return ""
}
