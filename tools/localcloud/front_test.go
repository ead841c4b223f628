package localcloud_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// get sends a request with a Host and an Origin and returns the answer.
func get(t *testing.T, url, host, origin string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	check(t, err)
	req.Host = host
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(t, err)
	return res.StatusCode, string(body)
}

func TestHealth(t *testing.T) {
	cloud := cloudtest.Start(t)
	status, body := get(t, cloud.Endpoint()+"/_localcloud/health", "", "")
	var h localcloud.Health
	check(t, json.Unmarshal([]byte(body), &h))
	if status != 200 || h.Status != "ok" || h.PID != os.Getpid() || h.Endpoint != cloud.Endpoint() ||
		h.Account != "000000000000" || h.Region != "us-east-1" || h.Version == "" {
		t.Errorf("%d %s", status, body)
	}
	want := []string{"apigateway", "cloudwatch", "events", "iam", "lambda", "logs", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts"}
	if !slices.Equal(h.Services, want) {
		t.Errorf("services %q, want %q", h.Services, want)
	}
}

func TestOnlyThisMachinesNamesAreAnswered(t *testing.T) {
	cloud := cloudtest.Start(t)
	for host, want := range map[string]int{
		"localhost": 200, "localhost:4566": 200, "LOCALHOST.": 200, "sqs.us-east-1.localhost:4566": 200,
		"127.0.0.1": 200, "127.1.2.3:80": 200, "[::1]:4566": 200,
		"evil.example": 403, "evil.example:4566": 403, "localhost.evil.example": 403, "notlocalhost": 403,
		"127.0.0.1.evil.example": 403, "192.168.1.5": 403, "0.0.0.0": 403,
	} {
		if status, body := get(t, cloud.Endpoint()+"/_localcloud/health", host, ""); status != want {
			t.Errorf("host %s: %d %s, want %d", host, status, body, want)
		}
	}
}

func TestBrowserGetsAHint(t *testing.T) {
	cloud := cloudtest.Start(t)
	status, body := get(t, cloud.Endpoint()+"/", "", "")
	if status != 404 || !strings.Contains(body, "AWS_ENDPOINT_URL="+cloud.Endpoint()) {
		t.Errorf("%d %s", status, body)
	}
}

func TestUnsignedClientsAreToldInTheirOwnShape(t *testing.T) {
	cloud := cloudtest.Start(t)
	for path, want := range map[string]string{
		"/?Action=GetCallerIdentity": "<Code>MissingAuthenticationToken</Code>",
		"/2015-03-31/functions":      `{"message":"Request is missing Authentication Token"}`,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.Endpoint()+path, nil)
		check(t, err)
		req.Header.Set("User-Agent", "aws-cli/2.9.19")
		if status, body := do(t, req); status != 403 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %s", path, status, body, want)
		}
	}
}

// scope is the scope of a signature for sts, with which tests call
// GetCallerIdentity.
const scope = "test/20260101/us-east-1/sts/aws4_request"

// identityRequests are the forms of GetCallerIdentity, each as a program sends
// it.
func identityRequests(t *testing.T, endpoint string) map[string]*http.Request {
	t.Helper()
	build := func(method, path, kind, body string) *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), method, endpoint+path, strings.NewReader(body))
		check(t, err)
		if kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		return req
	}
	presigned := "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Credential=" + url.QueryEscape(scope)
	signed := build("POST", "/", "application/x-www-form-urlencoded", "Action=GetCallerIdentity&Version=2011-06-15")
	signed.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+scope+", SignedHeaders=host, Signature=00")
	list := strings.Replace(presigned, "sts", "sqs", 1)
	target := build("POST", list, "application/x-amz-json-1.0", "{}")
	target.Header.Set("X-Amz-Target", "AmazonSQS.ListQueues")
	return map[string]*http.Request{
		"GET":              build("GET", presigned+"&Action=GetCallerIdentity", "", ""),
		"form":             build("POST", presigned, "application/x-www-form-urlencoded", "Action=GetCallerIdentity"),
		"form as text":     build("POST", presigned, "text/plain", "Action=GetCallerIdentity"),
		"signed form":      signed,
		"JSON with target": target,
		"REST": build("GET", "/2015-03-31/functions/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&X-Amz-Credential="+
			url.QueryEscape(strings.Replace(scope, "sts", "lambda", 1)), "", ""),
	}
}

