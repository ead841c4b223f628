package sqs

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func TestCreateQueueAgain(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "transcripts", map[string]string{"VisibilityTimeout": "60"})
	if want := c.Env.Endpoint + "/000000000000/transcripts"; url != want {
		t.Errorf("url %s, want %s", url, want)
	}
	if again := c.queue(t, "transcripts", map[string]string{"VisibilityTimeout": "60"}); again != url {
		t.Errorf("again: url %s, want %s", again, url)
	}
	_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: aws.String("transcripts"), Attributes: map[string]string{"VisibilityTimeout": "61"},
	})
	wiretest.WantCode(t, err, "QueueAlreadyExists")
	var exists *types.QueueNameExists
	if !errors.As(err, &exists) {
		t.Errorf("got %T, want QueueNameExists", err)
	}
}

func TestCreateQueueRefuses(t *testing.T) {
	c := newCloud(t)
	for _, test := range []struct {
		name, attribute, value, code string
	}{
		{"a b", "", "", "InvalidParameterValue"},
		{strings.Repeat("a", 81), "", "", "InvalidParameterValue"},
		{"orders.fifo", "", "", "InvalidParameterValue"},
		{"orders.fifo", "FifoQueue", "false", "InvalidParameterValue"},
		{"orders", "FifoQueue", "true", "InvalidParameterValue"},
		{"orders", "FifoQueue", "false", "InvalidAttributeName"},
		{"orders", "ContentBasedDeduplication", "true", "InvalidAttributeName"},
		{"orders", "DeduplicationScope", "queue", "InvalidAttributeName"},
		{"orders", "FifoThroughputLimit", "perQueue", "InvalidAttributeName"},
		{strings.Repeat("a", 76) + ".fifo", "FifoQueue", "true", "InvalidParameterValue"},
		{"orders", "VisibilityTimeout", "43201", "InvalidAttributeValue"},
		{"orders", "MaximumMessageSize", "1048577", "InvalidAttributeValue"},
		{"orders", "MessageRetentionPeriod", "59", "InvalidAttributeValue"},
		{"orders", "DelaySeconds", "x", "InvalidAttributeValue"},
		{"orders", "Colour", "red", "InvalidAttributeName"},
		{"orders", "Policy", "{", "InvalidAttributeValue"},
		{"orders", "RedrivePolicy", `{"maxReceiveCount":3}`, "InvalidParameterValue"},
		{"orders", "RedrivePolicy", `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:000000000000:none","maxReceiveCount":3}`, "InvalidParameterValue"},
		{"orders", "RedriveAllowPolicy", `{"redrivePermission":"some"}`, "InvalidParameterValue"},
	} {
		in := &sqs.CreateQueueInput{QueueName: &test.name}
		if test.attribute != "" {
			in.Attributes = map[string]string{test.attribute: test.value}
		}
		_, err := c.CreateQueue(t.Context(), in)
		wiretest.WantCode(t, err, test.code)
	}
}

func TestQueueThatDoesNotExist(t *testing.T) {
	c := newCloud(t)
	_, err := c.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	wiretest.WantCode(t, err, "AWS.SimpleQueueService.NonExistentQueue")
	var none *types.QueueDoesNotExist
	if !errors.As(err, &none) {
		t.Errorf("got %T, want QueueDoesNotExist", err)
	}
	_, err = c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(c.Env.Endpoint + "/000000000000/none")})
	wiretest.WantCode(t, err, "AWS.SimpleQueueService.NonExistentQueue")
	_, err = c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: aws.String("none")})
	wiretest.WantCode(t, err, "InvalidAddress")
}

func TestAttributes(t *testing.T) {
	c := newCloud(t)
	dlq := c.queue(t, "orders-dlq", nil)
	url := c.queue(t, "orders", nil)
	for name, want := range map[string]string{
		"MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "SqsManagedSseEnabled": "true",
		"QueueArn": "arn:aws:sqs:eu-central-1:000000000000:orders", "ApproximateNumberOfMessages": "0", "Policy": "",
	} {
		if got := c.attribute(t, url, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	redrive := `{"deadLetterTargetArn":"` + c.attribute(t, dlq, "QueueArn") + `","maxReceiveCount":4}`
	c.set(t, url, map[string]string{"KmsMasterKeyId": "alias/aws/sqs", "RedrivePolicy": redrive, "DelaySeconds": "3"})
	c.Restart(t)
	url = c.queue(t, "orders", nil)
	for name, want := range map[string]string{
		"SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "300",
		"RedrivePolicy": redrive, "DelaySeconds": "3",
	} {
		if got := c.attribute(t, url, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	sources, err := c.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &dlq})
	if err != nil || !slices.Equal(sources.QueueUrls, []string{url}) {
		t.Errorf("sources %v, %v", sources, err)
	}
	c.set(t, url, map[string]string{"RedrivePolicy": ""})
	if got := c.attribute(t, url, "RedrivePolicy"); got != "" {
		t.Errorf("RedrivePolicy is still %q", got)
	}
}

func (c *cloud) set(t *testing.T, url string, attributes map[string]string) {
	t.Helper()
	_, err := c.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
}

func TestListQueues(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"b-2", "b-1", "a", "b-3"} {
		c.queue(t, name, nil)
	}
	var got []string
	pages := sqs.NewListQueuesPaginator(c, &sqs.ListQueuesInput{QueueNamePrefix: aws.String("b"), MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, url := range page.QueueUrls {
			got = append(got, url[strings.LastIndexByte(url, '/')+1:])
		}
	}
	if !slices.Equal(got, []string{"b-1", "b-2", "b-3"}) {
		t.Errorf("got %v", got)
	}
}

func TestTags(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	_, err := c.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: &url, Tags: map[string]string{"a": "1", "b": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.UntagQueue(t.Context(), &sqs.UntagQueueInput{QueueUrl: &url, TagKeys: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	out, err := c.ListQueueTags(t.Context(), &sqs.ListQueueTagsInput{QueueUrl: &url})
	if err != nil || len(out.Tags) != 1 || out.Tags["b"] != "2" {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestDeleteAndPurge(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	c.send(t, url, "one")
	if _, err := c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages after the purge", n)
	}
	_, err := c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url})
	wiretest.WantCode(t, err, "AWS.SimpleQueueService.PurgeQueueInProgress")
	c.Advance(time.Minute)
	if _, err := c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url}); err != nil {
		t.Error(err)
	}
	c.send(t, url, "two")
	if _, err := c.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	c.queue(t, "orders", nil)
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages in the new queue of that name", n)
	}
}
