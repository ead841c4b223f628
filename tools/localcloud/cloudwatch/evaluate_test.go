package cloudwatch

import (
	"strings"
	"testing"
	"time"
)

// TestMissingData has the rows of AWS's tables: what an alarm makes of its last
// periods, of which "-" has no value, X breaches and 0 does not, for each way to
// treat missing data. The third column of each is that of "ignore"; keep: the state
// stays.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func TestMissingData(t *testing.T) {
	const keep = ""
	for _, row := range []struct {
		readings                            string
		m                                   int // of 3
		missing, ignore, breaching, nothing string
	}{
		{"0 - X - X", 3, stateOK, stateOK, stateOK, stateOK},
		{"- - - - 0", 3, stateOK, stateOK, stateOK, stateOK},
		{"- - - - -", 3, stateInsufficient, keep, stateAlarm, stateOK},
		{"0 X X - X", 3, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"- - X - -", 3, stateAlarm, keep, stateAlarm, stateOK},
		{"0 - X - X", 2, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"0 0 X 0 X", 2, stateAlarm, stateAlarm, stateAlarm, stateAlarm},
		{"0 - X - -", 2, stateOK, stateOK, stateAlarm, stateOK},
		{"- - - - 0", 2, stateOK, stateOK, stateAlarm, stateOK},
		{"- - - - X", 2, stateAlarm, keep, stateAlarm, stateOK},
	} {
		var readings []reading
		for _, r := range strings.Fields(row.readings) {
			readings = append(readings, reading{exists: r != "-", value: map[string]float64{"X": 1}[r]})
		}
		for treat, want := range map[string]string{missingData: row.missing, missingIgnored: row.ignore, missingBreaches: row.breaching, missingNotBreach: row.nothing, "": row.missing} {
			threshold := 1.0
			a := settings{EvaluationPeriods: 3, DatapointsToAlarm: row.m, Threshold: &threshold, ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: treat}
			if got, _ := a.judge(readings, time.Time{}); got != want {
				t.Errorf("%s, %d of 3, %q: %q, want %q", row.readings, row.m, treat, got, want)
			}
		}
	}
}

func TestStatistics(t *testing.T) {
	now := time.Date(2026, 11, 27, 15, 0, 30, 0, time.UTC)
	s := &series{}
	for _, v := range []float64{4, 1, 7} {
		s.add(point{Minute: now.Unix() / resolution, Count: 1, Sum: v, Min: v, Max: v}, now)
	}
	s.add(point{Minute: now.Unix()/resolution - keptMinutes - 1, Count: 1, Sum: 100, Min: 100, Max: 100}, now)
	s.add(point{Minute: now.Unix()/resolution - 1, Count: 1, Sum: 0, Min: 0, Max: 0}, now)
	p, ok := s.between(now.Truncate(time.Minute), now.Truncate(time.Minute).Add(time.Minute))
	if !ok {
		t.Fatal("nothing was measured")
	}
	for statistic, want := range map[string]float64{"Average": 4, "Maximum": 7, "Minimum": 1, "SampleCount": 3, "Sum": 12} {
		if got, ok := p.value(statistic); !ok || got != want {
			t.Errorf("%s is %v, want %v", statistic, got, want)
		}
	}
	if all, _ := s.between(now.Add(-24*time.Hour), now.Add(time.Hour)); all.Count != 4 || all.Min != 0 {
		t.Errorf("all of it is %+v", all)
	}
}
