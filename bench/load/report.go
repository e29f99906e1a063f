package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// report is how it went.
type report struct {
	Rate       int               `json:"rate"`
	Seconds    float64           `json:"seconds"`
	Cores      int               `json:"cores"`
	HTTP       bool              `json:"http"`
	Sent       int               `json:"sent"`
	Unanswered int               `json:"unanswered"`
	Deferred   int               `json:"deferred"`
	Errors     int               `json:"errors_logged"`
	All        spread            `json:"all"`
	Kinds      map[string]spread `json:"kinds"`
}

// spread is how long first answers took, in milliseconds.
type spread struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
	Max   float64 `json:"max_ms"`
}

func newSpread(took []time.Duration) spread {
	if len(took) == 0 {
		return spread{}
	}
	slices.Sort(took)
	at := func(p float64) float64 {
		return float64(took[min(int(p*float64(len(took))), len(took)-1)].Microseconds()) / 1000
	}
	return spread{len(took), at(.5), at(.9), at(.99), at(1)}
}

func count(sent []doing, s settings, log string) report {
	r := report{Rate: s.rate, Seconds: s.length.Seconds(), Cores: s.cores, HTTP: s.http, Sent: len(sent), Kinds: map[string]spread{},
		Errors: strings.Count(log, `"level":"ERROR"`)}
	const deferred, deferredUpdate = 5, 6
	kinds := map[string][]time.Duration{}
	var all []time.Duration
	for _, x := range sent {
		a, ok := x.it.Ack()
		if !ok {
			r.Unanswered++
			continue
		}
		if a.Kind == deferred || a.Kind == deferredUpdate {
			r.Deferred++
		}
		all = append(all, a.After)
		kinds[x.kind] = append(kinds[x.kind], a.After)
	}
	r.All = newSpread(all)
	for k, took := range kinds {
		r.Kinds[k] = newSpread(took)
	}
	return r
}

// String is the report as a table.
func (r report) String() string {
	var b strings.Builder
	over := "the gateway"
	if r.HTTP {
		over = "HTTP"
	}
	fmt.Fprintf(&b, "%d interactions a second for %.0f s over %s, %d cores for bot, Discord and load\n", r.Rate, r.Seconds, over, r.Cores)
	fmt.Fprintf(&b, "sent %d, unanswered %d, deferred %d, errors logged %d\n\n", r.Sent, r.Unanswered, r.Deferred, r.Errors)
	fmt.Fprintf(&b, "%-10s %8s %9s %9s %9s %9s\n", "", "count", "p50 ms", "p90 ms", "p99 ms", "max ms")
	line := func(name string, s spread) {
		fmt.Fprintf(&b, "%-10s %8d %9.1f %9.1f %9.1f %9.1f\n", name, s.Count, s.P50, s.P90, s.P99, s.Max)
	}
	for _, k := range slices.Sorted(maps.Keys(r.Kinds)) {
		line(k, r.Kinds[k])
	}
	line("all", r.All)
	return b.String()
}
