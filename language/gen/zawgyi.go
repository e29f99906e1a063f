package main

import (
	"math"

	"golang.org/x/text/unicode/norm"

	"madoguchi/language"
)

// zawgyiOdds counts pairs of neighbouring characters in Unicode text and in the same
// text written in Zawgyi, and returns the log of how much likelier each pair is in
// Zawgyi, in eighths, as the package's detector reads it.
func zawgyiOdds(unicode []string) []byte {
	const first, states, scale = 0x1000, 0xA0 + 1, 8.0
	state := func(r rune) int {
		if r >= first && r < first+states-1 {
			return int(r-first) + 1
		}
		return 0
	}
	count := func(texts []string) *[states][states]float64 {
		var n [states][states]float64
		for _, t := range texts {
			before := 0
			for _, r := range t + " " {
				s := state(r)
				if before != 0 || s != 0 {
					n[before][s]++
				}
				before = s
			}
		}
		return &n
	}
	uni, zaw := make([]string, len(unicode)), make([]string, len(unicode))
	for i, t := range unicode {
		uni[i] = norm.NFC.String(t)
		zaw[i] = language.ToZawgyi(t)
	}
	u, z := count(append(uni, unicode...)), count(zaw)
	out := make([]byte, states*states)
	for a := range states {
		var us, zs float64
		for b := range states {
			us += u[a][b]
			zs += z[a][b]
		}
		for b := range states {
			const few = 0.5
			pu := (u[a][b] + few) / (us + few*states)
			pz := (z[a][b] + few) / (zs + few*states)
			v := math.Round(scale * math.Log(pz/pu))
			out[a*states+b] = byte(int8(max(-127, min(127, v))))
		}
	}
	return out
}
