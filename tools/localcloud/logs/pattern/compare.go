package pattern

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// comparison reads what follows a selector and returns its condition.
func (p *parser) comparison(path []string) (condition, error) {
	for words, test := range map[string]func(v any, found bool) bool{
		"IS NULL":    func(v any, found bool) bool { return found && v == nil },
		"IS TRUE":    func(v any, _ bool) bool { return v == true },
		"IS FALSE":   func(v any, _ bool) bool { return v == false },
		"NOT EXISTS": func(_ any, found bool) bool { return !found },
		"EXISTS":     func(_ any, found bool) bool { return found },
	} {
		if p.take(words) {
			return func(doc any) bool { return test(lookup(doc, path)) }, nil
		}
	}
	for _, op := range []string{"!=", "<=", ">=", "=", "<", ">"} { // the longer ones first
		if p.take(op) {
			return p.value(path, op)
		}
	}
	return nil, fmt.Errorf("missing comparison before %q in JSON pattern", p.rest)
}

// value reads the right side: "text", %regex%, a number, or a bare word. * in
// texts and words matches anything.
func (p *parser) value(path []string, op string) (condition, error) {
	p.skip()
	var equal func(v any) bool
	switch {
	case strings.HasPrefix(p.rest, `"`):
		word, rest, err := quoted(p.rest)
		if err != nil {
			return nil, err
		}
		p.rest, equal = rest, matchesWildcards(word)
	case strings.HasPrefix(p.rest, "%"):
		re, rest, err := regex(p.rest)
		if err != nil {
			return nil, err
		}
		p.rest, equal = rest, func(v any) bool { return re.MatchString(text(v)) }
	default:
		word := p.until(" \t\n)&|")
		if n, err := strconv.ParseFloat(word, 64); err == nil {
			return number(path, op, n), nil
		}
		equal = matchesWildcards(word)
	}
	switch op {
	case "=":
		return func(doc any) bool { v, found := lookup(doc, path); return found && equal(v) }, nil
	case "!=":
		return func(doc any) bool { v, found := lookup(doc, path); return found && !equal(v) }, nil
	}
	return nil, fmt.Errorf("%s compares numbers only", op)
}

func number(path []string, op string, want float64) condition {
	return func(doc any) bool {
		v, found := lookup(doc, path)
		have, isNumber := v.(float64)
		if !isNumber {
			return found && op == "!="
		}
		switch op {
		case "=":
			return have == want
		case "!=":
			return have != want
		case "<":
			return have < want
		case "<=":
			return have <= want
		case ">":
			return have > want
		}
		return have >= want
	}
}

func matchesWildcards(pattern string) func(v any) bool {
	quotedParts := strings.Split(pattern, "*")
	for i, part := range quotedParts {
		quotedParts[i] = regexp.QuoteMeta(part)
	}
	re := regexp.MustCompile(`(?s)^` + strings.Join(quotedParts, ".*") + `$`)
	return func(v any) bool { return re.MatchString(text(v)) }
}

// text returns a value as a pattern sees it: strings as they are, others as JSON.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

// lookup follows a selector through objects and arrays.
func lookup(doc any, path []string) (v any, found bool) {
	for _, name := range path {
		switch d := doc.(type) {
		case map[string]any:
			if doc, found = d[name]; !found {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(d) {
				return nil, false
			}
			doc = d[i]
		default:
			return nil, false
		}
	}
	return doc, true
}
