package commands

import "madoguchi/language"

// Definition is a command as Discord registers it. Names and texts are the default
// (English) ones with localisations by Discord locale; bot turns it into Discord's
// JSON.
type Definition struct {
	Name         string
	Names        map[string]string // by Discord locale: ja, vi, en-GB, en-US
	Description  string
	Descriptions map[string]string
	Options      []OptionDefinition
	OnMessage    bool   // a command on a message
	ServerOnly   bool   // not in direct messages, not from a personal install
	Permission   uint64 // default_member_permissions; 0: everyone
}

// OptionType is Discord's type of an option.
type OptionType int

const (
	SubCommand    OptionType = 1
	SubGroup      OptionType = 2
	StringOption  OptionType = 3
	IntegerOption OptionType = 4
	BooleanOption OptionType = 5
	ChannelOption OptionType = 7
	RoleOption    OptionType = 8
)

// OptionDefinition is an option, or a sub-command with options of its own.
type OptionDefinition struct {
	Type         OptionType
	Name         string
	Names        map[string]string
	Description  string
	Descriptions map[string]string
	Required     bool
	Autocomplete bool
	MaxLength    int
	Choices      []ChoiceDefinition
	Options      []OptionDefinition
}

// ChoiceDefinition is a fixed choice. Choice names may be Burmese; command and option
// names may not.
type ChoiceDefinition struct {
	Name  string
	Names map[string]string
	Value string
}

// locales of Discord that each language is registered under. Burmese has none.
func discordLocales(code language.Code) []string {
	switch code {
	case language.Japanese:
		return []string{"ja"}
	case language.Vietnamese:
		return []string{"vi"}
	case language.English:
		return []string{"en-GB", "en-US"}
	}
	return nil
}
