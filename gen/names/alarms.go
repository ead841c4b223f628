package names

import "strings"

// FunctionAlarm is an alarm of a function on one of the metrics of its alias, or of
// the queue that it consumes.
type FunctionAlarm struct {
	Name        string // what follows the function's name on AWS, and the key of its threshold
	Metric      string
	Description string
	// Statistic is CloudWatch's, over a minute.
	Statistic string
	// Queue is the member of the consumed queue that the metric is of; "" for the
	// function itself.
	Queue string
}

// CanaryAlarms are those that a canary is taken back for.
var CanaryAlarms = []FunctionAlarm{
	{Name: "errors", Metric: "Errors", Statistic: "Sum", Description: "The function has failed."},
	{Name: "throttles", Metric: "Throttles", Statistic: "Sum", Description: "Lambda has turned requests of the function away."},
}

// Alarms are those of a function.
var Alarms = append(CanaryAlarms,
	FunctionAlarm{Name: "duration", Metric: "Duration", Statistic: "Maximum", Description: "The function has taken nearly as long as it may."},
	FunctionAlarm{Name: "age", Metric: "ApproximateAgeOfOldestMessage", Statistic: "Maximum", Queue: "name", Description: "A message of the function's queue has waited for too long."},
	FunctionAlarm{Name: "dead_letters", Metric: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum", Queue: "dead_letters", Description: "The function's queue has dead letters."})

// Alarm returns the name on AWS of an alarm of a function, which is given by its
// name there.
func Alarm(function, alarm string) string {
	return function + "-" + strings.ReplaceAll(alarm, "_", "-")
}
