package wire

import (
	"encoding"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// DecodeForm decodes a form of the Query protocol into the struct that out points
// to: fields of string, bool, int, float, Time, struct, slices of those and pointers to
// scalars, by name. The fields of an embedded struct count as fields of out. A
// member that out does not have is an error, since it would be ignored.
func DecodeForm(form url.Values, out any) error {
	if err := checkMembers(form, reflect.TypeOf(out).Elem()); err != nil {
		return err
	}
	return decodeStruct(form, "", reflect.ValueOf(out).Elem())
}

// checkMembers checks that t has a field for each member of a form, and that each
// member occurs once. Members of the protocol itself are not checked.
func checkMembers(form url.Values, t reflect.Type) error {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		switch {
		case name == "Action" || name == "Version" || strings.HasPrefix(name, "X-Amz-"):
		case !hasField(t, strings.Split(name, ".")):
			return fmt.Errorf("the local cloud does not have the member %s", name)
		case len(form[name]) > 1:
			return fmt.Errorf("the member %s occurs more than once", name)
		case leavesGap(form, name):
			return fmt.Errorf("the member %s does not follow the one before it in its list", name)
		}
	}
	return nil
}

// hasField reports whether a member's name, split at its dots, leads to a scalar
// in t, or is the name of a list, which is then empty.
func hasField(t reflect.Type, name []string) bool {
	switch {
	case t == reflect.TypeFor[Time]():
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Anonymous && hasField(f.Type, name) {
				return true
			}
			if !f.Anonymous && len(name) > 0 && memberName(f) == name[0] {
				return hasField(f.Type, name[1:])
			}
		}
		return false
	case t.Kind() == reflect.Slice:
		return len(name) == 0 || (len(name) > 1 && name[0] == "member" && isIndex(name[1]) && hasField(t.Elem(), name[2:]))
	}
	return len(name) == 0
}

func isIndex(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0 && strconv.Itoa(n) == s
}

// leavesGap reports whether a member is an element of a list without the
// element before it: a list is decoded up to the first gap.
func leavesGap(form url.Values, name string) bool {
	parts := strings.Split(name, ".")
	for i := 1; i < len(parts)-1; i++ {
		n, err := strconv.Atoi(parts[i+1])
		if parts[i] == "member" && err == nil && n > 1 &&
			!hasMember(form, strings.Join(parts[:i+1], ".")+"."+strconv.Itoa(n-1)) {
			return true
		}
	}
	return false
}

func decodeStruct(form url.Values, prefix string, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if err := decodeField(form, prefix, field, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func decodeField(form url.Values, prefix string, field reflect.StructField, v reflect.Value) error {
	if field.Anonymous {
		return decodeStruct(form, prefix, v)
	}
	return decodeValue(form, prefix+memberName(field), v)
}

// memberName returns the name of a field's member: the value of its tag "form",
// which members that begin with a small letter need, or its own name.
func memberName(field reflect.StructField) string {
	if name := field.Tag.Get("form"); name != "" {
		return name
	}
	return field.Name
}

func decodeValue(form url.Values, name string, v reflect.Value) error {
	switch {
	case v.Kind() == reflect.Slice:
		return decodeList(form, name, v)
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Time]():
		return decodeStruct(form, name+".", v)
	}
	if !form.Has(name) {
		return nil
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	return decodeScalar(form.Get(name), name, v)
}

func decodeScalar(s, name string, v reflect.Value) error {
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := t.UnmarshalText([]byte(s)); err != nil {
			return fmt.Errorf("%s: %q is not what it must be", name, s)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Float64:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is not a number", name, s)
		}
		v.SetFloat(n)
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%s: %q is not a boolean", name, s)
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is not a whole number", name, s)
		}
		v.SetInt(n)
	default:
		return fmt.Errorf("%s: cannot decode into %s", name, v.Type())
	}
	return nil
}

func decodeList(form url.Values, name string, v reflect.Value) error {
	if form.Get(name) != "" { // an empty list is written as an empty member
		return fmt.Errorf("%s: %q is not a list", name, form.Get(name))
	}
	for i := 1; ; i++ {
		item := fmt.Sprintf("%s.member.%d", name, i)
		if !hasMember(form, item) {
			return nil
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if err := decodeValue(form, item, e); err != nil {
			return err
		}
		v.Set(reflect.Append(v, e))
	}
}

func hasMember(form url.Values, name string) bool {
	if form.Has(name) {
		return true
	}
	for k := range form {
		if len(k) > len(name) && k[:len(name)+1] == name+"." {
			return true
		}
	}
	return false
}
