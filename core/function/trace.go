package function

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/seastack/seastack/core/telemetry"
)

// invocation is what is traced of one invocation: its span begins when the handler
// has read what invoked it. Nil: the function is not traced.
type invocation struct {
	span   trace.Span
	failed bool // its span has the reason
}

type invocationKey struct{}

// traced returns a context for an invocation that may be traced.
func traced(ctx context.Context) (context.Context, *invocation) {
	if !telemetry.On() {
		return ctx, nil
	}
	telemetry.SetDeadline(ctx)
	v := &invocation{}
	return context.WithValue(ctx, invocationKey{}, v), v
}

// isTraced returns the invocation of a context; nil if it is not traced, or if its
// span has begun.
func isTraced(ctx context.Context) *invocation {
	if !telemetry.On() {
		return nil
	}
	v, _ := ctx.Value(invocationKey{}).(*invocation)
	if v == nil || v.span != nil {
		return nil
	}
	return v
}

// started says when the process was ready for its first invocation, and whether
// that has begun: the init of a function is its own span, of the first trace.
var (
	loaded  = time.Now()
	started atomic.Int64 // ns since 1970; 0: not yet, or its span was made
)

// begin begins the span of an invocation. Without a parent, that is Lambda's own,
// if X-Ray traces the invocation.
func (v *invocation) begin(
	ctx context.Context, kind trace.SpanKind, name string, parent trace.SpanContext, more ...trace.SpanStartOption,
) context.Context {
	if !parent.IsValid() {
		if own := telemetry.ParseXRay(traceID(ctx)); own.IsSampled() {
			parent = own
		}
	}
	ready := started.Swap(0)
	attributes := []attribute.KeyValue{
		attribute.String("faas.invocation_id", RequestID(ctx)), attribute.Bool("faas.coldstart", ready != 0),
	}
	more = append(more, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	tracer := telemetry.Provider().Tracer("github.com/seastack/seastack/core/function")
	ctx, v.span = tracer.Start(telemetry.WithParent(ctx, parent), name, more...)
	if ready != 0 && os.Getenv("AWS_LAMBDA_INITIALIZATION_TYPE") != "provisioned-concurrency" {
		_, init := tracer.Start(ctx, "init", trace.WithTimestamp(loaded))
		init.End(trace.WithTimestamp(time.Unix(0, ready)))
	}
	return ctx
}

// within returns a context with the invocation's span, for what follows its handler.
func (v *invocation) within(ctx context.Context) context.Context {
	if v == nil || v.span == nil {
		return ctx
	}
	return trace.ContextWithSpan(ctx, v.span)
}

// end ends the span, which has failed unless err is nil.
func (v *invocation) end(err error) {
	if v == nil || v.span == nil {
		return
	}
	if err != nil && !v.failed {
		telemetry.Fail(v.span, err)
	}
	v.span.End()
}

// traceFailure records why an invocation has failed, where its invoker is told less.
func traceFailure(ctx context.Context, err error) {
	v, _ := ctx.Value(invocationKey{}).(*invocation)
	if v != nil && v.span != nil {
		v.failed = true
		telemetry.Fail(v.span, err)
	}
}

// traceRequest begins the span of an HTTP request. A path and a query may have
// personal data: the route stands for them.
func traceRequest(ctx context.Context, req *request) context.Context {
	v := isTraced(ctx)
	if v == nil {
		return ctx
	}
	parent := telemetry.ParseTraceParent(req.Headers[telemetry.TraceParentKey], req.Headers["tracestate"])
	if !parent.IsValid() {
		parent = telemetry.ParseXRay(req.Headers["x-amzn-trace-id"])
	}
	name, route := req.RouteKey, req.RouteKey
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	} else {
		name = req.RequestContext.HTTP.Method // $default
	}
	return v.begin(ctx, trace.SpanKindServer, name, parent, trace.WithAttributes(
		attribute.String("faas.trigger", "http"), attribute.String("http.route", route),
		attribute.String("http.request.method", req.RequestContext.HTTP.Method),
	))
}

