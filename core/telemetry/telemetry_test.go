package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

const (
	parentOfW3C  = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	parentOfXRay = "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1"
)

// endpoint is a provider that exports to a local cloud's store, with the status of
// its answers.
type endpoint struct {
	*provider
	store    *traces.Store
	status   atomic.Int64
	requests atomic.Int64
	header   http.Header
}

func newEndpoint(t testing.TB) *endpoint {
	e := &endpoint{store: traces.New()}
	e.status.Store(http.StatusOK)
	handler := traces.NewHandler(e.store)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		e.header = r.Header
		if status := int(e.status.Load()); status != http.StatusOK {
			http.Error(w, "no", status)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL + traces.OTLP + "/", "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b,y=z",
		"SEASTACK_STACK": "web", "SEASTACK_FUNCTION": "get", "AWS_LAMBDA_FUNCTION_NAME": "shop-test-get",
	} {
		t.Setenv(name, value)
	}
	c, ok := fromEnvironment()
	if !ok {
		t.Fatal("it is off")
	}
	before := active()
	e.provider = newProvider(newExporter(c))
	install(e.provider)
	t.Cleanup(func() { install(before) })
	return e
}

// list returns the names of the spans that have arrived.
func (e *endpoint) list(t testing.TB) (names []string) {
	t.Helper()
	for _, summary := range e.store.List(traces.Filter{}) {
		spans, _ := e.store.Trace(summary.ID)
		for _, s := range spans {
			names = append(names, s.Name)
		}
	}
	return names
}

func (e *endpoint) root(name string) { _, s := e.tracer.Start(context.Background(), name); s.End() }

// TestExport: what is exported is what a span has.
func TestExport(t *testing.T) {
	e := newEndpoint(t)
	ctx := WithParent(t.Context(), ParseTraceParent(parentOfW3C, ""))
	linked := ParseXRay(strings.Replace(parentOfXRay, "b7", "c8", 1))
	ctx, consumer := e.tracer.Start(ctx, "process \x00\xff\"q\"", trace.WithSpanKind(trace.SpanKindConsumer), trace.WithLinks(trace.Link{SpanContext: linked}))
	consumer.SetAttributes(attribute.Bool("faas.coldstart", true), attribute.Int("n", -7), attribute.Float64("f", 0.5),
		attribute.StringSlice("texts", []string{"a", "b"}), attribute.IntSlice("ints", []int{1}))
	_, call := Start(ctx, Client, "invoke", "web/put")
	call.Set("k", "v").SetInt("n", 3).End(errors.New("it is gone"))
	consumer.End()
	Flush()
	spans, ok := e.store.Trace("0af7651916cd43dd8448eb211c80319c")
	if !ok || len(spans) != 2 {
		t.Fatalf("%+v", spans)
	}
	if time.Since(spans[0].Start) > time.Minute || spans[0].Duration <= 0 || spans[1].ParentID != spans[0].SpanID {
		t.Errorf("%+v", spans)
	}
	got := spans[0]
	want := traces.Span{
		TraceID: "0af7651916cd43dd8448eb211c80319c", SpanID: got.SpanID, ParentID: "b7ad6b7169203331",
		Name: "process \x00\uFFFD\"q\"", Kind: traces.Consumer, Function: "web/get", Start: got.Start, Duration: got.Duration, ColdStart: true,
		Attributes: map[string]string{"faas.coldstart": "true", "n": "-7", "f": "0.5", "texts": "[a, b]", "ints": "[1]"},
		Links:      []traces.Link{{TraceID: linked.TraceID().String(), SpanID: linked.SpanID().String()}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := spans[1]; got.Name != "invoke web/put" || got.Kind != traces.Client || got.Error != "it is gone" || got.Attributes["n"] != "3" {
		t.Errorf("%+v", got)
	}
	if e.header.Get("X-Key") != "a b" || e.header.Get("Y") != "z" || e.header.Get("Content-Type") != "application/json" {
		t.Errorf("%v", e.header)
	}
}

// TestNothingIsLost: spans of an export that fails are in the next one, and an
// endpoint that refuses them does not get them again.
func TestNothingIsLost(t *testing.T) {
	e := newEndpoint(t)
	e.status.Store(http.StatusServiceUnavailable)
	e.root("first")
	Flush()
	e.root("second")
	Flush()
	if got := e.list(t); got != nil {
		t.Errorf("%v have arrived", got)
	}
	e.status.Store(http.StatusOK)
	Flush()
	if got := fmt.Sprint(e.list(t)); got != "[second first]" && got != "[first second]" {
		t.Errorf("%v have arrived", got)
	}
	e.status.Store(http.StatusBadRequest)
	e.root("refused")
	Flush()
	before := e.requests.Load()
	Flush()
	if e.requests.Load() != before {
		t.Error("what was refused is sent again")
	}
}

// TestBounds: many spans are exported before the end of their invocation, and what
// waits for an endpoint that does not answer is bounded.
func TestBounds(t *testing.T) {
	e := newEndpoint(t)
	for range manyKept {
		e.root("one")
	}
	for deadline := time.Now().Add(10 * time.Second); len(e.list(t)) < manyKept; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d spans have arrived", len(e.list(t)), manyKept)
		}
	}
	e.status.Store(http.StatusServiceUnavailable)
	for range maxKept + 100 {
		e.root("one")
	}
	Flush()
	if got := len(e.exporter.take()); got > maxKept {
		t.Errorf("%d spans are kept", got)
	}
}

// TestDeadline: an export does not begin when its invocation is about to be ended.
func TestDeadline(t *testing.T) {
	e := newEndpoint(t)
	ctx, cancel := context.WithTimeout(t.Context(), lastMoment/2)
	defer cancel()
	SetDeadline(ctx)
	e.root("late")
	Flush()
	if e.requests.Load() != 0 {
		t.Error("it was exported")
	}
	e.exporter.deadline.Store(0)
	Flush()
	if got := e.list(t); len(got) != 1 {
		t.Errorf("%v have arrived", got)
	}
}

