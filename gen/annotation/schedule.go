package annotation

import (
	"time"
	_ "time/tzdata" // time zones must not depend on the machine

	"github.com/seastack/seastack/gen/diag"
)

// Schedule runs a handler by the clock of EventBridge Scheduler. The handler is
//
//	func(context.Context) error
type Schedule struct {
	// Expression is rate(5 minutes), cron(0 6 ? * MON-FRI *) with minutes, hours,
	// day of month, month, day of week and year, or at(2030-01-31T06:00:00).
	Expression string `arg:"EXPRESSION"`
	// Timezone is an IANA name in which cron and at are meant, as in
	// Europe/Berlin. Default: UTC.
	Timezone string `key:"timezone"`
}

func (s *Schedule) check(r *report) {
	checkExpression(s.Expression, r)
	if len(r.found) == 0 {
		checkFires(s.Expression, r)
	}
	if s.Timezone == "" {
		return
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "Local" {
		r.add(diag.BadValue, "timezone", quote(s.Timezone)+" is not an IANA time zone", "write a name such as Europe/Berlin")
	}
}
