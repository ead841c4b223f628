package filter

import (
	"fmt"
	"strings"
)

// test is one alternative of a leaf. exists is false if a record does not have
// the field.
type test func(value any, exists bool) bool

func tests(list []any) (all []test, err error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: an empty array matches nothing", ErrPattern)
	}
	for _, raw := range list {
		t, err := newTest(raw)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func newTest(raw any) (test, error) {
	switch v := raw.(type) {
	case map[string]any:
		for name, operand := range v {
			if len(v) == 1 {
				return operator(name, operand)
			}
		}
	case []any:
	default:
		return func(value any, exists bool) bool { return exists && value == v }, nil
	}
	return nil, fmt.Errorf("%w: %v is neither a value nor an operator", ErrPattern, raw)
}

// operator returns the test of an operator with its operand.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
func operator(name string, operand any) (test, error) {
	switch name {
	case "exists":
		if want, ok := operand.(bool); ok {
			return func(_ any, exists bool) bool { return exists == want }, nil
		}
	case "numeric":
		if list, ok := operand.([]any); ok {
			return numeric(list)
		}
	case "anything-but":
		return anythingBut(operand)
	default:
		text, ok := operand.(string)
		if compare := texts[name]; ok && compare != nil {
			return func(value any, _ bool) bool {
				have, ok := value.(string)
				return ok && compare(have, text)
			}, nil
		}
	}
	return nil, fmt.Errorf("%w: operator %q with %v", ErrPattern, name, operand)
}

// texts are the operators that compare strings.
var texts = map[string]func(have, want string) bool{
	"prefix": strings.HasPrefix, "suffix": strings.HasSuffix, "equals-ignore-case": strings.EqualFold,
}

// anythingBut matches a field that exists and none of whose alternatives hold.
func anythingBut(operand any) (test, error) {
	list, ok := operand.([]any)
	if !ok {
		list = []any{operand}
	}
	all, err := tests(list)
	if err != nil {
		return nil, err
	}
	return func(value any, exists bool) bool {
		for _, t := range all {
			if t(value, exists) {
				return false
			}
		}
		return exists
	}, nil
}

// comparisons are the operators of numeric.
var comparisons = map[string]func(have, want float64) bool{
	"=":  func(have, want float64) bool { return have == want },
	"<":  func(have, want float64) bool { return have < want },
	"<=": func(have, want float64) bool { return have <= want },
	">":  func(have, want float64) bool { return have > want },
	">=": func(have, want float64) bool { return have >= want },
}

// numeric reads pairs of an operator and a number, all of which must hold.
func numeric(list []any) (test, error) {
	bad := fmt.Errorf("%w: numeric %v", ErrPattern, list)
	if len(list) == 0 || len(list) > 4 || len(list)%2 != 0 {
		return nil, bad
	}
	var all []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		name, _ := list[i].(string)
		want, isNumber := list[i+1].(float64)
		compare := comparisons[name]
		if compare == nil || !isNumber {
			return nil, bad
		}
		all = append(all, func(have float64) bool { return compare(have, want) })
	}
	return func(value any, _ bool) bool {
		have, ok := value.(float64)
		for _, holds := range all {
			ok = ok && holds(have)
		}
		return ok
	}, nil
}