func TestContexts(t *testing.T) {
	newEndpoint(t)
	for _, s := range []trace.SpanContext{ParseTraceParent(parentOfW3C, "a=b"), ParseXRay(parentOfXRay)} {
		ctx := WithParent(t.Context(), s)
		if got := TraceParent(ctx); got != parentOfW3C {
			t.Errorf("traceparent: %s", got)
		}
		if got := XRayHeader(ctx); got != parentOfXRay {
			t.Errorf("X-Ray: %s", got)
		}
	}
	for _, text := range []string{"", "x", "00-0-0-01", parentOfW3C[:40]} {
		if ParseTraceParent(text, "").IsValid() {
			t.Errorf("%q is valid", text)
		}
	}
	for _, text := range []string{
		"", "Root=1-2-3;Parent=b7ad6b7169203331", "Root=1-0af76519-16cd43dd8448eb211c80319c", "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=x",
		"Parent=b7ad6b7169203331;Sampled=1", "Root=2-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331",
	} {
		if ParseXRay(text).IsValid() {
			t.Errorf("%q is valid", text)
		}
	}
	if TraceParent(t.Context()) != "" || XRayHeader(t.Context()) != "" {
		t.Error("a context without a span has one")
	}
	if id, _ := (timedIDs{}).NewIDs(t.Context()); !strings.HasPrefix(id.String(), fmt.Sprintf("%08x", time.Now().Unix())[:6]) {
		t.Errorf("%s does not begin with the time", id)
	}
}

// TestXRay: requests to X-Ray are signed, and those to others have no credentials.
func TestXRay(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKID")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "key")
	t.Setenv("AWS_SESSION_TOKEN", "token")
	for url, want := range map[string]string{
		"https://xray.eu-west-1.amazonaws.com/v1/traces":     "AWS4-HMAC-SHA256 Credential=AKID/" + time.Now().UTC().Format("20060102") + "/eu-west-1/xray/aws4_request",
		"https://otel.example.com/v1/traces":                 "",
		"https://xray.eu-west-1.amazonaws.com.example.com/x": "",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
		if err == nil {
			err = sign(t.Context(), req, []byte("{}"))
		}
		got, _, _ := strings.Cut(req.Header.Get("Authorization"), ",")
		if err != nil || got != want || (req.Header.Get("X-Amz-Security-Token") == "token") != (want != "") {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
}

// TestConfiguration: what the environment says, and what turns tracing off.
func TestConfiguration(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		url  string
	}{
		{"nothing", nil, ""},
		{"an endpoint", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, "http://localhost:4318/v1/traces"},
		{"the traces' own", map[string]string{
			"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://b/x"}, "https://b/x"},
		{"disabled", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_SDK_DISABLED": "true"}, ""},
		{"no exporter", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_TRACES_EXPORTER": "none"}, ""},
		{"no URL", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			got, ok := fromEnvironment()
			if ok != (c.url != "") || ok && (got.url != c.url || got.timeout != defaultTimeout) {
				t.Errorf("%+v, %v", got, ok)
			}
		})
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "250")
	if c, _ := fromEnvironment(); c.timeout != 250*time.Millisecond {
		t.Errorf("timeout: %s", c.timeout)
	}
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "team=hiring")
	t.Setenv("OTEL_SERVICE_NAME", "other")
	set := newResource().Set()
	team, _ := set.Value("team")
	service, _ := set.Value("service.name")
	if team.AsString() != "hiring" || service.AsString() != "other" {
		t.Errorf("%v", set)
	}
}

// TestOff: where the environment names no endpoint, nothing is made or allocated.
func TestOff(t *testing.T) {
	before := active()
	install(nil)
	t.Cleanup(func() { install(before) })
	ctx := t.Context()
	allocs := testing.AllocsPerRun(100, func() { off(ctx) })
	if _, s := Start(ctx, Client, "a", "b"); allocs != 0 || s != (Span{}) || On() || Provider() != nil {
		t.Errorf("%v allocations", allocs)
	}
}

func off(ctx context.Context) {
	ctx, span := Start(ctx, Client, "invoke", "web/put")
	span.Set("a", "b").SetInt("c", 1).End(nil)
	_, _, _ = TraceParent(ctx), XRayHeader(ctx), WithParent(ctx, ParseTraceParent("", ""))
	SetDeadline(ctx)
	Flush()
}

// BenchmarkOff measures a span where tracing is off.
func BenchmarkOff(b *testing.B) {
	install(nil)
	b.ReportAllocs()
	for b.Loop() {
		off(b.Context())
	}
}

// BenchmarkSetup measures what tracing adds to a cold start beside the initialization
// of packages: the provider and its exporter.
func BenchmarkSetup(b *testing.B) {
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
	for b.Loop() {
		c, _ := fromEnvironment()
		if newProvider(newExporter(c)) == nil {
			b.Fatal("no provider")
		}
	}
}

// BenchmarkEncode measures the export of ten spans without its request; it follows
// the answer.
func BenchmarkEncode(b *testing.B) {
	e := newEndpoint(b)
	for range 10 {
		ctx, root := e.tracer.Start(b.Context(), "POST /parcels/{id}")
		_, s := Start(ctx, Client, "S3.PutObject", "uploads")
		s.Set("aws.s3.bucket", "shop-uploads").End(nil)
		root.End()
	}
	spans := e.exporter.take()[:10]
	b.ReportAllocs()
	for b.Loop() {
		if !json.Valid(encode(spans)) {
			b.Fatal("no JSON")
		}
	}
}
