package conversation

import "madoguchi/knowledge"

// going is how people go from topic to topic, counted in what they type after an
// answer (threads in the knowledge).
type going struct {
	count  map[string]map[string]int
	all    map[string]int
	topics int
}

func newGoing(base *knowledge.Base) going {
	g := going{count: map[string]map[string]int{}, all: map[string]int{}, topics: max(len(base.Topics), len(base.Index))}
	for slug, t := range base.Topics {
		g.count[slug] = map[string]int{}
		for _, turns := range t.Threads {
			for _, turn := range turns {
				g.count[slug][turn.Topic]++
				g.all[slug]++
			}
		}
	}
	return g
}

// likelier is how many times likelier one goes from a topic to another than to any at
// random; where nothing was counted it is 1. One more is counted for each topic, so
// that none is impossible.
func (g going) likelier(from, to string) float64 {
	return float64(g.count[from][to]+1) / (float64(g.all[from])/float64(g.topics) + 1)
}
