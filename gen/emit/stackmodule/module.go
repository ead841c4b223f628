package stackmodule

import (
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// locals returns what the functions' files refer to. developers reports whether some
// environments have any.
func locals(project string, s model.Stack, developers bool) *tf.File {
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
	if use.Invokes(s) {
		b.Expr("invoked_arn_prefix", `"%s:function:%s"`, convention.ARN("lambda"), names.Shared(project, "${var.environment}"))
	}
	b.Expr("log_group_arn_prefix", `"%s:log-group:%s"`, convention.ARN("logs"), names.LogGroup("${local.name_prefix}"))
	b.Gap()
	b.Comment("What the functions have in common.")
	common := []tf.Item{{Key: "artifact_bucket", Value: "var.artifact_bucket"}}
	if developers {
		common = append(common, tf.Item{Key: "developers", Value: "var.developers"})
	}
	b.Expr("stack", "%s", tf.Object(append(common,
		tf.Item{Key: "log_group_arn_prefix", Value: "local.log_group_arn_prefix"},
		tf.Item{Key: "log_retention_days", Value: "var.log_retention_days"},
		tf.Item{Key: "name_prefix", Value: "local.name_prefix"},
		tf.Item{Key: "parameter_arn_prefix", Value: `"` + convention.ARN("ssm") + `:parameter"`},
		tf.Item{Key: "secret_arn_prefix", Value: `"` + convention.ARN("secretsmanager") + `:secret"`})...))
	if use.StackDatabase(s) {
		network(b)
	}
	return f
}

// variables returns what the stack takes from its root, sorted, and then the
// settings of its functions. developers reports whether some environments have any.
func variables(s model.Stack, developers bool) *tf.File {
	f := tf.New("")
	convention.Alarms.Add(f)
	if use.StackAPI(s) {
		apiVariable.Add(f)
	}
	artifactBucketVariable.Add(f)
	artifactsVariable.Add(f)
	byName(f, "authorizers", "The authorizers of the stack's routes, and those that its functions are.", authorizerType, use.Authorizers(s))
	byName(f, "buckets", "The buckets that the stack reads or writes.", convention.Named, use.Buckets(s))
	for _, store := range names.Stores() {
		if use.StackReads(s, store.Grant) {
			storeVariable(store).Add(f)
		}
	}
	byName(f, "dead_letters", "The queues of functions' dead letters.", convention.Named, use.StackDeadLetters(s))
	if developers {
		developersVariable.Add(f)
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
	byName(f, "queues", "The queues that the stack sends to or consumes from.", queueType, use.Queues(s))
	byName(f, "secrets", "The secrets that the stack reads.", secretType, use.Secrets(s))
	for _, s := range settings {
		if s.description != "" {
			s.variable().Add(f)
		}
	}
	return f
}

var (
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
	developersVariable = tf.Variable{
		Name: "developers", Type: "list(string)", Default: "[]",
		Description: "ARNs of who may assume the functions' roles, to run the functions on their own machine.",
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

func storeVariable(s names.Store) tf.Variable {
	return tf.Variable{
		Name: s.Input, Description: "Where functions find " + s.URLs + ".",
		Type: tf.Call("object", tf.Item{Key: "secret_arn", Value: "string"}),
	}
}

// byName adds a variable with a member of a type for each name; none where there is
// no name.
func byName(f *tf.File, variable, description, typ string, names []string) {
	if len(names) > 0 {
		members := tf.Members(names, func(string) string { return typ })
		tf.Variable{Name: variable, Description: description, Type: "object(" + members + ")"}.Add(f)
	}
}

// The types of what the platform knows by name.
var (
	authorizerType = tf.Call("object", tf.Item{Key: "id", Value: "string"})
	secretType     = tf.Call("object", tf.Item{Key: "arn", Value: "string"})
	queueType      = tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "dead_letters", Value: "string"},
		tf.Item{Key: "name", Value: "string"}, tf.Item{Key: "url", Value: "string"})
)

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
	if urls := urls(s); len(urls) > 0 {
		tf.Output(f, "urls", "The URLs of functions that have their own.", tf.Object(urls...))
	}
	return f
}
