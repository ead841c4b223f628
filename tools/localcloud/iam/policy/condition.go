package policy

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Conditions are the conditions of a statement: operator -> key -> values. All
// must hold.
type Conditions map[string]map[string]values

// values are the values of a condition; numbers and booleans are kept as they are
// written.
type values []string

func (v *values) UnmarshalJSON(raw []byte) error {
	var all oneOrMore[json.RawMessage]
	if err := all.UnmarshalJSON(raw); err != nil {
		return err
	}
	for _, one := range all {
		s := string(one)
		switch {
		case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
			return fmt.Errorf("a condition's value is a string, a number or a boolean, not %s", s)
		case strings.HasPrefix(s, `"`):
			if err := json.Unmarshal(one, &s); err != nil {
				return err
			}
		}
		*v = append(*v, s)
	}
	return nil
}

// clause is one key of one operator, parsed once so that a decision only
// compares.
type clause struct {
	operator
	key     string // in lower case
	want    values
	expands bool // want may have variables
}

// operator is a condition's operator.
type operator struct {
	kind
	null     bool // "Null": whether the key is absent
	negated  bool
	ifExists bool
	set      string // "", "ForAnyValue" or "ForAllValues"
}

// kind is what an operator compares.
type kind struct {
	compare comparison
	valid   func(want string) bool // whether a policy's value can be compared at all; nil accepts any
	// variables is true if a policy's values may have variables: for strings and
	// ARNs.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
	variables bool
}

// comparison reports whether one value of a request matches one of a policy.
type comparison func(want, have string) bool

func parseOperator(name string) (operator, error) {
	if name == "Null" {
		return operator{null: true, kind: kind{valid: isBool}}, nil
	}
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
	op.kind = kinds[rest]
	if op.compare == nil {
		return op, fmt.Errorf("Invalid Condition type : %s.", name)
	}
	return op, nil
}

// parse parses conditions. An operator, a key or a value that could not be applied
// is an error, as is a key that occurs twice, regardless of case.
func (c Conditions) parse(expands bool) (all []clause, err error) {
	for name, keys := range c {
		op, err := parseOperator(name)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for key, want := range keys {
			if !strings.Contains(key, ":") {
				return nil, errNoVendor
			}
			if seen[strings.ToLower(key)] {
				return nil, fmt.Errorf("Syntax errors in policy. (the key %s occurs twice in %s)", strings.ToLower(key), name)
			}
			seen[strings.ToLower(key)] = true
			for _, w := range want {
				if op.valid != nil && !op.valid(w) {
					return nil, fmt.Errorf("Syntax errors in policy. (%q is no value of %s, for the key %s)", w, name, key)
				}
			}
			all = append(all, clause{op, strings.ToLower(key), want, expands && op.variables})
		}
	}
	return all, nil
}

// hold reports whether all conditions are met in the context of a request.
func (s *Statement) hold(context map[string][]string) bool {
	for i := range s.clauses {
		if !s.clauses[i].holds(context) {
			return false
		}
	}
	return true
}

func (c *clause) holds(context map[string][]string) bool {
	have := context[c.key]
	if c.null {
		absent := len(have) == 0
		return anyOf(c.want, func(w string) bool { return strings.EqualFold(w, "true") == absent })
	}
	want := c.want
	if c.expands {
		want = make(values, len(c.want))
		for i, w := range c.want {
			want[i] = expand(w, context)
		}
	}
	return c.compares(want, have)
}

// compares decides one key. A key that the request does not have fails a
// comparison and meets a negated one.
func (op operator) compares(want, have []string) bool {
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
