package s3_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestBucketPolicy: a bucket's policy lets a role in, and keeps even root out,
// except from the policy itself.
func TestBucketPolicy(t *testing.T) {
	root := cloudtest.AWSConfig(t, cloudtest.Start(t))
	admin := awss3.NewFromConfig(root)
	createBucket(t, admin, "things")
	put(t, admin, "things", "k", "v")
	put(t, admin, "things", "secret/k", "v")
	reader := awss3.NewFromConfig(cloudtest.Assume(t, root, "reader", `{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"*"}`))
	_, err := read(t, reader, "things", "k", "")
	wiretest.WantError(t, err, "AccessDenied", "User: arn:aws:sts::000000000000:assumed-role/reader/session is not authorized to perform: "+
		`s3:GetObject on resource: "arn:aws:s3:::things/k" because no identity-based policy allows the s3:GetObject action`)
	setPolicy(t, admin, `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/reader"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::things/*"},`+
		`{"Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::things/secret/*"}`)
	wantObject(t, reader, "things", "k", "", "v")
	for _, c := range []*awss3.Client{reader, admin} {
		_, err = read(t, c, "things", "secret/k", "")
		wiretest.WantError(t, err, "AccessDenied", `on resource: "arn:aws:s3:::things/secret/k" with an explicit deny in a resource-based policy`)
		_, err = c.CopyObject(t.Context(), &awss3.CopyObjectInput{Bucket: aws.String("things"), Key: aws.String("copy"), CopySource: aws.String("things/secret/k")})
		wantCode(t, err, "AccessDenied")
	}
	_, err = reader.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: aws.String("things"), Key: aws.String("secret/k")})
	wantCode(t, err, "AccessDenied")
	setPolicy(t, admin, `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::things","arn:aws:s3:::things/*"]}`)
	_, err = admin.GetBucketTagging(t.Context(), &awss3.GetBucketTaggingInput{Bucket: aws.String("things")})
	wantCode(t, err, "AccessDenied")
	_, err = admin.DeleteBucketPolicy(t.Context(), &awss3.DeleteBucketPolicyInput{Bucket: aws.String("things")})
	check(t, err)
	wantObject(t, admin, "things", "secret/k", "", "v")
}

func setPolicy(t *testing.T, c *awss3.Client, statements string) {
	t.Helper()
	_, err := c.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{
		Bucket: aws.String("things"), Policy: aws.String(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)})
	check(t, err)
}

func TestMalformedBucketPolicies(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	for policy, message := range map[string]string{
		`[]`: "first byte must be '{'",
		`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::things"}}`:                                               "Missing required field Principal",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}}`:                                                                "Missing required field Resource",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"arn:aws:s3:::things"}}`:                              "invalid action",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::other/*"}}`:                              "invalid resource",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`:                                                 "invalid resource",
		`{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:x"},"Action":"s3:*","Resource":"arn:aws:s3:::things"}}`:        "Invalid principal in policy",
		`{"Statement":{"Effect":"Allow","Principal":{"CanonicalUser":"0"},"Action":"s3:*","Resource":"arn:aws:s3:::things"}}`:             "CanonicalUser is not supported",
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::things","Condition":{"Odd":{"a":"b"}}}}`: "",
	} {
		_, err := c.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: aws.String("things"), Policy: &policy})
		wiretest.WantError(t, err, "MalformedPolicy", message)
	}
}
