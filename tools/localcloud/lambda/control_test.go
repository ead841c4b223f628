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

func TestFunctionFromCreationToDeletion(t *testing.T) {
	c := newCloud(t)
	out := c.create("f", func(in *awslambda.CreateFunctionInput) {
		in.Tags = map[string]string{"team": "hiring"}
		in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson}
	})
	if out.State != types.StatePending || aws.ToString(out.Version) != "$LATEST" {
		t.Errorf("created in state %s, version %s", out.State, aws.ToString(out.Version))
	}
	got, err := c.client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: out.FunctionArn})
	c.must(err)
	g := got.Configuration
	if g.State != types.StateActive || g.LastUpdateStatus != types.LastUpdateStatusSuccessful || got.Tags["team"] != "hiring" {
		t.Errorf("got %+v with tags %v", g, got.Tags)
	}
	if l := g.LoggingConfig; l.SystemLogLevel != "INFO" || l.ApplicationLogLevel != "INFO" || aws.ToString(l.LogGroup) != "/aws/lambda/f" {
		t.Errorf("logging %+v", l)
	}
	up, err := c.client.UpdateFunctionConfiguration(t.Context(), &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), MemorySize: aws.Int32(512), Timeout: aws.Int32(9), Description: aws.String("d"),
		Environment:   &types.Environment{Variables: map[string]string{"AB": "c"}},
		LoggingConfig: &types.LoggingConfig{LogFormat: types.LogFormatText, LogGroup: aws.String("/mine")},
	})
	c.must(err)
	if up.LastUpdateStatus != types.LastUpdateStatusInProgress || up.Environment.Variables["AB"] != "c" {
		t.Errorf("updated %+v", up)
	}
	if up.LoggingConfig.SystemLogLevel != "" || aws.ToString(up.LoggingConfig.LogGroup) != "/mine" || *up.RevisionId == *g.RevisionId {
		t.Errorf("updated %+v", up.LoggingConfig)
	}
	list, err := c.client.ListFunctions(t.Context(), &awslambda.ListFunctionsInput{})
	c.must(err)
	if len(list.Functions) != 1 || *list.Functions[0].MemorySize != 512 {
		t.Errorf("listed %+v", list.Functions)
	}
	_, err = c.client.DeleteFunction(t.Context(), &awslambda.DeleteFunctionInput{FunctionName: aws.String("f")})
	c.must(err)
	_, err = c.client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String("f")})
	wantError(t, err, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f")
}

func TestCreationIsRefusedInAWSsWords(t *testing.T) {
	c := newCloud(t)
	c.rights.roles = []string{"arn:aws:iam::000000000000:role/untrusted"}
	c.create("taken", nil)
	env := func(vars map[string]string) *types.Environment { return &types.Environment{Variables: vars} }
	for _, tc := range []struct {
		name       string
		change     func(*awslambda.CreateFunctionInput)
		code, text string
	}{
		{"memory", func(in *awslambda.CreateFunctionInput) { in.MemorySize = aws.Int32(64) }, "ValidationException",
			"1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128"},
		{"two", func(in *awslambda.CreateFunctionInput) { in.MemorySize, in.Timeout = aws.Int32(10241), aws.Int32(901) }, "ValidationException",
			"2 validation errors detected: Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240; Value '901' at 'timeout'"},
		{"name", func(in *awslambda.CreateFunctionInput) { in.FunctionName = aws.String("a b") }, "ValidationException", "Value 'a b' at 'functionName'"},
		{"long", func(in *awslambda.CreateFunctionInput) { in.FunctionName = aws.String(strings.Repeat("x", 65)) }, "ValidationException", "length less than or equal to 64"},
		{"role", func(in *awslambda.CreateFunctionInput) { in.Role = aws.String("me") }, "ValidationException", "at 'role' failed to satisfy constraint"},
		{"trust", func(in *awslambda.CreateFunctionInput) { in.Role = aws.String(c.rights.roles[0]) }, "InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda."},
		{"runtime", func(in *awslambda.CreateFunctionInput) { in.Runtime = "cobol" }, "InvalidParameterValueException", "Value cobol at 'runtime' failed"},
		{"reserved", func(in *awslambda.CreateFunctionInput) {
			in.Environment = env(map[string]string{"AWS_REGION": "x", "_HANDLER": "y"})
		}, "InvalidParameterValueException", "Reserved keys used in this request: _HANDLER, AWS_REGION"},
		{"variable", func(in *awslambda.CreateFunctionInput) { in.Environment = env(map[string]string{"1X": "x"}) }, "ValidationException", "Map keys must satisfy constraint"},
		{"environment", func(in *awslambda.CreateFunctionInput) {
			in.Environment = env(map[string]string{"BIG": strings.Repeat("x", 5000)})
		}, "InvalidParameterValueException", "exceeded the 4KB limit. String measured: {"},
		{"zip", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = []byte("no zip") }, "InvalidParameterValueException", "Could not unzip uploaded file."},
		{"s3", func(in *awslambda.CreateFunctionInput) {
			in.Code = &types.FunctionCode{S3Bucket: aws.String("b"), S3Key: aws.String("k")}
		}, "InvalidParameterValueException", "takes code as ZipFile only"},
		{"escape", func(in *awslambda.CreateFunctionInput) {
			in.Code.ZipFile = textZip(t, map[string]string{"../up": "x"})
		}, "InvalidParameterValueException", "Could not unzip uploaded file."},
		{"architecture", func(in *awslambda.CreateFunctionInput) { in.Architectures = []types.Architecture{"z80"} }, "ValidationException", "enum value set: [x86_64, arm64]"},
		{"taken", nil, "ResourceConflictException", "Function already exist: taken"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := &awslambda.CreateFunctionInput{
				FunctionName: aws.String(tc.name), Role: aws.String(role), Handler: aws.String("bootstrap"),
				Runtime: types.RuntimeProvidedal2023, Code: &types.FunctionCode{ZipFile: textZip(t, map[string]string{"bootstrap": "x"})},
			}
			if tc.change != nil {
				tc.change(in)
			}
			_, err := c.client.CreateFunction(t.Context(), in)
			wantError(t, err, tc.code, tc.text)
		})
	}
}

