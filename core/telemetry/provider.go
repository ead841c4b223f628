package telemetry

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name of the instrumentation.
const scope = "github.com/seastack/seastack/core"

// provider makes spans, and keeps those that have ended for its exporter.
type provider struct {
	sdk      *sdktrace.TracerProvider
	tracer   trace.Tracer
	exporter *exporter
}

// current is the process's provider; nil: tracing is off.
var (
	current atomic.Pointer[provider]
	setup   sync.Once
)

// active returns the process's provider, which the environment configures at the
// first call.
func active() *provider {
	setup.Do(func() {
		if c, ok := fromEnvironment(); ok {
			install(newProvider(newExporter(c)))
		}
	})
	return current.Load()
}

func newProvider(e *exporter) *provider {
	limits := sdktrace.NewSpanLimits()
	if limits.AttributeValueLengthLimit < 0 {
		limits.AttributeValueLengthLimit = maxValue
	}
	sdk := sdktrace.NewTracerProvider(
		sdktrace.WithSpanProcessor(e), sdktrace.WithResource(newResource()),
		sdktrace.WithIDGenerator(timedIDs{}), sdktrace.WithRawSpanLimits(limits),
	)
	return &provider{sdk: sdk, tracer: sdk.Tracer(scope), exporter: e}
}

// maxValue is how many characters of an attribute are kept, such as of a statement.
const maxValue = 4096

// install makes a provider the process's, and the global one of OpenTelemetry.
func install(p *provider) {
	current.Store(p)
	if p != nil {
		otel.SetTracerProvider(p.sdk)
		otel.SetTextMapPropagator(propagation.TraceContext{})
	}
}

// Use traces with a provider of the caller's, such as one that keeps spans for a
// test, in place of the one that the environment configures. What it returns undoes
// that. Its spans are exported as it says: Flush does nothing for it.
func Use(p *sdktrace.TracerProvider) (undo func()) {
	before := active()
	install(&provider{sdk: p, tracer: p.Tracer(scope)})
	return func() { install(before) }
}

// On reports whether the function is traced.
func On() bool { return active() != nil }

// Provider returns the provider of the function's spans; nil where it is not traced.
func Provider() trace.TracerProvider {
	if p := active(); p != nil {
		return p.sdk
	}
	return nil
}

// Flush exports the spans that have ended, within bounds that keep the process from
// running into its deadline. What could not be exported is kept for the next Flush.
func Flush() {
	if p := active(); p != nil && p.exporter != nil {
		p.exporter.flush()
	}
}

// SetDeadline says when Lambda ends the invocation: Flush returns before.
func SetDeadline(ctx context.Context) {
	if p := active(); p != nil && p.exporter != nil {
		if deadline, ok := ctx.Deadline(); ok {
			p.exporter.deadline.Store(deadline.UnixNano())
		}
	}
}

// timedIDs makes IDs that X-Ray takes as well: a trace's begins with the time.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
type timedIDs struct{}

// NewIDs implements sdktrace.IDGenerator.
func (timedIDs) NewIDs(ctx context.Context) (id trace.TraceID, span trace.SpanID) {
	binary.BigEndian.PutUint32(id[:], uint32(time.Now().Unix()))
	binary.BigEndian.PutUint32(id[4:], rand.Uint32())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return id, timedIDs{}.NewSpanID(ctx, id)
}

// NewSpanID implements sdktrace.IDGenerator.
func (timedIDs) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	binary.BigEndian.PutUint64(id[:], rand.Uint64()|1) // never zero, which is no ID
	return id
}
