package annotation

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
)

var calls = regexp.MustCompile(`^(rate|cron|at)\((.*)\)$`)

// checkExpression checks what EventBridge Scheduler takes:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func checkExpression(expression string, r *report) {
	m := calls.FindStringSubmatch(expression)
	if m == nil {
		r.add(diag.BadSchedule, "EXPRESSION", quote(expression)+" is not a schedule", "write rate(1 hour), cron(0 6 * * ? *) or at(2030-01-31T06:00:00)")
		return
	}
	message, next := "", ""
	switch m[1] {
	case "rate":
		message, next = rateProblem(m[2])
	case "cron":
		message, next = cronProblem(m[2])
	case "at":
		message, next = atProblem(m[2])
	}
	if message != "" {
		r.add(diag.BadSchedule, "EXPRESSION", expression+": "+message, next)
	}
}

// checkFires checks that a schedule of the right form has a time at all. Whether
// its last time is past does not matter: a module that generates today must
// generate tomorrow.
func checkFires(expression string, r *report) {
	m := calls.FindStringSubmatch(expression)
	message := ""
	switch m[1] {
	case "rate":
		message = rateNever(m[2])
	case "cron":
		message = cronNever(m[2])
	}
	if message != "" {
		r.add(diag.NeverFires, "EXPRESSION", expression+" never fires: "+message, "write a time that comes, or remove the schedule")
	}
	if problem := limits.ScheduleExpression.Problem(expression); problem != "" {
		r.add(diag.BadSchedule, "EXPRESSION", expression+": "+problem, "write a shorter expression, or several schedules")
	}
}

func rateProblem(text string) (message, next string) {
	const example = "write rate(1 hour), rate(5 minutes) or rate(2 days)"
	value, unit, ok := strings.Cut(text, " ")
	n, err := strconv.Atoi(value)
	if !ok || err != nil || n < 1 || value != strconv.Itoa(n) {
		return "a rate is a whole number from 1 and a unit", example
	}
	single := strings.TrimSuffix(unit, "s")
	switch {
	case single != "minute" && single != "hour" && single != "day":
		return quote(unit) + " is not a unit", example
	case n == 1 && unit != single:
		return "the unit of 1 is singular", "write rate(1 " + single + ")"
	case n > 1 && unit == single:
		return "the unit of more than 1 is plural", "write rate(" + value + " " + single + "s)"
	}
	return "", ""
}

// rateNever returns why a rate's first time never comes. AWS documents
// no limit; more than a century is a slip.
func rateNever(text string) string {
	value, unit, _ := strings.Cut(text, " ")
	n, _ := strconv.Atoi(value) // rateProblem has seen to it
	minutes := map[string]int{"minute": 1, "hour": 60, "day": 24 * 60}[strings.TrimSuffix(unit, "s")]
	if century := 100 * 366 * 24 * 60; n > century/minutes {
		return "it is longer than a hundred years"
	}
	return ""
}

func atProblem(text string) (message, next string) {
	if _, err := time.Parse("2006-01-02T15:04:05", text); err != nil {
		return quote(text) + " is not a time", "write it without a zone, as in at(2030-01-31T06:00:00); timezone= says which is meant"
	}
	return "", ""
}
