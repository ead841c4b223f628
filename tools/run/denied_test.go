package run

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
)

// nobody returns the configuration of somebody who may list parameters, and nothing else.
func nobody(t *testing.T) (root, denied aws.Config) {
	t.Helper()
	root = cloudtest.AWSConfig(t, cloudtest.Start(t))
	return root, cloudtest.Assume(t, root, "nobody", `{"Effect":"Allow","Action":"ssm:DescribeParameters","Resource":"*"}`)
}

// TestLookUpIsDenied: all functions are told of, with the call that is denied.
func TestLookUpIsDenied(t *testing.T) {
	_, denied := nobody(t)
	r := &runner{options: Options{Environment: config.Environment{Name: "staging"}}}
	for _, name := range []string{"a", "b"} {
		r.functions = append(r.functions, deployed{stack: "web", function: model.Function{Name: name}, name: "shop-staging-web-" + name})
	}
	found := diag.Findings(r.lookUp(t.Context(), developer{cfg: denied}))
	if len(found) != 2 {
		t.Fatalf("%v", found)
	}
	for _, d := range found {
		if d.Code != diag.CannotReadDeployed || !strings.Contains(strings.Join(d.Details, ""), "lambda:GetFunctionConfiguration") {
			t.Errorf("%v", d)
		}
	}
}

// TestQueueIsNotThere: a queue that cannot be found is told of before a message is taken.
func TestQueueIsNotThere(t *testing.T) {
	root, _ := nobody(t)
	d := deployed{stack: "web", function: model.Function{Name: "a", Trigger: model.Trigger{Queue: &model.Consume{Queue: "orders"}}}}
	r := &runner{options: Options{Environment: config.Environment{Name: "staging"}, Model: model.Model{Project: "shop", Queues: []model.Queue{{Name: "orders"}}}}}
	_, err := r.queueOf(t.Context(), developer{cfg: root}, d)
	if found, ok := errors.AsType[diag.Diagnostic](err); !ok || found.Code != diag.CannotReadDeployed || !strings.Contains(found.Message, "shop-staging-orders") {
		t.Errorf("error %v", err)
	}
}

// TestConsumeIsDenied: a role that may not receive is told of, and tried again until the
// end.
func TestConsumeIsDenied(t *testing.T) {
	root, denied := nobody(t)
	made, err := sqs.NewFromConfig(root).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var notes []string
	r := &runner{options: Options{Tell: func(e Event) {
		if e.Event == Noted {
			notes = append(notes, e.Message)
			cancel()
		}
	}}}
	d := deployed{stack: "web", function: model.Function{Name: "a", Trigger: model.Trigger{Queue: &model.Consume{Queue: "orders"}}}}
	q := queue{client: sqs.NewFromConfig(denied), url: *made.QueueUrl}
	r.consume(ctx, q, d, poller.Config{BatchSize: 1, Concurrency: 1, Backoff: time.Millisecond})
	if len(notes) != 1 || !strings.Contains(notes[0], diag.CannotConsume) || !strings.Contains(notes[0], "sqs:ReceiveMessage") {
		t.Errorf("notes %q", notes)
	}
}

// TestQueue: what is received has all that a function's event has, and is deleted.
func TestQueue(t *testing.T) {
	root, _ := nobody(t)
	client := sqs.NewFromConfig(root)
	made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: aws.String("book")}); err != nil {
		t.Fatal(err)
	}
	q := queue{client: client, url: *made.QueueUrl}
	got, err := q.Receive(t.Context(), 10, time.Second)
	if err != nil || len(got) != 1 || got[0].Body != "book" || got[0].Attributes["ApproximateReceiveCount"] != "1" || got[0].MD5OfBody == "" {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := q.Delete(got[0].ReceiptHandle); err != nil {
		t.Fatal(err)
	}
	left, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: made.QueueUrl, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible}})
	if err != nil || left.Attributes["ApproximateNumberOfMessages"] != "0" || left.Attributes["ApproximateNumberOfMessagesNotVisible"] != "0" {
		t.Errorf("%v, %v", left.Attributes, err)
	}
}
