package annotation

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cronField is one of the six fields of a cron expression:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
type cronField struct {
	name     string
	min, max int
	names    []string       // names for values, from min on
	special  *regexp.Regexp // what else it takes, besides lists of ranges and steps
}

var cronFields = []cronField{
	{name: "minutes", min: 0, max: 59},
	{name: "hours", min: 0, max: 23},
	{name: "day of month", min: 1, max: 31, special: regexp.MustCompile(`^(\?|L|LW|L-([1-9]|[12][0-9]|30)|([1-9]|[12][0-9]|3[01])W)$`)},
	{name: "month", min: 1, max: 12, names: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
	{name: "day of week", min: 1, max: 7, names: strings.Fields("SUN MON TUE WED THU FRI SAT"), special: regexp.MustCompile(`^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$`)},
	{name: "year", min: 1970, max: 2199},
}

const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

func cronProblem(text string) (message, next string) {
	fields := strings.Fields(text)
	if len(fields) != len(cronFields) {
		return fmt.Sprintf("it has %d fields, not 6", len(fields)), "write minutes, hours, day of month, month, day of week and year, as in cron(0 6 ? * MON-FRI *)"
	}
	for i, f := range cronFields {
		if wrong := f.problem(fields[i]); wrong != "" {
			return f.name + ": " + wrong, f.takes()
		}
	}
	if (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return "exactly one of day of month and day of week is ?", "write cron(0 6 * * ? *) or cron(0 6 ? * MON-FRI *)"
	}
	return "", ""
}

func (f cronField) takes() string {
	text := fmt.Sprintf("it takes %d to %d, *, lists with commas, ranges with - and steps with /", f.min, f.max)
	if f.names != nil {
		text += ", and " + f.names[0] + " to " + f.names[len(f.names)-1]
	}
	return text
}

// problem says what is wrong with a field's text, or nothing.
func (f cronField) problem(text string) string {
	if f.special != nil && f.special.MatchString(strings.ToUpper(text)) {
		return ""
	}
	for item := range strings.SplitSeq(text, ",") {
		if wrong := f.itemProblem(item); wrong != "" {
			return wrong
		}
	}
	return ""
}

// itemProblem checks one item of a list: a value, a range or *, with a step or
// without.
func (f cronField) itemProblem(item string) string {
	span, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n < 1 {
			return quote(step) + " is not a step"
		}
	}
	if span == "*" {
		return ""
	}
	low, high, ranged := strings.Cut(span, "-")
	from, ok := f.value(low)
	if !ok {
		return quote(low) + " is not one of its values"
	}
	if !ranged {
		return ""
	}
	to, ok := f.value(high)
	switch {
	case !ok:
		return quote(high) + " is not one of its values"
	case to < from && f.names == nil:
		return quote(span) + " runs backwards"
	}
	return ""
}

func (f cronField) value(text string) (int, bool) {
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return f.min + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.min && n <= f.max
}

// cronNever returns why an expression of the right form has no time: its dates
// do not exist.
func cronNever(text string) string {
	fields := strings.Fields(text)
	years, months := cronFields[5].values(fields[5]), cronFields[3].values(fields[3])
	for year := range years {
		for month := range months {
			if monthHas(fields, year, time.Month(month)) {
				return ""
			}
		}
	}
	return "there is no such date"
}

var (
	nthWeekday = regexp.MustCompile(`#5$`)
	nearDay    = regexp.MustCompile(`^([0-9]+)W$`)
	beforeLast = regexp.MustCompile(`^L-([0-9]+)$`)
)

// monthHas reports whether the fields for days name a day that the month has.
func monthHas(fields []string, year int, month time.Month) bool {
	days := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	day, weekday := strings.ToUpper(fields[dayOfMonth]), strings.ToUpper(fields[dayOfWeek])
	if nthWeekday.MatchString(weekday) {
		n, _ := cronFields[dayOfWeek].value(strings.TrimSuffix(weekday, "#5"))
		for d := 29; d <= days; d++ {
			if int(time.Date(year, month, d, 0, 0, 0, 0, time.UTC).Weekday()) == n-1 {
				return true
			}
		}
		return false
	}
	if m := nearDay.FindStringSubmatch(day); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n <= days
	}
	if m := beforeLast.FindStringSubmatch(day); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n < days
	}
	if cronFields[dayOfMonth].special.MatchString(day) {
		return true // ?, L and LW
	}
	for d := range cronFields[dayOfMonth].values(day) {
		if d <= days {
			return true
		}
	}
	return false
}

// values returns the values that a field's text without special forms stands for.
func (f cronField) values(text string) map[int]bool {
	all := map[int]bool{}
	for item := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(item, "/")
		from, to, step := f.min, f.max, 1
		if stepped {
			step, _ = strconv.Atoi(stepText) // problem has seen to it
		}
		if low, high, ranged := strings.Cut(span, "-"); span != "*" {
			from, _ = f.value(low)
			if ranged {
				to, _ = f.value(high)
			} else if !stepped {
				to = from
			}
		}
		if to < from { // names may run over the end: NOV-FEB
			to += f.max - f.min + 1
		}
		for v := from; v <= to; v += step {
			all[(v-f.min)%(f.max-f.min+1)+f.min] = true
		}
	}
	return all
}
