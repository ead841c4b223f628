package cloudwatch

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs are the members of the operations' inputs.
var inputs = members.Table{
	"DeleteAlarms": {Applied: "AlarmNames"},
	"DescribeAlarms": {
		Applied: "ActionPrefix AlarmNamePrefix AlarmNames AlarmTypes MaxRecords NextToken StateValue",
		Refused: "ChildrenOfAlarmName ParentsOfAlarmName",
	},
	"DisableAlarmActions": {Applied: "AlarmNames"},
	"EnableAlarmActions":  {Applied: "AlarmNames"},
	"GetMetricData": {
		Applied: `StartTime EndTime ScanBy MetricDataQueries.Id MetricDataQueries.Label MetricDataQueries.ReturnData
			MetricDataQueries.MetricStat.Metric.Dimensions.Name MetricDataQueries.MetricStat.Metric.Dimensions.Value
			MetricDataQueries.MetricStat.Metric.MetricName MetricDataQueries.MetricStat.Metric.Namespace
			MetricDataQueries.MetricStat.Period MetricDataQueries.MetricStat.Stat`,
		Kept:    "MaxDatapoints MetricDataQueries.MetricStat.Unit",
		Refused: "LabelOptions.Timezone MetricDataQueries.AccountId MetricDataQueries.Expression MetricDataQueries.Period NextToken",
	},
	"GetMetricStatistics": {
		Applied: "Dimensions.Name Dimensions.Value EndTime ExtendedStatistics MetricName Namespace Period StartTime Statistics",
		Kept:    "Unit",
	},
	"ListMetrics": {
		Applied: "Dimensions.Name Dimensions.Value MetricName Namespace NextToken",
		Kept:    "RecentlyActive",
		Refused: "IncludeLinkedAccounts OwningAccount",
	},
	"ListTagsForResource": {Applied: "ResourceARN"},
	"PutMetricAlarm": {
		Applied: `ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm Dimensions.Name
			Dimensions.Value EvaluationPeriods ExtendedStatistic InsufficientDataActions MetricName Namespace OKActions Period
			Statistic Tags.Key Tags.Value Threshold TreatMissingData`,
		Kept: "Unit",
		Refused: `ActionConfiguration.AlarmTagsPropagation.Enabled ActionConfiguration.AlarmTagsPropagation.ExcludedTagKeys
			ActionConfiguration.AlarmTagsPropagation.IncludedTagKeys EvaluateLowSampleCountPercentile EvaluationCriteria EvaluationInterval
			EvaluationWindow Metrics ThresholdMetricId WarmUpConfiguration.OnlyStartEvaluatingAfterWarmUpPeriodEnds
			WarmUpConfiguration.WarmUpPeriodDurationInMinutes`,
	},
	"PutMetricData": {
		Applied: `Namespace MetricData.MetricName MetricData.Counts MetricData.Dimensions.Name MetricData.Dimensions.Value
			MetricData.StatisticValues.Maximum MetricData.StatisticValues.Minimum MetricData.StatisticValues.SampleCount
			MetricData.StatisticValues.Sum MetricData.Timestamp MetricData.Unit MetricData.Value MetricData.Values`,
		Kept:    "MetricData.StorageResolution StrictEntityValidation",
		Refused: "EntityMetricData",
	},
	"SetAlarmState": {Applied: "AlarmName StateReason StateValue", Refused: "StateReasonData"},
	"TagResource":   {Applied: "ResourceARN Tags.Key Tags.Value"},
	"UntagResource": {Applied: "ResourceARN TagKeys"},
}
