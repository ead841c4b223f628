package root

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// artifacts reads what the builder wrote. Where there is nothing yet, the
// functions' preconditions say what to do.
const artifacts = `try(jsondecode(file("${path.module}/artifacts.json")).functions, {})`

// publicURLProvider are the versions of the provider that add to a public URL all
// that AWS asks for since October 2025: the second permission, lambda:InvokeFunction
// for callers of the URL, which no older version can write. The local cloud does
// without it.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
const publicURLProvider = ">= 6.28"

func stack(s scope, st model.Stack) *tf.File {
	versions := ""
	if use.StackPublicStream(st) && !s.environment.IsLocal() {
		versions = publicURLProvider
	}
	f := s.headFor(versions)
	s.platformState(f)
	b := s.module(f, "stack", names.ModuleDir(s.config.Folders, st.Name))
	b.Expr("artifact_bucket", "%s", platformOutput("artifact_bucket"))
	b.Expr("artifacts", artifacts)
	b.Expr("alarms", "%s", s.alarms(st.Name))
	if d := s.environment.Developers; len(d) > 0 {
		b.Expr("developers", "%s", tf.Literal(d))
	}
	b.Set("log_retention_days", s.environment.LogRetention)
	s.overrides(b, st.Name)
	shared(b, st)
	if n := s.environment.Network; n != nil && use.StackDatabase(st) {
		b.Expr("network", "%s", tf.Object(
			tf.Item{Key: "security_group_ids", Value: tf.Literal(n.SecurityGroups)},
			tf.Item{Key: "subnet_ids", Value: tf.Literal(n.Subnets)}))
	}
	tf.Output(f, "functions", "The stack's functions: what to invoke, and where the logs are.", "module.stack.functions")
	if use.StackStream(st) {
		tf.Output(f, "urls", "The URLs of functions that have their own.", "module.stack.urls")
	}
	return f
}

// alarms returns when a stack's alarms go off, and the topic that they are sent to.
func (s scope) alarms(stack string) string {
	a, on := s.environment.Alarms, s.environment.Stacks[stack].Alarms
	topic := platformOutput("alarm_topic_arn")
	switch {
	case on != nil && !*on, a != nil && !a.Enabled:
		return "{ enabled = false }"
	case a == nil:
		return "{ actions = [" + topic + "] }"
	case a.Topic != "":
		topic = tf.Literal(a.Topic)
	}
	return tf.Object(
		tf.Item{Key: "actions", Value: "[" + topic + "]"},
		tf.Item{Key: "age", Value: tf.Literal(a.Age)},
		tf.Item{Key: "dead_letters", Value: tf.Literal(a.DeadLetters)},
		tf.Item{Key: "duration", Value: tf.Literal(a.Duration)},
		tf.Item{Key: "errors", Value: tf.Literal(a.Errors)},
		tf.Item{Key: "throttles", Value: tf.Literal(a.Throttles)})
}

func (s scope) overrides(b *tf.Body, stack string) {
	settings := s.environment.Stacks[stack]
	shared := maps.Clone(s.environment.Env)
	if shared == nil {
		shared = map[string]config.Variable{}
	}
	if maps.Copy(shared, settings.Env); len(shared) > 0 {
		b.Expr("env", "%s", env(shared))
	}
	for _, item := range overridden(settings.Override) {
		b.Expr(item.Key, "%s", item.Value)
	}
	var functions []tf.Item
	for _, name := range slices.Sorted(maps.Keys(settings.Functions)) {
		if text := override(settings.Functions[name]); text != "" { // else the builder alone reads what it sets
			functions = append(functions, tf.Item{Key: name, Value: text})
		}
	}
	if len(functions) > 0 {
		b.Expr("functions", "%s", tf.Object(functions...))
	}
}

// env returns environment variables as the modules take them.
func env(variables map[string]config.Variable) string {
	var items []tf.Item
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		v := variables[name]
		value := "{ value = " + tf.Literal(v.Value) + " }"
		if place := v.Kept(); place != "" {
			value = "{ kept = " + tf.Literal(place) + " }"
		}
		items = append(items, tf.Item{Key: name, Value: value})
	}
	return tf.Object(items...)
}

// override returns the settings of a function; "" where there is none of
// Terraform's.
func override(o config.Override) string {
	var set []string
	if o.Alarms != nil {
		set = append(set, "alarms = "+tf.Literal(*o.Alarms))
	}
	if len(o.Env) > 0 {
		set = append(set, "env = "+env(o.Env))
	}
	for _, item := range overridden(o) {
		set = append(set, item.Key+" = "+item.Value)
	}
	if len(set) == 0 {
		return ""
	}
	return "{ " + strings.Join(set, ", ") + " }"
}

// overridden returns the settings that are set, sorted, without the variables.
func overridden(o config.Override) (set []tf.Item) {
	number := func(key string, n int) {
		if n > 0 {
			set = append(set, tf.Item{Key: key, Value: tf.Literal(n)})
		}
	}
	number("concurrency", o.Concurrency)
	if o.Log != "" {
		set = append(set, tf.Item{Key: "log_level", Value: tf.Literal(strings.ToUpper(o.Log))})
	}
	number("memory", o.Memory)
	number("provisioned", o.Provisioned)
	number("storage", o.Storage)
	number("timeout", o.Timeout)
	if o.Tracing != nil {
		set = append(set, tf.Item{Key: "tracing", Value: tf.Literal(*o.Tracing)})
	}
	return set
}

// shared passes what the stack uses of the platform.
func shared(b *tf.Body, st model.Stack) {
	if use.StackAPI(st) {
		b.Expr("api", "%s", tf.Object(
			tf.Item{Key: "execution_arn", Value: platformOutput("api_execution_arn")},
			tf.Item{Key: "id", Value: platformOutput("api_id")}))
	}
	if len(use.Authorizers(st)) > 0 {
		b.Expr("authorizers", "%s", platformOutput("authorizers"))
	}
	if len(use.Buckets(st)) > 0 {
		b.Expr("buckets", "%s", platformOutput("buckets"))
	}
	for _, store := range names.Stores() {
		if use.StackReads(st, store.Grant) {
			b.Expr(store.Input, "%s", tf.Object(tf.Item{Key: "secret_arn", Value: platformOutput(store.Output())}))
		}
	}
	if len(use.StackDeadLetters(st)) > 0 {
		b.Expr("dead_letters", "%s", platformOutput("dead_letters"))
	}
	if use.Publishes(st) {
		b.Expr("event_bus", "%s", platformOutput("event_bus"))
	}
	if len(use.Queues(st)) > 0 {
		b.Expr("queues", "%s", platformOutput("queues"))
	}
	if len(use.Secrets(st)) > 0 {
		b.Expr("secrets", "%s", platformOutput("secrets"))
	}
}

func platformOutput(name string) string {
	return fmt.Sprintf("data.terraform_remote_state.%s.outputs.%s", names.Platform, name)
}
