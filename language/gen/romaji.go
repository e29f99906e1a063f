package main

import (
	"math/rand/v2"
	"strings"
)

// Pseudo-Japanese in Latin letters: the kana of real utterances are written in romaji
// by rule, and each run of kanji is replaced by a reading drawn from lists of common
// readings, since readings of kanji are not in the text.

var kanaRomaji = map[string]string{
	"あ": "a", "い": "i", "う": "u", "え": "e", "お": "o", "か": "ka", "き": "ki", "く": "ku", "け": "ke", "こ": "ko",
	"が": "ga", "ぎ": "gi", "ぐ": "gu", "げ": "ge", "ご": "go", "さ": "sa", "し": "shi", "す": "su", "せ": "se", "そ": "so",
	"ざ": "za", "じ": "ji", "ず": "zu", "ぜ": "ze", "ぞ": "zo", "た": "ta", "ち": "chi", "つ": "tsu", "て": "te", "と": "to",
	"だ": "da", "ぢ": "ji", "づ": "zu", "で": "de", "ど": "do", "な": "na", "に": "ni", "ぬ": "nu", "ね": "ne", "の": "no",
	"は": "ha", "ひ": "hi", "ふ": "fu", "へ": "he", "ほ": "ho", "ば": "ba", "び": "bi", "ぶ": "bu", "べ": "be", "ぼ": "bo",
	"ぱ": "pa", "ぴ": "pi", "ぷ": "pu", "ぺ": "pe", "ぽ": "po", "ま": "ma", "み": "mi", "む": "mu", "め": "me", "も": "mo",
	"や": "ya", "ゆ": "yu", "よ": "yo", "ら": "ra", "り": "ri", "る": "ru", "れ": "re", "ろ": "ro", "わ": "wa", "を": "wo", "ん": "n",
	"きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho",
	"じゃ": "ja", "じゅ": "ju", "じょ": "jo", "ちゃ": "cha", "ちゅ": "chu", "ちょ": "cho", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo",
	"ひゃ": "hya", "ひゅ": "hyu", "ひょ": "hyo", "びゃ": "bya", "びゅ": "byu", "びょ": "byo", "ぴゃ": "pya", "ぴゅ": "pyu", "ぴょ": "pyo",
	"みゃ": "mya", "みゅ": "myu", "みょ": "myo", "りゃ": "rya", "りゅ": "ryu", "りょ": "ryo", "ふぁ": "fa", "ふぃ": "fi", "ふぇ": "fe", "ふぉ": "fo",
	"てぃ": "ti", "でぃ": "di", "じぇ": "je", "ちぇ": "che", "しぇ": "she", "うぃ": "wi", "うぇ": "we", "うぉ": "wo", "ゔ": "vu", "とぅ": "tu", "どぅ": "du",
}

// kunrei rewrites Hepburn as it is typed by people who learned the other spelling.
var kunrei = strings.NewReplacer("sha", "sya", "shu", "syu", "sho", "syo", "shi", "si", "cha", "tya", "chu", "tyu", "cho", "tyo",
	"chi", "ti", "tsu", "tu", "fu", "hu", "ja", "zya", "ju", "zyu", "jo", "zyo", "ji", "zi")

const onReadings = `kai sha shi goto kin kyuu kyu nen gaku sei koku jin ji kan ken hon nichi go ei gyou gyo rou dou do kou ko ho shou sho tou to kyou kyo shin sen dai chuu chu
shuu shu gi nou no jitsu jutsu tai ryuu ryu zai riyuu bun bu mon moku kaku kei ki gai ga roku mei chi chou cho soku butsu setsu sou so tei tetsu haku bai hi hin fu fuku hou bou
kyaku ka ke gen gatsu getsu ro ryou ryo rei ren ran ri riku rin ritsu raku yaku you yo yuu yu wa ban ben bi byou hyou hyaku man min myou zen zoku zou zu den ten ton toku
doku in ichi ni san shichi hachi juu i iki en on ou a an satsu saku saki sai sui sun suu se seki seshi tan dan da baku batsu bou bo pan patsu pou`

const kunReadings = `shigoto kaisha hito watashi boku ima kyou kinou ashita asa yoru hiru ie uchi kuni machi mise okane kane hi toki jikan tsuki toshi kazoku tomodachi kodomo okaasan otousan
ane ani imouto otouto tsuma otto kuruma densha eki michi mizu tabemono gohan asagohan bangohan kusuri byouki byouin kaze atama me te ashi yubi mimi kao koe namae denwa bangou tegami kaimono
ta na ha ya ka i o mi ka ki a ku su tsu to ma yasu haji o owa tsuka hatara yame kae ka iku ki mi ki yo ka hana oshie shira oboe wasure mata matsu motome machiga kaeri hairu deru tabe no neru oki
aru na atara furu taka yasu naga mijika oo chiisa tsuyo yowa haya oso i waru suki kirai samu atsu ita tano kana ureshi muzuka yasashi isoga nemu ai omo karu`

type romaji struct {
	r       *rand.Rand
	on, kun []string
}

func newRomaji(r *rand.Rand) *romaji {
	return &romaji{r: r, on: strings.Fields(onReadings), kun: strings.Fields(kunReadings)}
}

