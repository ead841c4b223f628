package sqs

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func TestSendAndReceive(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	sent, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String(`{"id":"ü<1>"}`), MessageAttributes: map[string]types.MessageAttributeValue{
			"kind":  {DataType: aws.String("String"), StringValue: aws.String("order")},
			"bytes": {DataType: aws.String("Binary.gzip"), BinaryValue: []byte{0, 1, 2}},
			"n":     {DataType: aws.String("Number"), StringValue: aws.String("42")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := c.receive(t, url).Messages
	if len(got) != 1 || *got[0].Body != `{"id":"ü<1>"}` || *got[0].MessageId != *sent.MessageId {
		t.Fatalf("got %+v", got)
	}
	m := got[0]
	// The digest was computed with AWS's documented algorithm, outside this
	// package.
	if want := "df800217f26bd0305a0682b66dbe2c27"; *m.MD5OfMessageAttributes != *sent.MD5OfMessageAttributes || *m.MD5OfMessageAttributes != want {
		t.Errorf("MD5 of attributes: sent %s, received %s, want %s", *sent.MD5OfMessageAttributes, *m.MD5OfMessageAttributes, want)
	}
	if m.Attributes["ApproximateReceiveCount"] != "1" || m.Attributes["SenderId"] != "000000000000" || m.Attributes["SentTimestamp"] == "" {
		t.Errorf("system attributes %v", m.Attributes)
	}
	if string(m.MessageAttributes["bytes"].BinaryValue) != "\x00\x01\x02" || *m.MessageAttributes["n"].StringValue != "42" {
		t.Errorf("attributes %v", m.MessageAttributes)
	}
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages although the only one is in flight", n)
	}
	if got := c.attribute(t, url, "ApproximateNumberOfMessagesNotVisible"); got != "1" {
		t.Errorf("%s in flight", got)
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	c.Advance(time.Minute)
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages after the deletion", n)
	}
}

func TestSendRefuses(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	attribute := func(name, kind, value string) map[string]types.MessageAttributeValue {
		return map[string]types.MessageAttributeValue{name: {DataType: &kind, StringValue: &value}}
	}
	for _, test := range []struct {
		in   sqs.SendMessageInput
		code string
	}{
		{sqs.SendMessageInput{MessageBody: aws.String("")}, "MissingParameter"},
		{sqs.SendMessageInput{MessageBody: aws.String("a\x00")}, "InvalidMessageContents"},
		{sqs.SendMessageInput{MessageBody: aws.String(strings.Repeat("a", 1_048_577))}, "InvalidParameterValue"},
		{sqs.SendMessageInput{MessageBody: aws.String("a"), DelaySeconds: 901}, "InvalidParameterValue"},
		{sqs.SendMessageInput{MessageBody: aws.String("a"), MessageDeduplicationId: aws.String("x")}, "InvalidParameterValue"},
		{sqs.SendMessageInput{MessageBody: aws.String("a"), MessageAttributes: attribute("a", "Float", "1")}, "InvalidParameterValue"},
		{sqs.SendMessageInput{MessageBody: aws.String("a"), MessageAttributes: attribute("a", "String", "")}, "InvalidParameterValue"},
		{sqs.SendMessageInput{MessageBody: aws.String("a"), MessageAttributes: attribute("AWS.a", "String", "1")}, "InvalidParameterValue"},
	} {
		test.in.QueueUrl = &url
		_, err := c.SendMessage(t.Context(), &test.in)
		wiretest.WantCode(t, err, test.code)
	}
	c.send(t, url, strings.Repeat("a", 1_048_576))
}

func TestReceiveRefuses(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	for _, in := range []sqs.ReceiveMessageInput{
		{MaxNumberOfMessages: 11}, {WaitTimeSeconds: 21}, {VisibilityTimeout: 43_201},
	} {
		in.QueueUrl = &url
		_, err := c.ReceiveMessage(t.Context(), &in)
		wiretest.WantCode(t, err, "InvalidParameterValue")
	}
}

func TestDelay(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", map[string]string{"DelaySeconds": "10"})
	c.send(t, url, "one")
	if n := c.attribute(t, url, "ApproximateNumberOfMessagesDelayed"); n != "1" {
		t.Errorf("%s delayed", n)
	}
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages before the delay", n)
	}
	c.Advance(10 * time.Second)
	if n := len(c.receive(t, url).Messages); n != 1 {
		t.Errorf("%d messages after the delay", n)
	}
}

