package sqs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestJSONComesBackAsSQSWritesIt: without white space, in one order and with
// numbers as numbers, so that Terraform sees no change.
func TestJSONComesBackAsSQSWritesIt(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "dead", nil)
	const dead = "arn:aws:sqs:eu-central-1:000000000000:dead"
	for _, tc := range []struct{ name, written, want string }{
		{"RedrivePolicy", "{\n  \"maxReceiveCount\" : \"5\",\n\t\"deadLetterTargetArn\": \"" + dead + "\"\n}",
			`{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":5}`},
		{"RedriveAllowPolicy", `{ "sourceQueueArns" : [ "` + dead + `" ], "redrivePermission" : "byQueue" }`,
			`{"redrivePermission":"byQueue","sourceQueueArns":["` + dead + `"]}`},
		{"RedriveAllowPolicy", ` {"redrivePermission" : "denyAll"} `, `{"redrivePermission":"denyAll"}`},
		{"Policy", `{ "Statement": [ { "Resource": "*", "Action": "sqs:*", "Principal": { "AWS" : "*" }, "Effect": "Allow", "Sid": "<a>" },
			{"Effect":"Deny", "Principal":"*", "Action":[ "sqs:A" ],"Resource":"*"} ], "Version": "2012-10-17", "Id": "x" }`,
			`{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"<a>","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sqs:*","Resource":"*"},` +
				`{"Effect":"Deny","Principal":"*","Action":["sqs:A"],"Resource":"*"}]}`},
		{"Policy", `{ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*" } }`,
			`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}}`},
	} {
		url := c.queue(t, "q", nil)
		set := map[string]string{tc.name: tc.written}
		if _, err := c.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: set}); err != nil {
			t.Fatal(err)
		}
		if got := c.attribute(t, url, tc.name); got != tc.want {
			t.Errorf("%s comes back as\n%s, want\n%s", tc.name, got, tc.want)
		}
		if again := c.queue(t, "q", set); again != url { // equal attributes in another notation
			t.Errorf("%s: made again as %s", tc.name, again)
		}
		c.Restart(t)
		if got := c.attribute(t, url, tc.name); got != tc.want {
			t.Errorf("%s is %s after a restart", tc.name, got)
		}
		if _, err := c.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMoveTasksBoundTheirPages(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "dead", nil)
	for _, n := range []int32{0, 11} {
		_, err := c.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{
			SourceArn: aws.String("arn:aws:sqs:eu-central-1:000000000000:dead"), MaxResults: &n,
		})
		wiretest.WantError(t, err, "InvalidParameterValue", "MaxResults")
	}
}
