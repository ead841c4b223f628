package telemetry

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/seastack/seastack/core/fault"
)

// The kinds of spans: calls of another system, and messages to one.
const (
	Client   = trace.SpanKindClient
	Producer = trace.SpanKindProducer
)

// Span is a span, or nothing where the function is not traced. The zero Span is the
// latter: its methods do nothing and allocate nothing.
type Span struct{ span trace.Span }

// Start begins a span within that of ctx, with the name "OPERATION TARGET". Without
// one in ctx that is sampled there is none: what a function does outside of
// invocations is not traced.
func Start(ctx context.Context, kind trace.SpanKind, operation, target string) (context.Context, Span) {
	p := active()
	if p == nil || !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx, Span{}
	}
	ctx, span := p.tracer.Start(ctx, operation+" "+target, trace.WithSpanKind(kind))
	return ctx, Span{span}
}

// Set sets an attribute, and returns the span.
func (s Span) Set(key, value string) Span {
	if s.span != nil {
		s.span.SetAttributes(attribute.String(key, value))
	}
	return s
}

// SetInt is Set for a number.
func (s Span) SetInt(key string, value int) Span {
	if s.span != nil {
		s.span.SetAttributes(attribute.Int(key, value))
	}
	return s
}

// End ends the span, which has failed unless err is nil.
func (s Span) End(err error) {
	if s.span == nil {
		return
	}
	if err != nil {
		Fail(s.span, err)
	}
	s.span.End()
}

// Fail records why a span has failed. What a fault tells its caller is all that is
// recorded of it; its cause is in the log.
func Fail(span trace.Span, err error) {
	text, kind := err.Error(), fmt.Sprintf("%T", err)
	if known, ok := errors.AsType[*fault.Error](err); ok {
		text, kind = known.Detail, string(known.Kind)
	}
	span.SetStatus(codes.Error, text)
	span.SetAttributes(attribute.String("error.type", kind))
}
