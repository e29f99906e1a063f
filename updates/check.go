package updates

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"madoguchi/language"
)

// The longest inputs, in UTF-16 units as Discord counts. A post with the longest of
// each in Burmese still fits one message.
const (
	MaxTitle  = 150
	MaxBody   = 2200
	MaxChange = 300
	MaxSource = 400
	MaxNote   = 500
	// maxInput is the longest that any input is kept, in bytes: a form can't hold more.
	maxInput = 16 << 10
	// MaxTopics and MaxPrefectures bound what one update concerns.
	MaxTopics      = 10
	MaxPrefectures = 47
	// MaxLife is how far off the expiry may be.
	MaxLife = 400 * 24 * time.Hour
	// MinLife is the shortest life of an update.
	MinLife = 10 * time.Minute
)

// Rule is what a problem breaks.
type Rule string

const (
	RuleMissing   Rule = "missing"
	RuleLong      Rule = "long"      // Got units, at most Max
	RulePast      Rule = "past"      // a time that is over, or about to be
	RuleFar       Rule = "far"       // a time too far off
	RuleTime      Rule = "time"      // not a time that can be read
	RuleUnknown   Rule = "unknown"   // no such prefecture, topic, category …; Got is what was typed
	RuleMany      Rule = "many"      // more than Max
	RuleLanguage  Rule = "language"  // the text is in Language, not in that of its field
	RuleOther     Rule = "other"     // the text is in none of the four languages
	RuleLatin     Rule = "latin"     // Burmese or Japanese in Latin letters
	RuleAddress   Rule = "address"   // not an address that may be shown
	RuleShortened Rule = "shortened" // an address that hides where it leads
	RuleNoText    Rule = "no-text"   // no language has a text
	RuleEarlier   Rule = "earlier"   // it would go out after it has expired
	RulePing      Rule = "ping"      // a role that may not be pinged
)

// Problem is one thing to mend before a content can go on.
type Problem struct {
	Part     Part
	Field    Field
	Rule     Rule
	Max      int
	Got      string
	Language language.Code
}

// Units is the length of s in UTF-16 units, as Discord counts.
func Units(s string) int { return len(utf16.Encode([]rune(s))) }

func itoa(n int) string { return strconv.Itoa(n) }

// check returns all that is wrong with a content at a moment.
func (s *Service) check(c Content, correction bool, now time.Time) []Problem {
	list := s.checkDetails(c.Details, now)
	if len(c.Texts) == 0 {
		list = append(list, Problem{Part: PartDetails, Field: FieldBody, Rule: RuleNoText})
	}
	for _, code := range c.Languages() {
		list = append(list, s.checkText(code, c.Texts[code], correction)...)
	}
	return list
}

func (s *Service) checkDetails(d Details, now time.Time) []Problem {
	var list []Problem
	add := func(f Field, r Rule, got string, max int) {
		list = append(list, Problem{Part: PartDetails, Field: f, Rule: r, Got: got, Max: max})
	}
	if !slices.Contains(Categories(), d.Category) {
		add(FieldCategory, RuleUnknown, string(d.Category), 0)
	}
	if !slices.Contains(Areas(), d.Area) {
		add(FieldArea, RuleUnknown, d.Area, 0)
	}
	for _, p := range d.Prefectures {
		if !s.known.Prefecture(p) {
			add(FieldPrefectures, RuleUnknown, p, 0)
		}
	}
	if len(d.Prefectures) > MaxPrefectures {
		add(FieldPrefectures, RuleMany, itoa(len(d.Prefectures)), MaxPrefectures)
	}
	for _, t := range d.Topics {
		if !s.known.Topic(t) {
			add(FieldTopics, RuleUnknown, t, 0)
		}
	}
	if len(d.Topics) > MaxTopics {
		add(FieldTopics, RuleMany, itoa(len(d.Topics)), MaxTopics)
	}
	if typed, ok := d.Unread[FieldAbout]; ok {
		add(FieldAbout, RuleUnknown, typed, 0)
	}
	typed, unread := d.Unread[FieldExpires]
	switch {
	case unread && strings.TrimSpace(typed) != "":
		add(FieldExpires, RuleTime, typed, 0)
	case d.Expires.IsZero():
		add(FieldExpires, RuleMissing, "", 0)
	case d.Expires.Before(now.Add(MinLife)):
		add(FieldExpires, RulePast, "", 0)
	case d.Expires.After(now.Add(MaxLife)):
		add(FieldExpires, RuleFar, "", int(MaxLife/(24*time.Hour)))
	}
	if p, ok := checkSource(d.Source); !ok {
		p.Part, p.Field = PartDetails, FieldSource
		list = append(list, p)
	}
	return list
}

// shorteners hide where a link leads.
var shorteners = []string{"bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "cutt.ly", "rb.gy",
	"x.gd", "amzn.to", "lin.ee", "onl.bz", "onl.tw", "urx.space", "ux.nu", "00m.in", "t.ly", "shorturl.at", "s.id", "v.gd"}

func checkSource(source string) (Problem, bool) {
	switch {
	case source == "":
		return Problem{Rule: RuleMissing}, false
	case Units(source) > MaxSource:
		return Problem{Rule: RuleLong, Got: itoa(Units(source)), Max: MaxSource}, false
	}
	u, err := url.Parse(source)
	bad := Problem{Rule: RuleAddress, Got: source}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Opaque != "" || strings.ContainsAny(source, " \t\n<>()[]|`*\\") {
		return bad, false
	}
	host := strings.ToLower(u.Hostname())
	if !strings.Contains(host, ".") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") || strings.ContainsFunc(host, func(r rune) bool { return r > 'z' || r < '-' }) {
		return bad, false // also names that only look like others: they show as xn--
	}
	if invite.MatchString(host + u.Path) {
		return bad, false
	}
	if slices.Contains(shorteners, strings.TrimPrefix(host, "www.")) {
		return Problem{Rule: RuleShortened, Got: source}, false
	}
	return Problem{}, true
}

func (s *Service) checkText(code language.Code, t Text, correction bool) []Problem {
	var list []Problem
	part := Part(code)
	for _, x := range []struct {
		field    Field
		text     string
		max      int
		required bool
	}{
		{FieldTitle, t.Title, MaxTitle, true},
		{FieldBody, t.Body, MaxBody, true},
		{FieldChange, t.Change, MaxChange, false},
	} {
		switch n := Units(x.text); {
		case n > x.max:
			list = append(list, Problem{Part: part, Field: x.field, Rule: RuleLong, Got: itoa(n), Max: x.max})
		case x.required && strings.TrimSpace(x.text) == "":
			list = append(list, Problem{Part: part, Field: x.field, Rule: RuleMissing})
		}
		if p, ok := s.wrongLanguage(code, x.text); ok {
			p.Part, p.Field = part, x.field
			list = append(list, p)
		}
	}
	return list
}

// sureLanguage is how sure the identifier must be to say that a text is in another
// language than its field's. Short titles of names and terms stay below it.
const sureLanguage = 0.75

func (s *Service) wrongLanguage(code language.Code, text string) (Problem, bool) {
	g := s.identify.Identify(text)
	switch {
	case g.Confidence < sureLanguage:
		return Problem{}, false
	case g.Code.Valid() && g.Code != code:
		return Problem{Rule: RuleLanguage, Language: g.Code}, true
	case g.Code == code && g.Latin:
		return Problem{Rule: RuleLatin, Language: code}, true
	case g.Code == "" && g.Other != "":
		return Problem{Rule: RuleOther, Got: g.Other}, true
	}
	return Problem{}, false
}
