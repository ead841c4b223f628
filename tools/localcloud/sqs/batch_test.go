package sqs

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func entries(ids ...string) (all []types.SendMessageBatchRequestEntry) {
	for _, id := range ids {
		all = append(all, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String("body of " + id)})
	}
	return all
}

func TestBatchLimits(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, strconv.Itoa(i))
	}
	long := entries("a", "b")
	for i := range long {
		long[i].MessageBody = aws.String(strings.Repeat("x", 600_000))
	}
	for code, in := range map[string][]types.SendMessageBatchRequestEntry{
		"EmptyBatchRequest":            {},
		"TooManyEntriesInBatchRequest": entries(eleven...),
		"BatchEntryIdsNotDistinct":     entries("a", "a"),
		"InvalidBatchEntryId":          entries("a b"),
		"BatchRequestTooLong":          long,
	} {
		_, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: in})
		wiretest.WantCode(t, err, legacy+code)
	}
}

func TestBatches(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "orders", nil)
	in := entries("a", "b", "c")
	in[1].DelaySeconds = 901
	sent, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: in})
	if err != nil {
		t.Fatal(err)
	}
	if len(sent.Successful) != 2 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "b" || !sent.Failed[0].SenderFault {
		t.Fatalf("%+v", sent)
	}
	got := c.receive(t, url).Messages
	if len(got) != 2 || *got[0].Body != "body of a" {
		t.Fatalf("%+v", got)
	}
	hidden, err := c.ChangeMessageVisibilityBatch(t.Context(), &sqs.ChangeMessageVisibilityBatchInput{
		QueueUrl: &url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 7},
			{Id: aws.String("x"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 7},
		},
	})
	if err != nil || len(hidden.Successful) != 1 || *hidden.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Fatalf("%+v, %v", hidden, err)
	}
	deleted, err := c.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{
		QueueUrl: &url, Entries: []types.DeleteMessageBatchRequestEntry{
			{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle}, {Id: aws.String("c"), ReceiptHandle: got[1].ReceiptHandle},
		},
	})
	if err != nil || len(deleted.Successful) != 2 {
		t.Fatalf("%+v, %v", deleted, err)
	}
	if n := c.attribute(t, url, "ApproximateNumberOfMessagesNotVisible"); n != "0" {
		t.Errorf("%s are left", n)
	}
}
