// Package find tells which topic (or intent) a sentence typed on a phone is
// about. It learns from labelled examples and knows nothing of where they come
// from: the knowledge gives it the ways people ask, a benchmark gives it a
// public data set.
//
// Train builds an Engine; Engine.Find ranks the labels, best first, with a
// calibrated probability each. FINDING.md says how it works, what was tried and
// what it gave.
package find
