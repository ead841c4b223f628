package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Smithy's RPC protocol with CBOR, which newer clients of some JSON services speak:
// POST /service/<TargetPrefix>/operation/<Operation>. Its operations are those of the
// JSON protocol: a body is translated on its way in, an output on its way out.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
const (
	cborHeader  = "Smithy-Protocol"
	cborName    = "rpc-v2-cbor"
	cborContent = "application/cbor"
)

// matchCBOR finds the operation of a request of the protocol.
func (r *Router) matchCBOR(req *http.Request) (Match, error) {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	if len(parts) < 4 || parts[len(parts)-4] != "service" || parts[len(parts)-2] != "operation" {
		return Match{Service: &Service{Protocol: cborProtocol}}, unknownOperation(req.URL.Path)
	}
	target, name := parts[len(parts)-3], parts[len(parts)-1]
	s := r.targets[target]
	if s == nil {
		return Match{Service: &Service{Protocol: cborProtocol}}, unknownOperation(target + "." + name)
	}
	as := *s.Service
	as.Protocol = cborProtocol
	if op := s.named[name]; op != nil {
		return Match{Service: &as, Operation: op}, nil
	}
	return Match{Service: &as}, unknownOperation(target + "." + name)
}

// cborToJSON returns a body as the JSON protocol has it.
func cborToJSON(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	v, err := cbor.Decode(body)
	if err != nil {
		return nil, Errorf(http.StatusBadRequest, "SerializationException", "%v", err)
	}
	plain, err := plainValue(v)
	if err != nil {
		return nil, Errorf(http.StatusBadRequest, "SerializationException", "%v", err)
	}
	return json.Marshal(plain)
}

// plainValue returns what encoding/json makes the same of. A time, which has a tag,
// is its number of seconds; bytes are in base64.
func plainValue(v cbor.Value) (any, error) {
	switch v := v.(type) {
	case nil, *cbor.Nil, *cbor.Undefined:
		return nil, nil
	case cbor.Bool:
		return bool(v), nil
	case cbor.String:
		return string(v), nil
	case cbor.Slice:
		return base64.StdEncoding.EncodeToString(v), nil
	case cbor.Uint:
		return uint64(v), nil
	case cbor.NegInt:
		if v > math.MaxInt64 {
			return nil, fmt.Errorf("a number is too small")
		}
		return -int64(v), nil
	case cbor.Float32:
		return float64(v), nil
	case cbor.Float64:
		return float64(v), nil
	case *cbor.Tag:
		return plainValue(v.Value)
	case cbor.List:
		list := make([]any, len(v))
		for i, e := range v {
			var err error
			if list[i], err = plainValue(e); err != nil {
				return nil, err
			}
		}
		return list, nil
	case cbor.Map:
		members := make(map[string]any, len(v))
		for name, e := range v {
			var err error
			if members[name], err = plainValue(e); err != nil {
				return nil, err
			}
		}
		return members, nil
	}
	return nil, fmt.Errorf("%T cannot be read", v)
}

// epochTag is CBOR's tag of a time in seconds since 1970.
// https://www.rfc-editor.org/rfc/rfc8949#section-3.4.2
const epochTag = 1

// cborOf returns an output, which the JSON protocol would write by encoding/json. Of a
// tag it knows the name, omitempty and "-".
func cborOf(v reflect.Value) cbor.Value {
	if t, ok := timeOf(v); ok {
		return &cbor.Tag{ID: epochTag, Value: cbor.Float64(Seconds(t.Time))}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return &cbor.Nil{}
		}
		return cborOf(v.Elem())
	case reflect.Bool:
		return cbor.Bool(v.Bool())
	case reflect.String:
		return cbor.String(v.String())
	case reflect.Int, reflect.Int32, reflect.Int64:
		if v.Int() < 0 {
			return cbor.NegInt(uint64(-v.Int()))
		}
		return cbor.Uint(uint64(v.Int()))
	case reflect.Float64:
		return cbor.Float64(v.Float())
	case reflect.Slice:
		list := cbor.List{}
		for i := range v.Len() {
			list = append(list, cborOf(v.Index(i)))
		}
		return list
	case reflect.Map:
		members := cbor.Map{}
		for _, key := range v.MapKeys() {
			members[key.String()] = cborOf(v.MapIndex(key))
		}
		return members
	case reflect.Struct:
		members := cbor.Map{}
		addMembers(members, v)
		return members
	}
	panic(fmt.Sprintf("an output has a %s", v.Type())) // its test sees that
}

func timeOf(v reflect.Value) (Time, bool) {
	if !v.IsValid() || v.Type() != reflect.TypeFor[Time]() {
		return Time{}, false
	}
	return v.Interface().(Time), true
}

// addMembers adds the fields of a struct, those of embedded ones among them.
func addMembers(members cbor.Map, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			addMembers(members, v.Field(i))
			continue
		case !field.IsExported() || name == "-" || options == "omitempty" && isEmpty(v.Field(i)):
			continue
		case name == "":
			name = field.Name
		}
		members[name] = cborOf(v.Field(i))
	}
}

// isEmpty is what omitempty leaves out.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func writeCBOR(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", cborContent)
	w.Header().Set(cborHeader, cborName)
	var body cbor.Value = cbor.Map{}
	if v != nil {
		body = cborOf(reflect.ValueOf(v))
	}
	raw := cbor.Encode(body)
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the client is gone: there is no one to report an error to
}
