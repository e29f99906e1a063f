package main

import (
	"errors"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// hanUses returns two bits for each character from U+4E00 to U+9FFF: 0 shared, 1 only
// in GB 2312, 2 only in Big5 (of the Chinese sets and not in JIS X 0208), 3 only in
// JIS X 0208.
func hanUses() ([]byte, error) {
	const first, last = 0x4E00, 0x9FFF
	in := func(e encoding.Encoding, r rune) bool {
		b, err := e.NewEncoder().Bytes([]byte(string(r)))
		return err == nil && len(b) > 0
	}
	out := make([]byte, (last-first+1)/4)
	seen := 0
	for r := rune(first); r <= last; r++ {
		jis := in(japanese.ISO2022JP, r) // JIS X 0208 without the makers' additions
		gb := in(simplifiedchinese.HZGB2312, r)
		big5 := inBig5(r)
		use := byte(0)
		switch {
		case jis && !gb && !big5:
			use = 3
		case !jis && gb && !big5, !jis && gb && big5:
			use = 1
		case !jis && big5:
			use = 2
		}
		if use != 0 {
			seen++
		}
		out[(r-first)/4] |= use << (2 * ((r - first) % 4))
	}
	if seen == 0 {
		return nil, errors.New("no character belongs to one country only: the encoders are broken")
	}
	return out, nil
}

// inBig5 reports whether Big5 proper has r: the encoder knows the additions made in
// Hong Kong too, which hold Japanese forms.
func inBig5(r rune) bool {
	b, err := traditionalchinese.Big5.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && (b[0] >= 0xA4 && b[0] <= 0xC6 || b[0] >= 0xC9 && b[0] <= 0xF9)
}
