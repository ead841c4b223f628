package logs

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"AssociateKmsKey":       {Applied: "LogGroupName", Kept: "KmsKeyId", Refused: "ResourceIdentifier"},
	"CreateLogGroup":        {Applied: "LogGroupClass LogGroupName Tags", Kept: "KmsKeyId", Refused: "DeletionProtectionEnabled"},
	"CreateLogStream":       {Applied: "LogGroupName LogStreamName"},
	"DeleteLogGroup":        {Applied: "LogGroupName"},
	"DeleteLogStream":       {Applied: "LogGroupName LogStreamName"},
	"DeleteRetentionPolicy": {Applied: "LogGroupName"},
	"DescribeLogGroups": {
		Applied: "Limit LogGroupClass LogGroupIdentifiers LogGroupNamePattern LogGroupNamePrefix NextToken",
		Refused: "AccountIdentifiers IncludeLinkedAccounts",
	},
	"DescribeLogStreams": {
		Applied: "Descending Limit LogGroupIdentifier LogGroupName LogStreamNamePrefix NextToken OrderBy",
	},
	"DisassociateKmsKey": {Applied: "LogGroupName", Refused: "ResourceIdentifier"},
	// Results are always interleaved, as on AWS since 2019, and nothing is masked.
	"FilterLogEvents": {
		Applied: `EndTime FilterPattern Interleaved Limit LogGroupIdentifier LogGroupName LogStreamNamePrefix LogStreamNames
			NextToken StartFromHead StartTime Unmask`,
	},
	"GetLogEvents": {
		Applied: "EndTime Limit LogGroupIdentifier LogGroupName LogStreamName NextToken StartFromHead StartTime Unmask",
	},
	"ListTagsForResource": {Applied: "ResourceArn"},
	"ListTagsLogGroup":    {Applied: "LogGroupName"},
	// AWS has ignored sequence tokens since 2023.
	"PutLogEvents": {
		Applied: "LogEvents.Message LogEvents.Timestamp LogGroupName LogStreamName SequenceToken", Refused: "Entity",
	},
	"PutRetentionPolicy": {Applied: "LogGroupName RetentionInDays"},
	"TagLogGroup":        {Applied: "LogGroupName Tags"},
	"TagResource":        {Applied: "ResourceArn Tags"},
	"UntagLogGroup":      {Applied: "LogGroupName Tags"},
	"UntagResource":      {Applied: "ResourceArn TagKeys"},
}
