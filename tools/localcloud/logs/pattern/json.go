package pattern

import (
	"encoding/json"
	"fmt"
	"strings"
)

// condition reports whether a decoded JSON message matches.
type condition func(doc any) bool

func parseJSON(pattern string) (Matcher, error) {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(pattern, "{"), "}")
	if !ok {
		return nil, fmt.Errorf("JSON pattern does not end with }: %s", pattern)
	}
	p := parser{rest: inner}
	cond, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.skip(); p.rest != "" {
		return nil, fmt.Errorf("unexpected %q in JSON pattern", p.rest)
	}
	return func(message string) bool {
		var doc any
		return json.Unmarshal([]byte(message), &doc) == nil && cond(doc)
	}, nil
}

// parser is a recursive descent over: or = and {"||" and}; and = unit {"&&"
// unit}; unit = "(" or ")" | selector comparison.
type parser struct{ rest string }

func (p *parser) skip() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

// take consumes a token if it comes next.
func (p *parser) take(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *parser) or() (condition, error) {
	return p.chain("||", p.and, func(a, b condition) condition {
		return func(doc any) bool { return a(doc) || b(doc) }
	})
}

func (p *parser) and() (condition, error) {
	return p.chain("&&", p.unit, func(a, b condition) condition {
		return func(doc any) bool { return a(doc) && b(doc) }
	})
}

func (p *parser) chain(op string, part func() (condition, error), join func(a, b condition) condition) (condition, error) {
	all, err := part()
	for err == nil && p.take(op) {
		var next condition
		if next, err = part(); err == nil {
			all = join(all, next)
		}
	}
	return all, err
}

func (p *parser) unit() (condition, error) {
	if p.take("(") {
		inner, err := p.or()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("missing ) before %q in JSON pattern", p.rest)
		}
		return inner, err
	}
	path, err := p.selector()
	if err != nil {
		return nil, err
	}
	return p.comparison(path)
}

// selector reads $.a.b[0]["c d"].
func (p *parser) selector() (path []string, err error) {
	if !p.take("$") {
		return nil, fmt.Errorf("a selector must start with $: %q", p.rest)
	}
	for {
		switch {
		case strings.HasPrefix(p.rest, "."):
			p.rest = p.rest[1:]
			path = append(path, p.until(" \t\n.[=!<>()&|"))
		case strings.HasPrefix(p.rest, "["):
			inner, rest, ok := strings.Cut(p.rest[1:], "]")
			if !ok {
				return nil, fmt.Errorf("missing ] in selector: %q", p.rest)
			}
			path, p.rest = append(path, strings.Trim(inner, `'"`)), rest
		default:
			return path, nil
		}
	}
}

// until reads up to one of the stops or the end.
func (p *parser) until(stops string) string {
	end := strings.IndexAny(p.rest, stops)
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}
