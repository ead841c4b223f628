package stackmodule

import (
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// route adds the route and what it leads to. The route and the permission are
// labelled by what requests see: a route that another function serves is updated
// in place. The integration belongs to the function.
func route(file *tf.File, label string, f model.Function) {
	key := names.RouteLabel(*f.Trigger.HTTP)
	b := file.Block("resource", "aws_apigatewayv2_integration", label)
	b.Expr("api_id", "var.api.id")
	b.Set("integration_type", "AWS_PROXY")
	b.Set("integration_method", "POST")
	b.Expr("integration_uri", "module.%s.invoke_arn", label)
	b.Set("payload_format_version", "2.0")
	b.Expr("timeout_milliseconds", "module.%s.timeout * 1000", label)
	b.Keep()

	b = file.Block("resource", "aws_lambda_permission", key)
	b.Expr("statement_id", `"Invoke-${var.api.id}-%s"`, names.RouteStatement(*f.Trigger.HTTP))
	b.Set("action", "lambda:InvokeFunction")
	b.Expr("function_name", "module.%s.name", label)
	b.Expr("qualifier", "module.%s.alias", label)
	b.Set("principal", "apigateway.amazonaws.com")
	b.Expr("source_arn", `"${var.api.execution_arn}/%s"`, requests(*f.Trigger.HTTP))
	b.Keep()

	if f.Trigger.HTTP.IsPublic() {
		file.Comment("Public: anybody may call it.")
		b = file.Attached("resource", "aws_apigatewayv2_route", key)
	} else {
		b = file.Block("resource", "aws_apigatewayv2_route", key)
	}
	b.Expr("api_id", "var.api.id")
	b.Set("route_key", f.Trigger.HTTP.Route())
	b.Expr("target", `"integrations/${aws_apigatewayv2_integration.%s.id}"`, label)
	authorization(b, *f.Trigger.HTTP)
	b.Gap()
	b.Comment("The API may invoke the function before a request is sent to it.")
	b.Expr("depends_on", "[aws_lambda_permission.%s]", key)
}

var pathVariable = regexp.MustCompile(`\{[^}]*\}`)

// requests returns the part of a request's ARN after the API's: stage, method and
// path. A "*" stands for any method or for the value of a path variable.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
func requests(h model.HTTP) string {
	method := strings.Replace(h.Method, "ANY", "*", 1)
	return "$default/" + method + pathVariable.ReplaceAllString(h.Path, "*")
}

// subscription adds the mapping of a queue to the function. It is labelled by the
// queue: when another function consumes it, the mapping is updated in place.
func subscription(file *tf.File, label string, c model.Consume) {
	b := file.Block("resource", "aws_lambda_event_source_mapping", names.Label(c.Queue))
	b.Expr("event_source_arn", "var.queues.%s.arn", c.Queue)
	b.Expr("function_name", "module.%s.alias_arn", label)
	b.Set("batch_size", c.Batch)
	if c.Window > 0 {
		b.Set("maximum_batching_window_in_seconds", c.Window)
	}
	b.Expr("function_response_types", `["ReportBatchItemFailures"]`)
	if c.Filter != "" {
		b.Block("filter_criteria").Block("filter").Expr("pattern", "jsonencode(%s)", tf.Object(tf.Item{Key: "body", Value: tf.JSON(c.Filter)}))
	}
	pollers(b, c)
	if c.Concurrency > 0 {
		b.Block("scaling_config").Set("maximum_concurrency", c.Concurrency)
	}
}

func pollers(b *tf.Body, c model.Consume) {
	if c.MinPollers+c.MaxPollers == 0 {
		return
	}
	p := b.Block("provisioned_poller_config")
	if c.MinPollers > 0 {
		p.Set("minimum_pollers", c.MinPollers)
	}
	if c.MaxPollers > 0 {
		p.Set("maximum_pollers", c.MaxPollers)
	}
}

// schedule adds the schedule that starts the function, labelled and named by
// when it fires: see names.Schedule.
func schedule(file *tf.File, label string, s model.Stack, f model.Function) {
	role := names.Label(names.ScheduleRole(f.Name))
	scheduleRole(file, role, f)

	name := names.Schedule(s, f)
	b := file.Block("resource", "aws_scheduler_schedule", names.Label(name))
	b.Expr("name", "%s", names.Prefixed(name))
	b.Set("schedule_expression", f.Trigger.Schedule.Expression)
	if f.Trigger.Schedule.Timezone != "" {
		b.Set("schedule_expression_timezone", f.Trigger.Schedule.Timezone)
	}
	b.Block("flexible_time_window").Set("mode", "OFF")
	target := b.Block("target")
	target.Expr("arn", "module.%s.alias_arn", label)
	target.Expr("role_arn", "aws_iam_role.%s.arn", role)
	delivery(target, f)
	b.Gap()
	b.Comment("The schedule may invoke the function before it is pointed to it.")
	b.Expr("depends_on", "[aws_iam_role_policy.%s]", role)
}

// delivery says what becomes of starts that Lambda does not accept.
func delivery(target *tf.Body, f model.Function) {
	if f.Async != nil && f.Async.MaxAge > 0 {
		target.Block("retry_policy").Set("maximum_event_age_in_seconds", f.Async.MaxAge)
	}
	if use.FunctionDeadLetters(f) {
		target.Block("dead_letter_config").Expr("arn", "%s.arn", deadLetters(f))
	}
}

// scheduleRole returns the role that the schedule takes on to invoke the function.
// Its condition keeps other accounts' schedules from using it:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func scheduleRole(file *tf.File, role string, f model.Function) {
	b := file.Block("resource", "aws_iam_role", role)
	b.Expr("name", "%s", names.Prefixed(names.ScheduleRole(f.Name)))
	b.Gap()
	b.Expr("assume_role_policy", "jsonencode(%s)", policy(statement{
		effect: "Allow", actions: []string{"sts:AssumeRole"}, principal: "scheduler.amazonaws.com",
		condition: tf.Object(tf.Item{Key: "StringEquals", Value: `{ "aws:SourceAccount" = data.aws_caller_identity.current.account_id }`}),
	}))
	b.Keep()

	b = file.Block("resource", "aws_iam_role_policy", role)
	b.Set("name", "invoke")
	b.Expr("role", "aws_iam_role.%s.id", role)
	b.Gap()
	statements := []statement{{
		sid: "InvokeFunction", effect: "Allow", actions: []string{"lambda:InvokeFunction"},
		resource: `"${local.function_arn_prefix}-` + f.Name + ":" + names.Alias + `"`,
	}}
	if use.FunctionDeadLetters(f) {
		statements = append(statements, keepDeadLetters(f))
	}
	b.Expr("policy", "jsonencode(%s)", policy(statements...))
	b.Keep()
}

