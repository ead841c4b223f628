// Package functionmodule writes the Terraform module of a function: its log
// group, its role, the function itself, the alias that triggers invoke, and the
// alarms of that. It is
// the same for each function of every stack; what is a function's own comes in
// variables.
package functionmodule

import (
	"fmt"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// Files returns the module's files, or none where the model has no function.
func Files(m model.Model, c config.Config) []output.File {
	if !use.Functions(m) {
		return nil
	}
	return tf.Files(names.FunctionModuleDir(c.Folders), map[string]*tf.File{
		"main":      resources(use.Async(m), c.HasDevelopers()),
		"outputs":   outputs(),
		"variables": variables(use.Async(m), c.HasDevelopers()),
		"versions":  convention.Versions(c),
	})
}

// resources returns what every function is. async reports whether some have settings
// of asynchronous invocations, and developers whether some environments have any.
func resources(async, developers bool) *tf.File {
	file := tf.New("")
	env(file)
	logGroup(file)
	role(file, developers)
	lambda(file)
	alias(file)
	provisioned(file)
	if async {
		asynchronous(file)
	}
	alarms(file, async)
	return file
}

// The names of the function and of its log group on AWS, as expressions.
const (
	name        = "${var.stack.name_prefix}-${var.name}"
	logGroupARN = "${var.stack.log_group_arn_prefix}-${var.name}"
)

func logGroup(file *tf.File) {
	b := file.Block("resource", "aws_cloudwatch_log_group", "this")
	b.Expr("name", `"%s"`, names.LogGroup(name))
	b.Expr("retention_in_days", "var.stack.log_retention_days")
	b.Keep()
}

func role(file *tf.File, developers bool) {
	b := file.Block("resource", "aws_iam_role", "this")
	b.Expr("name", `"%s"`, name)
	b.Gap()
	statements := "[" + trusts(`{ Service = "lambda.amazonaws.com" }`) + "]"
	if developers {
		statements = "concat(" + statements + ", length(var.stack.developers) > 0 ? [" + trusts("{ AWS = var.stack.developers }") + "] : [])"
	}
	b.Expr("assume_role_policy", "jsonencode(%s)", tf.Object(
		tf.Item{Key: "Version", Value: `"2012-10-17"`}, tf.Item{Key: "Statement", Value: statements}))
	b.Keep()

	b = file.Block("resource", "aws_iam_role_policy", "this")
	b.Set("name", "grants")
	b.Expr("role", "aws_iam_role.this.name")
	b.Gap()
	b.Expr("policy", "jsonencode(%s)", Policy())
	b.Keep()
}

// trusts returns the statement that lets a principal assume the role. Developers get
// the very role, and no other that would have to be kept equal to it.
func trusts(principal string) string {
	return tf.Object(
		tf.Item{Key: "Effect", Value: `"Allow"`},
		tf.Item{Key: "Action", Value: `"sts:AssumeRole"`},
		tf.Item{Key: "Principal", Value: principal})
}

// Policy returns the expression of the policy of a function's role: what follows
// from its handles and its trigger, and its own logs. Policies are written with
// jsonencode and not with a data source: a plan then shows what changes in them
// statement by statement.
func Policy() string {
	logs := tf.Object(
		tf.Item{Key: "Sid", Value: `"WriteLogs"`},
		tf.Item{Key: "Effect", Value: `"Allow"`},
		tf.Item{Key: "Action", Value: `["logs:CreateLogStream", "logs:PutLogEvents"]`},
		tf.Item{Key: "Resource", Value: `"` + logGroupARN + `:*"`})
	return tf.Object(
		tf.Item{Key: "Version", Value: `"2012-10-17"`},
		tf.Item{Key: "Statement", Value: "concat([" + logs + "], var.grants, local.env_grants, local.trace_grants)"})
}

// Locals are the module's own values, each after those that it refers to: where the
// values of variables are kept, the statements that allow to read them there, the
// statement of X-Ray, and the variables from seastack.hcl. X-Ray's actions take no
// resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
// Secrets Manager adds a hyphen and six characters to a
// secret's name:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
var Locals = []tf.Item{
	{Key: "kept", Value: "{ for name, v in var.env : name => v.kept if v.kept != null }"},
	{Key: "parameters", Value: `[for k in values(local.kept) : "${var.stack.parameter_arn_prefix}/${trimprefix(trimprefix(k, "parameter:"), "/")}" if startswith(k, "parameter:")]`},
	{Key: "secrets", Value: `[for k in values(local.kept) : startswith(k, "secret:arn:") ? split("#", trimprefix(k, "secret:"))[0] : "${var.stack.secret_arn_prefix}:${split("#", trimprefix(k, "secret:"))[0]}-??????" if startswith(k, "secret:")]`},
	{Key: "env_grants", Value: `concat(
length(local.parameters) > 0 ? [{
Sid = "ReadParameters"
Effect = "Allow"
Action = "ssm:GetParameters"
Resource = sort(distinct(local.parameters))
}] : [],
length(local.secrets) > 0 ? [{
Sid = "ReadSecrets"
Effect = "Allow"
Action = "secretsmanager:GetSecretValue"
Resource = sort(distinct(local.secrets))
}] : [])`},
	{Key: "trace_grants", Value: `var.tracing ? [{
Sid = "WriteTraces"
Effect = "Allow"
Action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
Resource = "*"
}] : []`},
	{Key: "env", Value: fmt.Sprintf(`merge({ for name, v in var.env : name => v.value if v.kept == null },
length(values(local.kept)) > 0 ? { %s = jsonencode(local.kept) } : {})`, names.KeptVariables)},
}

func env(file *tf.File) {
	file.Comment("Environment variables from seastack.hcl: where the values of some are kept, the\nstatements that allow to read them there, and the variables themselves; and the\nstatement that X-Ray needs, whose actions are on no resource.")
	b := file.Attached("locals")
	for _, l := range Locals {
		b.Expr(l.Key, "%s", l.Value)
	}
}

func lambda(file *tf.File) {
	b := file.Block("resource", "aws_lambda_function", "this")
	b.Expr("function_name", `"%s"`, name)
	b.Expr("description", "var.description")
	b.Expr("role", "aws_iam_role.this.arn")
	b.Set("runtime", "provided.al2023")
	b.Set("handler", "bootstrap")
	b.Expr("architectures", "[var.artifact.architecture]")
	b.Expr("s3_bucket", "var.stack.artifact_bucket")
	b.Expr("s3_key", "var.artifact.key")
	b.Expr("source_code_hash", "var.artifact.source_code_hash")
	b.Expr("memory_size", "var.memory")
	b.Expr("timeout", "var.timeout")
	b.Expr("reserved_concurrent_executions", "var.concurrency")
	b.Set("publish", true)

	b.Block("ephemeral_storage").Expr("size", "var.storage")

	b.Block("environment").Expr("variables", "merge(local.env, var.environment)")

	logging := b.Block("logging_config")
	logging.Set("log_format", "JSON")
	logging.Expr("application_log_level", "var.log_level")
	logging.Expr("log_group", "aws_cloudwatch_log_group.this.name")

	b.Block("tracing_config").Expr("mode", `var.tracing ? "Active" : "PassThrough"`)

	vpc(b)
	b.Gap()
	b.Comment("A function that starts before its role can write logs loses its first lines.")
	b.Expr("depends_on", "[aws_iam_role_policy.this]")
	built(b)
}

// built stops a plan of a function that has no zip, and says what to do. It is
// not a validation of the variable: `terraform validate` passes before a build.
func built(b *tf.Body) {
	p := b.Keep().Block("precondition")
	p.Expr("condition", "var.artifact != null")
	p.Expr("error_message", `"The function ${var.name} is not built. Run: go generate ./..."`)
}

func vpc(b *tf.Body) {
	d := b.Block("dynamic", "vpc_config")
	d.Expr("for_each", "var.network[*]")
	content := d.Block("content")
	content.Expr("security_group_ids", "vpc_config.value.security_group_ids")
	content.Expr("subnet_ids", "vpc_config.value.subnet_ids")
}

// alias adds what triggers and callers invoke: a version that stays as it is
// while the next one is uploaded.
func alias(file *tf.File) {
	b := file.Block("resource", "aws_lambda_alias", "this")
	b.Set("name", names.Alias)
	b.Expr("function_name", "aws_lambda_function.this.function_name")
	b.Gap()
	b.Comment("While a canary is watched, the alias stays at the version before, and a part of\nits requests go to the new one.")
	b.Expr("function_version", "try(var.artifact.canary.version, aws_lambda_function.this.version)")
	d := b.Block("dynamic", "routing_config")
	d.Expr("for_each", "var.artifact.canary[*]")
	d.Block("content").Expr("additional_version_weights", "{ (aws_lambda_function.this.version) = routing_config.value.weight }")
	b.Keep()
}

// provisioned keeps instances of the alias's version initialised.
func provisioned(file *tf.File) {
	b := file.Block("resource", "aws_lambda_provisioned_concurrency_config", "this")
	b.Expr("count", "var.provisioned == null ? 0 : 1")
	b.Gap()
	b.Expr("function_name", "aws_lambda_function.this.function_name")
	b.Expr("qualifier", "aws_lambda_alias.this.name")
	b.Expr("provisioned_concurrent_executions", "var.provisioned")
	b.Keep()
}

// asynchronous says what becomes of asynchronous invocations that fail. A queue that
// they go to must be one that the function's role may send to.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
func asynchronous(file *tf.File) {
	b := file.Block("resource", "aws_lambda_function_event_invoke_config", "this")
	b.Expr("count", "var.asynchronous == null ? 0 : 1")
	b.Gap()
	b.Expr("function_name", "aws_lambda_function.this.function_name")
	b.Expr("qualifier", "aws_lambda_alias.this.name")
	b.Expr("maximum_event_age_in_seconds", "var.asynchronous.max_age")
	b.Expr("maximum_retry_attempts", "var.asynchronous.retries")
	d := b.Block("dynamic", "destination_config")
	d.Expr("for_each", "var.asynchronous.dead_letters[*]")
	d.Block("content").Block("on_failure").Expr("destination", "destination_config.value.arn")
	b.Gap()
	b.Comment("Lambda asks the role whether it may send to the queue.")
	b.Expr("depends_on", "[aws_iam_role_policy.this]")
	b.Keep()
}

// alarms adds an alarm for each of names.Alarms: one minute is enough.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func alarms(file *tf.File, async bool) {
	for _, a := range names.Alarms {
		b := file.Block("resource", "aws_cloudwatch_metric_alarm", a.Name)
		b.Expr("count", "%s", alarmCount(a, async))
		b.Gap()
		b.Expr("alarm_name", `"%s"`, names.Alarm(name, a.Name))
		b.Expr("alarm_description", "%s", tf.Literal(a.Description))
		b.Expr("alarm_actions", "var.alarms.actions")
		b.Expr("ok_actions", "var.alarms.actions")
		b.Set("metric_name", a.Metric)
		b.Set("statistic", a.Statistic)
		b.Set("period", 60)
		b.Set("evaluation_periods", 1)
		b.Set("comparison_operator", "GreaterThanOrEqualToThreshold")
		if a.Name == "duration" {
			b.Expr("threshold", "var.timeout * 10 * var.alarms.duration")
		} else {
			b.Expr("threshold", "var.alarms.%s", a.Name)
		}
		b.Set("treat_missing_data", "notBreaching")
		dimensions(b, a, async)
		b.Keep()
	}
}

