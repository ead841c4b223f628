package apigateway

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const functionARN = "arn:aws:lambda:eu-central-1:000000000000:function:web"

func (c *cloud) api(t *testing.T) *apigatewayv2.CreateApiOutput {
	t.Helper()
	out, err := c.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{
		Name: aws.String("web"), ProtocolType: types.ProtocolTypeHttp, Tags: map[string]string{"a": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *cloud) stage(t *testing.T, api *string, name string) {
	t.Helper()
	_, err := c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api, StageName: &name, AutoDeploy: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
}

// routes makes routes to one integration and returns their IDs.
func (c *cloud) routes(t *testing.T, api *string, keys ...string) (ids []*string) {
	t.Helper()
	i, err := c.CreateIntegration(t.Context(), &apigatewayv2.CreateIntegrationInput{
		ApiId: api, IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(functionARN), PayloadFormatVersion: aws.String("2.0"),
		TimeoutInMillis: aws.Int32(50),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		r, err := c.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{
			ApiId: api, RouteKey: &key, Target: aws.String("integrations/" + *i.IntegrationId),
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.RouteId)
	}
	return ids
}

func TestAPIs(t *testing.T) {
	c := newCloud(t)
	api := c.api(t)
	if want := c.Env.Endpoint + "/_aws/execute-api/" + *api.ApiId; *api.ApiEndpoint != want {
		t.Errorf("endpoint %s, want %s", *api.ApiEndpoint, want)
	}
	updated, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{
		ApiId: api.ApiId, Description: aws.String("d"), CorsConfiguration: &types.Cors{AllowOrigins: []string{"*"}},
	})
	if err != nil || *updated.Name != "web" || *updated.Description != "d" || updated.CorsConfiguration.AllowOrigins[0] != "*" {
		t.Fatalf("%+v, %v", updated, err)
	}
	c.Restart(t)
	got, err := c.GetApi(t.Context(), &apigatewayv2.GetApiInput{ApiId: api.ApiId})
	if err != nil || *got.Description != "d" || got.Tags["a"] != "1" || *got.RouteSelectionExpression != "$request.method $request.path" || got.CreatedDate == nil ||
		*got.ApiEndpoint != c.Env.Endpoint+"/_aws/execute-api/"+*api.ApiId {
		t.Fatalf("%+v, %v", got, err)
	}
	emptied, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{ApiId: api.ApiId, CorsConfiguration: &types.Cors{}})
	if err != nil || emptied.CorsConfiguration != nil {
		t.Errorf("%+v, %v", emptied, err)
	}
	if _, err := c.DeleteCorsConfiguration(t.Context(), &apigatewayv2.DeleteCorsConfigurationInput{ApiId: api.ApiId}); err != nil {
		t.Fatal(err)
	}
	all, err := c.GetApis(t.Context(), &apigatewayv2.GetApisInput{})
	if err != nil || len(all.Items) != 1 || all.Items[0].CorsConfiguration != nil {
		t.Fatalf("%+v, %v", all, err)
	}
	if _, err := c.DeleteApi(t.Context(), &apigatewayv2.DeleteApiInput{ApiId: api.ApiId}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetApi(t.Context(), &apigatewayv2.GetApiInput{ApiId: api.ApiId})
	wiretest.WantCode(t, err, "NotFoundException")
}

func TestCreateAPIRefuses(t *testing.T) {
	c := newCloud(t)
	for _, in := range []*apigatewayv2.CreateApiInput{
		{Name: aws.String("a"), ProtocolType: types.ProtocolTypeWebsocket},
		{Name: aws.String(""), ProtocolType: types.ProtocolTypeHttp},
		{Name: aws.String("a"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(functionARN)},
		{Name: aws.String("a"), ProtocolType: types.ProtocolTypeHttp, CorsConfiguration: &types.Cors{
			AllowOrigins: []string{"*"}, AllowCredentials: aws.Bool(true),
		}},
	} {
		_, err := c.CreateApi(t.Context(), in)
		wiretest.WantCode(t, err, "BadRequestException")
	}
}

func TestStages(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	_, err := c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api, StageName: aws.String("$default")})
	wiretest.WantCode(t, err, "ConflictException")
	_, err = c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api, StageName: aws.String("a b")})
	wiretest.WantCode(t, err, "BadRequestException")
	update := func(in apigatewayv2.UpdateStageInput) *apigatewayv2.UpdateStageOutput {
		in.ApiId, in.StageName = api, aws.String("$default")
		out, err := c.UpdateStage(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	update(apigatewayv2.UpdateStageInput{
		StageVariables:       map[string]string{"a": "1", "b": "2"},
		DefaultRouteSettings: &types.RouteSettings{ThrottlingBurstLimit: aws.Int32(5), ThrottlingRateLimit: aws.Float64(2.5)},
		AccessLogSettings:    &types.AccessLogSettings{DestinationArn: aws.String("arn:aws:logs:x:y:log-group:z"), Format: aws.String("f")},
	})
	out := update(apigatewayv2.UpdateStageInput{StageVariables: map[string]string{"a": ""}, Description: aws.String("d")})
	if len(out.StageVariables) != 1 || *out.DefaultRouteSettings.ThrottlingBurstLimit != 5 || *out.AccessLogSettings.Format != "f" || !*out.AutoDeploy {
		t.Errorf("%+v", out)
	}
	out = update(apigatewayv2.UpdateStageInput{AccessLogSettings: &types.AccessLogSettings{}})
	if out.AccessLogSettings != nil {
		t.Errorf("access log settings are still %+v", out.AccessLogSettings)
	}
	if _, err := c.DeleteStage(t.Context(), &apigatewayv2.DeleteStageInput{ApiId: api, StageName: aws.String("$default")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.GetStage(t.Context(), &apigatewayv2.GetStageInput{ApiId: api, StageName: aws.String("$default")})
	wiretest.WantCode(t, err, "NotFoundException")
}

func TestRoutesAndIntegrations(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	id := c.routes(t, api, "GET /pets/{id}")[0]
	_, err := c.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: aws.String("GET /pets/{id}")})
	wiretest.WantCode(t, err, "ConflictException")
	for _, key := range []string{"GET", "get /a", "GET a", "FETCH /a", "GET /{a+}/b", "GET /a{b}"} {
		_, err := c.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: &key})
		wiretest.WantCode(t, err, "BadRequestException")
	}
	_, err = c.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: aws.String("GET /x"), Target: aws.String("integrations/none")})
	wiretest.WantCode(t, err, "NotFoundException")
	_, err = c.GetAuthorizer(t.Context(), &apigatewayv2.GetAuthorizerInput{ApiId: api, AuthorizerId: aws.String("x")})
	wiretest.WantCode(t, err, "NotFoundException")

	route, err := c.UpdateRoute(t.Context(), &apigatewayv2.UpdateRouteInput{ApiId: api, RouteId: id, RouteKey: aws.String("ANY /pets/{id}")})
	if err != nil || *route.RouteId != *id || route.AuthorizationType != types.AuthorizationTypeNone {
		t.Fatalf("%+v, %v", route, err)
	}
	integrations, err := c.GetIntegrations(t.Context(), &apigatewayv2.GetIntegrationsInput{ApiId: api})
	if err != nil || len(integrations.Items) != 1 || *integrations.Items[0].TimeoutInMillis != 50 || *integrations.Items[0].IntegrationMethod != "POST" {
		t.Fatalf("%+v, %v", integrations, err)
	}
	integration := integrations.Items[0].IntegrationId
	_, err = c.DeleteIntegration(t.Context(), &apigatewayv2.DeleteIntegrationInput{ApiId: api, IntegrationId: integration})
	wiretest.WantCode(t, err, "ConflictException")
	if _, err := c.DeleteRoute(t.Context(), &apigatewayv2.DeleteRouteInput{ApiId: api, RouteId: id}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteIntegration(t.Context(), &apigatewayv2.DeleteIntegrationInput{ApiId: api, IntegrationId: integration}); err != nil {
		t.Fatal(err)
	}
}

