package schedule

import (
	"testing"
	"time"
)

func parse(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNext(t *testing.T) {
	const base = "2026-01-01T00:00:30Z"
	for _, test := range []struct{ expression, zone, after, want string }{
		{"rate(5 minutes)", "", "2025-01-01T00:00:00Z", base},
		{"rate(5 minutes)", "", base, "2026-01-01T00:05:30Z"},
		{"rate(1 hour)", "", "2026-01-01T05:30:00Z", "2026-01-01T06:00:30Z"},
		{"rate(1 day)", "", "2026-01-01T00:00:31Z", "2026-01-02T00:00:30Z"},
		{"at(2026-02-03T04:05:06)", "Europe/Berlin", base, "2026-02-03T03:05:06Z"},
		{"at(2025-02-03T04:05:06)", "", base, ""},
		{"cron(0 12 * * ? *)", "", "2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"},
		{"cron(0/15 * * * ? *)", "", "2026-01-01T12:15:00Z", "2026-01-01T12:30:00Z"},
		{"cron(5,35 8-10 ? * MON-FRI *)", "", "2026-01-02T10:35:00Z", "2026-01-05T08:05:00Z"},
		{"cron(15 10 ? * 6L 2026)", "", "2026-01-01T00:00:00Z", "2026-01-30T10:15:00Z"},
		{"cron(0 8 ? * 2#1 *)", "", "2026-01-06T00:00:00Z", "2026-02-02T08:00:00Z"},
		{"cron(0 0 L * ? *)", "", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"},
		{"cron(0 9 1W * ? *)", "", "2026-08-01T00:00:00Z", "2026-08-03T09:00:00Z"},
		{"cron(0 9 LW * ? *)", "", "2026-05-01T00:00:00Z", "2026-05-29T09:00:00Z"},
		{"cron(0 0 29 2 ? *)", "", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"cron(0 0 31 JAN/3 ? 2026)", "", "2026-02-01T00:00:00Z", "2026-07-31T00:00:00Z"},
		{"cron(0 0 1 1 ? 2025)", "", base, ""},
		{"cron(0 9 * * ? *)", "America/New_York", "2026-07-01T13:00:00Z", "2026-07-02T13:00:00Z"},
		{"cron(0 9 L-3 * ? *)", "", "2026-02-01T00:00:00Z", "2026-02-25T09:00:00Z"},
		{"cron(0 9 ? * FRI-MON *)", "", "2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"},
		{"cron(0 9 ? * FRI-MON *)", "", "2026-01-05T09:00:00Z", "2026-01-09T09:00:00Z"},
		{"cron(0 9 1 NOV-FEB ? *)", "", "2026-02-01T09:00:00Z", "2026-11-01T09:00:00Z"},
		{"cron(0 9 1 NOV-FEB ? *)", "", "2026-12-01T09:00:00Z", "2027-01-01T09:00:00Z"},
		// 02:30 does not exist on 29 March 2026 in Berlin, and comes twice on 25 October.
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"},
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T01:30:00Z"},
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},
	} {
		zone, err := Zone(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(test.expression, zone)
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		got := ""
		if next, ok := e.Next(parse(t, base), parse(t, test.after)); ok {
			got = next.UTC().Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s %s after %s: got %s, want %s", test.expression, test.zone, test.after, got, test.want)
		}
	}
}
