package signature

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// source is where a field's value comes from, by its tag.
type source string

const (
	fromPath   source = "path"
	fromQuery  source = "query"
	fromHeader source = "header"
	fromBody   source = "json"
)

var sources = []source{fromPath, fromQuery, fromHeader, fromBody}

// Input checks the input of an HTTP handler by the rules by which core/function
// fills it at run time, and against the variables of its route. The names of
// variables that nothing takes are the second result.
func Input(in types.Type, route []string) (problems []Problem, unbound []string) {
	c := &inputCheck{route: route, taken: map[string]bool{}}
	s, ok := structOf(in)
	if !ok {
		c.add(diag.BadInputField, token.NoPos, fmt.Sprintf("the input %s is not a struct", Text(in)),
			"take a struct whose fields have path, query, header or json tags")
		return c.problems, nil
	}
	c.fields(s)
	for _, name := range route {
		if !c.taken[string(fromPath)+" "+name] {
			unbound = append(unbound, name)
		}
	}
	return c.problems, unbound
}

// structOf takes a struct, or a pointer to one.
func structOf(t types.Type) (*types.Struct, bool) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

type inputCheck struct {
	route    []string
	taken    map[string]bool // "path id"
	problems []Problem
}

func (c *inputCheck) add(code string, pos token.Pos, message, next string) {
	c.problems = append(c.problems, Problem{Code: code, Pos: pos, Message: message, Next: next})
}

func (c *inputCheck) bad(f *types.Var, message, next string) {
	c.add(diag.BadInputField, f.Pos(), "field "+f.Name()+" "+message, next)
}

func (c *inputCheck) fields(s *types.Struct) {
	for i := range s.NumFields() {
		f, tag := s.Field(i), reflect.StructTag(s.Tag(i))
		inner, isStruct := f.Type().Underlying().(*types.Struct)
		if f.Embedded() && tag == "" && isStruct {
			c.fields(inner)
			continue
		}
		c.field(f, tag)
	}
}

func (c *inputCheck) field(f *types.Var, tag reflect.StructTag) {
	found := sourcesOf(tag)
	_, pointer := types.Unalias(f.Type()).(*types.Pointer)
	switch {
	case f.Embedded() && tag == "" && pointer:
		c.bad(f, "is an embedded pointer, so nothing fills its fields", "embed the struct itself")
		return
	case len(found) == 0 && (!f.Exported() || tag.Get("json") == "-"):
		return
	case len(found) == 0:
		c.bad(f, "has none of the tags path, query, header and json, so nothing fills it", `add one; json:"-" leaves the field out on purpose`)
		return
	case len(found) > 1:
		c.bad(f, fmt.Sprintf("has a %s and a %s tag, but only one can fill it", found[0], found[1]), "keep one")
		return
	case !f.Exported():
		c.bad(f, fmt.Sprintf("has a %s tag, but is not exported", found[0]), "export it, or remove the tag")
		return
	}
	name, options, _ := strings.Cut(tag.Get(string(found[0])), ",")
	if c.claim(f, found[0], name) {
		c.tagged(f, found[0], name, options)
	}
}

func sourcesOf(tag reflect.StructTag) []source {
	var found []source
	for _, s := range sources {
		if value, ok := tag.Lookup(string(s)); ok && (s != fromBody || value != "-") {
			found = append(found, s)
		}
	}
	return found
}

// claim notes that a field takes a name; false when it cannot.
func (c *inputCheck) claim(f *types.Var, s source, name string) bool {
	key := string(s) + " " + name
	if s == fromHeader {
		key = strings.ToLower(key)
	}
	switch {
	case name == "":
		c.bad(f, fmt.Sprintf("has a %s tag without a name", s), fmt.Sprintf("write %s:\"name\"", s))
		return false
	case c.taken[key]:
		c.bad(f, fmt.Sprintf("takes %s %q, which another field takes as well", s, name), "keep one of the two")
		return false
	}
	c.taken[key] = true
	return true
}

func (c *inputCheck) tagged(f *types.Var, s source, name, options string) {
	switch {
	case s == fromBody:
		c.member(f, options)
	case options != "":
		c.bad(f, fmt.Sprintf("has a %s tag with the unknown option %q", s, options), "remove the option")
	case s == fromPath && !slices.Contains(c.route, name):
		c.bad(f, fmt.Sprintf("takes the path variable %q, which the route does not have", name), c.variables())
	case !fillable(f.Type(), s):
		c.bad(f, fmt.Sprintf("is %s, which no %s parameter can fill", Text(f.Type()), s),
			"use a string, a number, a bool, time.Time, time.Duration, an encoding.TextUnmarshaler or a pointer to one; only a query fills slices of them")
	}
}

func (c *inputCheck) variables() string {
	if len(c.route) == 0 {
		return "write the variable in the route, as in /interviews/{id}"
	}
	return "the route has: " + strings.Join(c.route, ", ")
}

func (c *inputCheck) member(f *types.Var, options string) {
	for option := range strings.SplitSeq(options, ",") {
		if option != "" && option != "omitempty" && option != "omitzero" {
			c.bad(f, fmt.Sprintf("has the json option %q, which inputs do not support", option), "remove the option, or use omitempty or omitzero")
		}
	}
	if wrong := JSON(f.Type(), Read); wrong != "" {
		c.add(diag.NotJSON, f.Pos(), "field "+f.Name()+" cannot be read from JSON: "+wrong, "change the type, give it an UnmarshalJSON method, or leave the field out with json:\"-\"")
	}
}

// fillable reports whether the text of a parameter can become a value of a type.
func fillable(t types.Type, s source) bool {
	t = types.Unalias(t)
	if parsable(t) {
		return true
	}
	list, ok := t.Underlying().(*types.Slice)
	return ok && s == fromQuery && parsable(list.Elem())
}

func parsable(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		_, twice := p.Elem().Underlying().(*types.Pointer)
		return !twice && parsable(p.Elem())
	}
	if types.IsInterface(t) {
		return false
	}
	if implementsAny(t, "UnmarshalText") {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsString|types.IsBoolean|types.IsInteger|types.IsFloat) != 0 && b.Kind() != types.Uintptr
}
