package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/localcloud/deadletter"
	"github.com/seastack/seastack/tools/progress"
)

// functionsWithDeadLetters returns the functions that keep dead letters, as
// STACK/FUNCTION.
func functionsWithDeadLetters(m model.Model) (all []string) {
	for _, s := range m.Stacks {
		for _, f := range use.StackDeadLetters(s) {
			all = append(all, s.Name+"/"+f)
		}
	}
	return all
}

// restart starts a function again with the request of each dead letter, deletes
// those, and returns how many it were. Letters of what it has started itself stay.
// Those that are neither Lambda's nor Scheduler's stay as well, and are an error.
func (d *redriving) restart(ctx context.Context, r *progress.Reporter) (started int64, err error) {
	task := r.Start("redrive " + d.of)
	defer func() { task.Close(err, "%d invocations", started) }()
	own := map[string]bool{} // IDs of the requests made here
	var foreign []string
	for {
		letters, err := d.receive(ctx)
		if err != nil {
			return started, err
		}
		if len(letters) == 0 {
			break
		}
		for _, m := range letters {
			l, ok := readLetter(m)
			if !ok {
				foreign = append(foreign, aws.ToString(m.MessageId))
			}
			if !ok || own[l.Request] {
				defer d.leave(ctx, m)
				continue
			}
			id, err := d.start(ctx, m, l)
			if err != nil {
				return started, err
			}
			own[id] = true
			started++
			task.Update("%d invocations", started)
		}
	}
	if len(foreign) > 0 {
		return started, fmt.Errorf("neither Lambda nor Scheduler has written the messages %s", strings.Join(foreign, ", "))
	}
	return started, nil
}

// hidden is how long a letter that was received is not received again, in seconds.
const hidden = 60

// receive returns some of the letters; none when there are no more.
func (d *redriving) receive(ctx context.Context) ([]types.Message, error) {
	out, err := d.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &d.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: hidden, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

// leave lets a letter be received again at once; else that is so in a minute.
func (d *redriving) leave(ctx context.Context, m types.Message) {
	_, _ = d.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &d.url, ReceiptHandle: m.ReceiptHandle})
}

// start starts a function with the payload of a letter, and deletes the letter. It
// returns the ID of the request.
func (d *redriving) start(ctx context.Context, m types.Message, l deadletter.Letter) (string, error) {
	out, err := d.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &d.target, Qualifier: aws.String(names.Alias), Payload: l.Payload, InvocationType: lambdatypes.InvocationTypeEvent,
	})
	if err != nil {
		return "", err
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	_, err = d.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &d.url, ReceiptHandle: m.ReceiptHandle})
	return id, err
}

// readLetter reads a dead letter of a function; false for another message.
func readLetter(m types.Message) (deadletter.Letter, bool) {
	_, scheduled := m.MessageAttributes[deadletter.Schedule]
	return deadletter.Read(aws.ToString(m.Body), scheduled)
}
