package apigateway_test

import (
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	id := strings.TrimSpace(cloudtest.CLI(t, cloud, "apigatewayv2", "create-api",
		"--name", "cli", "--protocol-type", "HTTP", "--query", "ApiId", "--output", "text"))
	cloudtest.CLI(t, cloud, "apigatewayv2", "create-stage", "--api-id", id, "--stage-name", "$default", "--auto-deploy", "--tags", "a=b")
	arn := "arn:aws:apigateway:" + cloud.Region() + "::/apis/" + id + "/stages/$default"
	out := cloudtest.CLI(t, cloud, "apigatewayv2", "get-tags", "--resource-arn", arn, "--query", "Tags.a", "--output", "text")
	if strings.TrimSpace(out) != "b" {
		t.Errorf("tags of the stage: %q", out)
	}
	cloudtest.CLI(t, cloud, "apigatewayv2", "create-authorizer", "--api-id", id, "--name", "tokens", "--authorizer-type", "JWT",
		"--identity-source", "$request.header.Authorization", "--jwt-configuration", "Issuer=https://issuer.example,Audience=web")
	out = cloudtest.CLI(t, cloud, "apigatewayv2", "get-authorizers", "--api-id", id,
		"--query", "Items[].JwtConfiguration.Audience[]", "--output", "text")
	if strings.TrimSpace(out) != "web" {
		t.Errorf("audiences of the authorizer: %q", out)
	}
	out, err := cloudtest.RunCLI(t, cloud, "apigatewayv2", "get-api", "--api-id", "none")
	if err == nil || !strings.Contains(out, "(NotFoundException)") {
		t.Errorf("an API that does not exist: %v\n%s", err, out)
	}
}
