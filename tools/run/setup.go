package run

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// setup makes functions, routes and URLs in the cloud, through its API, as Terraform
// makes them on AWS.
type setup struct {
	lambda      *lambda.Client
	gateway     *apigatewayv2.Client
	api         string            // ID
	authorizers map[string]string // IDs, by name
}

func newSetup(endpoint, region, key string) *setup {
	cfg := aws.Config{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(key, key, "")}
	return &setup{lambda: lambda.NewFromConfig(cfg), gateway: apigatewayv2.NewFromConfig(cfg), authorizers: map[string]string{}}
}

// function makes a function of a binary, with the deployed one's configuration.
func (s *setup) function(ctx context.Context, d deployed, variables map[string]string, binary string) error {
	in := &lambda.CreateFunctionInput{
		FunctionName: &d.name, Role: d.config.Role, Handler: d.config.Handler, Runtime: d.config.Runtime,
		MemorySize: d.config.MemorySize, Timeout: d.config.Timeout, Description: d.config.Description,
		Architectures: []types.Architecture{types.Architecture(config.HostArchitecture())},
		Environment:   &types.Environment{Variables: variables}, LoggingConfig: d.config.LoggingConfig, Publish: true,
		Code: &types.FunctionCode{S3Bucket: aws.String("binaries"), S3Key: &binary},
	}
	made, err := s.lambda.CreateFunction(ctx, in)
	if err != nil {
		return err
	}
	_, err = s.lambda.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &d.name, Name: aws.String(names.Alias), FunctionVersion: made.Version})
	return err
}

// url makes the URL of a function behind one, and returns the URL's ID. The callers are
// on this machine, and need no signature.
func (s *setup) url(ctx context.Context, d deployed) (id string, err error) {
	out, err := s.lambda.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{
		FunctionName: &d.name, Qualifier: aws.String(names.Alias), AuthType: types.FunctionUrlAuthTypeNone, InvokeMode: types.InvokeModeResponseStream,
	})
	if err != nil {
		return "", err
	}
	id, _, _ = strings.Cut(strings.TrimPrefix(aws.ToString(out.FunctionUrl), "http://"), ".")
	return id, nil
}

// openAPI makes the API, with the environment's issuer of tokens.
func (s *setup) openAPI(ctx context.Context, env config.Environment) error {
	in := &apigatewayv2.CreateApiInput{Name: aws.String(env.Name), ProtocolType: apitypes.ProtocolTypeHttp}
	if c := env.CORS; c != nil {
		in.CorsConfiguration = &apitypes.Cors{
			AllowOrigins: c.Origins, AllowMethods: c.Methods, AllowHeaders: c.Headers, ExposeHeaders: c.Expose, AllowCredentials: &c.Credentials,
		}
		if c.MaxAge > 0 {
			in.CorsConfiguration.MaxAge = aws.Int32(int32(c.MaxAge))
		}
	}
	out, err := s.gateway.CreateApi(ctx, in)
	if err != nil {
		return err
	}
	s.api = aws.ToString(out.ApiId)
	_, err = s.gateway.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: &s.api, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)})
	if err != nil || env.JWT == nil {
		return err
	}
	return s.authorizer(ctx, model.JWT, &apigatewayv2.CreateAuthorizerInput{
		AuthorizerType: apitypes.AuthorizerTypeJwt, IdentitySource: identity("Authorization"),
		JwtConfiguration: &apitypes.JWTConfiguration{Issuer: &env.JWT.Issuer, Audience: env.JWT.Audience},
	})
}

// ask makes an authorizer that asks a function.
func (s *setup) ask(ctx context.Context, z model.Authorizer, d deployed) error {
	return s.authorizer(ctx, z.Name, &apigatewayv2.CreateAuthorizerInput{
		AuthorizerType: apitypes.AuthorizerTypeRequest, AuthorizerPayloadFormatVersion: aws.String("2.0"), EnableSimpleResponses: aws.Bool(true),
		AuthorizerUri: aws.String(d.invokeARN()), AuthorizerResultTtlInSeconds: aws.Int32(int32(z.TTL)), IdentitySource: identity(z.Headers...),
	})
}

func (s *setup) authorizer(ctx context.Context, name string, in *apigatewayv2.CreateAuthorizerInput) error {
	in.ApiId, in.Name = &s.api, &name
	out, err := s.gateway.CreateAuthorizer(ctx, in)
	if err != nil {
		return err
	}
	s.authorizers[name] = aws.ToString(out.AuthorizerId)
	return nil
}

// identity returns the identity sources of headers.
func identity(headers ...string) (sources []string) {
	for _, h := range headers {
		sources = append(sources, "$request.header."+h)
	}
	return sources
}

// invokeARN returns the ARN of the function's alias, as API Gateway invokes it.
func (d deployed) invokeARN() string {
	arn := aws.ToString(d.config.FunctionArn)
	region := strings.Split(arn, ":")[3]
	return "arn:aws:apigateway:" + region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"
}

// route makes a function's route.
func (s *setup) route(ctx context.Context, d deployed) error {
	h := *d.function.Trigger.HTTP
	made, err := s.gateway.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{
		ApiId: &s.api, IntegrationType: apitypes.IntegrationTypeAwsProxy, IntegrationMethod: aws.String("POST"), IntegrationUri: aws.String(d.invokeARN()),
		PayloadFormatVersion: aws.String("2.0"), TimeoutInMillis: aws.Int32(min(aws.ToInt32(d.config.Timeout), 30) * 1000),
	})
	if err != nil {
		return err
	}
	in := &apigatewayv2.CreateRouteInput{ApiId: &s.api, RouteKey: aws.String(h.Route()), Target: aws.String("integrations/" + aws.ToString(made.IntegrationId))}
	if !h.IsPublic() {
		in.AuthorizerId, in.AuthorizationType, in.AuthorizationScopes = aws.String(s.authorizers[h.Auth]), apitypes.AuthorizationTypeCustom, h.Scopes
	}
	if h.Auth == model.JWT {
		in.AuthorizationType = apitypes.AuthorizationTypeJwt
	}
	_, err = s.gateway.CreateRoute(ctx, in)
	return err
}
