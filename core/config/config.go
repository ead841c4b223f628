// Package config provides typed handles on a function's environment variables. It
// knows how a variable is named and how its text is read into a field; it must not
// know where values come from, which is a matter of seastack.hcl. A type is declared
// by an annotation; whoever takes a Value of it in a constructor gets it filled.
package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
)

// Value is a type's configuration. It is read once, when the function starts.
type Value[T any] interface {
	// Get returns the configuration. What its slices and pointers lead to is shared,
	// and must not be changed.
	Get() T
}

// Fixed returns a Value that is not read from the environment, for tests.
func Fixed[T any](v T) Value[T] { return &value[T]{v} }

// NewValue reads T, a struct, from the environment. The variable of a field is named
// by its tag env, else by the prefix and the field's name: SEARCH_MAX_AGE for MaxAge
// and "SEARCH_". A variable that is not set has the text of the tag default. The
// error names each variable that is missing or cannot be read, and has no value.
func NewValue[T any](prefix string) (Value[T], error) {
	v := &value[T]{}
	if problems := fill(reflect.ValueOf(&v.v).Elem(), prefix); len(problems) > 0 {
		return nil, fmt.Errorf("configuration %s: %s", reflect.TypeFor[T](), strings.Join(problems, "; "))
	}
	return v, nil
}

type value[T any] struct{ v T }

func (v *value[T]) Get() T { return v.v }

// Format prints the type alone, so that no handle is printed with its values.
func (*value[T]) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "config.Value[%s]", reflect.TypeFor[T]())
}

// fill sets the fields of a struct, and returns what is wrong with their variables.
func fill(into reflect.Value, prefix string) (problems []string) {
	for f, v := range into.Fields() {
		name := variable(prefix, f)
		if name == "" {
			continue
		}
		text, set := os.LookupEnv(name)
		if !set {
			text, set = f.Tag.Lookup("default")
		}
		if !set {
			problems = append(problems, name+" is not set")
		} else if !parse(v, text) {
			problems = append(problems, name+" is not "+form(f.Type))
		}
	}
	return problems
}

// variable returns the name of a field's variable; "" for a field that has none.
func variable(prefix string, f reflect.StructField) string {
	tag := f.Tag.Get("env")
	switch {
	case !f.IsExported() || tag == "-":
		return ""
	case tag != "":
		return tag
	}
	return prefix + screaming(f.Name)
}
