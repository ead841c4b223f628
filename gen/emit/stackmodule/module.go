package stackmodule

import (
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
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
	b.Comment("What the functions have in common.")
	b.Expr("stack", "%s", tf.Object(
		tf.Item{Key: "artifact_bucket", Value: "var.artifact_bucket"},
		tf.Item{Key: "log_group_arn_prefix", Value: "local.log_group_arn_prefix"},
		tf.Item{Key: "log_retention_days", Value: "var.log_retention_days"},
		tf.Item{Key: "name_prefix", Value: "local.name_prefix"},
		tf.Item{Key: "parameter_arn_prefix", Value: `"` + convention.ARN("ssm") + `:parameter"`},
		tf.Item{Key: "secret_arn_prefix", Value: `"` + convention.ARN("secretsmanager") + `:secret"`}))
	if use.StackDatabase(s) {
		network(b)
	}
	return f
}

// variables returns what the stack takes from its root, sorted, and then the
// settings of its functions.
func variables(s model.Stack) *tf.File {
	f := tf.New("")
	alarmsVariable.Add(f)
	if use.StackAPI(s) {
		apiVariable.Add(f)
	}
	artifactBucketVariable.Add(f)
	artifactsVariable.Add(f)
	if authorizers := use.Authorizers(s); len(authorizers) > 0 {
		authorizersVariable(authorizers).Add(f)
	}
	if buckets := use.Buckets(s); len(buckets) > 0 {
		bucketsVariable(buckets).Add(f)
	}
	if use.StackDatabase(s) {
		databaseVariable.Add(f)
	}
	envVariable.Add(f)
	convention.Environment.Add(f)
	if use.Publishes(s) {
		eventBusVariable.Add(f)
	}
	functionsVariable(convention.Env).Add(f)
	convention.LogRetention.Add(f)
	if use.StackDatabase(s) {
		convention.Network.Add(f)
	}
	if queues := use.Queues(s); len(queues) > 0 {
		queuesVariable(queues).Add(f)
	}
	if secrets := use.Secrets(s); len(secrets) > 0 {
		secretsVariable(secrets).Add(f)
	}
	for _, s := range settings {
		if s.description != "" {
			s.variable().Add(f)
		}
	}
	return f
}

var (
	alarmsVariable = tf.Variable{
		Name: "alarms", Type: convention.Alarms, Default: "{}",
		Description: "When alarms go off, and the topics that they are sent to; 0: there is no such alarm.",
	}
	apiVariable = tf.Variable{
		Name: "api", Description: "The HTTP API that the stack adds its routes to.",
		Type: tf.Call("object", tf.Item{Key: "execution_arn", Value: "string"}, tf.Item{Key: "id", Value: "string"}),
	}
	artifactBucketVariable = tf.Variable{
		Name: "artifact_bucket", Type: "string", Description: "Name of the bucket of the functions' zips.",
	}
	artifactsVariable = tf.Variable{
		Name: "artifacts", Description: "The functions' zips, as artifacts.json has them.",
		Type: "map(" + convention.Artifact + ")",
	}
	databaseVariable = tf.Variable{
		Name: "database", Description: "Where functions find the database's URLs.",
		Type: tf.Call("object", tf.Item{Key: "secret_arn", Value: "string"}),
	}
	envVariable = tf.Variable{
		Name: "env", Type: convention.Env, Default: "{}",
		Description: "Environment variables of the functions: a value, or the parameter or secret where it is kept.",
	}
	eventBusVariable = tf.Variable{
		Name: "event_bus", Description: "The bus that the stack publishes events on, and the source that they name.",
		Type: tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "name", Value: "string"}, tf.Item{Key: "source", Value: "string"}),
	}
)

func queuesVariable(queues []string) tf.Variable {
	end := tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "dead_letters", Value: "string"},
		tf.Item{Key: "name", Value: "string"}, tf.Item{Key: "url", Value: "string"})
	var items []tf.Item
	for _, q := range queues {
		items = append(items, tf.Item{Key: q, Value: end})
	}
	return tf.Variable{
		Name: "queues", Description: "The queues that the stack sends to or consumes from.", Type: tf.Call("object", items...),
	}
}

func bucketsVariable(buckets []string) tf.Variable {
	var items []tf.Item
	for _, b := range buckets {
		items = append(items, tf.Item{Key: b, Value: tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "name", Value: "string"})})
	}
	return tf.Variable{Name: "buckets", Description: "The buckets that the stack reads or writes.", Type: tf.Call("object", items...)}
}

func secretsVariable(secrets []string) tf.Variable {
	var items []tf.Item
	for _, s := range secrets {
		items = append(items, tf.Item{Key: s, Value: tf.Call("object", tf.Item{Key: "arn", Value: "string"})})
	}
	return tf.Variable{Name: "secrets", Description: "The secrets that the stack reads.", Type: tf.Call("object", items...)}
}

// outputs tells what other tools need to find the functions.
func outputs(s model.Stack) *tf.File {
	var items []tf.Item
	for _, fn := range s.Functions {
		label := names.Label(fn.Name)
		items = append(items, tf.Item{Key: fn.Name, Value: tf.Object(
			tf.Item{Key: "alias_arn", Value: "module." + label + ".alias_arn"},
			tf.Item{Key: "arn", Value: "module." + label + ".arn"},
			tf.Item{Key: "log_group", Value: "module." + label + ".log_group"},
			tf.Item{Key: "name", Value: "module." + label + ".name"},
		)})
	}
	f := tf.New("")
	tf.Output(f, "functions", "The stack's functions: what to invoke, and where the logs are.", tf.Object(items...))
	return f
}
