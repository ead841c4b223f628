package emf_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/logs/emf"
)

func TestValues(t *testing.T) {
	line := func(directive, members string) string {
		return `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[` + directive + `]},` + members + `}`
	}
	const directive = `{"Namespace":"Shop","Dimensions":[["Stack"],[],["Stack","Missing"]],"Metrics":[{"Name":"Orders","Unit":"Count"},{"Name":"Size"}]}`
	for name, c := range map[string]struct {
		line string
		want []emf.Value
	}{
		"metrics": {line(directive, `"Stack":"web","Orders":2,"Size":[1,2.5]`), []emf.Value{
			{"Shop", "Orders", "Count", 2, []string{"Stack", "web"}}, {"Shop", "Size", "None", 1, []string{"Stack", "web"}}, {"Shop", "Size", "None", 2.5, []string{"Stack", "web"}},
			{"Shop", "Orders", "Count", 2, nil}, {"Shop", "Size", "None", 1, nil}, {"Shop", "Size", "None", 2.5, nil},
		}},
		"wrong members":  {line(directive, `"Stack":1,"Orders":"two"`), nil},
		"no namespace":   {line(`{"Dimensions":[[]],"Metrics":[{"Name":"Orders"}]}`, `"Orders":2`), nil},
		"another line":   {`{"level":"INFO","message":"CloudWatchMetrics"}`, nil},
		"no JSON":        {`"CloudWatchMetrics"`, nil},
		"no _aws object": {`{"_aws":[],"x":{"CloudWatchMetrics":[]}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, emf.Values(c.line)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
