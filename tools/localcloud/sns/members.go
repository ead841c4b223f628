package sns

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input. The attributes of topics and
// subscriptions have theirs in attributes.go and subscriptionattributes.go.
var inputs = members.Table{
	"CreateTopic":               {Applied: "Attributes Name Tags.Key Tags.Value", Refused: "DataProtectionPolicy"},
	"DeleteTopic":               {Applied: "TopicArn"},
	"GetSubscriptionAttributes": {Applied: "SubscriptionArn"},
	"GetTopicAttributes":        {Applied: "TopicArn"},
	"ListSubscriptions":         {Applied: "NextToken"},
	"ListSubscriptionsByTopic":  {Applied: "NextToken TopicArn"},
	"ListTagsForResource":       {Applied: "ResourceArn"},
	"ListTopics":                {Applied: "NextToken"},
	"Publish": {
		Applied: `Message MessageAttributes.*.BinaryValue MessageAttributes.*.DataType MessageAttributes.*.StringValue
			MessageStructure Subject TargetArn TopicArn`,
		Refused: "MessageDeduplicationId MessageGroupId PhoneNumber",
	},
	"SetSubscriptionAttributes": {Applied: "AttributeName AttributeValue SubscriptionArn"},
	"SetTopicAttributes":        {Applied: "AttributeName AttributeValue TopicArn"},
	"Subscribe":                 {Applied: "Attributes Endpoint Protocol ReturnSubscriptionArn TopicArn"},
	"TagResource":               {Applied: "ResourceArn Tags.Key Tags.Value"},
	"Unsubscribe":               {Applied: "SubscriptionArn"},
	"UntagResource":             {Applied: "ResourceArn TagKeys"},
}
