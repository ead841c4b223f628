package function

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

var jsonUnmarshalerType = reflect.TypeFor[json.Unmarshaler]()

// checkJSON finds what encoding/json can never fill, anywhere inside a type.
// seen ends the walk on types that hold themselves.
func checkJSON(t reflect.Type, seen map[reflect.Type]bool) error {
	if seen[t] || readsItself(t) {
		return nil
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer, reflect.Uintptr:
		return fmt.Errorf("type %s cannot be read from JSON", t)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("type %s cannot be read from JSON: it is an interface with methods", t)
		}
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return checkJSON(t.Elem(), seen)
	case reflect.Map:
		return checkJSONMap(t, seen)
	case reflect.Struct:
		return checkJSONStruct(t, seen)
	}
	return nil
}

// readsItself reports whether a type, not encoding/json, decides what it is in JSON.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonUnmarshalerType) || p.Implements(textUnmarshalerType)
}

func checkJSONMap(t reflect.Type, seen map[reflect.Type]bool) error {
	k := t.Key()
	textual := k.Kind() == reflect.String || reflect.Int <= k.Kind() && k.Kind() <= reflect.Uint64
	if !textual && !reflect.PointerTo(k).Implements(textUnmarshalerType) {
		return fmt.Errorf("type %s cannot be read from JSON: its keys are no texts", t)
	}
	return checkJSON(t.Elem(), seen)
}

func checkJSONStruct(t reflect.Type, seen map[reflect.Type]bool) error {
	names := map[string]string{}
	for f := range t.Fields() {
		tag, tagged := f.Tag.Lookup("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "":
			if f.Type.Kind() == reflect.Pointer && !f.IsExported() {
				return fmt.Errorf("%s: an embedded pointer to an unexported struct cannot be read from JSON", f.Name)
			}
		case !f.IsExported() && tagged:
			return fmt.Errorf("%s: has a json tag but is not exported", f.Name)
		case !f.IsExported():
			continue
		default:
			name = cmp.Or(name, f.Name)
			if first, taken := names[name]; taken {
				return fmt.Errorf("%s: takes the name %q, as %s does", f.Name, name, first)
			}
			names[name] = f.Name
		}
		if err := checkJSON(f.Type, seen); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}
