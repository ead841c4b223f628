package localcloud_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const lambdaTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// pipeline is an API whose function sends to a queue, whose function stores what
// it receives in a parameter.
type pipeline struct {
	t      testing.TB
	config aws.Config
	queue  string // URL
	api    string // URL
}

const queueARN = "arn:aws:sqs:us-east-1:000000000000:work"

func newPipeline(t *testing.T) *pipeline {
	p := &pipeline{t: t, config: cloudtest.AWSConfig(t, cloudtest.Start(t))}
	queue, err := sqs.NewFromConfig(p.config).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work")})
	check(t, err)
	p.queue = *queue.QueueUrl
	p.role("sender", `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"`+queueARN+`"}`)
	p.role("keeper", `{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],`+
		`"Resource":"`+queueARN+`"},{"Effect":"Allow","Action":"ssm:PutParameter","Resource":"*"}`)
	sender := p.function("sender")
	p.function("keeper")
	_, err = lambda.NewFromConfig(p.config).CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: aws.String("keeper"), EventSourceArn: aws.String(queueARN)})
	check(t, err)
	p.api = p.gateway(sender)
	return p
}

// role creates a role for Lambda that may write logs and what the statements
// allow.
func (p *pipeline) role(name, statements string) {
	p.t.Helper()
	c := iam.NewFromConfig(p.config)
	_, err := c.CreateRole(p.t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(lambdaTrust)})
	check(p.t, err)
	_, err = c.AttachRolePolicy(p.t.Context(), &iam.AttachRolePolicyInput{RoleName: &name,
		PolicyArn: aws.String("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")})
	check(p.t, err)
	p.allow(name, statements)
}

// allow replaces the policy of a role.
func (p *pipeline) allow(role, statements string) {
	p.t.Helper()
	_, err := iam.NewFromConfig(p.config).PutRolePolicy(p.t.Context(), &iam.PutRolePolicyInput{
		RoleName: &role, PolicyName: aws.String("own"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)})
	check(p.t, err)
}

// function creates a function with the name of its role, and returns its ARN.
func (p *pipeline) function(name string) string {
	p.t.Helper()
	out, err := lambda.NewFromConfig(p.config).CreateFunction(p.t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String("arn:aws:iam::000000000000:role/" + name),
		Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"), Timeout: aws.Int32(20),
		Code: &lambdatypes.FunctionCode{ZipFile: mustZip(p.t)},
		Environment: &lambdatypes.Environment{Variables: map[string]string{
			"QUEUE": p.queue, "PARAMETER": "/kept",
		}},
	})
	check(p.t, err)
	return *out.FunctionArn
}

// gateway creates an API whose only route is a function, and returns its URL.
func (p *pipeline) gateway(functionARN string) string {
	p.t.Helper()
	c, ctx := apigatewayv2.NewFromConfig(p.config), p.t.Context()
	api, err := c.CreateApi(ctx, &apigatewayv2.CreateApiInput{Name: aws.String("a"), ProtocolType: gatewaytypes.ProtocolTypeHttp})
	check(p.t, err)
	to, err := c.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{ApiId: api.ApiId,
		IntegrationType: gatewaytypes.IntegrationTypeAwsProxy, IntegrationUri: &functionARN, PayloadFormatVersion: aws.String("2.0")})
	check(p.t, err)
	_, err = c.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{ApiId: api.ApiId, RouteKey: aws.String("POST /work"),
		Target: aws.String("integrations/" + *to.IntegrationId)})
	check(p.t, err)
	_, err = c.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)})
	check(p.t, err)
	_, err = lambda.NewFromConfig(p.config).AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: &functionARN, StatementId: aws.String("api"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"),
		SourceArn: aws.String("arn:aws:execute-api:us-east-1:000000000000:" + *api.ApiId + "/*/*")})
	check(p.t, err)
	return *api.ApiEndpoint
}

// post sends a body to the API and returns the status of the answer.
func (p *pipeline) post(body string) int {
	p.t.Helper()
	res, err := http.Post(p.api+"/work", "text/plain", strings.NewReader(body))
	check(p.t, err)
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	check(p.t, err)
	return res.StatusCode
}

// await calls asked until it returns true, for 30 seconds at most.
func (p *pipeline) await(what string, asked func(context.Context) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !asked(ctx) {
		select {
		case <-ctx.Done():
			p.t.Fatalf("%s did not happen within 30 seconds", what)
		case <-tick.C:
		}
	}
}

// kept returns a function that reports whether the keeper has stored a text.
func (p *pipeline) kept(text string) func(context.Context) bool {
	return func(ctx context.Context) bool {
		out, err := ssm.NewFromConfig(p.config).GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/kept")})
		return err == nil && *out.Parameter.Value == text
	}
}

func (p *pipeline) logged(function, text string) func(context.Context) bool {
	return func(ctx context.Context) bool {
		out, err := cloudwatchlogs.NewFromConfig(p.config).FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: aws.String("/aws/lambda/" + function), FilterPattern: aws.String(`"` + text + `"`)})
		return err == nil && len(out.Events) > 0
	}
}

func TestRequestGoesThroughAllServices(t *testing.T) {
	p := newPipeline(t)
	if status := p.post("hello"); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	p.await("the message's end in the parameter", p.kept("hello"))
	p.await("the sender's log line", p.logged("sender", "request with 0 records"))
	p.await("the keeper's log line", p.logged("keeper", "request with 1 records"))
}

func TestFunctionMayDoOnlyWhatItsRoleAllows(t *testing.T) {
	p := newPipeline(t)
	p.allow("sender", `{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}`)
	if status := p.post("hello"); status != http.StatusInternalServerError {
		t.Fatalf("status %d", status)
	}
	p.await("the refusal in the log", p.logged("sender", "AccessDenied"))
	p.allow("sender", `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"`+queueARN+`"}`)
	if status := p.post("hello"); status != http.StatusAccepted {
		t.Fatalf("status %d after the permission was given", status)
	}
}

func TestScheduleReachesItsFunction(t *testing.T) {
	p := newPipeline(t)
	trust := strings.Replace(lambdaTrust, "lambda.amazonaws.com", "scheduler.amazonaws.com", 1)
	c := iam.NewFromConfig(p.config)
	_, err := c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("clock"), AssumeRolePolicyDocument: &trust})
	check(t, err)
	p.allow("clock", `{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*"}`)
	soon := time.Now().Add(time.Second).UTC().Format("2006-01-02T15:04:05")
	_, err = scheduler.NewFromConfig(p.config).CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
		Name: aws.String("soon"), ScheduleExpression: aws.String("at(" + soon + ")"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{Arn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:sender"),
			RoleArn: aws.String("arn:aws:iam::000000000000:role/clock"), Input: aws.String(`{"Body":"tick"}`)},
	})
	check(t, err)
	p.await("what the schedule sends in the parameter", p.kept("tick"))
}

func TestRoleThatLambdaMayNotAssumeIsRefused(t *testing.T) {
	config := cloudtest.AWSConfig(t, cloudtest.Start(t))
	_, err := lambda.NewFromConfig(config).CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String("f"), Role: aws.String("arn:aws:iam::000000000000:role/none"),
		Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
		Code: &lambdatypes.FunctionCode{ZipFile: mustZip(t)},
	})
	if err == nil || !strings.Contains(err.Error(), "cannot be assumed by Lambda") {
		t.Errorf("error %v", err)
	}
}
