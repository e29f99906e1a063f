package knowledge

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"madoguchi/language"
)

// Prefecture is one of the 47, with what is known of working there.
type Prefecture struct {
	Code       string                     `yaml:"code"` // JIS X 0401, "01" to "47"
	Name       PlaceName                  `yaml:"name"`
	Aliases    map[language.Code][]string `yaml:"aliases"`
	Region     string                     `yaml:"region"`
	Capital    PlaceName                  `yaml:"capital"`
	BigCity    bool                       `yaml:"esd_big_city"` // transfers into it are limited under the new system
	Excluded   []string                   `yaml:"esd_excluded_municipalities"`
	BigSource  string                     `yaml:"esd_source"`
	Wages      []Wage                     `yaml:"minimum_wage"`
	Workers    []WorkerCount              `yaml:"foreign_workers"`
	Nation     *Top                       `yaml:"top_nationality"`
	Industry   *Top                       `yaml:"top_industry"`
	Industries Industries                 `yaml:"main_industries"`
	Character  map[language.Code]string   `yaml:"character"`
	Rent       *Rent                      `yaml:"rent"`
	Centre     *Centre                    `yaml:"one_stop_centre"`
}

// PlaceName is the name of a place in four languages.
type PlaceName struct {
	Japanese   string `yaml:"ja"`
	Kana       string `yaml:"kana"`
	English    string `yaml:"en"`
	Vietnamese string `yaml:"vi"`
	Burmese    string `yaml:"my"`
}

// In returns the name in the language, English where it has none of its own.
func (n PlaceName) In(code language.Code) string {
	if s := pick(code, n.Japanese, n.English, n.Vietnamese, n.Burmese); s != "" {
		return s
	}
	return n.English
}

// Wage is an hourly minimum wage and the day it starts.
type Wage struct {
	FiscalYear int        `yaml:"fiscal_year"`
	Yen        int        `yaml:"yen_per_hour"`
	Effective  string     `yaml:"effective"`
	Confidence Confidence `yaml:"confidence"`
	Source     string     `yaml:"source"`
	Also       string     `yaml:"also"`
	Note       string     `yaml:"note"`
}

// WorkerCount is how many foreign workers employers had reported.
type WorkerCount struct {
	AsOf        string     `yaml:"as_of"`
	Persons     int        `yaml:"persons"`
	Approximate bool       `yaml:"approximate"`
	Derived     bool       `yaml:"derived"`
	Confidence  Confidence `yaml:"confidence"`
	Source      string     `yaml:"source"`
	Also        string     `yaml:"also"`
	Note        string     `yaml:"note"`
}

// Top is the largest group.
type Top struct {
	Name       string     `yaml:"name"`
	Persons    int        `yaml:"persons"`
	AsOf       string     `yaml:"as_of"`
	Confidence Confidence `yaml:"confidence"`
	Source     string     `yaml:"source"`
	Note       string     `yaml:"note"`
}

// Industries are the main industries, in four languages.
type Industries struct {
	Japanese   []string   `yaml:"ja"`
	English    []string   `yaml:"en"`
	Vietnamese []string   `yaml:"vi"`
	Burmese    []string   `yaml:"my"`
	Confidence Confidence `yaml:"confidence"`
}

// Rent refers to a fact and one of its values.
type Rent struct {
	Fact string `yaml:"fact"`
}

// Centre is the one-stop consultation centre for foreign residents.
type Centre struct {
	Name       map[language.Code]string `yaml:"name"`
	Phone      string                   `yaml:"phone"`
	Dialable   bool                     `yaml:"dialable"`
	Languages  []string                 `yaml:"languages"` // ISO 639 codes
	Days       Weekdays                 `yaml:"days"`
	Open       string                   `yaml:"open"`
	Close      string                   `yaml:"close"`
	Breaks     []Span                   `yaml:"breaks"`
	Hours      string                   `yaml:"hours"` // as printed, for whoever checks it
	URL        string                   `yaml:"url"`
	AsOf       string                   `yaml:"as_of"`
	Confidence Confidence               `yaml:"confidence"`
	Source     string                   `yaml:"source"`
	Also       string                   `yaml:"also"`
	Note       string                   `yaml:"note"`
}

