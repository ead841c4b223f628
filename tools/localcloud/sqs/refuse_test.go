package sqs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func TestReservedTagsAreRefused(t *testing.T) {
	c := newCloud(t)
	url, tags := c.queue(t, "q", nil), map[string]string{"aws:x": "v"}
	_, err := c.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: &url, Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterValue", "aws:x")
	_, err = c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("r"), Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterValue", "aws:x")
}

func TestSystemAttributesAreCheckedByName(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	send := func(name, kind string) error {
		_, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: aws.String("x"),
			MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{name: {DataType: &kind, StringValue: aws.String("v")}},
		})
		return err
	}
	wiretest.WantError(t, send("Other", "String"), "InvalidParameterValue", "Other")
	wiretest.WantError(t, send("AWSTraceHeader", "Number"), "InvalidParameterValue", "AWSTraceHeader")
	if err := send("AWSTraceHeader", "String"); err != nil {
		t.Error(err)
	}
}
