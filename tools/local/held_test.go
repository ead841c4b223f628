package local

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/project"
)

// TestInspectQueue: a queue is empty only when it has no message of any kind.
func TestInspectQueue(t *testing.T) {
	client := sqs.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))
	queue := func(name string) string {
		out, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
		if err != nil {
			t.Fatal(err)
		}
		return *out.QueueUrl
	}
	send := func(url string, delay int32) string {
		if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("m"), DelaySeconds: delay}); err != nil {
			t.Fatal(err)
		}
		return url
	}
	inFlight := send(queue("in-flight"), 0)
	if out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &inFlight}); err != nil || len(out.Messages) != 1 {
		t.Fatal(out, err)
	}
	for url, want := range map[string]string{
		queue("empty"):             "",
		queue("empty") + "-gone":   "",
		send(queue("visible"), 0):  "1 visible, 0 in flight, 0 delayed",
		send(queue("delayed"), 60): "0 visible, 0 in flight, 1 delayed",
		inFlight:                   "0 visible, 1 in flight, 0 delayed",
	} {
		empty, state, err := inspectQueue(t.Context(), client, url)
		if err != nil || empty != (want == "") || !strings.HasSuffix(state, want) {
			t.Errorf("%s: empty is %t, %q, %v; want %q", url, empty, state, err, want)
		}
	}
	down := cloudtest.AWSConfig(t, cloudtest.Start(t))
	down.BaseEndpoint = aws.String("http://127.0.0.1:1")
	down.RetryMaxAttempts = 1
	if empty, _, err := inspectQueue(t.Context(), sqs.NewFromConfig(down), "http://127.0.0.1:1/q"); empty || err == nil {
		t.Error("a failed look is taken for an empty queue")
	}
}

// TestLoss: what a purge removes is named.
func TestLoss(t *testing.T) {
	p := project.Project{Root: t.TempDir()}
	for _, dir := range []string{"terraform", "postgres"} {
		if err := os.MkdirAll(p.Local(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	state := `{"resources": [{"mode": "managed", "module": "module.platform", "type": "aws_sqs_queue", "name": "jobs", "instances": [{}]}]}`
	if err := os.WriteFile(p.Local("terraform", "platform.tfstate"), []byte(state), 0o644); err != nil {
		t.Fatal(err)
	}
	want := []string{"module.platform.aws_sqs_queue.jobs", "the rows of the private PostgreSQL"}
	if got := (&Environment{project: p}).loss(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
