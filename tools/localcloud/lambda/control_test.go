package lambda_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestFunctionFromCreationToDeletion(t *testing.T) {
	c := lambdatest.New(t)
	out := c.Create("f", func(in *awslambda.CreateFunctionInput) {
		in.Tags = map[string]string{"team": "hiring"}
		in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson}
	})
	if out.State != types.StatePending || aws.ToString(out.Version) != "$LATEST" {
		t.Errorf("created in state %s, version %s", out.State, aws.ToString(out.Version))
	}
	got, err := c.Client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: out.FunctionArn})
	c.Must(err)
	g := got.Configuration
	if g.State != types.StateActive || g.LastUpdateStatus != types.LastUpdateStatusSuccessful || got.Tags["team"] != "hiring" {
		t.Errorf("got %+v with tags %v", g, got.Tags)
	}
	if l := g.LoggingConfig; l.SystemLogLevel != "INFO" || l.ApplicationLogLevel != "INFO" || aws.ToString(l.LogGroup) != "/aws/lambda/f" {
		t.Errorf("logging %+v", l)
	}
	up, err := c.Client.UpdateFunctionConfiguration(t.Context(), &awslambda.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), MemorySize: aws.Int32(512), Timeout: aws.Int32(9), Description: aws.String("d"),
		Environment:   &types.Environment{Variables: map[string]string{"AB": "c"}},
		LoggingConfig: &types.LoggingConfig{LogFormat: types.LogFormatText, LogGroup: aws.String("/mine")},
	})
	c.Must(err)
	if up.LastUpdateStatus != types.LastUpdateStatusInProgress || up.Environment.Variables["AB"] != "c" {
		t.Errorf("updated %+v", up)
	}
	if up.LoggingConfig.SystemLogLevel != "" || aws.ToString(up.LoggingConfig.LogGroup) != "/mine" || *up.RevisionId == *g.RevisionId {
		t.Errorf("updated %+v", up.LoggingConfig)
	}
	list, err := c.Client.ListFunctions(t.Context(), &awslambda.ListFunctionsInput{})
	c.Must(err)
	if len(list.Functions) != 1 || *list.Functions[0].MemorySize != 512 {
		t.Errorf("listed %+v", list.Functions)
	}
	_, err = c.Client.DeleteFunction(t.Context(), &awslambda.DeleteFunctionInput{FunctionName: aws.String("f")})
	c.Must(err)
	_, err = c.Client.GetFunction(t.Context(), &awslambda.GetFunctionInput{FunctionName: aws.String("f")})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f")
}

func TestCreationIsRefusedInAWSsWords(t *testing.T) {
	c := lambdatest.New(t)
	c.Rights.Untrusted = []string{"arn:aws:iam::000000000000:role/untrusted"}
	c.Create("taken", nil)
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
		{"trust", func(in *awslambda.CreateFunctionInput) { in.Role = aws.String(c.Rights.Untrusted[0]) }, "InvalidParameterValueException",
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
		}, "InvalidParameterValueException", "Code.S3Bucket is not supported by the local cloud"},
		{"escape", func(in *awslambda.CreateFunctionInput) {
			in.Code.ZipFile = lambdatest.TextZip(t, map[string]string{"../up": "x"})
		}, "InvalidParameterValueException", "Could not unzip uploaded file."},
		{"architecture", func(in *awslambda.CreateFunctionInput) { in.Architectures = []types.Architecture{"z80"} }, "ValidationException", "enum value set: [x86_64, arm64]"},
		{"taken", nil, "ResourceConflictException", "Function already exist: taken"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := &awslambda.CreateFunctionInput{
				FunctionName: aws.String(tc.name), Role: aws.String(lambdatest.RoleARN), Handler: aws.String("bootstrap"),
				Runtime: types.RuntimeProvidedal2023, Code: &types.FunctionCode{ZipFile: lambdatest.TextZip(t, map[string]string{"bootstrap": "x"})},
			}
			if tc.change != nil {
				tc.change(in)
			}
			_, err := c.Client.CreateFunction(t.Context(), in)
			lambdatest.WantError(t, err, tc.code, tc.text)
		})
	}
}