// City is a city, ward or area one may name instead of its prefecture.
type City struct {
	PlaceName  `yaml:",inline"`
	Prefecture string                     `yaml:"prefecture"` // JIS code
	Aliases    map[language.Code][]string `yaml:"aliases"`
	Weak       bool                       `yaml:"weak"` // also a common word somewhere: needs a hint that a place is meant
	Note       string                     `yaml:"note"`
}

func (p *Prefecture) validate() error {
	if len(p.Code) != 2 || p.Code < "01" || p.Code > "47" {
		return fmt.Errorf("prefecture code %q is not 01 to 47", p.Code)
	}
	if p.Name.Japanese == "" || p.Name.Kana == "" || p.Name.English == "" || p.Name.Vietnamese == "" || p.Name.Burmese == "" {
		return fmt.Errorf("prefecture %s needs a name in ja, kana, en, vi and my", p.Code)
	}
	if len(p.Wages) == 0 {
		return fmt.Errorf("prefecture %s has no minimum wage", p.Code)
	}
	for i, w := range p.Wages {
		if !isDate(w.Effective) || w.Yen < 500 || w.Yen > 5000 || !strings.HasPrefix(w.Source, "http") {
			return fmt.Errorf("prefecture %s: the wage of %d needs an amount, a date and a source", p.Code, w.FiscalYear)
		}
		if i > 0 && w.Effective <= p.Wages[i-1].Effective {
			return fmt.Errorf("prefecture %s: wages are not in order of their day", p.Code)
		}
	}
	if !sort.SliceIsSorted(p.Workers, func(i, j int) bool { return p.Workers[i].AsOf < p.Workers[j].AsOf }) {
		return fmt.Errorf("prefecture %s: counts of foreign workers are not in order of their day", p.Code)
	}
	if c := p.Centre; c != nil && c.Dialable && (c.Phone == "" || !c.Confidence.Sure()) {
		return fmt.Errorf("prefecture %s: an unconfirmed number must not be dialable", p.Code)
	}
	return nil
}

// WageAt returns the minimum wage in force on the day of t, the one before it and
// the next known one; each may be nil.
func (p *Prefecture) WageAt(t time.Time) (now, before, next *Wage) {
	day := Day(t)
	for i := range p.Wages {
		w := &p.Wages[i]
		if w.Effective > day {
			return now, before, w
		}
		before, now = now, w
	}
	return now, before, nil
}

// prefectureFacts makes the wages facts, so that a text can say
// {{yen "min-wage.tokyo"}} of a prefecture that is not the reader's.
func (b *Base) prefectureFacts() {
	for _, p := range b.Prefectures {
		if len(p.Wages) == 0 {
			continue
		}
		f := &Fact{ID: "min-wage." + strings.ToLower(p.Name.English), Claim: "Minimum wage of " + p.Name.English,
			Standing: InForce, AsOf: "2026-11", ReviewBy: "2027-10-01", Confidence: Official, file: "prefectures.yaml"}
		for i, w := range p.Wages {
			v := Value{Kind: KindYen, Number: float64(w.Yen), Text: fmt.Sprint(w.Yen)}
			if i == 0 {
				f.Value = &v
			} else {
				f.Next = append(f.Next, Change{From: w.Effective, Value: v})
			}
			if !w.Confidence.Sure() {
				f.Confidence = w.Confidence
			}
			f.Sources = []Source{{Title: "地域別最低賃金 " + p.Name.Japanese, Publisher: "厚生労働省", URL: w.Source}}
		}
		b.Facts[f.ID] = f
	}
}

// PrefectureView is a prefecture as a text sees it: every field formatted for the
// reader, empty when not known.
type PrefectureView struct {
	Code, Name, Capital              string
	Wage, WageFrom                   string
	PreviousWage                     string
	NextWage, NextWageFrom           string
	Workers, WorkersAsOf             string
	WorkersApprox                    bool
	WorkersBefore, WorkersBeforeAsOf string
	WorkersChange                    string
	BigCity                          bool
	Industries, Character, Rent      string
	Centre, CentrePhone, CentreURL   string
	CentreLanguages, CentreHours     string
	centre                           *Centre
}

