package language

import "testing"

func TestTables(t *testing.T) {
	classes, names := len(latinClasses), len(otherNames())
	buckets := len(latinTable) / classes
	if buckets*classes != len(latinTable) || buckets&(buckets-1) != 0 {
		t.Errorf("latin.bin has %d bytes for %d classes", len(latinTable), classes)
	}
	buckets = len(otherTable) / names
	if buckets*names != len(otherTable) || buckets&(buckets-1) != 0 {
		t.Errorf("other.bin has %d bytes for %d languages", len(otherTable), names)
	}
	if n := len(zawgyiTable); n == 0 || n&(n-1) != 0 {
		t.Errorf("zawgyi.bin has %d bytes", n)
	}
	all := len(latinTable) + len(otherTable) + len(zawgyiTable) + len(hanTable) + len(englishWords) + len(vietnameseWords)
	if all > 500_000 {
		t.Errorf("the tables have %d bytes", all)
	}
	for r, want := range map[rune]int{'们': hanSimplified, '嗎': hanTraditional, '働': hanJapanese, '日': hanShared} {
		if got := hanUse(r); got != want {
			t.Errorf("hanUse(%q) = %d, want %d", r, got, want)
		}
	}
}
