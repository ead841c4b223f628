package cloudwatch

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// spare is how many periods before those of an alarm are looked at as well, to take
// the place of periods without a value.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
const spare = 2

// Evaluate sets the states of all alarms by what their metrics are now.
func (s *Service) Evaluate() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.env.Now()
	var errs []error
	for _, a := range s.watched {
		state, reason := a.judge(s.recent(a, now), now)
		if state == "" || state == a.State {
			continue
		}
		a.turn(state, reason, wire.Time{Time: now})
		errs = append(errs, s.put(a))
	}
	return errors.Join(errs...)
}

// reading is the value of a metric in one of an alarm's periods.
type reading struct {
	value  float64
	exists bool
	at     time.Time
}

// recent returns the values of the periods that an alarm looks at, the oldest first. The
// last one is that which is not over yet.
func (s *Service) recent(a alarm, now time.Time) []reading {
	values := s.metrics[newMetric(a.Namespace, a.MetricName, a.Dimensions).key()]
	period := time.Duration(a.Period) * time.Second
	end := now.Truncate(period).Add(period)
	all := make([]reading, 0, a.EvaluationPeriods+spare)
	for n := a.EvaluationPeriods + spare; n > 0; n-- {
		from := end.Add(-time.Duration(n) * period)
		p, ok := values.between(from, from.Add(period))
		r := reading{at: from}
		if ok {
			r.value, r.exists = p.value(cmp.Or(a.ExtendedStatistic, a.Statistic))
		}
		all = append(all, r)
	}
	return all
}

// judge returns the state that readings make, and why; "" where the state is to stay
// as it is.
func (a settings) judge(all []reading, now time.Time) (state, reason string) {
	var known []reading // the latest, at most as many as there are periods
	for i := len(all) - 1; i >= 0 && len(known) < a.EvaluationPeriods; i-- {
		if all[i].exists {
			known = append(known, all[i])
		}
	}
	breaching := 0
	for _, r := range known {
		if comparisons[a.ComparisonOperator].breaches(r.value, *a.Threshold) {
			breaching++
		}
	}
	absent := a.EvaluationPeriods - len(known)
	needed := cmp.Or(a.DatapointsToAlarm, a.EvaluationPeriods)
	return a.state(len(known), breaching, absent, needed), a.reason(known, needed, now)
}

// state applies AWS's rules for periods without a value.
func (a settings) state(known, breaching, absent, needed int) string {
	treat := cmp.Or(a.TreatMissingData, missingData)
	if treat == missingBreaches {
		breaching += absent
	}
	switch {
	case breaching >= needed:
		return stateAlarm
	case known == 0 && treat == missingData:
		return stateInsufficient
	case absent == 0 || treat == missingBreaches || treat == missingNotBreach:
		return stateOK
	case breaching < known: // something is as it should be
		return stateOK
	case treat == missingIgnored:
		return ""
	}
	return stateAlarm // missing: all that is known is over the threshold
}

// reason tells of a state as AWS does.
func (a settings) reason(known []reading, needed int, now time.Time) string {
	if len(known) == 0 {
		return "Threshold Crossed: no datapoints were received for " + count(a.EvaluationPeriods, "period") +
			" and " + count(a.EvaluationPeriods, "missing datapoint") + " were treated as [" + cmp.Or(a.TreatMissingData, missingData) + "]."
	}
	values := make([]string, len(known))
	for i, r := range known {
		values[i] = fmt.Sprintf("%v (%s)", r.value, r.at.UTC().Format("02/01/06 15:04:05"))
	}
	return fmt.Sprintf("Threshold Crossed: %s [%s] compared with %s the threshold (%v) at %s (minimum %s for OK -> ALARM transition).",
		count(len(known), "datapoint"), strings.Join(values, ", "), comparisons[a.ComparisonOperator].words, *a.Threshold,
		now.UTC().Format("15:04:05"), count(needed, "datapoint"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
