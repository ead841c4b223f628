package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

type cborInput struct {
	Name  string
	At    *Time
	Count *int
	Tags  map[string]string
	Blob  []byte
}

type cborOutput struct {
	embedded
	At     Time
	Tags   map[string]string
	List   List[float64]
	Number int
	Left   *string `json:",omitempty"`
	None   *string
	Empty  []string `json:",omitempty"`
	Hidden string   `json:"-"`
}

type embedded struct{ Name string }

// cborServer has one operation, which answers with what it was given.
func cborServer(t *testing.T) string {
	echo := func(_ context.Context, _ *Call, in *cborInput) (*cborOutput, error) {
		if in.Name == "" {
			e := Errorf(http.StatusNotFound, "NoName", "it has no name")
			e.QueryCode = "OldNoName"
			return nil, e
		}
		return &cborOutput{embedded: embedded{in.Name + string(in.Blob)}, At: *in.At, Tags: in.Tags, List: List[float64]{0.5, float64(*in.Count)}, Number: *in.Count}, nil
	}
	service := Service{Name: "echo", Protocol: JSON, TargetPrefix: "Echo1", ErrorPrefix: "com.example#", QueryCompatible: true,
		Operations: []Operation{{Name: "Say", Free: true, Handle: Typed(echo)}}}
	server := httptest.NewServer(NewHandler(&Env{Region: "r", Log: slog.New(slog.DiscardHandler)}, nobody{}, []Service{service}))
	t.Cleanup(server.Close)
	return server.URL
}

type nobody struct{}

func (nobody) Principal(string, string) (Principal, error) { return Principal{}, nil }
func (nobody) Authorize(Principal, string, string) error   { return nil }

// sayCBOR asks the server, and returns the status and the answer.
func sayCBOR(t *testing.T, url string, body []byte, header ...string) (int, cbor.Map, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	req.Header.Set("Content-Type", "application/cbor")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261127/r/echo/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	v, err := cbor.Decode(raw.Bytes())
	if err != nil {
		t.Fatalf("%v: %q", err, raw.Bytes())
	}
	return resp.StatusCode, v.(cbor.Map), resp.Header
}

// TestCBOR speaks CBOR to a service that is written for JSON.
func TestCBOR(t *testing.T) {
	url := cborServer(t) + "/service/Echo1/operation/Say"
	at := time.Date(2026, 11, 27, 15, 0, 0, 5e8, time.UTC)
	body := cbor.Encode(cbor.Map{
		"Name": cbor.String("a"), "At": &cbor.Tag{ID: 1, Value: cbor.Float64(float64(at.UnixMilli()) / 1000)}, "Count": cbor.NegInt(3),
		"Tags": cbor.Map{"k": cbor.String("v")}, "Blob": cbor.Slice("b"),
	})
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(body)
	_ = z.Close()
	for _, send := range []struct {
		body   []byte
		header []string
	}{{body, nil}, {packed.Bytes(), []string{"Content-Encoding", "gzip"}}} {
		status, out, header := sayCBOR(t, url, send.body, send.header...)
		got, err := cbor.AsTime(out["At"])
		list, _ := out["List"].(cbor.List)
		if status != http.StatusOK || header.Get("Smithy-Protocol") != "rpc-v2-cbor" || err != nil || !got.Equal(at) || out["Name"] != cbor.String("ab") ||
			out["Number"] != cbor.NegInt(3) || len(list) != 2 || list[1] != cbor.Float64(-3) || out["Tags"].(cbor.Map)["k"] != cbor.String("v") {
			t.Errorf("got %d %#v, %v", status, out, err)
		}
		if _, none := out["None"].(*cbor.Nil); !none || len(out) != 6 {
			t.Errorf("%d members: %v", len(out), out)
		}
	}
}

// TestCBORErrors: errors are maps, with the code of the Query protocol in a header.
func TestCBORErrors(t *testing.T) {
	url := cborServer(t)
	for _, c := range []struct {
		path, code string
		body       []byte
		status     int
	}{
		{"/service/Echo1/operation/Say", "com.example#NoName", cbor.Encode(cbor.Map{}), 404},
		{"/service/Echo1/operation/Say", "com.example#SerializationException", []byte{0xff}, 400},
		{"/service/Echo1/operation/Sing", "com.example#UnknownOperationException", nil, 501},
		{"/service/Other/operation/Say", "UnknownOperationException", nil, 501},
		{"/Say", "UnknownOperationException", nil, 501},
	} {
		status, out, header := sayCBOR(t, url+c.path, c.body)
		if status != c.status || out["__type"] != cbor.String(c.code) || out["message"] == cbor.String("") {
			t.Errorf("%s: got %d %v", c.path, status, out)
		}
		if c.status == 404 && header.Get("X-Amzn-Query-Error") != "OldNoName;Sender" {
			t.Errorf("the query error is %q", header.Get("X-Amzn-Query-Error"))
		}
	}
}
