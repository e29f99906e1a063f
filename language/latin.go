package language

import (
	_ "embed"
	"math"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"madoguchi/language/internal/ngram"
)

// latinTable holds the weights of the model that tells apart what is written in Latin
// letters: for each bucket one signed byte for each class. otherTable holds those of
// the model that names the language of what is none of ours. Both are made by
// language/gen.
//
//go:embed latin.bin
var latinTable string

//go:embed other.bin
var otherTable string

// latinClasses are the classes of latinTable, in order: the four languages and all
// others.
var latinClasses = [...]Code{English, Vietnamese, Japanese, Burmese, ""}

// otherCodes are the classes of otherTable, in order.
//
//go:embed other.txt
var otherCodes string

var otherNames = sync.OnceValue(func() []string { return strings.Fields(otherCodes) })

// englishWords and vietnameseWords are the common words of the training text.
//
//go:embed words.en.txt
var englishWords string

//go:embed words.vi.txt
var vietnameseWords string

var vocabularies = sync.OnceValue(newVocabularies)

func newVocabularies() ngram.Vocabularies {
	return ngram.NewVocabularies(englishWords, vietnameseWords)
}

const (
	// weightScale turns the bytes of the tables back into weights.
	weightScale = 1.0 / 16
	maxWords    = 120
)

//go:embed neutral.txt
var neutralText string

// neutral holds words that say nothing of the language around them: names (value
// false) and Japanese terms that everybody at work in Japan uses (value true).
var neutral = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool, 512)
	terms := false
	for line := range strings.Lines(neutralText) {
		switch line = strings.TrimSpace(line); {
		case line == "[names]":
			terms = false
		case line == "[terms]":
			terms = true
		case strings.HasPrefix(line, "#"):
		default:
			for _, w := range strings.Fields(line) {
				m[w] = terms
			}
		}
	}
	return m
})

// byLatin names the language of the words in Latin letters in s.
func byLatin(s string) Guess {
	if !isPlainASCII(s) {
		s = norm.NFKC.String(s)
	}
	words := ngram.Words(s, maxWords)
	table := neutral()
	own := make([]string, 0, len(words))
	terms := 0
	for _, w := range words {
		term, known := table[w]
		switch {
		case !known:
			own = append(own, w)
		case term:
			terms++
		}
	}
	if len(own) == 0 {
		if terms > 1 {
			return Guess{Code: Japanese, Confidence: 0.5, Latin: true}
		}
		return Guess{} // one term: people of every language say nenkin
	}
	p := latinProbabilities(own)
	best := 0
	for i := range p {
		if p[i] > p[best] {
			best = i
		}
	}
	if latinClasses[best] != Vietnamese && hasVietnameseLetter(s) && len(own) < 12 {
		best = 1
	}
	if latinClasses[best] == "" && terms > 0 && allRomaji(own) {
		best = 2
	}
	if len(own) == 1 && terms == 0 && len(own[0]) <= 3 && p[best] < 0.8 {
		return Guess{} // ko, da, na: too short to tell
	}
	code := latinClasses[best]
	if code == "" {
		return Guess{Other: otherLatinLanguage(own), Confidence: p[best]}
	}
	return Guess{Code: code, Confidence: p[best], Latin: code == Japanese || code == Burmese}
}

func allRomaji(words []string) bool {
	for _, w := range words {
		if !ngram.IsRomaji(w) {
			return false
		}
	}
	return true
}

// latinProbabilities returns the probability of each class.
func latinProbabilities(words []string) [len(latinClasses)]float64 {
	const n = len(latinClasses)
	var sum [n]int
	count := 0
	ngram.Each(words, vocabularies(), uint32(len(latinTable)/n), func(bucket uint32) {
		count++
		row := latinTable[int(bucket)*n : int(bucket)*n+n]
		for i := range sum {
			sum[i] += int(int8(row[i]))
		}
	})
	var p [n]float64
	scale := weightScale / math.Sqrt(float64(max(count, 1)))
	total := 0.0
	top := sum[0]
	for _, v := range sum {
		top = max(top, v)
	}
	for i, v := range sum {
		p[i] = math.Exp(float64(v-top) * scale)
		total += p[i]
	}
	for i := range p {
		p[i] /= total
	}
	return p
}

// otherLatinLanguage names the language of words that are none of ours, or "und".
func otherLatinLanguage(words []string) string {
	names := otherNames()
	n := len(names)
	sum := make([]int, n)
	ngram.Each(words, nil, uint32(len(otherTable)/n), func(bucket uint32) {
		row := otherTable[int(bucket)*n : int(bucket)*n+n]
		for i := range sum {
			sum[i] += int(int8(row[i]))
		}
	})
	best := 0
	for i := range sum {
		if sum[i] > sum[best] {
			best = i
		}
	}
	return names[best]
}
