package localcloud_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestBucketInvokesFunction: a function that a bucket notifies runs with the key of
// a new object, once its policy lets S3 invoke it on behalf of the bucket.
func TestBucketInvokesFunction(t *testing.T) {
	p := &pipeline{t: t, config: cloudtest.AWSConfig(t, cloudtest.Start(t)), queue: "unused"}
	p.role("keeper", `{"Effect":"Allow","Action":"ssm:PutParameter","Resource":"*"}`)
	arn := p.function("keeper")
	c, bucket := s3.NewFromConfig(p.config), aws.String("things")
	_, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: bucket})
	check(t, err)
	in := &s3.PutBucketNotificationConfigurationInput{Bucket: bucket, NotificationConfiguration: &types.NotificationConfiguration{
		LambdaFunctionConfigurations: []types.LambdaFunctionConfiguration{{LambdaFunctionArn: &arn, Events: []types.Event{"s3:ObjectCreated:*"}}},
	}}
	_, err = c.PutBucketNotificationConfiguration(t.Context(), in)
	wiretest.WantError(t, err, "InvalidArgument", "Unable to validate the following destination configurations")
	_, err = lambda.NewFromConfig(p.config).AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: &arn, StatementId: aws.String("s3"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("s3.amazonaws.com"), SourceArn: aws.String("arn:aws:s3:::things"), SourceAccount: aws.String("000000000000"),
	})
	check(t, err)
	_, err = c.PutBucketNotificationConfiguration(t.Context(), in)
	check(t, err)
	_, err = c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: aws.String("a/b c"), Body: strings.NewReader("x")})
	check(t, err)
	p.await("the event", p.kept("a/b+c"))
}
