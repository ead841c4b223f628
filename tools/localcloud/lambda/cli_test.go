package lambda_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const (
	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	// worker may write its log and read its queue, and nothing else.
	worker = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"},
		{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:*:*:jobs"}]}`
)

// functionZip writes a zip of lambdatest/bootstrap and returns the CLI's name of
// it.
func functionZip(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, "bootstrap"), "./lambdatest/bootstrap")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err == nil {
		_, err = f.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	path := filepath.Join(dir, "function.zip")
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return "fileb://" + path
}

// field reads one member of what the CLI printed.
func field(t *testing.T, out, name string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, _ := all[name].(string)
	return text
}

func cli(t *testing.T, cloud *localcloud.Cloud, command string, more ...string) string {
	t.Helper()
	return cloudtest.CLI(t, cloud, append(strings.Fields(command), more...)...)
}

// TestCLI drives a function with the AWS CLI, with the real IAM, Logs and SQS
// around it.
func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	cli(t, cloud, "iam create-role --role-name worker --assume-role-policy-document", trust)
	cli(t, cloud, "iam put-role-policy --role-name worker --policy-name all --policy-document", worker)
	created := cli(t, cloud, "lambda create-function --function-name f --runtime provided.al2023 --handler bootstrap --publish "+
		"--role arn:aws:iam::000000000000:role/worker --zip-file", functionZip(t))
	if v := field(t, created, "Version"); v != "1" {
		t.Errorf("published as %q", v)
	}
	cli(t, cloud, "lambda wait function-active-v2 --function-name f")
	cli(t, cloud, "lambda create-alias --function-name f --name live --function-version 1")

	answer := filepath.Join(t.TempDir(), "answer")
	out := cli(t, cloud, "lambda invoke --function-name f:live --log-type Tail "+answer)
	tail, err := base64.StdEncoding.DecodeString(field(t, out, "LogResult"))
	if err != nil || !strings.Contains(string(tail), "REPORT RequestId: ") || field(t, out, "ExecutedVersion") != "1" {
		t.Errorf("%s: %s %v", out, tail, err)
	}
	if raw, err := os.ReadFile(answer); err != nil || !strings.Contains(string(raw), `"calls":1`) {
		t.Errorf("answer %s %v", raw, err)
	}

	cli(t, cloud, "sqs create-queue --queue-name jobs")
	mapping := cli(t, cloud, "lambda create-event-source-mapping --function-name f:live --event-source-arn arn:aws:sqs:us-east-1:000000000000:jobs")
	cli(t, cloud, "sqs send-message --message-body hello --queue-url "+cloud.Endpoint()+"/000000000000/jobs")
	found := false
	for tries := 0; !found && tries < 20; tries++ { // each run of the CLI takes about a second
		events := cli(t, cloud, "logs filter-log-events --log-group-name /aws/lambda/f --filter-pattern hello")
		found = strings.Contains(events, "message hello")
	}
	if !found {
		t.Error("the message never reached the function")
	}
	cli(t, cloud, "lambda delete-event-source-mapping --uuid "+field(t, mapping, "UUID"))
	cli(t, cloud, "lambda delete-function --function-name f")
	out, err = cloudtest.RunCLI(t, cloud, "lambda", "get-function", "--function-name", "f")
	if err == nil || !strings.Contains(out, "(ResourceNotFoundException)") {
		t.Errorf("after the deletion: %v %s", err, out)
	}
}
