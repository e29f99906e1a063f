package language

// Code is one of the four languages the bot speaks, as a two-letter ISO 639-1 code.
type Code string

// The four languages. Every text of the product exists in each of them.
const (
	Japanese   Code = "ja"
	English    Code = "en"
	Vietnamese Code = "vi"
	Burmese    Code = "my"
)

// Codes returns the four languages in the order they are listed everywhere.
func Codes() []Code { return []Code{Japanese, English, Vietnamese, Burmese} }

// Valid reports whether c is one of the four languages.
func (c Code) Valid() bool {
	switch c {
	case Japanese, English, Vietnamese, Burmese:
		return true
	}
	return false
}
