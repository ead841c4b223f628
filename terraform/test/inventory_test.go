package test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// lister returns the names, or what contains them, of all resources of a kind.
type lister func(context.Context) ([]string, error)

// inventory lists all kinds of resources that the roots can make. Roles'
// policies, routes and permissions end with what they belong to.
func (d *deployment) inventory() map[string]lister {
	return map[string]lister{
		"APIs":                  d.listAPIs,
		"event source mappings": d.listMappings,
		"functions":             d.listFunctions,
		"log groups":            d.listLogGroups,
		"queues":                d.listQueues,
		"roles":                 d.listRoles,
		"schedules":             d.listSchedules,
		"secrets":               d.listSecrets,
	}
}

// pager is a paginator of the SDK.
type pager[Page, Options any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Page, error)
}

// collect returns the names on all pages.
func collect[Page, Options, Item any](ctx context.Context, p pager[Page, Options], items func(*Page) []Item, name func(Item) *string) (names []string, err error) {
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range items(page) {
			names = append(names, aws.ToString(name(item)))
		}
	}
	return names, nil
}

func (d *deployment) listAPIs(ctx context.Context) (names []string, err error) {
	client, in := apigatewayv2.NewFromConfig(d.aws), &apigatewayv2.GetApisInput{} // it has no paginator
	for {
		page, err := client.GetApis(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, api := range page.Items {
			names = append(names, aws.ToString(api.Name))
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return names, nil
		}
	}
}

func (d *deployment) listMappings(ctx context.Context) ([]string, error) {
	return collect(ctx, lambda.NewListEventSourceMappingsPaginator(lambda.NewFromConfig(d.aws), nil),
		func(p *lambda.ListEventSourceMappingsOutput) []lambdatypes.EventSourceMappingConfiguration {
			return p.EventSourceMappings
		},
		func(m lambdatypes.EventSourceMappingConfiguration) *string { return m.FunctionArn })
}

func (d *deployment) listFunctions(ctx context.Context) ([]string, error) {
	return collect(ctx, lambda.NewListFunctionsPaginator(lambda.NewFromConfig(d.aws), nil),
		func(p *lambda.ListFunctionsOutput) []lambdatypes.FunctionConfiguration { return p.Functions },
		func(f lambdatypes.FunctionConfiguration) *string { return f.FunctionName })
}

func (d *deployment) listLogGroups(ctx context.Context) ([]string, error) {
	return collect(ctx, cloudwatchlogs.NewDescribeLogGroupsPaginator(d.logs(), nil),
		func(p *cloudwatchlogs.DescribeLogGroupsOutput) []logtypes.LogGroup { return p.LogGroups },
		func(g logtypes.LogGroup) *string { return g.LogGroupName })
}

func (d *deployment) listQueues(ctx context.Context) ([]string, error) {
	return collect(ctx, sqs.NewListQueuesPaginator(d.sqs(), nil),
		func(p *sqs.ListQueuesOutput) []string { return p.QueueUrls },
		func(url string) *string { return &url })
}

func (d *deployment) listRoles(ctx context.Context) ([]string, error) {
	return collect(ctx, iam.NewListRolesPaginator(d.iam(), nil),
		func(p *iam.ListRolesOutput) []iamtypes.Role { return p.Roles },
		func(r iamtypes.Role) *string { return r.RoleName })
}

func (d *deployment) listSchedules(ctx context.Context) ([]string, error) {
	return collect(ctx, scheduler.NewListSchedulesPaginator(scheduler.NewFromConfig(d.aws), nil),
		func(p *scheduler.ListSchedulesOutput) []schedulertypes.ScheduleSummary { return p.Schedules },
		func(s schedulertypes.ScheduleSummary) *string { return s.Name })
}

func (d *deployment) listSecrets(ctx context.Context) ([]string, error) {
	return collect(ctx, secretsmanager.NewListSecretsPaginator(secretsmanager.NewFromConfig(d.aws), nil),
		func(p *secretsmanager.ListSecretsOutput) []secrettypes.SecretListEntry { return p.SecretList },
		func(s secrettypes.SecretListEntry) *string { return s.Name })
}