func TestIntegrationRefuses(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	for _, in := range []*apigatewayv2.CreateIntegrationInput{
		{IntegrationType: types.IntegrationTypeHttpProxy, IntegrationUri: aws.String("https://example.com")},
		{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String("https://example.com"), PayloadFormatVersion: aws.String("2.0")},
		{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(functionARN), PayloadFormatVersion: aws.String("1.0")},
		{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(functionARN), PayloadFormatVersion: aws.String("2.0"), TimeoutInMillis: aws.Int32(30_001)},
	} {
		in.ApiId = api
		_, err := c.CreateIntegration(t.Context(), in)
		wiretest.WantCode(t, err, "BadRequestException")
	}
}

func TestTags(t *testing.T) {
	c := newCloud(t)
	api := c.api(t).ApiId
	c.stage(t, api, "$default")
	for _, arn := range []string{
		"arn:aws:apigateway:eu-central-1::/apis/" + *api, "arn:aws:apigateway:eu-central-1::/apis/" + *api + "/stages/$default",
	} {
		if _, err := c.TagResource(t.Context(), &apigatewayv2.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"b": "2", "c": "3"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.UntagResource(t.Context(), &apigatewayv2.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a", "c"}}); err != nil {
			t.Fatal(err)
		}
		out, err := c.GetTags(t.Context(), &apigatewayv2.GetTagsInput{ResourceArn: &arn})
		if err != nil || len(out.Tags) != 1 || out.Tags["b"] != "2" {
			t.Errorf("%s: %+v, %v", arn, out, err)
		}
	}
}

func TestReservedTagsAreRefused(t *testing.T) {
	c := newCloud(t)
	api, tags := c.api(t), map[string]string{"aws:x": "v"}
	_, err := c.TagResource(t.Context(), &apigatewayv2.TagResourceInput{
		ResourceArn: aws.String("arn:aws:apigateway:eu-central-1::/apis/" + *api.ApiId), Tags: tags,
	})
	wiretest.WantError(t, err, "BadRequestException", "aws:x")
	_, err = c.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{Name: aws.String("n"), ProtocolType: types.ProtocolTypeHttp, Tags: tags})
	wiretest.WantError(t, err, "BadRequestException", "aws:x")
	_, err = c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("s"), Tags: tags})
	wiretest.WantError(t, err, "BadRequestException", "aws:x")
}
