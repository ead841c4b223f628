package schedule

import (
	"errors"
	"testing"
	"time"
)

// What an expression is: one that is taken, one of the wrong form, or one whose
// time never comes.
const taken, wrong, never = "taken", "wrong", "never"

func kind(expression string) string {
	_, err := Parse(expression, time.UTC)
	var p *Problem
	switch {
	case err == nil:
		return taken
	case errors.As(err, &p) && p.Never:
		return never
	}
	return wrong
}

// TestGrammar holds the grammar to AWS's pages, which its cases name.
func TestGrammar(t *testing.T) {
	for _, page := range []struct {
		url   string
		cases map[string]string
	}{
		// The unit: "If the value is equal to 1, then the unit must be singular.
		// If the value is greater than 1, the unit must be plural."
		{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html", map[string]string{
			"rate(1 minute)": taken, "rate(5 minutes)": taken, "rate(1 hour)": taken, "rate(1 day)": taken,
			"rate(1 hours)": wrong, "rate(5 minute)": wrong, "rate(5 hour)": wrong,
		}},
		// "A rate expression consists of a value as a positive integer, and a
		// unit": minute, minutes, hour, hours, day or days. at(yyyy-mm-ddThh:mm:ss).
		{"https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html", map[string]string{
			"rate(0 minutes)": wrong, "rate(-5 minutes)": wrong, "rate(05 minutes)": wrong, "rate(1 week)": wrong, "rate(5)": wrong,
			"rate(5  minutes)": wrong, "rate( 5 minutes)": wrong, "rate(1.5 hours)": wrong, "rate(5 minutess)": wrong, "every day": wrong, "": wrong,
			"at(2030-01-31T06:00:00)": taken, "at(2030-02-31T06:00:00)": wrong, "at(2030-01-31T06:00:00.5)": wrong,
			"at(2030-01-31T06:00:00Z)": wrong, "at(2030-01-31)": wrong, "at(tomorrow)": wrong,
		}},
		// The fields' values and wildcards.
		{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html", map[string]string{
			"cron(0 10 * * ? *)": taken, "cron(15 12 ? * * *)": taken, "cron(0 18 ? * MON-FRI *)": taken,
			"cron(0 8 1 * ? *)": taken, "cron(0/15 * * * ? *)": taken, "cron(0/10 * ? * MON-FRI *)": taken,
			"cron(0/5 8-17 ? * MON-FRI *)": taken, "cron(0 9 ? * 2#1 *)": taken, "cron(0 9 L * ? *)": taken,
			"cron(0 9 LW * ? *)": taken, "cron(0 9 15W * ? *)": taken, "cron(0 9 ? * FRIL *)": taken,
			"cron(0 9 ? JAN,jul 6L 2026-2199)": taken, "cron(0,30 */2 1-7 1/3 ? 1970)": taken, "cron(0 6 * * ? 2025)": taken,
			"cron()": wrong, "cron(* * * * * *)": wrong, "cron(0 12 ? * ? *)": wrong, "cron(0 12 * * ?)": wrong,
			"cron(60 6 * * ? *)": wrong, "cron(0 24 * * ? *)": wrong, "cron(0 9 32 * ? *)": wrong, "cron(0 9 0 * ? *)": wrong,
			"cron(0 9 ? 13 * *)": wrong, "cron(0 9 ? * 8 *)": wrong, "cron(0 9 ? * 2#6 *)": wrong, "cron(0 9 * * ? 2200)": wrong,
			"cron(0 12 * * ? 1969)": wrong, "cron(L 9 * * ? *)": wrong, "cron(0 9-8 * * ? *)": wrong, "cron(0 9/-1 * * ? *)": wrong,
			"cron(0 9/ * * ? *)": wrong, "cron(0/0 9 * * ? *)": wrong, "cron(0 , * * ? *)": wrong, "cron(0 9 ? * MON- *)": wrong,
			"cron(0 9 WW * ? *)": wrong, "cron(0 9 ? * 3#1,6#3 *)": wrong, "cron(0 +9 * * ? *)": wrong, "cron(0 9 +1 * ? *)": wrong,
		}},
		// Beyond the examples of its page, AWS takes Quartz's wildcards: an offset
		// from the last day, and ranges of names that run over the end.
		{"https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html", map[string]string{
			"cron(0 9 L-3 * ? *)": taken, "cron(0 9 L-30 * ? *)": taken, "cron(0 9 L-31 * ? *)": wrong, "cron(0 9 L-0 * ? *)": wrong,
			"cron(0 9 ? * FRI-MON *)": taken, "cron(0 22 ? * FRI-SUN *)": taken, "cron(0 9 1 NOV-FEB ? *)": taken,
		}},
		// Times that never come.
		{"the calendar", map[string]string{
			"cron(0 0 30 2 ? *)": never, "cron(0 0 29 FEB ? *)": taken, "cron(0 0 29 2 ? 2027)": never, "cron(0 0 29 2 ? 2028)": taken,
			"cron(0 0 31 4,6,9,11 ? *)": never, "cron(0 0 31 4-5 ? *)": taken, "cron(0 0 30W 2 ? *)": never,
			"cron(0 0 L-30 2 ? *)": never, "cron(0 0 L-30 1 ? *)": taken, "cron(0 0 L 2 ? *)": taken,
			"cron(0 0 ? 2 MON#5 2027)": never, "cron(0 0 ? 2 TUE#5 2028)": taken, // 2028-02-29
			"cron(0 6 * 1-10 ? 2026)": taken, "cron(0 6 * NOV-FEB ? 2026)": taken, "cron(0/15 6 ? * MON-FRI *)": taken,
			"cron(0 6 31/2 2 ? *)": never, "rate(36600 days)": taken, "rate(36601 days)": never, "rate(999999 days)": never,
			"rate(9223372036854775807 minutes)": never, "at(2020-01-31T06:00:00)": taken,
		}},
	} {
		for expression, want := range page.cases {
			if got := kind(expression); got != want {
				t.Errorf("%s is %s, want %s (%s)", expression, got, want, page.url)
			}
		}
	}
}

