package functionurl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// create creates a function with a URL, and returns the URL.
func create(t *testing.T, c *lambdatest.Cloud, mode types.InvokeMode, cors *types.Cors) string {
	t.Helper()
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(2) })
	out, err := c.Client.CreateFunctionUrlConfig(t.Context(), &awslambda.CreateFunctionUrlConfigInput{
		FunctionName: aws.String("f"), AuthType: types.FunctionUrlAuthTypeNone, InvokeMode: mode, Cors: cors,
	})
	c.Must(err)
	return aws.ToString(out.FunctionUrl)
}

// call sends a request to a URL of *.localhost, which this machine's resolver may
// not know.
func call(t *testing.T, c *lambdatest.Cloud, method, url, body string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	c.Must(err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := client(c).Do(req)
	c.Must(err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func client(c *lambdatest.Cloud) *http.Client {
	transport := c.Server.Client().Transport.(*http.Transport).Clone()
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial(ctx, network, c.Server.Listener.Addr().String())
	}
	return &http.Client{Transport: transport}
}

func do(what, gate string) string {
	return fmt.Sprintf(`{"Do":%q,"Gate":%q,"N":201}`, what, gate)
}

func TestConfigurations(t *testing.T) {
	c := lambdatest.New(t)
	ctx, f := t.Context(), aws.String("f")
	url := create(t, c, "", nil)
	if !regexp.MustCompile(`^http://[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost:\d+/$`).MatchString(url) {
		t.Errorf("URL %s", url)
	}
	_, err := c.Client.CreateFunctionUrlConfig(ctx, &awslambda.CreateFunctionUrlConfigInput{FunctionName: f, AuthType: "NONE"})
	lambdatest.WantError(t, err, "ResourceConflictException", "FunctionUrlConfig exists for this Lambda function")
	for _, qualifier := range []string{"1", "$LATEST"} {
		_, err = c.Client.CreateFunctionUrlConfig(ctx, &awslambda.CreateFunctionUrlConfigInput{FunctionName: f, AuthType: "NONE", Qualifier: &qualifier})
		lambdatest.WantError(t, err, "ValidationException", "'qualifier'")
	}
	_, err = c.Client.CreateFunctionUrlConfig(ctx, &awslambda.CreateFunctionUrlConfigInput{
		FunctionName: f, AuthType: "SOME", InvokeMode: "SLOW", Cors: &types.Cors{MaxAge: aws.Int32(90_000), AllowMethods: []string{"PROPFIND"}},
	})
	lambdatest.WantError(t, err, "ValidationException", "4 validation errors detected")
	version, err := c.Client.PublishVersion(ctx, &awslambda.PublishVersionInput{FunctionName: f})
	c.Must(err)
	live := aws.String("live")
	_, err = c.Client.GetFunctionUrlConfig(ctx, &awslambda.GetFunctionUrlConfigInput{FunctionName: f, Qualifier: live})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "Function not found")
	_, err = c.Client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: live, FunctionVersion: version.Version})
	c.Must(err)
	_, err = c.Client.GetFunctionUrlConfig(ctx, &awslambda.GetFunctionUrlConfigInput{FunctionName: f, Qualifier: live})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	cors := &types.Cors{AllowOrigins: []string{"*"}, MaxAge: aws.Int32(5)}
	made, err := c.Client.CreateFunctionUrlConfig(ctx, &awslambda.CreateFunctionUrlConfigInput{
		FunctionName: f, Qualifier: live, AuthType: "AWS_IAM", InvokeMode: "RESPONSE_STREAM", Cors: cors,
	})
	c.Must(err)
	if aws.ToString(made.FunctionArn) != "arn:aws:lambda:us-east-1:000000000000:function:f:live" || aws.ToString(made.FunctionUrl) == url {
		t.Errorf("made %s %s", aws.ToString(made.FunctionArn), aws.ToString(made.FunctionUrl))
	}
	_, err = c.Client.UpdateFunctionUrlConfig(ctx, &awslambda.UpdateFunctionUrlConfigInput{FunctionName: f, Qualifier: live, AuthType: "NONE"})
	c.Must(err)
	got, err := c.Client.GetFunctionUrlConfig(ctx, &awslambda.GetFunctionUrlConfigInput{FunctionName: f, Qualifier: live})
	c.Must(err)
	if got.AuthType != "NONE" || got.InvokeMode != "RESPONSE_STREAM" || *got.Cors.MaxAge != 5 || aws.ToString(got.FunctionUrl) != aws.ToString(made.FunctionUrl) {
		t.Errorf("after the update: %+v", got)
	}
	_, err = c.Client.UpdateFunctionUrlConfig(ctx, &awslambda.UpdateFunctionUrlConfigInput{FunctionName: f, Qualifier: live, Cors: &types.Cors{}})
	c.Must(err)
	all, err := c.Client.ListFunctionUrlConfigs(ctx, &awslambda.ListFunctionUrlConfigsInput{FunctionName: f})
	c.Must(err)
	if len(all.FunctionUrlConfigs) != 2 || all.FunctionUrlConfigs[1].Cors != nil {
		t.Errorf("list %+v", all.FunctionUrlConfigs)
	}
	_, err = c.Client.DeleteFunctionUrlConfig(ctx, &awslambda.DeleteFunctionUrlConfigInput{FunctionName: f})
	c.Must(err)
	_, err = c.Client.DeleteFunction(ctx, &awslambda.DeleteFunctionInput{FunctionName: f})
	c.Must(err)
	for _, gone := range []string{url, aws.ToString(made.FunctionUrl)} {
		if resp := call(t, c, "GET", gone, ""); resp.StatusCode != 403 {
			t.Errorf("a URL that is gone: %s", resp.Status)
		}
	}
}

