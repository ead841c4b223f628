package resourcepolicy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestMain(m *testing.M) { os.Exit(lambdatest.Main(m)) }

func TestPermissionsDecideForServices(t *testing.T) {
	c := lambdatest.New(t)
	ctx, f := t.Context(), aws.String("f")
	c.Create("f", nil)
	gateway := lambda.Invocation{FunctionARN: "f", Principal: "apigateway.amazonaws.com", SourceARN: "arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/x"}
	if _, err := c.Service.Invoke(ctx, gateway); err == nil || !strings.Contains(err.Error(), "AccessDeniedException") {
		t.Errorf("without a permission: %v", err)
	}
	_, err := c.Client.GetPolicy(ctx, &awslambda.GetPolicyInput{FunctionName: f})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	add := &awslambda.AddPermissionInput{
		FunctionName: f, StatementId: aws.String("api"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"), SourceArn: aws.String("arn:aws:execute-api:us-east-1:000000000000:abc/*/*"),
	}
	out, err := c.Client.AddPermission(ctx, add)
	c.Must(err)
	want := `{"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:000000000000:abc/*/*"}}}`
	if got := aws.ToString(out.Statement); got != want {
		t.Errorf("statement\n%s, want\n%s", got, want)
	}
	_, err = c.Client.AddPermission(ctx, add)
	lambdatest.WantError(t, err, "ResourceConflictException", "The statement id (api) provided already exists.")
	if _, err := c.Service.Invoke(ctx, gateway); err != nil {
		t.Errorf("with the permission: %v", err)
	}
	gateway.SourceARN = "arn:aws:execute-api:us-east-1:000000000000:other/$default/GET/x"
	if _, err := c.Service.Invoke(ctx, gateway); err == nil {
		t.Error("another API may invoke it")
	}
	p, err := c.Client.GetPolicy(ctx, &awslambda.GetPolicyInput{FunctionName: f})
	c.Must(err)
	_, err = c.Client.RemovePermission(ctx, &awslambda.RemovePermissionInput{FunctionName: f, StatementId: aws.String("api"), RevisionId: p.RevisionId})
	c.Must(err)
	_, err = c.Client.RemovePermission(ctx, &awslambda.RemovePermissionInput{FunctionName: f, StatementId: aws.String("api")})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "")
}
