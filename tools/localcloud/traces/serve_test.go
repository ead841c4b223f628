package traces

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// exported is an export in JSON, as exporters of several languages write it.
const exported = `{"resourceSpans": [{
  "resource": {"attributes": [
    {"key": "service.name", "value": {"stringValue": "web/get"}},
    {"key": "faas.name", "value": {"stringValue": "shop-local-get"}}]},
  "scopeSpans": [{"scope": {"name": "x"}, "spans": [
    {"traceId": "000000000000000000000000000000AB", "spanId": "0000000000000001", "name": "GET /", "kind": 2, "flags": 1,
     "startTimeUnixNano": "1772452800000000000", "endTimeUnixNano": 1772452800000001000,
     "attributes": [
       {"key": "faas.coldstart", "value": {"boolValue": true}},
       {"key": "n", "value": {"intValue": "7"}},
       {"key": "x", "value": {"doubleValue": 0.5}},
       {"key": "all", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": 1}]}}}],
     "links": [{"traceId": "000000000000000000000000000000cd", "spanId": "0000000000000009"}],
     "events": [{"name": "exception", "attributes": [{"key": "exception.message", "value": {"stringValue": "it is broken"}}]}],
     "status": {"code": 2}},
    {"traceId": "ab", "spanId": "0000000000000002", "name": "no trace"}]}]}]}`

// want is the valid span of exported.
func want() Span {
	return Span{
		TraceID: traceID(0xab), SpanID: spanID(1), Name: "GET /", Kind: Server, Function: "web/get", Start: noon, Duration: time.Microsecond,
		Attributes: map[string]string{"faas.coldstart": "true", "n": "7", "x": "0.5", "all": "[a, 1]"},
		Links:      []Link{{traceID(0xcd), spanID(9)}}, Error: "it is broken", ColdStart: true,
	}
}

func start(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(NewHandler(New()))
	t.Cleanup(server.Close)
	return server.URL
}

func request(t *testing.T, method, url string, body []byte, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestExportOfJSON(t *testing.T) {
	url := start(t)
	status, text := request(t, http.MethodPost, url+exportPath, []byte(exported), "Content-Type", "application/json")
	if status != http.StatusOK || !strings.Contains(text, `"rejectedSpans":"1"`) {
		t.Errorf("%d %s", status, text)
	}
	checkTrace(t, url)
}

func TestExportOfProtobuf(t *testing.T) {
	url := start(t)
	text := func(s string) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
	}
	whole := func(n int64) *commonpb.AnyValue {
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}
	}
	all := &commonpb.ArrayValue{Values: []*commonpb.AnyValue{text("a"), whole(1)}}
	id := func(digits int, last byte) []byte { return append(make([]byte, digits/2-1), last) }
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource: &resourcepb.Resource{Attributes: []*commonpb.KeyValue{
			{Key: "service.name", Value: text("web/get")}, {Key: "faas.name", Value: text("shop-local-get")}}},
		ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{
			TraceId: id(32, 0xab), SpanId: id(16, 1), Name: "GET /", Kind: tracepb.Span_SPAN_KIND_SERVER,
			StartTimeUnixNano: uint64(noon.UnixNano()), EndTimeUnixNano: uint64(noon.UnixNano() + 1000),
			Attributes: []*commonpb.KeyValue{
				{Key: "faas.coldstart", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: true}}},
				{Key: "n", Value: whole(7)}, {Key: "x", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 0.5}}},
				{Key: "all", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: all}}}},
			Links: []*tracepb.Span_Link{{TraceId: id(32, 0xcd), SpanId: id(16, 9)}},
			Events: []*tracepb.Span_Event{{Name: "exception", Attributes: []*commonpb.KeyValue{
				{Key: "exception.message", Value: text("it is broken")}}}},
			Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR},
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(body) // to memory
	_ = z.Close()
	status, answer := request(t, http.MethodPost, url+exportPath, packed.Bytes(),
		"Content-Type", "application/x-protobuf", "Content-Encoding", "gzip")
	if status != http.StatusOK || answer != "" {
		t.Errorf("%d %s", status, answer)
	}
	checkTrace(t, url)
}

// checkTrace checks that the server has the span of want, and lists its trace.
func checkTrace(t *testing.T, url string) {
	t.Helper()
	status, text := request(t, http.MethodGet, url+Path+"/"+traceID(0xab), nil)
	var got Trace
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s: %v", status, text, err)
	}
	if diff := cmp.Diff(Trace{traceID(0xab), []Span{want()}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	status, text = request(t, http.MethodGet, url+Path+"?errors=true&limit=5", nil)
	if status != http.StatusOK || !strings.HasPrefix(text, `{"traces":[{"id":"`+traceID(0xab)+`","name":"GET /"`) {
		t.Errorf("%d %s", status, text)
	}
}

func TestRefused(t *testing.T) {
	url := start(t)
	for _, c := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
	}{
		{"another type", "POST", exportPath, "x", []string{"Content-Type", "text/plain"}, 415},
		{"no JSON", "POST", exportPath, "x", []string{"Content-Type", "application/json"}, 400},
		{"no protobuf", "POST", exportPath, "x", []string{"Content-Type", "application/x-protobuf"}, 400},
		{"no gzip", "POST", exportPath, "x", []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, 400},
		{"an export of a page", "POST", exportPath, "{}", []string{"Content-Type", "application/json", "Origin", "http://a.example"}, 404},
		{"a page of another site", "GET", Path, "", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"no such trace", "GET", Path + "/" + traceID(1), "", nil, 404},
		{"no duration", "GET", Path + "?minDuration=x", "", nil, 400},
		{"no such path", "GET", OTLP + "/v1/metrics", "", nil, 404},
	} {
		status, text := request(t, c.method, url+c.path, []byte(c.body), c.header...)
		if status != c.status || !strings.Contains(text, `"message"`) {
			t.Errorf("%s: %d %s; want %d", c.name, status, text, c.status)
		}
	}
	if status, text := request(t, "GET", url+Path, nil, "Sec-Fetch-Site", "same-origin"); status != 200 {
		t.Errorf("a page of the cloud: %d %s", status, text)
	}
}
