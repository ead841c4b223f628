package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The keys of a local AWS, which verifies no signature.
const (
	AnyKey    = "local" // names no checkout: every local cloud takes it
	SecretKey = "local"
)

// Profile is the name of the profile that WriteAWSConfig writes.
const Profile = "local"

// WriteAWSConfig writes a shared configuration file of AWS's with one profile,
// which names an endpoint, a region and the access key to sign with. It is a credentials
// file at the same time, so that a profile of the same name among the user's own
// credentials has no part in it.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
func WriteAWSConfig(file, endpoint, region, accessKey string) error {
	content := fmt.Sprintf(`# The local cloud of this checkout, as seastack up found it.
[profile %s]
endpoint_url = %s
region = %s
aws_access_key_id = %s
aws_secret_access_key = %s
`, Profile, endpoint, region, accessKey, SecretKey)
	if have, err := os.ReadFile(file); err == nil && string(have) == content {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(content), 0o600)
}

// AWSConfig returns the configuration of SDK clients that talk to an endpoint of
// this machine, with keys that mean nothing anywhere else.
func AWSConfig(ctx context.Context, endpoint, region string) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx,
		config.WithRegion(region), config.WithBaseEndpoint(endpoint),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(AnyKey, SecretKey, "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil))
}
