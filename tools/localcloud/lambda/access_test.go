package lambda_test

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
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestSettingsThatAreKeptAndShown(t *testing.T) {
	c := lambdatest.New(t)
	ctx, f := t.Context(), aws.String("f")
	arn := c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true }).FunctionArn
	_, err := c.Client.TagResource(ctx, &awslambda.TagResourceInput{Resource: arn, Tags: map[string]string{"a": "1", "b": "2"}})
	c.Must(err)
	_, err = c.Client.UntagResource(ctx, &awslambda.UntagResourceInput{Resource: arn, TagKeys: []string{"a"}})
	c.Must(err)
	tags, err := c.Client.ListTags(ctx, &awslambda.ListTagsInput{Resource: arn})
	c.Must(err)
	if len(tags.Tags) != 1 || tags.Tags["b"] != "2" {
		t.Errorf("tags %v", tags.Tags)
	}
	_, err = c.Client.PutFunctionConcurrency(ctx, &awslambda.PutFunctionConcurrencyInput{FunctionName: f, ReservedConcurrentExecutions: aws.Int32(950)})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "below its minimum value of [100]")
	_, err = c.Client.PutFunctionConcurrency(ctx, &awslambda.PutFunctionConcurrencyInput{FunctionName: f, ReservedConcurrentExecutions: aws.Int32(5)})
	c.Must(err)
	account, err := c.Client.GetAccountSettings(ctx, &awslambda.GetAccountSettingsInput{})
	c.Must(err)
	if *account.AccountLimit.UnreservedConcurrentExecutions != 995 || account.AccountUsage.FunctionCount != 1 {
		t.Errorf("account %+v %+v", account.AccountLimit, account.AccountUsage)
	}
	_, err = c.Client.DeleteFunctionConcurrency(ctx, &awslambda.DeleteFunctionConcurrencyInput{FunctionName: f})
	c.Must(err)
	_, err = c.Client.PutFunctionRecursionConfig(ctx, &awslambda.PutFunctionRecursionConfigInput{FunctionName: f, RecursiveLoop: types.RecursiveLoopAllow})
	c.Must(err)
	rec, err := c.Client.GetFunctionRecursionConfig(ctx, &awslambda.GetFunctionRecursionConfigInput{FunctionName: f})
	c.Must(err)
	mgmt, err := c.Client.GetRuntimeManagementConfig(ctx, &awslambda.GetRuntimeManagementConfigInput{FunctionName: f})
	c.Must(err)
	sign, err := c.Client.GetFunctionCodeSigningConfig(ctx, &awslambda.GetFunctionCodeSigningConfigInput{FunctionName: f})
	c.Must(err)
	if rec.RecursiveLoop != "Allow" || mgmt.UpdateRuntimeOn != "Auto" || sign.CodeSigningConfigArn != nil {
		t.Errorf("%v %v %v", rec.RecursiveLoop, mgmt.UpdateRuntimeOn, sign.CodeSigningConfigArn)
	}
	_, err = c.Client.GetFunctionUrlConfig(ctx, &awslambda.GetFunctionUrlConfigInput{FunctionName: f})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	_, err = c.Client.GetProvisionedConcurrencyConfig(ctx, &awslambda.GetProvisionedConcurrencyConfigInput{FunctionName: f, Qualifier: aws.String("1")})
	lambdatest.WantError(t, err, "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found")
	_, err = c.Client.PutProvisionedConcurrencyConfig(ctx, &awslambda.PutProvisionedConcurrencyConfigInput{
		FunctionName: f, Qualifier: aws.String("1"), ProvisionedConcurrentExecutions: aws.Int32(2)})
	c.Must(err)
	pc, err := c.Client.ListProvisionedConcurrencyConfigs(ctx, &awslambda.ListProvisionedConcurrencyConfigsInput{FunctionName: f})
	c.Must(err)
	if len(pc.ProvisionedConcurrencyConfigs) != 1 || pc.ProvisionedConcurrencyConfigs[0].Status != "READY" {
		t.Errorf("provisioned %+v", pc.ProvisionedConcurrencyConfigs)
	}
}

func TestInvocationsAreRefusedInAWSsWords(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	invoke := func(in awslambda.InvokeInput) error {
		if in.FunctionName == nil {
			in.FunctionName = aws.String("f")
		}
		_, err := c.Client.Invoke(t.Context(), &in)
		return err
	}
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{FunctionName: aws.String("none")}), "ResourceNotFoundException", "Function not found: ")
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{Qualifier: aws.String("9")}), "ResourceNotFoundException", "function:f:9")
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{Payload: []byte("{")}), "InvalidRequestContentException", "Could not parse request body into json")
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{ClientContext: aws.String("!")}), "InvalidRequestContentException", "Client context")
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{FunctionName: aws.String("arn:aws:lambda:eu-west-1:000000000000:function:f")}),
		"ResourceNotFoundException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")
	large := func(n int) []byte { return append(append([]byte{'"'}, bytes.Repeat([]byte("x"), n)...), '"') }
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{Payload: large(6 << 20)}), "RequestTooLargeException", "Request must be smaller than 6291456 bytes")
	lambdatest.WantError(t, invoke(awslambda.InvokeInput{Payload: large(1 << 20), InvocationType: types.InvocationTypeEvent}),
		"RequestTooLargeException", "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)")
	out, err := c.Client.Invoke(t.Context(), &awslambda.InvokeInput{FunctionName: aws.String("f"), InvocationType: types.InvocationTypeDryRun})
	c.Must(err)
	if out.StatusCode != 204 || c.Service.Instances() != 0 {
		t.Errorf("dry run: status %d, %d instances", out.StatusCode, c.Service.Instances())
	}
}

func TestJSONLogsAndMissingRights(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", func(in *awslambda.CreateFunctionInput) {
		in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson, LogGroup: aws.String("/json")}
	})
	out := c.Invoke("f", map[string]any{"Do": "print", "Text": "x", "N": 1})
	var kinds []string
	for line := range strings.Lines(lambdatest.Tail(t, out)) {
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
	c.Rights.Deny("logs:CreateLogGroup")
	lambdatest.Eventually(t, "the lines are kept", func() bool { return len(c.Logs.Lines("/json")) == 4 })
	c.Rights.Deny("logs:PutLogEvents")
	c.Create("mute", nil)
	c.Invoke("mute", nil)
	c.Must(c.Service.Close())
	if lines := c.Logs.Lines("/aws/lambda/mute"); len(lines) > 0 {
		t.Errorf("lines were kept without the right to: %q", lines)
	}
}

func TestCodeCanBeFetchedByItsDigest(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	got, err := c.Client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String("f")})
	c.Must(err)
	w := httptest.NewRecorder()
	c.Service.ServeCode(w, httptest.NewRequest("GET", strings.TrimPrefix(aws.ToString(got.Code.Location), c.Server.URL), nil))
	raw, err := io.ReadAll(w.Result().Body)
	c.Must(err)
	if !bytes.Equal(raw, lambdatest.Zipped(t, "one")) {
		t.Errorf("%d bytes of another zip", len(raw))
	}
	w = httptest.NewRecorder()
	c.Service.ServeCode(w, httptest.NewRequest("GET", lambda.CodePath+"../state.zip", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d for a path that is no digest", w.Code)
	}
}
