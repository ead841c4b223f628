package lambda_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestInvokeUsesOneInstanceAgainAndLogsInOrder(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("echo", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = lambdatest.RealZip(t) })
	first := lambdatest.Call[lambdatest.Echo](c, "echo", map[string]any{"Text": "hello"})
	second := lambdatest.Call[lambdatest.Echo](c, "echo", map[string]any{"Text": "again"})
	if first.Text != "hello" || second.Calls != 2 || first.PID != second.PID {
		t.Errorf("answers %+v and %+v, want one process", first, second)
	}
	out := c.Invoke("echo", map[string]any{"Do": "print", "Text": "line", "N": 3})
	want := regexp.MustCompile(`^START RequestId: (\S+) Version: \$LATEST
line 0
line 1
line 2
END RequestId: (\S+)
REPORT RequestId: (\S+)	Duration: [\d.]+ ms	Billed Duration: \d+ ms	Memory Size: 128 MB	Max Memory Used: \d+ MB	
$`)
	if got := lambdatest.Tail(t, out); !want.MatchString(got) {
		t.Errorf("tail:\n%q", got)
	}
	if out.StatusCode != 200 || aws.ToString(out.ExecutedVersion) != "$LATEST" {
		t.Errorf("status %d, version %s", out.StatusCode, aws.ToString(out.ExecutedVersion))
	}
	lambdatest.Eventually(t, "all lines are kept", func() bool { return len(c.Logs.Lines("/aws/lambda/echo")) == 1+3*3+3 })
	for key := range c.Logs.Streams {
		if !regexp.MustCompile(`^/aws/lambda/echo \d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$`).MatchString(key) {
			t.Errorf("stream %q", key)
		}
	}
}

func TestInstanceHasLambdasEnvironmentAndNoOther(t *testing.T) {
	t.Setenv("SECRET_OF_THE_PARENT", "x")
	c := lambdatest.New(t)
	c.Create("env", func(in *awslambda.CreateFunctionInput) {
		in.Environment = &types.Environment{Variables: map[string]string{"COLOUR": "blue", "PATH": "/mine"}}
	})
	env := lambdatest.Call[[]string](c, "env", map[string]any{"Do": "env"})
	for _, want := range []string{
		"COLOUR=blue", "PATH=/mine", "AWS_LAMBDA_FUNCTION_NAME=env", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/env", "_HANDLER=bootstrap",
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=ASIATEST", "AWS_SESSION_TOKEN=token:" + lambdatest.RoleARN + ":env",
		"AWS_ENDPOINT_URL=" + c.Server.URL, "TZ=:UTC", "OTEL_EXPORTER_OTLP_ENDPOINT=" + c.Server.URL + "/_localcloud/otlp",
	} {
		if !slices.Contains(env, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if i := slices.IndexFunc(env, func(e string) bool { return strings.HasPrefix(e, "SECRET_OF_THE_PARENT") }); i >= 0 {
		t.Errorf("the parent's environment came through: %s", env[i])
	}
}

func TestInvocationHasItsContext(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("ctx", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(30) })
	out, err := c.Client.Invoke(t.Context(), &awslambda.InvokeInput{
		FunctionName: aws.String("ctx"), Payload: []byte(`{"Do":"context"}`),
		ClientContext: aws.String(base64.StdEncoding.EncodeToString([]byte(`{"custom":{"a":"b"}}`))),
	})
	c.Must(err)
	var got struct {
		ARN, Request, Dir, Temp, Trace string
		Custom                         map[string]string
		Left                           int
	}
	c.Must(json.Unmarshal(out.Payload, &got))
	if got.ARN != "arn:aws:lambda:us-east-1:000000000000:function:ctx" || got.Custom["a"] != "b" {
		t.Errorf("context %+v", got)
	}
	if got.Left < 25000 || got.Left > 30000 || !strings.HasPrefix(got.Dir, c.Dir) || !strings.HasPrefix(got.Temp, c.Dir) {
		t.Errorf("context %+v", got)
	}
	if !strings.HasPrefix(got.Trace, "Root=1-") || got.Request == "" {
		t.Errorf("context %+v", got)
	}
}

func TestFailuresHaveLambdasShapes(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(1) })
	c.Create("patient", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(30) })
	for _, tc := range []struct {
		name, event, payload, tail string
	}{
		{"error", `{"Do":"fail","Text":"no"}`, `^{"errorMessage":"no","errorType":"errorString"}$`, `END RequestId`},
		{"panic", `{"Do":"panic","Text":"oh"}`, `"errorMessage":"oh"`, `END RequestId`},
		{"exit", `{"Do":"exit","N":3}`,
			`^{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \S+ Error: Runtime exited with error: exit status 3"}$`,
			"Status: error\tError Type: Runtime.ExitError"},
		{"clean exit", `{"Do":"exit","N":0}`, `"RequestId: \S+ Error: Runtime exited without providing a reason"}$`, "Runtime.ExitError"},
		{"timeout", `{"Do":"sleep","N":60000}`,
			`^{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: \S+ Error: Task timed out after 1.00 seconds"}$`,
			"Task timed out after 1.00 seconds"},
		{"too large", `{"Do":"large","N":6300000}`, `"errorType":"Function.ResponseSizeTooLarge"`, "END RequestId"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			function := "f"
			if tc.name == "too large" { // which takes its time where others are at work
				function = "patient"
			}
			out := c.Invoke(function, json.RawMessage(tc.event))
			if aws.ToString(out.FunctionError) != "Unhandled" {
				t.Errorf("function error %q", aws.ToString(out.FunctionError))
			}
			if !regexp.MustCompile(tc.payload).Match(out.Payload) {
				t.Errorf("payload %.300s", out.Payload)
			}
			if got := lambdatest.Tail(t, out); !strings.Contains(got, tc.tail) {
				t.Errorf("tail:\n%s", got)
			}
		})
	}
	if got := lambdatest.Call[lambdatest.Echo](c, "f", map[string]any{"Text": "alive"}); got.Text != "alive" {
		t.Errorf("after the failures: %+v", got)
	}
}

