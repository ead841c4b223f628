package localcloud_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// get sends a request with a Host and an Origin and gives the answer.
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
	want := []string{"apigateway", "iam", "lambda", "logs", "scheduler", "secretsmanager", "sqs", "ssm", "sts"}
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

func TestForeignPagesAreRefused(t *testing.T) {
	cloud := cloudtest.Start(t)
	presigned := cloud.Endpoint() + "/?Action=GetCallerIdentity&X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fsts%2Faws4_request"
	for origin, want := range map[string]int{
		"": 200, "http://localhost:3000": 200, "https://evil.example": 403, "null": 403,
	} {
		if status, body := get(t, presigned, "", origin); status != want {
			t.Errorf("origin %q: %d %s, want %d", origin, status, body, want)
		}
	}
}
