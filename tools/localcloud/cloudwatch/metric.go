package cloudwatch

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// dimension is one of the dimensions of a metric.
type dimension struct{ Name, Value string }

// metric names what is measured.
type metric struct {
	Namespace  string
	MetricName string
	Dimensions []dimension // in the order of their names
}

func newMetric(namespace, name string, dimensions []dimension) metric {
	sorted := slices.SortedFunc(slices.Values(dimensions), func(a, b dimension) int { return cmp.Compare(a.Name, b.Name) })
	return metric{namespace, name, sorted}
}

// key is a string that no other metric has.
func (m metric) key() string {
	parts := []string{m.Namespace, m.MetricName}
	for _, d := range m.Dimensions {
		parts = append(parts, d.Name, d.Value)
	}
	return strings.Join(parts, "\x00")
}

// series are the values of a metric, by the minute.
type series struct {
	Metric metric
	Points []point // in the order of their times; minutes without a value have none
}

// point is what was measured in a minute.
type point struct {
	Minute        int64 // since 1970
	Count         float64
	Sum, Min, Max float64
	Unit          string   `json:",omitempty"`
	Samples       []sample `json:",omitempty"` // in the order of their values; never changed in place
}

// merge adds the measurements of another point.
func (p *point) merge(more point) {
	p.Count, p.Sum = p.Count+more.Count, p.Sum+more.Sum
	p.Min, p.Max, p.Unit = min(p.Min, more.Min), max(p.Max, more.Max), cmp.Or(more.Unit, p.Unit)
	p.Samples = addSamples(p.Samples, more.Samples)
}

const (
	resolution = int64(60) // seconds of a point
	// keptMinutes is how long values are kept for, in minutes; AWS keeps those of a
	// minute for 15 days.
	keptMinutes = 180
)

// add merges a point into the series, and drops what is too old.
func (s *series) add(p point, now time.Time) {
	oldest := now.Unix()/resolution - keptMinutes
	if p.Minute < oldest || p.Count <= 0 {
		return
	}
	i, found := slices.BinarySearchFunc(s.Points, p.Minute, func(p point, minute int64) int { return cmp.Compare(p.Minute, minute) })
	if found {
		s.Points[i].merge(p)
	} else {
		s.Points = slices.Insert(s.Points, i, p)
	}
	for len(s.Points) > 0 && s.Points[0].Minute < oldest {
		s.Points = s.Points[1:]
	}
}

// between returns the points of [from, to), merged to one; false where there is
// none.
func (s *series) between(from, to time.Time) (sum point, ok bool) {
	if s == nil {
		return sum, false
	}
	first, last := from.Unix()/resolution, (to.Unix()+resolution-1)/resolution
	for _, p := range s.Points {
		switch {
		case p.Minute < first || p.Minute >= last:
		case !ok:
			sum, ok = p, true
		default:
			sum.merge(p)
		}
	}
	return sum, ok
}

// statistics are the statistics that points have.
var statistics = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}

// isStatistic reports whether points have a statistic or a percentile of this name.
func isStatistic(name string) bool {
	return slices.Contains(statistics, name) || percentileName.MatchString(name)
}

// value returns a statistic or a percentile of the point; false if it has none.
func (p point) value(statistic string) (float64, bool) {
	switch statistic {
	case "Average":
		return p.Sum / p.Count, true
	case "Maximum":
		return p.Max, true
	case "Minimum":
		return p.Min, true
	case "SampleCount":
		return p.Count, true
	case "Sum":
		return p.Sum, true
	}
	return p.percentile(statistic)
}

// Record adds one value of a metric, measured now; dimensions are pairs of a name and
// a value.
func (s *Service) Record(namespace, name, unit string, value float64, dimensions ...string) {
	var pairs []dimension
	for pair := range slices.Chunk(dimensions, 2) {
		pairs = append(pairs, dimension{pair[0], pair[1]})
	}
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addPoint(newMetric(namespace, name, pairs), point{
		Minute: now.Unix() / resolution, Count: 1, Sum: value, Min: value, Max: value, Unit: unit, Samples: samplesOf(value, 1),
	}, now)
}

// maxMetrics bounds how many metrics are kept; the values of others are dropped.
const maxMetrics = 50000

// addPoint is called with s.mu held.
func (s *Service) addPoint(m metric, p point, now time.Time) {
	key := m.key()
	one := s.metrics[key]
	if one == nil {
		if len(s.metrics) >= maxMetrics {
			return
		}
		one = &series{Metric: m}
		s.metrics[key] = one
	}
	one.add(p, now)
	s.changed[key] = true
}
