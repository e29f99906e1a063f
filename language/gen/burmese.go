package main

import (
	"math/rand/v2"
	"strings"

	"madoguchi/language"
)

// Burmese in Latin letters has no standard; people spell by ear. Each syllable of real
// utterances is respelt by rule, with the variants seen in chat.

var latinOnsets = map[string][]string{
	"က": {"ka", "k", "ga"}, "ခ": {"kh", "k", "g"}, "ဂ": {"g"}, "ဃ": {"g"}, "င": {"ng"},
	"စ": {"s", "sa", "z"}, "ဆ": {"s", "hs"}, "ဇ": {"z"}, "ဈ": {"z", "zay"}, "ည": {"ny"}, "ဉ": {"ny"},
	"ဋ": {"t"}, "ဌ": {"ht"}, "ဍ": {"d"}, "ဎ": {"d"}, "ဏ": {"n"},
	"တ": {"t", "d"}, "ထ": {"ht", "t", "d"}, "ဒ": {"d"}, "ဓ": {"d"}, "န": {"n"},
	"ပ": {"p", "b"}, "ဖ": {"ph", "p", "f"}, "ဗ": {"b"}, "ဘ": {"b", "bh"}, "မ": {"m"},
	"ယ": {"y"}, "ရ": {"y", "r"}, "လ": {"l"}, "ဝ": {"w"}, "သ": {"th", "t"}, "ဟ": {"h"}, "ဠ": {"l"}, "အ": {"a", ""},
}

// latinRhymes maps what follows the onset (vowel signs and final) to spellings.
var latinRhymes = map[string][]string{
	"": {"a", "a", "ah"}, "ာ": {"ar", "a", "ar"}, "ါ": {"ar", "a"}, "ား": {"ar", "arr", "a"}, "ါး": {"ar", "arr", "a"}, "ာ့": {"ah", "a"}, "့": {"a"}, "း": {"a"},
	"ိ": {"i", "e"}, "ီ": {"i", "ee"}, "ီး": {"ee", "i", "e"}, "ု": {"u"}, "ူ": {"u", "oo"}, "ူး": {"u", "oo", "uu"},
	"ေ": {"ay", "e"}, "ေး": {"ay", "e"}, "ေ့": {"ay", "aye", "e"}, "ဲ": {"ae", "e", "al"}, "ဲ့": {"ae", "eh", "e", "yae"}, "ယ်": {"al", "ae", "e", "el"},
	"ော": {"aw", "or", "o"}, "ေါ": {"aw", "or"}, "ော်": {"aw", "or"}, "ေါ်": {"aw", "or"}, "ော့": {"ot", "aw", "oh", "or"}, "ေါ့": {"ot", "aw", "or"},
	"ို": {"o", "oe", "ko"}, "ို့": {"o", "oh", "oet"}, "ိုး": {"oe", "o", "oo"},
	"က်": {"et", "at", "ak", "ek"}, "င်": {"in", "inn"}, "င့်": {"int", "in"}, "င်း": {"in", "inn", "ine"}, "စ်": {"it", "is", "ic"},
	"ည်": {"i", "e", "ae", "ee", "yi"}, "ည့်": {"i", "ae", "yi"}, "ည်း": {"ee", "ae", "i"}, "ဉ်": {"in"},
	"တ်": {"at", "et"}, "ပ်": {"at", "ap", "et"}, "န်": {"an", "ann"}, "မ်": {"an", "am"}, "န့်": {"ant", "an"}, "န်း": {"an", "ann"}, "မ်း": {"an", "ann", "am"}, "ံ": {"an"}, "ံ့": {"ant", "an"}, "ံး": {"an"},
	"ိတ်": {"eit", "ate", "ait"}, "ိပ်": {"eit", "ate", "eik"}, "ိန်": {"ein", "ain"}, "ိမ်": {"ein", "ain", "eim"}, "ိန်း": {"ein", "ain"}, "ိမ်း": {"ein", "ain"}, "ိမ့်": {"eint", "ein"}, "ိန့်": {"eint", "ein"},
	"ုတ်": {"ote", "oke", "out"}, "ုပ်": {"ote", "oke", "ot", "ouk"}, "ုန်": {"one", "on", "oun"}, "ုန်း": {"one", "on", "oun"}, "ုံ": {"one", "on", "oun"}, "ုံး": {"one", "on", "oun"}, "ုမ်": {"one", "on"}, "ုမ္": {"on"}, "ုံ့": {"one", "ont"},
	"ောက်": {"auk", "ouk", "out"}, "ောင်": {"aung", "oung"}, "ောင့်": {"aung", "aunt"}, "ောင်း": {"aung", "oung", "g"}, "ေါက်": {"auk"}, "ေါင်း": {"aung"}, "ေါင်": {"aung"},
	"ိုက်": {"ite", "ike", "aik"}, "ိုင်": {"ine", "aing", "ai"}, "ိုင်း": {"ine", "aing"}, "ိုင့်": {"ine"},
	"ွ": {"wa"}, "ွာ": {"war", "wa"}, "ွား": {"war", "twar", "wa"}, "ွေ": {"way", "we"}, "ွေး": {"way", "we"}, "ွဲ": {"wae", "we"}, "ွက်": {"wet"}, "ွင်": {"win"}, "ွင့်": {"wint", "win"}, "ွန်": {"un", "oon", "one"}, "ွန်း": {"un", "one"}, "ွတ်": {"ut", "oot", "wut"}, "ွပ်": {"ut"}, "ွယ်": {"wal", "wae", "we"}, "ွမ်း": {"un", "wan"}, "ွယ့်": {"we"}, "ွားး": {"war"}, "ွေ့": {"wae", "way"}, "ွဲ့": {"wae"}, "ွင်း": {"win", "winn"}, "ွေးး": {"way"},
}

