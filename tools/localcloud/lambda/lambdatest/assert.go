package lambdatest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// WantError checks the code of an error and a part of its message.
func WantError(t *testing.T, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want %s", err, code)
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
		t.Errorf("error %s: %s\nwant %s: ...%s...", e.ErrorCode(), e.ErrorMessage(), code, text)
	}
}

// Eventually waits until f returns true, for 20 seconds at most.
func Eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 seconds: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Starts returns the number of invocations in a function's log.
func (c *Cloud) Starts(name string) int {
	return Count(c.Logs.Lines("/aws/lambda/"+name), "START RequestId")
}

// Count returns the number of lines that start with prefix.
func Count(lines []string, prefix string) (n int) {
	for _, l := range lines {
		if strings.HasPrefix(l, prefix) {
			n++
		}
	}
	return n
}

// Events returns the number of asynchronous invocations that are stored.
func (c *Cloud) Events() int {
	all, err := store.In[json.RawMessage](c.db, "lambda/events").List("")
	c.Must(err)
	return len(all)
}

// Tail returns the tail of the log in an invocation's output.
func Tail(t *testing.T, out *awslambda.InvokeOutput) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