func TestVersionsAreMadeOnlyForChanges(t *testing.T) {
	c := lambdatest.New(t)
	out := c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true })
	if aws.ToString(out.Version) != "1" {
		t.Fatalf("published as %s", aws.ToString(out.Version))
	}
	publish := func(in awslambda.PublishVersionInput) string {
		t.Helper()
		in.FunctionName = aws.String("f")
		v, err := c.Client.PublishVersion(t.Context(), &in)
		c.Must(err)
		return aws.ToString(v.Version)
	}
	if v := publish(awslambda.PublishVersionInput{}); v != "1" {
		t.Errorf("nothing changed, but there is a version %s", v)
	}
	up, err := c.Client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: lambdatest.Zipped(t, "two")})
	c.Must(err)
	if v := publish(awslambda.PublishVersionInput{CodeSha256: up.CodeSha256, Description: aws.String("second")}); v != "2" {
		t.Errorf("the code changed, but the version is %s", v)
	}
	_, err = c.Client.PublishVersion(t.Context(), &awslambda.PublishVersionInput{FunctionName: aws.String("f"), CodeSha256: aws.String("x")})
	lambdatest.WantError(t, err, "InvalidParameterValueException", "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (")
	list, err := c.Client.ListVersionsByFunction(t.Context(), &awslambda.ListVersionsByFunctionInput{FunctionName: aws.String("f"), MaxItems: aws.Int32(2)})
	c.Must(err)
	if len(list.Versions) != 2 || aws.ToString(list.Versions[0].FunctionArn) != aws.ToString(out.FunctionArn)+":$LATEST" || list.NextMarker == nil {
		t.Errorf("first page %+v", list)
	}
	list, err = c.Client.ListVersionsByFunction(t.Context(), &awslambda.ListVersionsByFunctionInput{FunctionName: aws.String("f"), Marker: list.NextMarker})
	c.Must(err)
	if len(list.Versions) != 1 || aws.ToString(list.Versions[0].Description) != "second" || list.NextMarker != nil {
		t.Errorf("last page %+v", list)
	}
	_, err = c.Client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{
		FunctionName: aws.String("f"), ZipFile: lambdatest.Zipped(t, "one"), RevisionId: aws.String("stale"),
	})
	lambdatest.WantError(t, err, "PreconditionFailedException", "The Revision Id provided does not match")
}

func TestAliasesLeadToVersions(t *testing.T) {
	c := lambdatest.New(t)
	ctx, f := t.Context(), aws.String("f")
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Publish = true })
	_, err := c.Client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("7")})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7")
	a, err := c.Client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	c.Must(err)
	if a.RoutingConfig != nil || aws.ToString(a.AliasArn) != "arn:aws:lambda:us-east-1:000000000000:function:f:live" {
		t.Errorf("alias %+v", a)
	}
	_, err = c.Client.CreateAlias(ctx, &awslambda.CreateAliasInput{FunctionName: f, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	lambdatest.WantError(t, err, "ResourceConflictException", "Alias already exists")
	if out := c.Invoke(aws.ToString(a.AliasArn), nil); aws.ToString(out.ExecutedVersion) != "1" {
		t.Errorf("executed version %s", aws.ToString(out.ExecutedVersion))
	}
	_, err = c.Client.UpdateFunctionCode(ctx, &awslambda.UpdateFunctionCodeInput{FunctionName: f, ZipFile: lambdatest.Zipped(t, "two"), Publish: true})
	c.Must(err)
	_, err = c.Client.UpdateAlias(ctx, &awslambda.UpdateAliasInput{FunctionName: f, Name: aws.String("live"),
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"2": 1}}})
	c.Must(err)
	if out := c.Invoke("f:live", nil); aws.ToString(out.ExecutedVersion) != "2" {
		t.Errorf("with all weight on 2, version %s was executed", aws.ToString(out.ExecutedVersion))
	}
	_, err = c.Client.DeleteFunction(ctx, &awslambda.DeleteFunctionInput{FunctionName: f, Qualifier: aws.String("2")})
	lambdatest.WantError(t, err, "ResourceConflictException", "the following aliases reference it: [live]")
	_, err = c.Client.DeleteAlias(ctx, &awslambda.DeleteAliasInput{FunctionName: f, Name: aws.String("live")})
	c.Must(err)
	_, err = c.Client.GetAlias(ctx, &awslambda.GetAliasInput{FunctionName: f, Name: aws.String("live")})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:live")
}

func TestNewCodeReplacesInstances(t *testing.T) {
	c := lambdatest.New(t)
	c.Create("f", nil)
	before := lambdatest.Call[lambdatest.Echo](c, "f", nil)
	_, err := c.Client.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: lambdatest.Zipped(t, "two")})
	c.Must(err)
	after := lambdatest.Call[lambdatest.Echo](c, "f", nil)
	if after.PID == before.PID || after.Calls != 1 {
		t.Errorf("the old instance answered: %+v", after)
	}
	lambdatest.Eventually(t, "the old process is gone", func() bool { return gone(before.PID) })
}
