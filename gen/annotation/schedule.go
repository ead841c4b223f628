package annotation

import (
	"errors"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/schedule"
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
	s.checkExpression(r)
	if _, err := schedule.Zone(s.Timezone); err != nil {
		r.add(diag.BadValue, "timezone", err.Error(), "write a name such as Europe/Berlin")
	}
}

func (s *Schedule) checkExpression(r *report) {
	_, err := schedule.Parse(s.Expression, time.UTC)
	var p *schedule.Problem
	switch {
	case errors.As(err, &p) && p.Never:
		r.add(diag.NeverFires, "EXPRESSION", p.Message, p.Next)
	case errors.As(err, &p):
		r.add(diag.BadSchedule, "EXPRESSION", p.Message, p.Next)
	}
	if problem := limits.ScheduleExpression.Problem(s.Expression); problem != "" && err == nil {
		r.add(diag.BadSchedule, "EXPRESSION", s.Expression+": "+problem, "write a shorter expression, or several schedules")
	}
}
