// Package awsconf loads the process's AWS configuration: region, credentials
// and endpoint from the environment. It knows no service.
package awsconf

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// loadTimeout bounds what loading may wait for: on Lambda nothing, as all of it
// is in the environment; elsewhere perhaps for a credentials' file or a role.
const loadTimeout = 5 * time.Second

// Load returns the configuration. It makes no request where the environment holds
// region and credentials, as Lambda's does.
func Load(ctx context.Context) (aws.Config, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return cfg, nil
}
