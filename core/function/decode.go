package function

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/seastack/seastack/core/fault"
)

// strict are the options by which inputs are read: as encoding/json reads them,
// so that what was answered can be sent back, but at every depth names match
// exactly and stand once, members are known, arrays have their length, and text
// is UTF-8 without lone surrogates.
var strict = json.JoinOptions(
	jsonv1.DefaultOptionsV1(),
	json.MatchCaseInsensitiveNames(false),
	json.RejectUnknownMembers(true),
	jsontext.AllowDuplicateNames(false),
	jsontext.AllowInvalidUTF8(false),
	jsonv1.ReportErrorsWithLegacySemantics(false),
	jsonv1.UnmarshalArrayFromAnyLength(false),
	jsonv1.ParseBytesWithLooseRFC4648(false),
	jsonv1.ParseTimeWithLooseRFC3339(false),
)

// tolerant are the options by which messages are read: a message's sender may be
// newer than its consumer.
var tolerant = json.JoinOptions(strict, json.RejectUnknownMembers(false))

// decodeStrict decodes one JSON value, with nothing behind it.
func decodeStrict(data []byte, into any) error {
	if err := json.Unmarshal(data, into, strict); err != nil {
		return err
	}
	return checkNUL(data)
}

var errNUL = errors.New("has a NUL character")

// checkNUL refuses texts with U+0000: PostgreSQL cannot store them.
// https://www.postgresql.org/docs/current/datatype-character.html
func checkNUL(data []byte) error {
	if !bytes.Contains(data, []byte(`\u0000`)) {
		return nil
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil // what stands there is \\u0000
		case err != nil:
			return err
		case token.Kind() == '"' && strings.ContainsRune(token.String(), 0):
			return errNUL
		}
	}
}

// checkText refuses the text of a parameter that could not stand in JSON or in
// PostgreSQL.
func checkText(text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return errors.New("must be text in UTF-8 without NUL characters")
	}
	return nil
}

// decodeObject takes the members of a body apart.
func decodeObject(body []byte) (map[string]jsontext.Value, error) {
	var members map[string]jsontext.Value
	err := json.Unmarshal(body, &members, strict)
	syntax, isSyntax := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, badRequest("The request is not well formed.", fault.Field{Field: dotted("", syntax.JSONPointer), Detail: "is given twice"})
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, badRequest("The body is not valid JSON: it ends too early.")
	case isSyntax && strings.Contains(syntax.Err.Error(), "after top-level value"):
		return nil, badRequest("The body goes on after its JSON object.")
	case isSyntax:
		return nil, badRequest(fmt.Sprintf("The body is not valid JSON: %s, after byte %d.", syntax.Err, syntax.ByteOffset))
	case err != nil || members == nil:
		return nil, badRequest("The body must be a JSON object.")
	}
	return members, nil
}

// addMemberError says in the caller's terms what is wrong with a member.
func addMemberError(wrong *fault.Fields, name string, err error) {
	semantic, isSemantic := errors.AsType[*json.SemanticError](err)
	if isSemantic {
		name = dotted(name, semantic.JSONPointer)
	}
	_, isTime := errors.AsType[*time.ParseError](err)
	syntax, isSyntax := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case isSyntax && errors.Is(err, jsontext.ErrDuplicateName):
		wrong.Add(dotted(name, syntax.JSONPointer), "is given twice")
	case errors.Is(err, errNUL):
		wrong.Add(name, "must be text without NUL characters")
	case errors.Is(err, json.ErrUnknownName):
		wrong.Add(name, "is not known")
	case isTime:
		wrong.Add(name, "must be a time such as 2026-01-31T15:04:05Z")
	case isSemantic && semantic.GoType != nil && (semantic.Err == nil || isNumber(semantic)):
		wrong.Add(name, "must be %s, not %s", jsonName(semantic.GoType), kindName(semantic))
	case isSemantic && semantic.Err != nil:
		wrong.Add(name, "is not valid: %s", semantic.Err)
	default:
		wrong.Add(name, "is not valid: %s", err)
	}
}

func isNumber(e *json.SemanticError) bool {
	switch e.GoType.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return e.JSONKind == '0'
	}
	return false
}

// dotted writes a place in JSON as people do: inner.list.0.
func dotted(name string, place jsontext.Pointer) string {
	for token := range place.Tokens() {
		if name != "" {
			name += "."
		}
		name += token
	}
	return name
}

// kindName returns what a value is in JSON; a number that does not fit is
// itself.
func kindName(e *json.SemanticError) string {
	switch e.JSONKind {
	case 'n':
		return "null"
	case 't', 'f':
		return "bool"
	case '"':
		return "string"
	case '[':
		return "array"
	case '{':
		return "object"
	}
	if len(e.JSONValue) > 0 && len(e.JSONValue) <= 40 && isNumber(e) {
		return string(e.JSONValue)
	}
	return "number"
}

// jsonName returns the JSON term for a Go type.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return jsonName(t.Elem())
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
