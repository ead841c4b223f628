package scheduler_test

import (
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// trust lets the scheduler assume a role.
const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"scheduler.amazonaws.com"}}]}`

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
	cloudtest.CLI(t, cloud, "iam", "create-role", "--role-name", "nightly", "--assume-role-policy-document", trust)
	if out, err := create("nightly"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out = cloudtest.CLI(t, cloud, "scheduler", "get-schedule", "--name", "nightly", "--query", "[GroupName,State]", "--output", "text")
	if strings.TrimSpace(out) != "default\tENABLED" {
		t.Errorf("the schedule: %q", out)
	}
}
