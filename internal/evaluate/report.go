package evaluate

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"madoguchi/language"
)

// Report holds the results of a run.
type Report struct {
	Results []Result `json:"results"`
	Skipped int      `json:"skipped"` // questions whose topics the knowledge does not hold
}

// Row is a line of the table: shares are of Questions, from 0 to 1, and -1 where
// nothing was to be counted.
type Row struct {
	Name      string  `json:"name"`
	Questions int     `json:"questions"`
	First     float64 `json:"first"`     // in scope: best topic right
	Third     float64 `json:"third"`     // in scope: among the first three
	Served    float64 `json:"served"`    // in scope: answered rightly, or offered
	Precision float64 `json:"precision"` // of what is answered outright, right
	Refused   float64 `json:"refused"`   // out of scope: not answered
	Language  float64 `json:"language"`
	Places    float64 `json:"places"`
	Micros    float64 `json:"median_micros"`
}

func row(name string, list []Result) Row {
	r := Row{Name: name, Questions: len(list)}
	var in, first, third, served, answered, right, out, refused, lang, places int
	var micros []float64
	for _, x := range list {
		if x.Scope == "in" {
			in++
			first += b2i(x.First)
			third += b2i(x.Third)
			served += b2i(x.Right)
			places += b2i(x.Prefect)
		} else {
			out++
			refused += b2i(x.Right)
		}
		if x.Outcome == "answer" {
			answered++
			right += b2i(x.Right)
		}
		lang += b2i(x.Language == x.Lang)
		micros = append(micros, x.Micros)
	}
	r.First, r.Third, r.Served, r.Places = ratio(first, in), ratio(third, in), ratio(served, in), ratio(places, in)
	r.Precision, r.Refused, r.Language = ratio(right, answered), ratio(refused, out), ratio(lang, len(list))
	sort.Float64s(micros)
	if len(micros) > 0 {
		r.Micros = micros[len(micros)/2]
	}
	return r
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func ratio(n, of int) float64 {
	if of == 0 {
		return -1
	}
	return float64(n) / float64(of)
}

// Rows returns the table: by language, by style, dialogues, all.
func (rep Report) Rows() []Row {
	var rows []Row
	pick := func(name string, keep func(Result) bool) {
		var list []Result
		for _, r := range rep.Results {
			if keep(r) {
				list = append(list, r)
			}
		}
		if len(list) > 0 {
			rows = append(rows, row(name, list))
		}
	}
	for _, code := range language.Codes() {
		pick(string(code), func(r Result) bool { return r.Lang == code && !r.Dialogue })
	}
	var styles []string
	for _, r := range rep.Results {
		if r.Style != "" && !slices.Contains(styles, r.Style) {
			styles = append(styles, r.Style)
		}
	}
	sort.Strings(styles)
	for _, style := range styles {
		pick("style "+style, func(r Result) bool { return r.Style == style })
	}
	for _, code := range language.Codes() {
		pick("dialogue "+string(code), func(r Result) bool { return r.Lang == code && r.Dialogue })
	}
	pick("dialogues", func(r Result) bool { return r.Dialogue })
	pick("questions", func(r Result) bool { return !r.Dialogue })
	pick("all", func(Result) bool { return true })
	return rows
}

// Confusions returns pairs of wanted and given topics that were mixed up, most
// frequent first.
func (rep Report) Confusions() []string {
	count := map[string]int{}
	for _, r := range rep.Results {
		if r.Scope == "in" && !r.First {
			got := "-"
			if len(r.Got) > 0 {
				got = r.Got[0]
			}
			count[r.Want[0]+" → "+got]++
		}
	}
	var keys []string
	for k := range count {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if count[keys[i]] != count[keys[j]] {
			return count[keys[i]] > count[keys[j]]
		}
		return keys[i] < keys[j]
	})
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%3d  %s", count[k], k)
	}
	return keys
}

