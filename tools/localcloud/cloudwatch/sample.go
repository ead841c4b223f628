package cloudwatch

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// sample is a value of a minute, and how often it was measured.
type sample struct{ Value, Count float64 }

// The samples of a minute are bounded, as the storage of a metric is. Up to
// maxExact different values are kept as they are. More are rounded to a scale whose
// steps are growth apart, so that a percentile is wrong by one percent at most. Of
// those, the lowest are merged where there are more than maxRounded, which a minute
// has only if its largest value is many millions of times its smallest.
const (
	maxExact   = 100
	maxRounded = 1000
	growth     = 1.02
)

// addSamples returns the samples of both, in the order of their values. It changes
// neither.
func addSamples(a, b []sample) []sample {
	all := combine(slices.Concat(a, b))
	if len(all) <= maxExact {
		return all
	}
	for i := range all {
		all[i].Value = rounded(all[i].Value)
	}
	all = combine(all)
	if surplus := len(all) - maxRounded; surplus > 0 {
		for _, low := range all[:surplus] {
			all[surplus].Count += low.Count
		}
		all = all[surplus:]
	}
	return all
}

// combine sorts samples, and makes one of those with the same value.
func combine(all []sample) []sample {
	slices.SortFunc(all, func(a, b sample) int { return cmp.Compare(a.Value, b.Value) })
	kept := all[:0]
	for _, one := range all {
		if n := len(kept); n > 0 && kept[n-1].Value == one.Value {
			kept[n-1].Count += one.Count
		} else {
			kept = append(kept, one)
		}
	}
	return kept
}

// rounded returns the middle of the step in which a value is; that of a middle is
// itself.
func rounded(value float64) float64 {
	if value <= 0 {
		return value
	}
	step := math.Ceil(math.Log(value) / math.Log(growth))
	return 2 * math.Pow(growth, step) / (growth + 1)
}

// samplesOf returns the samples of a value that was measured count times. There are
// none of a negative value: a metric with one has no percentiles.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles
func samplesOf(value, count float64) []sample {
	if value < 0 || count <= 0 {
		return nil
	}
	return []sample{{value, count}}
}

// percentileName is the form of percentiles: p0 to p100, with up to ten decimals.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
var percentileName = regexp.MustCompile(`^p(\d{1,2}(\.\d{0,10})?|100(\.0{0,10})?)$`)

// percentile returns the value that a share of the measurements does not exceed. ok
// is false if not every measurement is among the samples: one was negative, or came
// in a set of which only the sum and the bounds are known.
func (p point) percentile(name string) (value float64, ok bool) {
	percent, err := strconv.ParseFloat(name[1:], 64)
	total := 0.0
	for _, one := range p.Samples {
		total += one.Count
	}
	if err != nil || p.Min < 0 || total < p.Count*(1-1e-9) {
		return 0, false
	}
	rank, seen := percent/100*total, 0.0
	for _, one := range p.Samples {
		seen += one.Count
		if seen >= rank*(1-1e-9) {
			return min(max(one.Value, p.Min), p.Max), true
		}
	}
	return p.Max, true
}
