package sqs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// pull receives at most n messages, and change may alter the request.
func (c *cloud) pull(t *testing.T, url string, n int32, change func(*sqs.ReceiveMessageInput)) []types.Message {
	t.Helper()
	in := &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: n, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	}
	if change != nil {
		change(in)
	}
	out, err := c.ReceiveMessage(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

func wantBodies(t *testing.T, messages []types.Message, want ...string) {
	t.Helper()
	var got []string
	for _, m := range messages {
		got = append(got, *m.Body)
	}
	if !slices.Equal(got, want) {
		t.Errorf("received %q, want %q", got, want)
	}
}

func (c *cloud) remove(t *testing.T, url string, messages ...types.Message) {
	t.Helper()
	for _, m := range messages {
		if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGroupIsReceivedInOrderByOneConsumerAtATime(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", map[string]string{"VisibilityTimeout": "5"})
	for _, body := range []string{"a1", "b1", "a2", "a3", "b2"} {
		c.put(t, url, body[:1], body)
	}
	first := c.pull(t, url, 2, nil)
	wantBodies(t, first, "a1", "a2")
	second := c.pull(t, url, 1, nil)
	wantBodies(t, second, "b1")
	wantBodies(t, c.pull(t, url, 10, nil))
	c.remove(t, url, first[0])
	wantBodies(t, c.pull(t, url, 10, nil)) // a2 is in flight yet
	c.remove(t, url, second[0])
	wantBodies(t, c.pull(t, url, 10, nil), "b2")
	c.Restart(t)
	url = c.fifo(t, "orders.fifo", nil)
	wantBodies(t, c.pull(t, url, 10, nil)) // groups stay blocked after a restart
	c.Advance(5 * time.Second)
	got := c.pull(t, url, 10, nil)
	wantBodies(t, got, "a2", "a3", "b2")
	if n := got[0].Attributes["ApproximateReceiveCount"] + got[1].Attributes["ApproximateReceiveCount"]; n != "21" {
		t.Errorf("receive counts %s, want 2 and 1", n)
	}
}

func TestReceivedMessageOfAFIFOQueueHasItsOrder(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	sent := c.put(t, url, "a", "one")
	own, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("one"), MessageGroupId: aws.String("a"), MessageDeduplicationId: aws.String("own"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := c.pull(t, url, 10, nil)
	wantBodies(t, got, "one", "one")
	const sum = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" // SHA-256 of "one"
	for i, want := range []map[string]string{
		{"MessageGroupId": "a", "MessageDeduplicationId": sum, "SequenceNumber": *sent.SequenceNumber},
		{"MessageGroupId": "a", "MessageDeduplicationId": "own", "SequenceNumber": *own.SequenceNumber},
	} {
		for name, value := range want {
			if got[i].Attributes[name] != value {
				t.Errorf("message %d: %s is %q, want %q", i, name, got[i].Attributes[name], value)
			}
		}
	}
	c.Advance(time.Minute)
	named := c.pull(t, url, 1, func(in *sqs.ReceiveMessageInput) {
		in.MessageSystemAttributeNames = []types.MessageSystemAttributeName{"MessageGroupId", "SequenceNumber"}
	})
	if len(named) != 1 || len(named[0].Attributes) != 2 {
		t.Errorf("by name: %+v", named)
	}
}

// TestBatchOfOneGroupIsBlockedUntilItsLastMessage: a message that becomes
// visible early waits for the others that were received with it.
func TestBatchOfOneGroupIsBlockedUntilItsLastMessage(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	c.put(t, url, "a", "a1")
	c.put(t, url, "a", "a2")
	got := c.pull(t, url, 10, nil)
	hide := func(m types.Message, seconds int32) {
		t.Helper()
		_, err := c.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: seconds,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	hide(got[0], 0)
	wantBodies(t, c.pull(t, url, 10, nil))
	hide(got[1], 0)
	wantBodies(t, c.pull(t, url, 10, nil), "a1", "a2")
}

func TestReceiptHandleOfAFIFOQueueExpires(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", map[string]string{"VisibilityTimeout": "5"})
	c.put(t, url, "a", "a1")
	m := c.pull(t, url, 1, nil)[0]
	expired := func() {
		t.Helper()
		_, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
		wiretest.WantError(t, err, "InvalidParameterValue", "The receipt handle has expired.")
	}
	c.Advance(5 * time.Second)
	expired()
	if err := c.Service.DeleteMessages(c.Service.arn("orders.fifo"), *m.ReceiptHandle); err != nil {
		t.Errorf("the Go API does not skip it: %v", err)
	}
	again := c.pull(t, url, 1, nil)
	wantBodies(t, again, "a1")
	expired()
	c.remove(t, url, again...)
	c.remove(t, url, again...) // it is gone: no error
	wantBodies(t, c.pull(t, url, 1, nil))
}

// TestDelayOfAFIFOQueueAppliesToItsMessages: a change of the delay is
// retroactive.
func TestDelayOfAFIFOQueueAppliesToItsMessages(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", map[string]string{"DelaySeconds": "100"})
	c.put(t, url, "a", "a1")
	c.put(t, url, "b", "b1")
	wantBodies(t, c.pull(t, url, 10, nil))
	c.set(t, url, map[string]string{"DelaySeconds": "10"})
	c.Restart(t)
	if n := c.attribute(t, url, "ApproximateNumberOfMessagesDelayed"); n != "2" {
		t.Errorf("%s delayed", n)
	}
	c.Advance(11 * time.Second)
	wantBodies(t, c.pull(t, url, 10, nil), "a1", "b1")
}

func TestLongPollOfAFIFOQueueEndsWithADeletion(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	c.put(t, url, "a", "a1")
	c.put(t, url, "a", "a2")
	held := c.pull(t, url, 1, nil)
	start := time.Now()
	deleted := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() {
		deleted <- c.Service.DeleteMessages(c.Service.arn("orders.fifo"), *held[0].ReceiptHandle)
	})
	wantBodies(t, c.pull(t, url, 1, func(in *sqs.ReceiveMessageInput) { in.WaitTimeSeconds = 20 }), "a2")
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %s", d)
	}
	if err := <-deleted; err != nil {
		t.Error(err)
	}
}

func TestReceiveAttemptIsRepeated(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", map[string]string{"VisibilityTimeout": "30"})
	for _, body := range []string{"a1", "a2", "b1"} {
		c.put(t, url, body[:1], body)
	}
	attempt := func(in *sqs.ReceiveMessageInput) { in.ReceiveRequestAttemptId = aws.String("try") }
	first := c.pull(t, url, 2, attempt)
	wantBodies(t, first, "a1", "a2")
	c.Advance(20 * time.Second)
	c.Restart(t)
	again := c.pull(t, url, 2, attempt)
	wantBodies(t, again, "a1", "a2")
	if len(again) == 2 && (*again[0].ReceiptHandle != *first[0].ReceiptHandle || again[0].Attributes["ApproximateReceiveCount"] != "1") {
		t.Errorf("the repetition is another receive: %+v", again[0])
	}
	c.Advance(20 * time.Second) // the visibility timeout began anew
	c.remove(t, url, first[0])
	wantBodies(t, c.pull(t, url, 2, attempt), "b1") // a1 is deleted: it cannot be repeated
	wantBodies(t, c.pull(t, url, 2, attempt), "b1")
	c.Advance(interval)
	wantBodies(t, c.pull(t, url, 1, attempt), "a2")
	if all, err := c.Service.attempts.records.List(""); err != nil || len(all) != 1 {
		t.Errorf("%d attempts are stored, %v", len(all), err)
	}
}

func TestReceiveAttemptsAreRefused(t *testing.T) {
	c := newCloud(t)
	for url, id := range map[string]string{c.queue(t, "standard", nil): "try", c.fifo(t, "orders.fifo", nil): "a b"} {
		_, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, ReceiveRequestAttemptId: &id})
		wiretest.WantError(t, err, "InvalidParameterValue", "ReceiveRequestAttemptId")
	}
}

func TestPurgedFIFOQueueTakesMessages(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	c.put(t, url, "a", "a1")
	c.pull(t, url, 1, nil)
	if _, err := c.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	c.put(t, url, "a", "a2")
	wantBodies(t, c.pull(t, url, 10, nil), "a2")
}

// TestManyGroups: consumers that fail now and then receive every group in
// order.
func TestManyGroups(t *testing.T) {
	c := newCloud(t)
	const groups, each = 20, 15
	url := c.fifo(t, "orders.fifo", map[string]string{"VisibilityTimeout": "1"})
	for i := range groups * each {
		c.put(t, url, fmt.Sprint("g", i%groups), fmt.Sprint("g", i%groups, " ", i))
	}
	var sent, done [groups][]string
	for i := range groups * each {
		sent[i%groups] = append(sent[i%groups], fmt.Sprint("g", i%groups, " ", i))
	}
	for round := 0; ; round++ {
		batch := c.pull(t, url, int32(1+round%10), nil)
		if len(batch) == 0 {
			c.Advance(time.Second)
			if batch = c.pull(t, url, 10, nil); len(batch) == 0 {
				break
			}
		}
		for _, m := range batch[:max(1, len(batch)-round%3)] {
			var g int
			if _, err := fmt.Sscanf(strings.Fields(*m.Body)[0], "g%d", &g); err != nil {
				t.Fatal(err)
			}
			done[g] = append(done[g], *m.Body)
			c.remove(t, url, m)
		}
	}
	for g := range groups {
		if !slices.Equal(done[g], sent[g]) {
			t.Errorf("group %d was done in the order %q", g, done[g])
		}
	}
}
