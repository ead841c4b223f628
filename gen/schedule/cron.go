package schedule

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// The years that a cron expression may name.
const firstYear, lastYear = 1970, 2199

// The fields of a cron expression, in their order:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
var (
	minutes    = field{name: "minutes", min: 0, max: 59}
	hours      = field{name: "hours", min: 0, max: 23}
	dayOfMonth = field{name: "day of month", min: 1, max: 31}
	month      = field{name: "month", min: 1, max: 12, names: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")}
	dayOfWeek  = field{name: "day of week", min: 1, max: 7, names: strings.Fields("SUN MON TUE WED THU FRI SAT")}
	year       = field{name: "year", min: firstYear, max: lastYear}
)

// cron is due at the minutes that its six fields name.
type cron struct {
	minutes, hours, months, years set
	day                           days
	zone                          *time.Location
}

func parseCron(text string, zone *time.Location) (Expression, *Problem) {
	f := strings.Fields(text)
	if len(f) != 6 {
		return nil, &Problem{
			Message: fmt.Sprintf("it has %d fields, not 6", len(f)),
			Next:    "write minutes, hours, day of month, month, day of week and year, as in cron(0 6 ? * MON-FRI *)",
		}
	}
	var p parser
	c := cron{zone: zone}
	c.minutes, c.hours = p.set(minutes, f[0]), p.set(hours, f[1])
	ofMonth := p.days(dayOfMonth, f[2], daysOfMonth)
	c.months = p.set(month, f[3])
	ofWeek := p.days(dayOfWeek, f[4], daysOfWeek)
	c.years = p.set(year, f[5])
	if p.problem != nil {
		return nil, p.problem
	}
	switch {
	case (ofMonth == nil) == (ofWeek == nil):
		return nil, &Problem{
			Message: "exactly one of day of month and day of week is ?",
			Next:    "write cron(0 6 * * ? *) or cron(0 6 ? * MON-FRI *)",
		}
	case ofMonth != nil:
		c.day = ofMonth
	default:
		c.day = ofWeek
	}
	for range c.dates(noon(firstYear, time.January, 1)) {
		return c, nil
	}
	return nil, &Problem{Message: "there is no such date", Never: true}
}

// parser parses fields and keeps the first problem.
type parser struct{ problem *Problem }

func (p *parser) set(f field, text string) set {
	s, wrong := f.parse(text)
	p.note(f, wrong)
	return s
}

// days parses a field for days: nil for ?.
func (p *parser) days(f field, text string, parse func(string) (days, string)) days {
	if text == "?" {
		return nil
	}
	d, wrong := parse(text)
	p.note(f, wrong)
	return d
}

func (p *parser) note(f field, wrong string) {
	if wrong != "" && p.problem == nil {
		p.problem = &Problem{Message: f.name + ": " + wrong, Next: f.takes()}
	}
}

// Next implements Expression. It goes by the clock on the wall: a time that the
// change to summer time leaves out is skipped, one that comes twice in autumn
// is due once.
func (c cron) Next(_, after time.Time) (time.Time, bool) {
	y, m, d := after.In(c.zone).Date()
	for date := range c.dates(noon(y, m, d)) {
		if t, ok := c.within(date, after); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// dates returns the dates that the expression names, from a date on.
func (c cron) dates(from time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for date := from; date.Year() <= lastYear; date = date.AddDate(0, 0, 1) {
			switch {
			case !c.years[date.Year()]:
				date = noon(date.Year(), time.December, 31)
			case !c.months[int(date.Month())]:
				date = noon(date.Year(), date.Month()+1, 0) // its last day
			case c.day(date) && !yield(date):
				return
			}
		}
	}
}

// noon stands for a date: days of the calendar, free of any time zone's changes.
func noon(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// within returns the first time on a date that is after a time.
func (c cron) within(date, after time.Time) (time.Time, bool) {
	y, m, d := date.Date()
	for hour := range 24 {
		for minute := range 60 {
			if !c.hours[hour] || !c.minutes[minute] {
				continue
			}
			t := time.Date(y, m, d, hour, minute, 0, 0, c.zone)
			if t.Hour() == hour && t.Minute() == minute && t.After(after) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}
