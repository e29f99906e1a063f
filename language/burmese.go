package language

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// inMyanmar reports whether r is of the Myanmar block (without its extensions).
func inMyanmar(r rune) bool { return r >= 0x1000 && r <= 0x109F }

// isMyanmarScript reports whether r is of the Myanmar block or its extensions, which
// hold letters of Shan, Karen, Mon, Khamti and others.
func isMyanmarScript(r rune) bool {
	return inMyanmar(r) || r >= 0xAA60 && r <= 0xAA7F || r >= 0xA9E0 && r <= 0xA9FF
}

// isBurmeseLetter reports whether r is a consonant or an independent vowel that can
// carry marks.
func isBurmeseLetter(r rune) bool { return r >= 0x1000 && r <= 0x102A || r == 0x103F }

// isBurmeseMark reports whether r is a sign that belongs to the letter before it.
func isBurmeseMark(r rune) bool { return r >= 0x102B && r <= 0x103E }

// markRank is the place of a mark after its letter, in the order of Unicode Technical
// Note 11 (Representing Myanmar in Unicode): medials, vowels, anusvara, then the dot
// before asat as Unicode's canonical order has it, then visarga.
func markRank(r rune) int {
	switch r {
	case 'ျ':
		return 2
	case 'ြ':
		return 3
	case 'ွ':
		return 4
	case 'ှ':
		return 5
	case 'ေ':
		return 6
	case 'ိ', 'ီ', 'ဲ', 'ဳ', 'ဴ', 'ဵ':
		return 7
	case 'ု', 'ူ':
		return 8
	case 'ာ', 'ါ':
		return 9
	case 'ံ':
		return 10
	case '့':
		return 11
	case '်':
		return 12
	case 'း':
		return 13
	}
	return 9
}

// canonicalBurmese brings the marks of each letter into one order, drops a mark typed
// twice, and mends what is often typed wrong but looks right: the digit zero for wa
// inside a word and wa for zero inside a number, two characters for one letter. Other
// text is kept.
func canonicalBurmese(s string) string {
	if !strings.ContainsFunc(s, inMyanmar) {
		return s
	}
	rs := []rune(s)
	mendDigits(rs)
	out := make([]rune, 0, len(rs))
	for i := 0; i < len(rs); {
		r := rs[i]
		out = append(out, r)
		i++
		if !isBurmeseMark(r) && !isBurmeseLetter(r) {
			continue
		}
		// Letters stacked below stay where they are.
		for i+1 < len(rs) && rs[i] == 0x1039 && isBurmeseLetter(rs[i+1]) {
			out = append(out, rs[i], rs[i+1])
			i += 2
		}
		start := len(out)
		for i < len(rs) && (isBurmeseMark(rs[i]) && rs[i] != 0x1039 || isInvisible(rs[i])) {
			if !isInvisible(rs[i]) {
				out = append(out, rs[i])
			}
			i++
		}
		marks := orderMarks(out[start:])
		out = out[:start+len(marks)]
		if isBurmeseLetter(r) {
			out = joinLetter(out, start)
		}
	}
	return string(out)
}

// orderMarks sorts marks in place and drops doubles.
func orderMarks(marks []rune) []rune {
	if len(marks) < 2 {
		return marks
	}
	var asat, low, tall bool
	for _, m := range marks {
		switch m {
		case '်':
			asat = true
		case 'ု', 'ူ':
			low = true
		case 'ာ', 'ါ':
			tall = true
		}
	}
	rank := markRank
	if asat && low && !tall {
		// The contracted word: the asat belongs to the letter, the vowel to both.
		rank = func(r rune) int {
			if r == '်' {
				return 1
			}
			return markRank(r)
		}
	}
	sort.SliceStable(marks, func(i, j int) bool { return rank(marks[i]) < rank(marks[j]) })
	n := 1
	for _, m := range marks[1:] {
		if m != marks[n-1] {
			marks[n] = m
			n++
		}
	}
	return marks[:n]
}

