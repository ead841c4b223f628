package function_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/telemetry"
)

// BenchmarkInvocation measures an HTTP invocation with one call of another system in
// it: where it is not traced, and where it is. The export follows the answer and is not
// measured; core/telemetry has its benchmark.
func BenchmarkInvocation(b *testing.B) {
	b.Setenv("AWS_LAMBDA_LOG_LEVEL", "ERROR") // a line of the log costs more than a span
	b.Run("off", benchmarkInvocation)
	b.Run("traced", func(b *testing.B) {
		b.Cleanup(telemetry.Use(trace.NewTracerProvider(trace.WithSpanProcessor(discard{}))))
		benchmarkInvocation(b)
	})
}

func benchmarkInvocation(b *testing.B) {
	handler := function.HTTPOut(func(ctx context.Context) (greeting, error) {
		_, span := telemetry.Start(ctx, telemetry.Client, "invoke", "web/put")
		span.Set("faas.invoked_name", "web/put").End(nil)
		return greeting{"Hello"}, nil
	})
	event := []byte(`{"version":"2.0","routeKey":"GET /x","headers":{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		"requestContext":{"http":{"method":"GET","path":"/x"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := handler.Invoke(b.Context(), event); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkColdStart measures a process from its start to its first answer: where it is
// not traced, and where it is. Both have tracing in their program.
func BenchmarkColdStart(b *testing.B) {
	b.Run("off", func(b *testing.B) { benchmarkColdStart(b, "OTEL_SDK_DISABLED=true") })
	b.Run("traced", func(b *testing.B) { benchmarkColdStart(b) })
}

func benchmarkColdStart(b *testing.B, env ...string) {
	event := `{"version":"2.0","routeKey":"GET /{name}","pathParameters":{"name":"Ada"},"requestContext":{"http":{"method":"GET"}}}`
	for b.Loop() {
		record(b, "greet", &steps{event: event, left: 1}, 2, env...) // next, and the answer
	}
}

// discard is a processor that keeps nothing.
type discard struct{}

func (discard) OnStart(context.Context, trace.ReadWriteSpan) {}
func (discard) OnEnd(trace.ReadOnlySpan)                     {}
func (discard) ForceFlush(context.Context) error             { return nil }
func (discard) Shutdown(context.Context) error               { return nil }
