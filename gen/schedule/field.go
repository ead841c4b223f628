package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// set is the values that a field names.
type set map[int]bool

// field is one of the six fields of a cron expression.
type field struct {
	name     string
	min, max int
	names    []string // names for values, from min on
}

// takes returns what to write into the field.
func (f field) takes() string {
	text := fmt.Sprintf("it takes %d to %d, *, lists with commas, ranges with - and steps with /", f.min, f.max)
	if f.names != nil {
		text += ", and " + f.names[0] + " to " + f.names[len(f.names)-1]
	}
	return text
}

// parse parses values, ranges and steps, separated by commas. It returns what
// is wrong with the text, or nothing.
func (f field) parse(text string) (all set, wrong string) {
	all = set{}
	for item := range strings.SplitSeq(text, ",") {
		from, to, step, wrong := f.parseItem(item)
		if wrong != "" {
			return nil, wrong
		}
		if to < from { // names may run over the end: NOV-FEB
			to += f.max - f.min + 1
		}
		for v := from; v <= to; v += step {
			all[(v-f.min)%(f.max-f.min+1)+f.min] = true
		}
	}
	return all, ""
}

// parseItem parses a value, a range or *, with a step or without.
func (f field) parseItem(item string) (from, to, step int, wrong string) {
	span, stepText, stepped := strings.Cut(item, "/")
	step = 1
	if stepped {
		n, ok := number(stepText)
		if !ok || n < 1 {
			return 0, 0, 0, strconv.Quote(stepText) + " is not a step"
		}
		step = min(n, f.max+1) // which is beyond the field's values
	}
	if span == "*" {
		return f.min, f.max, step, ""
	}
	low, high, ranged := strings.Cut(span, "-")
	from, ok := f.value(low)
	switch {
	case !ok:
		return 0, 0, 0, strconv.Quote(low) + " is not one of its values"
	case !ranged && stepped:
		return from, f.max, step, ""
	case !ranged:
		return from, from, step, ""
	}
	to, ok = f.value(high)
	switch {
	case !ok:
		return 0, 0, 0, strconv.Quote(high) + " is not one of its values"
	case to < from && f.names == nil:
		return 0, 0, 0, strconv.Quote(span) + " runs backwards"
	}
	return from, to, step, ""
}

// value returns the value of a number or a name, in whatever case.
func (f field) value(text string) (int, bool) {
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return f.min + i, true
	}
	n, ok := number(text)
	return n, ok && n >= f.min && n <= f.max
}

// number reads digits; strconv.Atoi would take a sign.
func number(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil
}
