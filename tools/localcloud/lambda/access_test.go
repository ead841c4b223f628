package lambda

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

func TestPermissionsDecideForServices(t *testing.T) {
	c := newCloud(t)
	ctx, f := t.Context(), aws.String("f")
	c.create("f", nil)
	gateway := Invocation{FunctionARN: "f", Principal: "apigateway.amazonaws.com", SourceARN: "arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/x"}
	if _, err := c.service.Invoke(ctx, gateway); err == nil || !strings.Contains(err.Error(), "AccessDeniedException") {
		t.Errorf("without a permission: %v", err)
	}
	_, err := c.client.GetPolicy(ctx, &awslambda.GetPolicyInput{FunctionName: f})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	add := &awslambda.AddPermissionInput{
		FunctionName: f, StatementId: aws.String("api"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"), SourceArn: aws.String("arn:aws:execute-api:us-east-1:000000000000:abc/*/*"),
	}
	out, err := c.client.AddPermission(ctx, add)
	c.must(err)
	want := `{"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:000000000000:abc/*/*"}}}`
	if got := aws.ToString(out.Statement); got != want {
		t.Errorf("statement\n%s, want\n%s", got, want)
	}
	_, err = c.client.AddPermission(ctx, add)
	wantError(t, err, "ResourceConflictException", "The statement id (api) provided already exists.")
	if _, err := c.service.Invoke(ctx, gateway); err != nil {
		t.Errorf("with the permission: %v", err)
	}
	gateway.SourceARN = "arn:aws:execute-api:us-east-1:000000000000:other/$default/GET/x"
	if _, err := c.service.Invoke(ctx, gateway); err == nil {
		t.Error("another API may invoke it")
	}
	p, err := c.client.GetPolicy(ctx, &awslambda.GetPolicyInput{FunctionName: f})
	c.must(err)
	_, err = c.client.RemovePermission(ctx, &awslambda.RemovePermissionInput{FunctionName: f, StatementId: aws.String("api"), RevisionId: p.RevisionId})
	c.must(err)
	_, err = c.client.RemovePermission(ctx, &awslambda.RemovePermissionInput{FunctionName: f, StatementId: aws.String("api")})
	wantError(t, err, "ResourceNotFoundException", "")
}

func TestSettingsThatAreKeptAndShown(t *testing.T) {
	c := newCloud(t)
	ctx, f := t.Context(), aws.String("f")
	arn := c.create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true }).FunctionArn
	_, err := c.client.TagResource(ctx, &awslambda.TagResourceInput{Resource: arn, Tags: map[string]string{"a": "1", "b": "2"}})
	c.must(err)
	_, err = c.client.UntagResource(ctx, &awslambda.UntagResourceInput{Resource: arn, TagKeys: []string{"a"}})
	c.must(err)
	tags, err := c.client.ListTags(ctx, &awslambda.ListTagsInput{Resource: arn})
	c.must(err)
	if len(tags.Tags) != 1 || tags.Tags["b"] != "2" {
		t.Errorf("tags %v", tags.Tags)
	}
	_, err = c.client.PutFunctionConcurrency(ctx, &awslambda.PutFunctionConcurrencyInput{FunctionName: f, ReservedConcurrentExecutions: aws.Int32(950)})
	wantError(t, err, "InvalidParameterValueException", "below its minimum value of [100]")
	_, err = c.client.PutFunctionConcurrency(ctx, &awslambda.PutFunctionConcurrencyInput{FunctionName: f, ReservedConcurrentExecutions: aws.Int32(5)})
	c.must(err)
	account, err := c.client.GetAccountSettings(ctx, &awslambda.GetAccountSettingsInput{})
	c.must(err)
	if *account.AccountLimit.UnreservedConcurrentExecutions != 995 || account.AccountUsage.FunctionCount != 1 {
		t.Errorf("account %+v %+v", account.AccountLimit, account.AccountUsage)
	}
	_, err = c.client.DeleteFunctionConcurrency(ctx, &awslambda.DeleteFunctionConcurrencyInput{FunctionName: f})
	c.must(err)
	_, err = c.client.PutFunctionRecursionConfig(ctx, &awslambda.PutFunctionRecursionConfigInput{FunctionName: f, RecursiveLoop: types.RecursiveLoopAllow})
	c.must(err)
	rec, err := c.client.GetFunctionRecursionConfig(ctx, &awslambda.GetFunctionRecursionConfigInput{FunctionName: f})
	c.must(err)
	mgmt, err := c.client.GetRuntimeManagementConfig(ctx, &awslambda.GetRuntimeManagementConfigInput{FunctionName: f})
	c.must(err)
	sign, err := c.client.GetFunctionCodeSigningConfig(ctx, &awslambda.GetFunctionCodeSigningConfigInput{FunctionName: f})
	c.must(err)
	if rec.RecursiveLoop != "Allow" || mgmt.UpdateRuntimeOn != "Auto" || sign.CodeSigningConfigArn != nil {
		t.Errorf("%v %v %v", rec.RecursiveLoop, mgmt.UpdateRuntimeOn, sign.CodeSigningConfigArn)
	}
	_, err = c.client.GetFunctionUrlConfig(ctx, &awslambda.GetFunctionUrlConfigInput{FunctionName: f})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	_, err = c.client.GetProvisionedConcurrencyConfig(ctx, &awslambda.GetProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("1")})
	wantError(t, err, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found")
	_, err = c.client.PutProvisionedConcurrencyConfig(ctx, &awslambda.PutProvisionedConcurrencyConfigInput{
		FunctionName: f, Qualifier: aws.String("1"), ProvisionedConcurrentExecutions: aws.Int32(2)})
	c.must(err)
	pc, err := c.client.ListProvisionedConcurrencyConfigs(ctx, &awslambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f})
	c.must(err)
	if len(pc.ProvisionedConcurrencyConfigs) != 1 || pc.ProvisionedConcurrencyConfigs[0].Status != "READY" {
		t.Errorf("provisioned %+v", pc.ProvisionedConcurrencyConfigs)
	}
}

