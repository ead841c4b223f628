package lambdatest

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
	"github.com/seastack/seastack/tools/localcloud/sqs"
)

// queues is the local cloud's SQS as a lambda.Queues.
type queues struct{ *sqs.Service }

func (q queues) Receive(ctx context.Context, arn string, most int, wait time.Duration) ([]lambda.Message, error) {
	batch, err := q.Service.Receive(ctx, arn, most, wait)
	var all []lambda.Message
	for _, m := range batch {
		one := lambda.Message{
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

// Queue is a queue of the cloud.
type Queue struct{ URL, ARN string }

// CreateQueue creates a queue with a visibility timeout in seconds.
func (c *Cloud) CreateQueue(name, visibility string) Queue {
	c.T.Helper()
	return c.createQueue(name, map[string]string{"VisibilityTimeout": visibility})
}

// CreateFIFO creates a FIFO queue with a visibility timeout in seconds. It
// deduplicates by content. dead is its dead-letter queue, after two receives,
// if it has one.
func (c *Cloud) CreateFIFO(name, visibility string, dead *Queue) Queue {
	c.T.Helper()
	attributes := map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": visibility}
	if dead != nil {
		attributes["RedrivePolicy"] = `{"deadLetterTargetArn":"` + dead.ARN + `","maxReceiveCount":2}`
	}
	return c.createQueue(name, attributes)
}

func (c *Cloud) createQueue(name string, attributes map[string]string) Queue {
	c.T.Helper()
	out, err := c.SQS.CreateQueue(c.T.Context(), &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	c.Must(err)
	return Queue{aws.ToString(out.QueueUrl), "arn:aws:sqs:us-east-1:000000000000:" + name}
}

// SendTo sends messages to a message group of a FIFO queue.
func (c *Cloud) SendTo(q Queue, group string, bodies ...string) {
	c.T.Helper()
	for _, body := range bodies {
		_, err := c.SQS.SendMessage(c.T.Context(), &awssqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: &body, MessageGroupId: &group})
		c.Must(err)
	}
}

// Send sends messages to a queue.
func (c *Cloud) Send(q Queue, bodies ...string) {
	c.T.Helper()
	for _, body := range bodies {
		_, err := c.SQS.SendMessage(c.T.Context(), &awssqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: &body})
		c.Must(err)
	}
}

// Receive waits for a message and returns it.
func (c *Cloud) Receive(q Queue) sqstypes.Message {
	c.T.Helper()
	var got []sqstypes.Message
	Eventually(c.T, "a message comes", func() bool {
		out, err := c.SQS.ReceiveMessage(c.T.Context(), &awssqs.ReceiveMessageInput{
			QueueUrl: &q.URL, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		})
		c.Must(err)
		got = out.Messages
		return len(got) > 0
	})
	return got[0]
}

// Left returns how many messages are in a queue, visible and hidden.
func (c *Cloud) Left(t *testing.T, q Queue) (visible, hidden string) {
	t.Helper()
	out, err := c.SQS.GetQueueAttributes(t.Context(), &awssqs.GetQueueAttributesInput{
		QueueUrl: &q.URL, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	c.Must(err)
	return out.Attributes["ApproximateNumberOfMessages"], out.Attributes["ApproximateNumberOfMessagesNotVisible"]
}
