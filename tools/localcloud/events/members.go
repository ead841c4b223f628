package events

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"CreateEventBus": {
		Applied: "Description Name Tags.Key Tags.Value",
		Kept:    "DeadLetterConfig.Arn KmsKeyIdentifier LogConfig.IncludeDetail LogConfig.Level",
		Refused: "EventSourceName",
	},
	"UpdateEventBus": {
		Applied: "Description Name",
		Kept:    "DeadLetterConfig.Arn KmsKeyIdentifier LogConfig.IncludeDetail LogConfig.Level",
	},
	"DeleteEventBus":        {Applied: "Name"},
	"DescribeEventBus":      {Applied: "Name"},
	"ListEventBuses":        {Applied: "Limit NamePrefix NextToken"},
	"PutPermission":         {Applied: "EventBusName", Kept: "Policy", Refused: "Action Condition.Key Condition.Type Condition.Value Principal StatementId"},
	"RemovePermission":      {Applied: "EventBusName RemoveAllPermissions StatementId"},
	"DeleteRule":            {Applied: "EventBusName Name", Kept: "Force"},
	"DescribeRule":          {Applied: "EventBusName Name"},
	"DisableRule":           {Applied: "EventBusName Name"},
	"EnableRule":            {Applied: "EventBusName Name"},
	"ListRuleNamesByTarget": {Applied: "EventBusName Limit NextToken TargetArn"},
	"ListRules":             {Applied: "EventBusName Limit NamePrefix NextToken"},
	"ListTagsForResource":   {Applied: "ResourceARN"},
	"ListTargetsByRule":     {Applied: "EventBusName Limit NextToken Rule"},
	"PutEvents": {
		Applied: "Entries.Detail Entries.DetailType Entries.EventBusName Entries.Resources Entries.Source Entries.Time " +
			"Entries.TraceHeader",
		Refused: "EndpointId",
	},
	"PutRule": {
		Applied: "Description EventBusName EventPattern Name ScheduleExpression State Tags.Key Tags.Value",
		Kept:    "RoleArn",
	},
	"PutTargets": {
		Applied: `EventBusName Rule Targets.Arn Targets.DeadLetterConfig.Arn Targets.Id Targets.Input Targets.InputPath
			Targets.InputTransformer.InputPathsMap Targets.InputTransformer.InputTemplate
			Targets.RetryPolicy.MaximumEventAgeInSeconds Targets.RetryPolicy.MaximumRetryAttempts`,
		Kept: "Targets.RoleArn",
		Refused: `Targets.AppSyncParameters Targets.BatchParameters Targets.EcsParameters Targets.HttpParameters
			Targets.KinesisParameters Targets.RedshiftDataParameters Targets.RunCommandParameters
			Targets.SageMakerPipelineParameters Targets.SqsParameters`,
	},
	"RemoveTargets":    {Applied: "EventBusName Ids Rule", Kept: "Force"},
	"TagResource":      {Applied: "ResourceARN Tags.Key Tags.Value"},
	"TestEventPattern": {Applied: "Event EventPattern"},
	"UntagResource":    {Applied: "ResourceARN TagKeys"},
}
