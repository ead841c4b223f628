// Package pattern is the one grammar of EventBridge's event patterns: it parses
// them and matches JSON against them. It knows JSON, and nothing of where events
// come from or of who asks.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
package pattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ErrInvalid is the error of a pattern that AWS would refuse.
var ErrInvalid = errors.New("invalid event pattern")

// Pattern matches events, or parts of them. All fields must match, and one of
// the alternatives of each $or.
type Pattern struct {
	objects map[string]Pattern
	leaves  map[string][]test
	or      []Pattern
	// operators are the names of those in the leaves.
	operators []string
}

// Parse reads a pattern. An error wraps ErrInvalid.
func Parse(text string) (Pattern, error) {
	d := json.NewDecoder(strings.NewReader(text))
	var raw any
	if err := d.Decode(&raw); err != nil {
		return Pattern{}, fmt.Errorf("%w: it is not JSON: %w", ErrInvalid, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Pattern{}, fmt.Errorf("%w: something follows its JSON", ErrInvalid)
	}
	return parse(raw, "")
}

// ParseFilter reads a pattern of Lambda's event filtering, which has fewer
// operators.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
func ParseFilter(text string) (Pattern, error) {
	p, err := Parse(text)
	if err != nil {
		return p, err
	}
	for _, name := range []string{"cidr", "wildcard"} {
		if p.uses(name) {
			return p, fmt.Errorf("%w: Lambda's filters do not have the operator %q", ErrInvalid, name)
		}
	}
	return p, nil
}

// uses reports whether an operator is in the pattern.
func (p Pattern) uses(operator string) bool {
	inner := func(q Pattern) bool { return q.uses(operator) }
	return slices.Contains(p.operators, operator) || slices.ContainsFunc(p.or, inner) ||
		slices.ContainsFunc(slices.Collect(maps.Values(p.objects)), inner)
}

func parse(raw any, path string) (p Pattern, err error) {
	object, ok := raw.(map[string]any)
	switch {
	case !ok && path == "":
		return p, fmt.Errorf("%w: it is not a JSON object", ErrInvalid)
	case !ok:
		return p, fmt.Errorf("%w: %s must be an object or an array", ErrInvalid, path)
	case len(object) == 0 && path == "":
		return p, fmt.Errorf("%w: it is empty", ErrInvalid)
	case len(object) == 0:
		return p, fmt.Errorf("%w: %s is an empty object", ErrInvalid, path)
	}
	p = Pattern{objects: map[string]Pattern{}, leaves: map[string][]test{}}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if err := p.add(name, object[name], strings.TrimPrefix(path+"."+name, ".")); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *Pattern) add(name string, value any, path string) (err error) {
	list, isList := value.([]any)
	switch {
	case name == "$or" && isList:
		p.or, err = alternatives(list, path)
	case isList:
		p.leaves[name], err = tests(list, path)
		p.operators = append(p.operators, operatorsOf(list)...)
	default:
		p.objects[name], err = parse(value, path)
	}
	return err
}

func alternatives(list []any, path string) (all []Pattern, err error) {
	if len(list) < 2 {
		return nil, fmt.Errorf("%w: %s needs two alternatives", ErrInvalid, path)
	}
	for _, one := range list {
		p, err := parse(one, path)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Matches reports whether decoded JSON matches, or any element of an array. A
// value that is missing is nil.
func (p Pattern) Matches(value any) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, p.Matches)
	}
	object, _ := value.(map[string]any)
	for name, q := range p.objects {
		if !q.Matches(object[name]) {
			return false
		}
	}
	for name, all := range p.leaves {
		found, ok := object[name]
		if !slices.ContainsFunc(all, func(t test) bool { return matches(t, found, ok) }) {
			return false
		}
	}
	return len(p.or) == 0 || slices.ContainsFunc(p.or, func(q Pattern) bool { return q.Matches(value) })
}

// matches tests a leaf, or any element of an array.
func matches(t test, value any, exists bool) bool {
	list, ok := value.([]any)
	if !ok {
		return t(value, exists)
	}
	return slices.ContainsFunc(list, func(element any) bool { return t(element, true) })
}
