package language

import (
	"strings"
	"testing"
)

func TestZawgyiPairs(t *testing.T) {
	var sentences, right, words, wordsRight, back, there int
	wrong, shown := 0, 0
	for _, row := range rows(t, "data/zawgyi/massive_dev_pairs.tsv") {
		uni, zaw := row[0], row[1]
		if uni == zaw {
			continue
		}
		sentences += 2
		if ZawgyiProbability(uni) < 0.5 {
			right++
		} else {
			t.Logf("taken for Zawgyi: %s", uni)
		}
		if ZawgyiProbability(zaw) > 0.5 {
			right++
		} else {
			t.Logf("taken for Unicode: %s", zaw)
		}
		if got, want := Normalise(FromZawgyi(zaw)), Normalise(canonicalBurmese(uni)); got == want {
			back++
		} else if shown++; shown < 40 {
			t.Logf("converted %q\n            want %q", got, want)
		}
		if ToZawgyi(uni) == zaw {
			there++
		}
		us, zs := strings.Fields(uni), strings.Fields(zaw)
		if len(us) != len(zs) {
			continue
		}
		for i := range us {
			if us[i] == zs[i] || !strings.ContainsFunc(us[i], inMyanmar) {
				continue
			}
			words += 2
			u, z := ZawgyiProbability(us[i]) < 0.5, ZawgyiProbability(zs[i]) > 0.5
			if u {
				wordsRight++
			}
			if z {
				wordsRight++
			}
			if (!u || !z) && wrong < 60 {
				wrong++
				t.Logf("word %s %s: %.3f %.3f", us[i], zs[i], ZawgyiProbability(us[i]), ZawgyiProbability(zs[i]))
			}
		}
	}
	n := sentences / 2
	t.Logf("sentences told %d of %d, words %d of %d (%.2f %%), converted back %d of %d, written as ICU does %d", right, sentences, wordsRight, words, 100*float64(wordsRight)/float64(words), back, n, there)
}
