package function

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/seastack/seastack/core/fault"
)

// bindBody fills what the JSON body gives. It is strict: an unknown member or
// anything behind the object is an error, and names match exactly.
func (p *plan) bindBody(body []byte, target reflect.Value, wrong *fault.Fields) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if slices.ContainsFunc(p.body, func(m member) bool { return !m.optional }) {
			return badRequest("The request needs a JSON body.")
		}
		return nil
	}
	members, err := decodeObject(body)
	if err != nil {
		return err
	}
	for _, m := range p.body {
		raw, ok := members[m.name]
		delete(members, m.name)
		if !ok {
			continue
		}
		if err := decodeStrict(raw, target.FieldByIndex(m.index).Addr().Interface()); err != nil {
			addMemberError(wrong, m.name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		wrong.Add(name, "is not known")
	}
	return nil
}

func decodeObject(body []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	err := decodeStrict(body, &members)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, badRequest(fmt.Sprintf("The body is not valid JSON: %s, at byte %d.", syntax, syntax.Offset))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, badRequest("The body is not valid JSON: it ends too early.")
	case errors.Is(err, errTrailing):
		return nil, badRequest("The body goes on after its JSON object.")
	case err != nil || members == nil:
		return nil, badRequest("The body must be a JSON object.")
	}
	return members, nil
}

var errTrailing = errors.New("data after the JSON value")

// decodeStrict decodes one JSON value and takes neither unknown members nor
// anything behind the value.
func decodeStrict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errTrailing
	}
	return nil
}

// addMemberError says in the caller's terms what encoding/json found.
func addMemberError(wrong *fault.Fields, name string, err error) {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		if mismatch.Field != "" {
			name += "." + mismatch.Field
		}
		wrong.Add(name, "must be %s, not %s", jsonName(mismatch.Type), mismatch.Value)
		return
	}
	if unknown, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		wrong.Add(name+"."+strings.Trim(unknown, `"`), "is not known")
		return
	}
	if _, ok := errors.AsType[*timeParseError](err); ok {
		wrong.Add(name, "must be a time such as 2026-01-31T15:04:05Z")
		return
	}
	wrong.Add(name, "is not valid: %s", err)
}

// jsonName gives the JSON term for a Go type.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		if t == timeType {
			return "a time such as 2026-01-31T15:04:05Z"
		}
		return "an object"
	}
	return fmt.Sprintf("an integer in the range of %s", t.Kind())
}
