package function_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/telemetry/telemetrytest"
)

const (
	traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	xrayParent  = "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1"
)

// TestParents: an invocation belongs to the trace of what has made it, however that
// says so.
func TestParents(t *testing.T) {
	spans := telemetrytest.Record(t)
	web := function.HTTPDo(func(context.Context) error { return nil })
	direct := function.InvokeDo(func(context.Context) error { return nil })
	raw := function.Lambda(func(context.Context) error { return nil })
	request := func(headers map[string]string) []byte { return call{headers: headers}.event(t) }
	lambda := func(custom map[string]string) context.Context {
		return lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{
			AwsRequestID: "r", ClientContext: lambdacontext.ClientContext{Custom: custom},
		})
	}
	xray := func(header string) context.Context {
		//lint:ignore SA1029 the key is the runtime's own
		return context.WithValue(t.Context(), "x-amzn-trace-id", header)
	}
	for _, c := range []struct {
		name    string
		ctx     context.Context
		handler function.Handler
		event   []byte
		joined  bool
	}{
		{"traceparent", t.Context(), web, request(map[string]string{"traceparent": traceParent}), true},
		{"X-Amzn-Trace-Id", t.Context(), web, request(map[string]string{"x-amzn-trace-id": xrayParent}), true},
		{"nothing", t.Context(), web, request(nil), false},
		{"client context", lambda(map[string]string{"traceparent": traceParent}), direct, nil, true},
		{"Lambda's own segment", xray(xrayParent), direct, nil, true},
		{"Lambda's own segment, for a raw handler", xray(xrayParent), raw, []byte(`{}`), true},
		{"Lambda's own, where X-Ray does not trace", xray(strings.Replace(xrayParent, "Sampled=1", "Sampled=0", 1)), direct, nil, false},
	} {
		before := len(spans.All())
		if _, err := c.handler.Invoke(c.ctx, c.event); err != nil {
			t.Fatal(err)
		}
		all := spans.All()
		if len(all) != before+1 {
			t.Fatalf("%s: %d spans", c.name, len(all)-before)
		}
		if joined := all[before].Parent().SpanID().String() == "b7ad6b7169203331"; joined != c.joined {
			t.Errorf("%s: its parent is %v", c.name, all[before].Parent())
		}
	}
}

// TestFailures: an answer of 500 and an invocation that fails are errors of their
// spans; what a caller has done wrong is none.
func TestFailures(t *testing.T) {
	spans := telemetrytest.Record(t)
	broken, missing := errors.New("the disk is full"), fault.New(fault.NotFound, "There is none.")
	for _, err := range []error{broken, missing} {
		_, _ = function.HTTPDo(func(context.Context) error { return err }).Invoke(t.Context(), call{}.event(t))
		_, _ = function.InvokeDo(func(context.Context) error { return err }).Invoke(t.Context(), nil)
	}
	_, _ = function.InvokeDo(func(context.Context) error { panic("no") }).Invoke(t.Context(), nil)
	want := `server POST /things/{id} the disk is full
server invoke the disk is full
server POST /things/{id}
server invoke There is none.
server invoke panic: no
`
	if diff := cmp.Diff(want, spans.Tree()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConsumeBatchIsTraced: each message of a batch has a span in its own trace, and
// the batch's invocation is linked to all; of one trace it is a part.
func TestConsumeBatchIsTraced(t *testing.T) {
	spans := telemetrytest.Record(t)
	record := func(id, parent string) events.SQSMessage {
		return events.SQSMessage{MessageId: id, Body: `{"do": "this"}`, EventSourceARN: "arn:aws:sqs:us-east-1:000000000000:jobs",
			MessageAttributes: map[string]events.SQSMessageAttribute{"traceparent": {DataType: "String", StringValue: &parent}}}
	}
	invoke := func(records ...events.SQSMessage) {
		t.Helper()
		event, err := json.Marshal(events.SQSEvent{Records: records})
		if err != nil {
			t.Fatal(err)
		}
		handler := function.ConsumeBatch(func(context.Context, []job) error { return fault.Items{0: errors.New("it is bad")} })
		if _, err := handler.Invoke(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	other := strings.Replace(traceParent, "0af7", "1af7", 1)
	invoke(record("a", traceParent), record("b", other))
	batch := spans.Find("receive jobs")[0]
	if links := batch.Links(); len(links) != 2 || batch.Parent().IsValid() || batch.SpanKind() != trace.SpanKindConsumer {
		t.Errorf("links %+v, parent %+v", links, batch.Parent())
	}
	for i, span := range spans.Find("process jobs") {
		want := []string{"0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"}[i]
		if span.SpanContext().TraceID().String() != want || span.Links()[0].SpanContext.SpanID() != batch.SpanContext().SpanID() {
			t.Errorf("%d: %s, %+v", i, span.SpanContext().TraceID(), span.Links())
		}
		if got := span.Status().Description; got != []string{"it is bad", ""}[i] {
			t.Errorf("%d: %s", i, got)
		}
	}
	invoke(record("c", traceParent), record("d", traceParent))
	if got := spans.Find("receive jobs")[1].Parent().SpanID().String(); got != "b7ad6b7169203331" {
		t.Errorf("parent %s", got)
	}
}
