// Package filter decides which records an event source mapping passes to its
// function. It knows of event sources only that a message's body may be JSON or
// plain text.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
package filter

import (
	"encoding/json"
	"slices"

	"github.com/seastack/seastack/gen/pattern"
)

// Filters are the patterns of one mapping. A record passes if one of them
// matches, or if there are none.
type Filters []pattern.Pattern

// Parse reads patterns. An error wraps pattern.ErrInvalid.
func Parse(patterns ...string) (Filters, error) {
	var all Filters
	for _, text := range patterns {
		p, err := pattern.ParseFilter(text)
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
	return slices.ContainsFunc(f, func(p pattern.Pattern) bool { return p.Matches(record) })
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
