// Package cloudtest starts local clouds for tests, and the clients that judge
// them: aws-sdk-go-v2 and the AWS CLI. It knows nothing of any service.
package cloudtest

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/seastack/seastack/tools/localcloud"
)

// Start starts a cloud on a free port, in a folder of its own, and ends it with
// the test.
func Start(t testing.TB) *localcloud.Cloud {
	t.Helper()
	return StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()})
}

// StartConfig starts a cloud as config says and ends it with the test.
func StartConfig(t testing.TB, config localcloud.Config) *localcloud.Cloud {
	t.Helper()
	cloud, err := localcloud.New(config)
	if err != nil {
		t.Fatalf("starting the local cloud: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- cloud.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, cloud.Close()); err != nil {
			t.Errorf("ending the local cloud: %v", err)
		}
	})
	return cloud
}

// AWSConfig gives the SDK's configuration for a cloud, as its root user.
func AWSConfig(t testing.TB, cloud *localcloud.Cloud) aws.Config {
	t.Helper()
	return aws.Config{
		Region:       cloud.Region(),
		BaseEndpoint: aws.String(cloud.Endpoint()),
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
	return &http.Client{Transport: transport}
}
