package wire

import (
	"net/url"
	"strings"
)

// pattern is the parsed path of a RESTJSON operation.
type pattern struct {
	operation *Operation
	parts     []part
	greedy    bool // the last part matches the rest of the path, including slashes
}

// part is one segment: a variable if name is set, otherwise a literal.
type part struct{ literal, name string }

func compile(op *Operation) pattern {
	p := pattern{operation: op}
	for _, s := range segments(op.Path) {
		name, isVar := strings.CutPrefix(s, "{")
		if !isVar {
			p.parts = append(p.parts, part{literal: s})
			continue
		}
		name, p.greedy = strings.CutSuffix(strings.TrimSuffix(name, "}"), "+")
		p.parts = append(p.parts, part{name: name})
	}
	return p
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// match returns the variables of an escaped path's segments, unescaped. It
// allocates nothing for a path that does not match.
func (p pattern) match(have []string) (map[string]string, bool) {
	if len(have) < len(p.parts) || (len(have) > len(p.parts) && !p.greedy) {
		return nil, false
	}
	for i, want := range p.parts {
		if want.name == "" && want.literal != have[i] {
			return nil, false
		}
	}
	return p.variables(have)
}

func (p pattern) variables(have []string) (map[string]string, bool) {
	vars := map[string]string{}
	for i, want := range p.parts {
		if want.name == "" {
			continue
		}
		value := have[i]
		if p.greedy && i == len(p.parts)-1 {
			value = strings.Join(have[i:], "/")
		}
		plain, err := url.PathUnescape(value)
		if err != nil {
			return nil, false
		}
		vars[want.name] = plain
	}
	return vars, true
}
