package mirror

// services names the parts of the AWS provider that the mirror's build keeps.
// It is the one place to change: add a service's directory name under
// internal/service of the provider's source, and the next Ensure builds anew.
// What these import from one another is registered with them.
var services = []string{
	"apigatewayv2",
	"cloudwatch",
	"ec2",
	"events",
	"iam",
	"kms",
	"lambda",
	"logs",
	"meta",
	"rds",
	"s3",
	"scheduler",
	"secretsmanager",
	"sns",
	"sqs",
	"ssm",
	"sts",
}
