package apigateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	authorizerARN = "arn:aws:lambda:eu-central-1:000000000000:function:authorizer"
	authorizerURI = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/" + authorizerARN + "/invocations"
)

// authorizerFunction is the function of a Lambda authorizer.
type authorizerFunction struct {
	answer, functionError string
	err                   error
	calls                 int
	event                 authorizerEvent
	source                string
}

func (f *authorizerFunction) invoke(payload []byte, source string) ([]byte, string, error) {
	f.calls++
	f.event, f.source = authorizerEvent{}, source
	if err := json.Unmarshal(payload, &f.event); err != nil {
		return nil, "", err
	}
	return []byte(f.answer), f.functionError, f.err
}

// protect makes routes with a REQUEST authorizer and returns their API and it.
func (c *cloud) protect(t *testing.T, in apigatewayv2.CreateAuthorizerInput, keys ...string) (api, authorizerID *string) {
	t.Helper()
	api = c.api(t).ApiId
	c.stage(t, api, "$default")
	in.ApiId, in.Name, in.AuthorizerType = api, aws.String("function"), types.AuthorizerTypeRequest
	in.AuthorizerUri, in.AuthorizerPayloadFormatVersion = aws.String(authorizerURI), aws.String("2.0")
	z, err := c.CreateAuthorizer(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range c.routes(t, api, keys...) {
		_, err := c.UpdateRoute(t.Context(), &apigatewayv2.UpdateRouteInput{
			ApiId: api, RouteId: id, AuthorizationType: types.AuthorizationTypeCustom, AuthorizerId: z.AuthorizerId,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return api, z.AuthorizerId
}

// wantAnswer checks the status and the message of an API Gateway's own answer.
func (c *cloud) wantAnswer(t *testing.T, api *string, path string, status int, message string, headers ...string) {
	t.Helper()
	resp, body := c.call(t, api, "GET", path, "", headers...)
	if resp.StatusCode != status || message != "" && strings.TrimSpace(body) != `{"message":"`+message+`"}` {
		t.Errorf("%s: %d %s, want %d %s", path, resp.StatusCode, body, status, message)
	}
}

func TestLambdaAuthorizerAllows(t *testing.T) {
	c := newCloud(t)
	api, id := c.protect(t, apigatewayv2.CreateAuthorizerInput{
		EnableSimpleResponses: aws.Bool(true),
		IdentitySource:        []string{"$request.header.x-key", "$request.querystring.user", "$context.routeKey"},
	}, "GET /pets/{id}")
	c.function.authorizer.answer = `{"isAuthorized":true,"context":{"user":"me","level":7,"deep":{"a":[true]}}}`
	c.wantAnswer(t, api, "/pets/1?user=me", 200, "", "X-Key", "secret", "Cookie", "a=1")
	want := map[string]any{"lambda": map[string]any{"user": "me", "level": 7.0, "deep": map[string]any{"a": []any{true}}}}
	if got := c.function.event.RequestContext.Authorizer; !reflect.DeepEqual(got, want) {
		t.Errorf("authorizer of the event: %v, want %v", got, want)
	}
	e, arn := c.function.authorizer.event, "arn:aws:execute-api:eu-central-1:000000000000:"+*api
	for what, pair := range map[string][2]any{
		"version":    {e.Version, "2.0"},
		"type":       {e.Type, "REQUEST"},
		"routeArn":   {e.RouteARN, arn + "/$default/GET/pets/1"},
		"routeKey":   {e.RouteKey, "GET /pets/{id}"},
		"identity":   {e.IdentitySource, []string{"secret", "me", "GET /pets/{id}"}},
		"rawPath":    {e.RawPath, "/pets/1"},
		"rawQuery":   {e.RawQueryString, "user=me"},
		"x-key":      {e.Headers["x-key"], "secret"},
		"cookies":    {e.Cookies, []string{"a=1"}},
		"query":      {e.QueryStringParameters, map[string]string{"user": "me"}},
		"path":       {e.PathParameters, map[string]string{"id": "1"}},
		"authorizer": {len(e.RequestContext.Authorizer), 0},
		"method":     {e.RequestContext.HTTP.Method, "GET"},
		"source":     {c.function.authorizer.source, arn + "/authorizers/" + *id},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s is %#v, want %#v", what, pair[0], pair[1])
		}
	}
}

func TestLambdaAuthorizerRefuses(t *testing.T) {
	c := newCloud(t)
	api, _ := c.protect(t, apigatewayv2.CreateAuthorizerInput{
		EnableSimpleResponses: aws.Bool(true), IdentitySource: []string{"$request.header.X-Key"},
	}, "GET /")
	f := &c.function.authorizer
	c.wantAnswer(t, api, "/", 401, "Unauthorized")
	c.wantAnswer(t, api, "/", 401, "Unauthorized", "X-Key", "")
	if f.calls != 0 {
		t.Error("the authorizer was invoked without its identity source")
	}
	for _, test := range []struct {
		function authorizerFunction
		status   int
		message  string
	}{
		{authorizerFunction{answer: `{"isAuthorized":true}`}, 200, ""},
		{authorizerFunction{answer: `{"isAuthorized":false}`}, 403, "Forbidden"},
		{authorizerFunction{answer: `{"isAuthorized":"true"}`}, 500, "Internal Server Error"},
		{authorizerFunction{answer: `{}`}, 500, "Internal Server Error"},
		{authorizerFunction{answer: `null`}, 500, "Internal Server Error"},
		{authorizerFunction{answer: `{"isAuthorized":true,"context":[]}`}, 500, "Internal Server Error"},
		{authorizerFunction{answer: `{"isAuthorized":true}`, functionError: "Unhandled"}, 500, "Internal Server Error"},
		{authorizerFunction{answer: `{"isAuthorized":true}`, err: errors.New("no permission")}, 500, "Internal Server Error"},
	} {
		*f, c.function.source = test.function, ""
		c.wantAnswer(t, api, "/", test.status, test.message, "X-Key", "a")
		if (c.function.source != "") != (test.status == 200) {
			t.Errorf("%+v: the function was invoked, or not, for %q", test.function, c.function.source)
		}
	}
	if event := c.function.event.RequestContext.Authorizer; event != nil && event["lambda"] != nil {
		t.Errorf("authorizer of an event without context: %v", event)
	}
}

func TestLambdaAuthorizerWithPolicies(t *testing.T) {
	c := newCloud(t)
	api, _ := c.protect(t, apigatewayv2.CreateAuthorizerInput{
		IdentitySource: []string{"$request.header.X-Key"}, AuthorizerResultTtlInSeconds: aws.Int32(60),
	}, "GET /pets", "GET /secrets")
	f := &c.function.authorizer
	f.answer = fmt.Sprintf(`{"principalId":"me","context":{"a":"1"},"policyDocument":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:%s/*/GET/*"},
		{"Effect":"Deny","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:*/secrets"}]}}`, *api)
	c.wantAnswer(t, api, "/pets", 200, "", "X-Key", "a")
	c.wantAnswer(t, api, "/secrets", 403, "Forbidden", "X-Key", "a")
	if f.calls != 1 {
		t.Errorf("%d calls for one identity", f.calls)
	}
	for i, answer := range []string{`{"isAuthorized":true}`, `{"policyDocument":{}}`, `{"policyDocument":null}`, `not JSON`} {
		f.answer = answer
		c.wantAnswer(t, api, "/pets", 500, "Internal Server Error", "X-Key", fmt.Sprint(i))
	}
	f.answer = `{"policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*",
		"Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.1"}}}]}}`
	c.wantAnswer(t, api, "/pets", 200, "", "X-Key", "c")
}

func TestLambdaAuthorizerCache(t *testing.T) {
	c := newCloud(t)
	api, id := c.protect(t, apigatewayv2.CreateAuthorizerInput{
		EnableSimpleResponses: aws.Bool(true), AuthorizerResultTtlInSeconds: aws.Int32(60),
		IdentitySource: []string{"$request.header.X-Key", "$request.header.Y-Key"},
	}, "GET /", "GET /other")
	f := &c.function.authorizer
	want := func(calls int) {
		t.Helper()
		if f.calls != calls {
			t.Errorf("%d calls, want %d", f.calls, calls)
		}
	}
	f.answer = `{"isAuthorized":true,"context":{"n":1}}`
	c.wantAnswer(t, api, "/", 200, "", "X-Key", "a", "Y-Key", "b")
	f.answer = `{"isAuthorized":false}`
	c.wantAnswer(t, api, "/other", 200, "", "X-Key", "a", "Y-Key", "b")
	if got := c.function.event.RequestContext.Authorizer["lambda"]; !reflect.DeepEqual(got, map[string]any{"n": 1.0}) {
		t.Errorf("context of an answer that was kept: %v", got)
	}
	want(1)
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "b", "Y-Key", "a")
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "b", "Y-Key", "a")
	want(2)
	c.Advance(time.Minute)
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "a", "Y-Key", "b")
	want(3)
	_, err := c.ResetAuthorizersCache(t.Context(), &apigatewayv2.ResetAuthorizersCacheInput{ApiId: api, StageName: aws.String("$default")})
	if err != nil {
		t.Fatal(err)
	}
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "a", "Y-Key", "b")
	want(4)
	_, err = c.UpdateAuthorizer(t.Context(), &apigatewayv2.UpdateAuthorizerInput{ApiId: api, AuthorizerId: id, AuthorizerResultTtlInSeconds: aws.Int32(0)})
	if err != nil {
		t.Fatal(err)
	}
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "a", "Y-Key", "b")
	c.wantAnswer(t, api, "/", 403, "Forbidden", "X-Key", "a", "Y-Key", "b")
	want(6)
}

func TestDecisionsAreBounded(t *testing.T) {
	var c decisions
	now := time.Unix(1, 0)
	for i := range maxDecisions + 1 {
		c.put(fmt.Sprint(i), decision{}, now, time.Second)
	}
	if len(c.all) != 1 {
		t.Errorf("%d decisions are kept", len(c.all))
	}
	if _, ok := c.get(fmt.Sprint(maxDecisions), now); !ok {
		t.Error("the last decision is not kept")
	}
}

func TestAccessLogOfAuthorizers(t *testing.T) {
	x := &exchange{authorizer: map[string]any{"lambda": map[string]json.RawMessage{
		"user": json.RawMessage(`"me"`), "level": json.RawMessage("7"), "none": json.RawMessage("null"),
	}}}
	for property, want := range map[string]string{"user": "me", "level": "7", "none": "", "other": "", "claims.user": ""} {
		if got := x.authorizerValue(property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
}
