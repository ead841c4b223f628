package stackmodule

import (
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/emit/use"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// locals returns what the functions' files refer to.
func locals(project string, s model.Stack) *tf.File {
	f := tf.New("")
	f.Empty("data", "aws_caller_identity", "current")
	f.Empty("data", "aws_partition", "current")
	f.Empty("data", "aws_region", "current")
	b := f.Block("locals")
	b.Expr("name_prefix", `"%s"`, names.Stack(project, "${var.environment}", s.Name))
	b.Gap()
	b.Comment("ARNs in policies are spelled out, so that a plan shows the policies of functions that\nare not there yet.")
	if use.StackDatabase(s) || use.StackSchedule(s) {
		b.Expr("function_arn_prefix", `"%s:function:${local.name_prefix}"`, convention.ARN("lambda"))
	}
	b.Expr("log_group_arn_prefix", `"%s:log-group:%s"`, convention.ARN("logs"), names.LogGroup("${local.name_prefix}"))
	b.Gap()
	b.Expr("assumed_by_lambda", "jsonencode(%s)", policy(statement{
		effect: "Allow", actions: []string{"sts:AssumeRole"}, principal: "lambda.amazonaws.com",
	}.String()))
	if use.StackDatabase(s) {
		network(b)
	}
	return f
}

// variables returns what the stack takes from its root, sorted.
func variables(s model.Stack) *tf.File {
	f := tf.New("")
	if use.StackAPI(s) {
		apiVariable.Add(f)
	}
	artifactsVariable.Add(f)
	if use.StackDatabase(s) {
		databaseVariable.Add(f)
	}
	convention.Environment.Add(f)
	convention.LogRetention.Add(f)
	memoryVariable.Add(f)
	if use.StackDatabase(s) {
		networkVariable.Add(f)
	}
	if queues := use.Queues(s); len(queues) > 0 {
		queuesVariable(queues).Add(f)
	}
	timeoutVariable.Add(f)
	return f
}

var (
	apiVariable = tf.Variable{
		Name: "api", Description: "The HTTP API that the stack adds its routes to.",
		Type: tf.Call("object", tf.Item{Key: "execution_arn", Value: "string"}, tf.Item{Key: "id", Value: "string"}),
	}
	artifactsVariable = tf.Variable{
		Name: "artifacts", Description: "The functions' zips, as artifacts.json has them.",
		Type: "map(" + tf.Call("object",
			tf.Item{Key: "architecture", Value: "string"}, tf.Item{Key: "path", Value: "string"},
			tf.Item{Key: "source_code_hash", Value: "string"}) + ")",
	}
	databaseVariable = tf.Variable{
		Name: "database", Description: "Where functions find the database's URLs.",
		Type: tf.Call("object", tf.Item{Key: "secret_arn", Value: "string"}),
	}
	// Lambda's limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	memoryVariable = tf.Variable{
		Name: "memory", Type: "number", Default: "null",
		Description: "MB for each function of the stack; null: what its annotation says.",
		Condition:   "var.memory == null ? true : var.memory >= 128 && var.memory <= 10240",
		Message:     `"Lambda takes 128 to 10240 MB."`,
	}
	networkVariable = tf.Variable{
		Name: "network", Default: "null",
		Description: "The VPC's subnets and security groups for functions with a database; null: they run outside of a VPC.",
		Type: tf.Call("object",
			tf.Item{Key: "security_group_ids", Value: "list(string)"}, tf.Item{Key: "subnet_ids", Value: "list(string)"}),
	}
	timeoutVariable = tf.Variable{
		Name: "timeout", Type: "number", Default: "null",
		Description: "Seconds that each function of the stack may run; null: what its annotation says.",
		Condition:   "var.timeout == null ? true : var.timeout >= 1 && var.timeout <= 900",
		Message:     `"Lambda takes 1 to 900 seconds."`,
	}
)

func queuesVariable(queues []string) tf.Variable {
	end := tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "url", Value: "string"})
	var items []tf.Item
	for _, q := range queues {
		items = append(items, tf.Item{Key: q, Value: end})
	}
	return tf.Variable{
		Name: "queues", Description: "The queues that the stack sends to or consumes from.", Type: tf.Call("object", items...),
	}
}

// outputs tells what other tools need to find the functions.
func outputs(s model.Stack) *tf.File {
	var items []tf.Item
	for _, fn := range s.Functions {
		label := names.Label(fn.Name)
		items = append(items, tf.Item{Key: fn.Name, Value: tf.Object(
			tf.Item{Key: "alias_arn", Value: "aws_lambda_alias." + label + ".arn"},
			tf.Item{Key: "arn", Value: "aws_lambda_function." + label + ".arn"},
			tf.Item{Key: "log_group", Value: "aws_cloudwatch_log_group." + label + ".name"},
			tf.Item{Key: "name", Value: "aws_lambda_function." + label + ".function_name"},
		)})
	}
	f := tf.New("")
	tf.Output(f, "functions", "The stack's functions: what to invoke, and where the logs are.", tf.Object(items...))
	return f
}
