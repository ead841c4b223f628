package localcloud_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// TestOtherCheckoutsKeysAreRefused: a client of another checkout gets an error
// that says so, in the protocols of two services; a key of this checkout, or of
// none, is accepted.
func TestOtherCheckoutsKeysAreRefused(t *testing.T) {
	dir := t.TempDir()
	config := cloudtest.AWSConfig(t, cloudtest.StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: dir}))
	for key, want := range map[string]bool{
		localcloud.AccessKey(dir): true, "test": true, localcloud.AccessKey(dir + "2"): false,
	} {
		config.Credentials = credentials.NewStaticCredentialsProvider(key, "local", "")
		_, who := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		_, list := sqs.NewFromConfig(config).ListQueues(t.Context(), &sqs.ListQueuesInput{})
		for _, err := range []error{who, list} {
			if (err == nil) != want {
				t.Errorf("%s: %v", key, err)
			}
			var api smithy.APIError
			if !want && (!errors.As(err, &api) || !strings.Contains(api.ErrorMessage(), "another checkout") || !strings.Contains(api.ErrorMessage(), dir)) {
				t.Errorf("%s is told: %v", key, err)
			}
		}
	}
}
