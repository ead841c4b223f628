package cloudwatch

import (
	"math"
	"testing"
)

// measured returns a point of values.
func measured(values ...float64) point {
	p := point{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, v := range values {
		p.merge(point{Count: 1, Sum: v, Min: v, Max: v, Samples: samplesOf(v, 1)})
	}
	return p
}

// TestPercentiles: they are exact for few values, right to a percent for many, and
// absent where not all values are known.
func TestPercentiles(t *testing.T) {
	var few, many []float64
	for i := range 100 {
		few = append(few, float64(100-i))
	}
	for i := range 10000 {
		many = append(many, float64(i+1)/10)
	}
	for name, want := range map[string]float64{"p0": 1, "p0.0": 1, "p50": 50, "p99": 99, "p99.5": 100, "p100": 100} {
		if got, ok := measured(few...).percentile(name); !ok || got != want {
			t.Errorf("%s of few values: got %v, %t, want %v", name, got, ok, want)
		}
	}
	all := measured(many...)
	if n := len(all.Samples); n > maxRounded {
		t.Errorf("%d samples", n)
	}
	for name, want := range map[string]float64{"p0": 0.1, "p1": 10, "p50": 500, "p99": 990, "p99.9": 999, "p100": 1000} {
		if got, ok := all.percentile(name); !ok || math.Abs(got-want) > want/100 {
			t.Errorf("%s of many values: got %v, %t, want %v", name, got, ok, want)
		}
	}
	set := measured(1, 2)
	set.merge(point{Count: 3, Sum: 9, Min: 1, Max: 5})
	for what, p := range map[string]point{"a negative value": measured(-1, 5), "a set": set} {
		if got, ok := p.percentile("p50"); ok {
			t.Errorf("%s: got %v", what, got)
		}
	}
}

// TestSamplesAreBounded: values of any range have a bounded number of samples, and
// high percentiles stay right.
func TestSamplesAreBounded(t *testing.T) {
	var values []float64
	for i := range 3000 {
		values = append(values, math.Pow(1.03, float64(i-1500)))
	}
	p := measured(values...)
	if n := len(p.Samples); n > maxRounded {
		t.Errorf("%d samples", n)
	}
	want := values[2969] // the 2970th of 3000
	if got, ok := p.percentile("p99"); !ok || math.Abs(got-want) > want/100 {
		t.Errorf("p99: got %v, want %v", got, want)
	}
}
