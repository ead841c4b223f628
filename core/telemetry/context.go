package telemetry

import (
	"context"
	"encoding/hex"
	"strings"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// TraceParentKey is the name under which the context of a span stands in headers, in
// message attributes and in the client context of invocations.
// https://www.w3.org/TR/trace-context/#traceparent-header
const TraceParentKey = "traceparent"

// TraceParent returns the context of ctx's span as W3C's traceparent; empty where
// there is none.
func TraceParent(ctx context.Context) string {
	if active() == nil || !trace.SpanContextFromContext(ctx).IsValid() {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[TraceParentKey]
}

// ParseTraceParent returns the context of another function's span. It is not valid
// if the text is not.
func ParseTraceParent(text, state string) trace.SpanContext {
	if text == "" {
		return trace.SpanContext{}
	}
	carrier := propagation.MapCarrier{TraceParentKey: text, "tracestate": state}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), carrier))
}

// XRayHeader returns the context of ctx's span in the form of X-Amzn-Trace-Id, as
// AWS's services pass it on; empty where there is none.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func XRayHeader(ctx context.Context) string {
	s := trace.SpanContextFromContext(ctx)
	if active() == nil || !s.IsValid() {
		return ""
	}
	id, sampled := s.TraceID().String(), "0"
	if s.IsSampled() {
		sampled = "1"
	}
	return "Root=1-" + id[:8] + "-" + id[8:] + ";Parent=" + s.SpanID().String() + ";Sampled=" + sampled
}

// ParseXRay returns the context that a header X-Amzn-Trace-Id has. It is not valid
// unless the header names a trace and a span: API Gateway's names no span.
func ParseXRay(header string) trace.SpanContext {
	var c trace.SpanContextConfig
	for field := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Root":
			parts := strings.Split(value, "-")
			if len(parts) != 3 || parts[0] != "1" || decode(c.TraceID[:], parts[1]+parts[2]) != nil {
				return trace.SpanContext{}
			}
		case "Parent":
			if decode(c.SpanID[:], value) != nil {
				return trace.SpanContext{}
			}
		case "Sampled":
			c.TraceFlags = trace.TraceFlags(0).WithSampled(value == "1")
		}
	}
	c.Remote = true
	return trace.NewSpanContext(c)
}

// decode reads hexadecimal digits that fill all of into.
func decode(into []byte, text string) error {
	if len(text) != 2*len(into) {
		return hex.ErrLength
	}
	_, err := hex.Decode(into, []byte(text))
	return err
}

// WithParent returns a context for spans within one of another function, or ctx
// where that is not valid.
func WithParent(ctx context.Context, parent trace.SpanContext) context.Context {
	if !parent.IsValid() {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, parent)
}
