package cloudwatch

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// datum is one value of PutMetricData, or several of the same metric.
type datum struct {
	MetricName      string
	Dimensions      []dimension
	Timestamp       *wire.Time
	Value           *float64
	Values          []float64
	Counts          []float64
	StatisticValues statisticSet
	Unit            string
}

type statisticSet struct{ SampleCount, Sum, Minimum, Maximum *float64 }

type putDataInput struct {
	Namespace  string
	MetricData []datum
}

// maxData is how many values one call takes.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
const maxData = 1000

func (s *Service) putMetricData(_ context.Context, _ *wire.Call, in *putDataInput) (*empty, error) {
	switch {
	case in.Namespace == "":
		return nil, missing("Namespace")
	case strings.HasPrefix(in.Namespace, "AWS/"):
		return nil, invalid("The value AWS/ for parameter Namespace is invalid.")
	case len(in.MetricData) > maxData:
		return nil, invalid("The collection MetricData must not have a size greater than %d.", maxData)
	}
	now := s.env.Now()
	points := make([]point, len(in.MetricData))
	for i, d := range in.MetricData {
		var err error
		if points[i], err = d.point(now); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, d := range in.MetricData {
		s.addPoint(newMetric(in.Namespace, d.MetricName, d.Dimensions), points[i], now)
	}
	return nil, nil
}

// point returns what a datum adds to its minute.
func (d datum) point(now time.Time) (point, error) {
	if d.MetricName == "" {
		return point{}, missing("MetricData.member.1.MetricName")
	}
	if len(d.Dimensions) > maxDimensions {
		return point{}, invalid("A metric can have %d dimensions at most", maxDimensions)
	}
	at := now
	if d.Timestamp != nil {
		at = d.Timestamp.Time
	}
	p := point{Minute: at.Unix() / resolution, Unit: d.Unit}
	switch set := d.StatisticValues; {
	case set.SampleCount != nil && set.Sum != nil && set.Minimum != nil && set.Maximum != nil:
		p.Count, p.Sum, p.Min, p.Max = *set.SampleCount, *set.Sum, *set.Minimum, *set.Maximum
		if p.Min == p.Max && p.Sum == p.Min*p.Count { // each of them is known
			p.Samples = samplesOf(p.Min, p.Count)
		}
	case d.Value != nil:
		p.Count, p.Sum, p.Min, p.Max = 1, *d.Value, *d.Value, *d.Value
		p.Samples = samplesOf(*d.Value, 1)
	case len(d.Values) > 0 && (len(d.Counts) == 0 || len(d.Counts) == len(d.Values)):
		p.Min, p.Max = slices.Min(d.Values), slices.Max(d.Values)
		for i, v := range d.Values {
			n := 1.0
			if len(d.Counts) > 0 {
				n = d.Counts[i]
			}
			p.Count, p.Sum = p.Count+n, p.Sum+n*v
			p.Samples = append(p.Samples, samplesOf(v, n)...)
		}
		p.Samples = addSamples(p.Samples, nil)
	default:
		return p, invalid("At least one of Value, Values or StatisticValues must be given, and as many Counts as Values")
	}
	return p, nil
}

type statisticsInput struct {
	Namespace, MetricName string
	Dimensions            []dimension
	StartTime, EndTime    *wire.Time
	Period                int
	Statistics            []string
	ExtendedStatistics    []string // percentiles
	Unit                  string
}

type statisticsOutput struct {
	Label      string
	Datapoints wire.List[datapoint]
}

type datapoint struct {
	Timestamp                                   wire.Time
	Average, Maximum, Minimum, SampleCount, Sum *float64          `json:",omitempty"`
	ExtendedStatistics                          wire.Map[float64] `json:",omitempty" xml:",omitempty"`
	Unit                                        string
}

func (s *Service) getMetricStatistics(_ context.Context, _ *wire.Call, in *statisticsInput) (*statisticsOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &statisticsOutput{Label: in.MetricName, Datapoints: wire.List[datapoint]{}}
	return out, s.each(newMetric(in.Namespace, in.MetricName, in.Dimensions), in.StartTime.Time, in.EndTime.Time, in.Period, func(at time.Time, p point) {
		if d, ok := in.datapoint(p); ok {
			d.Timestamp = wire.Time{Time: at}
			out.Datapoints = append(out.Datapoints, d)
		}
	})
}

// check checks the input; it has statistics or percentiles, and not both.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
func (in *statisticsInput) check() error {
	if in.StartTime == nil || in.EndTime == nil {
		return missing("StartTime")
	}
	if len(in.Statistics) == 0 && len(in.ExtendedStatistics) == 0 {
		return missing("Statistics")
	}
	if len(in.Statistics) > 0 && len(in.ExtendedStatistics) > 0 {
		return invalid("The parameters Statistics and ExtendedStatistics cannot be given together")
	}
	for _, statistic := range in.Statistics {
		if !slices.Contains(statistics, statistic) {
			return invalid("The value %s of the parameter Statistics must be one of %s", statistic, strings.Join(statistics, ", "))
		}
	}
	for _, name := range in.ExtendedStatistics {
		if !percentileName.MatchString(name) {
			return noExtended(name)
		}
	}
	return nil
}

// noExtended returns the error for a statistic such as tm90 that is no percentile.
func noExtended(name string) error {
	return invalid("The local cloud does not have the statistic %s; of the extended ones it has percentiles, p0.0 to p100", name)
}

// datapoint returns what is asked for of a point; false if it has none of it.
func (in *statisticsInput) datapoint(p point) (datapoint, bool) {
	d := datapoint{Unit: cmp.Or(p.Unit, "None")}
	for name, field := range map[string]**float64{"Average": &d.Average, "Maximum": &d.Maximum, "Minimum": &d.Minimum, "SampleCount": &d.SampleCount, "Sum": &d.Sum} {
		if v, ok := p.value(name); ok && slices.Contains(in.Statistics, name) {
			*field = &v
		}
	}
	for _, name := range in.ExtendedStatistics {
		if v, ok := p.percentile(name); ok {
			if d.ExtendedStatistics == nil {
				d.ExtendedStatistics = wire.Map[float64]{}
			}
			d.ExtendedStatistics[name] = v
		}
	}
	return d, len(in.Statistics) > 0 || len(d.ExtendedStatistics) > 0
}

// each calls f for each period of [from, to) that has a value, the oldest first.
func (s *Service) each(m metric, from, to time.Time, period int, f func(time.Time, point)) error {
	if period <= 0 || period%60 != 0 {
		return invalid("Period must be a multiple of 60: the local cloud has no metrics of a higher resolution")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	step := time.Duration(period) * time.Second
	if oldest := s.env.Now().Add(-keptMinutes * time.Minute); from.Before(oldest) {
		from = oldest
	}
	for at := from.Truncate(step); at.Before(to); at = at.Add(step) {
		if p, ok := s.metrics[m.key()].between(at, at.Add(step)); ok {
			f(at, p)
		}
	}
	return nil
}

// metricRef names a metric in a request.
type metricRef struct {
	Namespace, MetricName string
	Dimensions            []dimension
}

type query struct {
	Id         string
	MetricStat struct {
		Metric metricRef
		Period int
		Stat   string
		Unit   string
	}
	Label      string
	ReturnData *bool
}

type dataInput struct {
	MetricDataQueries  []query
	StartTime, EndTime *wire.Time
	ScanBy             string
	MaxDatapoints      int
	NextToken          string
}

type dataOutput struct {
	MetricDataResults wire.List[dataResult]
}

type dataResult struct {
	Id, Label, StatusCode string
	Timestamps            wire.List[wire.Time]
	Values                wire.List[float64]
}

func (s *Service) getMetricData(_ context.Context, _ *wire.Call, in *dataInput) (*dataOutput, error) {
	if in.StartTime == nil || in.EndTime == nil {
		return nil, missing("StartTime")
	}
	out := &dataOutput{MetricDataResults: wire.List[dataResult]{}}
	for _, q := range in.MetricDataQueries {
		if q.ReturnData != nil && !*q.ReturnData {
			continue // it is there for an expression, and those are refused
		}
		ref := q.MetricStat.Metric
		if !isStatistic(q.MetricStat.Stat) {
			return nil, invalid("The local cloud does not have the statistic %s; it has %s and percentiles (p99)",
				q.MetricStat.Stat, strings.Join(statistics, ", "))
		}
		r := dataResult{Id: q.Id, Label: cmp.Or(q.Label, ref.MetricName), StatusCode: "Complete"}
		err := s.each(newMetric(ref.Namespace, ref.MetricName, ref.Dimensions), in.StartTime.Time, in.EndTime.Time, q.MetricStat.Period, func(at time.Time, p point) {
			if v, ok := p.value(q.MetricStat.Stat); ok {
				r.Timestamps, r.Values = append(r.Timestamps, wire.Time{Time: at}), append(r.Values, v)
			}
		})
		if err != nil {
			return nil, err
		}
		if in.ScanBy != "TimestampAscending" { // the latest first is the default
			slices.Reverse(r.Timestamps)
			slices.Reverse(r.Values)
		}
		out.MetricDataResults = append(out.MetricDataResults, r)
	}
	return out, nil
}

type dimensionFilter struct{ Name, Value string }

type listMetricsInput struct {
	Namespace, MetricName string
	Dimensions            []dimensionFilter
	RecentlyActive        string
	NextToken             string
}

type listMetricsOutput struct {
	Metrics   wire.List[metricShape]
	NextToken string `json:",omitempty" xml:",omitempty"`
}

type metricShape struct {
	Namespace, MetricName string
	Dimensions            wire.List[dimension]
}

func (s *Service) listMetrics(_ context.Context, _ *wire.Call, in *listMetricsInput) (*listMetricsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []metricShape
	for _, key := range slices.Sorted(maps.Keys(s.metrics)) {
		if m := s.metrics[key].Metric; in.wants(m) {
			found = append(found, metricShape{m.Namespace, m.MetricName, m.Dimensions})
		}
	}
	some, next, ok := page.Cut(found, in.NextToken, 500)
	if !ok {
		return nil, invalid("The next token specified is invalid.")
	}
	return &listMetricsOutput{Metrics: some, NextToken: next}, nil
}

func (in *listMetricsInput) wants(m metric) bool {
	for _, f := range in.Dimensions {
		if !slices.ContainsFunc(m.Dimensions, func(d dimension) bool { return d.Name == f.Name && (f.Value == "" || f.Value == d.Value) }) {
			return false
		}
	}
	return (in.Namespace == "" || in.Namespace == m.Namespace) && (in.MetricName == "" || in.MetricName == m.MetricName)
}