var latinVowels = map[string]string{"ဤ": "i", "ဥ": "u", "ဦ": "oo", "ဧ": "ay", "ဩ": "aw", "ဪ": "aw", "၏": "ei", "၍": "ywe", "၌": "nite", "ဣ": "i", "ဿ": "tha"}

// latinBurmese respells an utterance in Latin letters: syllables apart, or joined to
// words at random, as people do both. What is not Burmese is kept.
func latinBurmese(r *rand.Rand, text string) string {
	pick := func(v []string) string { return v[min(r.IntN(len(v)), r.IntN(len(v)))] }
	var out []string
	join := r.IntN(3) // how readily syllables are joined
	for _, syl := range language.Syllables(text) {
		w := latinSyllable(syl, pick)
		if w == "" {
			continue
		}
		if len(out) > 0 && len(out[len(out)-1]) < 9 && r.IntN(6) < join {
			out[len(out)-1] += w
			continue
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func latinSyllable(syl string, pick func([]string) string) string {
	rs := []rune(syl)
	if len(rs) == 0 {
		return ""
	}
	if v, ok := latinVowels[string(rs[0])]; ok && len(rs) == 1 {
		return v
	}
	on, ok := latinOnsets[string(rs[0])]
	if !ok {
		if v, ok := latinVowels[string(rs[0])]; ok {
			return v
		}
		if rs[0] < 0x1000 && rs[0] < 0x250 {
			return syl
		}
		return ""
	}
	onset := pick(on)
	i, y, h := 1, false, false
	rest := ""
	for ; i < len(rs); i++ {
		switch rs[i] {
		case 'ျ', 'ြ':
			y = true
		case 'ှ':
			h = true
		case 0x1039: // stacked: the part below starts a syllable of its own
			if i+1 < len(rs) {
				tail := latinSyllable(string(rs[i+1:]), pick)
				return strings.TrimSuffix(onset, "a") + "an" + tail
			}
		default:
			rest += string(rs[i])
		}
	}
	switch {
	case y && strings.ContainsAny(onset, "kg"):
		onset = pick([]string{"ky", "gy", "ch", "j"})
		if rs[0] == 'ခ' {
			onset = pick([]string{"ch", "chy", "gy"})
		}
	case y:
		onset += "y"
	}
	if h {
		switch rs[0] {
		case 'ရ', 'ယ', 'လ':
			if rs[0] == 'လ' && !y {
				onset = pick([]string{"hl", "l"})
			} else {
				onset = "sh"
			}
		default:
			if pick([]string{"y", "n"}) == "y" {
				onset = onset[:1] + "h" + onset[1:]
				if onset[0] == 'm' || onset[0] == 'n' {
					onset = pick([]string{"h" + onset[:1], onset})
				}
			}
		}
	}
	rest = strings.ReplaceAll(rest, "့်", "့်")
	rhyme, ok := latinRhymes[rest]
	if !ok {
		rhyme, ok = latinRhymes[strings.TrimRight(rest, "း့")]
	}
	if !ok {
		return onset + "a"
	}
	v := pick(rhyme)
	if strings.HasSuffix(onset, "a") && onset != "" && rs[0] != 'အ' || rs[0] == 'အ' && v != "" && strings.ContainsAny(v[:1], "aeiou") {
		onset = strings.TrimSuffix(onset, "a")
	}
	return onset + v
}
