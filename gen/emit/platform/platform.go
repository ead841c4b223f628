// Package platform writes the Terraform module of what stacks share: whatever
// holds data or an address. It has only what the model uses. It knows AWS's
// resources and nothing of environments' values, which the roots pass in.
package platform

import (
	"fmt"
	"slices"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/convention"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// Files returns the module's files.
func Files(m model.Model, c config.Config) []output.File {
	parts := map[string]*tf.File{
		"locals":    locals(m),
		"variables": variables(m, c),
		"versions":  convention.Versions(c),
	}
	if use.API(m) {
		parts["api"] = api(c)
	}
	if use.Functions(m) {
		parts["alarms"] = alarms()
		parts["artifacts"] = artifacts()
	}
	if use.Authorization(m) {
		parts["authorizers"] = authorizers(m)
	}
	if len(m.Buckets) > 0 {
		parts["buckets"] = buckets(m)
	}
	if use.Database(m) {
		parts["database"] = database(m)
	}
	if len(m.Events) > 0 || use.Objects(m, "") {
		parts["events"] = events(m)
	}
	if len(use.DeadLetters(m)) > 0 {
		parts["dead_letters"] = failedInvocations(m)
	}
	if len(m.Queues) > 0 {
		parts["queues"] = queues(m.Queues)
	}
	if len(m.Secrets) > 0 {
		parts["secrets"] = secrets(m.Secrets)
	}
	if f := outputs(m); f != nil {
		parts["outputs"] = f
	}
	return tf.Files(names.PlatformDir(c.Folders), parts)
}

// keep keeps Terraform from destroying or replacing a resource that holds data or
// an address. `seastack apply` and `up` lift it for what --allow-destroy names.
func keep(b *tf.Body) { b.Block("lifecycle").Set("prevent_destroy", true) }

func locals(m model.Model) *tf.File {
	f := tf.New("")
	if use.Functions(m) || len(m.Queues) > 0 || len(m.Buckets) > 0 {
		f.Empty("data", "aws_caller_identity", "current")
	}
	if len(m.Queues)+len(m.Authorizers) > 0 {
		f.Empty("data", "aws_partition", "current")
		f.Empty("data", "aws_region", "current")
	}
	b := f.Block("locals")
	b.Expr("name_prefix", `"%s"`, names.Shared(m.Project, "${var.environment}"))
	if len(m.Authorizers) > 0 {
		b.Expr("invoke_arn_prefix", `"%s/%s:function"`, invokePath, convention.ARN("lambda"))
	}
	if len(m.Queues) > 0 {
		b.Expr("queue_arn_prefix", `"%s:${local.name_prefix}"`, convention.ARN("sqs"))
	}
	return f
}

func variables(m model.Model, c config.Config) *tf.File {
	f := tf.New("")
	if use.API(m) {
		tf.Variable{Name: "api_throttling_burst", Type: "number", Default: "500",
			Description: "Requests that the API takes at the same moment before it answers 429."}.Add(f)
		tf.Variable{Name: "api_throttling_rate", Type: "number", Default: "1000",
			Description: "Requests a second that the API takes before it answers 429. All APIs of an account and region share 10,000."}.Add(f)
	}
	if len(m.Buckets) > 0 {
		tf.Variable{Name: "buckets_force_destroy", Type: "bool", Default: "false",
			Description: "Whether buckets may be destroyed with the objects in them."}.Add(f)
	}
	if use.API(m) && hasCORS(c) {
		corsVariable.Add(f)
	}
	if use.Database(m) {
		recoveryDays("database_secret_recovery_days", "the database's secret").Add(f)
	}
	convention.Environment.Add(f)
	if use.JWT(m) {
		jwtVariable.Add(f)
	}
	if use.API(m) {
		convention.LogRetention.Add(f)
	}
	if len(m.Secrets) > 0 {
		recoveryDays("secret_recovery_days", "a secret").Add(f)
	}
	return f
}

// recoveryDays returns the variable of how long a destroyed secret can be restored.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
func recoveryDays(name, secret string) tf.Variable {
	return tf.Variable{
		Name: name, Type: "number", Default: "30",
		Description: "Days in which " + secret + " can be restored after it was destroyed; 0 removes it at once.",
		Condition:   fmt.Sprintf("var.%[1]s == 0 || (var.%[1]s >= 7 && var.%[1]s <= 30)", name),
		Message:     `"Secrets Manager takes 0, or 7 to 30 days."`,
	}
}

func outputs(m model.Model) *tf.File {
	f := tf.New("")
	if use.API(m) {
		tf.Output(f, "api_endpoint", "URL of the API.", "aws_apigatewayv2_api.this.api_endpoint")
		tf.Output(f, "api_execution_arn", "Prefix of the ARNs that the API invokes functions with.", "aws_apigatewayv2_api.this.execution_arn")
		tf.Output(f, "api_id", "ID of the API that stacks add their routes to.", "aws_apigatewayv2_api.this.id")
	}
	if use.Functions(m) {
		tf.Output(f, "alarm_topic_arn", "ARN of the topic that alarms are sent to.", "aws_sns_topic.alarms.arn")
		tf.Output(f, "artifact_bucket", "Name of the bucket of the functions' zips.", "aws_s3_bucket.artifacts.bucket")
	}
	if use.Authorization(m) {
		tf.Output(f, "authorizers", "ID of each authorizer of the API.", authorizersOutput(m))
	}
	if len(m.Buckets) > 0 {
		tf.Output(f, "buckets", "ARN and name of each bucket.", tf.Members(bucketNames(m), func(name string) string {
			return named("aws_s3_bucket."+names.Label(name), "bucket")
		}))
	}
	databaseOutputs(f, m)
	if functions := use.DeadLetters(m); len(functions) > 0 {
		tf.Output(f, "dead_letters", "ARN and name of the queue of each function's dead letters.", tf.Members(functions, func(function string) string {
			return named("aws_sqs_queue."+names.Label(names.DeadLetters(function)), "name")
		}))
	}
	if len(m.Events) > 0 {
		tf.Output(f, "event_bus", "The bus that stacks publish events on, and the source that they name.", tf.Object(
			tf.Item{Key: "arn", Value: "aws_cloudwatch_event_bus.this.arn"},
			tf.Item{Key: "name", Value: "aws_cloudwatch_event_bus.this.name"},
			tf.Item{Key: "source", Value: tf.Literal(m.Project)}))
	}
	if len(m.Queues) > 0 {
		var items []tf.Item
		for _, q := range m.Queues {
			items = append(items, tf.Item{Key: q.Name, Value: queueOutput(q)})
		}
		tf.Output(f, "queues", "ARN, URL and name of each queue, and the name of its dead letters.", tf.Object(items...))
	}
	if len(m.Secrets) > 0 {
		tf.Output(f, "secrets", "ARN of each secret.", tf.Members(secretNames(m), func(name string) string {
			return "{ arn = aws_secretsmanager_secret." + names.Label(name) + ".arn }"
		}))
	}
	if !use.Functions(m) && !use.API(m) && !use.Database(m) && len(m.Queues) == 0 && len(m.Buckets) == 0 {
		return nil
	}
	return f
}

// bucketNames returns the names of the buckets, each once.
func bucketNames(m model.Model) []string {
	var all []string
	for _, b := range m.Buckets {
		all = append(all, b.Name)
	}
	return slices.Compact(all)
}

func secretNames(m model.Model) (all []string) {
	for _, s := range m.Secrets {
		all = append(all, s.Name)
	}
	return all
}

// named returns the ARN of a resource and its name, which is an attribute of it.
func named(resource, attribute string) string {
	return tf.Object(tf.Item{Key: "arn", Value: resource + ".arn"}, tf.Item{Key: "name", Value: resource + "." + attribute})
}

func queueOutput(q model.Queue) string {
	resource := "aws_sqs_queue." + names.Label(q.Name)
	return tf.Object(
		tf.Item{Key: "arn", Value: resource + ".arn"},
		tf.Item{Key: "dead_letters", Value: "aws_sqs_queue." + names.Label(names.DeadLetters(q.Name)) + ".name"},
		tf.Item{Key: "name", Value: resource + ".name"},
		tf.Item{Key: "url", Value: resource + ".url"})
}
