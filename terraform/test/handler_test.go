package test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"
)

// handlerCode is a handler that somebody adds to the stack web. It stands at the
// end of a file, and has no type of its own but its receiver: Go numbers a
// package's files and lines, and orders what types share, so that a handler
// elsewhere can change the bytes of the stack's other functions.
const (
	handlerFile = "stacks/web/transcripts.go"
	handlerCode = `
// Probe says that the API answers.
type Probe struct{}

// NewProbe returns the handler.
func NewProbe() *Probe { return &Probe{} }

// Ready answers.
//
//seastack:http GET /probe
func (h *Probe) Ready(ctx context.Context) error { return nil }
`
)

// handlerResources is all that a handler behind a route is made of: types, with the
// labels of those that there are several of.
var handlerResources = []string{
	"aws_apigatewayv2_integration", "aws_apigatewayv2_route", "aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm duration[0]",
	"aws_cloudwatch_metric_alarm errors[0]", "aws_cloudwatch_metric_alarm throttles[0]", "aws_iam_role", "aws_iam_role_policy", "aws_lambda_alias", "aws_lambda_function",
	"aws_lambda_permission",
}

// testNewHandler adds a handler, kills the up that makes its resources, lets
// another up go on, and removes the handler again.
func testNewHandler(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	t.Run("Added", func(t *testing.T) {
		l.edit(t, handlerFile, func(src []byte) []byte { return append(src, handlerCode...) })
		t.Run("PlanAddsItsResources", func(t *testing.T) { testPlanAddsHandler(t, d) })
		t.Run("UpIsKilled", func(t *testing.T) { testUpIsKilled(t, d) })
		t.Run("UpGoesOn", func(t *testing.T) { testUpGoesOn(t, d) })
	})
	t.Run("Removed", func(t *testing.T) { testUpRemovesHandler(t, d) })
}

func testPlanAddsHandler(t *testing.T, d *deployment) {
	d.local.plan(t, 1, "--stack", "web") // it generates and builds, too
	var want []string
	for _, kind := range handlerResources {
		kind, label, several := strings.Cut(kind, " ")
		if !several {
			label = "this"
		}
		address := "module.probe_ready." + kind + "." + label
		switch kind {
		case "aws_apigatewayv2_integration":
			address = kind + ".probe_ready"
		case "aws_apigatewayv2_route", "aws_lambda_permission":
			address = kind + ".get_probe" // what a request sees
		}
		want = append(want, "create module.stack."+address)
	}
	slices.Sort(want)
	_, plan := d.plan(t, "web")
	if diff := cmp.Diff(want, lines(changes(plan))); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
}

// testUpIsKilled kills an up with SIGKILL as soon as the first of the handler's
// resources is there, long before the last one.
func testUpIsKilled(t *testing.T, d *deployment) {
	l := d.local
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	cmd := l.seastack(ctx, "up")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	eventually(t, time.Minute, "the role of the new handler", func(ctx context.Context) (bool, error) {
		role := d.prefix() + "web-probe-ready"
		_, err := d.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: &role})
		return true, err
	})
	children := descendants(t, cmd.Process.Pid)
	_ = cmd.Process.Kill() // that it had not ended is what its exit tells
	err := <-ended
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Errorf("up was not killed but ended: %v\n%s", err, stderr.Bytes())
	}
	kill(t, children) // terraform ends with its parent; its provider may not notice
}

func testUpGoesOn(t *testing.T, d *deployment) {
	for stack, summary := range d.local.up(t, commandLimit) {
		if stack != "web" && !summary.nothing() {
			t.Errorf("up changed %s: %s", stack, summary)
		}
		if summary.Add > len(handlerResources) || summary.Change+summary.Replace+summary.Destroy > 0 {
			t.Errorf("up made more than what the killed one had not: %s", summary)
		}
	}
	d.get(t, "/probe").want(t, 204)
	d.wantClean(t, d.roots(t)...)
}

func testUpRemovesHandler(t *testing.T, d *deployment) {
	changes := d.local.up(t, commandLimit)
	web := changes["web"]
	if web.Destroy != len(handlerResources) || web.Add+web.Change+web.Replace != 0 || len(web.Functions) != 1 {
		t.Errorf("up did to %s", web)
	}
	if body := d.get(t, "/probe").want(t, 404).body; !strings.Contains(string(body), "Not Found") {
		t.Errorf("the removed route answers %s", body)
	}
	for _, left := range []string{"stacks/web/lambda/probe-ready", "terraform/stacks/web/probe-ready.gen.tf"} {
		if _, err := os.Stat(d.local.path(left)); !os.IsNotExist(err) {
			t.Error(fmt.Errorf("%s is still there: %w", left, err))
		}
	}
	d.wantClean(t, "web")
}
