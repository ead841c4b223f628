package traces

import (
	"encoding/hex"
	"fmt"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// decodeProtobuf reads the body of a request of OTLP in its binary form. A
// TracesData has the same bytes as the request's message, whose own package needs
// gRPC.
func decodeProtobuf(body []byte) (*export, error) {
	var data tracepb.TracesData
	if err := proto.Unmarshal(body, &data); err != nil {
		return nil, fmt.Errorf("the body is no OTLP in protobuf: %w", err)
	}
	e := &export{}
	for _, r := range data.GetResourceSpans() {
		var all resourceSpans
		all.Resource.Attributes = attributesOf(r.GetResource().GetAttributes())
		for _, scope := range r.GetScopeSpans() {
			var one scopeSpans
			for _, s := range scope.GetSpans() {
				one.Spans = append(one.Spans, spanOf(s))
			}
			all.ScopeSpans = append(all.ScopeSpans, one)
		}
		e.ResourceSpans = append(e.ResourceSpans, all)
	}
	return e, nil
}

func spanOf(p *tracepb.Span) otlpSpan {
	s := otlpSpan{
		TraceID: hex.EncodeToString(p.GetTraceId()), SpanID: hex.EncodeToString(p.GetSpanId()),
		ParentID: hex.EncodeToString(p.GetParentSpanId()), Name: p.GetName(), Kind: int(p.GetKind()),
		Start: number(p.GetStartTimeUnixNano()), End: number(p.GetEndTimeUnixNano()),
		Attributes: attributesOf(p.GetAttributes()),
	}
	s.Status.Code, s.Status.Message = int(p.GetStatus().GetCode()), p.GetStatus().GetMessage()
	for _, l := range p.GetLinks() {
		s.Links = append(s.Links, Link{hex.EncodeToString(l.GetTraceId()), hex.EncodeToString(l.GetSpanId())})
	}
	for _, e := range p.GetEvents() {
		s.Events = append(s.Events, event{attributesOf(e.GetAttributes())})
	}
	return s
}

func attributesOf(list []*commonpb.KeyValue) (all []attribute) {
	for _, kv := range list {
		all = append(all, attribute{kv.GetKey(), valueOf(kv.GetValue())})
	}
	return all
}

func valueOf(p *commonpb.AnyValue) value {
	switch v := p.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return value{String: &v.StringValue}
	case *commonpb.AnyValue_BoolValue:
		return value{Bool: &v.BoolValue}
	case *commonpb.AnyValue_IntValue:
		n := number(v.IntValue)
		return value{Int: &n}
	case *commonpb.AnyValue_DoubleValue:
		return value{Double: &v.DoubleValue}
	case *commonpb.AnyValue_ArrayValue:
		all := &values{}
		for _, one := range v.ArrayValue.GetValues() {
			all.Values = append(all.Values, valueOf(one))
		}
		return value{Array: all}
	case *commonpb.AnyValue_KvlistValue:
		return value{List: &attributes{attributesOf(v.KvlistValue.GetValues())}}
	}
	return value{Bytes: p.GetBytesValue()}
}
