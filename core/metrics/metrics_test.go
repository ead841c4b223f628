package metrics

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/logs/emf"
)

// TestMetrics: each value can be read back as CloudWatch does it, with the
// function's dimensions.
func TestMetrics(t *testing.T) {
	t.Setenv("SEASTACK_ENVIRONMENT", "test")
	t.Setenv("SEASTACK_STACK", "web")
	t.Setenv("SEASTACK_FUNCTION", "orders-create")
	var b bytes.Buffer
	out = &b
	Count(t.Context(), "Orders", 2, Dimension{"Kind", "large"})
	Duration(t.Context(), "Scoring", 1500*time.Microsecond)
	Gauge(t.Context(), "Waiting", 7)
	Gauge(t.Context(), "Broken", math.NaN())
	var got []emf.Value
	for line := range bytes.Lines(b.Bytes()) {
		got = append(got, emf.Values(string(line))...)
	}
	own := []string{"Environment", "test", "Stack", "web", "Function", "orders-create"}
	value := func(name, unit string, number float64, dimensions ...string) emf.Value {
		return emf.Value{Namespace: Namespace, Name: name, Unit: unit, Number: number, Dimensions: dimensions}
	}
	want := []emf.Value{
		value("Orders", "Count", 2, append(own[:6:6], "Kind", "large")...),
		value("Scoring", "Milliseconds", 1.5, own...),
		value("Waiting", "None", 7, own...),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestNamespace: outside of a function there are no dimensions, and the namespace
// can be set.
func TestNamespace(t *testing.T) {
	t.Setenv("SEASTACK_METRICS_NAMESPACE", "Shop")
	got := emf.Values(string(document(t.Context(), time.Now(), "Orders", "Count", 1, nil)))
	if diff := cmp.Diff([]emf.Value{{Namespace: "Shop", Name: "Orders", Unit: "Count", Number: 1}}, got); diff != "" {
		t.Error(diff)
	}
}