func TestInitFailures(t *testing.T) {
	c := lambdatest.New(t, lambda.InitTimeout(300*time.Millisecond))
	for _, tc := range []struct {
		init, payload, tail string
	}{
		{"exit", `"errorType":"Runtime.ExitError","errorMessage":"RequestId: \S+ Error: Runtime exited with error: exit status 7"`,
			"Phase: init\tStatus: error\tError Type: Runtime.ExitError"},
		{"error", `^{"errorType":"Config","errorMessage":"no database"}$`, "Error Type: Config"},
		{"hang", `"errorType":"Sandbox.Timedout"`, "Phase: init\tStatus: timeout"},
	} {
		t.Run(tc.init, func(t *testing.T) {
			c.Create(tc.init, func(in *awslambda.CreateFunctionInput) {
				in.Timeout = aws.Int32(1)
				in.Environment = &types.Environment{Variables: map[string]string{"INIT": tc.init}}
			})
			out := c.Invoke(tc.init, nil)
			if !regexp.MustCompile(tc.payload).Match(out.Payload) || out.FunctionError == nil {
				t.Errorf("payload %s", out.Payload)
			}
			if got := lambdatest.Tail(t, out); !strings.Contains(got, tc.tail) || strings.Count(got, "starting") != 2 {
				t.Errorf("tail, wanted with two starts and %q:\n%s", tc.tail, got)
			}
		})
	}
	if n := c.Service.Instances(); n != 0 {
		t.Errorf("%d instances are left", n)
	}
}

func TestZipWithoutBootstrap(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("none", func(in *awslambda.CreateFunctionInput) {
		in.Code.ZipFile = lambdatest.TextZip(t, map[string]string{"readme": "x"})
	})
	c.Create("text", func(in *awslambda.CreateFunctionInput) {
		in.Code.ZipFile = lambdatest.TextZip(t, map[string]string{"bootstrap": "x"})
	})
	for name, want := range map[string]string{
		"none": "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
		"text": "fork/exec /var/task/bootstrap: exec format error",
	} {
		out := c.Invoke(name, nil)
		if !strings.Contains(string(out.Payload), want) || !strings.Contains(string(out.Payload), "Runtime.InvalidEntrypoint") {
			t.Errorf("%s: %s", name, out.Payload)
		}
	}
}

func TestConcurrentInvocationsScaleOutAndReservationsThrottle(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("slow", nil)
	pids := make(chan int, 3)
	for range 3 {
		go func() {
			defer func() { pids <- 0 }()
			out, err := c.Client.Invoke(t.Context(), &awslambda.InvokeInput{
				FunctionName: aws.String("slow"), Payload: []byte(`{"Do":"sleep","N":700}`),
			})
			if err != nil || out.FunctionError != nil {
				t.Errorf("%v %+v", err, out)
			}
		}()
	}
	lambdatest.Eventually(t, "three instances run", func() bool { return c.Service.Instances() == 3 })
	_, err := c.Client.PutFunctionConcurrency(t.Context(), &awslambda.PutFunctionConcurrencyInput{
		FunctionName: aws.String("slow"), ReservedConcurrentExecutions: aws.Int32(1),
	})
	c.Must(err)
	_, err = c.Client.Invoke(t.Context(), &awslambda.InvokeInput{FunctionName: aws.String("slow")})
	lambdatest.WantError(t, err, "TooManyRequestsException", "Rate Exceeded.")
	for range 3 {
		<-pids
	}
}

// TestFunctionsThatCallEachOtherAreThrottled: if all instances waited for another
// one, none would become free.
func TestFunctionsThatCallEachOtherAreThrottled(t *testing.T) {
	c := lambdatest.New(t, lambda.MaxInstances(2))
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(60) })
	statuses := make(chan string, 2)
	begin := time.Now()
	for range 2 {
		go func() {
			out, err := c.Client.Invoke(t.Context(), &awslambda.InvokeInput{
				FunctionName: aws.String("f"), Payload: []byte(`{"Do":"call","Text":"f"}`),
			})
			if err != nil {
				t.Error(err)
				out = &awslambda.InvokeOutput{}
			}
			statuses <- string(out.Payload)
		}()
	}
	first, second := <-statuses, <-statuses
	if first != "429" && second != "429" {
		t.Errorf("the inner calls were answered %s and %s, want one throttled", first, second)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestNothingOutlivesTheService(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	pid := lambdatest.Call[lambdatest.Echo](c, "f", nil).PID
	child := lambdatest.Call[int](c, "f", map[string]any{"Do": "child"})
	if syscall.Kill(pid, 0) != nil || syscall.Kill(child, 0) != nil {
		t.Fatal("the processes should live")
	}
	c.Must(c.Service.Close())
	lambdatest.Eventually(t, "both processes are gone", func() bool {
		return syscall.Kill(pid, 0) != nil && gone(child)
	})
}
