package signature

import (
	"bytes"
	"encoding/json"
	"go/constant"
	"go/types"
	"reflect"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// Example returns an example of what a handler takes: the parts of a request for a
// route, else a message, an event's detail or a payload, as the body. It is nil
// for a handler without an input, and for one that takes the event as it is.
func Example(kind model.TriggerKind, in types.Type) *model.Example {
	if in == nil || eventIn(in) != "" {
		return nil
	}
	if kind != model.HTTPTrigger {
		raw, ok := exampleOf(in, "", nil)
		if !ok {
			return nil
		}
		return &model.Example{Body: raw}
	}
	s, ok := structOf(in)
	if !ok {
		return nil
	}
	e := &model.Example{}
	var body object
	fillRequest(e, &body, s)
	if len(body.members) > 0 {
		e.Body = body.json()
	}
	return e
}

// fillRequest adds the fields of a request's input where its tags have them.
func fillRequest(e *model.Example, body *object, s *types.Struct) {
	for i := range s.NumFields() {
		f, tag := s.Field(i), reflect.StructTag(s.Tag(i))
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() && tag == "" {
			fillRequest(e, body, inner)
			continue
		}
		for _, from := range sourcesOf(tag) {
			name, _, _ := strings.Cut(tag.Get(string(from)), ",")
			raw, ok := exampleOf(f.Type(), name, nil)
			switch {
			case !ok:
			case from == fromBody:
				body.add(name, raw)
			default:
				setParameter(e, from, name, parameter(f.Type(), raw))
			}
		}
	}
}

func setParameter(e *model.Example, from source, name, value string) {
	into := map[source]*map[string]string{fromPath: &e.Path, fromQuery: &e.Query, fromHeader: &e.Header}[from]
	if *into == nil {
		*into = map[string]string{}
	}
	(*into)[name] = value
}

// parameter returns the text of a value in a path, a query or a header.
func parameter(t types.Type, raw json.RawMessage) string {
	if Text(deref(t)) == "time.Duration" {
		return "1m"
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		raw = list[0]
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// object is a JSON object whose members keep their order.
type object struct{ members []string }

func (o *object) add(name string, value json.RawMessage) {
	o.members = append(o.members, string(quoted(name))+":"+string(value))
}

func (o *object) json() json.RawMessage {
	return json.RawMessage("{" + strings.Join(o.members, ",") + "}")
}

func quoted(text string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // texts always encode
	return bytes.TrimSpace(b.Bytes())
}

// The values of examples by type. A time is far ahead, so that what must not be
// in the past is taken.
var exampleTypes = map[string]string{
	"time.Time":                     `"2030-01-31T09:00:00Z"`,
	"time.Duration":                 `60000000000`,
	"encoding/json.RawMessage":      `{}`,
	"encoding/json.Number":          `1`,
	"github.com/google/uuid.UUID":   exampleID,
	"github.com/gofrs/uuid/v5.UUID": exampleID,
}

const exampleID = `"00000000-0000-4000-8000-000000000001"`

// exampleOf returns an example of a type's JSON; name is that of the field, which
// says more about a text than its type. It is false for a type that only its own
// methods know, and for one that holds itself.
func exampleOf(t types.Type, name string, outer []types.Type) (json.RawMessage, bool) {
	t = types.Unalias(t)
	for _, o := range outer {
		if types.Identical(o, t) {
			return nil, false
		}
	}
	if known, ok := exampleTypes[types.TypeString(t, nil)]; ok {
		return json.RawMessage(known), true
	}
	if p, ok := t.(*types.Pointer); ok {
		return exampleOf(p.Elem(), name, outer)
	}
	if value, ok := firstConstant(t); ok {
		return value, true
	}
	if implementsAny(t, "UnmarshalJSON") {
		return nil, false
	}
	if implementsAny(t, "UnmarshalText") {
		return exampleText(name), true
	}
	return exampleForm(t.Underlying(), name, append(outer, t))
}

func exampleForm(t types.Type, name string, outer []types.Type) (json.RawMessage, bool) {
	switch u := t.(type) {
	case *types.Basic:
		return exampleBasic(u, name)
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
			return json.RawMessage(`"ZXhhbXBsZQ=="`), true
		}
		value, ok := exampleOf(u.Elem(), strings.TrimSuffix(name, "s"), outer)
		return json.RawMessage("[" + string(value) + "]"), ok
	case *types.Map:
		value, ok := exampleOf(u.Elem(), "", outer)
		key := map[bool]string{true: `"key"`, false: `"1"`}[isText(u.Key())]
		return json.RawMessage("{" + key + ":" + string(value) + "}"), ok
	case *types.Struct:
		var o object
		addFields(&o, u, outer)
		return o.json(), true
	case *types.Interface:
		return json.RawMessage("null"), true
	}
	return nil, false
}

func addFields(o *object, s *types.Struct, outer []types.Type) {
	for f, name := range jsonFields(s) {
		if inner, ok := structOf(f.Type()); name == "" && ok {
			addFields(o, inner, outer)
			continue
		}
		if value, ok := exampleOf(f.Type(), name, outer); ok {
			o.add(name, value)
		}
	}
}

func exampleBasic(b *types.Basic, name string) (json.RawMessage, bool) {
	switch {
	case b.Info()&types.IsString != 0:
		return exampleText(name), true
	case b.Info()&types.IsBoolean != 0:
		return json.RawMessage("true"), true
	case b.Info()&types.IsInteger != 0:
		return json.RawMessage("1"), true
	case b.Info()&types.IsFloat != 0:
		return json.RawMessage("1.5"), true
	}
	return nil, false
}

// exampleText returns a text that suits a field's name.
func exampleText(name string) json.RawMessage {
	lower := strings.ToLower(name)
	for _, hint := range []struct{ part, text string }{
		{"email", "ada@example.com"}, {"url", "https://example.com/"}, {"phone", "+442079460000"},
		{"key", "example-1"},
	} {
		if strings.Contains(lower, hint.part) {
			return quoted(hint.text)
		}
	}
	switch {
	case lower == "id" || strings.HasSuffix(name, "ID") || strings.HasSuffix(name, "Id") || strings.HasSuffix(lower, "_id"):
		return json.RawMessage(exampleID)
	case lower == "date" || lower == "day" || strings.HasSuffix(name, "Date") || strings.HasSuffix(lower, "_date"):
		return quoted("2030-01-31")
	case name == "":
		return quoted("example")
	}
	return quoted("an example of " + name)
}

func isText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// firstConstant returns the first constant of a type of texts or numbers that its
// package declares: an enumeration takes no other values.
func firstConstant(t types.Type) (json.RawMessage, bool) {
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil, false
	}
	if _, basic := n.Underlying().(*types.Basic); !basic {
		return nil, false
	}
	var first *types.Const
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(c.Type(), n) && (first == nil || c.Pos() < first.Pos()) {
			first = c
		}
	}
	if first == nil {
		return nil, false
	}
	if first.Val().Kind() == constant.String {
		return quoted(constant.StringVal(first.Val())), true
	}
	return json.RawMessage(first.Val().ExactString()), first.Val().Kind() == constant.Int
}
