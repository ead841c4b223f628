package function

import (
	"encoding/json"
	"fmt"
	"reflect"
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

// readsItself says whether a type, not encoding/json, decides what it is in JSON.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonUnmarshalerType) || p.Implements(textUnmarshalerType)
}

func checkJSONMap(t reflect.Type, seen map[reflect.Type]bool) error {
	switch k := t.Key(); {
	case k.Kind() == reflect.String, reflect.Int <= k.Kind() && k.Kind() <= reflect.Uint64, readsItself(k):
		return checkJSON(t.Elem(), seen)
	}
	return fmt.Errorf("type %s cannot be read from JSON: its keys are no texts", t)
}

func checkJSONStruct(t reflect.Type, seen map[reflect.Type]bool) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous || f.Tag.Get("json") == "-" {
			continue
		}
		if err := checkJSON(f.Type, seen); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}
