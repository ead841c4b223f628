package scheduler

import (
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// everyone is an authority that knows one caller and forbids nothing.
type everyone struct{}

func (everyone) Principal(string, string) (wire.Principal, error) {
	return wire.Principal{ARN: "arn:aws:iam::000000000000:root", UserID: "000000000000"}, nil
}

func (everyone) Authorize(wire.Principal, string, string) error { return nil }

// cloud is a local cloud with the scheduler only, on a clock that the test moves.
type cloud struct {
	*scheduler.Client
	service *Service
	env     *wire.Env
	offset  atomic.Int64
	path    string

	targets targets
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{path: filepath.Join(t.TempDir(), "state.db")}
	c.open(t)
	return c
}

// open starts the service on the state at c.path; restart does so again after
// a process that ended without closing anything but the file.
func (c *cloud) open(t *testing.T) {
	t.Helper()
	db, err := store.Open(c.path)
	if err != nil {
		t.Fatal(err)
	}
	c.env = &wire.Env{
		Account: "000000000000", Region: "eu-central-1", Store: db,
		Now: func() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if c.service, err = New(c.env, c.targets.deps()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(wire.NewHandler(c.env, everyone{}, []wire.Service{c.service.Definition()}))
	c.env.Endpoint = server.URL
	c.Client = scheduler.New(scheduler.Options{
		BaseEndpoint: aws.String(server.URL), Region: c.env.Region,
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		RetryMaxAttempts: 1,
	})
	t.Cleanup(func() { _ = c.service.Close(); server.Close(); _ = db.Close() })
}

func (c *cloud) restart(t *testing.T) {
	t.Helper()
	if err := c.env.Store.Close(); err != nil {
		t.Fatal(err)
	}
	c.open(t)
}

func (c *cloud) advance(d time.Duration) { c.offset.Add(int64(d)) }

// wantCode checks the code that a client sees of an error.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want an error with code %s", err, code)
	}
	if api.ErrorCode() != code {
		t.Fatalf("got code %s (%s), want %s", api.ErrorCode(), api.ErrorMessage(), code)
	}
	if api.ErrorMessage() == "" {
		t.Fatalf("code %s came without a message", code)
	}
}