func TestEvent(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, "", nil)
	for _, base := range []string{url, c.Server.URL + "/_aws/lambda-url/" + regexp.MustCompile(`[a-z2-7]{32}`).FindString(url) + "/"} {
		resp := call(t, c, "PUT", base+"a%20b/c?x=1&x=2", "hello", "Content-Type", "text/plain", "Cookie", "a=1; b=2", "X-Name", "Ann", "User-Agent", "test")
		var echo struct{ Text string }
		c.Must(json.NewDecoder(resp.Body).Decode(&echo))
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json" || resp.Header.Get("X-Amzn-Requestid") == "" {
			t.Errorf("%s: %s %v", base, resp.Status, resp.Header)
		}
	}
	resp := call(t, c, "PUT", url+"a%20b/c?x=1&x=2", `{"Do":"event"}`)
	var e struct{ RawPath, Body string }
	c.Must(json.NewDecoder(resp.Body).Decode(&e))
	if e.RawPath != "/a%20b/c" || e.Body != `{"Do":"event"}` {
		t.Errorf("event %+v", e)
	}
}

// TestStreamArrivesWhileTheFunctionRuns: the status, the headers and the first half
// are there before the function may write the second.
func TestStreamArrivesWhileTheFunctionRuns(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, types.InvokeModeResponseStream, nil)
	for what, want := range map[string]struct {
		status  int
		kind    string
		cookies int
	}{
		"page":   {201, "text/x-page", 2},
		"stream": {200, "application/octet-stream", 0},
	} {
		gate := filepath.Join(t.TempDir(), what)
		resp := call(t, c, "POST", url, do(what, gate))
		first := make([]byte, len("first "))
		_, err := io.ReadFull(resp.Body, first)
		c.Must(err)
		if resp.StatusCode != want.status || resp.Header.Get("Content-Type") != want.kind || len(resp.Cookies()) != want.cookies || string(first) != "first " {
			t.Errorf("%s: %s %v %q", what, resp.Status, resp.Header, first)
		}
		c.Must(os.WriteFile(gate, nil, 0o600))
		if second, err := io.ReadAll(resp.Body); err != nil || string(second) != "second" {
			t.Errorf("%s: %q %v", what, second, err)
		}
	}
}

