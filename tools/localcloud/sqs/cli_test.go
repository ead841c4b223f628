package sqs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	var queue struct{ QueueUrl string }
	if err := json.Unmarshal([]byte(cloudtest.CLI(t, cloud, "sqs", "create-queue", "--queue-name", "cli")), &queue); err != nil {
		t.Fatal(err)
	}
	cloudtest.CLI(t, cloud, "sqs", "send-message", "--queue-url", queue.QueueUrl, "--message-body", "hello",
		"--message-attributes", `{"a":{"DataType":"String","StringValue":"b"}}`)
	out := cloudtest.CLI(t, cloud, "sqs", "receive-message", "--queue-url", queue.QueueUrl, "--wait-time-seconds", "5",
		"--message-attribute-names", "All", "--query", "Messages[0].[Body,MessageAttributes.a.StringValue]", "--output", "text")
	if strings.TrimSpace(out) != "hello\tb" {
		t.Errorf("received %q", out)
	}
	out, err := cloudtest.RunCLI(t, cloud, "sqs", "get-queue-url", "--queue-name", "none")
	if err == nil || !strings.Contains(out, "AWS.SimpleQueueService.NonExistentQueue") {
		t.Errorf("a queue that does not exist: %v\n%s", err, out)
	}
}

func TestCLIWithFIFOQueue(t *testing.T) {
	cloud := cloudtest.Start(t)
	var queue struct{ QueueUrl string }
	out := cloudtest.CLI(t, cloud, "sqs", "create-queue", "--queue-name", "cli.fifo",
		"--attributes", "FifoQueue=true,ContentBasedDeduplication=true")
	if err := json.Unmarshal([]byte(out), &queue); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"one", "one", "two"} {
		cloudtest.CLI(t, cloud, "sqs", "send-message", "--queue-url", queue.QueueUrl, "--message-body", body, "--message-group-id", "a")
	}
	out = cloudtest.CLI(t, cloud, "sqs", "receive-message", "--queue-url", queue.QueueUrl, "--max-number-of-messages", "10",
		"--attribute-names", "MessageGroupId", "--query", "Messages[].[Body,Attributes.MessageGroupId]", "--output", "text")
	if strings.TrimSpace(out) != "one\ta\ntwo\ta" {
		t.Errorf("received %q", out)
	}
}
