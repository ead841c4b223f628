package cloudwatch

import (
	"math"
	"slices"
	"strings"
)

// comparisons are the operators, each with the test of a value and the words of a
// state's reason.
var comparisons = map[string]struct {
	breaches func(value, threshold float64) bool
	words    string
}{
	"GreaterThanOrEqualToThreshold": {func(v, t float64) bool { return v >= t }, "greater than or equal to"},
	"GreaterThanThreshold":          {func(v, t float64) bool { return v > t }, "greater than"},
	"LessThanOrEqualToThreshold":    {func(v, t float64) bool { return v <= t }, "less than or equal to"},
	"LessThanThreshold":             {func(v, t float64) bool { return v < t }, "less than"},
}

// The ways to treat a period without a value.
const (
	missingData      = "missing"
	missingIgnored   = "ignore"
	missingBreaches  = "breaching"
	missingNotBreach = "notBreaching"
)

// maxSpan is how many seconds the periods of an alarm may have together, where a
// period is shorter than an hour.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
const maxSpan = 24 * 60 * 60

// check checks the settings as PutMetricAlarm does, and that the local cloud has
// what they ask for.
func (a settings) check() error {
	for _, required := range []struct{ name, value string }{
		{"AlarmName", a.AlarmName}, {"ComparisonOperator", a.ComparisonOperator}, {"MetricName", a.MetricName}, {"Namespace", a.Namespace},
		{"Statistic", a.Statistic + a.ExtendedStatistic},
	} {
		if required.value == "" {
			return missing(required.name)
		}
	}
	switch {
	case len(a.AlarmName) > 255:
		return invalid("The parameter AlarmName must be shorter than 256 characters")
	case len(a.AlarmDescription) > 1024:
		return invalid("The parameter AlarmDescription must be shorter than 1025 characters")
	case a.Threshold == nil:
		return missing("Threshold")
	case comparisons[a.ComparisonOperator].breaches == nil:
		return invalid("The local cloud does not have the comparison operator %s", a.ComparisonOperator)
	case math.IsNaN(*a.Threshold) || math.IsInf(*a.Threshold, 0):
		return invalid("The parameter Threshold must be a finite number")
	case a.Period == 10 || a.Period == 20 || a.Period == 30:
		return invalid("The local cloud has no metrics of a higher resolution than a minute: Period is %d", a.Period)
	case a.Period <= 0 || a.Period%60 != 0:
		return invalid("Period must be 10, 20, 30 or a multiple of 60")
	case a.EvaluationPeriods < 1:
		return missing("EvaluationPeriods")
	case a.DatapointsToAlarm < 0 || a.DatapointsToAlarm > a.EvaluationPeriods:
		return invalid("DatapointsToAlarm must be from 1 to EvaluationPeriods")
	case a.Period*a.EvaluationPeriods > maxSpan:
		return invalid("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= %d)", maxSpan)
	case !slices.Contains([]string{"", missingData, missingIgnored, missingBreaches, missingNotBreach}, a.TreatMissingData):
		return invalid("The value %s of the parameter TreatMissingData must be breaching, notBreaching, ignore or missing", a.TreatMissingData)
	case len(a.Dimensions) > maxDimensions:
		return invalid("A metric can have %d dimensions at most", maxDimensions)
	}
	return a.checkStatistic()
}

// checkStatistic checks that the alarm has one statistic or one percentile.
func (a settings) checkStatistic() error {
	switch {
	case a.Statistic != "" && a.ExtendedStatistic != "":
		return invalid("The parameters Statistic and ExtendedStatistic cannot be given together")
	case a.ExtendedStatistic != "" && !percentileName.MatchString(a.ExtendedStatistic):
		return noExtended(a.ExtendedStatistic)
	case a.Statistic != "" && !slices.Contains(statistics, a.Statistic):
		return invalid("The value %s of the parameter Statistic must be one of %s", a.Statistic, strings.Join(statistics, ", "))
	}
	return nil
}

// maxDimensions is how many dimensions a metric can have.
const maxDimensions = 30
