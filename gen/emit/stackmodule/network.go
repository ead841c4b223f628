package stackmodule

import "github.com/seastack/seastack/gen/emit/tf"

// networkActions are those that Lambda's guide asks for; see networkComment.
var networkActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

const networkComment = `What Lambda needs to put a function into a VPC. EC2 limits these actions to no
resource, so the second statement takes them from the functions' own code:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html`

// network adds the statements that roles of functions with a database have in
// addition, when the environment has a network.
func network(locals *tf.Body) {
	quoted := make([]string, len(networkActions))
	for i, a := range networkActions {
		quoted[i] = tf.Literal(a)
	}
	var statements []string
	for _, s := range networkStatements() {
		statements = append(statements, s.String())
	}
	locals.Gap()
	locals.Comment(networkComment)
	locals.Expr("network_statements", "[for s in %s : s if var.network != null]", tf.List(statements...))
	locals.Gap()
	locals.Expr("network_actions", "%s", tf.List(quoted...))
}

func networkStatements() []statement {
	return []statement{
		{sid: "JoinNetwork", effect: "Allow", action: "local.network_actions", resource: `"*"`},
		{
			sid: "KeepNetworkFromCode", effect: "Deny", action: "local.network_actions", resource: `"*"`,
			condition: tf.Object(tf.Item{Key: "ArnLike", Value: tf.Object(tf.Item{
				Key: "lambda:SourceFunctionArn", Value: `"${local.function_arn_prefix}-*"`,
			})}),
		},
	}
}
