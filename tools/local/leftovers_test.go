package local

import (
	"archive/zip"
	"bytes"
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","scheduler.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`

// made holds what a killed apply has made in a cloud, and what the next plan knows of it.
type made struct {
	cfg     aws.Config
	api     string
	creates map[string]deploy.Resource // by type
}

// makeAll makes one resource of each type that RemoveLeftovers knows.
func makeAll(t *testing.T) made {
	t.Helper()
	m := made{cfg: cloudtest.AWSConfig(t, cloudtest.Start(t)), creates: map[string]deploy.Resource{}}
	m.makeFunction(t)
	m.makeAPI(t)
	_, err := cloudwatchlogs.NewFromConfig(m.cfg).CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/aws/lambda/f")})
	m.note(t, err, "aws_cloudwatch_log_group", values{"name": "/aws/lambda/f"})
	_, err = secretsmanager.NewFromConfig(m.cfg).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("shop-database")})
	m.note(t, err, "aws_secretsmanager_secret", values{"name": "shop-database"})
	m.makeBus(t)
	return m
}

// makeBus makes a bus with a rule that has a target.
func (m made) makeBus(t *testing.T) {
	t.Helper()
	client, bus := eventbridge.NewFromConfig(m.cfg), aws.String("shop")
	_, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: bus})
	m.note(t, err, "aws_cloudwatch_event_bus", values{"name": "shop"})
	_, err = client.PutRule(t.Context(), &eventbridge.PutRuleInput{EventBusName: bus, Name: aws.String("r"), EventPattern: aws.String(`{"source":["shop"]}`)})
	if err == nil {
		_, err = client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{EventBusName: bus, Rule: aws.String("r"), Targets: []eventtypes.Target{
			{Id: aws.String("q"), Arn: aws.String("arn:aws:sqs:us-east-1:000000000000:q")},
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (m made) note(t *testing.T, err error, kind string, v values) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	m.creates[kind] = deploy.Resource{Address: "module.stack." + kind + ".x", Type: kind, Values: v}
}

// makeFunction makes a function with its role and all that hangs on it.
func (m made) makeFunction(t *testing.T) {
	t.Helper()
	ctx, roles, functions := t.Context(), iam.NewFromConfig(m.cfg), lambda.NewFromConfig(m.cfg)
	role, err := roles.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("f"), AssumeRolePolicyDocument: aws.String(trust)})
	m.note(t, err, "aws_iam_role", values{"name": "f"})
	_, err = roles.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("f"), PolicyName: aws.String("p"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`)})
	m.note(t, err, "aws_iam_role", values{"name": "f"})
	_, err = functions.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: aws.String("f"), Role: role.Role.Arn, Runtime: types.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
		Code: &types.FunctionCode{ZipFile: zipOf(t)}, Publish: true,
	})
	m.note(t, err, "aws_lambda_function", values{"function_name": "f"})
	alias, err := functions.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: aws.String("f"), Name: aws.String("live"), FunctionVersion: aws.String("1")})
	m.note(t, err, "aws_lambda_alias", values{"function_name": "f", "name": "live"})
	_, err = functions.AddPermission(ctx, &lambda.AddPermissionInput{FunctionName: aws.String("f"), Qualifier: aws.String("live"),
		StatementId: aws.String("api"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com")})
	m.note(t, err, "aws_lambda_permission", values{"function_name": "f", "qualifier": "live", "statement_id": "api"})
	_, err = functions.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{
		FunctionName: aws.String("f"), Qualifier: aws.String("live"), AuthType: types.FunctionUrlAuthTypeAwsIam,
	})
	m.note(t, err, "aws_lambda_function_url", values{"function_name": "f", "qualifier": "live"})
	m.makeTriggers(t, aws.ToString(alias.AliasArn), aws.ToString(role.Role.Arn))
}

func (m made) makeTriggers(t *testing.T, alias, role string) {
	t.Helper()
	queues := sqs.NewFromConfig(m.cfg)
	if _, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")}); err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:sqs:us-east-1:000000000000:q"
	_, err := lambda.NewFromConfig(m.cfg).CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: &alias, EventSourceArn: &arn, Enabled: aws.Bool(false)})
	m.note(t, err, "aws_lambda_event_source_mapping", values{"function_name": alias, "event_source_arn": arn})
	_, err = scheduler.NewFromConfig(m.cfg).CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
		Name: aws.String("s"), ScheduleExpression: aws.String("rate(1 day)"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target:             &schedulertypes.Target{Arn: &alias, RoleArn: &role},
	})
	m.note(t, err, "aws_scheduler_schedule", values{"name": "s"})
}