// ViewPrefecture returns a prefecture by its JIS code as a text sees it; ok is false
// when there is none of that code.
func (b *Base) ViewPrefecture(code string, asked Asked) (v PrefectureView, ok bool) {
	p := b.Prefecture(code)
	if p == nil {
		return PrefectureView{}, false
	}
	return b.viewPrefecture(p, asked), true
}

func (b *Base) viewPrefecture(p *Prefecture, asked Asked) PrefectureView {
	code := asked.Language
	yen := func(w *Wage) string {
		return Format(Value{Kind: KindYen, Number: float64(w.Yen), Text: fmt.Sprint(w.Yen)}, code)
	}
	date := func(s string) string { return FormatAsOf(s, code) }
	v := PrefectureView{Code: p.Code, Name: p.Name.In(code), Capital: p.Capital.In(code), BigCity: p.BigCity,
		Character: p.Character[code], centre: p.Centre}
	now, before, next := p.WageAt(asked.Now)
	if now != nil {
		v.Wage, v.WageFrom = yen(now), date(now.Effective)
	}
	if before != nil {
		v.PreviousWage = yen(before)
	}
	if next != nil {
		v.NextWage, v.NextWageFrom = yen(next), date(next.Effective)
	}
	people := func(c WorkerCount) string {
		return Format(Value{Kind: KindPeople, Number: float64(c.Persons), Text: fmt.Sprint(c.Persons)}, code)
	}
	if n := len(p.Workers); n > 0 {
		last := p.Workers[n-1]
		v.Workers, v.WorkersAsOf, v.WorkersApprox = people(last), date(last.AsOf), last.Approximate
		if n > 1 {
			prev := p.Workers[n-2]
			v.WorkersBefore, v.WorkersBeforeAsOf = people(prev), date(prev.AsOf)
			if !last.Approximate && !prev.Approximate && prev.Persons > 0 && aYearApart(prev.AsOf, last.AsOf) {
				rise := float64(last.Persons-prev.Persons) / float64(prev.Persons) * 100
				v.WorkersChange = signed(rise, code)
			}
		}
	}
	v.Industries = list(pickList(code, p.Industries.Japanese, p.Industries.English, p.Industries.Vietnamese, p.Industries.Burmese), code)
	if p.Rent != nil {
		if val, _, err := b.lookUp(p.Rent.Fact, asked.Now); err == nil {
			v.Rent = Format(val, code)
		}
	}
	if c := p.Centre; c != nil {
		v.Centre, v.CentreURL = c.Name[code], c.URL
		if v.Centre == "" {
			v.Centre = c.Name[language.Japanese]
		}
		if c.Dialable {
			v.CentrePhone = c.Phone
		}
		v.CentreHours = c.hours(code)
		v.CentreLanguages = languageNames(c.Languages, code)
	}
	return v
}

// aYearApart reports whether two ISO dates are one year apart: only such counts are
// set side by side.
func aYearApart(a, b string) bool {
	from, err1 := time.Parse(time.DateOnly, a)
	to, err2 := time.Parse(time.DateOnly, b)
	return err1 == nil && err2 == nil && from.AddDate(1, 0, 0).Equal(to)
}

func signed(f float64, code language.Code) string {
	f = float64(int(f*10+0.5*sign(f))) / 10
	s := Format(Value{Kind: KindPercent, Number: f}, code)
	if f > 0 {
		s = "+" + s
	}
	return s
}

func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}

func pickList(code language.Code, ja, en, vi, my []string) []string {
	switch code {
	case language.Japanese:
		return ja
	case language.Vietnamese:
		return vi
	case language.Burmese:
		return my
	}
	return en
}

func list(items []string, code language.Code) string {
	return strings.Join(items, pick(code, "、", ", ", ", ", "၊ "))
}
