package annotation

import (
	"testing"
	"time"

	"github.com/seastack/seastack/gen/diag"
)

func TestSchedulesThatNeverFire(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		expression, timezone string
		fires                bool
	}{
		{"at(2026-11-25T12:00:01)", "", true},
		{"at(2026-11-25T11:59:59)", "", false},
		{"at(2026-11-25T12:30:00)", "Europe/Berlin", false}, // 11:30 UTC
		{"at(2026-11-25T08:00:00)", "America/New_York", true},
		{"cron(0 0 30 2 ? *)", "", false},
		{"cron(0 0 29 FEB ? *)", "", true},
		{"cron(0 0 29 2 ? 2027)", "", false},
		{"cron(0 0 29 2 ? 2028)", "", true},
		{"cron(0 0 31 4,6,9,11 ? *)", "", false},
		{"cron(0 0 31 4-5 ? *)", "", true},
		{"cron(0 0 30W 2 ? *)", "", false},
		{"cron(0 0 L-30 2 ? *)", "", false},
		{"cron(0 0 L-30 1 ? *)", "", true},
		{"cron(0 0 L 2 ? *)", "", true},
		{"cron(0 0 ? 2 MON#5 2027)", "", false},
		{"cron(0 0 ? 2 TUE#5 2028)", "", true}, // 2028-02-29
		{"cron(0 6 * * ? 2025)", "", false},
		{"cron(0 6 * 1-10 ? 2026)", "", false},
		{"cron(0 6 * NOV-FEB ? 2026)", "", true},
		{"cron(0/15 6 ? * MON-FRI *)", "", true},
		{"cron(0 6 31/2 2 ? *)", "", false},
		{"rate(36600 days)", "", true},
		{"rate(36601 days)", "", false},
		{"rate(9223372036854775807 minutes)", "", false},
	} {
		r := &report{annotation: &Annotation{}}
		checkExpression(c.expression, r)
		checkFires(c.expression, c.timezone, now, r)
		if fires := len(r.found) == 0; fires != c.fires || !fires && r.found[0].Code != diag.NeverFires {
			t.Errorf("%s %s: %v", c.expression, c.timezone, r.found)
		}
	}
}
