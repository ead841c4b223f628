package stackmodule

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// statement is one statement of an IAM policy. Policies are written with
// jsonencode and not with a data source: a plan then shows what changes in them
// statement by statement.
type statement struct {
	comment   string
	sid       string
	effect    string
	actions   []string
	action    string // an expression, in place of actions
	principal string // of a trust policy: a service
	resource  string // an expression
	condition string // an expression
}

func (s statement) String() string {
	items := []tf.Item{{Key: "Effect", Value: tf.Literal(s.effect)}, {Key: "Action", Value: s.actionList()}}
	if s.sid != "" {
		items = append([]tf.Item{{Key: "Sid", Value: tf.Literal(s.sid)}}, items...)
	}
	if s.principal != "" {
		items = append(items, tf.Item{Key: "Principal", Value: fmt.Sprintf("{ Service = %q }", s.principal)})
	}
	if s.resource != "" {
		items = append(items, tf.Item{Key: "Resource", Value: s.resource})
	}
	if s.condition != "" {
		items = append(items, tf.Item{Key: "Condition", Value: s.condition})
	}
	items[0].Comment = s.comment
	return tf.Object(items...)
}

func (s statement) actionList() string {
	switch {
	case s.action != "":
		return s.action
	case len(s.actions) == 1:
		return tf.Literal(s.actions[0])
	}
	return tf.Literal(s.actions)
}

// policy returns a policy document of the statements.
func policy(statements ...statement) string {
	var texts []string
	for _, s := range statements {
		texts = append(texts, s.String())
	}
	return tf.Object(tf.Item{Key: "Version", Value: `"2012-10-17"`}, tf.Item{Key: "Statement", Value: "[" + strings.Join(texts, ", ") + "]"})
}

// grants returns the statements of a function's role that follow from its
// handles and its trigger; "" for none.
func grants(f model.Function) string {
	var statements []string
	for _, s := range handles(f) {
		statements = append(statements, s.String())
	}
	switch {
	case len(statements) == 0:
		return ""
	case use.FunctionDatabase(f):
		return "concat(" + tf.List(statements...) + ", local.network_statements)"
	}
	return tf.List(statements...)
}

func handles(f model.Function) []statement {
	var statements []statement
	for _, s := range names.Stores() {
		if grants := use.Granted(f, s.Grant); len(grants) > 0 {
			statements = append(statements, statement{
				comment: chains(grants), sid: s.Statement, effect: "Allow",
				actions: []string{"secretsmanager:GetSecretValue"}, resource: "var." + s.Input + ".secret_arn",
			})
		}
	}
	for _, g := range use.Granted(f, model.QueueConsumeGrant) {
		statements = append(statements, onQueue(g, consumeActions))
	}
	for _, g := range use.Granted(f, model.QueueSendGrant) {
		statements = append(statements, onQueue(g, []string{"sqs:SendMessage"}))
	}
	for _, g := range use.Granted(f, model.EventPublishGrant) {
		statements = append(statements, publish(g))
	}
	for _, g := range use.Granted(f, model.SecretReadGrant) {
		statements = append(statements, statement{
			comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
			actions: []string{"secretsmanager:GetSecretValue"}, resource: "var.secrets." + g.Resource + ".arn",
		})
	}
	for _, g := range use.Granted(f, model.BucketReadGrant) {
		statements = append(statements, readBucket(g)...)
	}
	for _, g := range use.Granted(f, model.BucketWriteGrant) {
		statements = append(statements, writeBucket(g))
	}
	for _, g := range use.Granted(f, model.InvokeGrant) {
		statements = append(statements, statement{
			comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
			actions: []string{"lambda:InvokeFunction"}, resource: invoked(g.Resource),
		})
	}
	if use.FunctionDeadLetters(f) {
		statements = append(statements, keepDeadLetters(f))
	}
	return statements
}

// readBucket allows to read the objects of a bucket, or of a part of one, and to
// list them: without that, S3 answers that an object that does not exist is denied.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func readBucket(g model.Grant) []statement {
	bucket, prefix, _ := strings.Cut(g.Resource, "/")
	list := statement{
		sid: names.ListStatement(g), effect: "Allow", actions: []string{"s3:ListBucket"}, resource: "var.buckets." + bucket + ".arn",
	}
	if prefix != "" {
		list.condition = `{ StringLike = { "s3:prefix" = ` + tf.Literal(prefix+"*") + ` } }`
	}
	read := statement{
		comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
		actions: []string{"s3:GetObject"}, resource: objectsIn(bucket, prefix),
	}
	return []statement{read, list}
}

// writeBucket allows to write and remove the objects of a bucket, or of a part of
// one. An upload in parts that fails is aborted.
func writeBucket(g model.Grant) statement {
	bucket, prefix, _ := strings.Cut(g.Resource, "/")
	return statement{
		comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
		actions: []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"}, resource: objectsIn(bucket, prefix),
	}
}

// objectsIn returns the ARN of all objects of a bucket whose keys have the prefix.
func objectsIn(bucket, prefix string) string {
	return `"${var.buckets.` + bucket + `.arn}/` + prefix + `*"`
}

// keepDeadLetters lets Lambda, with the function's role, and Scheduler, with the
// schedule's, keep what has failed.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
func keepDeadLetters(f model.Function) statement {
	return statement{
		sid: "KeepDeadLetters", effect: "Allow", actions: []string{"sqs:SendMessage"}, resource: deadLetters(f) + ".arn",
	}
}

// invoked returns the ARN of the alias of a function that others invoke. It is
// spelled out: the function may be in another stack, and two functions may invoke
// each other.
func invoked(function string) string {
	return `"${local.invoked_arn_prefix}-` + names.InvokedName(function) + ":" + names.Alias + `"`
}

// publish allows to put events of one name and of the project's source on the bus.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
func publish(g model.Grant) statement {
	return statement{
		comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
		actions: []string{"events:PutEvents"}, resource: "var.event_bus.arn",
		condition: tf.Object(tf.Item{Key: "StringEquals", Value: tf.Object(
			tf.Item{Key: "events:detail-type", Value: tf.Literal(g.Resource)},
			tf.Item{Key: "events:source", Value: "var.event_bus.source"})}),
	}
}

// consumeActions are what Lambda's pollers do with the function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
var consumeActions = []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}

func onQueue(g model.Grant, actions []string) statement {
	return statement{
		comment: chains([]model.Grant{g}), sid: names.Statement(g), effect: "Allow",
		actions: actions, resource: "var.queues." + g.Resource + ".arn",
	}
}

// chains says how the function comes by its grants, one chain a line.
func chains(grants []model.Grant) string {
	var lines []string
	for _, g := range grants {
		if len(g.Chain) > 0 {
			lines = append(lines, strings.Join(g.Chain, " -> "))
		}
	}
	return strings.Join(lines, "\n")
}
