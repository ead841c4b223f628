// Package wiretest runs one service of the local cloud for the tests of its own
// package, which cannot use cloudtest, since that imports every service. It knows
// the wire handler and the store, and nothing of any service.
package wiretest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is a service of the local cloud. One that has Close() error is closed
// when the test ends.
type Service interface{ Definition() wire.Service }

// Cloud is a local cloud of one service, with a clock that the test moves, and
// the same address after every restart.
type Cloud[S Service] struct {
	Service S
	Env     *wire.Env
	server  *httptest.Server
	path    string
	build   func(*wire.Env) (S, error)
	serve   atomic.Pointer[http.Handler]
	offset  atomic.Int64
}

// Start starts a service on an empty state. It stops when the test ends.
func Start[S Service](t testing.TB, build func(*wire.Env) (S, error)) *Cloud[S] {
	t.Helper()
	c := &Cloud[S]{path: filepath.Join(t.TempDir(), "state.db"), build: build}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		(*c.serve.Load()).ServeHTTP(w, req)
	}))
	c.open(t)
	return c
}

func (c *Cloud[S]) open(t testing.TB) {
	t.Helper()
	db, err := store.Open(c.path)
	if err != nil {
		t.Fatal(err)
	}
	c.Env = &wire.Env{
		Account: "000000000000", Region: "eu-central-1", Endpoint: c.server.URL, Store: db,
		Now: func() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) },
		Log: slog.New(slog.DiscardHandler),
	}
	if c.Service, err = c.build(c.Env); err != nil {
		t.Fatal(err)
	}
	service := c.Service
	handler := front(service, wire.NewHandler(c.Env, everyone{}, []wire.Service{service.Definition()}))
	c.serve.Store(&handler)
	t.Cleanup(func() {
		if closer, ok := any(service).(interface{ Close() error }); ok {
			_ = closer.Close()
		}
		c.server.Close()
		_ = db.Close()
	})
}

// Restart starts the service again on the state of a process that ended without
// closing anything except the file.
func (c *Cloud[S]) Restart(t testing.TB) {
	t.Helper()
	if err := c.Env.Store.Close(); err != nil {
		t.Fatal(err)
	}
	c.open(t)
}

// Advance moves the service's clock forward.
func (c *Cloud[S]) Advance(d time.Duration) { c.offset.Add(int64(d)) }

// Config returns the SDK's configuration for the cloud.
func (c *Cloud[S]) Config(t testing.TB) aws.Config { return Config(t, c.server.URL, c.Env.Region) }

// Config returns the SDK's configuration for the root user of the cloud at an
// endpoint.
func Config(t testing.TB, endpoint, region string) aws.Config {
	t.Helper()
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   newHTTPClient(t),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} }, // a failure is one, and seen at once
	}
}

// newHTTPClient makes a client whose connections end with the test: an idle
// one would hold up the end of the cloud.
func newHTTPClient(t testing.TB) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: plainBody{transport}}
}

// plainBody sends requests whose bodies can only be read and closed. The SDK
// closes a body as soon as the answer's header is there, which on loopback may be
// before the transport has asked it for more than its length, and the body's
// WriteTo then answers io.EOF as an error: the transport closes the connection, and
// with it the answer's body. Read answers io.EOF as an end.
type plainBody struct{ http.RoundTripper }

func (p plainBody) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil && req.Body != http.NoBody {
		req = req.Clone(req.Context())
		req.Body = struct{ io.ReadCloser }{req.Body}
	}
	return p.RoundTripper.RoundTrip(req)
}

// front sends requests of a service's data plane there, where it has one, and
// all others to the control plane.
func front(service any, control http.Handler) http.Handler {
	with, ok := service.(interface {
		Owns(*http.Request) bool
		DataPlane() http.Handler
	})
	if !ok {
		return control
	}
	data := with.DataPlane()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if with.Owns(req) {
			data.ServeHTTP(w, req)
			return
		}
		control.ServeHTTP(w, req)
	})
}

// everyone is an authority that knows one caller and forbids nothing.
type everyone struct{}

func (everyone) Principal(string, string) (wire.Principal, error) {
	return wire.Principal{ARN: "arn:aws:iam::000000000000:root", UserID: "000000000000"}, nil
}

func (everyone) Authorize(wire.Principal, string, string) error { return nil }
