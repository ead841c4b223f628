// Package schedule is the one grammar of EventBridge Scheduler's expressions:
// it parses rate(...), cron(...) and at(...) and computes when they are due. It
// knows nothing of annotations, schedules and targets, and imports nothing of
// ours, so that the generator and the local cloud read an expression alike.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
	_ "time/tzdata" // time zones must not depend on the machine
)

// Expression is a parsed expression.
type Expression interface {
	// Next returns the first time that is due after a time; ok is false where
	// there is none. Rates count from base, the start of the schedule.
	Next(base, after time.Time) (next time.Time, ok bool)
}

// Problem is an error in an expression.
type Problem struct {
	Message string // what is wrong
	Next    string // what to write
	Never   bool   // the form is right, but its time never comes
}

// Error returns the message.
func (p *Problem) Error() string { return p.Message }

var call = regexp.MustCompile(`^(rate|cron|at)\((.*)\)$`)

// Parse parses an expression whose clock times are in a time zone. The error is
// a *Problem. An expression whose last time is past is not one: what is right
// today must be right tomorrow.
func Parse(expression string, zone *time.Location) (Expression, error) {
	parts := call.FindStringSubmatch(expression)
	if parts == nil {
		return nil, &Problem{
			Message: strconv.Quote(expression) + " is not a schedule",
			Next:    "write rate(1 hour), cron(0 6 * * ? *) or at(2030-01-31T06:00:00)",
		}
	}
	var e Expression
	var p *Problem
	switch parts[1] {
	case "rate":
		e, p = parseRate(parts[2])
	case "cron":
		e, p = parseCron(parts[2], zone)
	case "at":
		e, p = parseAt(parts[2], zone)
	}
	if p == nil {
		return e, nil
	}
	if p.Never {
		p.Message = expression + " never fires: " + p.Message
		p.Next = "write a time that comes, or remove the schedule"
	} else {
		p.Message = expression + ": " + p.Message
	}
	return nil, p
}

// Zone returns the time zone of a name in the IANA database, as in
// "Europe/Berlin"; an empty name is UTC.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("%q is not an IANA time zone", name)
	}
	return zone, nil
}

// at is due once.
type at time.Time

const atLayout = "2006-01-02T15:04:05"

func parseAt(text string, zone *time.Location) (Expression, *Problem) {
	t, err := time.ParseInLocation(atLayout, text, zone)
	if err != nil || len(text) != len(atLayout) { // time.Parse takes fractions of a second, too
		return nil, &Problem{
			Message: strconv.Quote(text) + " is not a time",
			Next:    "write it without a zone, as in at(2030-01-31T06:00:00); the time zone is a setting of its own",
		}
	}
	return at(t), nil
}

// Next implements Expression.
func (a at) Next(_, after time.Time) (time.Time, bool) {
	return time.Time(a), time.Time(a).After(after)
}
