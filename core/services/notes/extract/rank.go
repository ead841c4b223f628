package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// countStems returns how often each stem occurs.
func countStems(sentences []sentence) map[string]int {
	frequency := map[string]int{}
	for _, s := range sentences {
		for stem, n := range s.stems {
			frequency[stem] += n
		}
	}
	return frequency
}

const (
	minStems      = 4 // a shorter sentence says too little to stand alone
	shortestCount = 3 // sentences of a summary, as far as there are any
	longestCount  = 7
)

// summarise picks one sentence in ten. It takes the best one, then again and
// again the one that is best after what it shares with those already taken is
// counted against it, so that the summary does not say one thing twice.
func summarise(sentences []sentence, frequency map[string]int) []string {
	scores := make([]float64, len(sentences))
	for i, s := range sentences {
		scores[i] = score(s, frequency) * positionWeight(i, len(sentences))
	}
	want := min(max(len(sentences)/10, shortestCount), longestCount)
	var taken []int
	for len(taken) < want {
		best := pickNext(sentences, scores, taken)
		if best < 0 {
			break
		}
		taken = append(taken, best)
	}
	slices.Sort(taken)
	summary := []string{}
	for _, i := range taken {
		summary = append(summary, sentences[i].quoted())
	}
	return summary
}

// score is the mean frequency of a sentence's distinct stems, damped so that
// neither the longest nor the shortest sentence wins by its length. Questions
// and actions have lists of their own.
func score(s sentence, frequency map[string]int) float64 {
	if len(s.stems) < minStems || s.isQuestion() || isAction(s) {
		return 0
	}
	sum := 0 // in thousandths: unlike that of fractions, it is the same in any order
	for stem := range s.stems {
		sum += int(1000 * math.Log2(1+float64(frequency[stem])))
	}
	return float64(sum) / math.Sqrt(float64(len(s.words)))
}

// positionWeight favours the beginning, where people say who they are, and the
// end, where they sum up.
func positionWeight(i, n int) float64 {
	switch {
	case i*10 < n:
		return 1.2
	case (n-1-i)*10 < n:
		return 1.1
	}
	return 1
}

// pickNext returns the index of the best sentence that is left; negative when none
// is worth anything. Of equals the earlier wins.
func pickNext(sentences []sentence, scores []float64, taken []int) int {
	best, bestValue := -1, 0.0
	for i := range sentences {
		if scores[i] == 0 || slices.Contains(taken, i) {
			continue
		}
		overlap := 0.0
		for _, j := range taken {
			overlap = max(overlap, similarity(sentences[i], sentences[j]))
		}
		if value := scores[i] * (1 - overlap); value > bestValue {
			best, bestValue = i, value
		}
	}
	return best
}

// similarity is the share of stems that two sentences have in common (Jaccard).
func similarity(a, b sentence) float64 {
	shared := 0
	for stem := range a.stems {
		if b.stems[stem] > 0 {
			shared++
		}
	}
	all := len(a.stems) + len(b.stems) - shared
	if all == 0 {
		return 0
	}
	return float64(shared) / float64(all)
}

// topics returns the stems that occur most, twice at least, without the names of
// who speaks and without what is listed as a skill.
func topics(frequency map[string]int, turns []turn, skills []string) []string {
	skip := map[string]bool{}
	for _, t := range turns {
		for _, stem := range meaningful(splitWords(t.speaker)) {
			skip[stem] = true
		}
	}
	for _, skill := range skills {
		for _, stem := range meaningful(splitWords(skill)) {
			skip[stem] = true
		}
	}
	var found []string
	for stem, n := range frequency {
		if n >= 2 && !skip[stem] {
			found = append(found, stem)
		}
	}
	return mostFrequent(found, frequency, maxTopics)
}

// mostFrequent sorts by falling frequency, then by name.
func mostFrequent(names []string, frequency map[string]int, limit int) []string {
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(frequency[b], frequency[a]), strings.Compare(a, b))
	})
	if names == nil {
		return []string{}
	}
	return names[:min(len(names), limit)]
}