func (m *made) makeAPI(t *testing.T) {
	t.Helper()
	client := apigatewayv2.NewFromConfig(m.cfg)
	api, err := client.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{Name: aws.String("shop"), ProtocolType: apitypes.ProtocolTypeHttp})
	m.note(t, err, "aws_apigatewayv2_api", values{"name": "shop"})
	m.api = aws.ToString(api.ApiId)
	_, err = client.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{ApiId: api.ApiId, RouteKey: aws.String("GET /a")})
	m.note(t, err, "aws_apigatewayv2_route", values{"api_id": m.api, "route_key": "GET /a"})
	_, err = client.CreateAuthorizer(t.Context(), &apigatewayv2.CreateAuthorizerInput{
		ApiId: api.ApiId, Name: aws.String("jwt"), AuthorizerType: apitypes.AuthorizerTypeJwt, IdentitySource: []string{"$request.header.Authorization"},
		JwtConfiguration: &apitypes.JWTConfiguration{Issuer: aws.String("https://login.example.com"), Audience: []string{"shop"}},
	})
	m.note(t, err, "aws_apigatewayv2_authorizer", values{"api_id": m.api, "name": "jwt"})
	_, err = client.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("$default")})
	m.note(t, err, "aws_apigatewayv2_stage", values{"api_id": m.api, "name": "$default"})
}

// left returns the types of which a resource is there.
func (m made) left(t *testing.T) map[string]bool {
	t.Helper()
	ctx := t.Context()
	there := map[string]bool{}
	note := func(kind string, n int, err error) {
		if err != nil && !notFound(err) {
			t.Fatalf("%s: %v", kind, err)
		}
		if err == nil && n > 0 {
			there[kind] = true
		}
	}
	gateway, functions := apigatewayv2.NewFromConfig(m.cfg), lambda.NewFromConfig(m.cfg)
	apis, err := gateway.GetApis(ctx, &apigatewayv2.GetApisInput{})
	note("aws_apigatewayv2_api", len(apis.Items), err)
	routes, err := gateway.GetRoutes(ctx, &apigatewayv2.GetRoutesInput{ApiId: &m.api})
	note("aws_apigatewayv2_route", count(err, func() int { return len(routes.Items) }), err)
	authorizers, err := gateway.GetAuthorizers(ctx, &apigatewayv2.GetAuthorizersInput{ApiId: &m.api})
	note("aws_apigatewayv2_authorizer", count(err, func() int { return len(authorizers.Items) }), err)
	stages, err := gateway.GetStages(ctx, &apigatewayv2.GetStagesInput{ApiId: &m.api})
	note("aws_apigatewayv2_stage", count(err, func() int { return len(stages.Items) }), err)
	groups, err := cloudwatchlogs.NewFromConfig(m.cfg).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	note("aws_cloudwatch_log_group", len(groups.LogGroups), err)
	roles, err := iam.NewFromConfig(m.cfg).ListRoles(ctx, &iam.ListRolesInput{})
	note("aws_iam_role", len(roles.Roles), err)
	all, err := functions.ListFunctions(ctx, &lambda.ListFunctionsInput{})
	note("aws_lambda_function", len(all.Functions), err)
	aliases, err := functions.ListAliases(ctx, &lambda.ListAliasesInput{FunctionName: aws.String("f")})
	note("aws_lambda_alias", count(err, func() int { return len(aliases.Aliases) }), err)
	_, err = functions.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String("f"), Qualifier: aws.String("live")})
	note("aws_lambda_permission", 1, err)
	_, err = functions.GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: aws.String("f"), Qualifier: aws.String("live")})
	note("aws_lambda_function_url", 1, err)
	mappings, err := functions.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{})
	note("aws_lambda_event_source_mapping", len(mappings.EventSourceMappings), err)
	schedules, err := scheduler.NewFromConfig(m.cfg).ListSchedules(ctx, &scheduler.ListSchedulesInput{})
	note("aws_scheduler_schedule", len(schedules.Schedules), err)
	secrets, err := secretsmanager.NewFromConfig(m.cfg).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
	note("aws_secretsmanager_secret", len(secrets.SecretList), err)
	buses, err := eventbridge.NewFromConfig(m.cfg).ListEventBuses(ctx, &eventbridge.ListEventBusesInput{NamePrefix: aws.String("shop")})
	note("aws_cloudwatch_event_bus", len(buses.EventBuses), err)
	return there
}

