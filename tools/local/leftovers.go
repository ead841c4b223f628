package local

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/deploy"
)

// RemoveLeftovers removes from the local cloud what a plan wants to create and
// what is there already: resources that an apply had made when it was killed,
// before Terraform could write them to its state. They hold no data, for
// nothing has used them. It is for the local cloud only: on AWS an import is
// the way, and it is a person's to take.
func RemoveLeftovers(ctx context.Context, cfg aws.Config, creates []deploy.Resource) error {
	for _, r := range creates {
		remove, ok := removers[r.Type]
		if !ok {
			continue // creating it again finds what is there (queues), or makes another without harm
		}
		if err := remove(ctx, cfg, r.Values); err != nil && !notFound(err) {
			return fmt.Errorf("removing what a killed apply has left of %s: %w", r.Address, err)
		}
	}
	return nil
}

func notFound(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (strings.Contains(api.ErrorCode(), "NotFound") || api.ErrorCode() == "NoSuchEntity")
}

type values = map[string]any

// text returns an attribute that is a string and known; else a name that nothing has.
func text(v values, name string) *string {
	s, ok := v[name].(string)
	if !ok || s == "" {
		s = "unknown-until-apply"
	}
	return &s
}

var removers = map[string]func(context.Context, aws.Config, values) error{
	"aws_apigatewayv2_api":            removeAPI,
	"aws_apigatewayv2_authorizer":     removeAuthorizer,
	"aws_apigatewayv2_route":          removeRoute,
	"aws_apigatewayv2_stage":          removeStage,
	"aws_cloudwatch_event_bus":        removeBus,
	"aws_cloudwatch_log_group":        removeLogGroup,
	"aws_iam_role":                    removeRole,
	"aws_lambda_alias":                removeAlias,
	"aws_lambda_event_source_mapping": removeMapping,
	"aws_lambda_function":             removeFunction,
	"aws_lambda_function_url":         removeFunctionURL,
	"aws_lambda_permission":           removePermission,
	"aws_scheduler_schedule":          removeSchedule,
	"aws_secretsmanager_secret":       removeSecret,
}

func removeAPI(ctx context.Context, cfg aws.Config, v values) error {
	client := apigatewayv2.NewFromConfig(cfg)
	all, err := client.GetApis(ctx, &apigatewayv2.GetApisInput{})
	if err != nil {
		return err
	}
	for _, api := range all.Items {
		if aws.ToString(api.Name) == *text(v, "name") {
			if _, err := client.DeleteApi(ctx, &apigatewayv2.DeleteApiInput{ApiId: api.ApiId}); err != nil {
				return err
			}
		}
	}
	return nil
}

func removeAuthorizer(ctx context.Context, cfg aws.Config, v values) error {
	client := apigatewayv2.NewFromConfig(cfg)
	all, err := client.GetAuthorizers(ctx, &apigatewayv2.GetAuthorizersInput{ApiId: text(v, "api_id")})
	if err != nil {
		return err
	}
	for _, z := range all.Items {
		if aws.ToString(z.Name) == *text(v, "name") {
			_, err = client.DeleteAuthorizer(ctx,
				&apigatewayv2.DeleteAuthorizerInput{ApiId: text(v, "api_id"), AuthorizerId: z.AuthorizerId})
		}
	}
	return err
}

func removeRoute(ctx context.Context, cfg aws.Config, v values) error {
	client := apigatewayv2.NewFromConfig(cfg)
	all, err := client.GetRoutes(ctx, &apigatewayv2.GetRoutesInput{ApiId: text(v, "api_id")})
	if err != nil {
		return err
	}
	for _, route := range all.Items {
		if aws.ToString(route.RouteKey) == *text(v, "route_key") {
			_, err = client.DeleteRoute(ctx, &apigatewayv2.DeleteRouteInput{ApiId: text(v, "api_id"), RouteId: route.RouteId})
		}
	}
	return err
}

