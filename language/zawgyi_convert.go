package language

import "strings"

// zawgyiMarks says what each Zawgyi code point that follows its letter means in
// Unicode. Letters, and marks that stand before their letter, are handled by the
// converter itself. Source: the layout of the Zawgyi-One font, where the code points
// U+1033 to U+109F hold shapes, not letters.
var zawgyiMarks = map[rune]string{
	0x102B: "ါ", 0x102C: "ာ", 0x102D: "ိ", 0x102E: "ီ", 0x102F: "ု", 0x1030: "ူ",
	0x1032: "ဲ", 0x1036: "ံ", 0x1037: "့", 0x1038: "း",
	0x1033: "ု", 0x1034: "ူ", 0x1039: "်", 0x103A: "ျ", 0x103C: "ွ", 0x103D: "ှ", 0x103E: "ှ",
	0x105A: "ါ်",
	0x1060: "္က", 0x1061: "္ခ", 0x1062: "္ဂ", 0x1063: "္ဃ", 0x1065: "္စ", 0x1066: "္ဆ",
	0x1067: "္ဆ", 0x1068: "္ဇ", 0x1069: "္ဈ", 0x106C: "္ဋ", 0x106D: "္ဌ", 0x1070: "္ဏ",
	0x1071: "္တ", 0x1072: "္တ", 0x1073: "္ထ", 0x1074: "္ထ", 0x1075: "္ဒ", 0x1076: "္ဓ",
	0x1077: "္န", 0x1078: "္ပ", 0x1079: "္ဖ", 0x107A: "္ဗ", 0x107B: "္ဘ", 0x107C: "္မ",
	0x107D: "ျ", 0x1085: "္လ", 0x1087: "ှ", 0x1088: "ှု", 0x1089: "ှူ", 0x108A: "ွှ",
	0x108E: "ိံ", 0x1093: "္ဘ", 0x1094: "့", 0x1095: "့", 0x1096: "္တွ",
	0x1064: kinzi, 0x108B: kinzi + "ိ", 0x108C: kinzi + "ီ", 0x108D: kinzi + "ံ",
}

// zawgyiLetters says which Unicode letters the Zawgyi shapes that are letters stand
// for; two of them are a letter with another stacked below.
var zawgyiLetters = map[rune]string{
	0x106A: "ဉ", 0x106B: "ည", 0x106E: "ဍ္ဍ", 0x106F: "ဍ္ဎ", 0x1086: "ဿ", 0x108F: "န",
	0x1090: "ရ", 0x1091: "ဏ္ဍ", 0x1092: "ဋ္ဌ", 0x1097: "ဋ္ဋ",
}

const kinzi = "င်္"

// maxConvert is how many bytes of a text the converters and the normaliser read:
// eight times the longest Discord message in Burmese.
const maxConvert = 1 << 17

// FromZawgyi turns Zawgyi into Unicode: marks that Zawgyi writes before a letter go
// after it, shapes become the letters they stand for, and the marks of each letter
// come in one order. Text in other scripts is kept as it is. It does not ask whether
// s is Zawgyi (see ZawgyiProbability): Unicode text comes out damaged. At most the
// first 128 KiB are converted, the rest is dropped.
func FromZawgyi(s string) string {
	s = clip(s, maxConvert)
	rs := []rune(strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return r
	}, s))
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := 0; i < len(rs); {
		if !inMyanmar(rs[i]) {
			b.WriteRune(rs[i])
			i++
			continue
		}
		i += zawgyiCluster(&b, rs[i:])
	}
	return canonicalBurmese(b.String())
}

