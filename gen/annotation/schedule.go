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
//
// Scheduler starts the function asynchronously, and Lambda runs it. A run whose
// handler fails is tried again by Lambda, and a start that Lambda does not accept
// by Scheduler. What fails in the end is kept in a queue of dead letters, so that a
// job that nobody watches leaves a trace; seastack redrive starts it again.
type Schedule struct {
	// Expression is rate(5 minutes), cron(0 6 ? * MON-FRI *) with minutes, hours,
	// day of month, month, day of week and year, or at(2030-01-31T06:00:00).
	Expression string `arg:"EXPRESSION"`
	// Timezone is an IANA name in which cron and at are meant, as in
	// Europe/Berlin. Default: UTC.
	Timezone string `key:"timezone"`
	// Retries is how often a run whose handler fails is tried again, after one
	// minute and after two. Default: 2. Lambda takes 0 to 2. Starts that Lambda does
	// not accept are no runs: they are tried again until they are too old.
	Retries *int `key:"retries" min:"0" max:"2"`
	// MaxAge is how long after its time Scheduler may still start a run, and how
	// long after its start Lambda may still try it: 30m, 2h. Default: 24h and 6h.
	// Both take 1m; Lambda takes 6h at most.
	MaxAge Seconds `key:"maxage" min:"60" max:"21600"`
	// DeadLetters keeps starts and runs that have failed in the end in one queue:
	// true or false. Default: true. The queue is named after the function, without
	// the stack.
	DeadLetters *bool `key:"deadletters"`
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
