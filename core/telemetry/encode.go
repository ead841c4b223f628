package telemetry

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// encode returns an export of spans of one resource, in OTLP's JSON form: IDs are
// hexadecimal, and 64-bit integers are texts.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
func encode(spans []sdktrace.ReadOnlySpan) []byte {
	b := make(buffer, 0, 512*(len(spans)+1))
	b.raw(`{"resourceSpans":[{"resource":{"attributes":`)
	b.attributes(spans[0].Resource().Attributes())
	b.raw(`},"scopeSpans":[{"scope":{"name":"` + scope + `"},"spans":[`)
	for i, s := range spans {
		b.separate(i)
		b.span(s)
	}
	b.raw(`]}]}]}`)
	return b
}

// buffer is a JSON text that grows.
type buffer []byte

func (b *buffer) raw(text string) { *b = append(*b, text...) }

func (b *buffer) separate(i int) {
	if i > 0 {
		*b = append(*b, ',')
	}
}

// text appends a text. What is no UTF-8 in it is replaced.
func (b *buffer) text(text string) {
	*b, _ = jsontext.AppendQuote(*b, text) // its error is that of invalid UTF-8
}

func (b *buffer) time(t time.Time) {
	*b = append(*b, '"')
	*b = strconv.AppendInt(*b, t.UnixNano(), 10)
	*b = append(*b, '"')
}

func (b *buffer) span(s sdktrace.ReadOnlySpan) {
	b.raw(`{`)
	b.ids(s.SpanContext())
	if parent := s.Parent().SpanID(); parent.IsValid() {
		b.raw(`,"parentSpanId":"` + parent.String() + `"`)
	}
	b.raw(`,"name":`)
	b.text(s.Name())
	b.raw(`,"kind":` + strconv.Itoa(kindOf(s.SpanKind())) + `,"startTimeUnixNano":`)
	b.time(s.StartTime())
	b.raw(`,"endTimeUnixNano":`)
	b.time(s.EndTime())
	b.raw(`,"attributes":`)
	b.attributes(s.Attributes())
	b.events(s.Events())
	b.links(s.Links())
	if s.Status().Code == codes.Error {
		b.raw(`,"status":{"code":2,"message":`)
		b.text(s.Status().Description)
		b.raw(`}`)
	}
	b.raw(`}`)
}

func (b *buffer) ids(c trace.SpanContext) {
	b.raw(`"traceId":"` + c.TraceID().String() + `","spanId":"` + c.SpanID().String() + `"`)
	if state := c.TraceState().String(); state != "" {
		b.raw(`,"traceState":`)
		b.text(state)
	}
}

// kindOf returns OTLP's number of a kind: 1 is an internal one.
func kindOf(k trace.SpanKind) int {
	switch k {
	case trace.SpanKindServer:
		return 2
	case trace.SpanKindClient:
		return 3
	case trace.SpanKindProducer:
		return 4
	case trace.SpanKindConsumer:
		return 5
	}
	return 1
}

func (b *buffer) events(all []sdktrace.Event) {
	if len(all) == 0 {
		return
	}
	b.raw(`,"events":[`)
	for i, e := range all {
		b.separate(i)
		b.raw(`{"name":`)
		b.text(e.Name)
		b.raw(`,"timeUnixNano":`)
		b.time(e.Time)
		b.raw(`,"attributes":`)
		b.attributes(e.Attributes)
		b.raw(`}`)
	}
	b.raw(`]`)
}

func (b *buffer) links(all []sdktrace.Link) {
	if len(all) == 0 {
		return
	}
	b.raw(`,"links":[`)
	for i, l := range all {
		b.separate(i)
		b.raw(`{`)
		b.ids(l.SpanContext)
		b.raw(`,"attributes":`)
		b.attributes(l.Attributes)
		b.raw(`}`)
	}
	b.raw(`]`)
}

func (b *buffer) attributes(all []attribute.KeyValue) {
	b.raw(`[`)
	for i, a := range all {
		b.separate(i)
		b.raw(`{"key":`)
		b.text(string(a.Key))
		b.raw(`,"value":`)
		b.value(a.Value)
		b.raw(`}`)
	}
	b.raw(`]`)
}

func (b *buffer) value(v attribute.Value) {
	switch v.Type() {
	case attribute.BOOL:
		b.raw(`{"boolValue":` + strconv.FormatBool(v.AsBool()) + `}`)
	case attribute.INT64:
		b.raw(`{"intValue":"` + strconv.FormatInt(v.AsInt64(), 10) + `"}`)
	case attribute.FLOAT64:
		b.float(v.AsFloat64())
	case attribute.BOOLSLICE:
		list(b, v.AsBoolSlice(), attribute.BoolValue)
	case attribute.INT64SLICE:
		list(b, v.AsInt64Slice(), attribute.Int64Value)
	case attribute.FLOAT64SLICE:
		list(b, v.AsFloat64Slice(), attribute.Float64Value)
	case attribute.STRINGSLICE:
		list(b, v.AsStringSlice(), attribute.StringValue)
	default:
		b.raw(`{"stringValue":`)
		b.text(v.String())
		b.raw(`}`)
	}
}

// float appends a number; protobuf's JSON has texts for those that JSON lacks.
func (b *buffer) float(f float64) {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	switch text {
	case "NaN":
		text = `"NaN"`
	case "+Inf":
		text = `"Infinity"`
	case "-Inf":
		text = `"-Infinity"`
	}
	b.raw(`{"doubleValue":` + text + `}`)
}

func list[T any](b *buffer, all []T, value func(T) attribute.Value) {
	b.raw(`{"arrayValue":{"values":[`)
	for i, one := range all {
		b.separate(i)
		b.value(value(one))
	}
	b.raw(`]}}`)
}
