package objects

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// bucket returns a bucket of a real S3 server, which has one called things.
func bucket(t *testing.T, name string) Bucket {
	t.Helper()
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if err := backend.CreateBucket("things"); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	b, err := OpenBucket(t.Context(), "eu-west-1", name, "shop/production")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestStores is the contract of every Store.
func TestStores(t *testing.T) {
	for name, s := range map[string]Store{"folder": Folder{t.TempDir()}, "bucket": bucket(t, "things")} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			const object = "index/a.json"
			if data, err := s.Get(ctx, object); data != nil || err != nil {
				t.Errorf("of nothing: %q, %v", data, err)
			}
			if err := s.Delete(ctx, object); err != nil {
				t.Error(err)
			}
			for _, text := range []string{"one", "two"} {
				if err := s.Put(ctx, object, []byte(text)); err != nil {
					t.Fatal(err)
				}
				if data, err := s.Get(ctx, object); string(data) != text || err != nil {
					t.Errorf("got %q, %v", data, err)
				}
			}
			if err := s.Delete(ctx, object); err != nil {
				t.Error(err)
			}
			if data, err := s.Get(ctx, object); data != nil || err != nil {
				t.Errorf("of what was deleted: %q, %v", data, err)
			}
			if !strings.HasSuffix(s.Place(object), object) {
				t.Error(s.Place(object))
			}
		})
	}
}

func TestBucketThatIsNotThere(t *testing.T) {
	b := bucket(t, "others")
	if _, err := b.Get(t.Context(), "a"); err == nil {
		t.Error("Get")
	}
	if err := b.Put(t.Context(), "a", nil); err == nil {
		t.Error("Put")
	}
	if err := b.Delete(t.Context(), "a"); err == nil {
		t.Error("Delete")
	}
	if got := b.Place("a"); got != "s3://others/shop/production/a" {
		t.Error(got)
	}
}
