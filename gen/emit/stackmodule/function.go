package stackmodule

import (
	"fmt"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/emit/use"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

func logGroup(file *tf.File, label, function string) {
	b := file.Block("resource", "aws_cloudwatch_log_group", label)
	b.Expr("name", `"%s"`, names.LogGroup("${local.name_prefix}-"+function))
	b.Expr("retention_in_days", "var.log_retention_days")
	keep(b)
}

// keep makes a resource be created before what it takes the place of, and be
// destroyed only when nothing leads to it any more. Terraform keeps the flag in
// the state, so that it also governs what the module no longer has: a renamed
// function goes after its route has been pointed to the new one. All resources
// that a route, a mapping or a schedule depends on need it.
// https://developer.hashicorp.com/terraform/language/meta-arguments#create_before_destroy
func keep(b *tf.Body) *tf.Body {
	lifecycle := b.Block("lifecycle")
	lifecycle.Set("create_before_destroy", true)
	return lifecycle
}

func role(file *tf.File, label string, f model.Function) {
	b := file.Block("resource", "aws_iam_role", label)
	b.Expr("name", "%s", names.Prefixed(f.Name))
	b.Expr("assume_role_policy", "local.assumed_by_lambda")
	keep(b)

	b = file.Block("resource", "aws_iam_role_policy", label)
	b.Set("name", "grants")
	b.Expr("role", "aws_iam_role.%s.id", label)
	b.Gap()
	b.Expr("policy", "jsonencode(%s)", grants(f))
	keep(b)
}

func lambda(file *tf.File, label string, s model.Stack, f model.Function) {
	b := file.Block("resource", "aws_lambda_function", label)
	b.Expr("function_name", "%s", names.Prefixed(f.Name))
	b.Set("description", description(f))
	b.Expr("role", "aws_iam_role.%s.arn", label)
	b.Set("runtime", "provided.al2023")
	b.Set("handler", "bootstrap")
	b.Expr("architectures", "[%s.architecture]", artifact(f))
	b.Expr("filename", "%s.path", artifact(f))
	b.Expr("source_code_hash", "%s.source_code_hash", artifact(f))
	b.Expr("memory_size", "coalesce(var.memory, %d)", f.Memory)
	b.Expr("timeout", "coalesce(var.timeout, %d)", f.Timeout)
	if f.Concurrent > 0 {
		b.Set("reserved_concurrent_executions", f.Concurrent)
	}
	b.Set("publish", true)

	b.Block("environment").Expr("variables", "%s", tf.Object(environment(s, f)...))

	logging := b.Block("logging_config")
	logging.Set("log_format", "JSON")
	logging.Expr("log_group", "aws_cloudwatch_log_group.%s.name", label)

	if use.FunctionDatabase(f) {
		vpc(b)
	}
	b.Gap()
	b.Comment("A function that starts before its role can write logs loses its first lines.")
	b.Expr("depends_on", "[aws_iam_role_policy.%s]", label)
	built(b, f)
}

// built stops a plan of a function that has no zip, and says what to do. It is
// not a validation of the variable: `terraform validate` passes before a build.
func built(b *tf.Body, f model.Function) {
	p := keep(b).Block("precondition")
	p.Expr("condition", "contains(keys(var.artifacts), %s)", tf.Literal(f.Name))
	p.Set("error_message", "The function "+f.Name+" is not built. Run: go generate ./...")
}

// description names the handler in Lambda's console. It is neither the handler's
// doc comment nor its trigger: a better comment or another route is no reason to
// publish a version of the function.
func description(f model.Function) string {
	return limits.Description.Cut(names.Handler(f.Handler))
}

func artifact(f model.Function) string { return "var.artifacts[" + tf.Literal(f.Name) + "]" }

// environment returns the variables that core reads, sorted.
func environment(s model.Stack, f model.Function) []tf.Item {
	var items []tf.Item
	if use.FunctionDatabase(f) {
		items = append(items, tf.Item{Key: names.DatabaseSecretVariable, Value: "var.database.secret_arn"})
	}
	items = append(items,
		tf.Item{Key: names.EnvironmentVariable, Value: "var.environment"},
		tf.Item{Key: names.FunctionVariable, Value: tf.Literal(f.Name)})
	for _, g := range use.Granted(f, model.QueueSendGrant) {
		items = append(items, tf.Item{Key: names.QueueVariable(g.Resource), Value: fmt.Sprintf("var.queues.%s.url", g.Resource)})
	}
	return append(items, tf.Item{Key: names.StackVariable, Value: tf.Literal(s.Name)})
}

func vpc(b *tf.Body) {
	d := b.Block("dynamic", "vpc_config")
	d.Expr("for_each", "var.network[*]")
	content := d.Block("content")
	content.Expr("security_group_ids", "vpc_config.value.security_group_ids")
	content.Expr("subnet_ids", "vpc_config.value.subnet_ids")
}

// alias returns what triggers and callers invoke: a version that stays as it is
// while the next one is uploaded.
func alias(file *tf.File, label string) {
	b := file.Block("resource", "aws_lambda_alias", label)
	b.Set("name", names.Alias)
	b.Expr("function_name", "aws_lambda_function.%s.function_name", label)
	b.Expr("function_version", "aws_lambda_function.%s.version", label)
	keep(b)
}
