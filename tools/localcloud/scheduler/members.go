package scheduler

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"CreateSchedule":      scheduleFate,
	"CreateScheduleGroup": {Applied: "ClientToken Name Tags.Key Tags.Value"},
	"DeleteSchedule":      {Applied: "GroupName Name", Kept: "ClientToken"},
	"DeleteScheduleGroup": {Applied: "Name", Kept: "ClientToken"},
	"GetSchedule":         {Applied: "GroupName Name"},
	"GetScheduleGroup":    {Applied: "Name"},
	"ListScheduleGroups":  {Applied: "MaxResults NamePrefix NextToken"},
	"ListSchedules":       {Applied: "GroupName MaxResults NamePrefix NextToken State", Query: "ScheduleGroup"},
	"ListTagsForResource": {Applied: "ResourceArn"},
	"TagResource":         {Applied: "ResourceArn Tags.Key Tags.Value"},
	"UntagResource":       {Applied: "ResourceArn TagKeys"},
	"UpdateSchedule":      scheduleFate,
}

var scheduleFate = members.Fate{
	Applied: `ActionAfterCompletion ClientToken Description EndDate FlexibleTimeWindow.MaximumWindowInMinutes
		FlexibleTimeWindow.Mode GroupName Name ScheduleExpression ScheduleExpressionTimezone StartDate State Target.Arn
		Target.DeadLetterConfig.Arn Target.Input Target.RetryPolicy.MaximumEventAgeInSeconds
		Target.RetryPolicy.MaximumRetryAttempts Target.RoleArn`,
	Kept: "KmsKeyArn",
	Refused: `Target.EcsParameters Target.EventBridgeParameters Target.KinesisParameters
		Target.SageMakerPipelineParameters Target.SqsParameters`,
}
