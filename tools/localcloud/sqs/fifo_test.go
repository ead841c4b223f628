package sqs

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// fifo creates a FIFO queue that deduplicates by content.
func (c *cloud) fifo(t *testing.T, name string, attributes map[string]string) string {
	t.Helper()
	all := map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"}
	maps.Copy(all, attributes)
	return c.queue(t, name, all)
}

// put sends a message to a group.
func (c *cloud) put(t *testing.T, url, group, body string) *sqs.SendMessageOutput {
	t.Helper()
	out, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageGroupId: &group})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFIFOAttributesReadBackAsSet(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders.fifo", map[string]string{"FifoQueue": "true"})
	want := func(want map[string]string) {
		t.Helper()
		for name, value := range want {
			if got := c.attribute(t, url, name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
	}
	want(map[string]string{
		"FifoQueue": "true", "ContentBasedDeduplication": "false", "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
	})
	high := map[string]string{
		"ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
	}
	c.set(t, url, high)
	want(high)
	c.Restart(t)
	want(high)
	high["FifoQueue"] = "true"
	if again := c.queue(t, "orders.fifo", high); again != url {
		t.Errorf("created again as %s, want %s", again, url)
	}
	if got := c.attribute(t, c.queue(t, "standard", nil), "FifoQueue"); got != "" {
		t.Errorf("a standard queue has FifoQueue %s", got)
	}
}

func TestFIFOAttributesAreRefused(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders.fifo", map[string]string{"FifoQueue": "true"})
	for _, test := range []struct {
		attributes map[string]string
		text       string
	}{
		{map[string]string{"FifoQueue": "false"}, "Modifying queue type is not supported."},
		{map[string]string{"ContentBasedDeduplication": "yes"}, "ContentBasedDeduplication"},
		{map[string]string{"DeduplicationScope": "group"}, "DeduplicationScope"},
		{map[string]string{"FifoThroughputLimit": "none"}, "FifoThroughputLimit"},
		{map[string]string{"FifoThroughputLimit": "perMessageGroupId"}, "the DeduplicationScope must be messageGroup"},
	} {
		_, err := c.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: test.attributes})
		wiretest.WantError(t, err, "InvalidAttributeValue", test.text)
	}
	_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("high.fifo"), Attributes: map[string]string{
		"FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "queue",
	}})
	wiretest.WantError(t, err, "InvalidAttributeValue", "the DeduplicationScope must be messageGroup")
	_, err = c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{"FifoQueue": "true"}})
	wiretest.WantError(t, err, "InvalidParameterValue", "must end with .fifo suffix")
	standard := c.queue(t, "standard", nil)
	_, err = c.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &standard, Attributes: map[string]string{"DeduplicationScope": "queue"},
	})
	wiretest.WantError(t, err, "InvalidAttributeName", "only when FifoQueue is set to true")
}

func TestDeadLetterQueueIsOfTheSameType(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "dead", nil)
	c.fifo(t, "dead.fifo", nil)
	for name, in := range map[string]map[string]string{
		"orders": {}, "orders.fifo": {"FifoQueue": "true"},
	} {
		target := map[string]string{"orders": "dead.fifo", "orders.fifo": "dead"}[name]
		in["RedrivePolicy"] = `{"deadLetterTargetArn":"` + c.Service.arn(target) + `","maxReceiveCount":2}`
		_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: in})
		wiretest.WantError(t, err, "InvalidParameterValue", "Dead-letter queue must be same type of queue as the source.")
	}
}

func TestSendToFIFORefuses(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders.fifo", map[string]string{"FifoQueue": "true"})
	body, id := aws.String("a"), aws.String("id")
	for _, test := range []struct {
		in         sqs.SendMessageInput
		code, text string
	}{
		{sqs.SendMessageInput{MessageDeduplicationId: id}, "MissingParameter", "The request must contain the parameter MessageGroupId."},
		{sqs.SendMessageInput{MessageGroupId: id}, "InvalidParameterValue",
			"The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"},
		{sqs.SendMessageInput{MessageGroupId: id, MessageDeduplicationId: id, DelaySeconds: 1}, "InvalidParameterValue",
			"Value 1 for parameter DelaySeconds is invalid. Reason: The request includes a parameter that is not valid for this queue type."},
		{sqs.SendMessageInput{MessageGroupId: aws.String("a b"), MessageDeduplicationId: id}, "InvalidParameterValue",
			"MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length"},
		{sqs.SendMessageInput{MessageGroupId: id, MessageDeduplicationId: aws.String("ü")}, "InvalidParameterValue",
			"MessageDeduplicationId can only include"},
		{sqs.SendMessageInput{MessageGroupId: id, MessageDeduplicationId: aws.String(strings.Repeat("x", 129))}, "InvalidParameterValue",
			"1 to 128 in length"},
	} {
		test.in.QueueUrl, test.in.MessageBody = &url, body
		_, err := c.SendMessage(t.Context(), &test.in)
		wiretest.WantError(t, err, test.code, test.text)
	}
	standard := c.queue(t, "standard", nil)
	_, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &standard, MessageBody: body, MessageDeduplicationId: id})
	wiretest.WantError(t, err, "InvalidParameterValue", "not valid for this queue type")
	in := entries("a", "b")
	in[0].MessageGroupId, in[0].MessageDeduplicationId = id, id
	_, err = c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: in})
	wiretest.WantError(t, err, "MissingParameter", "MessageGroupId")
	if n := c.attribute(t, url, "ApproximateNumberOfMessages"); n != "0" {
		t.Errorf("%s messages were stored", n)
	}
}

