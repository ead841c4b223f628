package stackmodule

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// lambda calls the function's module with what is the function's own.
func lambda(file *tf.File, label string, s model.Stack, f model.Function) {
	b := file.Block("module", label)
	b.Set("source", names.FunctionModule)
	b.Gap()
	b.Expr("stack", "local.stack")
	b.Set("name", f.Name)
	b.Set("description", description(f))
	b.Expr("artifact", "lookup(var.artifacts, %s, null)", tf.Literal(f.Name))
	for _, s := range settings {
		b.Expr(s.name, "%s", s.value(f))
	}
	if use.FunctionDatabase(f) {
		b.Expr("network", "var.network")
	}
	b.Expr("alarms", "merge(var.alarms, { enabled = var.alarms.enabled && coalesce(try(var.functions[%s].alarms, null), true) })", tf.Literal(f.Name))
	if f.Async != nil {
		b.Expr("asynchronous", "%s", asynchronous(f))
	}
	if q := f.Trigger.Queue; q != nil {
		b.Expr("queue", "var.queues.%s", q.Queue)
	}
	b.Gap()
	b.Expr("env", "merge(var.env, try(var.functions[%s].env, {}))", tf.Literal(f.Name))
	b.Gap()
	b.Expr("environment", "%s", tf.Object(environment(s, f)...))
	if g := grants(f); g != "" {
		b.Gap()
		b.Expr("grants", "%s", g)
	}
}

// asynchronous returns the settings of a function's asynchronous invocations that
// are set.
func asynchronous(f model.Function) string {
	var set []string
	if f.Async.DeadLetters {
		set = append(set, "dead_letters = "+deadLetters(f))
	}
	if f.Async.MaxAge > 0 {
		set = append(set, "max_age = "+tf.Literal(f.Async.MaxAge))
	}
	if f.Async.Retries != nil {
		set = append(set, "retries = "+tf.Literal(*f.Async.Retries))
	}
	return "{ " + strings.Join(set, ", ") + " }"
}

// deadLetters returns the queue of a function's dead letters.
func deadLetters(f model.Function) string { return "var.dead_letters." + f.Name }

// description names the handler in Lambda's console. It is neither the handler's
// doc comment nor its trigger: a better comment or another route is no reason to
// publish a version of the function.
func description(f model.Function) string {
	return limits.Description.Cut(names.Handler(f.Handler))
}

// environment returns the variables that core reads, sorted.
func environment(s model.Stack, f model.Function) []tf.Item {
	items := secretOf(f, names.Analytics)
	for _, b := range use.FunctionBuckets(f) {
		items = append(items, tf.Item{Key: names.BucketVariable(b), Value: fmt.Sprintf("var.buckets.%s.name", b)})
	}
	items = append(items, secretOf(f, names.Database)...)
	items = append(items, tf.Item{Key: names.EnvironmentVariable, Value: "var.environment"})
	if len(use.Granted(f, model.EventPublishGrant)) > 0 {
		items = append(items,
			tf.Item{Key: names.EventBusVariable, Value: "var.event_bus.name"},
			tf.Item{Key: names.EventSourceVariable, Value: "var.event_bus.source"})
	}
	items = append(items,
		tf.Item{Key: names.FunctionVariable, Value: tf.Literal(f.Name)})
	for _, g := range use.Granted(f, model.InvokeGrant) {
		items = append(items, tf.Item{Key: names.InvokeVariable(g.Resource), Value: invoked(g.Resource)})
	}
	for _, g := range use.Granted(f, model.QueueSendGrant) {
		items = append(items, tf.Item{Key: names.QueueVariable(g.Resource), Value: fmt.Sprintf("var.queues.%s.url", g.Resource)})
	}
	items = append(items, secretOf(f, names.Replica)...)
	for _, g := range use.Granted(f, model.SecretReadGrant) {
		items = append(items, tf.Item{Key: names.SecretVariable(g.Resource), Value: fmt.Sprintf("var.secrets.%s.arn", g.Resource)})
	}
	return append(items, tf.Item{Key: names.StackVariable, Value: tf.Literal(s.Name)})
}

// secretOf returns the variable with the ARN of a secret of URLs, where the function
// reads that.
func secretOf(f model.Function, s names.Store) []tf.Item {
	if len(use.Granted(f, s.Grant)) == 0 {
		return nil
	}
	return []tf.Item{{Key: s.Variable, Value: "var." + s.Input + ".secret_arn"}}
}
