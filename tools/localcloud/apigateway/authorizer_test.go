package apigateway

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// jwtInput is a JWT authorizer.
func jwtInput(api *string, issuer string) *apigatewayv2.CreateAuthorizerInput {
	return &apigatewayv2.CreateAuthorizerInput{
		ApiId: api, Name: aws.String("tokens"), AuthorizerType: types.AuthorizerTypeJwt,
		IdentitySource:   []string{"$request.header.Authorization"},
		JwtConfiguration: &types.JWTConfiguration{Issuer: &issuer, Audience: []string{"web", "app"}},
	}
}

// requestInput is a Lambda authorizer.
func requestInput(api *string) *apigatewayv2.CreateAuthorizerInput {
	return &apigatewayv2.CreateAuthorizerInput{
		ApiId: api, Name: aws.String("function"), AuthorizerType: types.AuthorizerTypeRequest,
		AuthorizerUri: aws.String(authorizerURI), AuthorizerPayloadFormatVersion: aws.String("2.0"), IdentitySource: []string{},
	}
}

func TestAuthorizers(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	z, err := c.CreateAuthorizer(t.Context(), jwtInput(api, "https://issuer.example"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateAuthorizer(t.Context(), requestInput(api)); err != nil {
		t.Fatal(err)
	}
	updated, err := c.UpdateAuthorizer(t.Context(), &apigatewayv2.UpdateAuthorizerInput{
		ApiId: api, AuthorizerId: z.AuthorizerId, Name: aws.String("renamed"),
	})
	if err != nil || *updated.Name != "renamed" || *updated.JwtConfiguration.Issuer != "https://issuer.example" {
		t.Fatalf("%+v, %v", updated, err)
	}
	_, err = c.UpdateAuthorizer(t.Context(), &apigatewayv2.UpdateAuthorizerInput{
		ApiId: api, AuthorizerId: z.AuthorizerId,
		JwtConfiguration: &types.JWTConfiguration{Issuer: aws.String("https://other.example"), Audience: []string{"x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Restart(t)
	got, err := c.GetAuthorizer(t.Context(), &apigatewayv2.GetAuthorizerInput{ApiId: api, AuthorizerId: z.AuthorizerId})
	if err != nil || *got.Name != "renamed" || *got.JwtConfiguration.Issuer != "https://other.example" ||
		len(got.JwtConfiguration.Audience) != 1 || got.AuthorizerType != types.AuthorizerTypeJwt || len(got.IdentitySource) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	all, err := c.GetAuthorizers(t.Context(), &apigatewayv2.GetAuthorizersInput{ApiId: api})
	if err != nil || len(all.Items) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if _, err := c.DeleteAuthorizer(t.Context(), &apigatewayv2.DeleteAuthorizerInput{ApiId: api, AuthorizerId: z.AuthorizerId}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetAuthorizer(t.Context(), &apigatewayv2.GetAuthorizerInput{ApiId: api, AuthorizerId: z.AuthorizerId})
	wiretest.WantCode(t, err, "NotFoundException")
}

func TestAuthorizersAreChecked(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	type input = apigatewayv2.CreateAuthorizerInput
	jwt := func(change func(*input)) *input {
		in := jwtInput(api, "https://issuer.example")
		change(in)
		return in
	}
	request := func(change func(*input)) *input {
		in := requestInput(api)
		change(in)
		return in
	}
	for want, in := range map[string]*input{
		"name must be between":      jwt(func(in *input) { in.Name = aws.String(strings.Repeat("a", 129)) }),
		"Invalid authorizer type":   jwt(func(in *input) { in.AuthorizerType = "TOKEN" }),
		"an issuer and an audience": jwt(func(in *input) { in.JwtConfiguration = nil }),
		"50 audiences":              jwt(func(in *input) { in.JwtConfiguration.Audience = make([]string, 51) }),
		"must start with https://":  jwt(func(in *input) { in.JwtConfiguration.Issuer = aws.String("http://issuer.example") }),
		"needs one identity source": jwt(func(in *input) { in.IdentitySource = []string{"$context.path"} }),
		"has no authorizer URI":     jwt(func(in *input) { in.AuthorizerResultTtlInSeconds = aws.Int32(60) }),
		"authorizerCredentialsArn":  request(func(in *input) { in.AuthorizerCredentialsArn = aws.String("arn:aws:iam::1:role/r") }),
		"identityValidation":        request(func(in *input) { in.IdentityValidationExpression = aws.String(".*") }),
		"for JWT authorizers only":  request(func(in *input) { in.JwtConfiguration = &types.JWTConfiguration{Issuer: aws.String("https://x")} }),
		"Invalid authorizer URI":    request(func(in *input) { in.AuthorizerUri = aws.String("https://x") }),
		"is a required parameter":   request(func(in *input) { in.AuthorizerPayloadFormatVersion = nil }),
		"2.0 only, not 1.0":         request(func(in *input) { in.AuthorizerPayloadFormatVersion = aws.String("1.0") }),
		"between 0 and 3600":        request(func(in *input) { in.AuthorizerResultTtlInSeconds = aws.Int32(3601) }),
		"at least one identity":     request(func(in *input) { in.AuthorizerResultTtlInSeconds = aws.Int32(1) }),
		"Invalid identity source":   request(func(in *input) { in.IdentitySource = []string{"method.request.header.X"} }),
		"source $context.status":    request(func(in *input) { in.IdentitySource = []string{"$context.status"} }),
	} {
		_, err := c.CreateAuthorizer(t.Context(), in)
		wiretest.WantError(t, err, "BadRequestException", want)
	}
	z, err := c.CreateAuthorizer(t.Context(), requestInput(api))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateAuthorizer(t.Context(), requestInput(api))
	wiretest.WantError(t, err, "BadRequestException", "must be unique")
	_, err = c.UpdateAuthorizer(t.Context(), &apigatewayv2.UpdateAuthorizerInput{ApiId: api, AuthorizerId: z.AuthorizerId, AuthorizerType: "JWT"})
	wiretest.WantError(t, err, "BadRequestException", "cannot be changed")
}

// TestRoutesWithAuthorizers: a route takes an authorizer of its type, and keeps
// it from being deleted.
func TestRoutesWithAuthorizers(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	tokens, err := c.CreateAuthorizer(t.Context(), jwtInput(api, "https://issuer.example"))
	if err != nil {
		t.Fatal(err)
	}
	function, err := c.CreateAuthorizer(t.Context(), requestInput(api))
	if err != nil {
		t.Fatal(err)
	}
	id := c.routes(t, api, "GET /")[0]
	type input = apigatewayv2.UpdateRouteInput
	update := func(in input) (*apigatewayv2.UpdateRouteOutput, error) {
		in.ApiId, in.RouteId = api, id
		return c.UpdateRoute(t.Context(), &in)
	}
	for want, in := range map[string]input{
		"authorization type AWS_IAM": {AuthorizationType: "AWS_IAM"},
		"is required":                {AuthorizationType: "JWT"},
		"of type REQUEST":            {AuthorizationType: "JWT", AuthorizerId: function.AuthorizerId},
		"of type JWT":                {AuthorizationType: "CUSTOM", AuthorizerId: tokens.AuthorizerId},
		"needs the authorization":    {AuthorizerId: tokens.AuthorizerId},
		"only valid for the JWT":     {AuthorizationType: "CUSTOM", AuthorizerId: function.AuthorizerId, AuthorizationScopes: []string{"a"}},
		"10 authorization scopes":    {AuthorizationType: "JWT", AuthorizerId: tokens.AuthorizerId, AuthorizationScopes: make([]string, 11)},
		"Invalid authorization":      {AuthorizationType: "JWT", AuthorizerId: tokens.AuthorizerId, AuthorizationScopes: []string{`a"b`}},
	} {
		_, err := update(in)
		wiretest.WantError(t, err, "BadRequestException", want)
	}
	_, err = update(input{AuthorizationType: "JWT", AuthorizerId: aws.String("none")})
	wiretest.WantCode(t, err, "NotFoundException")
	r, err := update(input{AuthorizationType: "JWT", AuthorizerId: tokens.AuthorizerId, AuthorizationScopes: []string{"read"}})
	if err != nil || *r.AuthorizerId != *tokens.AuthorizerId || r.AuthorizationScopes[0] != "read" {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = c.DeleteAuthorizer(t.Context(), &apigatewayv2.DeleteAuthorizerInput{ApiId: api, AuthorizerId: tokens.AuthorizerId})
	wiretest.WantCode(t, err, "ConflictException")
	r, err = update(input{AuthorizationType: "NONE"})
	if err != nil || r.AuthorizerId != nil || len(r.AuthorizationScopes) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = c.DeleteAuthorizer(t.Context(), &apigatewayv2.DeleteAuthorizerInput{ApiId: api, AuthorizerId: tokens.AuthorizerId})
	if err != nil {
		t.Error(err)
	}
}

func TestAuthorizersOfAnAPIAreLimited(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	for i := range maxAuthorizers + 1 {
		in := requestInput(api)
		in.Name = aws.String(strings.Repeat("a", i+1))
		_, err := c.CreateAuthorizer(t.Context(), in)
		if i < maxAuthorizers && err != nil {
			t.Fatal(err)
		} else if i == maxAuthorizers {
			wiretest.WantError(t, err, "BadRequestException", "10 authorizers")
		}
	}
}