// zawgyiCluster reads one letter with all that belongs to it from the start of rs,
// writes it in Unicode and returns how many characters it read, at least one.
func zawgyiCluster(b *strings.Builder, rs []rune) int {
	i := 0
	var e, ra bool
	for i < len(rs) && (rs[i] == 0x1031 || isZawgyiRa(rs[i])) {
		if rs[i] == 0x1031 {
			if e {
				break
			}
			e = true
		} else {
			if ra {
				break
			}
			ra = true
		}
		i++
	}
	var letter string
	if i < len(rs) {
		letter = zawgyiLetter(rs, i)
	}
	if letter == "" {
		switch {
		case i > 0: // marks that lost their letter
			if ra {
				b.WriteString("ြ")
			}
			if e {
				b.WriteString("ေ")
			}
			return i
		default:
			if m, ok := zawgyiMarks[rs[0]]; ok {
				b.WriteString(m)
			} else {
				b.WriteRune(rs[0])
			}
			return 1
		}
	}
	i++
	var marks []string
	hasKinzi := false
	for ; i < len(rs); i++ {
		if isZawgyiRa(rs[i]) && i+2 < len(rs) && zawgyiMarks[rs[i+1]] != "" {
			// A mark slipped between the ra and the letter that the ra goes around: the
			// mark belongs here, the ra to the next letter.
			rs[i], rs[i+1] = rs[i+1], rs[i]
		}
		m, ok := zawgyiMarks[rs[i]]
		if !ok {
			break
		}
		if strings.HasPrefix(m, kinzi) {
			hasKinzi = true
			m = m[len(kinzi):]
		}
		marks = append(marks, m)
	}
	if letter == "သ" && ra {
		if e && hasMark(marks, "ာ") && hasMark(marks, "်") {
			b.WriteString("ဪ")
			writeOthers(b, marks, "ာ", "်")
			return i
		}
		if !e && len(marks) == 0 {
			b.WriteString("ဩ")
			return i
		}
	}
	if letter == "ဥ" && !e && !ra {
		switch {
		case hasMark(marks, "ီ"):
			b.WriteString("ဦ")
			writeOthers(b, marks, "ီ")
			return i
		case hasMark(marks, "်"), hasMark(marks, "ာ"):
			letter = "ဉ"
		}
	}
	if hasKinzi {
		b.WriteString(kinzi)
	}
	b.WriteString(letter)
	for _, m := range marks { // stacked letters stay with theirs
		if strings.HasPrefix(m, "္") {
			b.WriteString(m)
		}
	}
	if ra {
		b.WriteString("ြ")
	}
	if e {
		b.WriteString("ေ")
	}
	for _, m := range marks {
		if !strings.HasPrefix(m, "္") {
			b.WriteString(m)
		}
	}
	return i
}

// zawgyiLetter returns the Unicode letter at rs[i], or "" when there is a mark, a
// stop or a digit that means a number. People type the digits zero, four, seven and
// eight for the letters of the same shape.
func zawgyiLetter(rs []rune, i int) string {
	r := rs[i]
	if l, ok := zawgyiLetters[r]; ok {
		return l
	}
	switch {
	case r >= 0x1000 && r <= 0x102A, r == 0x103F:
		return string(r)
	case r == 0x104E:
		// The shape of U+104E is the letter alone; Unicode spells the word out.
		if spells(rs[i+1:], 0x1004, 0x1039, 0x1038) {
			return "၎"
		}
		return "၎င်း"
	case r == 0x1044 && spells(rs[i+1:], 0x1004, 0x1039, 0x1038):
		return "၎"
	case r == 0x1040 && asLetter(rs, i):
		return "ဝ"
	case r == 0x1047 && asLetter(rs, i):
		return "ရ"
	case r == 0x1048 && asLetter(rs, i):
		return "ဂ"
	}
	return ""
}

// asLetter reports whether the digit at rs[i] carries marks, or stands in a word, so
// that it is a letter of the same shape.
func asLetter(rs []rune, i int) bool {
	if i > 0 && (rs[i-1] == 0x1031 || isZawgyiRa(rs[i-1])) {
		return true
	}
	if i+1 < len(rs) {
		if _, ok := zawgyiMarks[rs[i+1]]; ok && rs[i+1] != 0x1038 {
			return true
		}
	}
	return false
}

func isZawgyiRa(r rune) bool { return r == 0x103B || r >= 0x107E && r <= 0x1084 }

func spells(rs []rune, want ...rune) bool {
	if len(rs) < len(want) {
		return false
	}
	for i, r := range want {
		if rs[i] != r {
			return false
		}
	}
	return true
}

