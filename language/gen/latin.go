package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"madoguchi/language"
	"madoguchi/language/internal/ngram"
)

const (
	latinBuckets = 1 << 15
	otherBuckets = 1 << 13
	weightScale  = 16 // bytes of weight, as the package reads them
)

// example is one training text and its class.
type example struct {
	class  int
	words  []string
	weight float32
}

// latinModels trains the two models for text in Latin letters: one that tells
// English, Vietnamese, romaji, Burmese in Latin letters and the rest apart, and one
// that names the rest.
func latinModels(texts map[string][]string, data string) (latin, other []byte, names []string, err error) {
	r := rand.New(rand.NewPCG(2027, 4))
	own := map[string][]string{}
	for _, code := range []string{"en", "vi", "ja", "my"} {
		own[code], err = lines(filepath.Join(data, code+".txt"))
		if err != nil {
			return nil, nil, nil, err
		}
	}
	others, err := otherTexts(r, filepath.Join(data, "other.tsv"))
	if err != nil {
		return nil, nil, nil, err
	}
	terms, err := termWords(filepath.Join(filepath.Dir(filepath.Dir(data)), "neutral.txt"))
	if err != nil {
		return nil, nil, nil, err
	}

	var set []example
	add := func(class int, weight float32, text string) {
		if w := ngram.Words(text, 60); len(w) > 0 {
			set = append(set, example{class, w, weight})
		}
	}
	// spans adds a text, short pieces of it, and it with terms mixed in.
	spans := func(class int, weight float32, text string) {
		add(class, weight, text)
		w := ngram.Words(text, 60)
		if len(w) > 3 {
			n := 1 + r.IntN(4)
			at := r.IntN(len(w) - n + 1)
			set = append(set, example{class, slices.Clone(w[at : at+n]), weight * 0.5})
		}
		if len(w) >= 4 && r.IntN(4) == 0 {
			m := slices.Clone(w)
			for range 1 + r.IntN(2) {
				m = slices.Insert(m, r.IntN(len(m)+1), terms[r.IntN(len(terms))])
			}
			set = append(set, example{class, m, weight})
		}
	}
	for _, t := range texts["en"] {
		spans(0, 1, t)
	}
	for _, t := range texts["vi"] {
		spans(1, 0.7, t)
		spans(1, 1, language.FoldVietnamese(t))
		if r.IntN(4) == 0 {
			spans(1, 1, teencode(r, t))
		}
	}
	g := newRomaji(r)
	for _, t := range texts["ja"] {
		spans(2, 0.8, g.sentence(t))
	}
	for _, t := range texts["my"] {
		spans(3, 0.8, latinBurmese(r, t))
	}
	for class, code := range []string{"en", "vi", "ja", "my"} {
		for _, t := range own[code] {
			for range 6 {
				spans(class, 1, t)
				if code == "vi" {
					spans(class, 1, language.FoldVietnamese(t))
				}
			}
		}
	}
	var codes []string
	for _, o := range others {
		if !slices.Contains(codes, o.code) {
			codes = append(codes, o.code)
		}
	}
	slices.Sort(codes)
	var rest []example
	for _, o := range others {
		w := ngram.Words(o.text, 60)
		if len(w) == 0 {
			continue
		}
		set = append(set, example{4, w, o.weight})
		rest = append(rest, example{slices.Index(codes, o.code), w, o.weight})
	}
	fmt.Printf("latin: %d examples; other: %d examples, %d languages\n", len(set), len(rest), len(codes))
	latin = train(r, set, 5, latinBuckets, 4)
	other = train(r, rest, len(codes), otherBuckets, 6)
	return latin, other, codes, nil
}