// joinLetter replaces a letter and its first marks, typed as several characters, by
// the one letter they look like. The letter stands before start, its marks from it.
func joinLetter(out []rune, start int) []rune {
	if start == 0 || start >= len(out) {
		return out
	}
	at := start - 1
	replace := func(letter rune, n int) []rune {
		out[at] = letter
		return append(out[:start], out[start+n:]...)
	}
	switch out[at] {
	case 'ဉ':
		if out[start] == 'ီ' {
			return replace('ဦ', 1)
		}
	case 'ဥ':
		switch {
		case out[start] == 'ီ':
			return replace('ဦ', 1)
		case out[start] == '်', out[start] == '့' && start+1 < len(out) && out[start+1] == '်':
			out[at] = 'ဉ'
		}
	case 'စ':
		if out[start] == 'ျ' {
			return replace('ဈ', 1)
		}
	case 'သ':
		if out[start] == 'ြ' {
			rest := out[start+1:]
			switch {
			case len(rest) == 0:
				return replace('ဩ', 1)
			case len(rest) == 3 && rest[0] == 'ေ' && rest[1] == 'ာ' && rest[2] == '်':
				return replace('ဪ', 4)
			}
		}
	}
	return out
}

// mendDigits turns the digit zero into wa where it stands in a word, and wa into zero
// where it stands in a number.
func mendDigits(rs []rune) {
	digit := func(r rune) bool { return r >= 0x1040 && r <= 0x1049 }
	for i, r := range rs {
		var before, after rune
		if i > 0 {
			before = rs[i-1]
		}
		if i+1 < len(rs) {
			after = rs[i+1]
		}
		switch r {
		case '၀':
			if isBurmeseMark(after) && after != 'း' || !digit(before) && isBurmeseLetter(after) {
				rs[i] = 'ဝ'
			}
		case 'ဝ':
			if digit(before) && before != '၀' && !isBurmeseMark(after) && (digit(after) || !isBurmeseLetter(after)) || digit(before) && digit(after) {
				rs[i] = '၀'
			}
		case '၄':
			if spells(rs[i+1:], 'င', '်', 'း') {
				rs[i] = '၎'
			}
		}
	}
}

// maxSyllables is how many syllables are returned at most.
const maxSyllables = 20000

// Syllables cuts Burmese in Unicode into syllables: a consonant or independent vowel
// with its medials, vowels, tones and final, with what is stacked below it; a letter
// with kinzi stays with the syllable before it. A number, and a run of other letters,
// is one piece each; spaces and stops separate and are left out. Zawgyi must be
// converted first. At most 20,000 pieces are returned.
func Syllables(burmese string) []string {
	s := canonicalBurmese(clip(burmese, maxConvert))
	var out []string
	start, kind := -1, 0
	flush := func(end int) {
		if start >= 0 && len(out) < maxSyllables {
			out = append(out, s[start:end])
		}
		start = -1
	}
	const (
		none = iota
		burmese_
		digits
		other
	)
	var before rune
	for i, r := range s {
		k := none
		switch {
		case r >= 0x1040 && r <= 0x1049, r >= '0' && r <= '9':
			k = digits
		case r == 0x104A, r == 0x104B:
		case isMyanmarScript(r):
			k = burmese_
		case isWordRune(r):
			k = other
		}
		switch {
		case k == none:
			flush(i)
		case start < 0 || k != kind:
			flush(i)
			start = i
		case k == burmese_ && startsSyllable(r, before, s[i+utf8.RuneLen(r):]):
			flush(i)
			start = i
		}
		kind, before = k, r
	}
	flush(len(s))
	return out
}

// startsSyllable reports whether r, after the character before and with rest to come,
// begins a new syllable: it is a letter, not stacked, and not a final.
func startsSyllable(r, before rune, rest string) bool {
	switch {
	case r >= 0x104C && r <= 0x104F:
		return true
	case !isBurmeseLetter(r) || before == 0x1039:
		return false
	}
	next, n := utf8.DecodeRuneInString(rest)
	if next == '့' { // the dot comes before asat
		next, _ = utf8.DecodeRuneInString(rest[n:])
	}
	return next != '်' && next != 0x1039 || r == 'ဪ'
}
