package conversation

import (
	"madoguchi/knowledge"
	"madoguchi/language"
)

// Title returns the title of a topic that can be shown; ok is false when there is no
// such topic or it is suspended.
func (e *Engine) Title(slug string, code language.Code) (title string, ok bool) {
	o, ok := e.option(slug, code)
	return o.Title, ok
}

// Centre returns the consultation centre of a prefecture by its JIS code, nil when none
// is known or it is suspended.
func (e *Engine) Centre(prefecture string) *knowledge.Centre {
	p := e.base.Prefecture(prefecture)
	if p == nil || e.suspended(mendedHelpline, CentrePrefix+prefecture) {
		return nil
	}
	return p.Centre
}
