package pattern

import (
	"fmt"
	"net/netip"
	"strings"
)

// test is one alternative of a leaf. exists is false if an event does not have
// the field.
type test func(value any, exists bool) bool

func tests(list []any, path string) (all []test, err error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: %s is an empty array, which matches nothing", ErrInvalid, path)
	}
	for _, raw := range list {
		t, err := newTest(raw, path)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func newTest(raw any, path string) (test, error) {
	switch v := raw.(type) {
	case map[string]any:
		for name, operand := range v {
			if len(v) == 1 {
				return operator(name, operand, path)
			}
		}
		return nil, fmt.Errorf("%w: %s has an object that is not one operator", ErrInvalid, path)
	case []any:
		return nil, fmt.Errorf("%w: %s has an array in an array", ErrInvalid, path)
	}
	return func(value any, exists bool) bool { return exists && value == raw }, nil
}

// operator returns the test of an operator with its operand.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func operator(name string, operand any, path string) (test, error) {
	var t test
	switch name {
	case "exists":
		if want, ok := operand.(bool); ok {
			t = func(_ any, exists bool) bool { return exists == want }
		}
	case "numeric":
		t = numeric(operand)
	case "anything-but":
		t = anythingBut(operand)
	case "cidr":
		t = cidr(operand)
	default:
		if compare := textTest(name, operand); compare != nil {
			t = func(value any, _ bool) bool { return compare(value) }
		}
	}
	if t == nil {
		return nil, fmt.Errorf("%w: %s has the operator %q with %v", ErrInvalid, path, name, operand)
	}
	return t, nil
}

// textTest returns the test of an operator that compares strings; nil if there is
// none.
func textTest(name string, operand any) func(value any) bool {
	var compare func(have, want string) bool
	fold := false
	if inner, ok := operand.(map[string]any); ok && len(inner) == 1 && (name == "prefix" || name == "suffix") {
		operand, fold = inner["equals-ignore-case"], true
	}
	want, ok := operand.(string)
	switch name {
	case "prefix":
		compare = strings.HasPrefix
	case "suffix":
		compare = strings.HasSuffix
	case "equals-ignore-case":
		compare = strings.EqualFold
	case "wildcard":
		ok = ok && validWildcard(want)
		compare = func(have, want string) bool { return wildcard(want, have) }
	}
	if !ok || compare == nil {
		return nil
	}
	return func(value any) bool {
		have, isText := value.(string)
		if fold {
			have, want = strings.ToLower(have), strings.ToLower(want)
		}
		return isText && compare(have, want)
	}
}

// validWildcard reports whether a wildcard is one that AWS takes: no two stars
// side by side, and a backslash before a star or a backslash only.
func validWildcard(pattern string) bool {
	star := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*' && star:
			return false
		case c == '\\':
			if i++; i == len(pattern) || pattern[i] != '*' && pattern[i] != '\\' {
				return false
			}
			star = false
		default:
			star = c == '*'
		}
	}
	return true
}

// wildcard matches a text with a pattern in which * stands for any characters. It
// remembers the last star only, so that its time is bounded by the product of
// both lengths.
func wildcard(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		c, width, isStar := next(pattern, p)
		switch {
		case isStar:
			star, from = p, t
			p++
		case width > 0 && c == text[t]:
			p, t = p+width, t+1
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// next returns the character of a wildcard's pattern at a place and how many
// bytes stand for it; none at the end.
func next(pattern string, at int) (c byte, width int, star bool) {
	switch {
	case at >= len(pattern):
		return 0, 0, false
	case pattern[at] == '\\':
		return pattern[at+1], 2, false
	}
	return pattern[at], 1, pattern[at] == '*'
}

// anythingBut matches a field that exists and none of whose alternatives hold:
// a value, a list of values, or an operator on one text or a list of texts.
func anythingBut(operand any) test {
	list, ok := operand.([]any)
	if !ok {
		list = []any{operand}
	}
	var all []func(any) bool
	for _, one := range list {
		inner, isOperator := one.(map[string]any)
		if isOperator && ok {
			return nil // a list has values only
		}
		some := []func(any) bool{func(value any) bool { return value == one }}
		if isOperator {
			some = textTests(inner)
		}
		if _, isList := one.([]any); isList || len(some) == 0 || one == nil {
			return nil
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil
	}
	return func(value any, exists bool) bool {
		for _, equal := range all {
			if equal(value) {
				return false
			}
		}
		return exists
	}
}

// textTests returns the tests of one operator on a text or a list of texts; nil if
// there is none.
func textTests(operator map[string]any) (all []func(any) bool) {
	for name, operand := range operator {
		list, ok := operand.([]any)
		if !ok {
			list = []any{operand}
		}
		for _, one := range list {
			t := textTest(name, one)
			if t == nil || len(operator) != 1 {
				return nil
			}
			all = append(all, t)
		}
	}
	return all
}

// cidr matches the text of an address in a network.
func cidr(operand any) test {
	text, _ := operand.(string)
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return nil
	}
	return func(value any, _ bool) bool {
		text, _ := value.(string)
		address, err := netip.ParseAddr(text)
		return err == nil && network.Contains(address)
	}
}

// comparisons are the operators of numeric.
var comparisons = map[string]func(have, want float64) bool{
	"=":  func(have, want float64) bool { return have == want },
	"<":  func(have, want float64) bool { return have < want },
	"<=": func(have, want float64) bool { return have <= want },
	">":  func(have, want float64) bool { return have > want },
	">=": func(have, want float64) bool { return have >= want },
}

// maxNumber is the greatest number that a pattern can have, either way.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
const maxNumber = 5e9

// numeric reads one or two pairs of an operator and a number, which must hold.
func numeric(operand any) test {
	list, _ := operand.([]any)
	if len(list) != 2 && len(list) != 4 {
		return nil
	}
	var all []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		name, _ := list[i].(string)
		want, isNumber := list[i+1].(float64)
		compare := comparisons[name]
		if compare == nil || !isNumber || want > maxNumber || want < -maxNumber {
			return nil
		}
		all = append(all, func(have float64) bool { return compare(have, want) })
	}
	return func(value any, _ bool) bool {
		have, ok := value.(float64)
		for _, holds := range all {
			ok = ok && holds(have)
		}
		return ok
	}
}

// operatorsOf returns the names of the operators of a leaf, also those inside of
// others.
func operatorsOf(value any) (names []string) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			names = append(names, operatorsOf(one)...)
		}
	case map[string]any:
		for name, operand := range v {
			names = append(append(names, name), operatorsOf(operand)...)
		}
	}
	return names
}
