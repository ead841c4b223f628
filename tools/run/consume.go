package run

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/filter"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
)

// queue is a queue of the environment, used with the rights of the role of the function
// that consumes it. It implements poller.Queue.
type queue struct {
	client   *sqs.Client
	url, arn string
}

// Receive implements poller.Queue.
func (q queue) Receive(ctx context.Context, most int, wait time.Duration) ([]poller.Message, error) {
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(min(most, 10)), WaitTimeSeconds: int32(min(wait, 20*time.Second) / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	var all []poller.Message
	for _, m := range out.Messages {
		all = append(all, poller.Message{
			ID: aws.ToString(m.MessageId), ReceiptHandle: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body), MD5OfBody: aws.ToString(m.MD5OfBody),
			Attributes: m.Attributes, MessageAttributes: attributes(m.MessageAttributes), MD5OfMessageAttributes: aws.ToString(m.MD5OfMessageAttributes),
		})
	}
	return all, nil
}

func attributes(all map[string]types.MessageAttributeValue) map[string]poller.Attribute {
	converted := map[string]poller.Attribute{}
	for name, a := range all {
		converted[name] = poller.Attribute{DataType: aws.ToString(a.DataType), StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return converted
}

// deleteLimit bounds how long handled messages may take to be deleted, also after an
// interrupt: they would come again.
const deleteLimit = 10 * time.Second

// Delete implements poller.Queue.
func (q queue) Delete(receiptHandles ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), deleteLimit)
	defer cancel()
	var failed error
	for _, h := range receiptHandles { // the role may delete; a batch needs no other right, and saves little here
		_, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: &h})
		failed = errors.Join(failed, err)
	}
	return failed
}

// Release implements poller.Queue. A function's role may not change when messages are
// visible again: they are when the queue's visibility timeout is over.
func (queue) Release(...string) error { return nil }

// consumers returns the functions that have a queue.
func (r *runner) consumers() (all []deployed) {
	for _, d := range r.functions {
		if d.function.Trigger.Queue != nil {
			all = append(all, d)
		}
	}
	return all
}

// queueOf finds a function's queue on AWS, as the developer.
func (r *runner) queueOf(ctx context.Context, who developer, d deployed) (queue, error) {
	q := r.modelQueue(d)
	name := names.Shared(r.options.Model.Project, r.options.Environment.Name, names.Queue(q, q.Name))
	out, err := sqs.NewFromConfig(who.cfg).GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return queue{}, cannotReadDeployed("the queue "+name+" of "+d.id(), r.options.Environment.Name, err)
	}
	// The function's ARN has the partition, the region and the account.
	parts := strings.Split(aws.ToString(d.config.FunctionArn), ":")
	arn := strings.Join([]string{"arn", parts[1], "sqs", parts[3], parts[4], name}, ":")
	return queue{client: sqs.NewFromConfig(d.role), url: aws.ToString(out.QueueUrl), arn: arn}, nil
}

// maxEvent is the largest event of an invocation, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

// backoff is the pause after a call of SQS that failed; it doubles.
const backoff = time.Second

// pollerConfig returns how a function's queue is polled: as its mapping on AWS does.
func (r *runner) pollerConfig(q queue, d deployed) (c poller.Config, err error) {
	t := d.function.Trigger.Queue
	c = poller.Config{
		QueueARN: q.arn, Region: r.options.Environment.Region, BatchSize: t.Batch, Window: time.Duration(t.Window) * time.Second,
		Concurrency: max(1, min(t.Concurrency, parallel)), Partial: true, Ordered: r.modelQueue(d).FIFO != nil, MaxPayload: maxEvent, Backoff: backoff,
	}
	if t.Filter != "" {
		c.Filters, err = filter.Parse(`{"body":` + t.Filter + `}`)
	}
	return c, err
}

// consume receives the messages of a function's queue until ctx ends. Those that the
// function has handled are deleted, others come again.
func (r *runner) consume(ctx context.Context, q queue, d deployed, c poller.Config) {
	r.options.Tell(Event{Event: Consuming, Function: d.id(), Queue: d.function.Trigger.Queue.Queue})
	poller.Run(ctx, c, q, r.invoke(d), func(err error) { r.pollerNote(d, err) })
}

// invoke returns what hands a batch to a function.
func (r *runner) invoke(d deployed) poller.Invoke {
	return func(ctx context.Context, payload []byte) (poller.Answer, error) {
		res, err := r.cloud.functions.Invoke(ctx, lambda.Invocation{FunctionARN: d.name + ":" + names.Alias, Payload: payload})
		if errors.Is(err, fleet.ErrClosed) {
			err = poller.ErrStopped
		}
		return poller.Answer{Payload: res.Payload, Failed: res.FunctionError != ""}, err
	}
}

// pollerNote tells of an error of SQS or Lambda, after which it is tried again.
func (r *runner) pollerNote(d deployed, err error) {
	if err != nil {
		r.note("%s", diag.Diagnostic{Code: diag.CannotConsume, Message: "the messages of " + d.id() + " cannot be received, and are tried again",
			Details: []string{lastCause(err)}, Next: "if access is denied, deploy the function with its queue, and run the command again"}.Error())
	}
}

// modelQueue returns the queue of a function that has one.
func (r *runner) modelQueue(d deployed) model.Queue {
	i := slices.IndexFunc(r.options.Model.Queues, func(q model.Queue) bool { return q.Name == d.function.Trigger.Queue.Queue })
	return r.options.Model.Queues[i]
}
