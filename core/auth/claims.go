package auth

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// decodeClaims fills a struct from claims. API Gateway writes them all as strings,
// and lists as [a b].
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func decodeClaims(claims map[string]string, into any) error {
	target := reflect.ValueOf(into).Elem()
	for target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if target.Kind() != reflect.Struct {
		return fmt.Errorf("%s is not a struct", target.Type())
	}
	return fillStruct(claims, target)
}

func fillStruct(claims map[string]string, target reflect.Value) error {
	for i := range target.NumField() {
		f := target.Type().Field(i)
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			if err := fillStruct(claims, target.Field(i)); err != nil {
				return err
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		text, ok := claims[name]
		if !ok {
			continue
		}
		if err := fillClaim(target.Field(i), text); err != nil {
			return fmt.Errorf("claim %s: %w", name, err)
		}
	}
	return nil
}

// fillClaim puts the text of a claim into a field.
func fillClaim(v reflect.Value, text string) error {
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fillClaim(v.Elem(), text)
	case reflect.PointerTo(v.Type()).Implements(jsonUnmarshaler):
		return json.Unmarshal(asJSON(text), v.Addr().Interface())
	case reflect.PointerTo(v.Type()).Implements(textUnmarshaler):
		return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	case v.Kind() == reflect.Slice:
		return fillList(v, text)
	}
	return fillBasic(v, text)
}

// asJSON returns a claim's text as JSON: as it is, or as a string.
func asJSON(text string) []byte {
	if json.Valid([]byte(text)) {
		return []byte(text)
	}
	quoted, _ := json.Marshal(text) // a text always has a JSON form
	return quoted
}

// fillList fills a slice from a list, or from the one value of a claim that is none.
func fillList(v reflect.Value, text string) error {
	words := []string{text}
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		words = strings.Fields(strings.TrimSuffix(inner, "]"))
	}
	list := reflect.MakeSlice(v.Type(), len(words), len(words))
	for i, word := range words {
		if err := fillClaim(list.Index(i), word); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

func fillBasic(v reflect.Value, text string) error {
	bits := 0
	if v.CanInt() || v.CanUint() || v.CanFloat() {
		bits = v.Type().Bits()
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
		return nil
	case v.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err
	case v.CanInt():
		n, err := strconv.ParseInt(plain(text), 10, bits)
		v.SetInt(n)
		return err
	case v.CanUint():
		n, err := strconv.ParseUint(plain(text), 10, bits)
		v.SetUint(n)
		return err
	case v.CanFloat():
		x, err := strconv.ParseFloat(text, bits)
		v.SetFloat(x)
		return err
	}
	return fmt.Errorf("type %s cannot be filled from a text", v.Type())
}

// plain returns a whole number that is written with an exponent without one.
func plain(text string) string {
	if !strings.ContainsAny(text, ".eE") {
		return text
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
