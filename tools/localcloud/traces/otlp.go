package traces

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// export is the body of a request of OTLP in its JSON form. The members that a Span
// has no place for are left out.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
type export struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

type resourceSpans struct {
	Resource struct {
		Attributes []attribute `json:"attributes"`
	} `json:"resource"`
	ScopeSpans []scopeSpans `json:"scopeSpans"`
}

type scopeSpans struct {
	Spans []otlpSpan `json:"spans"`
}

type otlpSpan struct {
	TraceID    string      `json:"traceId"`
	SpanID     string      `json:"spanId"`
	ParentID   string      `json:"parentSpanId"`
	Name       string      `json:"name"`
	Kind       int         `json:"kind"`
	Start      number      `json:"startTimeUnixNano"`
	End        number      `json:"endTimeUnixNano"`
	Attributes []attribute `json:"attributes"`
	Events     []event     `json:"events"`
	Links      []Link      `json:"links"`
	Status     struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"status"`
}

type event struct {
	Attributes []attribute `json:"attributes"`
}

// number is a 64-bit integer, which JSON has as a text or as a number.
type number int64

func (n *number) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64)
	*n = number(v)
	return err
}

type attribute struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}

type value struct {
	String *string     `json:"stringValue"`
	Bool   *bool       `json:"boolValue"`
	Int    *number     `json:"intValue"`
	Double *float64    `json:"doubleValue"`
	Bytes  []byte      `json:"bytesValue"`
	Array  *values     `json:"arrayValue"`
	List   *attributes `json:"kvlistValue"`
}

type values struct {
	Values []value `json:"values"`
}

type attributes struct {
	Values []attribute `json:"values"`
}

// text returns a value as a text: lists in JSON's brackets, bytes in base64.
func (v value) text() string {
	switch {
	case v.String != nil:
		return *v.String
	case v.Bool != nil:
		return strconv.FormatBool(*v.Bool)
	case v.Int != nil:
		return strconv.FormatInt(int64(*v.Int), 10)
	case v.Double != nil:
		return strconv.FormatFloat(*v.Double, 'g', -1, 64)
	case v.Array != nil:
		texts := make([]string, len(v.Array.Values))
		for i, one := range v.Array.Values {
			texts[i] = one.text()
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case v.List != nil:
		return fmt.Sprint(textsOf(v.List.Values))
	}
	return base64.StdEncoding.EncodeToString(v.Bytes)
}

func textsOf(list []attribute) map[string]string {
	if len(list) == 0 {
		return nil
	}
	texts := make(map[string]string, len(list))
	for _, a := range list {
		texts[a.Key] = a.Value.text()
	}
	return texts
}

func decodeJSON(body []byte) (*export, error) {
	var e export
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("the body is no OTLP in JSON: %w", err)
	}
	return &e, nil
}

// spans returns the spans of an export, and how many had no valid IDs.
func (e *export) spans() (valid []Span, rejected int) {
	for _, r := range e.ResourceSpans {
		function := functionOf(textsOf(r.Resource.Attributes))
		for _, scope := range r.ScopeSpans {
			for _, s := range scope.Spans {
				if !isID(s.TraceID, 32) || !isID(s.SpanID, 16) || s.ParentID != "" && !isID(s.ParentID, 16) {
					rejected++
					continue
				}
				valid = append(valid, s.span(function))
			}
		}
	}
	return valid, rejected
}

// functionOf returns STACK/FUNCTION, which a function has as its service's name.
func functionOf(resource map[string]string) string {
	if resource["faas.name"] == "" {
		return ""
	}
	return resource["service.name"]
}

func isID(id string, digits int) bool {
	return len(id) == digits && strings.Trim(id, "0123456789abcdefABCDEF") == "" && strings.Trim(id, "0") != ""
}

// kinds are OTLP's numbers of the kinds; 0 is an unknown kind.
var kinds = [...]string{Internal, Internal, Server, Client, Producer, Consumer}

// statusError is OTLP's number of a status that is an error.
const statusError = 2

func (s otlpSpan) span(function string) Span {
	span := Span{
		TraceID: strings.ToLower(s.TraceID), SpanID: strings.ToLower(s.SpanID), ParentID: strings.ToLower(s.ParentID),
		Name: s.Name, Kind: Internal, Function: function, Start: time.Unix(0, int64(s.Start)).UTC(),
		Duration: max(0, time.Duration(s.End-s.Start)), Attributes: textsOf(s.Attributes), Links: s.Links,
	}
	if s.Kind > 0 && s.Kind < len(kinds) {
		span.Kind = kinds[s.Kind]
	}
	span.ColdStart = span.Attributes["faas.coldstart"] == "true"
	if s.Status.Code == statusError {
		span.Error = s.reason()
	}
	return span
}

// reason returns why a span failed: the status's text, else that of its exception.
func (s otlpSpan) reason() string {
	if s.Status.Message != "" {
		return s.Status.Message
	}
	for _, e := range s.Events {
		if text := textsOf(e.Attributes)["exception.message"]; text != "" {
			return text
		}
	}
	return "error"
}