// functionURL adds the URL of the function's alias, and where everybody may call it,
// the permission. Callers with an identity have their permissions in their own
// policies.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func functionURL(file *tf.File, label string, f model.Function) {
	b := file.Block("resource", "aws_lambda_function_url", label)
	b.Expr("function_name", "module.%s.name", label)
	b.Expr("qualifier", "module.%s.alias", label)
	if !f.Trigger.Stream.Public() {
		b.Set("authorization_type", "AWS_IAM")
		b.Set("invoke_mode", "RESPONSE_STREAM")
		return
	}
	b.Set("authorization_type", "NONE")
	b.Set("invoke_mode", "RESPONSE_STREAM")
	b.Gap()
	b.Comment("Everybody may call the URL before it is there.")
	b.Expr("depends_on", "[aws_lambda_permission.%s]", names.URLLabel(f.Name))

	b = file.Block("resource", "aws_lambda_permission", names.URLLabel(f.Name))
	b.Set("statement_id", "InvokeFunctionUrl")
	b.Set("action", "lambda:InvokeFunctionUrl")
	b.Expr("function_name", "module.%s.name", label)
	b.Expr("qualifier", "module.%s.alias", label)
	b.Set("principal", "*")
	b.Set("function_url_auth_type", "NONE")
	b.Keep()
}

// urls returns the URL of each function that has one.
func urls(s model.Stack) (items []tf.Item) {
	for _, f := range s.Functions {
		if f.Trigger.Stream != nil {
			url := "aws_lambda_function_url." + names.Label(f.Name) + ".function_url"
			items = append(items, tf.Item{Key: f.Name, Value: url})
		}
	}
	return items
}
