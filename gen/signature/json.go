package signature

import (
	"cmp"
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// Direction is what is done with a value: it is read from JSON, or written to it.
type Direction int

// The ways of JSON. A queue's message is written and read.
const (
	Write Direction = 1 << iota
	Read
)

// JSON says why encoding/json cannot write or read a type, with the way there:
// "Turns[].Done is chan bool". Empty means that it can.
func JSON(t types.Type, d Direction) string {
	j := jsonCheck{direction: d, seen: map[types.Type]bool{}}
	return j.problem(t, Text(t))
}

type jsonCheck struct {
	direction Direction
	seen      map[types.Type]bool // types that hold themselves end here
}

func (j jsonCheck) problem(t types.Type, path string) string {
	t = types.Unalias(t)
	if j.seen[t] || j.ownForm(t) {
		return ""
	}
	j.seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsComplex != 0 || u.Kind() == types.UnsafePointer || u.Kind() == types.Uintptr {
			return is(path, t)
		}
	case *types.Chan, *types.Signature:
		return is(path, t)
	case *types.Interface:
		if j.direction&Read != 0 && u.NumMethods() > 0 {
			return is(path, t) + ", and nothing says which type to read it into"
		}
	case *types.Pointer:
		return j.problem(u.Elem(), path)
	case *types.Slice:
		return j.problem(u.Elem(), path+"[]")
	case *types.Array:
		return j.problem(u.Elem(), path+"[]")
	case *types.Map:
		return j.mapProblem(u, path)
	case *types.Struct:
		return j.structProblem(u, path)
	}
	return ""
}

func is(path string, t types.Type) string {
	if path == Text(t) {
		return path + " has no JSON form"
	}
	return path + " is " + Text(t)
}

func (j jsonCheck) mapProblem(m *types.Map, path string) string {
	key, basic := m.Key().Underlying().(*types.Basic)
	textual := basic && key.Info()&(types.IsString|types.IsInteger) != 0
	if !textual && !j.textKey(m.Key()) {
		return fmt.Sprintf("%s is a map whose keys of type %s are no texts", path, Text(m.Key()))
	}
	return j.problem(m.Elem(), path+"[]")
}

// textKey reports whether a map's key is a text by its methods.
func (j jsonCheck) textKey(t types.Type) bool {
	return (j.direction&Write == 0 || implementsAny(t, "MarshalText")) && (j.direction&Read == 0 || implementsAny(t, "UnmarshalText"))
}

func (j jsonCheck) structProblem(s *types.Struct, path string) string {
	visible := 0
	names := map[string]string{}
	for i := range s.NumFields() {
		f := s.Field(i)
		tag, tagged := reflect.StructTag(s.Tag(i)).Lookup("json")
		name, _, _ := strings.Cut(tag, ",")
		_, pointer := types.Unalias(f.Type()).(*types.Pointer)
		switch {
		case tag == "-":
			visible++ // left out on purpose
			continue
		case f.Embedded() && name == "":
			if j.direction&Read != 0 && pointer && !f.Exported() {
				return path + "." + f.Name() + " is an embedded pointer to an unexported struct, which nothing can fill"
			}
		case !f.Exported() && tagged && j.direction&Read != 0:
			return path + "." + f.Name() + " has a json tag, but is not exported"
		case !f.Exported():
			continue
		default:
			name = cmp.Or(name, f.Name())
			if first, taken := names[name]; taken && j.direction&Read != 0 {
				return fmt.Sprintf("%s.%s takes the name %q, as %s does", path, f.Name(), name, first)
			}
			names[name] = f.Name()
		}
		visible++
		if wrong := j.problem(f.Type(), path+"."+f.Name()); wrong != "" {
			return wrong
		}
	}
	if visible == 0 && s.NumFields() > 0 {
		return path + " is a struct without exported fields: its JSON is always {}"
	}
	return ""
}

// jsonFields yields the fields of a struct that JSON has, with their names there; ""
// for an embedded field whose own fields stand in its place.
func jsonFields(s *types.Struct) func(yield func(*types.Var, string) bool) {
	return func(yield func(*types.Var, string) bool) {
		for i := range s.NumFields() {
			f := s.Field(i)
			tag := reflect.StructTag(s.Tag(i)).Get("json")
			name, _, _ := strings.Cut(tag, ",")
			if tag == "-" || !f.Exported() && !f.Embedded() {
				continue
			}
			if !f.Embedded() {
				name = cmp.Or(name, f.Name())
			}
			if !yield(f, name) {
				return
			}
		}
	}
}

// ownForm reports whether a type, not encoding/json, decides what it is in JSON.
func (j jsonCheck) ownForm(t types.Type) bool {
	if j.direction&Write != 0 && !implementsAny(t, "MarshalJSON", "MarshalText") {
		return false
	}
	if j.direction&Read != 0 && (types.IsInterface(t) || !implementsAny(t, "UnmarshalJSON", "UnmarshalText")) {
		return false // nothing says which type to read an interface into
	}
	return true
}

// implementsAny reports whether a type, or a pointer to it, has one of the methods
// of encoding.
func implementsAny(t types.Type, methods ...string) bool {
	if _, ok := t.Underlying().(*types.Interface); !ok {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	for _, name := range methods {
		m := set.Lookup(nil, name)
		if m == nil {
			continue
		}
		f, ok := m.Type().(*types.Signature)
		if ok && encodes(f, strings.HasPrefix(name, "Un")) {
			return true
		}
	}
	return false
}

// encodes reports whether a method is func([]byte) error or func() ([]byte, error).
func encodes(f *types.Signature, reads bool) bool {
	bytes := types.NewSlice(types.Typ[types.Byte])
	p, r := f.Params(), f.Results()
	if reads {
		return p.Len() == 1 && types.Identical(p.At(0).Type(), bytes) && r.Len() == 1 && isError(r.At(0).Type())
	}
	return p.Len() == 0 && r.Len() == 2 && types.Identical(r.At(0).Type(), bytes) && isError(r.At(1).Type())
}
