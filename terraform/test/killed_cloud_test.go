package test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/process"
)

// testCloudIsKilled kills the local cloud with SIGKILL. The next up starts it
// anew: what it answered for is still there, messages among it, and no plan has
// a change.
func testCloudIsKilled(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	made := d.create(t, draft(newInterviewer(), monday))
	waiting := "waits " + uuid.NewString()
	d.sendToDeadLetters(t, waiting)
	id, message := d.storeTranscript(t)
	delayed := &sqs.SendMessageInput{QueueUrl: &d.queue.URL, MessageBody: &message, DelaySeconds: 15}
	must(d.sqs().SendMessage(t.Context(), delayed))(t)

	l.killCloud(t)
	for stack, summary := range l.up(t, commandLimit) {
		if !summary.nothing() {
			t.Errorf("up changed %s: %s", stack, summary)
		}
	}
	if got := decode[interview](t, d.get(t, "/interviews/"+made.ID).want(t, 200)); got.ID != made.ID {
		t.Errorf("got %+v", got)
	}
	d.awaitDeadLetter(t, waiting)
	d.awaitNotes(t, id)
	d.wantClean(t, d.roots(t)...)
}

// sendToDeadLetters puts a message where nothing takes it away.
func (d *deployment) sendToDeadLetters(t *testing.T, body string) {
	t.Helper()
	must(d.sqs().SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(d.queue.URL + "-dlq"), MessageBody: &body}))(t)
}

// killCloud kills the local cloud; its functions must end with it.
func (l *localEnvironment) killCloud(t *testing.T) {
	t.Helper()
	cloud := must(process.Of(l.status.pid(t, "localcloud")))(t)
	functions := descendants(t, cloud.PID)
	if len(functions) == 0 {
		t.Error("no function runs: this shows nothing of their end")
	}
	kill(t, []process.Process{cloud})
	awaitEnd(t, functions)
	eventually(t, 10*time.Second, "a status without the cloud", func(context.Context) (bool, error) {
		var s status
		l.run(t, commandLimit, &s, "status") // exit code 1 where PostgreSQL does not run either
		for _, p := range s.Processes {
			if p.Name == "localcloud" {
				return false, fmt.Errorf("%+v", s.Processes)
			}
		}
		return true, nil
	})
}
