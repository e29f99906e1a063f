// Package ngram cuts Latin text into the features that the language model weighs:
// pieces of words, words, and pairs of words, each hashed into a bucket. The program
// that makes the model and the code that uses it share it, so that both see the same.
package ngram

import (
	"unicode"
	"unicode/utf8"
)

const (
	offset = 2166136261
	prime  = 16777619
	// maxWord is how many characters of a word are looked at.
	maxWord = 24
)

// Words returns the words in Latin letters of s, in lower case: letters with their
// marks, and apostrophes inside. Letters that touch a digit, as in 8h or N4, make no
// word. At most limit words are returned.
func Words(s string, limit int) []string {
	var out []string
	start, digit := -1, false
	flush := func(end int) {
		if start >= 0 && !digit && len(out) < limit {
			w := s[start:end]
			for len(w) > 0 && w[len(w)-1] == '\'' {
				w = w[:len(w)-1]
			}
			if w != "" {
				out = append(out, lower(w))
			}
		}
		start, digit = -1, false
	}
	for i, r := range s {
		switch {
		case isLatin(r):
			if start < 0 {
				start = i
			}
		case r >= '0' && r <= '9':
			if start < 0 {
				start = i
			}
			digit = true
		case (r == '\'' || r == '’') && start >= 0:
		default:
			flush(i)
		}
	}
	flush(len(s))
	return out
}

func isLatin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r <= 0x24F && r != 0xD7 && r != 0xF7 ||
		r >= 0x300 && r <= 0x36F || r >= 0x1E00 && r <= 0x1EFF
}

func lower(w string) string {
	plain := true
	for i := 0; i < len(w); i++ {
		if w[i] >= utf8.RuneSelf || w[i] >= 'A' && w[i] <= 'Z' {
			plain = false
		}
	}
	if plain {
		return w
	}
	rs := []rune(w)
	for i, r := range rs {
		if r == '’' {
			rs[i] = '\''
		} else {
			rs[i] = unicode.ToLower(r)
		}
	}
	return string(rs)
}

// Each calls f with the bucket, below size (a power of two), of every feature of
// words: their pieces of up to four characters, the words, pairs of neighbours, and
// which of the vocabularies know them. Known may be nil.
func Each(words []string, known Vocabularies, size uint32, f func(bucket uint32)) {
	mask := size - 1
	shapes := uint32(0)
	var buf [maxWord + 2]rune
	last := uint32(0)
	for _, w := range words {
		rs := buf[:1]
		rs[0] = '^'
		for _, r := range w {
			if len(rs) > maxWord {
				break
			}
			rs = append(rs, r)
		}
		rs = append(rs, '$')
		for i := range rs {
			h := uint32(offset)
			for n := 1; n <= 4 && i+n <= len(rs); n++ {
				h = mix(h, rs[i+n-1])
				if n == 1 && (rs[i] == '^' || rs[i] == '$') {
					continue
				}
				f(spread(h) & mask)
			}
		}
		h := uint32(offset) ^ 0x5bd1e995
		for _, r := range rs {
			h = mix(h, r)
		}
		f(spread(h) & mask)
		if last != 0 {
			f(spread(last*31+h) & mask)
		}
		last = h
		if known != nil {
			shape := 1 + known.shape(w)
			f(spread(shape*0x9e3779b1) & mask)
			f(spread(shape*0x85ebca77) & mask)
			shapes = shapes<<4&0xFFF | shape
			f(spread((shapes|1<<16)*0x9e3779b1) & mask)
		}
	}
}

// EachMyanmar calls f with the bucket, below size (a power of two), of every sequence
// of up to four characters in the runs of Myanmar letters and marks of s, with a
// boundary at both ends of a run, and returns how many characters the runs have.
// Characters without width are passed over, digits and stops end a run. At most limit
// characters of s are read.
func EachMyanmar(s string, limit int, size uint32, f func(bucket uint32)) int {
	const boundary = ' '
	mask := size - 1
	var last [4]rune // the characters before, newest first
	have, n, read := 0, 0, 0
	push := func(r rune) {
		copy(last[1:], last[:3])
		last[0] = r
		have = min(have+1, 4)
		h := uint32(offset)
		for i := range have {
			h = mix(h, last[i])
			if i > 0 || r != boundary {
				f(spread(h) & mask)
			}
		}
	}
	inside := false
	for _, r := range s {
		if read++; read > limit {
			break
		}
		switch {
		case r >= 0x1000 && r <= 0x109F && (r < 0x1040 || r > 0x104B):
			if !inside {
				have, inside = 0, true
				push(boundary)
			}
			push(r)
			n++
		case r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x2064 || r == 0xFEFF:
		default:
			if inside {
				push(boundary)
			}
			inside = false
		}
	}
	if inside {
		push(boundary)
	}
	return n
}

func mix(h uint32, r rune) uint32 {
	h = (h ^ uint32(r)&0xFF) * prime
	return (h ^ uint32(r)>>8) * prime
}

// spread is the finish of MurmurHash3, so that the low bits depend on all others.
func spread(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
