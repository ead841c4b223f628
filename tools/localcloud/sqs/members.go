package sqs

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input. Attributes of queues are
// checked by name (checkAttribute).
var inputs = members.Table{
	"CancelMessageMoveTask":        {Applied: "TaskHandle"},
	"ChangeMessageVisibility":      {Applied: "QueueUrl ReceiptHandle VisibilityTimeout"},
	"ChangeMessageVisibilityBatch": {Applied: "Entries.Id Entries.ReceiptHandle Entries.VisibilityTimeout QueueUrl"},
	"CreateQueue":                  {Applied: "Attributes QueueName Tags"},
	"DeleteMessage":                {Applied: "QueueUrl ReceiptHandle"},
	"DeleteMessageBatch":           {Applied: "Entries.Id Entries.ReceiptHandle QueueUrl"},
	"DeleteQueue":                  {Applied: "QueueUrl"},
	"GetQueueAttributes":           {Applied: "AttributeNames QueueUrl"},
	"GetQueueUrl":                  {Applied: "QueueName QueueOwnerAWSAccountId"},
	"ListDeadLetterSourceQueues":   {Applied: "MaxResults NextToken QueueUrl"},
	"ListMessageMoveTasks":         {Applied: "MaxResults SourceArn"},
	"ListQueueTags":                {Applied: "QueueUrl"},
	"ListQueues":                   {Applied: "MaxResults NextToken QueueNamePrefix"},
	"PurgeQueue":                   {Applied: "QueueUrl"},
	"ReceiveMessage": {
		Applied: `AttributeNames MaxNumberOfMessages MessageAttributeNames MessageSystemAttributeNames QueueUrl
			ReceiveRequestAttemptId VisibilityTimeout WaitTimeSeconds`,
	},
	"SendMessage": {
		Applied: `DelaySeconds MessageAttributes.*.BinaryValue MessageAttributes.*.DataType MessageAttributes.*.StringValue
			MessageBody MessageDeduplicationId MessageGroupId MessageSystemAttributes.*.BinaryValue MessageSystemAttributes.*.DataType
			MessageSystemAttributes.*.StringValue QueueUrl`,
		Refused: `MessageAttributes.*.BinaryListValues MessageAttributes.*.StringListValues
			MessageSystemAttributes.*.BinaryListValues MessageSystemAttributes.*.StringListValues`,
	},
	"SendMessageBatch": {
		Applied: `Entries.DelaySeconds Entries.Id Entries.MessageAttributes.*.BinaryValue Entries.MessageAttributes.*.DataType
			Entries.MessageAttributes.*.StringValue Entries.MessageBody Entries.MessageDeduplicationId Entries.MessageGroupId
			Entries.MessageSystemAttributes.*.BinaryValue Entries.MessageSystemAttributes.*.DataType
			Entries.MessageSystemAttributes.*.StringValue QueueUrl`,
		Refused: `Entries.MessageAttributes.*.BinaryListValues Entries.MessageAttributes.*.StringListValues
			Entries.MessageSystemAttributes.*.BinaryListValues Entries.MessageSystemAttributes.*.StringListValues`,
	},
	"SetQueueAttributes":   {Applied: "Attributes QueueUrl"},
	"StartMessageMoveTask": {Applied: "DestinationArn SourceArn", Kept: "MaxNumberOfMessagesPerSecond"},
	"TagQueue":             {Applied: "QueueUrl Tags"},
	"UntagQueue":           {Applied: "QueueUrl TagKeys"},
}
