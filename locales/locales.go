// Package locales holds every word of the interface, as go-i18n message files in
// four languages, one folder for each place the words are shown in. What the bot
// knows about life in Japan is not here but in knowledge. It imports only the
// language codes.
package locales

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	xlanguage "golang.org/x/text/language"

	"madoguchi/language"
)

//go:embed */active.*.toml
var files embed.FS

// Words gives the interface's sentences in the four languages. It is immutable
// and safe for concurrent use.
type Words struct {
	localizers map[language.Code]*i18n.Localizer
	ids        []string
}

// New loads the message files compiled into the program. It fails when a message
// is missing in one of the four languages, since go-i18n would silently fall back
// to another.
func New() (*Words, error) { return Load(files) }

// Load reads every */active.{ja,en,vi,my}.toml of the file system.
func Load(fsys fs.FS) (*Words, error) {
	bundle := i18n.NewBundle(xlanguage.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(fsys, "*/active.*.toml")
	if err != nil {
		return nil, fmt.Errorf("list message files: %w", err)
	}
	seen := map[string]map[language.Code]bool{}
	for _, name := range names {
		code := language.Code(strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "active."), ".toml"))
		if !code.Valid() {
			return nil, fmt.Errorf("message file %s: %q is not one of the four languages", name, code)
		}
		buf, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read message file %s: %w", name, err)
		}
		file, err := bundle.ParseMessageFileBytes(buf, name)
		if err != nil {
			return nil, fmt.Errorf("parse message file %s: %w", name, err)
		}
		for _, m := range file.Messages {
			if seen[m.ID] == nil {
				seen[m.ID] = map[language.Code]bool{}
			}
			if seen[m.ID][code] {
				return nil, fmt.Errorf("message file %s: %q stands in two files", name, m.ID)
			}
			seen[m.ID][code] = true
		}
	}
	w := &Words{localizers: map[language.Code]*i18n.Localizer{}}
	var errs []error
	for id, in := range seen {
		w.ids = append(w.ids, id)
		for _, code := range language.Codes() {
			if !in[code] {
				errs = append(errs, fmt.Errorf("message %q is missing in %s", id, code))
			}
		}
	}
	sort.Strings(w.ids)
	sort.Slice(errs, func(i, j int) bool { return errs[i].Error() < errs[j].Error() })
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, code := range language.Codes() {
		w.localizers[code] = i18n.NewLocalizer(bundle, string(code))
	}
	return w, nil
}

// IDs returns the ids of all messages, sorted.
func (w *Words) IDs() []string { return w.ids }

// Data names the values a message's {{.Placeholders}} are filled with.
type Data map[string]any

// Text returns the message in the language, with its placeholders filled from
// data (which may be nil). An unknown id gives the id itself, which tests catch;
// an unknown language gives English.
func (w *Words) Text(code language.Code, id string, data Data) string {
	return w.text(code, &i18n.LocalizeConfig{MessageID: id, TemplateData: data})
}

// Count returns the plural form of the message that fits n. The placeholder
// {{.PluralCount}} holds n.
func (w *Words) Count(code language.Code, id string, n int, data Data) string {
	if data == nil {
		data = Data{}
	}
	data["PluralCount"] = n
	return w.text(code, &i18n.LocalizeConfig{MessageID: id, PluralCount: n, TemplateData: data})
}

func (w *Words) text(code language.Code, config *i18n.LocalizeConfig) string {
	l := w.localizers[code]
	if l == nil {
		l = w.localizers[language.English]
	}
	s, err := l.Localize(config)
	if err != nil {
		return config.MessageID
	}
	return s
}