// alarmCount is 0 where a threshold is, where alarms are off, and for a queue where
// there is none.
func alarmCount(a names.FunctionAlarm, async bool) string {
	condition := "var.alarms.enabled && var.alarms." + a.Name + " > 0"
	switch {
	case a.Queue == "dead_letters" && async:
		condition += " && (var.queue != null || try(var.asynchronous.dead_letters, null) != null)"
	case a.Queue != "":
		condition += " && var.queue != null"
	}
	return condition + " ? 1 : 0"
}

func dimensions(b *tf.Body, a names.FunctionAlarm, async bool) {
	if a.Queue != "" {
		name := "var.queue." + a.Queue
		if a.Queue == "dead_letters" && async {
			name += ", var.asynchronous.dead_letters.name"
		}
		b.Set("namespace", "AWS/SQS")
		b.Expr("dimensions", "{ QueueName = try(%s, null) }", name)
		return
	}
	b.Set("namespace", "AWS/Lambda")
	b.Gap()
	b.Expr("dimensions", "%s", tf.Object(
		tf.Item{Key: "FunctionName", Value: "aws_lambda_function.this.function_name"},
		tf.Item{Key: "Resource", Value: `"${aws_lambda_function.this.function_name}:${aws_lambda_alias.this.name}"`}))
}