// Bin is a tenth of the scale of confidence: how often an answer that sure is right.
type Bin struct {
	From, To float64
	Answers  int
	Right    float64
}

// Calibration groups outright answers by confidence.
func (rep Report) Calibration() []Bin {
	var bins []Bin
	for i := 0; i < 10; i++ {
		from, to := float64(i)/10, float64(i+1)/10
		n, right := 0, 0
		for _, r := range rep.Results {
			if r.Outcome == "answer" && r.Confidence >= from && (r.Confidence < to || i == 9) {
				n++
				right += b2i(r.Right)
			}
		}
		if n > 0 {
			bins = append(bins, Bin{from, to, n, ratio(right, n)})
		}
	}
	return bins
}

// Write prints the report for a person.
func (rep Report) Write(w io.Writer) {
	fmt.Fprintf(w, "%-22s %5s  %6s %6s %6s %6s %7s %6s %6s %8s\n", "", "n", "first", "third", "served", "prec.", "refused", "lang.", "places", "µs")
	for _, r := range rep.Rows() {
		fmt.Fprintf(w, "%-22s %5d  %6s %6s %6s %6s %7s %6s %6s %8.0f\n", r.Name, r.Questions,
			share(r.First), share(r.Third), share(r.Served), share(r.Precision), share(r.Refused), share(r.Language), share(r.Places), r.Micros)
	}
	if rep.Skipped > 0 {
		fmt.Fprintf(w, "\n%d questions skipped: the knowledge does not hold their topics.\n", rep.Skipped)
	}
	if c := rep.Confusions(); len(c) > 0 {
		fmt.Fprintf(w, "\nMixed up (wanted → given):\n%s\n", strings.Join(c[:min(len(c), 20)], "\n"))
	}
	fmt.Fprintln(w, "\nConfidence of answers and how often they are right:")
	for _, b := range rep.Calibration() {
		fmt.Fprintf(w, "  %.1f–%.1f  %4d  %s\n", b.From, b.To, b.Answers, share(b.Right))
	}
}

func share(f float64) string {
	if f < 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", f*100)
}

// Compare lists what got better or worse against an earlier report, question by
// question.
func (rep Report) Compare(w io.Writer, before Report) {
	old := map[string]Result{}
	for _, r := range before.Results {
		old[r.ID] = r
	}
	better, worse := 0, 0
	for _, r := range rep.Results {
		o, ok := old[r.ID]
		if !ok || o.Right == r.Right && o.First == r.First {
			continue
		}
		mark := "worse "
		if b2i(r.Right)*2+b2i(r.First) > b2i(o.Right)*2+b2i(o.First) {
			mark = "better"
			better++
		} else {
			worse++
		}
		fmt.Fprintf(w, "%s  %-10s %s: %s → %s  %q\n", mark, r.ID, strings.Join(r.Want, "|"), outcome(o), outcome(r), r.Text)
	}
	fmt.Fprintf(w, "%d better, %d worse\n", better, worse)
}

func outcome(r Result) string {
	got := "-"
	if len(r.Got) > 0 {
		got = r.Got[0]
	}
	return fmt.Sprintf("%s %s %.2f", r.Outcome, got, r.Confidence)
}

// WriteMisses lists the questions that were not served rightly, for reading.
func (rep Report) WriteMisses(w io.Writer) {
	fmt.Fprintln(w, "\nNot served rightly:")
	for _, r := range rep.Results {
		lang := ""
		if r.Language != r.Lang {
			lang = " [language " + string(r.Language) + "]"
		}
		if !r.Right || lang != "" || r.Scope == "in" && !r.First {
			fmt.Fprintf(w, "%-9s %-7s %s: %s %.2f %s%s  %q\n", r.ID, r.Scope, strings.Join(r.Want, "|"), r.Outcome, r.Confidence, strings.Join(r.Got[:min(3, len(r.Got))], ","), lang, r.Text)
		}
	}
}
