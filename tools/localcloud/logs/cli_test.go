package logs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	group := []string{"--log-group-name", "/cli"}
	run := func(operation string, args ...string) string {
		return cloudtest.CLI(t, cloud, append(append([]string{"logs", operation}, group...), args...)...)
	}
	run("create-log-group")
	run("create-log-stream", "--log-stream-name", "s")
	now := time.Now().UnixMilli()
	run("put-log-events", "--log-stream-name", "s", "--log-events",
		fmt.Sprintf("timestamp=%d,message=one ERROR", now), fmt.Sprintf("timestamp=%d,message=two", now))
	out := run("filter-log-events", "--filter-pattern", "ERROR", "--query", "events[].message", "--output", "text")
	if strings.TrimSpace(out) != "one ERROR" {
		t.Errorf("filtered %q", out)
	}
	out, err := cloudtest.RunCLI(t, cloud, "logs", "tail", "/cli", "--since", "1h", "--format", "short")
	if lacks := strings.Contains(out, "nvalid choice"); !lacks && (err != nil || strings.Count(out, "\n") != 2) {
		t.Errorf("tail, of version 2 of the CLI: %v\n%s", err, out)
	}
	out, err = cloudtest.RunCLI(t, cloud, "logs", "delete-log-group", "--log-group-name", "/none")
	if err == nil || !strings.Contains(out, "(ResourceNotFoundException)") {
		t.Errorf("a group that does not exist: %v\n%s", err, out)
	}
}
