package localcloud_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

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

// TestBucketReachesRule: the events of a bucket that EventBridge is turned on for
// come to rules of the default bus, with the key as it is.
func TestBucketReachesRule(t *testing.T) {
	config := cloudtest.AWSConfig(t, cloudtest.Start(t))
	c, bus, queues := s3.NewFromConfig(config), eventbridge.NewFromConfig(config), sqs.NewFromConfig(config)
	queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{
		"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
			`"Action":"sqs:SendMessage","Resource":"` + queueARN + `"}]}`,
	}})
	check(t, err)
	_, err = bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("incoming"), EventPattern: aws.String(
		`{"source":["aws.s3"],"detail":{"bucket":{"name":["things"]},"object":{"key":[{"wildcard":"in/*.csv"}]}}}`)})
	check(t, err)
	_, err = bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("incoming"),
		Targets: []eventtypes.Target{{Id: aws.String("queue"), Arn: aws.String(queueARN)}}})
	check(t, err)
	_, err = c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("things")})
	check(t, err)
	put := func(key string) {
		t.Helper()
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("things"), Key: &key, Body: strings.NewReader("a,b")})
		check(t, err)
	}
	put("in/before.csv") // nothing is on yet
	_, err = c.PutBucketNotificationConfiguration(t.Context(), &s3.PutBucketNotificationConfigurationInput{Bucket: aws.String("things"),
		NotificationConfiguration: &types.NotificationConfiguration{EventBridgeConfiguration: &types.EventBridgeConfiguration{}}})
	check(t, err)
	put("out/a.csv")
	put("in/a b.csv")
	_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("things"), Key: aws.String("in/a b.csv")})
	check(t, err)
	var got []string
	for len(got) < 2 {
		out, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 10})
		check(t, err)
		if len(out.Messages) == 0 {
			t.Fatalf("only %q arrived", got)
		}
		for _, m := range out.Messages {
			var e struct {
				DetailType string `json:"detail-type"`
				Detail     struct {
					Object       struct{ Key string }
					Reason       string
					DeletionType string `json:"deletion-type"`
				}
			}
			check(t, json.Unmarshal([]byte(*m.Body), &e))
			got = append(got, strings.Join([]string{e.DetailType, e.Detail.Object.Key, e.Detail.Reason, e.Detail.DeletionType}, "|"))
			_, err := queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: queue.QueueUrl, ReceiptHandle: m.ReceiptHandle})
			check(t, err)
		}
	}
	slices.Sort(got)
	want := []string{"Object Created|in/a b.csv|PutObject|", "Object Deleted|in/a b.csv|DeleteObject|Permanently Deleted"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestListsByPrefix: a role that may list one prefix of a bucket lists no other.
func TestListsByPrefix(t *testing.T) {
	root := cloudtest.AWSConfig(t, cloudtest.Start(t))
	_, err := s3.NewFromConfig(root).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("things")})
	check(t, err)
	c := s3.NewFromConfig(sessionWith(t, root, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket",`+
		`"Resource":"arn:aws:s3:::things","Condition":{"StringLike":{"s3:prefix":"in/*"}}}]}`))
	list := func(prefix *string) error {
		_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("things"), Prefix: prefix})
		return err
	}
	check(t, list(aws.String("in/2026/")))
	wiretest.WantError(t, list(aws.String("out/")), "AccessDenied", "s3:ListBucket")
	wiretest.WantError(t, list(nil), "AccessDenied", "s3:ListBucket")
}
