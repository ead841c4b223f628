package schedule

import (
	"strconv"
	"strings"
	"time"
)

// rate is due at its base and then regularly.
type rate time.Duration

// longest is the longest period of a rate. AWS documents no limit; more than a
// century is a slip.
const longest = 100 * 366 * 24 * time.Hour

var units = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

// parseRate parses a value and its unit. The unit of 1 is singular, that of
// more is plural: AWS documents rate(1 hours) and rate(5 hour) as not valid.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
func parseRate(text string) (Expression, *Problem) {
	const example = "write rate(1 hour), rate(5 minutes) or rate(2 days)"
	value, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || value != strconv.Itoa(n) || unit == "" {
		return nil, &Problem{Message: "a rate is a whole number from 1 and a unit", Next: example}
	}
	single := strings.TrimSuffix(unit, "s")
	period, ok := units[single]
	switch {
	case !ok:
		return nil, &Problem{Message: strconv.Quote(unit) + " is not a unit", Next: example}
	case n == 1 && unit != single:
		return nil, &Problem{Message: "the unit of 1 is singular", Next: "write rate(1 " + single + ")"}
	case n > 1 && unit == single:
		return nil, &Problem{Message: "the unit of more than 1 is plural", Next: "write rate(" + value + " " + single + "s)"}
	case n > int(longest/period):
		return nil, &Problem{Message: "it is longer than a hundred years", Never: true}
	}
	return rate(time.Duration(n) * period), nil
}

// Next implements Expression. AWS's first invocation is at once.
func (r rate) Next(base, after time.Time) (time.Time, bool) {
	if after.Before(base) {
		return base, true
	}
	periods := after.Sub(base)/time.Duration(r) + 1
	return base.Add(periods * time.Duration(r)), true
}