func hasMark(marks []string, m string) bool {
	for _, x := range marks {
		if x == m {
			return true
		}
	}
	return false
}

func writeOthers(b *strings.Builder, marks []string, but ...string) {
	for _, m := range marks {
		if !hasMark(but, m) {
			b.WriteString(m)
		}
	}
}

// ToZawgyi writes Unicode Burmese in Zawgyi. It is for tests and for making the
// detector's table: the bot never answers in Zawgyi. Letters that Zawgyi has no shape
// for are kept as they are.
func ToZawgyi(s string) string {
	rs := []rune(canonicalBurmese(clip(s, maxConvert)))
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(rs); {
		if !inMyanmar(rs[i]) {
			b.WriteRune(rs[i])
			i++
			continue
		}
		i += unicodeCluster(&b, rs[i:])
	}
	return b.String()
}

// stackedShape holds Zawgyi's shape of a letter below another.
var stackedShape = map[rune]rune{
	'က': 0x1060, 'ခ': 0x1061, 'ဂ': 0x1062, 'ဃ': 0x1063, 'စ': 0x1065, 'ဆ': 0x1066, 'ဇ': 0x1068,
	'ဈ': 0x1069, 'ဋ': 0x106C, 'ဌ': 0x106D, 'ဏ': 0x1070, 'တ': 0x1071, 'ထ': 0x1073, 'ဒ': 0x1075,
	'ဓ': 0x1076, 'န': 0x1077, 'ပ': 0x1078, 'ဖ': 0x1079, 'ဗ': 0x107A, 'ဘ': 0x107B, 'မ': 0x107C,
	'လ': 0x1085,
}

// wideLetters take the wide shape of the ra that goes around them.
const wideLetters = "ကဃဆဏတထဘယလသဟအ"

