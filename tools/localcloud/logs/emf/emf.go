// Package emf reads metrics out of log lines in CloudWatch's embedded metric format.
// It knows the format, and nothing of where lines come from or metrics go.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package emf

import (
	"encoding/json"
	"strings"
)

// Value is one value of a metric.
type Value struct {
	Namespace, Name, Unit string
	Number                float64
	Dimensions            []string // pairs of a name and a value
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

// marker is in each line with metrics, so that others need not be parsed.
const marker = `"CloudWatchMetrics"`

// Limits of a document: metrics of a directive, dimensions of a set, and values of
// a metric.
const (
	maxMetrics    = 100
	maxDimensions = 30
	maxValues     = 100
)

// Values returns the values in a line; none where the line is no document with
// metrics. As in CloudWatch, what is wrong is left out.
func Values(line string) []Value {
	if !strings.Contains(line, marker) {
		return nil
	}
	var document map[string]json.RawMessage
	var metadata struct{ CloudWatchMetrics []directive }
	if json.Unmarshal([]byte(line), &document) != nil || json.Unmarshal(document["_aws"], &metadata) != nil {
		return nil
	}
	var all []Value
	for _, d := range metadata.CloudWatchMetrics {
		all = append(all, d.values(document)...)
	}
	return all
}

func (d directive) values(document map[string]json.RawMessage) (all []Value) {
	if d.Namespace == "" || len(d.Metrics) > maxMetrics {
		return nil
	}
	for _, set := range d.Dimensions {
		pairs, ok := pairsOf(set, document)
		if !ok {
			continue
		}
		for _, m := range d.Metrics {
			for _, number := range numbers(document[m.Name]) {
				unit := m.Unit
				if unit == "" {
					unit = "None"
				}
				all = append(all, Value{d.Namespace, m.Name, unit, number, pairs})
			}
		}
	}
	return all
}

// pairsOf returns the dimensions of a set with their values, which are texts.
func pairsOf(set []string, document map[string]json.RawMessage) (pairs []string, ok bool) {
	if len(set) > maxDimensions {
		return nil, false
	}
	for _, name := range set {
		var value string
		if json.Unmarshal(document[name], &value) != nil || value == "" {
			return nil, false
		}
		pairs = append(pairs, name, value)
	}
	return pairs, true
}

// numbers returns the values of a metric: a number, or a list of them.
func numbers(raw json.RawMessage) []float64 {
	var one float64
	if json.Unmarshal(raw, &one) == nil {
		return []float64{one}
	}
	var list []float64
	if json.Unmarshal(raw, &list) != nil || len(list) > maxValues {
		return nil
	}
	return list
}
