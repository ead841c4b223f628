// Package expression is EventBridge Scheduler's schedule expressions: it parses
// rate(...), cron(...) and at(...) and says when they are due. It knows nothing
// of schedules and targets.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Expression says when something is due.
type Expression interface {
	// Next gives the first time after a time; ok is false where there is none.
	// base is when the schedule started, from which rates count.
	Next(base, after time.Time) (next time.Time, ok bool)
}

var call = regexp.MustCompile(`^(rate|cron|at)\((.*)\)$`)

// Parse parses an expression whose clock times are in a time zone of the IANA
// database ("Europe/Berlin"; UTC where empty).
func Parse(expression, timezone string) (Expression, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil || timezone == "Local" {
		return nil, fmt.Errorf("unknown time zone %q", timezone)
	}
	parts := call.FindStringSubmatch(expression)
	if parts == nil {
		return nil, fmt.Errorf("%q is none of rate(...), cron(...), at(...)", expression)
	}
	switch parts[1] {
	case "rate":
		return parseRate(parts[2])
	case "at":
		return parseAt(parts[2], zone)
	}
	return parseCron(parts[2], zone)
}

// rate is due at its base and then regularly.
type rate time.Duration

var rateForm = regexp.MustCompile(`^([1-9][0-9]*) (minute|hour|day)(s?)$`)

func parseRate(s string) (Expression, error) {
	parts := rateForm.FindStringSubmatch(s)
	if parts == nil {
		return nil, fmt.Errorf("rate(%s) is not a number above 0 and minutes, hours or days", s)
	}
	n, err := strconv.Atoi(parts[1])
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[parts[2]]
	if err != nil || time.Duration(n) > 100*365*24*time.Hour/unit {
		return nil, fmt.Errorf("rate(%s) is too long", s)
	}
	return rate(time.Duration(n) * unit), nil
}

// Next implements Expression. AWS's first invocation is at once.
func (r rate) Next(base, after time.Time) (time.Time, bool) {
	if after.Before(base) {
		return base, true
	}
	periods := after.Sub(base)/time.Duration(r) + 1
	return base.Add(periods * time.Duration(r)), true
}

// at is due once.
type at time.Time

func parseAt(s string, zone *time.Location) (Expression, error) {
	t, err := time.ParseInLocation("2006-01-02T15:04:05", s, zone)
	if err != nil {
		return nil, fmt.Errorf("at(%s) is not of the form at(yyyy-mm-ddThh:mm:ss)", s)
	}
	return at(t), nil
}

// Next implements Expression.
func (a at) Next(_, after time.Time) (time.Time, bool) {
	return time.Time(a), time.Time(a).After(after)
}
