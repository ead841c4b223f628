package sqs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// fifoWithDLQ creates a FIFO queue with at most two receives, and its dead-letter
// queue.
func (c *cloud) fifoWithDLQ(t *testing.T) (url, dlq string) {
	t.Helper()
	dlq = c.fifo(t, "dead.fifo", nil)
	url = c.fifo(t, "orders.fifo", map[string]string{
		"VisibilityTimeout": "1",
		"RedrivePolicy":     `{"deadLetterTargetArn":"` + c.Service.arn("dead.fifo") + `","maxReceiveCount":2}`,
	})
	return url, dlq
}

// poison receives n messages of the first group twice, without deleting them.
func (c *cloud) poison(t *testing.T, url string, n int32) {
	t.Helper()
	for range 2 {
		if got := c.pull(t, url, n, nil); len(got) != int(n) {
			t.Fatalf("%d messages, want %d", len(got), n)
		}
		c.Advance(time.Second)
	}
}

func TestGroupGoesOnAfterADeadLetter(t *testing.T) {
	c := newCloud(t)
	url, dlq := c.fifoWithDLQ(t)
	for _, body := range []string{"a1", "a2", "a3"} {
		c.put(t, url, "a", body)
	}
	first := c.pull(t, url, 1, nil)
	c.Advance(time.Second)
	c.pull(t, url, 1, nil)
	wantBodies(t, c.pull(t, url, 1, nil))
	c.Advance(time.Second)
	wantBodies(t, c.pull(t, url, 10, nil), "a2", "a3")
	c.Restart(t)
	dead := c.pull(t, dlq, 10, nil)
	wantBodies(t, dead, "a1")
	got := dead[0].Attributes
	for name, want := range map[string]string{
		"MessageGroupId": "a", "DeadLetterQueueSourceArn": c.Service.arn("orders.fifo"), "MessageDeduplicationId": *first[0].MessageId,
	} {
		if got[name] != want {
			t.Errorf("%s of the dead letter is %q, want %q", name, got[name], want)
		}
	}
	if got["SentTimestamp"] <= first[0].Attributes["SentTimestamp"] {
		t.Errorf("the dead letter was sent at %s, the message at %s", got["SentTimestamp"], first[0].Attributes["SentTimestamp"])
	}
}

func TestDeadLettersAndMoveTasksKeepTheOrder(t *testing.T) {
	c := newCloud(t)
	url, dlq := c.fifoWithDLQ(t)
	for _, body := range []string{"a1", "a2", "a3"} {
		c.put(t, url, "a", body)
	}
	c.poison(t, url, 2)
	wantBodies(t, c.pull(t, url, 10, nil), "a3")
	wantBodies(t, c.pull(t, dlq, 10, nil), "a1", "a2")
	move := func() {
		t.Helper()
		_, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(c.Service.arn("dead.fifo"))})
		if err != nil {
			t.Fatal(err)
		}
	}
	move() // nothing: the group is in flight
	c.Advance(time.Minute)
	c.put(t, url, "a", "a4")
	move()
	wantBodies(t, c.pull(t, dlq, 10, nil))
	got := c.pull(t, url, 10, nil)
	wantBodies(t, got, "a3", "a4", "a1", "a2")
	for _, m := range got {
		if m.Attributes["MessageGroupId"] != "a" {
			t.Errorf("%s is in group %q", *m.Body, m.Attributes["MessageGroupId"])
		}
	}
}

// TestMoveTaskLeavesAGroupInFlight: a message behind one in flight would
// overtake it.
func TestMoveTaskLeavesAGroupInFlight(t *testing.T) {
	c := newCloud(t)
	url, dlq := c.fifoWithDLQ(t)
	for _, body := range []string{"a1", "a2", "b1"} {
		c.put(t, url, body[:1], body)
	}
	c.poison(t, url, 3)
	wantBodies(t, c.pull(t, url, 10, nil))
	held := c.pull(t, dlq, 1, nil)
	wantBodies(t, held, "a1")
	_, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(c.Service.arn("dead.fifo"))})
	if err != nil {
		t.Fatal(err)
	}
	wantBodies(t, c.pull(t, url, 10, nil), "b1")
	c.remove(t, dlq, held...)
	wantBodies(t, c.pull(t, dlq, 10, nil), "a2")
}

func TestMoveTaskNeedsADestinationOfTheSameType(t *testing.T) {
	c := newCloud(t)
	c.fifoWithDLQ(t)
	c.queue(t, "standard", nil)
	c.fifo(t, "other.fifo", nil)
	start := func(to string) error {
		_, err := c.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(c.Service.arn("dead.fifo")), DestinationArn: aws.String(c.Service.arn(to)),
		})
		return err
	}
	wiretest.WantError(t, start("standard"), "InvalidParameterValue", "same type")
	if err := start("other.fifo"); err != nil {
		t.Error(err)
	}
}
