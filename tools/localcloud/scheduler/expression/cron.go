package expression

import (
	"fmt"
	"strings"
	"time"
)

// The years that a cron expression may name.
const firstYear, lastYear = 1970, 2199

// cron is due at the minutes that its six fields name.
type cron struct {
	minutes, hours, months, years set
	day                           func(date time.Time) bool
	zone                          *time.Location
}

var (
	monthNames = names("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
	dayNames   = names("SUN MON TUE WED THU FRI SAT")
)

// names numbers words from 1.
func names(words string) map[string]int {
	all := map[string]int{}
	for i, w := range strings.Fields(words) {
		all[w] = i + 1
	}
	return all
}

func parseCron(s string, zone *time.Location) (Expression, error) {
	f := strings.Fields(strings.ToUpper(s))
	if len(f) != 6 {
		return nil, fmt.Errorf("cron(%s) has %d fields, not 6: minutes hours day-of-month month day-of-week year", s, len(f))
	}
	if (f[2] == "?") == (f[4] == "?") {
		return nil, fmt.Errorf("cron(%s): exactly one of day-of-month and day-of-week must be ?", s)
	}
	c := cron{zone: zone}
	var err error
	for _, field := range []struct {
		to *set
		in string
		r  bounds
	}{
		{&c.minutes, f[0], bounds{0, 59, nil}},
		{&c.hours, f[1], bounds{0, 23, nil}},
		{&c.months, f[3], bounds{1, 12, monthNames}},
		{&c.years, f[5], bounds{firstYear, lastYear, nil}},
	} {
		if *field.to, err = parseSet(field.in, field.r); err != nil {
			return nil, fmt.Errorf("cron(%s): %w", s, err)
		}
	}
	if f[4] == "?" {
		c.day, err = parseDayOfMonth(f[2])
	} else {
		c.day, err = parseDayOfWeek(f[4])
	}
	if err != nil {
		return nil, fmt.Errorf("cron(%s): %w", s, err)
	}
	return c, nil
}

// Next implements Expression. It goes by the clock on the wall: a time that the
// change to summer time leaves out is skipped, one that comes twice in autumn
// is due once.
func (c cron) Next(_, after time.Time) (time.Time, bool) {
	y, m, d := after.In(c.zone).Date()
	for date := noon(y, m, d); date.Year() <= lastYear; date = date.AddDate(0, 0, 1) {
		switch {
		case !c.years[date.Year()]:
			date = noon(date.Year(), time.December, 31)
		case !c.months[int(date.Month())]:
			date = noon(date.Year(), date.Month()+1, 0) // its last day
		case c.day(date):
			if t, ok := c.within(date, after); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// noon stands for a date: days of the calendar, free of any time zone's changes.
func noon(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// within gives the first time on a date.
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
