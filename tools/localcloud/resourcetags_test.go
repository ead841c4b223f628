package localcloud_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// sessionWith returns the configuration of a session of a role with a policy.
func sessionWith(t *testing.T, root aws.Config, policy string) aws.Config {
	t.Helper()
	roles := iam.NewFromConfig(root)
	made, err := roles.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("tagged"), AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}`)})
	check(t, err)
	_, err = roles.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("tagged"), PolicyName: aws.String("p"), PolicyDocument: &policy})
	check(t, err)
	out, err := sts.NewFromConfig(root).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: made.Role.Arn, RoleSessionName: aws.String("alice")})
	check(t, err)
	c := out.Credentials
	root.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	return root
}

// TestResourceTagsOfEveryService lets a session use tagged resources, and nothing
// else, in each service: make creates a resource with tags, as root, and returns
// a call on it.
func TestResourceTagsOfEveryService(t *testing.T) {
	root := cloudtest.AWSConfig(t, cloudtest.Start(t))
	session := sessionWith(t, root, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",`+
		`"Condition":{"StringEquals":{"aws:ResourceTag/team":"notes"}}}]}`)
	for name, make := range map[string]func(ctx context.Context, name, value string) (func() error, error){
		"sqs": func(ctx context.Context, name, value string) (func() error, error) {
			out, err := sqs.NewFromConfig(root).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Tags: map[string]string{"team": value}})
			return func() error {
				_, err := sqs.NewFromConfig(session).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: out.QueueUrl, MessageBody: aws.String("x")})
				return err
			}, err
		},
		"sns": func(ctx context.Context, name, value string) (func() error, error) {
			out, err := sns.NewFromConfig(root).CreateTopic(ctx, &sns.CreateTopicInput{
				Name: &name, Tags: []snstypes.Tag{{Key: aws.String("team"), Value: &value}}})
			return func() error {
				_, err := sns.NewFromConfig(session).Publish(ctx, &sns.PublishInput{TopicArn: out.TopicArn, Message: aws.String("x")})
				return err
			}, err
		},
		"logs": func(ctx context.Context, name, value string) (func() error, error) {
			_, err := cloudwatchlogs.NewFromConfig(root).CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{
				LogGroupName: &name, Tags: map[string]string{"team": value}})
			return func() error {
				_, err := cloudwatchlogs.NewFromConfig(session).PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{
					LogGroupName: &name, RetentionInDays: aws.Int32(1)})
				return err
			}, err
		},
		"secretsmanager": func(ctx context.Context, name, value string) (func() error, error) {
			_, err := secretsmanager.NewFromConfig(root).CreateSecret(ctx, &secretsmanager.CreateSecretInput{
				Name: &name, SecretString: aws.String("s"), Tags: []secrettypes.Tag{{Key: aws.String("team"), Value: &value}}})
			return func() error {
				_, err := secretsmanager.NewFromConfig(session).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
				return err
			}, err
		},
		"apigateway": func(ctx context.Context, name, value string) (func() error, error) {
			out, err := apigatewayv2.NewFromConfig(root).CreateApi(ctx, &apigatewayv2.CreateApiInput{
				Name: &name, ProtocolType: gatewaytypes.ProtocolTypeHttp, Tags: map[string]string{"team": value}})
			return func() error {
				_, err := apigatewayv2.NewFromConfig(session).GetApi(ctx, &apigatewayv2.GetApiInput{ApiId: out.ApiId})
				return err
			}, err
		},
		"lambda": func(ctx context.Context, name, value string) (func() error, error) {
			client := lambda.NewFromConfig(root)
			role, err := iam.NewFromConfig(root).CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})
			check(t, err)
			_, err = client.CreateFunction(ctx, &lambda.CreateFunctionInput{
				FunctionName: &name, Role: role.Role.Arn, Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
				Code: &lambdatypes.FunctionCode{ZipFile: mustZip(t)}, Tags: map[string]string{"team": value}, Publish: true})
			return func() error {
				_, err := lambda.NewFromConfig(session).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{
					FunctionName: &name, Qualifier: aws.String("1")})
				return err
			}, err
		},
		"scheduler": func(ctx context.Context, name, value string) (func() error, error) {
			_, err := scheduler.NewFromConfig(root).CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{
				Name: &name, Tags: []schedulertypes.Tag{{Key: aws.String("team"), Value: &value}}})
			return func() error {
				_, err := scheduler.NewFromConfig(session).GetScheduleGroup(ctx, &scheduler.GetScheduleGroupInput{Name: &name})
				return err
			}, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for value, ok := range map[string]bool{"notes": true, "other": false} {
				call, err := make(t.Context(), value, value)
				check(t, err)
				if err := call(); (err == nil) != ok {
					t.Errorf("tagged %s: %v", value, err)
				}
			}
		})
	}
}
