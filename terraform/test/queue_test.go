package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"
)

// How long a message may take to be done, and to be given up: the latter after
// two deliveries.
const (
	processLimit = 60 * time.Second
	giveUpLimit  = 90 * time.Second
)

const transcript = `Grace: Which languages do you use?
Ada: I have written Go for six years, most of it for services that process payments.
Ada: Before that I wrote compilers in Rust, and I still like to read about type systems.
Ada: The payment services had strict deadlines, so we measured every query of the database.
Ada: I will send you the code sample by Friday.`

type notes struct {
	InterviewID        string
	Version, Words     int
	Summary, Questions []string
	Actions, Skills    []string
}

func testQueue(t *testing.T, d *deployment) {
	t.Run("UploadBecomesNotes", func(t *testing.T) { testUploadBecomesNotes(t, d) })
	t.Run("MessageOfAnotherSender", func(t *testing.T) { testMessageOfAnotherSender(t, d) })
	t.Run("PoisonInABatch", func(t *testing.T) { testPoisonInABatch(t, d) })
}

func (d *deployment) sqs() *sqs.Client { return sqs.NewFromConfig(d.aws) }

func testUploadBecomesNotes(t *testing.T, d *deployment) {
	made := d.create(t, draft(newInterviewer(), monday))
	r := d.request(t, http.MethodPut, "/interviews/"+made.ID+"/transcript", map[string]string{"transcript": transcript}).want(t, 202)
	if stored := decode[notes](t, r); stored.InterviewID != made.ID || stored.Version != 1 {
		t.Errorf("answer to the upload: %s", r.body)
	}
	d.awaitNotes(t, made.ID)
	got := decode[notes](t, d.get(t, "/interviews/"+made.ID+"/notes").want(t, 200))
	if got.Version != 1 || got.Words == 0 || len(got.Summary) == 0 || len(got.Questions) != 1 || len(got.Actions) != 1 || len(got.Skills) == 0 {
		t.Errorf("notes: %+v", got)
	}
}

// awaitNotes waits until the notes of an interview are in the database.
func (d *deployment) awaitNotes(t *testing.T, id string) {
	t.Helper()
	eventually(t, processLimit, "notes of "+id, func(ctx context.Context) (version int, err error) {
		err = d.query(ctx, []any{&version}, `SELECT version FROM notes WHERE interview_id = $1`, id)
		return version, err
	})
}

// storeTranscript puts a transcript into the database without telling anybody,
// and returns the message that tells.
func (d *deployment) storeTranscript(t *testing.T) (id, message string) {
	t.Helper()
	id = uuid.NewString()
	d.exec(t, `INSERT INTO transcripts (interview_id, version, content) VALUES ($1, 1, $2)`, id, transcript)
	body := must(json.Marshal(map[string]any{"interviewId": id, "version": 1}))(t)
	return id, string(body)
}

func testMessageOfAnotherSender(t *testing.T, d *deployment) {
	id, message := d.storeTranscript(t)
	must(d.sqs().SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &d.queue.URL, MessageBody: &message}))(t)
	d.awaitNotes(t, id)
}

// testPoisonInABatch puts a message that is no JSON between good ones. The good
// ones must be done once; the other must come again, alone, until the queue
// gives it up to its dead-letter queue.
func testPoisonInABatch(t *testing.T, d *deployment) {
	restore := d.shortenQueue(t)
	t.Cleanup(restore)

	poison := "not JSON " + uuid.NewString()
	bodies := []string{poison}
	var interviews []string
	for range 3 {
		id, message := d.storeTranscript(t)
		interviews, bodies = append(interviews, id), append(bodies, message)
	}
	ids := d.sendBatch(t, bodies)

	for _, id := range interviews {
		d.awaitNotes(t, id)
	}
	d.awaitDeadLetter(t, poison)
	d.wantPartialFailure(t, ids[0], ids[1:])
}

func (d *deployment) sendBatch(t *testing.T, bodies []string) (ids []string) {
	t.Helper()
	var entries []sqstypes.SendMessageBatchRequestEntry
	for i, body := range bodies {
		entries = append(entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: &body})
	}
	out := must(d.sqs().SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &d.queue.URL, Entries: entries}))(t)
	if len(out.Successful) != len(bodies) {
		t.Fatalf("sent %d of %d messages: %+v", len(out.Successful), len(bodies), out.Failed)
	}
	for _, sent := range out.Successful {
		ids = append(ids, aws.ToString(sent.MessageId))
	}
	return ids
}

// wantPartialFailure reads in the consumer's log that the poison failed in an
// invocation that did good messages, and that no good message came again.
func (d *deployment) wantPartialFailure(t *testing.T, poison string, good []string) {
	t.Helper()
	group := d.functions["processing/transcripts-summarise"].LogGroup
	byID := func(id string) string { return fmt.Sprintf(`{ $.messageId = %q }`, id) }
	failures := d.awaitLogLines(t, group, byID(poison), func(lines []logLine) bool { return len(lines) >= 2 })
	for _, line := range failures {
		if line.Message != "message failed" || line.Level != "ERROR" {
			t.Errorf("line of the poison: %+v", line)
		}
	}
	together := 0
	for _, id := range good {
		lines := d.awaitLogLines(t, group, byID(id), some)
		if len(lines) != 1 || lines[0].Message != "message" || lines[0].Receives != "1" {
			t.Errorf("lines of a good message, which must be done once: %+v", lines)
		}
		if lines[0].RequestID == failures[0].RequestID {
			together++
		}
	}
	if together == 0 {
		t.Error("no good message was in the batch of the poison: this run shows nothing of partial failures")
	}
}

// awaitDeadLetter waits for a message in the dead-letter queue, and removes it.
func (d *deployment) awaitDeadLetter(t *testing.T, body string) {
	t.Helper()
	url := d.queue.URL + "-dlq"
	eventually(t, giveUpLimit, "the poison in the dead-letter queue", func(ctx context.Context) (bool, error) {
		out, err := d.sqs().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 5, VisibilityTimeout: 1})
		if err != nil {
			return false, err
		}
		for _, m := range out.Messages {
			if aws.ToString(m.Body) == body {
				_, err := d.sqs().DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
				return true, err
			}
		}
		return false, fmt.Errorf("%d other messages", len(out.Messages))
	})
}

// shortenQueue makes the queue give up early: after two deliveries, as far apart
// as a cold start may take. It returns what puts the queue's own values back.
func (d *deployment) shortenQueue(t *testing.T) (restore func()) {
	t.Helper()
	names := []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameVisibilityTimeout, sqstypes.QueueAttributeNameRedrivePolicy}
	before := must(d.sqs().GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &d.queue.URL, AttributeNames: names}))(t).Attributes
	redrive := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":2}`, d.queue.ARN+"-dlq")
	set := func(ctx context.Context, attributes map[string]string) error {
		_, err := d.sqs().SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &d.queue.URL, Attributes: attributes})
		return err
	}
	if err := set(t.Context(), map[string]string{string(names[0]): "10", string(names[1]): redrive}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := set(context.WithoutCancel(t.Context()), before); err != nil {
			t.Error(err)
		}
	}
}