func count(err error, n func() int) int {
	if err != nil {
		return 0
	}
	return n()
}

// TestRemoveLeftovers removes one kind after the other, those that hang on others
// first, and each takes nothing else away.
func TestRemoveLeftovers(t *testing.T) {
	m := makeAll(t)
	order := []string{
		"aws_apigatewayv2_route", "aws_apigatewayv2_authorizer", "aws_apigatewayv2_stage", "aws_apigatewayv2_api", "aws_lambda_event_source_mapping",
		"aws_scheduler_schedule", "aws_lambda_permission", "aws_lambda_function_url", "aws_lambda_alias", "aws_lambda_function", "aws_iam_role",
		"aws_cloudwatch_log_group", "aws_secretsmanager_secret", "aws_cloudwatch_event_bus",
	}
	if len(order) != len(removers) || len(m.left(t)) != len(order) {
		t.Fatalf("%d kinds, %d removers, left: %v", len(order), len(removers), m.left(t))
	}
	for i, kind := range order {
		m.remove(t, m.creates[kind])
		if left := m.left(t); left[kind] || len(left) != len(order)-i-1 {
			t.Fatalf("after %s there are still %v", kind, left)
		}
	}
	for _, kind := range order {
		m.remove(t, m.creates[kind]) // what is not there is no error
	}
}

// TestLeftoversThatAreNotKnown: what a plan does not know yet removes nothing, and
// nor does what has another name.
func TestLeftoversThatAreNotKnown(t *testing.T) {
	m := makeAll(t)
	before := len(m.left(t))
	for kind, r := range m.creates {
		others := values{}
		for name := range r.Values {
			others[name] = "another"
		}
		m.remove(t, deploy.Resource{Address: "x." + kind, Type: kind, Values: values{}})
		m.remove(t, deploy.Resource{Address: "x." + kind, Type: kind, Values: others})
	}
	m.remove(t, deploy.Resource{Address: "aws_sqs_queue.x", Type: "aws_sqs_queue", Values: values{"name": "q"}})
	if left := m.left(t); len(left) != before {
		t.Errorf("there were %d kinds, and there are %v", before, left)
	}
	if _, err := sqs.NewFromConfig(m.cfg).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")}); err != nil {
		t.Errorf("the queue, which may hold messages, is gone: %v", err)
	}
}

func (m made) remove(t *testing.T, r deploy.Resource) {
	t.Helper()
	if err := RemoveLeftovers(t.Context(), m.cfg, []deploy.Resource{r}); err != nil {
		t.Fatal(err)
	}
}

func TestRemoveLeftoversTellsOfFailures(t *testing.T) {
	cfg, err := AWSConfig(t.Context(), "http://127.0.0.1:1", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = RemoveLeftovers(ctx, cfg, []deploy.Resource{{Address: "aws_iam_role.x", Type: "aws_iam_role", Values: values{"name": "f"}}})
	if err == nil || notFound(err) {
		t.Errorf("got %v", err)
	}
}

func zipOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "bootstrap"})
	if err == nil {
		_, err = w.Write([]byte("#!/bin/sh\n"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