func TestVersionsAreMadeOnlyForChanges(t *testing.T) {
	c := newCloud(t)
	out := c.create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true })
	if aws.ToString(out.Version) != "1" {
		t.Fatalf("published as %s", aws.ToString(out.Version))
	}
	publish := func(in awslambda.PublishVersionInput) string {
		t.Helper()
		in.FunctionName = aws.String("f")
		v, err := c.client.PublishVersion(t.Context(), &in)
		c.must(err)
		return aws.ToString(v.Version)
	}
	if v := publish(awslambda.PublishVersionInput{}); v != "1" {
		t.Errorf("nothing changed, but there is a version %s", v)
	}
	up, err := c.client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: zipped(t, "two")})
	c.must(err)
	if v := publish(awslambda.PublishVersionInput{CodeSha256: up.CodeSha256, Description: aws.String("second")}); v != "2" {
		t.Errorf("the code changed, but the version is %s", v)
	}
	_, err = c.client.PublishVersion(t.Context(), &awslambda.PublishVersionInput{FunctionName: aws.String("f"), CodeSha256: aws.String("x")})
	wantError(t, err, "InvalidParameterValueException", "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (")
	list, err := c.client.ListVersionsByFunction(t.Context(), &awslambda.ListVersionsByFunctionInput{FunctionName: aws.String("f"), MaxItems: aws.Int32(2)})
	c.must(err)
	if len(list.Versions) != 2 || aws.ToString(list.Versions[0].FunctionArn) != aws.ToString(out.FunctionArn)+":$LATEST" || list.NextMarker == nil {
		t.Errorf("first page %+v", list)
	}
	list, err = c.client.ListVersionsByFunction(t.Context(), &awslambda.ListVersionsByFunctionInput{FunctionName: aws.String("f"), Marker: list.NextMarker})
	c.must(err)
	if len(list.Versions) != 1 || aws.ToString(list.Versions[0].Description) != "second" || list.NextMarker != nil {
		t.Errorf("last page %+v", list)
	}
	_, err = c.client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{
		FunctionName: aws.String("f"), ZipFile: zipped(t, "one"), RevisionId: aws.String("stale"),
	})
	wantError(t, err, "PreconditionFailedException", "The Revision Id provided does not match")
}

func TestAliasesLeadToVersions(t *testing.T) {
	c := newCloud(t)
	ctx, f := t.Context(), aws.String("f")
	c.create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true })
	_, err := c.client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("7")})
	wantError(t, err, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7")
	a, err := c.client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	c.must(err)
	if a.RoutingConfig != nil || aws.ToString(a.AliasArn) != "arn:aws:lambda:us-east-1:000000000000:function:f:live" {
		t.Errorf("alias %+v", a)
	}
	_, err = c.client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	wantError(t, err, "ResourceConflictException", "Alias already exists")
	if out := c.invoke(aws.ToString(a.AliasArn), nil); aws.ToString(out.ExecutedVersion) != "1" {
		t.Errorf("executed version %s", aws.ToString(out.ExecutedVersion))
	}
	_, err = c.client.UpdateFunctionCode(ctx, &awslambda.UpdateFunctionCodeInput{FunctionName: f, ZipFile: zipped(t, "two"), Publish: true})
	c.must(err)
	_, err = c.client.UpdateAlias(ctx, &awslambda.UpdateAliasInput{FunctionName: f, Name: aws.String("live"),
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"2": 1}}})
	c.must(err)
	if out := c.invoke("f:live", nil); aws.ToString(out.ExecutedVersion) != "2" {
		t.Errorf("with all weight on 2, version %s was executed", aws.ToString(out.ExecutedVersion))
	}
	_, err = c.client.DeleteFunction(ctx, &awslambda.DeleteFunctionInput{FunctionName: f, Qualifier: aws.String("2")})
	wantError(t, err, "ResourceConflictException", "the following aliases reference it: [live]")
	_, err = c.client.DeleteAlias(ctx, &awslambda.DeleteAliasInput{FunctionName: f, Name: aws.String("live")})
	c.must(err)
	_, err = c.client.GetAlias(ctx, &awslambda.GetAliasInput{FunctionName: f, Name: aws.String("live")})
	wantError(t, err, "ResourceNotFoundException", "Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:live")
}

func TestNewCodeReplacesInstances(t *testing.T) {
	c := newCloud(t)
	c.create("f", nil)
	before := call[echo](c, "f", nil)
	_, err := c.client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: zipped(t, "two")})
	c.must(err)
	after := call[echo](c, "f", nil)
	if after.PID == before.PID || after.Calls != 1 {
		t.Errorf("the old instance answered: %+v", after)
	}
	eventually(t, "the old process is gone", func() bool { return gone(before.PID) })
}

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
