package lambda_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// TestDebug: under a debugger a function has no timeout and one instance, whatever
// version is published; when the debugger ends, all is as before.
func TestDebug(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(1) })
	slow := map[string]any{"do": "sleep", "n": 1500}
	if out := c.Invoke("f", slow); out.FunctionError == nil {
		t.Fatal("the function has no timeout")
	}
	c.Must(c.Service.Debug(t.Context(), "f", "$LATEST", []string{"/bin/sh", "-c", lambdatest.Bootstrap + " & wait"}))
	if c.Service.Instances() != 1 || !c.Service.IsDebugged("f") {
		t.Errorf("%d instances before the first invocation", c.Service.Instances())
	}
	if out := c.Invoke("f", slow); out.FunctionError != nil {
		t.Errorf("under a debugger: %s", out.Payload)
	}
	first := lambdatest.Call[lambdatest.Echo](c, "f", nil)
	_, err := c.Client.PublishVersion(t.Context(), &awslambda.PublishVersionInput{FunctionName: aws.String("f")})
	c.Must(err)
	if again := lambdatest.Call[lambdatest.Echo](c, "f", nil); again.PID != first.PID || gone(first.PID) {
		t.Errorf("a version that was published has ended the debugger")
	}
	busy := make(chan *awslambda.InvokeOutput, 1)
	go func() { busy <- c.Invoke("f", map[string]any{"do": "sleep", "n": 60_000}) }()
	time.Sleep(100 * time.Millisecond)
	c.Service.EndDebug("f")
	if out := <-busy; out.FunctionError == nil || !gone(first.PID) {
		t.Errorf("what the debugger ran goes on: %s", out.Payload)
	}
	if out := c.Invoke("f", slow); out.FunctionError == nil {
		t.Error("the function still has no timeout")
	}
}

// TestDebuggerThatDoesNotStart leaves the function as it was.
func TestDebuggerThatDoesNotStart(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	err := c.Service.Debug(t.Context(), "f", "$LATEST", []string{"/bin/sh", "-c", "echo may not trace; exit 3"})
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "may not trace") {
		t.Errorf("error %v", err)
	}
	if c.Service.IsDebugged("f") || lambdatest.Call[lambdatest.Echo](c, "f", nil).Calls != 1 {
		t.Error("the function is not as it was")
	}
	if err := c.Service.Debug(t.Context(), "nothing", "live", []string{"/bin/true"}); err == nil {
		t.Error("a function that does not exist was debugged")
	}
}
