package find

import "math"

// calibrate finds the power to which the joint probability is raised so that texts
// held out of training are most likely (temperature scaling: Guo et al. 2017).
func (e *Engine) calibrate(held []Example, index map[string]int) float64 {
	s := e.newScratch()
	var scores [][]float32
	var truth []int
	for _, x := range held {
		if _, ok := e.joint(s, x.Text, x.Lang, x.Before); ok {
			scores = append(scores, append([]float32(nil), s.scores...))
			truth = append(truth, index[x.Label])
		}
	}
	best, lowest := 1.0, math.Inf(1)
	for sharpness := 0.05; sharpness < 4; sharpness *= 1.05 {
		var loss float64
		for i, row := range scores {
			top := row[0]
			for _, x := range row {
				top = max(top, x)
			}
			var sum float64
			for _, x := range row {
				sum += math.Exp(sharpness * float64(x-top))
			}
			loss += math.Log(sum) - sharpness*float64(row[truth[i]]-top)
		}
		if loss < lowest {
			best, lowest = sharpness, loss
		}
	}
	return best
}
