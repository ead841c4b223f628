package config

import (
	"encoding"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// parse reads a text into a field, and reports whether it could.
func parse(into reflect.Value, text string) bool {
	if u, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text)) == nil
	}
	switch into.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		into.SetInt(int64(d))
		return err == nil
	case *url.URL:
		u, err := url.Parse(text)
		into.Set(reflect.ValueOf(u))
		return err == nil && u.IsAbs()
	}
	if into.Kind() == reflect.Slice {
		return parseList(into, text)
	}
	return parseBasic(into, text)
}

// parseList reads what stands between commas; an empty text is an empty list.
func parseList(into reflect.Value, text string) bool {
	into.Set(reflect.MakeSlice(into.Type(), 0, strings.Count(text, ",")+1))
	if strings.TrimSpace(text) == "" {
		return true
	}
	for element := range strings.SplitSeq(text, ",") {
		v := reflect.New(into.Type().Elem()).Elem()
		if !parse(v, strings.TrimSpace(element)) {
			return false
		}
		into.Set(reflect.Append(into, v))
	}
	return true
}

func parseBasic(into reflect.Value, text string) bool {
	var err error
	switch {
	case into.Kind() == reflect.String:
		into.SetString(text)
	case into.Kind() == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		into.SetBool(b)
	case into.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, into.Type().Bits())
		into.SetInt(n)
	case into.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, into.Type().Bits())
		into.SetUint(n)
	case into.CanFloat():
		var f float64
		f, err = strconv.ParseFloat(text, into.Type().Bits())
		into.SetFloat(f)
	default:
		return false // the generator refuses such a field
	}
	return err == nil
}

// form returns what a field's text has to be.
func form(t reflect.Type) string {
	if t.Kind() == reflect.Slice && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "a list of " + t.Elem().String() + " with commas between them"
	}
	return "of type " + t.String()
}