func removeStage(ctx context.Context, cfg aws.Config, v values) error {
	_, err := apigatewayv2.NewFromConfig(cfg).DeleteStage(ctx, &apigatewayv2.DeleteStageInput{ApiId: text(v, "api_id"), StageName: text(v, "name")})
	return err
}

// removeBus deletes a bus and its rules, which keep it.
func removeBus(ctx context.Context, cfg aws.Config, v values) error {
	client, bus := eventbridge.NewFromConfig(cfg), text(v, "name")
	rules, err := client.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: bus})
	if err != nil {
		return err
	}
	for _, r := range rules.Rules {
		targets, err := client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: bus, Rule: r.Name})
		if err != nil {
			return err
		}
		var ids []string
		for _, t := range targets.Targets {
			ids = append(ids, aws.ToString(t.Id))
		}
		if len(ids) > 0 {
			if _, err := client.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{EventBusName: bus, Rule: r.Name, Ids: ids}); err != nil {
				return err
			}
		}
		if _, err := client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{EventBusName: bus, Name: r.Name}); err != nil {
			return err
		}
	}
	_, err = client.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: bus})
	return err
}

func removeLogGroup(ctx context.Context, cfg aws.Config, v values) error {
	_, err := cloudwatchlogs.NewFromConfig(cfg).DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: text(v, "name")})
	return err
}

func removeRole(ctx context.Context, cfg aws.Config, v values) error {
	client, role := iam.NewFromConfig(cfg), text(v, "name")
	policies, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role})
	if err != nil {
		return err
	}
	for i := range policies.PolicyNames {
		if _, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: &policies.PolicyNames[i]}); err != nil {
			return err
		}
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role})
	return err
}

func removeAlias(ctx context.Context, cfg aws.Config, v values) error {
	_, err := lambda.NewFromConfig(cfg).DeleteAlias(ctx, &lambda.DeleteAliasInput{FunctionName: text(v, "function_name"), Name: text(v, "name")})
	return err
}

func removeFunctionURL(ctx context.Context, cfg aws.Config, v values) error {
	_, err := lambda.NewFromConfig(cfg).DeleteFunctionUrlConfig(ctx, &lambda.DeleteFunctionUrlConfigInput{
		FunctionName: text(v, "function_name"), Qualifier: text(v, "qualifier"),
	})
	return err
}

func removeMapping(ctx context.Context, cfg aws.Config, v values) error {
	client := lambda.NewFromConfig(cfg)
	all, err := client.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{
		EventSourceArn: text(v, "event_source_arn"), FunctionName: text(v, "function_name"),
	})
	if err != nil {
		return err
	}
	for _, m := range all.EventSourceMappings {
		if _, err := client.DeleteEventSourceMapping(ctx, &lambda.DeleteEventSourceMappingInput{UUID: m.UUID}); err != nil {
			return err
		}
	}
	return nil
}

func removeFunction(ctx context.Context, cfg aws.Config, v values) error {
	_, err := lambda.NewFromConfig(cfg).DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: text(v, "function_name")})
	return err
}

func removePermission(ctx context.Context, cfg aws.Config, v values) error {
	_, err := lambda.NewFromConfig(cfg).RemovePermission(ctx, &lambda.RemovePermissionInput{
		FunctionName: text(v, "function_name"), Qualifier: text(v, "qualifier"), StatementId: text(v, "statement_id"),
	})
	return err
}

func removeSchedule(ctx context.Context, cfg aws.Config, v values) error {
	_, err := scheduler.NewFromConfig(cfg).DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: text(v, "name")})
	return err
}

func removeSecret(ctx context.Context, cfg aws.Config, v values) error {
	_, err := secretsmanager.NewFromConfig(cfg).DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{
		SecretId: text(v, "name"), ForceDeleteWithoutRecovery: aws.Bool(true),
	})
	return err
}
