package scheduler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// trust lets the scheduler assume a role on behalf of the schedules of one group.
const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
	"Principal":{"Service":"scheduler.amazonaws.com"},
	"Condition":{"StringEquals":{"aws:SourceAccount":"000000000000"},"ArnEquals":{"aws:SourceArn":"arn:aws:scheduler:*:*:schedule-group/%s"}}}]}`

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	create := func(role string) (string, error) {
		return cloudtest.RunCLI(t, cloud, "scheduler", "create-schedule", "--name", "nightly",
			"--schedule-expression", "cron(0 3 * * ? *)", "--schedule-expression-timezone", "Europe/Berlin",
			"--flexible-time-window", "Mode=OFF", "--target",
			"Arn=arn:aws:lambda:"+cloud.Region()+":000000000000:function:sweep,RoleArn=arn:aws:iam::000000000000:role/"+role)
	}
	out, err := create("none")
	if err == nil || !strings.Contains(out, "(ValidationException)") || !strings.Contains(out, "to assume the role") {
		t.Errorf("a role that does not exist: %v\n%s", err, out)
	}
	for role, group := range map[string]string{"nightly": "default", "others": "others"} {
		cloudtest.CLI(t, cloud, "iam", "create-role", "--role-name", role, "--assume-role-policy-document", fmt.Sprintf(trust, group))
	}
	if out, err := create("others"); err == nil || !strings.Contains(out, "to assume the role") {
		t.Errorf("a role for schedules of another group: %v\n%s", err, out)
	}
	if out, err := create("nightly"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out = cloudtest.CLI(t, cloud, "scheduler", "get-schedule", "--name", "nightly", "--query", "[GroupName,State]", "--output", "text")
	if strings.TrimSpace(out) != "default\tENABLED" {
		t.Errorf("the schedule: %q", out)
	}
}
