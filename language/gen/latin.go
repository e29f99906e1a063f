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
	otherBuckets = 1 << 12
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
func latinModels(texts map[string][]string, en, vi, data string) (latin, other []byte, names []string, err error) {
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
		if r.IntN(3) == 0 {
			add(0, 0.7, misspell(r, t))
		}
	}
	for _, t := range texts["vi"] {
		spans(1, 0.7, t)
		spans(1, 1, language.FoldVietnamese(t))
		if r.IntN(4) == 0 {
			spans(1, 1, teencode(r, t))
		}
	}
	// Words on their own: what is common in a language is of that language.
	for class, code := range []string{"en", "vi"} {
		for _, w := range commonWords(texts[code], 3) {
			add(class, 0.5, w)
			if code == "vi" {
				add(class, 0.3, language.FoldVietnamese(w))
			}
		}
	}
	for _, w := range domainEnglish() {
		add(0, 1, w)
		add(0, 1, w)
	}
	short, err := lines(filepath.Join(filepath.Dir(filepath.Dir(data)), "teencode.tsv"))
	if err != nil {
		return nil, nil, nil, err
	}
	for _, l := range short {
		if w, _, _ := strings.Cut(l, "\t"); len(w) > 1 {
			add(1, 0.7, w)
			add(1, 0.7, w)
		}
	}
	g := newRomaji(r)
	for _, t := range texts["ja"] {
		spans(2, 0.8, g.sentence(t))
	}
	loans := domainEnglish()
	for range 3000 { // bare compounds, as in a search box
		add(2, 0.4, g.compounds())
	}
	for _, t := range texts["my"] {
		s := latinBurmese(r, t)
		spans(3, 0.8, s)
		if r.IntN(3) == 0 {
			spans(3, 0.8, mixEnglish(r, s, loans))
		}
	}
	for class, code := range []string{"en", "vi", "ja", "my"} {
		for _, t := range own[code] {
			for range 6 {
				spans(class, 1, t)
				if code == "en" {
					add(class, 0.7, misspell(r, t))
				}
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
	known := ngram.NewVocabularies(en, vi)
	fmt.Printf("latin: %d examples; other: %d examples, %d languages\n", len(set), len(rest), len(codes))
	latin = train(r, set, known, 5, latinBuckets, 4)
	other = train(r, rest, nil, len(codes), otherBuckets, 6)
	return latin, other, codes, nil
}

// commonWords returns the words of texts seen at least min times, in order of first
// appearance.
func commonWords(texts []string, min int) []string {
	n := map[string]int{}
	var out []string
	for _, t := range texts {
		for _, w := range ngram.Words(t, 200) {
			if n[w]++; n[w] == min {
				out = append(out, w)
			}
		}
	}
	return out
}

// vocabulary returns the words of English, and the syllables of Vietnamese with and
// without marks, that the training text has at least twice, one a line. What is seen
// once stays out, so that training meets unknown words as often as use does.
func vocabulary(texts map[string][]string, data string) (en, vi string, err error) {
	list := func(words []string) string {
		slices.Sort(words)
		return strings.Join(slices.Compact(words), "\n") + "\n"
	}
	var own []string
	for _, w := range domainEnglish() {
		if !strings.Contains(w, " ") {
			own = append(own, w)
		}
	}
	chat, err := lines(filepath.Join(data, "vi.txt"))
	if err != nil {
		return "", "", err
	}
	syllables := commonWords(texts["vi"], 4)
	for _, t := range chat {
		syllables = append(syllables, ngram.Words(t, 100)...)
	}
	for _, w := range slices.Clone(syllables) {
		syllables = append(syllables, language.FoldVietnamese(w))
	}
	for _, s := range shortForms {
		syllables = append(syllables, s...)
	}
	// English words that Vietnamese utterances quote are no syllables of it.
	english := map[string]int{}
	for _, t := range texts["en"] {
		for _, w := range ngram.Words(t, 200) {
			english[w]++
		}
	}
	vietnamese := map[string]int{}
	for _, t := range texts["vi"] {
		for _, w := range ngram.Words(language.FoldVietnamese(t), 200) {
			vietnamese[w]++
		}
	}
	syllables = slices.DeleteFunc(syllables, func(w string) bool {
		return len(w) > 7 || english[w] > 0 && english[w]*3 > vietnamese[language.FoldVietnamese(w)]
	})
	return list(append(commonWords(texts["en"], 2), own...)), list(syllables), nil
}

// domainEnglish returns English words and pairs of words of the bot's own subjects,
// which the training text has few of.
func domainEnglish() []string {
	words := strings.Fields(`accident address agency agriculture allowance ambulance annual apartment apply application appointment assault
		attendance authority ban bankrupt benefit benefits boarding bonus boss branch break broker bully bullying business camp cancel cap card care caregiver
		carer caring cash centre certificate change charge cheap child childbirth childcare city claim cleaner cleaning clothes company compensation complain
		complaint conditions confiscate confiscated confiscation construction consult consultation contract cook cooking cost court cover cut danger dangerous
		deadline death debt deduct deducted deduction deductions delay dependent deposit detention disaster discrimination dismissal dismiss dispatch dispute
		divorce documents dormitory dorm driving earthquake emergency employee employer employment engineer exam exams expense expired expiry extension extend
		eligible eligibility factory family farm farming fee fees field fields fine fire fired fishery fishing food foreign foreigner foreigners forced form
		forms fraud free friend full fund gender government grant guarantor harassment harass hazard health helpline hire hired holiday holidays hospital hostel hotline
		hour hourly hours house housing hurt husband identification illegal immigration income industry industries injured injury injuries insurance intern interns
		internship interpreter interview invoice job jobs jobless kidnapping kitchen labor labour landlord language late law laws lawyer lawyers layoff leave legal length
		level licence license limit loan local lodging lost lunch manager manufacturing marriage maternity maximum medical minimum missing money month monthly
		move moving municipal narcotic nationality negligence night notice notification nurse nursing obligation office official overtime overstay overwork paid
		paperwork parent parental part-time passport pay payment payments payroll payslip penalty pension permanent permission permit permitted phone physical
		police power prefecture pregnancy pregnant problem procedure program proof protection punch punishment quit quota raise ration reason receipt recruit
		recruiter recruitment refugee refund registration reject rejected renew renewal rent report requirement requirements residence resident resign resignation
		restaurant resume retaliation retire return rights rules rural safety salary scam school seasonal sector sectors sending severance sexual shelter shift
		shifts shipbuilding shop sick sickness signature skill skilled skills sponsor spouse stalker start status strike student students subsidy suicide sue
		supervising supervisor support system tax taxes teacher technical temporary tenant terminate termination test threat threaten tired training trainee
		trainees transfer translation translator transportation travel tribunal trip unemployed unemployment unfair uniform union unpaid upgrade vacation victim
		violence visa visas voluntary wage wages waiting warehouse wedding weekly welder welding welfare wife withheld withholding witness work worker workers
		workplace works yearly trivia fashion indie comedy album movie movies sport sports science history geography building tallest population definition
		stock stocks market playlist podcast podcasts audiobook traffic taxi train tickets ticket flight restaurants recipe dinner breakfast calendar events meeting
		meetings reminder reminders alarms lamp coffee vacuum volume mute louder quieter jokes joke time date timezone exchange rate currency`)
	out := slices.Clone(words)
	for i := 0; i+7 < len(words); i++ {
		out = append(out, words[i]+" "+words[(i*37+11)%len(words)])
	}
	return out
}

// train fits a softmax over hashed features by stochastic gradient descent (AdaGrad)
// and returns the weights as signed bytes, row by bucket.
func train(r *rand.Rand, set []example, known ngram.Vocabularies, classes, buckets, epochs int) []byte {
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
			ngram.Each(ex.words, known, uint32(buckets), func(b uint32) { feats = append(feats, b) })
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
	loans := map[string]bool{}
	for _, w := range domainEnglish() {
		loans[w] = true
	}
	for _, w := range strings.Fields("company minimum help please hospital change pregnant part residence japan japanese nepal tokyo osaka nagoya aichi wage salary passport visa overtime exam student boss") {
		loans[w] = true
	}
	foreign := func(words []string) []string {
		return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len(w) > 3 && loans[w] })
	}
	var out []otherText
	for _, name := range order {
		words[name] = foreign(words[name])
		for i, p := range phrases[name] {
			phrases[name][i] = strings.Join(foreign(strings.Fields(p)), " ")
		}
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
			out = append(out, otherText{name, w, 0.25})
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

// mixEnglish cuts a piece of a text and puts English words in it, as Burmese does
// with words of work.
func mixEnglish(r *rand.Rand, text string, english []string) string {
	w := strings.Fields(text)
	if n := 3 + r.IntN(5); len(w) > n {
		at := r.IntN(len(w) - n)
		w = w[at : at+n]
	}
	for range 1 + r.IntN(2) {
		w = slices.Insert(slices.Clone(w), r.IntN(len(w)+1), english[r.IntN(len(english))])
	}
	return strings.Join(w, " ")
}

// misspell makes slips of the kinds learners and thumbs make: letters swapped, left
// out, doubled, and vowels by ear.
func misspell(r *rand.Rand, text string) string {
	w := strings.Fields(text)
	for i, word := range w {
		b := []byte(word)
		if len(b) < 4 || r.IntN(3) > 0 {
			continue
		}
		at := 1 + r.IntN(len(b)-2)
		switch r.IntN(4) {
		case 0:
			b[at], b[at+1] = b[at+1], b[at]
		case 1:
			b = slices.Delete(b, at, at+1)
		case 2:
			b = slices.Insert(b, at, b[at])
		case 3:
			if k := strings.IndexByte("aeiou", b[at]); k >= 0 {
				b[at] = "eaaua"[k]
			}
		}
		w[i] = string(b)
	}
	return strings.Join(w, " ")
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
