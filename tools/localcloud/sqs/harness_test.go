package sqs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// cloud is a local cloud with SQS only.
type cloud struct {
	*wiretest.Cloud[*Service]
	*sqs.Client
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := wiretest.Start(t, func(env *wire.Env) (*Service, error) { return New(env, nil) })
	return &cloud{c, sqs.NewFromConfig(c.Config(t))}
}

func (c *cloud) queue(t *testing.T, name string, attributes map[string]string) string {
	t.Helper()
	out, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl
}

func (c *cloud) send(t *testing.T, url, body string) {
	t.Helper()
	if _, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
}

// receive returns the messages that are visible now.
func (c *cloud) receive(t *testing.T, url string) *sqs.ReceiveMessageOutput {
	t.Helper()
	out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *cloud) attribute(t *testing.T, url, name string) string {
	t.Helper()
	out, err := c.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes[name]
}
