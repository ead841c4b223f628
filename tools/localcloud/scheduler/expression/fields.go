package expression

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// set is the values that a field names.
type set map[int]bool

// bounds are the values that a field may have, and their names.
type bounds struct {
	min, max int
	names    map[string]int
}

// parseSet reads a field: values, ranges and steps, separated by commas.
func parseSet(s string, r bounds) (set, error) {
	all := set{}
	for part := range strings.SplitSeq(s, ",") {
		from, to, step, err := parsePart(part, r)
		if err != nil {
			return nil, err
		}
		for v := from; v <= to; v += step {
			all[v] = true
		}
	}
	return all, nil
}

func parsePart(s string, r bounds) (from, to, step int, err error) {
	values, steps, stepped := strings.Cut(s, "/")
	step = 1
	if stepped {
		if step, err = strconv.Atoi(steps); err != nil || step < 1 {
			return 0, 0, 0, fmt.Errorf("%q: %q is no step", s, steps)
		}
	}
	first, last, ranged := strings.Cut(values, "-")
	switch {
	case values == "*":
		return r.min, r.max, step, nil
	case !ranged:
		if from, err = r.value(values); err == nil && stepped {
			return from, r.max, step, nil
		}
		return from, from, step, err
	}
	if from, err = r.value(first); err != nil {
		return 0, 0, 0, err
	}
	if to, err = r.value(last); err == nil && to < from {
		err = fmt.Errorf("the range %q goes backwards", values)
	}
	return from, to, step, err
}

func (r bounds) value(s string) (int, error) {
	if v, ok := r.names[s]; ok {
		return v, nil
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < r.min || v > r.max {
		return 0, fmt.Errorf("%q is not from %d to %d", s, r.min, r.max)
	}
	return v, nil
}

// parseDayOfMonth reads days, L (the last) and <n>W and LW (the weekday nearest).
func parseDayOfMonth(s string) (func(time.Time) bool, error) {
	r := bounds{1, 31, nil}
	switch {
	case s == "L":
		return func(date time.Time) bool { return date.Day() == lastDay(date) }, nil
	case s == "LW":
		return func(date time.Time) bool { return date.Day() == nearestWeekday(date, lastDay(date)) }, nil
	case strings.HasSuffix(s, "W"):
		day, err := r.value(strings.TrimSuffix(s, "W"))
		return func(date time.Time) bool {
			return day <= lastDay(date) && date.Day() == nearestWeekday(date, day)
		}, err
	}
	days, err := parseSet(s, r)
	return func(date time.Time) bool { return days[date.Day()] }, err
}

// parseDayOfWeek reads days (1 is Sunday), L (Saturday), <d>L (the last of the
// month) and <d>#<n> (the n-th of the month).
func parseDayOfWeek(s string) (func(time.Time) bool, error) {
	r := bounds{1, 7, dayNames}
	of := func(date time.Time) int { return int(date.Weekday()) + 1 }
	if s == "L" {
		s = "7"
	}
	if name, ok := strings.CutSuffix(s, "L"); ok {
		day, err := r.value(name)
		return func(date time.Time) bool { return of(date) == day && date.Day()+7 > lastDay(date) }, err
	}
	if name, nth, ok := strings.Cut(s, "#"); ok {
		day, err := r.value(name)
		n, nErr := strconv.Atoi(nth)
		if err == nil && (nErr != nil || n < 1 || n > 5) {
			err = fmt.Errorf("%q: %q is not from 1 to 5", s, nth)
		}
		return func(date time.Time) bool { return of(date) == day && (date.Day()+6)/7 == n }, err
	}
	days, err := parseSet(s, r)
	return func(date time.Time) bool { return days[of(date)] }, err
}

func lastDay(date time.Time) int { return noon(date.Year(), date.Month()+1, 0).Day() }

// nearestWeekday gives the day from Monday to Friday that is nearest to a day
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
