// Package filter decides which records an event source mapping passes to its
// function: it parses patterns in the language of EventBridge and matches records
// against them. It knows JSON, and of event sources only that a message's body
// may be JSON or plain text.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrPattern is the error of a pattern that AWS would refuse.
var ErrPattern = errors.New("invalid filter pattern")

// Filters are the patterns of one mapping. A record passes if one of them
// matches, or if there are none.
type Filters []pattern

// Parse reads patterns. An error wraps ErrPattern.
func Parse(patterns ...string) (Filters, error) {
	var all Filters
	for _, text := range patterns {
		var raw any
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		if err := d.Decode(&raw); err != nil || d.More() {
			return nil, fmt.Errorf("%w: it is not a JSON object", ErrPattern)
		}
		p, err := parse(raw)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Pass reports whether a record passes. body is the record's body as it came;
// record holds everything else, as decoded JSON.
//
// A pattern for a JSON body does not match a plain text body, and vice versa.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func (f Filters) Pass(record map[string]any, body string) bool {
	if len(f) == 0 {
		return true
	}
	record["body"] = decoded(body)
	return slices.ContainsFunc(f, func(p pattern) bool { return p.match(record) })
}

// decoded returns a body that is a JSON object or array decoded.
func decoded(body string) any {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return body
	}
	switch v.(type) {
	case map[string]any, []any:
		return v
	}
	return body
}

// pattern is an object of a pattern: all fields must match, and one of the
// alternatives in each $or.
type pattern struct {
	objects map[string]pattern
	leaves  map[string][]test
	or      []pattern
}

func parse(raw any) (p pattern, err error) {
	object, ok := raw.(map[string]any)
	if !ok || len(object) == 0 {
		return p, fmt.Errorf("%w: %v is not an object with members", ErrPattern, raw)
	}
	p = pattern{objects: map[string]pattern{}, leaves: map[string][]test{}}
	for name, value := range object {
		if err := p.add(name, value); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p *pattern) add(name string, value any) (err error) {
	switch v := value.(type) {
	case []any:
		if name == "$or" {
			p.or, err = alternatives(v)
			return err
		}
		p.leaves[name], err = tests(v)
		return err
	case map[string]any:
		p.objects[name], err = parse(v)
		return err
	}
	return fmt.Errorf("%w: %q must be an object or an array", ErrPattern, name)
}

func alternatives(list []any) (all []pattern, err error) {
	if len(list) < 2 {
		return nil, fmt.Errorf("%w: $or needs two alternatives", ErrPattern)
	}
	for _, one := range list {
		p, err := parse(one)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// match matches a value, or any element of an array. A missing value is nil.
func (p pattern) match(value any) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, p.match)
	}
	object, _ := value.(map[string]any)
	for name, q := range p.objects {
		if !q.match(object[name]) {
			return false
		}
	}
	for name, all := range p.leaves {
		found, ok := object[name]
		if !slices.ContainsFunc(all, func(t test) bool { return matches(t, found, ok) }) {
			return false
		}
	}
	return len(p.or) == 0 || slices.ContainsFunc(p.or, func(q pattern) bool { return q.match(object) })
}

// matches tests a leaf, or any element of an array.
func matches(t test, value any, exists bool) bool {
	list, ok := value.([]any)
	if !ok {
		return t(value, exists)
	}
	return slices.ContainsFunc(list, func(element any) bool { return t(element, true) })
}
