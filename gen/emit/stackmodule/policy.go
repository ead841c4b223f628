package stackmodule

import (
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/emit/names"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/emit/use"
	"github.com/seastack/seastack/gen/model"
)

// statement is one statement of an IAM policy. Policies are written with
// jsonencode and not with the data source: a plan shows what changes in them
// statement by statement, also before the resources that they name exist.
type statement struct {
	comment   string
	sid       string
	effect    string
	actions   []string
	principal string // of a trust policy: a service
	resource  string // an expression
	condition string // an expression
}

func (s statement) String() string {
	actions := tf.Literal(s.actions)
	if len(s.actions) == 1 {
		actions = tf.Literal(s.actions[0])
	}
	items := []tf.Item{{Key: "Sid", Value: tf.Literal(s.sid)}, {Key: "Effect", Value: tf.Literal(s.effect)}, {Key: "Action", Value: actions}}
	if s.sid == "" {
		items = items[1:]
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

// policy gives a policy document of the statements.
func policy(statements ...string) string {
	return document("[" + strings.Join(statements, ", ") + "]")
}

func document(statements string) string {
	return tf.Object(tf.Item{Key: "Version", Value: `"2012-10-17"`}, tf.Item{Key: "Statement", Value: statements})
}

// grants gives the policy of a function's role: what follows from its handles
// and its trigger, and its own logs.
func grants(label string, f model.Function) string {
	statements := []string{logs(label).String()}
	for _, s := range handles(f) {
		statements = append(statements, s.String())
	}
	if use.FunctionDatabase(f) {
		return document("concat(" + tf.List(statements...) + ", local.network_statements)")
	}
	return document(tf.List(statements...))
}

func logs(label string) statement {
	return statement{
		sid: "WriteLogs", effect: "Allow", actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		resource: `"${aws_cloudwatch_log_group.` + label + `.arn}:*"`,
	}
}

func handles(f model.Function) []statement {
	var statements []statement
	if grants := use.Granted(f, model.DatabaseGrant); len(grants) > 0 {
		statements = append(statements, statement{
			comment: chains(grants), sid: "ReadDatabaseURLs", effect: "Allow",
			actions: []string{"secretsmanager:GetSecretValue"}, resource: "var.database.secret_arn",
		})
	}
	for _, g := range use.Granted(f, model.QueueConsumeGrant) {
		statements = append(statements, onQueue("Consume", g, consumeActions))
	}
	for _, g := range use.Granted(f, model.QueueSendGrant) {
		statements = append(statements, onQueue("Send", g, []string{"sqs:SendMessage"}))
	}
	return statements
}

// consumeActions are what Lambda's pollers do with the function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
var consumeActions = []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}

func onQueue(verb string, g model.Grant, actions []string) statement {
	return statement{
		comment: chains([]model.Grant{g}), sid: verb + camel(g.Resource), effect: "Allow",
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

// camel gives a queue's name as a statement's ID takes it: letters and digits.
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(names.Label(name), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

const networkComment = `What Lambda needs to put a function into a VPC: EC2 can limit these actions to no
resource. The second statement takes them from the functions' own code.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html`

// networkActions are those of the guide in networkComment.
var networkActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// ownFunctions matches the ARNs of the stack's functions.
const ownFunctions = `"arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:function:${local.name_prefix}-*"`

func networkStatements() []string {
	allow := statement{sid: "JoinNetwork", effect: "Allow", actions: networkActions, resource: `"*"`}
	deny := statement{
		sid: "KeepNetworkFromCode", effect: "Deny", actions: networkActions, resource: `"*"`,
		condition: tf.Object(tf.Item{Key: "ArnLike", Value: tf.Object(tf.Item{Key: "lambda:SourceFunctionArn", Value: ownFunctions})}),
	}
	return []string{allow.String(), deny.String()}
}