// TestFailures: before the first byte a failure is a 502; after it, the connection
// breaks.
func TestFailures(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, types.InvokeModeResponseStream, nil)
	for what, want := range map[string]int{
		"fail": 502, "exit": 502, "sleep": 502, "page, fail": 201, "page, exit": 201, "page, hang": 201, "stream, fail": 200,
	} {
		body := strings.Replace(do(what, ""), "201", map[bool]string{true: "60000", false: "201"}[what == "sleep"], 1)
		gate := filepath.Join(t.TempDir(), "gate")
		if what == "page, exit" {
			body = do(what, gate)
		}
		resp := call(t, c, "POST", url, body)
		if what == "page, exit" {
			_, _ = io.ReadFull(resp.Body, make([]byte, len("first ")))
			c.Must(os.WriteFile(gate, nil, 0o600))
		}
		text, err := io.ReadAll(resp.Body)
		if resp.StatusCode != want || (err == nil) != (want == 502) || want != 502 && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %s, %q, %v", what, resp.Status, text, err)
		}
	}
	if resp := call(t, c, "HEAD", url, ""); resp.StatusCode != 200 {
		t.Errorf("HEAD: %s", resp.Status)
	}
	if resp := call(t, c, "POST", url, strings.Repeat("x", 6<<20)); resp.StatusCode != 413 {
		t.Errorf("a large body: %s", resp.Status)
	}
	_, err := c.Client.PutFunctionConcurrency(t.Context(), &awslambda.PutFunctionConcurrencyInput{
		FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(0),
	})
	c.Must(err)
	if resp := call(t, c, "POST", url, "{}"); resp.StatusCode != 429 {
		t.Errorf("throttled: %s", resp.Status)
	}
}

// TestClientThatLeaves does not stop the function.
func TestClientThatLeaves(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, types.InvokeModeResponseStream, nil)
	gate := filepath.Join(t.TempDir(), "gate")
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "POST", url, strings.NewReader(do("page", gate)))
	c.Must(err)
	resp, err := client(c).Do(req)
	c.Must(err)
	leave()
	_ = resp.Body.Close()
	c.Must(os.WriteFile(gate, nil, 0o600))
	lambdatest.Eventually(t, "the function ends", func() bool {
		return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "stream done") == 1
	})
}

func TestWholeAnswers(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, types.InvokeModeBuffered, nil)
	for body, want := range map[string]int{`{"Do":"fail","Text":"no"}`: 502, `{"Do":"stream"}`: 502, `{}`: 200} {
		if resp := call(t, c, "POST", url, body); resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", body, resp.Status, want)
		}
	}
}

func TestCORS(t *testing.T) {
	c := lambdatest.New(t)
	url := create(t, c, types.InvokeModeResponseStream, &types.Cors{
		AllowOrigins: []string{"https://*.example.com"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"X-Name"},
		ExposeHeaders: []string{"X-Other"}, AllowCredentials: aws.Bool(true), MaxAge: aws.Int32(7),
	})
	const origin = "https://www.example.com"
	resp := call(t, c, "OPTIONS", url, "", "Origin", origin, "Access-Control-Request-Method", "GET")
	h := resp.Header
	got := []string{
		resp.Status, h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Methods"), h.Get("Access-Control-Allow-Headers"),
		h.Get("Access-Control-Expose-Headers"), h.Get("Access-Control-Allow-Credentials"), h.Get("Access-Control-Max-Age"), h.Get("Vary"),
	}
	if want := []string{"200 OK", origin, "GET", "X-Name", "X-Other", "true", "7", "Origin"}; !slices.Equal(got, want) {
		t.Errorf("preflight %q, want %q", got, want)
	}
	if c.Service.Instances() != 0 {
		t.Error("the preflight ran the function")
	}
	resp = call(t, c, "POST", url, do("page", ""), "Origin", origin)
	if values := resp.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(values, []string{origin}) {
		t.Errorf("answer: %q", values)
	}
	resp = call(t, c, "POST", url, do("page", ""), "Origin", "https://example.org")
	if values := resp.Header.Values("Access-Control-Allow-Origin"); len(values) != 0 {
		t.Errorf("another origin: %q", values)
	}
}
