package find

// settings are the numbers that training stands on, found by measurement
// (FINDING.md). One set serves every language; how much is learned from how many
// texts follows from the number of texts.
type settings struct {
	minTexts     int             // a feature seen in fewer texts is dropped
	maxFeatures  int             // 0: no limit
	maxGram      int             // longest character n-gram
	groupWeight  [groups]float64 // squared length each group gets in a vector
	linear       bool
	linearEpochs int
	linearRatio  float32 // how much a feature counts by how much likelier its label makes it
	sum, units   netSettings
}

type netSettings struct {
	width   int
	epochs  int
	rate    float32
	spread  float32 // of the embeddings at the start
	dropout float32 // share of hidden units left out of a step
	blank   float32 // share of features left out of a step
	smooth  float32 // share of the truth that is spread over all labels
}

// manyTexts is how many texts a label needs in each language for features seen
// once to be of use, and for wide nets with much left out to pay.
const manyTexts = 100

// settingsFor gives the settings for a number of texts a label and language.
func settingsFor(texts int, size Size) settings {
	o := settings{
		minTexts:     2,
		maxGram:      4,
		groupWeight:  [groups]float64{groupWord: 1, groupChar: 1, groupExact: 0.5, groupConcept: 1, groupBefore: 1},
		linear:       true,
		linearEpochs: 20,
		sum:          netSettings{width: 128, epochs: 20, rate: 0.06, spread: 0.05, dropout: 0.3, blank: 0.2},
		units:        netSettings{width: 128, epochs: 20, rate: 0.1, spread: 0.05, dropout: 0.3, blank: 0.2},
	}
	if texts >= manyTexts {
		o.minTexts = 1
		o.sum = netSettings{width: 128, epochs: 30, rate: 0.15, spread: 0.02, dropout: 0.5, blank: 0.5, smooth: 0.05}
		o.units.epochs, o.units.smooth = 30, 0.05
		o.linearRatio = 0.5
	}
	if size == Compact {
		o.minTexts = 2
		o.maxFeatures = 120_000
		o.linear = false
		o.sum.width, o.units.width = 96, 96
		if texts >= manyTexts {
			o.sum.epochs, o.units.epochs = 14, 14 // more gives no better answers, and takes as much longer
			o.sum.dropout, o.units.dropout = 0.4, 0.4
			o.sum.blank, o.units.blank = 0.5, 0.5
		}
	}
	return o
}
