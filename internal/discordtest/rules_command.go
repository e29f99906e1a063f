package discordtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Command types.
const (
	commandSlash   = 1
	commandUser    = 2
	commandMessage = 3
)

// Option types.
const (
	optionSubcommand  = 1
	optionGroup       = 2
	optionString      = 3
	optionInteger     = 4
	optionBoolean     = 5
	optionUser        = 6
	optionChannel     = 7
	optionRole        = 8
	optionMentionable = 9
	optionNumber      = 10
	optionAttachment  = 11
)

// commandJudge checks commands by the rules the OpenAPI document lacks:
// https://docs.discord.com/developers/interactions/application-commands.
type commandJudge struct {
	name    *regexp.Regexp
	locales map[string]bool
}

func newCommandJudge() *commandJudge {
	j := &commandJudge{name: regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`), locales: map[string]bool{}}
	// The documented locales, and ar and he, which only the document's enum has.
	for l := range strings.FieldsSeq("ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr uk vi zh-CN zh-TW") {
		j.locales[l] = true
	}
	return j
}

func (j *commandJudge) checkName(f *form, path, name string) {
	switch {
	case !j.name.MatchString(name):
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name %q is invalid", name)
	case strings.ToLower(name) != name:
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name %q is not lower case", name)
	case !norm.NFC.IsNormalString(name):
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name %q is not in normal form NFC", name)
	}
}

// localised checks the translations of a field and gives the length that
// counts: the longest of them.
func (j *commandJudge) localised(f *form, path string, o object, field string, check func(path, text string)) int {
	longest := units(str(o, field))
	for locale, v := range obj(o[field+"_localizations"]) {
		p := join(path, field+"_localizations."+locale)
		if !j.locales[locale] {
			f.add(p, "DICT_TYPE_KEYS", "%q is not one of Discord's locales", locale)
		}
		text, _ := v.(string)
		check(p, text)
		longest = max(longest, units(text))
	}
	return longest
}

// commands checks a whole bulk overwrite.
func (j *commandJudge) commands(f *form, cmds []any) {
	seen := map[string]bool{}
	counts := map[int]int{}
	for i, v := range cmds {
		c, p := obj(v), strconv.Itoa(i)
		kind := commandType(c)
		counts[kind]++
		key := strconv.Itoa(kind) + str(c, "name")
		if seen[key] {
			f.add(join(p, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key] = true
		j.command(f, p, c)
	}
	for kind, most := range map[int]int{commandSlash: 100, commandUser: 15, commandMessage: 15} {
		if counts[kind] > most {
			f.add("", "APPLICATION_COMMANDS_MAX", "Maximum number of application commands of type %d reached (%d)", kind, most)
		}
	}
}

func commandType(c object) int {
	if k := integer(c, "type"); k != 0 {
		return k
	}
	return commandSlash
}

func (j *commandJudge) command(f *form, p string, c object) {
	if commandType(c) != commandSlash {
		check := func(path, text string) { f.length(path, text, 1, 32) }
		check(join(p, "name"), str(c, "name"))
		j.localised(f, p, c, "name", check)
		if str(c, "description") != "" {
			f.add(join(p, "description"), "APPLICATION_COMMAND_DESCRIPTION", "Context menu commands cannot have description")
		}
		if len(list(c, "options")) > 0 {
			f.add(join(p, "options"), "APPLICATION_COMMAND_OPTIONS", "Context menu commands cannot have options")
		}
		return
	}
	total := j.header(f, p, c) + j.options(f, p, c, 0)
	if total > 8000 {
		f.add(p, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000), is %d", total)
	}
	if boolean(c, "nsfw") {
		f.add(join(p, "nsfw"), "AGE_RESTRICTED", "age-restricted commands are closed to unverified people")
	}
}

// header checks name and description and counts their characters.
func (j *commandJudge) header(f *form, p string, c object) int {
	name := func(path, text string) { j.checkName(f, path, text) }
	desc := func(path, text string) { f.length(path, text, 1, 100) }
	name(join(p, "name"), str(c, "name"))
	desc(join(p, "description"), str(c, "description"))
	return j.localised(f, p, c, "name", name) + j.localised(f, p, c, "description", desc)
}

func (j *commandJudge) options(f *form, p string, c object, depth int) int {
	opts := list(c, "options")
	p = join(p, "options")
	if len(opts) > 25 {
		f.add(p, codeLength, "Must be 25 or fewer in length.")
	}
	total := 0
	seen := map[string]bool{}
	optional, subs, plain := false, 0, 0
	for i, v := range opts {
		o, q := obj(v), join(p, strconv.Itoa(i))
		total += j.header(f, q, o)
		if seen[str(o, "name")] {
			f.add(join(q, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		seen[str(o, "name")] = true
		kind := integer(o, "type")
		switch {
		case kind == optionGroup && depth > 0 || kind == optionSubcommand && depth > 1:
			f.add(join(q, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option types are nested too deep")
		case kind == optionGroup:
			subs++
			total += j.options(f, q, o, 1)
		case kind == optionSubcommand:
			subs++
			total += j.options(f, q, o, 2)
		case kind < optionString || kind > optionAttachment:
			f.add(join(q, "type"), codeChoice, "Unknown option type %d", kind)
		default:
			plain++
			if depth == 1 {
				f.add(join(q, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds only sub-commands")
			}
			if boolean(o, "required") && optional {
				f.add(q, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
			}
			optional = optional || !boolean(o, "required")
			total += j.choices(f, q, o, kind)
		}
	}
	if subs > 0 && plain > 0 {
		f.add(p, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	return total
}

func (j *commandJudge) choices(f *form, p string, o object, kind int) int {
	cs := list(o, "choices")
	if len(cs) > 0 && boolean(o, "autocomplete") {
		f.add(join(p, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", "Choices and autocomplete don't go together")
	}
	if (len(cs) > 0 || boolean(o, "autocomplete")) && kind != optionString && kind != optionInteger && kind != optionNumber {
		f.add(join(p, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES", "An option of type %d has no choices", kind)
	}
	return j.choiceList(f, join(p, "choices"), cs)
}

// choiceList checks the choices of an option, or those autocomplete answers.
func (j *commandJudge) choiceList(f *form, p string, cs []any) int {
	if len(cs) > 25 {
		f.add(p, codeLength, "Must be 25 or fewer in length, is %d.", len(cs))
	}
	total := 0
	names := map[string]bool{}
	for i, v := range cs {
		c, q := obj(v), join(p, strconv.Itoa(i))
		check := func(path, text string) { f.length(path, text, 1, 100) }
		check(join(q, "name"), str(c, "name"))
		total += j.localised(f, q, c, "name", check)
		if names[str(c, "name")] {
			f.add(join(q, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		names[str(c, "name")] = true
		if text, ok := c["value"].(string); ok {
			f.length(join(q, "value"), text, 1, 100)
		}
		total += units(fmt.Sprint(c["value"]))
	}
	return total
}
