package function

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/seastack/seastack/core/fault"
)

// source is where a field's value comes from.
type source string

const (
	fromPath   source = "path"
	fromQuery  source = "query"
	fromHeader source = "header"
	fromBody   source = "json"
)

var sources = []source{fromPath, fromQuery, fromHeader, fromBody}

// plan says how to fill one input type from a request. It is made once, when
// the process starts.
type plan struct {
	params []param
	body   []member
}

// param is a field that a path, query or header parameter fills.
type param struct {
	source source
	name   string
	index  []int
	set    setter
}

// member is a field that a member of the JSON body fills.
type member struct {
	name     string
	index    []int
	optional bool // omitempty or omitzero: the body may be absent altogether
}

// newPlan reads the tags of a struct type (or a pointer to one). The error
// names every field that cannot be bound.
func newPlan(t reflect.Type) (*plan, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("input type %s: must be a struct whose fields have path, query, header or json tags", t)
	}
	var p plan
	var wrong []string
	p.addFields(t, nil, &wrong)
	p.checkNames(&wrong)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("input type %s: %s", t, strings.Join(wrong, "; "))
	}
	return &p, nil
}

func (p *plan) addFields(t reflect.Type, prefix []int, wrong *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(prefix), i)
		if f.Anonymous && f.Tag == "" && f.Type.Kind() == reflect.Struct {
			p.addFields(f.Type, index, wrong)
			continue
		}
		if err := p.addField(f, index); err != nil {
			*wrong = append(*wrong, fmt.Sprintf("field %s: %v", f.Name, err))
		}
	}
}

func (p *plan) addField(f reflect.StructField, index []int) error {
	src, tag, err := tagOf(f)
	if err != nil || tag == "-" {
		return err
	}
	name, options, _ := strings.Cut(tag, ",")
	switch {
	case !f.IsExported():
		return fmt.Errorf("has a %s tag but is not exported", src)
	case name == "":
		return fmt.Errorf("its %s tag has no name", src)
	case src == fromBody:
		return p.addMember(f, index, name, options)
	case options != "":
		return fmt.Errorf("its %s tag has the unknown option %q", src, options)
	}
	set, err := setterFor(f.Type, src)
	if err != nil {
		return err
	}
	p.params = append(p.params, param{source: src, name: name, index: index, set: set})
	return nil
}

func (p *plan) addMember(f reflect.StructField, index []int, name, options string) error {
	m := member{name: name, index: index}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "omitempty", "omitzero":
			m.optional = true
		default:
			return fmt.Errorf("its json tag has the option %q, which is not supported", option)
		}
	}
	if err := checkJSON(f.Type, map[reflect.Type]bool{}); err != nil {
		return err
	}
	p.body = append(p.body, m)
	return nil
}

// tagOf returns the one tag that says where a field comes from. An exported field
// without any is an error: it would silently stay empty. `json:"-"` leaves a
// field out, and may stand beside another tag.
func tagOf(f reflect.StructField) (source, string, error) {
	var found []source
	for _, src := range sources {
		if tag, ok := f.Tag.Lookup(string(src)); ok && (tag != "-" || src != fromBody) {
			found = append(found, src)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], f.Tag.Get(string(found[0])), nil
	case len(found) > 1:
		return "", "", fmt.Errorf("has a %s and a %s tag; one of them can fill it", found[0], found[1])
	case f.Anonymous && f.Tag == "" && f.Type.Kind() == reflect.Pointer:
		return "", "", errors.New("is an embedded pointer, so nothing fills its fields; embed the struct itself")
	case f.IsExported() && f.Tag.Get("json") != "-":
		return "", "", fmt.Errorf(`has none of the tags path, query, header and json (json:"-" leaves it out)`)
	}
	return "", "-", nil
}

// checkNames finds names that two fields claim.
func (p *plan) checkNames(wrong *[]string) {
	seen := map[string]bool{}
	check := func(src source, name string) {
		key := string(src) + " " + name
		if src == fromHeader {
			key = strings.ToLower(key)
		}
		if seen[key] {
			*wrong = append(*wrong, fmt.Sprintf("two fields take %s %q", src, name))
		}
		seen[key] = true
	}
	for _, f := range p.params {
		check(f.source, f.name)
	}
	for _, m := range p.body {
		check(fromBody, m.name)
	}
}

// bindParams fills what path, query and headers give; it notes every field that
// cannot be filled. A parameter that is absent leaves its field as it is.
func (p *plan) bindParams(req *request, target reflect.Value, wrong *fault.Fields) {
	for _, f := range p.params {
		values := req.values(f.source, f.name)
		if len(values) == 0 {
			continue
		}
		if err := f.set(target.FieldByIndex(f.index), values); err != nil {
			wrong.Add(f.name, "%s", err)
		}
	}
}