// traceStatus records the status of an answer. Those below 500 are no failures.
func traceStatus(ctx context.Context, status int, err error) {
	v, _ := ctx.Value(invocationKey{}).(*invocation)
	if v == nil || v.span == nil {
		return
	}
	v.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if err != nil && status >= http.StatusInternalServerError {
		traceFailure(ctx, err)
	}
}

// traceInvocation begins the span of a direct invocation, a schedule's too.
func traceInvocation(ctx context.Context) context.Context {
	v := isTraced(ctx)
	if v == nil {
		return ctx
	}
	var parent trace.SpanContext
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		parent = telemetry.ParseTraceParent(lc.ClientContext.Custom[telemetry.TraceParentKey], "")
	}
	name := "invoke"
	if function := telemetry.Function(); function != "" {
		name += " " + function
	}
	trigger := attribute.String("faas.trigger", "other")
	return v.begin(ctx, trace.SpanKindServer, name, parent, trace.WithAttributes(trigger))
}

// traceBatch begins the span of a batch of messages. Of one trace, it is a part.
// Of several it is linked to each, and the spans of its messages are parts of theirs.
func traceBatch(ctx context.Context, records []events.SQSMessage) context.Context {
	v := isTraced(ctx)
	if v == nil || len(records) == 0 {
		return ctx
	}
	parent := senderOf(records[0])
	var links []trace.Link
	for _, record := range records {
		sender := senderOf(record)
		if sender.TraceID() != parent.TraceID() {
			parent = trace.SpanContext{}
		}
		if sender.IsValid() && len(records) > 1 {
			links = append(links, trace.Link{SpanContext: sender})
		}
	}
	attributes := messaging(records[0])
	operation := "process "
	if len(records) > 1 {
		operation = "receive "
		attributes = append(attributes, attribute.Int("messaging.batch.message_count", len(records)))
	} else {
		attributes = append(attributes, attribute.String("messaging.message.id", records[0].MessageId))
	}
	attributes = append(attributes, attribute.String("faas.trigger", "pubsub"))
	return v.begin(ctx, trace.SpanKindConsumer, operation+queueOf(records[0]), parent,
		trace.WithLinks(links...), trace.WithAttributes(attributes...))
}

// traceMessage begins the span of one message of a batch, which is a part of its
// sender's trace. The only message of a batch has the batch's span. What it returns
// ends the span.
func traceMessage(
	ctx context.Context, record events.SQSMessage, of int, start time.Time,
) (context.Context, func(error)) {
	batch := trace.SpanContextFromContext(ctx)
	switch {
	case !telemetry.On() || !batch.IsValid():
		return ctx, func(error) {}
	case of == 1:
		return ctx, func(err error) {
			if err != nil {
				telemetry.Fail(trace.SpanFromContext(ctx), err)
			}
		}
	}
	tracer := telemetry.Provider().Tracer("github.com/seastack/seastack/core/function")
	ctx, span := tracer.Start(telemetry.WithParent(ctx, senderOf(record)), "process "+queueOf(record),
		trace.WithTimestamp(start), trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithLinks(trace.Link{SpanContext: batch}),
		trace.WithAttributes(append(messaging(record), attribute.String("messaging.message.id", record.MessageId))...))
	return ctx, func(err error) {
		if err != nil {
			telemetry.Fail(span, err)
		}
		span.End()
	}
}

// senderOf returns the context of the span that has sent a message: that of
// OpenTelemetry, or X-Ray's, which EventBridge passes on as well.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-system-attributes
func senderOf(record events.SQSMessage) trace.SpanContext {
	if a, ok := record.MessageAttributes[telemetry.TraceParentKey]; ok && a.StringValue != nil {
		if sender := telemetry.ParseTraceParent(*a.StringValue, ""); sender.IsValid() {
			return sender
		}
	}
	return telemetry.ParseXRay(record.Attributes["AWSTraceHeader"])
}

// queueOf returns the name of a message's queue.
func queueOf(record events.SQSMessage) string {
	return record.EventSourceARN[strings.LastIndexByte(record.EventSourceARN, ':')+1:]
}

func messaging(record events.SQSMessage) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.system", "aws_sqs"), attribute.String("messaging.operation.type", "process"),
		attribute.String("messaging.destination.name", queueOf(record)),
	}
}
