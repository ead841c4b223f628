package invoke_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/invoke"
	"github.com/seastack/seastack/core/telemetry/telemetrytest"
)

// TestTrace: a call has a span, whose context goes to the function: in the client
// context where the caller waits, and in X-Ray's header where it does not.
func TestTrace(t *testing.T) {
	spans := telemetrytest.Record(t)
	f := &function{status: http.StatusOK, answer: `{"id":"r1"}`}
	c := open[order, *receipt](t, f)
	ctx, end := spans.Root(t.Context())
	if _, err := c.Call(ctx, order{}); err != nil {
		t.Fatal(err)
	}
	sent, err := base64.StdEncoding.DecodeString(f.header.Get("X-Amz-Client-Context"))
	if err != nil {
		t.Fatal(err)
	}
	call := spans.All()[0].SpanContext()
	if want := `{"custom":{"traceparent":"00-` + call.TraceID().String() + "-" + call.SpanID().String() + `-01"}}`; string(sent) != want {
		t.Errorf("client context: %s, want %s", sent, want)
	}
	f.status, f.answer = http.StatusAccepted, ""
	if err := c.Start(ctx, order{}); err != nil {
		t.Fatal(err)
	}
	if got := f.header.Get("X-Amzn-Trace-Id"); !strings.Contains(got, ";Parent="+spans.All()[1].SpanContext().SpanID().String()+";Sampled=1") {
		t.Errorf("X-Amzn-Trace-Id: %s", got)
	}
	f.status, f.answer = http.StatusNotFound, "ResourceNotFoundException"
	if err := c.Start(ctx, order{}); err == nil {
		t.Error("no error")
	}
	end()
	want := `internal root
  client invoke big-orders/take
  client invoke big-orders/take
  client invoke big-orders/take What the request needs cannot be done at the moment.
`
	if diff := cmp.Diff(want, spans.Tree()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestUntraced: without a span nothing is added to a request.
func TestUntraced(t *testing.T) {
	f := &function{status: http.StatusOK, answer: `{"id":"r1"}`}
	if _, err := open[order, *invoke.None](t, f).Call(t.Context(), order{}); err != nil {
		t.Fatal(err)
	}
	if f.header.Get("X-Amz-Client-Context") != "" || f.header.Get("X-Amzn-Trace-Id") != "" {
		t.Errorf("%v", f.header)
	}
}