func TestZone(t *testing.T) {
	if zone, err := Zone(""); err != nil || zone != time.UTC {
		t.Errorf("no zone: %v, %v", zone, err)
	}
	for _, name := range []string{"Local", "Mars/Olympus", "Europe/Berlim"} {
		if _, err := Zone(name); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// FuzzParse asserts that no expression makes the parser panic or hang, that every
// problem has a message and a next step, and that an expression is due after a time,
// and not at it or before.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"rate(5 minutes)", "cron(0/15 6 L-3 NOV-FEB ? 2026)", "cron(0 6 ? * 2#1 *)", "at(2030-01-31T06:00:00)", "cron(0/99999999999999999999 * * * ? *)"} {
		f.Add(s)
	}
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"} {
		zone, err := Zone(name)
		if err != nil {
			f.Fatal(err)
		}
		zones = append(zones, zone)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		_, err := Parse(expression, time.UTC)
		var p *Problem
		if err != nil && (!errors.As(err, &p) || p.Message == "" || p.Next == "") {
			t.Errorf("%q: an incomplete problem: %v", expression, err)
		}
		if err != nil {
			return
		}
		from := time.Date(2026, 2, 28, 23, 59, 59, 0, zones[len(expression)%len(zones)])
		e, err := Parse(expression, from.Location())
		if err != nil {
			t.Fatalf("%q is right in UTC, and not in %s: %v", expression, from.Location(), err)
		}
		for range 5 {
			next, ok := e.Next(from, from)
			if !ok {
				return
			}
			if !next.After(from) {
				t.Fatalf("%q is due at %s, which is not after %s", expression, next, from)
			}
			from = next
		}
	})
}
