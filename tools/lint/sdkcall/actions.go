package sdkcall

import (
	"cmp"
	"slices"
	"strings"
)

// prefixes are the prefixes of IAM's actions of services whose package has another
// name. Most have the same.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var prefixes = map[string]string{
	"apigatewaymanagementapi":  "execute-api",
	"applicationautoscaling":   "application-autoscaling",
	"bedrockruntime":           "bedrock",
	"cloudwatchlogs":           "logs",
	"cognitoidentity":          "cognito-identity",
	"cognitoidentityprovider":  "cognito-idp",
	"databasemigrationservice": "dms",
	"dynamodbstreams":          "dynamodb",
	"efs":                      "elasticfilesystem",
	"elasticloadbalancingv2":   "elasticloadbalancing",
	"eventbridge":              "events",
	"iotdataplane":             "iot",
	"opensearch":               "es",
	"rdsdata":                  "rds-data",
	"redshiftdata":             "redshift-data",
	"resourcegroupstaggingapi": "tag",
	"secretsmanager":           "secretsmanager",
	"sesv2":                    "ses",
	"sfn":                      "states",
}

// renamed are the actions of operations that have other names: those of each
// service's page of the reference.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
var renamed = map[operation][]string{
	{"lambda", "Invoke"}:                            {"lambda:InvokeFunction"},
	{"lambda", "InvokeAsync"}:                       {"lambda:InvokeFunction"},
	{"lambda", "InvokeWithResponseStream"}:          {"lambda:InvokeFunction"},
	{"sns", "PublishBatch"}:                         {"sns:Publish"},
	{"sqs", "SendMessageBatch"}:                     {"sqs:SendMessage"},
	{"sqs", "DeleteMessageBatch"}:                   {"sqs:DeleteMessage"},
	{"sqs", "ChangeMessageVisibilityBatch"}:         {"sqs:ChangeMessageVisibility"},
	{"s3", "HeadObject"}:                            {"s3:GetObject"},
	{"s3", "HeadBucket"}:                            {"s3:ListBucket"},
	{"s3", "ListObjects"}:                           {"s3:ListBucket"},
	{"s3", "ListObjectsV2"}:                         {"s3:ListBucket"},
	{"s3", "ListObjectVersions"}:                    {"s3:ListBucketVersions"},
	{"s3", "ListBuckets"}:                           {"s3:ListAllMyBuckets"},
	{"s3", "ListMultipartUploads"}:                  {"s3:ListBucketMultipartUploads"},
	{"s3", "ListParts"}:                             {"s3:ListMultipartUploadParts"},
	{"s3", "CopyObject"}:                            {"s3:GetObject", "s3:PutObject"},
	{"s3", "UploadPartCopy"}:                        {"s3:GetObject", "s3:PutObject"},
	{"s3", "DeleteObjects"}:                         {"s3:DeleteObject"},
	{"s3", "CreateMultipartUpload"}:                 {"s3:PutObject"},
	{"s3", "UploadPart"}:                            {"s3:PutObject"},
	{"s3", "CompleteMultipartUpload"}:               {"s3:PutObject"},
	{"s3", "SelectObjectContent"}:                   {"s3:GetObject"},
	{"dynamodb", "TransactGetItems"}:                {"dynamodb:GetItem"},
	{"dynamodb", "TransactWriteItems"}:              transaction,
	{"dynamodb", "ExecuteStatement"}:                partiQL,
	{"dynamodb", "BatchExecuteStatement"}:           partiQL,
	{"dynamodb", "ExecuteTransaction"}:              partiQL,
	{"bedrockruntime", "Converse"}:                  {"bedrock:InvokeModel"},
	{"bedrockruntime", "ConverseStream"}:            {"bedrock:InvokeModelWithResponseStream"},
	{"apigatewaymanagementapi", "PostToConnection"}: {"execute-api:ManageConnections"},
	{"apigatewaymanagementapi", "GetConnection"}:    {"execute-api:ManageConnections"},
	{"apigatewaymanagementapi", "DeleteConnection"}: {"execute-api:ManageConnections"},
}

// The operations of these may be mixed, and each needs its own action.
var (
	partiQL = []string{
		"dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate",
	}
	transaction = []string{
		"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
	}
)

// actions returns the actions that the operation may need: what it does decides
// which of them it needs.
func (o operation) actions() []string {
	if actions := renamed[o]; actions != nil {
		return actions
	}
	return []string{cmp.Or(prefixes[o.service], o.service) + ":" + o.name}
}

// needs reports whether an action is one of the operation's. Of a service that is not
// among prefixes, the prefix may be another than its package's name.
func (o operation) needs(action string) bool {
	if slices.Contains(o.actions(), action) {
		return true
	}
	_, name, _ := strings.Cut(action, ":")
	return name == o.name && renamed[o] == nil && prefixes[o.service] == "" && !sameName[o.service]
}

// sameName are services whose actions are known to begin like their package's name.
var sameName = map[string]bool{
	"dynamodb": true, "iam": true, "kms": true, "lambda": true, "s3": true, "scheduler": true, "secretsmanager": true,
	"sns": true, "sqs": true, "ssm": true, "sts": true,
}

// needsNothing reports whether AWS lets everybody call the operation.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (o operation) needsNothing() bool { return o == operation{"sts", "GetCallerIdentity"} }

// covers are the handles that do what operations do, by the service's package and the
// operation; an operation of "" is any other of the service.
var covers = map[operation]string{
	{"sqs", "SendMessage"}:       "take a queue.Sender of the message's type in the constructor",
	{"sqs", "SendMessageBatch"}:  "take a queue.Sender of the message's type in the constructor",
	{"sqs", "ReceiveMessage"}:    "handle the queue's messages with //seastack:consume",
	{"eventbridge", "PutEvents"}: "take an event.Publisher of the event's type in the constructor",
	{"secretsmanager", "GetSecretValue"}: "take a secret.Value of the secret's type in the constructor, " +
		`or set a variable with secret("NAME") in seastack.hcl`,
	{"s3", "GetObject"}:      "take a blob.Reader of the object's type in the constructor",
	{"s3", "PutObject"}:      "take a blob.Writer of the object's type in the constructor",
	{"s3", "DeleteObject"}:   "take a blob.Writer of the object's type in the constructor",
	{"s3", "ListObjectsV2"}:  "take a blob.Reader of the object's type in the constructor",
	{"ssm", "GetParameter"}:  parameter,
	{"ssm", "GetParameters"}: parameter,
	{"rdsdata", ""}:          "take a *db.Primary or a *db.Replica in the constructor",
}

const parameter = `set a variable with parameter("/NAME") in seastack.hcl, and take a config.Value in the constructor`

// remedy returns what to do about a call that nothing covers.
func (o operation) remedy() string {
	own := "write a statement beside the stack's generated Terraform and mark the line with //seastack:granted " +
		strings.Join(o.actions(), ",")
	if handle := cmp.Or(covers[o], covers[operation{o.service, ""}]); handle != "" {
		return handle + "; or " + own
	}
	return own
}
