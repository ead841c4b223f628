package lambda

import (
	"errors"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// measure records an invocation as Lambda's metrics have it: one that was throttled is
// none, and one that failed is one.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func (s *Service) measure(t *target, res Result, err error) {
	if s.deps.Metrics == nil {
		return
	}
	for _, dimensions := range t.dimensions(res.ExecutedVersion) {
		record := func(name, unit string, value float64) { s.deps.Metrics.Record(name, unit, value, dimensions...) }
		var refused *wire.Error
		switch {
		case errors.As(err, &refused) && refused.Code == "TooManyRequestsException":
			record("Throttles", "Count", 1)
			continue
		case err != nil:
			continue // it did not run, and that was the local cloud's own failure
		}
		record("Invocations", "Count", 1)
		record("Errors", "Count", count(res.FunctionError != ""))
		record("Throttles", "Count", 0)
		record("Duration", "Milliseconds", float64(res.Duration)/float64(time.Millisecond))
	}
}

// dimensions returns the sets of dimensions that an invocation is measured with: the
// function; what was invoked of it; and through an alias also the version that ran.
func (t *target) dimensions(version string) [][]string {
	function := []string{"FunctionName", t.ref.Name}
	all := [][]string{nil, function}
	if q := t.ref.Qualifier; q != "" && q != names.Latest {
		resource := append(function[:2:2], "Resource", t.ref.Name+":"+q)
		all = append(all, resource)
		if !names.IsNumber(q) && version != "" {
			all = append(all, append(resource[:4:4], "ExecutedVersion", version))
		}
	}
	return all
}
