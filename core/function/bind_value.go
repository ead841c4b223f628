package function

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// setter puts the text of a parameter into a field. Its error's text is for the
// caller.
type setter func(field reflect.Value, values []string) error

// parser puts one text into a value of one type.
type parser func(v reflect.Value, text string) error

var (
	timeType            = reflect.TypeFor[time.Time]()
	durationType        = reflect.TypeFor[time.Duration]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// setterFor returns the setter of a field's type. Only a query can repeat a
// parameter, so only a query can fill a slice.
func setterFor(t reflect.Type, src source) (setter, error) {
	if parse := parserFor(t); parse != nil {
		return single(parse), nil
	}
	if t.Kind() != reflect.Slice {
		return nil, fmt.Errorf("type %s cannot be bound from a %s parameter", t, src)
	}
	if src != fromQuery {
		return nil, fmt.Errorf("type %s: only a query parameter can fill a slice", t)
	}
	parse := parserFor(t.Elem())
	if parse == nil {
		return nil, fmt.Errorf("type %s cannot be bound from a query parameter", t)
	}
	return repeated(parse), nil
}

func single(parse parser) setter {
	return func(field reflect.Value, values []string) error {
		if len(values) > 1 {
			return fmt.Errorf("is given %d times; once is allowed", len(values))
		}
		if err := checkText(values[0]); err != nil {
			return err
		}
		return parse(field, values[0])
	}
}

func repeated(parse parser) setter {
	return func(field reflect.Value, values []string) error {
		list := reflect.MakeSlice(field.Type(), len(values), len(values))
		for i, text := range values {
			if err := checkText(text); err != nil {
				return err
			}
			if err := parse(list.Index(i), text); err != nil {
				return err
			}
		}
		field.Set(list)
		return nil
	}
}

// parserFor returns nil for a type that no text can fill.
func parserFor(t reflect.Type) parser {
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerParser(t.Elem())
	case t == timeType:
		return parseTime
	case t == durationType:
		return parseDuration
	case reflect.PointerTo(t).Implements(textUnmarshalerType):
		return parseText
	}
	return kindParser(t)
}

func kindParser(t reflect.Type) parser {
	switch t.Kind() {
	case reflect.String:
		return func(v reflect.Value, text string) error { v.SetString(text); return nil }
	case reflect.Bool:
		return parseBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return parseInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return parseUint
	case reflect.Float32, reflect.Float64:
		return parseFloat
	}
	return nil
}

func pointerParser(elem reflect.Type) parser {
	parse := parserFor(elem)
	if parse == nil || elem.Kind() == reflect.Pointer {
		return nil
	}
	return func(v reflect.Value, text string) error {
		target := reflect.New(elem)
		if err := parse(target.Elem(), text); err != nil {
			return err
		}
		v.Set(target)
		return nil
	}
}

func parseTime(v reflect.Value, text string) error {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return errors.New("must be a time such as 2026-01-31T15:04:05Z")
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

func parseDuration(v reflect.Value, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return errors.New("must be a duration such as 1h30m")
	}
	v.SetInt(int64(d))
	return nil
}

// parseText trusts the type's own error to speak of the text alone.
func parseText(v reflect.Value, text string) error {
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		return fmt.Errorf("is not valid: %w", err)
	}
	return nil
}

func parseBool(v reflect.Value, text string) error {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("must be true or false")
	}
	v.SetBool(b)
	return nil
}

func parseInt(v reflect.Value, text string) error {
	n, err := strconv.ParseInt(text, 10, v.Type().Bits())
	if err != nil {
		return numberError(err, "an integer")
	}
	v.SetInt(n)
	return nil
}

func parseUint(v reflect.Value, text string) error {
	n, err := strconv.ParseUint(text, 10, v.Type().Bits())
	if err != nil {
		return numberError(err, "an integer that is not negative")
	}
	v.SetUint(n)
	return nil
}

func parseFloat(v reflect.Value, text string) error {
	n, err := strconv.ParseFloat(text, v.Type().Bits())
	if err != nil {
		return numberError(err, "a number")
	}
	v.SetFloat(n)
	return nil
}

func numberError(err error, want string) error {
	if errors.Is(err, strconv.ErrRange) {
		return errors.New("is out of range")
	}
	return errors.New("must be " + want)
}
