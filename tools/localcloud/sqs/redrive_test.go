package sqs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// withDLQ creates a queue with at most two receives, and its dead-letter queue.
func (c *cloud) withDLQ(t *testing.T) (url, dlq string) {
	t.Helper()
	dlq = c.queue(t, "orders-dlq", nil)
	url = c.queue(t, "orders", map[string]string{
		"VisibilityTimeout": "1",
		"RedrivePolicy":     `{"deadLetterTargetArn":"` + c.Service.arn("orders-dlq") + `","maxReceiveCount":2}`,
	})
	return url, dlq
}

// exhaust receives without deleting until the message is moved.
func (c *cloud) exhaust(t *testing.T, url string) {
	t.Helper()
	for range 2 {
		if n := len(c.receive(t, url).Messages); n != 1 {
			t.Fatalf("%d messages", n)
		}
		c.Advance(time.Second)
	}
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Fatalf("%d messages after the last receive", n)
	}
}

func TestDeadLetters(t *testing.T) {
	c := newCloud(t)
	url, dlq := c.withDLQ(t)
	c.send(t, url, "poison")
	c.exhaust(t, url)
	c.Restart(t)
	got := c.receive(t, dlqURL(c)).Messages
	if len(got) != 1 || *got[0].Body != "poison" || got[0].Attributes["DeadLetterQueueSourceArn"] != c.Service.arn("orders") {
		t.Fatalf("dead letters of %s: %+v", dlq, got)
	}
	if n := c.attribute(t, c.Env.Endpoint+"/000000000000/orders", "ApproximateNumberOfMessages"); n != "0" {
		t.Errorf("%s messages are left in the source", n)
	}
}

func dlqURL(c *cloud) string { return c.Env.Endpoint + "/000000000000/orders-dlq" }

func TestMoveTask(t *testing.T) {
	c := newCloud(t)
	url, dlq := c.withDLQ(t)
	c.send(t, url, "poison")
	c.exhaust(t, url)
	_, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(c.Service.arn("orders"))})
	wiretest.WantCode(t, err, "InvalidParameterValue") // not the dead-letter queue of any queue
	source := aws.String(c.Service.arn("orders-dlq"))
	if _, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: source}); err != nil {
		t.Fatal(err)
	}
	tasks, err := c.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: source})
	if err != nil || len(tasks.Results) != 1 || *tasks.Results[0].Status != "COMPLETED" || tasks.Results[0].ApproximateNumberOfMessagesMoved != 1 {
		t.Errorf("%+v, %v", tasks, err)
	}
	if n := len(c.receive(t, dlq).Messages); n != 0 {
		t.Errorf("%d messages are left in the dead-letter queue", n)
	}
	if got := c.receive(t, url).Messages; len(got) != 1 || got[0].Attributes["ApproximateReceiveCount"] != "1" {
		t.Errorf("back in the source: %+v", got)
	}
}

func TestRedriveAllowPolicyDenies(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "closed", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`})
	_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{
		"RedrivePolicy": `{"deadLetterTargetArn":"` + c.Service.arn("closed") + `","maxReceiveCount":2}`,
	}})
	wiretest.WantCode(t, err, "InvalidParameterValue")
}

func TestGoAPI(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "orders", nil)
	arn := c.Service.arn("orders")
	for range 12 {
		if _, err := c.Service.Send(t.Context(), arn, "body", nil); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Service.Receive(t.Context(), arn, 12, 0)
	if err != nil || len(got) != 12 {
		t.Fatalf("%d messages, %v", len(got), err)
	}
	if err := c.Service.ChangeVisibility(arn, 0, got[0].ReceiptHandle); err != nil {
		t.Error(err)
	}
	if err := c.Service.DeleteMessages(arn, got[1].ReceiptHandle, got[2].ReceiptHandle); err != nil {
		t.Error(err)
	}
	all, err := c.Service.Attributes(arn)
	if err != nil || all["ApproximateNumberOfMessages"] != "1" || all["ApproximateNumberOfMessagesNotVisible"] != "9" {
		t.Errorf("%v, %v", all, err)
	}
	_, err = c.Service.Receive(t.Context(), arn+"x", 1, 0)
	if err == nil {
		t.Error("a queue that does not exist gave no error")
	}
}