// train fits a softmax over hashed features by stochastic gradient descent (AdaGrad)
// and returns the weights as signed bytes, row by bucket.
func train(r *rand.Rand, set []example, classes, buckets, epochs int) []byte {
	w := make([]float32, buckets*classes)
	g2 := make([]float32, buckets*classes)
	p := make([]float64, classes)
	var feats []uint32
	const limit = 127.0 / weightScale
	for epoch := range epochs {
		r.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		loss := 0.0
		for _, ex := range set {
			feats = feats[:0]
			ngram.Each(ex.words, uint32(buckets), func(b uint32) { feats = append(feats, b) })
			scale := 1 / math.Sqrt(float64(len(feats)))
			for c := range p {
				p[c] = 0
			}
			for _, f := range feats {
				row := w[int(f)*classes : int(f)*classes+classes]
				for c := range p {
					p[c] += float64(row[c])
				}
			}
			top := math.Inf(-1)
			for c := range p {
				p[c] *= scale
				top = max(top, p[c])
			}
			total := 0.0
			for c := range p {
				p[c] = math.Exp(p[c] - top)
				total += p[c]
			}
			for c := range p {
				p[c] /= total
			}
			loss -= math.Log(max(p[ex.class], 1e-12))
			for c := range p {
				d := p[c]
				if c == ex.class {
					d--
				}
				if math.Abs(d) < 1e-3 {
					continue
				}
				grad := float32(d*scale) * ex.weight
				for _, f := range feats {
					k := int(f)*classes + c
					gr := grad + 1e-5*w[k]
					g2[k] += gr * gr
					w[k] -= 0.25 * gr / (float32(math.Sqrt(float64(g2[k]))) + 1e-2)
					w[k] = max(-limit, min(limit, w[k]))
				}
			}
		}
		fmt.Printf("  epoch %d: loss %.5f\n", epoch+1, loss/float64(len(set)))
	}
	out := make([]byte, len(w))
	for i, v := range w {
		out[i] = byte(int8(math.Round(float64(v) * weightScale)))
	}
	return out
}

type otherText struct {
	code, text string
	weight     float32
}

// otherTexts reads the words and phrases of other languages. A line is a code, a tab
// and a phrase; a code with a star has words instead, commonest first, from which
// pseudo-phrases are drawn.
func otherTexts(r *rand.Rand, path string) ([]otherText, error) {
	rows, err := lines(path)
	if err != nil {
		return nil, err
	}
	words := map[string][]string{}
	phrases := map[string][]string{}
	var order []string
	for _, l := range rows {
		code, text, ok := strings.Cut(l, "\t")
		if !ok {
			return nil, fmt.Errorf("reading %s: no tab in %q", path, l)
		}
		name := strings.TrimSuffix(code, "*")
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
		if name != code {
			words[name] = append(words[name], strings.Fields(text)...)
		} else {
			phrases[name] = append(phrases[name], text)
		}
	}
	var out []otherText
	for _, name := range order {
		for _, p := range phrases[name] {
			w := strings.Fields(p)
			words[name] = append(words[name], w...)
			for range 8 {
				out = append(out, otherText{name, p, 1})
				if len(w) > 3 {
					n := 1 + r.IntN(min(5, len(w)))
					at := r.IntN(len(w) - n + 1)
					out = append(out, otherText{name, strings.Join(w[at:at+n], " "), 0.7})
				}
			}
		}
		list := words[name]
		for range 500 {
			n := 2 + r.IntN(7)
			var pick []string
			for range n {
				pick = append(pick, list[r.IntN(len(list))])
			}
			out = append(out, otherText{name, strings.Join(pick, " "), 1})
		}
		for _, w := range list {
			out = append(out, otherText{name, w, 0.4})
		}
	}
	return out, nil
}

// termWords returns the names and terms of the package's neutral list.
func termWords(path string) ([]string, error) {
	rows, err := lines(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range rows {
		if !strings.HasPrefix(l, "[") {
			out = append(out, strings.Fields(l)...)
		}
	}
	return out, nil
}

// teencode writes Vietnamese as it is typed in chat: some words shortened, some marks
// left out.
func teencode(r *rand.Rand, text string) string {
	w := strings.Fields(text)
	for i := range w {
		if s, ok := shortForms[w[i]]; ok && r.IntN(3) > 0 {
			w[i] = s[r.IntN(len(s))]
		} else if r.IntN(3) == 0 {
			w[i] = language.FoldVietnamese(w[i])
		}
	}
	return strings.Join(w, " ")
}

var shortForms = map[string][]string{
	"không": {"ko", "k", "hok", "kh", "hong"}, "được": {"dc", "đc", "dk"}, "gì": {"j", "gi"}, "người": {"ng", "ngta"}, "tôi": {"t", "tui", "e"},
	"mình": {"mk", "mik"}, "bạn": {"b", "bn"}, "làm": {"lm"}, "với": {"vs"}, "vậy": {"v", "z"}, "rồi": {"r", "rui", "roi"}, "cũng": {"cx", "cug"},
	"nhiều": {"nhiu", "nh"}, "bao": {"b"}, "trước": {"trc"}, "mọi": {"m"}, "đang": {"dag", "đag"}, "biết": {"bit", "bt"}, "thích": {"thik"}, "phải": {"fai", "p"},
	"việc": {"vc"}, "công": {"cog"}, "ty": {"ty"}, "giờ": {"h"}, "nữa": {"nx", "nua"}, "nhưng": {"nhg", "nhug"}, "trong": {"trog"}, "quá": {"wa", "qa"}, "yêu": {"iu"},
}
