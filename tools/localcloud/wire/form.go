package wire

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
)

// DecodeForm decodes a form of the Query protocol into the struct that out
// points to: fields of string, bool, int, struct, slices of those and pointers to scalars, by
// name. The fields of an embedded struct are as if they stood in out itself.
func DecodeForm(form url.Values, out any) error {
	return decodeStruct(form, "", reflect.ValueOf(out).Elem())
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
	return decodeValue(form, prefix+field.Name, v)
}

func decodeValue(form url.Values, name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Slice:
		return decodeList(form, name, v)
	case reflect.Struct:
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
	switch v.Kind() {
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
