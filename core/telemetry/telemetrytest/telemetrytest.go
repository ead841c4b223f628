// Package telemetrytest records the spans of a test.
package telemetrytest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/seastack/seastack/core/telemetry"
)

// Spans are the spans of a test.
type Spans struct{ recorder *tracetest.SpanRecorder }

// Record traces what the test does from now on. Tests that record do not run in
// parallel, as a process has one provider.
func Record(t testing.TB) *Spans {
	recorder := tracetest.NewSpanRecorder()
	t.Cleanup(telemetry.Use(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))))
	return &Spans{recorder}
}

// Root returns a context with a span, which stands for what calls the tested code,
// and its function that ends it.
func (s *Spans) Root(ctx context.Context) (context.Context, func()) {
	ctx, span := telemetry.Provider().Tracer("test").Start(ctx, "root")
	return ctx, func() { span.End() }
}

// All returns the spans that have ended, by their start.
func (s *Spans) All() []sdktrace.ReadOnlySpan {
	all := s.recorder.Ended()
	slices.SortStableFunc(all, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	return all
}

// Find returns the spans of a name.
func (s *Spans) Find(name string) (found []sdktrace.ReadOnlySpan) {
	for _, span := range s.All() {
		if span.Name() == name {
			found = append(found, span)
		}
	}
	return found
}

// Attribute returns a span's attribute as a text; empty where it has none.
func Attribute(span sdktrace.ReadOnlySpan, key string) string {
	for _, a := range span.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// Tree returns the shape of the traces: a line for each span with its kind, name and
// status, below that of its parent and indented by two spaces more.
func (s *Spans) Tree() string {
	all := s.All()
	known := map[trace.SpanID]bool{}
	children := map[trace.SpanID][]sdktrace.ReadOnlySpan{}
	for _, span := range all {
		known[span.SpanContext().SpanID()] = true
	}
	for _, span := range all {
		parent := span.Parent().SpanID()
		if !known[parent] {
			parent = trace.SpanID{}
		}
		children[parent] = append(children[parent], span)
	}
	var text strings.Builder
	write(&text, children, trace.SpanID{}, "")
	return text.String()
}

func write(text *strings.Builder, children map[trace.SpanID][]sdktrace.ReadOnlySpan, of trace.SpanID, indent string) {
	for _, span := range children[of] {
		failed := strings.TrimPrefix(" "+cmp.Or(span.Status().Description, span.Status().Code.String()), " Unset")
		text.WriteString(indent + span.SpanKind().String() + " " + span.Name() + failed + "\n")
		write(text, children, span.SpanContext().SpanID(), indent+"  ")
	}
}
