// Package metrics writes metrics for CloudWatch into the function's log, in the
// embedded metric format: nothing is called, and no permission is needed. Each value
// has the dimensions Environment, Stack and Function, and those that are given.
// CloudWatch charges for each combination of a metric and its dimensions; so the
// dimensions of a metric must have few values: a kind, and no ID.
//
// The package knows the format; it must not know any metric.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/seastack/seastack/core/function"
)

// Namespace is the namespace of the metrics where SEASTACK_METRICS_NAMESPACE sets no
// other.
const Namespace = "Seastack"

// Dimension is a name and a value by which the values of a metric are told apart.
type Dimension struct{ Name, Value string }

// Count adds to a metric that counts.
func Count(ctx context.Context, name string, n float64, dimensions ...Dimension) {
	write(ctx, name, "Count", n, dimensions)
}

// Duration adds the duration of something, in milliseconds.
func Duration(ctx context.Context, name string, d time.Duration, dimensions ...Dimension) {
	write(ctx, name, "Milliseconds", float64(d)/float64(time.Millisecond), dimensions)
}

// Gauge adds the size of something at this time.
func Gauge(ctx context.Context, name string, value float64, dimensions ...Dimension) {
	write(ctx, name, "None", value, dimensions)
}

// out is where lines go; one is written at a time.
var (
	mu  sync.Mutex
	out io.Writer = os.Stdout
)

func write(ctx context.Context, name, unit string, value float64, dimensions []Dimension) {
	line := document(ctx, time.Now(), name, unit, value, dimensions)
	mu.Lock()
	defer mu.Unlock()
	_, _ = out.Write(line) // as a log line that cannot be written
}

// document returns a line of the log with one value.
func document(ctx context.Context, now time.Time, name, unit string, value float64, dimensions []Dimension) []byte {
	own := []Dimension{
		{"Environment", os.Getenv("SEASTACK_ENVIRONMENT")}, {"Stack", os.Getenv("SEASTACK_STACK")}, {"Function", os.Getenv("SEASTACK_FUNCTION")},
	}
	line := map[string]any{name: value}
	set := []string{}
	for _, d := range slices.Concat(own, dimensions) {
		if d.Value != "" {
			set = append(set, d.Name)
			line[d.Name] = d.Value
		}
	}
	if id := function.RequestID(ctx); id != "" {
		line["requestId"] = id
	}
	namespace := os.Getenv("SEASTACK_METRICS_NAMESPACE")
	if namespace == "" {
		namespace = Namespace
	}
	line["_aws"] = map[string]any{
		"Timestamp": now.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": namespace, "Dimensions": [][]string{set}, "Metrics": []any{map[string]string{"Name": name, "Unit": unit}},
		}},
	}
	raw, err := json.Marshal(line)
	if err != nil { // NaN and the like are no values
		return nil
	}
	return append(raw, '\n')
}
