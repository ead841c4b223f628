package localcloud_test

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// awsCLI runs a command of the AWS CLI; more are arguments that may contain
// spaces.
func awsCLI(t *testing.T, cloud *localcloud.Cloud, command string, more ...string) string {
	t.Helper()
	return strings.TrimSpace(cloudtest.CLI(t, cloud, append(strings.Fields(command), more...)...))
}

// wrapperZip writes a small zip of the function, whose bootstrap executes this
// test's binary, and returns its name for the CLI.
func wrapperZip(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "function.zip")
	file, err := os.Create(path)
	check(t, err)
	w := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "bootstrap"}
	header.SetMode(0o755)
	bootstrap, err := w.CreateHeader(header)
	check(t, err)
	_, err = bootstrap.Write([]byte("#!/bin/sh\nexec '" + os.Args[0] + "'\n"))
	check(t, err)
	check(t, w.Close())
	check(t, file.Close())
	return "fileb://" + path
}

// TestCLIFromRoleToRequest creates by hand what Terraform creates for a handler
// behind a route, and sends a request.
func TestCLIFromRoleToRequest(t *testing.T) {
	cloud := cloudtest.Start(t)
	awsCLI(t, cloud, "iam create-role --role-name web --assume-role-policy-document", lambdaTrust)
	awsCLI(t, cloud, "iam attach-role-policy --role-name web --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
	awsCLI(t, cloud, "lambda create-function --function-name web --runtime provided.al2023 --handler bootstrap --timeout 20 "+
		"--role arn:aws:iam::000000000000:role/web --zip-file", wrapperZip(t))
	awsCLI(t, cloud, "lambda wait function-active-v2 --function-name web")
	if v := awsCLI(t, cloud, "lambda publish-version --function-name web --query Version --output text"); v != "1" {
		t.Errorf("published version %q", v)
	}
	alias := awsCLI(t, cloud, "lambda create-alias --function-name web --name live --function-version 1 --query AliasArn --output text")
	url := cliGateway(t, cloud, alias)
	if status, body := get(t, url+"/hello", "", ""); status != 403 && status != 500 {
		t.Errorf("before the permission: %d %s", status, body)
	}
	awsCLI(t, cloud, "lambda add-permission --function-name web --qualifier live --statement-id api "+
		"--action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn arn:aws:execute-api:us-east-1:000000000000:*")
	if status, body := get(t, url+"/hello", "", ""); status != 200 {
		t.Errorf("the route: %d %s", status, body)
	}
	if names := awsCLI(t, cloud, "lambda list-functions --query Functions[].FunctionName --output text"); names != "web" {
		t.Errorf("functions %q", names)
	}
	group := awsCLI(t, cloud, "lambda get-function --function-name web --query Configuration.LoggingConfig.LogGroup --output text")
	if group != "/aws/lambda/web" && group != "None" { // the CLI does not have the member before 2024
		t.Errorf("log group %q", group)
	}
}

// cliGateway creates an API whose only route is a function, and returns its URL.
func cliGateway(t *testing.T, cloud *localcloud.Cloud, functionARN string) string {
	t.Helper()
	var api struct{ ApiId, ApiEndpoint string }
	check(t, json.Unmarshal([]byte(awsCLI(t, cloud, "apigatewayv2 create-api --name cli --protocol-type HTTP")), &api))
	on := " --api-id " + api.ApiId
	integration := awsCLI(t, cloud, "apigatewayv2 create-integration --integration-type AWS_PROXY --payload-format-version 2.0 "+
		"--query IntegrationId --output text --integration-uri "+functionARN+on)
	awsCLI(t, cloud, "apigatewayv2 create-route --target integrations/"+integration+on+" --route-key", "GET /hello")
	awsCLI(t, cloud, "apigatewayv2 create-stage --auto-deploy --stage-name $default"+on)
	return api.ApiEndpoint
}

// TestCLIReportsMissingServices calls a service of each of AWS's protocols.
func TestCLIReportsMissingServices(t *testing.T) {
	cloud := cloudtest.Start(t)
	for command, want := range map[string]string{
		"route53 list-hosted-zones": `does not have the service "route53"; it has apigateway, events, iam,`,
		"ec2 describe-vpcs":         `does not have the service "ec2"; it has`,
		"dynamodb list-tables":      "does not have the operation DynamoDB_20120810.ListTables, nor its service; it has",
		"iam list-users":            "does not have the operation ListUsers of iam",
		"lambda list-layers":        "does not have the operation GET /2018-10-31/layers",
	} {
		out, err := cloudtest.RunCLI(t, cloud, strings.Fields(command)...)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("aws %s: %v\n%s\nwant %q", command, err, out, want)
		}
	}
}
