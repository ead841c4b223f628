// Command bootstrap is the function that the tests run: its event selects what it
// does, and its environment how it initialises.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do      string
	Text    string
	N       int
	Gate    string // file that a stream waits for before its second half
	RawPath string // of a function URL
	Body    string
	Records []struct {
		MessageID  string            `json:"messageId"`
		Body       string            `json:"body"`
		Attributes map[string]string `json:"attributes"`
	}
}

var calls int

func handle(ctx context.Context, e event) (any, error) {
	calls++
	raw := e
	if e.RawPath != "" && strings.HasPrefix(e.Body, `{"Do"`) { // what to do is in the body
		if err := json.Unmarshal([]byte(e.Body), &e); err != nil {
			return nil, err
		}
	}
	switch e.Do {
	case "env":
		return os.Environ(), nil
	case "context":
		return describe(ctx), nil
	case "sleep":
		time.Sleep(time.Duration(e.N) * time.Millisecond)
	case "print":
		for i := range e.N {
			fmt.Printf("%s %d\n", e.Text, i)
		}
	case "fail":
		return nil, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(e.N)
	case "large":
		return strings.Repeat("x", e.N), nil
	case "event":
		return raw, nil
	case "stream", "stream, fail", "stream, exit", "stream, hang":
		return &half{gate: e.Gate, end: strings.TrimPrefix(e.Do, "stream, ")}, nil
	case "page", "page, fail", "page, exit", "page, hang":
		return &events.LambdaFunctionURLStreamingResponse{
			StatusCode: e.N, Headers: map[string]string{"Content-Type": "text/x-page", "Access-Control-Allow-Origin": "mine"},
			Cookies: []string{"a=1", "b=2"}, Body: &half{gate: e.Gate, end: strings.TrimPrefix(e.Do, "page, ")},
		}, nil
	case "child":
		return child()
	case "call":
		return call(e.Text)
	}
	if len(e.Records) > 0 {
		return consume(e)
	}
	return map[string]any{"text": e.Text, "calls": calls, "pid": os.Getpid()}, nil
}

// half is an answer in two halves; the second comes when the gate is open.
type half struct {
	gate, end string
	reads     int
}

func (h *half) Read(p []byte) (int, error) {
	h.reads++
	switch h.reads {
	case 1:
		return copy(p, "first "), nil
	case 2:
		for h.gate != "" {
			if _, err := os.Stat(h.gate); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		switch h.end {
		case "fail":
			return 0, errors.New("told to break")
		case "exit":
			os.Exit(4)
		case "hang":
			time.Sleep(time.Hour)
		}
		return copy(p, "second"), nil
	}
	fmt.Println("stream done")
	return 0, io.EOF
}

func describe(ctx context.Context) any {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	dir, _ := os.Getwd()
	return map[string]any{
		"arn": lc.InvokedFunctionArn, "request": lc.AwsRequestID, "custom": lc.ClientContext.Custom,
		"left": time.Until(deadline).Milliseconds(), "dir": dir, "temp": os.TempDir(), "trace": os.Getenv("_X_AMZN_TRACE_ID"),
	}
}

// call invokes a function and returns the status of the answer. It waits before
// it starts, so that others can do so too.
func call(name string) (any, error) {
	time.Sleep(500 * time.Millisecond)
	url := os.Getenv("AWS_ENDPOINT_URL") + "/2015-03-31/functions/" + name + "/invocations"
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/20250101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// child starts a process that outlives the answer.
func child() (any, error) {
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return cmd.Process.Pid, nil
}

// consume fails a whole batch for the message "fail all", and single messages for
// "fail" and "fail once". What follows a failure in its message group fails, too,
// and is not handled.
func consume(e event) (any, error) {
	failures, stopped := []map[string]string{}, map[string]bool{}
	for _, r := range e.Records {
		group, first := r.Attributes["MessageGroupId"], r.Attributes["ApproximateReceiveCount"] == "1"
		if group != "" && stopped[group] {
			failures = append(failures, map[string]string{"itemIdentifier": r.MessageID})
			continue
		}
		fmt.Println("message", r.Body)
		switch {
		case r.Body == "hang once" && first:
			time.Sleep(time.Minute)
		case r.Body == "fail all":
			return nil, errors.New("told to fail")
		case r.Body == "fail", r.Body == "fail once" && first:
			failures = append(failures, map[string]string{"itemIdentifier": r.MessageID})
			stopped[group] = true
		}
	}
	return map[string]any{"batchItemFailures": failures}, nil
}

func main() {
	fmt.Println("starting")
	switch os.Getenv("INIT") {
	case "exit":
		os.Exit(7)
	case "hang":
		time.Sleep(time.Hour)
	case "error":
		url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
		req, _ := http.NewRequest("POST", url, strings.NewReader(`{"errorType":"Config","errorMessage":"no database"}`))
		req.Header.Set("Lambda-Runtime-Function-Error-Type", "Config")
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
		os.Exit(1)
	}
	lambda.Start(handle)
}