func TestDuplicatesAreAcceptedOnce(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	first := c.put(t, url, "a", "one")
	if n := aws.ToString(first.SequenceNumber); len(n) != 20 {
		t.Errorf("sequence number %q, want 20 digits", n)
	}
	same := func(what string) {
		t.Helper()
		again := c.put(t, url, "a", "one")
		if *again.MessageId != *first.MessageId || *again.SequenceNumber != *first.SequenceNumber {
			t.Errorf("%s: %s %s, want %s %s", what, *again.MessageId, *again.SequenceNumber, *first.MessageId, *first.SequenceNumber)
		}
	}
	same("at once")
	c.Restart(t)
	same("after a restart")
	got := c.receive(t, url).Messages
	if len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: got[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	c.Advance(interval - time.Second)
	same("after the deletion")
	c.Restart(t)
	c.Advance(time.Second)
	again := c.put(t, url, "a", "one")
	if *again.MessageId == *first.MessageId || *again.SequenceNumber <= *first.SequenceNumber {
		t.Errorf("after the interval: %s %s, first %s %s", *again.MessageId, *again.SequenceNumber, *first.MessageId, *first.SequenceNumber)
	}
	if n := len(c.receive(t, url).Messages); n != 1 {
		t.Errorf("%d messages after the interval", n)
	}
}

func TestDeduplicationIDsAreThoseOfTheQueueOrOfTheGroup(t *testing.T) {
	c := newCloud(t)
	for scope, want := range map[string]int{"queue": 2, "messageGroup": 3} {
		url := c.queue(t, scope+".fifo", map[string]string{"FifoQueue": "true", "DeduplicationScope": scope})
		in := entries("1", "2", "3", "4")
		for i, of := range []struct{ group, id string }{{"a", "x"}, {"b", "x"}, {"a", "y"}, {"a", "x"}} {
			in[i].MessageGroupId, in[i].MessageDeduplicationId = aws.String(of.group), aws.String(of.id)
		}
		out, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: in})
		if err != nil || len(out.Successful) != 4 || *out.Successful[3].MessageId != *out.Successful[0].MessageId ||
			*out.Successful[3].SequenceNumber != *out.Successful[0].SequenceNumber {
			t.Fatalf("%s: %+v, %v", scope, out, err)
		}
		if got := c.receive(t, url).Messages; len(got) != want {
			t.Errorf("%s: %d messages, want %d", scope, len(got), want)
		}
	}
}

func TestOldDeduplicationIDsAreRemoved(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	c.put(t, url, "a", "one")
	c.put(t, url, "a", "two")
	c.Advance(time.Minute)
	c.put(t, url, "a", "three")
	c.Restart(t)
	count := func(want int) {
		t.Helper()
		all, err := c.Service.sent.records.List("")
		if err != nil || len(all) != want || len(c.Service.sent.keys) != want {
			t.Errorf("%d records and %d keys, %v; want %d", len(all), len(c.Service.sent.keys), err, want)
		}
	}
	count(3)
	c.Advance(4 * time.Minute)
	c.put(t, url, "a", "four")
	count(2)
	if _, err := c.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	count(0)
	url = c.fifo(t, "orders.fifo", nil)
	c.put(t, url, "a", "four")
	if n := len(c.receive(t, url).Messages); n != 1 {
		t.Errorf("%d messages in the new queue of that name", n)
	}
}

// TestSequenceNumbersIncreaseAfterARestart: also when no message is left that has
// one.
func TestSequenceNumbersIncreaseAfterARestart(t *testing.T) {
	c := newCloud(t)
	url := c.fifo(t, "orders.fifo", nil)
	last := ""
	for _, body := range []string{"one", "two", "three"} {
		n := *c.put(t, url, "a", body).SequenceNumber
		if n <= last {
			t.Errorf("%s has sequence number %s after %s", body, n, last)
		}
		last = n
		m := c.receive(t, url).Messages[0]
		if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
		c.Restart(t)
	}
}

// TestStoreOfEarlierVersion reads records as they were before there were FIFO
// queues.
func TestStoreOfEarlierVersion(t *testing.T) {
	c := newCloud(t)
	for collection, keys := range map[string]map[string]string{
		"sqs.queues": {"orders": `{"Name":"orders","CreatedAt":1700000000,"ModifiedAt":1700000000,"PurgedAt":0,` +
			`"Attributes":{"MessageRetentionPeriod":"1209600","VisibilityTimeout":"5"},"Tags":{"a":"b"}}`},
		"sqs.messages": {"orders/00000000000000000007": `{"Queue":"orders","Seq":7,"ID":"id-7","SentAt":` +
			strconv.FormatInt(c.Service.now(), 10) + `,"VisibleAt":1,"FirstReceivedAt":0,"ReceiveCount":0,"Receipt":"","SourceARN":""}`},
		"sqs.contents": {"orders/00000000000000000007": `{"Body":"old","Attributes":null,"System":null,"SenderID":"me","GroupID":"fair"}`},
	} {
		for key, raw := range keys {
			if err := store.In[json.RawMessage](c.Env.Store, collection).Put(key, json.RawMessage(raw)); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.Restart(t)
	url := c.queue(t, "orders", map[string]string{"VisibilityTimeout": "5"})
	c.send(t, url, "new")
	got := c.receive(t, url).Messages
	if len(got) != 2 || *got[0].Body != "old" || got[0].Attributes["MessageGroupId"] != "fair" || got[0].Attributes["SequenceNumber"] != "" {
		t.Errorf("got %+v", got)
	}
}
