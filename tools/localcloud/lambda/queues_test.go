package lambda

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
	"github.com/seastack/seastack/tools/localcloud/sqs"
)

// queues makes the local cloud's own SQS a Queues.
type queues struct{ *sqs.Service }

func (q queues) Receive(ctx context.Context, arn string, most int, wait time.Duration) ([]Message, error) {
	batch, err := q.Service.Receive(ctx, arn, most, wait)
	var all []Message
	for _, m := range batch {
		one := Message{
			ID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody, Attributes: m.Attributes,
			MD5OfMessageAttributes: m.MD5OfMessageAttributes, MessageAttributes: map[string]poller.Attribute{},
		}
		for name, a := range m.MessageAttributes {
			one.MessageAttributes[name] = poller.Attribute{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
		}
		all = append(all, one)
	}
	return all, err
}

func (q queues) Delete(arn string, handles ...string) error { return q.DeleteMessages(arn, handles...) }

func (q queues) Send(ctx context.Context, arn, body string, attributes map[string]string) error {
	typed := map[string]sqs.AttributeValue{}
	for name, value := range attributes {
		typed[name] = sqs.AttributeValue{DataType: "String", StringValue: &value}
	}
	_, err := q.Service.Send(ctx, arn, body, typed)
	return err
}

// queue is one queue of the tests' cloud.
type queue struct{ url, arn string }

// createQueue makes a queue with a visibility timeout in seconds.
func (c *cloud) createQueue(name, visibility string) queue {
	c.t.Helper()
	out, err := c.sqs.CreateQueue(c.t.Context(), &awssqs.CreateQueueInput{
		QueueName: aws.String(name), Attributes: map[string]string{"VisibilityTimeout": visibility},
	})
	c.must(err)
	return queue{aws.ToString(out.QueueUrl), "arn:aws:sqs:us-east-1:000000000000:" + name}
}

func (c *cloud) send(q queue, bodies ...string) {
	c.t.Helper()
	for _, body := range bodies {
		_, err := c.sqs.SendMessage(c.t.Context(), &awssqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body})
		c.must(err)
	}
}

// receive waits for a message and gives it.
func (c *cloud) receive(q queue) sqstypes.Message {
	c.t.Helper()
	var got []sqstypes.Message
	eventually(c.t, "a message comes", func() bool {
		out, err := c.sqs.ReceiveMessage(c.t.Context(), &awssqs.ReceiveMessageInput{
			QueueUrl: &q.url, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		})
		c.must(err)
		got = out.Messages
		return len(got) > 0
	})
	return got[0]
}

// left gives how many messages are in a queue, and how many of them are hidden.
func (c *cloud) left(t *testing.T, q queue) (all, hidden string) {
	t.Helper()
	out, err := c.sqs.GetQueueAttributes(t.Context(), &awssqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	c.must(err)
	return out.Attributes["ApproximateNumberOfMessages"], out.Attributes["ApproximateNumberOfMessagesNotVisible"]
}
