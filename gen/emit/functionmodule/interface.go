package functionmodule

import (
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/tf"
)

// asyncVariable is there where a function has settings of asynchronous invocations.
var asyncVariable = tf.Variable{
	Name: "asynchronous", Default: "null",
	Description: "What becomes of asynchronous invocations that fail; null: Lambda tries them again twice, for 6 hours, and drops them.",
	Type: tf.Call("object",
		tf.Item{Key: "dead_letters", Value: "optional(" + convention.Named + ")"},
		tf.Item{Key: "max_age", Value: "optional(number, 21600)"},
		tf.Item{Key: "retries", Value: "optional(number, 2)"}),
}

// variables returns what a function's file sets, sorted.
func variables(async, developers bool) *tf.File {
	f := tf.New("")
	for _, v := range []tf.Variable{
		convention.Alarms,
		{
			Name: "artifact", Default: "null", Description: "The function's zip, as artifacts.json has it; null: it is not built.",
			Type: convention.Artifact,
		},
		{
			Name: "concurrency", Type: "number", Default: "null",
			Description: "Executions at once that are reserved for the function, and its most; null: none, and no limit of its own.",
		},
		{Name: "description", Type: "string", Description: "What Lambda's console shows."},
		{Name: "env", Type: convention.Env, Description: "The function's own environment variables: a value, or where it is kept."},
		{Name: "environment", Type: "map(string)", Description: "Environment variables that core reads."},
		{Name: "grants", Type: "any", Default: "[]", Description: "Statements of the role's policy, besides that for the function's own logs."},
		{Name: "log_level", Type: "string", Description: "Least level that is logged: DEBUG, INFO, WARN or ERROR."},
		{Name: "memory", Type: "number", Description: "MB."},
		{Name: "name", Type: "string", Description: "The function's name within its stack."},
		convention.Network,
		{Name: "provisioned", Type: "number", Default: "null", Description: "Instances that are kept initialised; null: none."},
		{
			Name: "queue", Default: "null", Description: "The queue that the function consumes, by the names on AWS; null: none.",
			Type: tf.Call("object", tf.Item{Key: "dead_letters", Value: "string"}, tf.Item{Key: "name", Value: "string"}),
		},
		{
			Name: "stack", Description: "What the functions of a stack have in common.",
			Type: stackType(developers),
		},
		{Name: "storage", Type: "number", Description: "MB of /tmp."},
		{Name: "timeout", Type: "number", Description: "Seconds."},
		{Name: "tracing", Type: "bool", Description: "Whether X-Ray records invocations."},
	} {
		if v.Name == "concurrency" && async {
			asyncVariable.Add(f)
		}
		v.Add(f)
	}
	return f
}

// stackType is the type of what the functions of a stack have in common. developers
// reports whether some environments have any.
func stackType(developers bool) string {
	items := []tf.Item{{Key: "artifact_bucket", Value: "string"}}
	if developers {
		items = append(items, tf.Item{Key: "developers", Value: "list(string)"})
	}
	return tf.Call("object", append(items,
		tf.Item{Key: "log_group_arn_prefix", Value: "string"},
		tf.Item{Key: "log_retention_days", Value: "number"},
		tf.Item{Key: "name_prefix", Value: "string"},
		tf.Item{Key: "parameter_arn_prefix", Value: "string"},
		tf.Item{Key: "secret_arn_prefix", Value: "string"})...)
}

// outputs returns what triggers and the stack's own outputs refer to.
func outputs() *tf.File {
	f := tf.New("")
	tf.Output(f, "alias", "Name of the alias that triggers invoke.", "aws_lambda_alias.this.name")
	tf.Output(f, "alias_arn", "ARN of the alias.", "aws_lambda_alias.this.arn")
	tf.Output(f, "arn", "ARN of the function.", "aws_lambda_function.this.arn")
	tf.Output(f, "invoke_arn", "URI by which API Gateway invokes the alias.", "aws_lambda_alias.this.invoke_arn")
	tf.Output(f, "log_group", "Name of the log group.", "aws_cloudwatch_log_group.this.name")
	tf.Output(f, "name", "Name of the function on AWS.", "aws_lambda_function.this.function_name")
	tf.Output(f, "timeout", "Seconds that the function may run.", "aws_lambda_function.this.timeout")
	return f
}