// unicodeCluster reads one letter with its marks from the start of rs, writes it in
// Zawgyi and returns how many characters it read, at least one.
func unicodeCluster(b *strings.Builder, rs []rune) int {
	i := 0
	hasKinzi := spells(rs, 'င', '်', '္')
	if hasKinzi {
		if len(rs) < 4 {
			hasKinzi = false
		} else {
			i = 3
		}
	}
	base := rs[i]
	switch {
	case base == 'ဩ':
		b.WriteString("\u107Eသ")
		return i + 1
	case base == 'ဪ':
		b.WriteString("\u1031\u107Eသ\u102C\u1039")
		return i + 1
	case base == 'ဿ':
		base = 0x1086
	case base == '၎' && spells(rs[i:], '၎', 'င', '်', 'း'):
		b.WriteRune(0x104E)
		return i + 4
	case !isBurmeseLetter(base):
		if z, ok := loneMarks[base]; ok {
			base = z
		}
		b.WriteRune(base)
		return i + 1
	}
	i++
	var stacked []rune
	for i+1 < len(rs) && rs[i] == 0x1039 {
		z, ok := stackedShape[rs[i+1]]
		if !ok {
			break
		}
		stacked = append(stacked, z)
		i += 2
	}
	has := map[rune]bool{}
	for i < len(rs) && isBurmeseMark(rs[i]) && rs[i] != 0x1039 {
		has[rs[i]] = true
		i++
	}
	if has['ေ'] {
		b.WriteRune(0x1031)
	}
	below := len(stacked) > 0
	if has['ြ'] {
		wide := strings.ContainsRune(wideLetters, base)
		above := has['ိ'] || has['ီ'] || has['ဲ'] || has['ံ'] || hasKinzi
		under := below || has['ွ'] || has['ှ']
		b.WriteRune(raShape(wide, above, under))
	}
	low := has['ု'] || has['ူ']
	switch {
	case base == 'န' && (below || low || has['ြ'] || has['ျ'] || has['ွ'] || has['ှ']):
		base = 0x108F
	case base == 'ရ' && (low && !has['ြ'] && !has['ျ'] || has['ွ'] && has['ှ']):
		base = 0x1090
	case base == 'ည' && (below || has['ွ'] || has['ှ'] || low):
		base = 0x106B
	case base == 'ဉ':
		base = 0x1025
		if has['ွ'] || has['ှ'] || low {
			base = 0x106A
		}
	}
	switch {
	case base == 'ဏ' && len(stacked) == 1 && stacked[0] == stackedShape['ဍ']:
	case base == 'ဋ' && len(stacked) == 1 && stacked[0] == 0x106D:
		base, stacked = 0x1092, nil
	case base == 'ဋ' && len(stacked) == 1 && stacked[0] == 0x106C:
		base, stacked = 0x1097, nil
	}
	b.WriteRune(base)
	for _, z := range stacked {
		b.WriteRune(z)
	}
	longLow := has['ြ'] || has['ျ'] || below || strings.ContainsRune("ဉညဥဋဌဍဎဠဈ", base) || base == 0x106A
	if has['ျ'] {
		if has['ွ'] || has['ှ'] {
			b.WriteRune(0x107D)
		} else {
			b.WriteRune(0x103A)
		}
	}
	ha := has['ှ']
	switch {
	case has['ွ'] && ha:
		b.WriteRune(0x108A)
		ha = false
	case has['ွ']:
		b.WriteRune(0x103C)
	}
	if hasKinzi {
		switch {
		case has['ိ']:
			b.WriteRune(0x108B)
			delete(has, 'ိ')
		case has['ီ']:
			b.WriteRune(0x108C)
			delete(has, 'ီ')
		case has['ံ']:
			b.WriteRune(0x108D)
			delete(has, 'ံ')
		default:
			b.WriteRune(0x1064)
		}
	}
	switch {
	case has['ိ'] && has['ံ']:
		b.WriteRune(0x108E)
		delete(has, 'ံ')
	case has['ိ']:
		b.WriteRune(0x102D)
	}
	for _, r := range "ီဲ" {
		if has[r] {
			b.WriteRune(r)
		}
	}
	if has['ံ'] {
		b.WriteRune(0x1036)
	}
	switch {
	case ha && has['ု'] && !longLow:
		b.WriteRune(0x1088)
	case ha && has['ူ'] && !longLow:
		b.WriteRune(0x1089)
	default:
		if ha {
			if has['ြ'] || strings.ContainsRune("ဉည", base) {
				b.WriteRune(0x1087)
			} else {
				b.WriteRune(0x103D)
			}
		}
		for _, u := range []struct{ r, short, long rune }{{'ု', 0x102F, 0x1033}, {'ူ', 0x1030, 0x1034}} {
			if has[u.r] {
				if longLow {
					b.WriteRune(u.long)
				} else {
					b.WriteRune(u.short)
				}
			}
		}
	}
	asat := has['်']
	if has['ါ'] {
		if asat {
			b.WriteRune(0x105A)
			asat = false
		} else {
			b.WriteRune(0x102B)
		}
	}
	if has['ာ'] {
		b.WriteRune(0x102C)
	}
	if asat {
		b.WriteRune(0x1039)
	}
	if has['့'] {
		switch {
		case has['ျ'] || has['ြ'] && low || has['ွ'] && low || has['ှ'] && low:
			b.WriteRune(0x1095)
		case low || base == 'န' || base == 0x108F || base == 'ရ' || has['ွ'] || has['ှ']:
			b.WriteRune(0x1094)
		default:
			b.WriteRune(0x1037)
		}
	}
	if has['း'] {
		b.WriteRune(0x1038)
	}
	return i
}

// loneMarks are the marks whose code point differs in Zawgyi, for marks without a
// letter.
var loneMarks = map[rune]rune{'်': 0x1039, 'ျ': 0x103A, 'ြ': 0x103B, 'ွ': 0x103C, 'ှ': 0x103D}

// raShape returns the shape of ra for a wide or narrow letter, cut above or below
// where other marks need the room.
func raShape(wide, above, under bool) rune {
	switch {
	case above && under && wide:
		return 0x1084
	case above && under:
		return 0x1083
	case above && wide:
		return 0x1080
	case above:
		return 0x107F
	case under && wide:
		return 0x1082
	case under:
		return 0x1081
	case wide:
		return 0x107E
	}
	return 0x103B
}
