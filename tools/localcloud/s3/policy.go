package s3

import (
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// policyOf returns the policy of the bucket that an ARN names, or that has the
// object that it names; "" if there is none.
func (s *Service) policyOf(arn string) (string, error) {
	path, ok := strings.CutPrefix(arn, ARN("", ""))
	name, _, _ := strings.Cut(path, "/")
	if !ok || name == "" {
		return "", nil
	}
	b, _, err := s.buckets.Get(name)
	return b.Configurations["policy"].Body, err
}

// checkPolicy checks a new policy of a bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
func checkPolicy(bucket string, body []byte) error {
	doc, err := policy.Resource(string(body))
	if err != nil {
		return malformedPolicy("%v", err)
	}
	for _, vendor := range doc.Vendors() {
		if vendor != "s3" && vendor != "*" {
			return malformedPolicy("Policy has invalid action")
		}
	}
	for _, statement := range doc.Statements {
		for _, resources := range [][]string{statement.Resource, statement.NotResource} {
			for _, r := range resources {
				if !isOf(bucket, r) {
					return malformedPolicy("Policy has invalid resource")
				}
			}
		}
	}
	return nil
}

// isOf reports whether a resource of a policy is the bucket, or in it.
func isOf(bucket, resource string) bool {
	path, ok := strings.CutPrefix(resource, ARN("", ""))
	name, _, _ := strings.Cut(path, "/")
	return ok && policy.Glob(name, bucket)
}

func malformedPolicy(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "MalformedPolicy", format, args...)
}