// TestPagesCannotCallAWS sends each kind of request as a program and as each kind
// of page: an image, a script, a form, a fetch; from another site, from another
// port, from an API of this cloud; in a current and in an older browser.
func TestPagesCannotCallAWS(t *testing.T) {
	cloud := cloudtest.Start(t)
	for name, req := range identityRequests(t, cloud.Endpoint()) {
		if status, body := do(t, req); status != 200 {
			t.Errorf("%s of a program: %d %s", name, status, body)
		}
	}
	for page, header := range map[string]http.Header{
		"image":             {"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}, "Sec-Fetch-Dest": {"image"}},
		"script":            {"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}, "Sec-Fetch-Dest": {"script"}},
		"link":              {"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-User": {"?1"}},
		"fetch":             {"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"cors"}, "Origin": {"https://evil.example"}},
		"another port":      {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://localhost:3000"}},
		"an API's own page": {"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"cors"}},
		"entered address":   {"Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"navigate"}},
		"sandboxed frame":   {"Origin": {"null"}},
		"old form":          {"Origin": {"https://evil.example"}},
		"old image":         {"User-Agent": {"Mozilla/5.0 (Macintosh) Version/15.0 Safari/605.1.15"}},
	} {
		for name, req := range identityRequests(t, cloud.Endpoint()) {
			for k, v := range header {
				req.Header[k] = v
			}
			if status, body := do(t, req); status != 403 && status != 404 || strings.Contains(body, "arn:aws") {
				t.Errorf("%s of %s: %d %s", name, page, status, body)
			}
		}
	}
}

func TestReboundNamesCannotCallAWS(t *testing.T) {
	cloud := cloudtest.Start(t)
	for name, req := range identityRequests(t, cloud.Endpoint()) {
		req.Host = "rebound.evil.example:4566"
		if status, body := do(t, req); status != 403 || !strings.Contains(body, "ForbiddenHost") {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// TestUnsignedRequestsAreRefused omits the signature, or a part of it, in each
// kind of request.
func TestUnsignedRequestsAreRefused(t *testing.T) {
	cloud := cloudtest.Start(t)
	for _, without := range []string{"X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential"} {
		for name, req := range identityRequests(t, cloud.Endpoint()) {
			query := req.URL.Query()
			query.Del(without)
			req.URL.RawQuery = query.Encode()
			if req.Header.Get("Authorization") != "" {
				req.Header.Set("Authorization", "Credential="+scope)
			}
			req.Header.Set("User-Agent", "aws-cli/2.9.19")
			if status, body := do(t, req); status < 400 || !strings.Contains(body, "Missing") && !strings.Contains(body, "is missing") {
				t.Errorf("%s without %s: %d %s", name, without, status, body)
			}
		}
	}
}

func TestPagesCannotFetchCode(t *testing.T) {
	cloud := cloudtest.Start(t)
	for header, want := range map[string]string{"": "", "cross-site": "ForbiddenOrigin"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.Endpoint()+"/_aws/lambda/code/none", nil)
		check(t, err)
		if header != "" {
			req.Header.Set("Sec-Fetch-Site", header)
		}
		if _, body := do(t, req); !strings.Contains(body, want) || (want == "" && strings.Contains(body, "Forbidden")) {
			t.Errorf("%q: %s", header, body)
		}
	}
}

// TestPagesCanCallAPIs calls an API like a page: the API decides by CORS whether
// the page may read the answer.
func TestPagesCanCallAPIs(t *testing.T) {
	cloud := cloudtest.Start(t)
	out, err := apigatewayv2.NewFromConfig(cloudtest.AWSConfig(t, cloud)).CreateApi(t.Context(), &apigatewayv2.CreateApiInput{
		Name: aws.String("open"), ProtocolType: types.ProtocolTypeHttp,
		CorsConfiguration: &types.Cors{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}}})
	check(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, *out.ApiEndpoint+"/x", nil)
	check(t, err)
	req.Header = http.Header{
		"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"PUT"},
		"Sec-Fetch-Site": {"cross-site"}, "User-Agent": {"Mozilla/5.0"},
	}
	if status, body := do(t, req); strings.Contains(body, "Forbidden") || strings.Contains(body, "NotAnAWSRequest") {
		t.Errorf("preflight: %d %s", status, body)
	}
}
