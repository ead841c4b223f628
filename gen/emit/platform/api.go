package platform

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/tf"
)

// accessLog are the fields of the API's access log.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
var accessLog = []tf.Item{
	{Key: "error", Value: `"$context.error.message"`},
	{Key: "integrationError", Value: `"$context.integrationErrorMessage"`},
	{Key: "integrationLatency", Value: `"$context.integrationLatency"`},
	{Key: "ip", Value: `"$context.identity.sourceIp"`},
	{Key: "latency", Value: `"$context.responseLatency"`},
	{Key: "requestId", Value: `"$context.requestId"`},
	{Key: "responseLength", Value: `"$context.responseLength"`},
	{Key: "route", Value: `"$context.routeKey"`},
	{Key: "status", Value: `"$context.status"`},
	{Key: "time", Value: `"$context.requestTime"`},
}

func api(c config.Config) *tf.File {
	f := tf.New("")
	b := f.Block("resource", "aws_apigatewayv2_api", "this")
	b.Expr("name", "local.name_prefix")
	b.Set("protocol_type", "HTTP")
	if hasCORS(c) {
		cors(b)
	}
	keep(b)

	f.Comment("API Gateway itself may write to log groups under /aws/vendedlogs, without an entry\nfor each in the account's resource policy, whose size is limited.")
	b = f.Attached("resource", "aws_cloudwatch_log_group", "api")
	b.Expr("name", `"/aws/vendedlogs/apigateway/${local.name_prefix}"`)
	b.Expr("retention_in_days", "var.log_retention_days")

	stage(f)
	return f
}

func stage(f *tf.File) {
	b := f.Block("resource", "aws_apigatewayv2_stage", "default")
	b.Expr("api_id", "aws_apigatewayv2_api.this.id")
	b.Set("name", "$default")
	b.Set("auto_deploy", true)

	logs := b.Block("access_log_settings")
	logs.Expr("destination_arn", "aws_cloudwatch_log_group.api.arn")
	logs.Expr("format", "jsonencode(%s)", tf.Object(accessLog...))

	throttling := b.Block("default_route_settings")
	throttling.Expr("throttling_burst_limit", "var.api_throttling_burst")
	throttling.Expr("throttling_rate_limit", "var.api_throttling_rate")
}
