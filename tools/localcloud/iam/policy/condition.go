package policy

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Conditions are a statement's: operator -> key -> values. All must hold.
type Conditions map[string]map[string]values

// values are a condition's; numbers and booleans are kept as they are written.
type values []string

func (v *values) UnmarshalJSON(raw []byte) error {
	var all oneOrMore[json.RawMessage]
	if err := all.UnmarshalJSON(raw); err != nil {
		return err
	}
	for _, one := range all {
		var s string
		if json.Unmarshal(one, &s) != nil {
			s = string(one)
		}
		*v = append(*v, s)
	}
	return nil
}

// operator is a condition's operator, taken apart.
type operator struct {
	compare  comparison
	negated  bool
	ifExists bool
	set      string // "", "ForAnyValue" or "ForAllValues"
}

// comparison says whether one value of a request matches one of a policy.
type comparison func(want, have string) bool

func parseOperator(name string) (operator, error) {
	var op operator
	rest := name
	if set, after, ok := strings.Cut(name, ":"); ok {
		if set != "ForAnyValue" && set != "ForAllValues" {
			return op, fmt.Errorf("Invalid Condition type : %s.", name)
		}
		op.set, rest = set, after
	}
	rest, op.ifExists = strings.CutSuffix(rest, "IfExists")
	if positive, ok := positives[rest]; ok {
		rest, op.negated = positive, true
	}
	op.compare = comparisons[rest]
	if op.compare == nil {
		return op, fmt.Errorf("Invalid Condition type : %s.", name)
	}
	return op, nil
}

func (c Conditions) check() error {
	for name, keys := range c {
		if name == "Null" {
			continue
		}
		if _, err := parseOperator(name); err != nil {
			return err
		}
		for key := range keys {
			if !strings.Contains(key, ":") {
				return errNoVendor
			}
		}
	}
	return nil
}

// hold says whether all conditions are met in the context of a request.
func (c Conditions) hold(context map[string][]string) bool {
	for name, keys := range c {
		for key, want := range keys {
			if !holds(name, want, context[strings.ToLower(key)], context) {
				return false
			}
		}
	}
	return true
}

func holds(name string, want values, have []string, context map[string][]string) bool {
	if name == "Null" {
		return len(want) == 1 && strings.EqualFold(want[0], "true") == (len(have) == 0)
	}
	op, err := parseOperator(name)
	if err != nil {
		return false
	}
	expanded := make([]string, len(want))
	for i, w := range want {
		expanded[i] = expand(w, context)
	}
	return op.holds(expanded, have)
}

// holds decides one key. A key that the request does not have fails a
// comparison and meets a negated one.
func (op operator) holds(want, have []string) bool {
	if len(have) == 0 {
		return op.ifExists || op.set == "ForAllValues" || (op.negated && op.set == "")
	}
	meets := func(value string) bool {
		return anyOf(want, func(w string) bool { return op.compare(w, value) }) != op.negated
	}
	if op.set == "ForAnyValue" {
		return anyOf(have, meets)
	}
	return !anyOf(have, func(value string) bool { return !meets(value) })
}
