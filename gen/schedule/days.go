package schedule

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// days reports whether a field for days names a date.
type days func(date time.Time) bool

var (
	beforeLast  = regexp.MustCompile(`^L-([1-9]|[12][0-9]|30)$`)
	nearDay     = regexp.MustCompile(`^([1-9]|[12][0-9]|3[01])W$`)
	lastWeekday = regexp.MustCompile(`^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)L$`)
	nthWeekday  = regexp.MustCompile(`^([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#([1-5])$`)
)

// daysOfMonth parses days, L (the last), L-<n> (n days before the last), <n>W
// (the weekday nearest to n) and LW (the last weekday).
func daysOfMonth(text string) (days, string) {
	upper := strings.ToUpper(text)
	switch {
	case upper == "L":
		return func(date time.Time) bool { return date.Day() == lastDay(date) }, ""
	case upper == "LW":
		return func(date time.Time) bool { return date.Day() == nearestWeekday(date, lastDay(date)) }, ""
	}
	if m := beforeLast.FindStringSubmatch(upper); m != nil {
		n, _ := number(m[1])
		return func(date time.Time) bool { return date.Day() == lastDay(date)-n }, ""
	}
	if m := nearDay.FindStringSubmatch(upper); m != nil {
		n, _ := number(m[1])
		return func(date time.Time) bool {
			return n <= lastDay(date) && date.Day() == nearestWeekday(date, n)
		}, ""
	}
	s, wrong := dayOfMonth.parse(text)
	return func(date time.Time) bool { return s[date.Day()] }, wrong
}

// daysOfWeek parses days (1 is Sunday), L (Saturday), <d>L (the last of the
// month) and <d>#<n> (the n-th of the month).
func daysOfWeek(text string) (days, string) {
	upper := strings.ToUpper(text)
	if upper == "L" {
		text = strconv.Itoa(dayOfWeek.max)
	}
	if m := lastWeekday.FindStringSubmatch(upper); m != nil {
		day, _ := dayOfWeek.value(m[1])
		return func(date time.Time) bool { return weekday(date) == day && date.Day()+7 > lastDay(date) }, ""
	}
	if m := nthWeekday.FindStringSubmatch(upper); m != nil {
		day, _ := dayOfWeek.value(m[1])
		n, _ := number(m[2])
		return func(date time.Time) bool { return weekday(date) == day && (date.Day()+6)/7 == n }, ""
	}
	s, wrong := dayOfWeek.parse(text)
	return func(date time.Time) bool { return s[weekday(date)] }, wrong
}

// weekday returns a date's day of the week as AWS counts it: Sunday is 1.
func weekday(date time.Time) int { return int(date.Weekday()) + 1 }

func lastDay(date time.Time) int { return noon(date.Year(), date.Month()+1, 0).Day() }

// nearestWeekday returns the day from Monday to Friday that is nearest to a day
// of the date's month, within that month.
func nearestWeekday(date time.Time, day int) int {
	switch noon(date.Year(), date.Month(), day).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == lastDay(date) {
			return day - 2
		}
		return day + 1
	}
	return day
}
