package blob_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/telemetry/telemetrytest"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

type upload struct{}

// remote returns a part of a bucket of the local cloud.
func remote(t *testing.T, name string) blob.Bucket[upload] {
	t.Helper()
	cloud := cloudtest.Start(t)
	client := s3.NewFromConfig(cloudtest.AWSConfig(t, cloud))
	bucket := "shop-test-uploads"
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	for variable, value := range map[string]string{
		names.BucketVariable("uploads"): bucket, "AWS_ENDPOINT_URL": cloud.Endpoint(), "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(variable, value)
	}
	b, err := blob.NewBucket[upload](t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBucket is the contract of buckets: S3's, and that in memory.
func TestBucket(t *testing.T) {
	for name, open := range map[string]func(*testing.T) blob.Bucket[upload]{
		"s3":     func(t *testing.T) blob.Bucket[upload] { return remote(t, "uploads") },
		"memory": func(*testing.T) blob.Bucket[upload] { return blob.NewMemory[upload]() },
	} {
		t.Run(name, func(t *testing.T) { contract(t, open(t)) })
	}
}

func contract(t *testing.T, b blob.Bucket[upload]) {
	if err := b.Put(t.Context(), "in/b 1.csv", strings.NewReader("x,y"), blob.ContentType("text/csv")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"in/a.csv", "out/a.csv"} {
		if err := b.Put(t.Context(), key, strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Put(t.Context(), "in/a.csv", strings.NewReader("again"), blob.IfAbsent()); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second one, if absent: %v", err)
	}
	content, err := b.Open(t.Context(), "in/b 1.csv")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(content)
	if err != nil || string(text) != "x,y" || content.Size != 3 || content.ContentType != "text/csv" || content.Key != "in/b 1.csv" {
		t.Errorf("%q, %+v, %v", text, content.Info, err)
	}
	if err := content.Close(); err != nil {
		t.Error(err)
	}
	info, err := b.Stat(t.Context(), "in/b 1.csv")
	if diff := cmp.Diff(content.Info, info); diff != "" || err != nil || info.ETag == "" || info.Modified.IsZero() {
		t.Errorf("%v %s", err, diff)
	}
	wantKeys(t, b.Reader, "in/", "in/a.csv", "in/b 1.csv")
	if err := b.Delete(t.Context(), "in/a.csv"); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(t.Context(), "in/a.csv"); err != nil {
		t.Errorf("a second time: %v", err)
	}
	wantKeys(t, b.Reader, "", "in/b 1.csv", "out/a.csv")
	_, openErr := b.Open(t.Context(), "in/a.csv")
	_, statErr := b.Stat(t.Context(), "in/a.csv")
	if !fault.Is(openErr, fault.NotFound) || !fault.Is(statErr, fault.NotFound) {
		t.Errorf("of none: %v, %v", openErr, statErr)
	}
	if err := b.Put(t.Context(), "", strings.NewReader("x")); err == nil {
		t.Error("an empty key was taken")
	}
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the other end is gone")))
	if err := b.Put(t.Context(), "in/half", broken); err == nil {
		t.Error("half of a content was taken")
	}
	wantKeys(t, b.Reader, "in/", "in/b 1.csv")
}

func wantKeys(t *testing.T, b blob.Reader[upload], prefix string, want ...string) {
	t.Helper()
	var got []string
	for info, err := range b.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, info.Key)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPutInParts: what is larger than a part comes whole.
func TestPutInParts(t *testing.T) {
	b := remote(t, "uploads")
	large := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	if err := b.Put(t.Context(), "large", io.NopCloser(bytes.NewReader(large))); err != nil {
		t.Fatal(err)
	}
	content, err := b.Open(t.Context(), "large")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	got, err := io.ReadAll(content)
	if err != nil || !bytes.Equal(got, large) {
		t.Errorf("%d bytes of %d, %v", len(got), len(large), err)
	}
}

// TestPrefix: a handle on a part of a bucket has the keys of that part only.
func TestPrefix(t *testing.T) {
	b := remote(t, "uploads/in/")
	if err := b.Put(t.Context(), "in/a", strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	wantKeys(t, b.Reader, "in/", "in/a")
	_, openErr := b.Open(t.Context(), "out/a")
	_, statErr := b.Stat(t.Context(), "out/a")
	var listErr error
	for _, err := range b.List(t.Context(), "") {
		listErr = err
	}
	for name, err := range map[string]error{
		"open": openErr, "stat": statErr, "list": listErr,
		"put": b.Put(t.Context(), "out/a", strings.NewReader("a")), "delete": b.Delete(t.Context(), "out/a"),
	} {
		if err == nil || !strings.Contains(err.Error(), `whose keys begin with "in/"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHandlesWithoutTheirVariable(t *testing.T) {
	_, bucket := blob.NewBucket[upload](t.Context(), "up-loads")
	_, reader := blob.NewReader[upload](t.Context(), "up-loads")
	_, writer := blob.NewWriter[upload](t.Context(), "up-loads")
	for _, err := range []error{bucket, reader, writer} {
		if err == nil || !strings.Contains(err.Error(), "bucket up-loads: the environment has no SEASTACK_BUCKET_UP_LOADS") {
			t.Errorf("error = %v", err)
		}
	}
}

// TestUnreachable: what S3 does not answer is Unavailable, and says no more.
// TestTrace: an operation has a span, which names the bucket and no key.
func TestTrace(t *testing.T) {
	b := remote(t, "uploads")
	spans := telemetrytest.Record(t)
	ctx, end := spans.Root(t.Context())
	if err := b.Put(ctx, "ada.csv", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for range b.List(ctx, "") {
	}
	if _, err := b.Stat(ctx, "none"); err == nil {
		t.Error("no error")
	}
	content, err := b.Open(ctx, "ada.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(content.Close(), b.Delete(ctx, "ada.csv")); err != nil {
		t.Fatal(err)
	}
	end()
	want := `internal root
  client S3.PutObject uploads
  client S3.ListObjectsV2 uploads
  client S3.HeadObject uploads There is no such file.
  client S3.GetObject uploads
  client S3.DeleteObject uploads
`
	if diff := cmp.Diff(want, spans.Tree()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, span := range spans.All() {
		for _, a := range span.Attributes() {
			if strings.Contains(a.Value.String(), "ada") {
				t.Errorf("%s has a key: %s", span.Name(), a.Value.String())
			}
		}
	}
}

func TestUnreachable(t *testing.T) {
	remote(t, "uploads")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	b, err := blob.NewBucket[upload](t.Context(), "uploads")
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Open(t.Context(), "a")
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Unavailable || strings.Contains(f.Detail, "127.0.0.1") {
		t.Errorf("error = %v", err)
	}
}

func TestObject(t *testing.T) {
	var o blob.Object[upload]
	err := o.UnmarshalJSON([]byte(`{"version":"0","bucket":{"name":"b"},"object":{"key":"in/a b.csv","size":3,"etag":"e","version-id":"v","sequencer":"01"},"reason":"PutObject"}`))
	want := blob.Object[upload]{Key: "in/a b.csv", Size: 3, ETag: "e", Version: "v", Sequencer: "01", Reason: "PutObject"}
	if err != nil || o != want {
		t.Errorf("%+v, %v", o, err)
	}
	for _, raw := range []string{`{}`, `[]`, `{"object":{"size":1}}`} {
		if err := o.UnmarshalJSON([]byte(raw)); err == nil {
			t.Errorf("%s was taken", raw)
		}
	}
}
