package platform

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// invokePath is what stands before a function's ARN where API Gateway is told to invoke
// it.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html
const invokePath = "arn:${data.aws_partition.current.partition}:apigateway:${data.aws_region.current.region}" +
	":lambda:path/2015-03-31/functions"

// authorizers adds the API's authorizers. They are here and not with the functions,
// as routes of all stacks use them.
func authorizers(m model.Model) *tf.File {
	f := tf.New("")
	if use.JWT(m) {
		issuer(f)
	}
	for _, z := range m.Authorizers {
		lambdaAuthorizer(f, m.Project, z)
	}
	return f
}

// issuer adds the authorizer that takes tokens of the environment's issuer.
func issuer(f *tf.File) {
	b := f.Block("resource", "aws_apigatewayv2_authorizer", model.JWT)
	b.Expr("api_id", "aws_apigatewayv2_api.this.id")
	b.Set("name", model.JWT)
	b.Set("authorizer_type", "JWT")
	b.Expr("identity_sources", "%s", tf.Literal(identity("Authorization")))
	c := b.Block("jwt_configuration")
	c.Expr("audience", "var.jwt.audience")
	c.Expr("issuer", "var.jwt.issuer")
}

// lambdaAuthorizer adds an authorizer that asks a function. The function is its
// stack's, which stands on the platform: its ARN is spelled out.
func lambdaAuthorizer(f *tf.File, project string, z model.Authorizer) {
	function := names.Function(project, "${var.environment}", z.Function.Stack, z.Function.Function)
	f.Comment("Asks " + z.Function.String() + ".")
	b := f.Attached("resource", "aws_apigatewayv2_authorizer", names.Label(z.Name))
	b.Expr("api_id", "aws_apigatewayv2_api.this.id")
	b.Set("name", z.Name)
	b.Set("authorizer_type", "REQUEST")
	b.Set("authorizer_payload_format_version", "2.0")
	b.Expr("authorizer_uri", `"${local.invoke_arn_prefix}:%s:%s/invocations"`, function, names.Alias)
	b.Set("authorizer_result_ttl_in_seconds", z.TTL)
	b.Set("enable_simple_responses", true)
	b.Expr("identity_sources", "%s", tf.Literal(identity(z.Headers...)))
}

// identity returns the identity sources of headers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
func identity(headers ...string) (sources []string) {
	for _, h := range headers {
		sources = append(sources, "$request.header."+h)
	}
	return sources
}

func authorizersOutput(m model.Model) string {
	var items []tf.Item
	if use.JWT(m) {
		items = append(items, authorizerOutput(model.JWT))
	}
	for _, z := range m.Authorizers {
		items = append(items, authorizerOutput(z.Name))
	}
	return tf.Object(items...)
}

func authorizerOutput(name string) tf.Item {
	return tf.Item{Key: name, Value: "{ id = aws_apigatewayv2_authorizer." + names.Label(name) + ".id }"}
}

// hasCORS reports whether any environment lets pages of other origins call the API.
func hasCORS(c config.Config) bool {
	for _, e := range c.Environments {
		if e.CORS != nil {
			return true
		}
	}
	return false
}

var corsVariable = tf.Variable{
	Name: "cors", Default: "null", Description: "The pages of other origins that may call the API; null: none.",
	Type: tf.Call("object",
		tf.Item{Key: "credentials", Value: "bool"},
		tf.Item{Key: "expose", Value: "list(string)"},
		tf.Item{Key: "headers", Value: "list(string)"},
		tf.Item{Key: "max_age", Value: "optional(number)"},
		tf.Item{Key: "methods", Value: "list(string)"},
		tf.Item{Key: "origins", Value: "list(string)"}),
}

var jwtVariable = tf.Variable{
	Name: "jwt", Description: "The issuer whose tokens the API accepts, and whom they are for.",
	Type: tf.Call("object", tf.Item{Key: "audience", Value: "list(string)"}, tf.Item{Key: "issuer", Value: "string"}),
}

// cors adds the API's CORS configuration, where the environment has one.
func cors(b *tf.Body) {
	d := b.Block("dynamic", "cors_configuration")
	d.Expr("for_each", "var.cors[*]")
	content := d.Block("content")
	for _, item := range []struct{ name, of string }{
		{"allow_credentials", "credentials"}, {"allow_headers", "headers"},
		{"allow_methods", "methods"}, {"allow_origins", "origins"},
		{"expose_headers", "expose"}, {"max_age", "max_age"},
	} {
		content.Expr(item.name, "cors_configuration.value.%s", item.of)
	}
}
