package localcloud_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// createURL creates a function with an alias and a URL of it, and returns the host
// of the URL.
func createURL(t *testing.T, cloud *localcloud.Cloud, auth string) (host string) {
	t.Helper()
	awsCLI(t, cloud, "iam create-role --role-name web --assume-role-policy-document", lambdaTrust)
	awsCLI(t, cloud, "lambda create-function --function-name web --runtime provided.al2023 --handler bootstrap --timeout 20 --publish "+
		"--role arn:aws:iam::000000000000:role/web --zip-file", wrapperZip(t))
	awsCLI(t, cloud, "lambda create-alias --function-name web --name live --function-version 1")
	url := awsCLI(t, cloud, "lambda create-function-url-config --function-name web --qualifier live --auth-type "+auth+
		" --invoke-mode RESPONSE_STREAM --query FunctionUrl --output text")
	return regexp.MustCompile(`[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost:\d+`).FindString(url)
}

// TestURLForEveryone needs a statement in the function's policy, and is measured.
func TestURLForEveryone(t *testing.T) {
	cloud := cloudtest.Start(t)
	host := createURL(t, cloud, "NONE")
	status, body := get(t, cloud.Endpoint()+"/", host, "")
	if status != 403 || !strings.Contains(body, "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html") {
		t.Errorf("without a policy: %d %s", status, body)
	}
	awsCLI(t, cloud, "lambda add-permission --function-name web --qualifier live --statement-id iam "+
		"--action lambda:InvokeFunctionUrl --principal * --function-url-auth-type AWS_IAM")
	if status, body = get(t, cloud.Endpoint()+"/", host, ""); status != 403 {
		t.Errorf("with a policy for another kind: %d %s", status, body)
	}
	awsCLI(t, cloud, "lambda add-permission --function-name web --qualifier live --statement-id public "+
		"--action lambda:InvokeFunctionUrl --principal * --function-url-auth-type NONE")
	if status, body = get(t, cloud.Endpoint()+"/", host, "https://app.example.com"); status != 200 || body != `{"statusCode":200}` {
		t.Errorf("with its policy, from a web page: %d %s", status, body)
	}
	for name, want := range map[string]string{"UrlRequestCount": "3", "Url4xxCount": "2", "Url5xxCount": "0"} {
		now := time.Now().UTC()
		sum := awsCLI(t, cloud, "cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name "+name+" --period 3600 --statistics Sum "+
			"--dimensions Name=FunctionName,Value=web Name=Resource,Value=web:live --query sum(Datapoints[].Sum) --output text "+
			"--start-time "+now.Add(-time.Hour).Format(time.RFC3339)+" --end-time "+now.Add(time.Hour).Format(time.RFC3339))
		if strings.TrimSuffix(sum, ".0") != want {
			t.Errorf("%s is %s, want %s", name, sum, want)
		}
	}
}

// signed returns a request to a URL, signed as the SDK signs.
func signed(t *testing.T, cloud *localcloud.Cloud, host string, config aws.Config, at time.Time) *http.Request {
	t.Helper()
	const body = `{"a b":1}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, cloud.Endpoint()+"/x/a%20b?q=1%202", strings.NewReader(body))
	check(t, err)
	req.Host = host
	credentials, err := config.Credentials.Retrieve(t.Context())
	check(t, err)
	sum := sha256.Sum256([]byte(body))
	check(t, v4.NewSigner().SignHTTP(t.Context(), credentials, req, hex.EncodeToString(sum[:]), "lambda", "us-east-1", at))
	return req
}

// TestURLForCallers: the signature of a session is verified, and its policies need
// both actions.
func TestURLForCallers(t *testing.T) {
	cloud := cloudtest.Start(t)
	host := createURL(t, cloud, "AWS_IAM")
	root := cloudtest.AWSConfig(t, cloud)
	const function = `"arn:aws:lambda:us-east-1:000000000000:function:web:live"`
	caller := func(name, statement string) aws.Config { return cloudtest.Assume(t, root, name, statement) }
	both := caller("both", `{"Effect":"Allow","Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":`+function+`}`)
	via := caller("via", `{"Effect":"Allow","Action":["lambda:InvokeFunctionUrl"],"Resource":`+function+`,
		"Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}},
		{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":`+function+`,"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}`)
	one := caller("one", `{"Effect":"Allow","Action":"lambda:InvokeFunctionUrl","Resource":`+function+`}`)
	other := caller("other", `{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":`+function+`}`)
	none := caller("none", `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`)
	now := time.Now()
	for name, test := range map[string]struct {
		config aws.Config
		at     time.Time
		change func(*http.Request)
		want   int
	}{
		"root":               {config: root, want: 200},
		"both actions":       {config: both, want: 200},
		"with conditions":    {config: via, want: 200},
		"the URL alone":      {config: one, want: 403},
		"the function alone": {config: other, want: 403},
		"neither":            {config: none, want: 403},
		"old":                {config: both, at: now.Add(-10 * time.Minute), want: 403},
		"unsigned":           {config: both, change: func(r *http.Request) { r.Header.Del("Authorization") }, want: 403},
		"another path":       {config: both, change: func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/y", "" }, want: 403},
		"another query":      {config: both, change: func(r *http.Request) { r.URL.RawQuery = "q=2" }, want: 403},
		"another method":     {config: both, change: func(r *http.Request) { r.Method = "PUT" }, want: 403},
		"another body": {config: both, want: 403, change: func(r *http.Request) {
			r.Body = http.NoBody
			r.ContentLength = 0
		}},
		"another service": {config: both, want: 403, change: func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/lambda/", "/sqs/", 1))
		}},
		"another token": {config: both, change: func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "x") }, want: 403},
	} {
		at := now
		if !test.at.IsZero() {
			at = test.at
		}
		req := signed(t, cloud, host, test.config, at)
		if test.change != nil {
			test.change(req)
		}
		if status, body := do(t, req); status != test.want {
			t.Errorf("%s: %d %s, want %d", name, status, body, test.want)
		}
	}
	awsCLI(t, cloud, "lambda add-permission --function-name web --qualifier live --statement-id url "+
		"--action lambda:InvokeFunctionUrl --principal arn:aws:iam::000000000000:role/none --function-url-auth-type AWS_IAM")
	awsCLI(t, cloud, "lambda add-permission --function-name web --qualifier live --statement-id invoke "+
		"--action lambda:InvokeFunction --principal arn:aws:iam::000000000000:role/none --invoked-via-function-url")
	if status, body := do(t, signed(t, cloud, host, none, now)); status != 200 {
		t.Errorf("allowed by the function's policy: %d %s", status, body)
	}
}
