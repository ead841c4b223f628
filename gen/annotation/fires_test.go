package annotation

import (
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

func TestSchedulesThatNeverFire(t *testing.T) {
	for _, c := range []struct {
		expression string
		fires      bool
	}{
		{"cron(0 0 30 2 ? *)", false},
		{"cron(0 0 29 FEB ? *)", true},
		{"cron(0 0 29 2 ? 2027)", false},
		{"cron(0 0 29 2 ? 2028)", true},
		{"cron(0 0 31 4,6,9,11 ? *)", false},
		{"cron(0 0 31 4-5 ? *)", true},
		{"cron(0 0 30W 2 ? *)", false},
		{"cron(0 0 L-30 2 ? *)", false},
		{"cron(0 0 L-30 1 ? *)", true},
		{"cron(0 0 L 2 ? *)", true},
		{"cron(0 0 ? 2 MON#5 2027)", false},
		{"cron(0 0 ? 2 TUE#5 2028)", true}, // 2028-02-29
		{"cron(0 6 * * ? 2025)", true},
		{"cron(0 6 * 1-10 ? 2026)", true},
		{"cron(0 6 * NOV-FEB ? 2026)", true},
		{"cron(0/15 6 ? * MON-FRI *)", true},
		{"cron(0 6 31/2 2 ? *)", false},
		{"rate(36600 days)", true},
		{"rate(36601 days)", false},
		{"rate(9223372036854775807 minutes)", false},
	} {
		r := &report{annotation: &Annotation{}}
		checkExpression(c.expression, r)
		checkFires(c.expression, r)
		if fires := len(r.found) == 0; fires != c.fires || !fires && r.found[0].Code != diag.NeverFires {
			t.Errorf("%s: %v", c.expression, r.found)
		}
	}
}