// compounds returns one to three made-up Sino-Japanese words.
func (g *romaji) compounds() string {
	var out []string
	for range 1 + g.r.IntN(3) {
		w := ""
		for range 2 + g.r.IntN(2) {
			w += g.on[g.r.IntN(len(g.on))]
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// particles stand apart when people type romaji with spaces.
var particles = []string{"から", "まで", "より", "では", "には", "とか", "です", "ます", "は", "が", "を", "に", "で", "の", "と", "も", "へ", "や", "か", "よ", "ね"}

// sentence returns an utterance in romaji.
func (g *romaji) sentence(text string) string {
	rs := []rune(text)
	var out []string
	for i := 0; i < len(rs); {
		j := i
		switch {
		case isHan(rs[i]):
			for j < len(rs) && isHan(rs[j]) {
				j++
			}
			word := ""
			if j-i == 1 {
				word = g.kun[g.r.IntN(len(g.kun))]
			} else {
				for range j - i {
					word += g.on[g.r.IntN(len(g.on))]
				}
			}
			out = append(out, word)
		case isKatakana(rs[i]):
			for j < len(rs) && isKatakana(rs[j]) {
				j++
			}
			out = append(out, g.kana(rs[i:j]))
		case isHiragana(rs[i]):
			for j < len(rs) && isHiragana(rs[j]) {
				j++
			}
			out = append(out, g.hiragana(rs[i:j], i > 0)...)
		default:
			for j < len(rs) && !isHan(rs[j]) && !isKatakana(rs[j]) && !isHiragana(rs[j]) {
				j++
			}
			if t := strings.TrimSpace(string(rs[i:j])); t != "" {
				out = append(out, t)
			}
		}
		i = j
	}
	s := strings.Join(out, " ")
	s = strings.ReplaceAll(s, " +", "")
	switch g.r.IntN(8) {
	case 0:
		s = kunrei.Replace(s)
	case 1, 2:
		s = strings.NewReplacer("ou", "o", "uu", "u", "oo", "o").Replace(s)
	}
	if g.r.IntN(3) == 0 {
		s = strings.ReplaceAll(s, " wo ", " o ")
	}
	return s
}

// hiragana cuts a run into okurigana, which joins the word before it (marked by a
// plus sign), and particles.
func (g *romaji) hiragana(rs []rune, after bool) []string {
	s := string(rs)
	if after {
		for _, p := range particles {
			if rest, ok := strings.CutPrefix(s, p); ok {
				w := g.particle(p)
				if rest == "" {
					return []string{w}
				}
				return append([]string{w}, g.hiragana([]rune(rest), false)...)
			}
		}
	}
	// Otherwise one word up to a particle that comes later.
	for i := 1; i < len(rs); i++ {
		tail := string(rs[i:])
		for _, p := range []string{"を", "には", "では", "から", "まで", "です", "のは", "って", "という"} {
			if rest, ok := strings.CutPrefix(tail, p); ok {
				head := g.kana(rs[:i])
				if after {
					head = "+" + head
				}
				out := []string{head, g.particle(p)}
				if rest != "" {
					out = append(out, g.hiragana([]rune(rest), false)...)
				}
				return out
			}
		}
	}
	w := g.kana(rs)
	if after {
		w = "+" + w
	}
	return []string{w}
}

func (g *romaji) particle(p string) string {
	switch p {
	case "は":
		if g.r.IntN(4) > 0 {
			return "wa"
		}
	case "へ":
		if g.r.IntN(2) > 0 {
			return "e"
		}
	case "では":
		return "dewa"
	case "には":
		return "niwa"
	}
	return g.kana([]rune(p))
}

// kana writes a run of kana in Hepburn as it is typed.
func (g *romaji) kana(rs []rune) string {
	var b strings.Builder
	double := false
	for i := 0; i < len(rs); i++ {
		r := toHiragana(rs[i])
		if r == 'っ' {
			double = true
			continue
		}
		if r == 'ー' {
			s := b.String()
			if s != "" && g.r.IntN(2) == 0 {
				b.WriteByte(s[len(s)-1])
			}
			continue
		}
		out := ""
		if i+1 < len(rs) {
			if v, ok := kanaRomaji[string([]rune{r, toHiragana(rs[i+1])})]; ok {
				out = v
				i++
			}
		}
		if out == "" {
			out = kanaRomaji[string(r)]
		}
		if double && out != "" {
			if out[0] == 'c' {
				out = "t" + out
			} else if !strings.ContainsRune("aiueo", rune(out[0])) {
				out = out[:1] + out
			}
			double = false
		}
		b.WriteString(out)
	}
	return b.String()
}

func toHiragana(r rune) rune {
	if r >= 0x30A1 && r <= 0x30F6 {
		return r - 0x60
	}
	return r
}
func isHan(r rune) bool      { return r >= 0x4E00 && r <= 0x9FFF || r == '々' }
func isKatakana(r rune) bool { return r >= 0x30A1 && r <= 0x30FE && r != '・' }
func isHiragana(r rune) bool { return r >= 0x3041 && r <= 0x309F || r == 'ー' }
