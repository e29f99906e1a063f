package bot

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"madoguchi/bot/gateway"
	"madoguchi/commands"
	"madoguchi/language"
)

// Metrics counts what happens, for Prometheus. No label ever names a person, a server or
// a channel.
type Metrics struct {
	registry     *prometheus.Registry
	interactions *prometheus.CounterVec
	latency      *prometheus.HistogramVec
	deferred     prometheus.Counter
	lost         *prometheus.CounterVec
	dropped      *prometheus.CounterVec
	requests     *prometheus.HistogramVec
	stores       *prometheus.CounterVec
	shards       *prometheus.GaugeVec
	reconnects   *prometheus.CounterVec
}

var _ commands.Metrics = (*Metrics)(nil)

// NewMetrics makes a set of its own.
func NewMetrics() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "madoguchi", Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "madoguchi", Name: name, Help: help,
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 1.5, 2, 3, 5, 10}}, labels)
		m.registry.MustRegister(h)
		return h
	}
	m.interactions = counter("interactions_total", "What people did, by command or button, outcome and language.", "command", "outcome", "language")
	m.latency = histogram("first_response_seconds", "From an event's arrival to the first answer.", "kind")
	m.lost = counter("unanswered_total", "Events that could not be answered, in whole or part.", "reason")
	m.dropped = counter("dropped_events_total", "Events that were not handled.", "reason")
	m.requests = histogram("discord_request_seconds", "Requests to Discord by route and status (0: no answer).", "route", "status")
	m.stores = counter("store_errors_total", "Failures of the store by operation.", "operation")
	m.reconnects = counter("gateway_reconnects_total", "Gateway connections that ended and were made anew.", "resume")
	m.shards = prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "madoguchi", Name: "gateway_state",
		Help: "State of each shard: 0 down, 1 starting, 2 ready."}, []string{"shard"})
	m.deferred = prometheus.NewCounter(prometheus.CounterOpts{Namespace: "madoguchi", Name: "deferred_total", Help: "Answers that took so long that Discord was told to wait."})
	m.registry.MustRegister(m.shards, m.deferred, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Interaction implements commands.Metrics.
func (m *Metrics) Interaction(name, outcome string, code language.Code) {
	m.interactions.WithLabelValues(name, outcome, string(code)).Inc()
}

// StoreError counts a failure of the store; it fits store.ResilientOptions.OnError.
func (m *Metrics) StoreError(method string, _ error) { m.stores.WithLabelValues(method).Inc() }

// Registry is where others can add their own.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

func (m *Metrics) answered(k commands.Kind, took time.Duration) {
	m.latency.WithLabelValues(kindName(k)).Observe(took.Seconds())
}

func kindName(k commands.Kind) string {
	switch k {
	case commands.KindCommand:
		return "command"
	case commands.KindAutocomplete:
		return "autocomplete"
	case commands.KindTarget:
		return "target"
	case commands.KindComponent:
		return "component"
	case commands.KindModal:
		return "modal"
	case commands.KindMessage:
		return "message"
	}
	return "other"
}

func (m *Metrics) unanswered(reason string) { m.lost.WithLabelValues(reason).Inc() }
func (m *Metrics) drop(reason string)       { m.dropped.WithLabelValues(reason).Inc() }

func (m *Metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *Metrics) shard(id int, s gateway.State) {
	m.shards.WithLabelValues(strconv.Itoa(id)).Set(float64(s))
}

func (m *Metrics) reconnect(_ int, resume bool) {
	m.reconnects.WithLabelValues(strconv.FormatBool(resume)).Inc()
}

// watch adds what is read from the bot when Prometheus asks.
func (m *Metrics) watch(b *Bot) {
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "madoguchi", Name: name, Help: help}, read))
	}
	gauge("queue_waiting", "Events waiting for their turn.", func() float64 {
		b.mu.Lock()
		q := b.queue
		b.mu.Unlock()
		if q == nil {
			return 0
		}
		waiting, _ := q.length()
		return float64(waiting)
	})
	if b.manager == nil {
		return
	}
	gauge("gateway_identifies_left", "Sessions that can still be started today; -1: not known.", func() float64 { return float64(b.manager.IdentifiesLeft()) })
	gauge("gateway_latency_seconds", "The slowest shard's last heartbeat.", func() float64 {
		worst := time.Duration(0)
		for _, s := range b.manager.States() {
			worst = max(worst, s.Latency)
		}
		return worst.Seconds()
	})
}
