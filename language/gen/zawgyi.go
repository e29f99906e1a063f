package main

import (
	"math"
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"

	"madoguchi/language"
	"madoguchi/language/internal/ngram"
)

// zawgyiBuckets is how many weights the detector has.
const zawgyiBuckets = 1 << 14

// zawgyiWeights learns the weights of the detector from Unicode text and the same text
// in Zawgyi, whole and word by word. The phrases of our own count four times.
func zawgyiWeights(unicode, own []string) []byte {
	r := rand.New(rand.NewPCG(1000, 1))
	type text struct {
		s      string
		zawgyi bool
		weight float64
	}
	var set []text
	known := map[string]bool{}
	add := func(u, z string, weight float64) {
		if u == z { // told by nothing: Unicode, where nothing needs converting
			set = append(set, text{u, false, weight / 5})
			return
		}
		set = append(set, text{u, false, weight}, text{z, true, weight})
		if v := varyShapes(r, z); v != u {
			set = append(set, text{v, true, weight})
			set = append(set, text{norm.NFC.String(u), false, weight})
		}
	}
	for _, t := range own {
		for range 4 {
			add(t, language.ToZawgyi(t), 1)
		}
	}
	for _, t := range unicode {
		add(t, language.ToZawgyi(t), 1)
		for _, w := range strings.Fields(t) {
			if !known[w] {
				known[w] = true
				add(w, language.ToZawgyi(w), 1)
			}
		}
	}
	w := make([]float64, zawgyiBuckets)
	g2 := make([]float64, zawgyiBuckets)
	var feats []uint32
	const limit = 127.0 / weightScale
	for range 6 {
		r.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		for _, ex := range set {
			feats = feats[:0]
			ngram.EachMyanmar(ex.s, 2000, zawgyiBuckets, func(b uint32) { feats = append(feats, b) })
			sum := 0.0
			for _, f := range feats {
				sum += w[f]
			}
			d := 1 / (1 + math.Exp(-sum))
			if ex.zawgyi {
				d--
			}
			if math.Abs(d) < 1e-3 {
				continue
			}
			for _, f := range feats {
				g := d*ex.weight + 1e-5*w[f]
				g2[f] += g * g
				w[f] -= 0.1 * g / (math.Sqrt(g2[f]) + 1e-2)
				w[f] = max(-limit, min(limit, w[f]))
			}
		}
	}
	out := make([]byte, zawgyiBuckets)
	for i, v := range w {
		out[i] = byte(int8(math.Round(v * weightScale)))
	}
	return out
}

// zawgyiShapes are groups of code points that look alike; people and converters pick
// one or another.
var zawgyiShapes = [][]rune{
	{0x1037, 0x1094, 0x1095}, {0x103B, 0x107E, 0x107F, 0x1080, 0x1081, 0x1082}, {0x102F, 0x1033}, {0x1030, 0x1034},
	{0x1071, 0x1072}, {0x1073, 0x1074}, {0x1066, 0x1067}, {0x103A, 0x107D}, {0x101B, 0x1090}, {0x1014, 0x108F},
	{0x100A, 0x106B}, {0x103D, 0x1087}, {0x1009, 0x1025, 0x106A}, {0x107B, 0x1093},
}

// varyShapes replaces some shapes of a Zawgyi text by others that look alike, and
// swaps neighbouring marks whose order does not show.
func varyShapes(r *rand.Rand, z string) string {
	rs := []rune(z)
	for i := range rs {
		for _, group := range zawgyiShapes {
			for _, g := range group {
				if rs[i] == g && r.IntN(5) == 0 {
					rs[i] = group[r.IntN(len(group))]
					break
				}
			}
		}
		if i == 0 || r.IntN(4) > 0 {
			continue
		}
		switch [2]rune{rs[i-1], rs[i]} {
		case [2]rune{0x1036, 0x102F}, [2]rune{0x1039, 0x1037}, [2]rune{0x1039, 0x1094}, [2]rune{0x102D, 0x102F}, [2]rune{0x107D, 0x103C}, [2]rune{0x102F, 0x1037}:
			rs[i-1], rs[i] = rs[i], rs[i-1]
		}
	}
	return string(rs)
}
