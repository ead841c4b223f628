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
