// Package cloudtest starts local clouds for tests, and the clients to test them
// with: aws-sdk-go-v2 and the AWS CLI. It knows nothing of any service.
package cloudtest

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// Start starts a cloud on a free port, in a folder of its own, which stops when
// the test ends.
func Start(t testing.TB) *localcloud.Cloud {
	t.Helper()
	return StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()})
}

// StartConfig starts a cloud with config, which stops when the test ends.
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

// AWSConfig returns the SDK's configuration for a cloud, as its root user.
func AWSConfig(t testing.TB, cloud *localcloud.Cloud) aws.Config {
	t.Helper()
	return wiretest.Config(t, cloud.Endpoint(), cloud.Region())
}
