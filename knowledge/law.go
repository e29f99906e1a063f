package knowledge

import (
	"fmt"
	"regexp"
	"strings"

	"madoguchi/language"
)

// Law is the name of a law in four languages.
type Law struct {
	English    string `yaml:"en"`
	Japanese   string `yaml:"ja"`
	Vietnamese string `yaml:"vi"`
	Burmese    string `yaml:"my"`
}

var citation = regexp.MustCompile(`^(.+?), Arts?\. (\d+(?:-\d+)?)(?:\((\d+)\))?`)

// formatLaw writes a citation such as "Labour Standards Act, Arts. 24 and 120" in
// the language, with the Japanese original: its first law and first article, which
// is what one shows to an official.
func formatLaw(law string, names map[string]Law, code language.Code) (string, error) {
	for _, part := range strings.Split(law, ";") {
		m := citation.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			continue
		}
		name, ok := names[m[1]]
		if !ok {
			continue
		}
		// Article 30-2 is 第30条の2 in Japanese.
		base, branch, _ := strings.Cut(m[2], "-")
		ja := name.Japanese + "第" + base + "条"
		if branch != "" {
			ja += "の" + branch
		}
		if m[3] != "" {
			ja += "第" + m[3] + "項"
		}
		switch code {
		case language.Japanese:
			return ja, nil
		case language.Vietnamese:
			return fmt.Sprintf("Điều %s %s (%s)", m[2], name.Vietnamese, ja), nil
		case language.Burmese:
			return fmt.Sprintf("%s ပုဒ်မ %s (%s)", name.Burmese, burmese(m[2]), ja), nil
		}
		return fmt.Sprintf("%s, Article %s (%s)", name.English, m[2], ja), nil
	}
	return "", fmt.Errorf("no article of a known law in %q: see laws.yaml", law)
}
