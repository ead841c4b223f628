package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporter keeps the spans that have ended until they are flushed: after an
// invocation is answered, and before the process is frozen. OpenTelemetry's own
// exporter sends in the background, which a frozen process does not do, and its
// protobuf and gRPC would be in each function's program; docs/traces.md has figures.
type exporter struct {
	config
	client   *http.Client
	deadline atomic.Int64 // when the invocation ends, in ns since 1970; 0: unknown

	mu      sync.Mutex
	spans   []sdktrace.ReadOnlySpan
	dropped int
	failing bool // the last export has failed, and the log has said so

	sending sync.Mutex // one export at a time
}

// The bounds of what waits. Where there are manyKept, an invocation does not wait
// for its end to export; beyond maxKept spans are dropped, and counted.
const (
	manyKept = 512
	maxKept  = 8192
)

// lastMoment is how long before the end of an invocation an export must be over.
const lastMoment = 50 * time.Millisecond

func newExporter(c config) *exporter {
	t := http.DefaultTransport.(*http.Transport).Clone() // with the environment's proxy
	t.MaxIdleConnsPerHost = 1
	return &exporter{config: c, client: &http.Client{Transport: t}}
}

// OnStart implements sdktrace.SpanProcessor.
func (*exporter) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd implements sdktrace.SpanProcessor.
func (e *exporter) OnEnd(span sdktrace.ReadOnlySpan) {
	if !span.SpanContext().IsSampled() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.spans) >= maxKept {
		e.dropped++
		return
	}
	e.spans = append(e.spans, span)
	if len(e.spans)%manyKept == 0 {
		go e.flush()
	}
}

// ForceFlush implements sdktrace.SpanProcessor.
func (e *exporter) ForceFlush(context.Context) error { e.flush(); return nil }

// Shutdown implements sdktrace.SpanProcessor.
func (e *exporter) Shutdown(ctx context.Context) error { return e.ForceFlush(ctx) }

// flush exports what has ended. After a failure it is kept for the next flush.
func (e *exporter) flush() {
	e.sending.Lock()
	defer e.sending.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), e.timeLeft())
	defer cancel()
	spans := e.take()
	if len(spans) == 0 {
		return
	}
	for len(spans) > 0 { // endpoints limit a request, X-Ray's to 5 MB
		some := spans[:min(len(spans), manyKept)]
		err := ctx.Err()
		if err == nil {
			err = e.post(ctx, encode(some))
		}
		if err != nil {
			e.failed(spans, err)
			return
		}
		spans = spans[len(some):]
	}
	e.mu.Lock()
	e.failing = false
	e.mu.Unlock()
}

// timeLeft returns how long an export may take.
func (e *exporter) timeLeft() time.Duration {
	deadline := e.deadline.Load()
	if deadline == 0 {
		return e.timeout
	}
	return min(e.timeout, time.Until(time.Unix(0, deadline))-lastMoment)
}

func (e *exporter) take() []sdktrace.ReadOnlySpan {
	e.mu.Lock()
	defer e.mu.Unlock()
	spans := e.spans
	e.spans = nil
	return spans
}

// failed keeps the spans, unless the endpoint does not want them, and says so in the
// log once until an export succeeds.
func (e *exporter) failed(spans []sdktrace.ReadOnlySpan, err error) {
	_, refused := errors.AsType[refusal](err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !refused {
		kept := min(len(spans), maxKept-len(e.spans))
		e.dropped += len(spans) - kept
		e.spans = append(spans[len(spans)-kept:], e.spans...)
	}
	if !e.failing || refused {
		slog.Warn("spans were not exported",
			"spans", len(spans), "dropped", e.dropped, "kept", !refused, "error", err.Error())
	}
	e.failing, e.dropped = true, 0
}

// refusal is the answer of an endpoint that would not take the same spans later.
type refusal struct{ error }

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 4 << 10

// post sends an export. An answer that allows another attempt is an error; any other
// than a success is a refusal.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
func (e *exporter) post(ctx context.Context, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return refusal{err}
	}
	for name, values := range e.headers {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json")
	// A connection may have ended while the process was frozen. This makes net/http
	// try again on another one, and is not sent.
	req.Header["X-Idempotency-Key"] = []string{}
	if err := sign(ctx, req, body); err != nil {
		return err
	}
	res, err := e.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // it is for the log
	switch res.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Errorf("the endpoint answers %s: %.200s", res.Status, text)
	}
	if res.StatusCode/100 != 2 {
		return refusal{fmt.Errorf("the endpoint answers %s: %.200s", res.Status, text)}
	}
	return nil
}
