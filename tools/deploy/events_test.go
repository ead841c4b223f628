package deploy

import (
	"strings"
	"testing"
)

func TestAnExistingLogGroupIsToBeImported(t *testing.T) {
	d := diagnostic{
		Severity: "error", Address: "module.stack.aws_cloudwatch_log_group.ping",
		Summary: "creating CloudWatch Logs Log Group (/aws/lambda/hire-live-web-ping): operation error CloudWatch Logs: CreateLogGroup, " +
			"https response error StatusCode: 400, RequestID: 1, ResourceAlreadyExistsException: The specified log group already exists",
	}
	got := d.finding(Root{Name: "web", Dir: "/m/terraform/envs/live/web"}, "apply").Next
	want := "terraform -chdir=/m/terraform/envs/live/web import 'module.stack.aws_cloudwatch_log_group.ping' '/aws/lambda/hire-live-web-ping'"
	if !strings.HasSuffix(got, want) {
		t.Errorf("next: %s\nwant at its end: %s", got, want)
	}
	d.Summary = "creating CloudWatch Logs Log Group (/aws/lambda/x): AccessDeniedException"
	if got := d.finding(Root{Name: "web"}, "apply").Next; strings.Contains(got, "import") {
		t.Errorf("another error asks for an import: %s", got)
	}
}

func TestALongWaitSaysWhatItWaitsFor(t *testing.T) {
	var got []string
	d := &decoder{handle: func(e event) { got = append(got, waitText(e.Hook)) }}
	const lines = `{"type":"apply_progress","hook":{"resource":{"addr":"aws_sqs_queue.jobs","resource_type":"aws_sqs_queue"},"action":"create","elapsed_seconds":20}}
{"type":"apply_progress","hook":{"resource":{"addr":"aws_sqs_queue.jobs","resource_type":"aws_sqs_queue"},"action":"delete","elapsed_seconds":10}}
{"type":"apply_progress","hook":{"resource":{"addr":"aws_x.y","resource_type":"aws_x"},"action":"update","elapsed_seconds":30}}
`
	if _, err := d.Write([]byte(lines)); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"aws_sqs_queue.jobs: still creating, 20s (SQS takes up to a minute to show a queue's attributes everywhere)",
		"aws_sqs_queue.jobs: still deleting, 10s", "aws_x.y: still updating, 30s",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", got)
	}
}

func TestAResourceTypeThatTheProviderLacksIsExplained(t *testing.T) {
	d := diagnostic{Severity: "error", Summary: "Invalid resource type", Detail: `The provider hashicorp/aws does not support resource type "aws_dynamodb_table".`}
	got := d.finding(Root{Name: "web"}, "plan").Next
	for _, want := range []string{"aws_dynamodb_table", "trimmed build", "SEASTACK_PROVIDER=registry", "docs/provider.md"} {
		if !strings.Contains(got, want) {
			t.Errorf("next has no %q: %s", want, got)
		}
	}
}