func TestInvocationsAreRefusedInAWSsWords(t *testing.T) {
	c := newCloud(t)
	c.create("f", nil)
	invoke := func(in awslambda.InvokeInput) error {
		if in.FunctionName == nil {
			in.FunctionName = aws.String("f")
		}
		_, err := c.client.Invoke(t.Context(), &in)
		return err
	}
	wantError(t, invoke(awslambda.InvokeInput{FunctionName: aws.String("none")}), "ResourceNotFoundException", "Function not found: ")
	wantError(t, invoke(awslambda.InvokeInput{Qualifier: aws.String("9")}), "ResourceNotFoundException", "function:f:9")
	wantError(t, invoke(awslambda.InvokeInput{Payload: []byte("{")}), "InvalidRequestContentException", "Could not parse request body into json")
	wantError(t, invoke(awslambda.InvokeInput{ClientContext: aws.String("!")}), "InvalidRequestContentException", "Client context")
	wantError(t, invoke(awslambda.InvokeInput{FunctionName: aws.String("arn:aws:lambda:eu-west-1:000000000000:function:f")}),
		"ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")
	large := func(n int) []byte { return append(append([]byte{'"'}, bytes.Repeat([]byte("x"), n)...), '"') }
	wantError(t, invoke(awslambda.InvokeInput{Payload: large(6 << 20)}), "RequestTooLargeException", "Request must be smaller than 6291456 bytes")
	wantError(t, invoke(awslambda.InvokeInput{Payload: large(1 << 20), InvocationType: types.InvocationTypeEvent}),
		"RequestTooLargeException", "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)")
	out, err := c.client.Invoke(t.Context(), &awslambda.InvokeInput{FunctionName: aws.String("f"), InvocationType: types.InvocationTypeDryRun})
	c.must(err)
	if out.StatusCode != 204 || c.service.fleet.Instances() != 0 {
		t.Errorf("dry run: status %d, %d instances", out.StatusCode, c.service.fleet.Instances())
	}
}

func TestJSONLogsAndMissingRights(t *testing.T) {
	c := newCloud(t)
	c.create("f", func(in *awslambda.CreateFunctionInput) {
		in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson, LogGroup: aws.String("/json")}
	})
	out := c.invoke("f", map[string]any{"Do": "print", "Text": "x", "N": 1})
	var kinds []string
	for line := range strings.Lines(tail(t, out)) {
		var e struct{ Time, Type string }
		if json.Unmarshal([]byte(line), &e) == nil {
			kinds = append(kinds, e.Type)
		} else {
			kinds = append(kinds, strings.TrimSpace(line))
		}
	}
	if got := strings.Join(kinds, " "); got != "starting platform.start x 0 platform.report" {
		t.Errorf("log: %s", got)
	}
	c.rights.deny("logs:CreateLogGroup")
	eventually(t, "the lines are kept", func() bool { return len(c.logs.lines("/json")) == 4 })
	c.rights.deny("logs:PutLogEvents")
	c.create("mute", nil)
	c.invoke("mute", nil)
	c.must(c.service.Close())
	if lines := c.logs.lines("/aws/lambda/mute"); len(lines) > 0 {
		t.Errorf("lines were kept without the right to: %q", lines)
	}
}

func TestCodeCanBeFetchedByItsDigest(t *testing.T) {
	c := newCloud(t)
	c.create("f", nil)
	got, err := c.client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String("f")})
	c.must(err)
	w := httptest.NewRecorder()
	c.service.ServeCode(w, httptest.NewRequest("GET", strings.TrimPrefix(aws.ToString(got.Code.Location), c.server.URL), nil))
	raw, err := io.ReadAll(w.Result().Body)
	c.must(err)
	if !bytes.Equal(raw, zipped(t, "one")) {
		t.Errorf("%d bytes of another zip", len(raw))
	}
	w = httptest.NewRecorder()
	c.service.ServeCode(w, httptest.NewRequest("GET", CodePath+"../state.zip", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d for a path that is no digest", w.Code)
	}
}