func TestRetention(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", map[string]string{"MessageRetentionPeriod": "60"})
	c.send(t, url, "one")
	c.Advance(time.Minute)
	if n := c.attribute(t, url, "ApproximateNumberOfMessages"); n != "0" {
		t.Errorf("%s messages are counted", n)
	}
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages", n)
	}
	if all, err := c.Service.contents.List(""); err != nil || len(all) != 0 {
		t.Errorf("the store still has %v, %v", all, err)
	}
}

func TestVisibilityTimeout(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", map[string]string{"VisibilityTimeout": "5"})
	c.send(t, url, "one")
	first := c.receive(t, url).Messages[0]
	c.Advance(5 * time.Second)
	second := c.receive(t, url).Messages
	if len(second) != 1 || second[0].Attributes["ApproximateReceiveCount"] != "2" {
		t.Fatalf("second receive: %+v", second)
	}
	// The first handle is old: it must not delete the message that another
	// consumer holds.
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: first.ReceiptHandle}); err != nil {
		t.Error(err)
	}
	hide := func(handle *string, seconds int32) error {
		_, err := c.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: handle, VisibilityTimeout: seconds,
		})
		return err
	}
	wiretest.WantCode(t, hide(first.ReceiptHandle, 1), "InvalidParameterValue")
	wiretest.WantCode(t, hide(aws.String("nonsense"), 1), "ReceiptHandleIsInvalid")
	if err := hide(second[0].ReceiptHandle, 100); err != nil {
		t.Fatal(err)
	}
	c.Advance(99 * time.Second)
	if n := len(c.receive(t, url).Messages); n != 0 {
		t.Errorf("%d messages before the longer timeout", n)
	}
	if err := hide(second[0].ReceiptHandle, 0); err != nil {
		t.Fatal(err)
	}
	if n := len(c.receive(t, url).Messages); n != 1 {
		t.Errorf("%d messages after the timeout was set to 0", n)
	}
}

func TestRestartKeepsMessagesAndDeadlines(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	c.send(t, url, "held")
	held := c.receive(t, url).Messages[0]
	c.send(t, url, "waiting")
	c.Restart(t)
	url = c.queue(t, "orders", nil)
	got := c.receive(t, url).Messages
	if len(got) != 1 || *got[0].Body != "waiting" {
		t.Fatalf("after the restart: %+v", got)
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: held.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	c.Advance(30 * time.Second)
	if got := c.receive(t, url).Messages; len(got) != 1 || *got[0].Body != "waiting" {
		t.Errorf("after the deadline: %+v", got)
	}
}

func TestLongPollIsWokenBySend(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	type answer struct {
		out *sqs.ReceiveMessageOutput
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
		answers <- answer{out, err}
	}()
	start := time.Now()
	c.send(t, url, "one")
	if a := <-answers; a.err != nil || len(a.out.Messages) != 1 {
		t.Fatalf("%+v", a)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("woken after %s", d)
	}
}

func TestLongPollEndsWithTheVisibilityOfAnother(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", map[string]string{"VisibilityTimeout": "1"})
	c.send(t, url, "one")
	c.receive(t, url)
	out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
	if err != nil || len(out.Messages) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestLongPollEndsWithItsClientAndWithTheService(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "orders", nil)
	arn := c.Service.arn("orders")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	poll := func(ctx context.Context) {
		got, err := c.Service.Receive(ctx, arn, 1, 20*time.Second)
		if len(got) > 0 {
			t.Errorf("got %v", got)
		}
		done <- err
	}
	go poll(ctx)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	go poll(t.Context())
	if err := c.Service.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestDeletedQueueEndsLongPoll(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	done := make(chan error, 1)
	go func() {
		_, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
		done <- err
	}()
	if _, err := c.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}); err != nil {
		t.Fatal(err)
	}
	wiretest.WantCode(t, <-done, "AWS.SimpleQueueService.NonExistentQueue")
}
