package cloudwatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The states of alarms.
const (
	stateOK           = "OK"
	stateAlarm        = "ALARM"
	stateInsufficient = "INSUFFICIENT_DATA"
)

// settings are what PutMetricAlarm sets of an alarm.
type settings struct {
	AlarmName               string
	AlarmDescription        string            `json:",omitempty" xml:",omitempty"`
	ActionsEnabled          *bool             `json:",omitempty" xml:",omitempty"`
	OKActions               wire.List[string] `json:",omitempty"`
	AlarmActions            wire.List[string] `json:",omitempty"`
	InsufficientDataActions wire.List[string] `json:",omitempty"`
	MetricName              string
	Namespace               string
	Statistic               string               `json:",omitempty" xml:",omitempty"`
	ExtendedStatistic       string               `json:",omitempty" xml:",omitempty"` // a percentile, instead of Statistic
	Dimensions              wire.List[dimension] `json:",omitempty"`
	Period                  int
	Unit                    string `json:",omitempty" xml:",omitempty"`
	EvaluationPeriods       int
	DatapointsToAlarm       int `json:",omitempty" xml:",omitempty"`
	Threshold               *float64
	ComparisonOperator      string
	TreatMissingData        string `json:",omitempty" xml:",omitempty"`
}

// alarm is an alarm as it is stored.
type alarm struct {
	settings
	State                                   string
	Reason                                  string
	Configured, StateUpdated, StateTurnedTo wire.Time
	Tags                                    []tagset.Tag `json:",omitempty"`
}

// shape is an alarm as DescribeAlarms shows it.
type shape struct {
	settings
	AlarmArn                           string
	AlarmConfigurationUpdatedTimestamp wire.Time
	StateValue                         string
	StateReason                        string
	StateUpdatedTimestamp              wire.Time
	StateTransitionedTimestamp         wire.Time
}

func (s *Service) shape(a alarm) shape {
	return shape{
		settings: a.settings, AlarmArn: s.arn(a.AlarmName), AlarmConfigurationUpdatedTimestamp: a.Configured,
		StateValue: a.State, StateReason: a.Reason, StateUpdatedTimestamp: a.StateUpdated, StateTransitionedTimestamp: a.StateTurnedTo,
	}
}

type empty struct{}

type putAlarmInput struct {
	settings
	Tags []tagset.Tag
}

func (s *Service) putMetricAlarm(_ context.Context, _ *wire.Call, in *putAlarmInput) (*empty, error) {
	if err := in.settings.check(); err != nil {
		return nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	in.settings.Dimensions = newMetric("", "", in.settings.Dimensions).Dimensions
	enabled := true
	in.ActionsEnabled = cmp.Or(in.ActionsEnabled, &enabled)
	now := wire.Time{Time: s.env.Now()}
	return nil, s.change(in.AlarmName, func(a *alarm, exists bool) error {
		if !exists {
			*a = alarm{State: stateInsufficient, Reason: "Unchecked: Initial alarm creation", StateUpdated: now, StateTurnedTo: now, Tags: tagset.Sorted(in.Tags)}
		}
		a.settings, a.Configured = in.settings, now // the state and the tags of one that exists stay
		return nil
	})
}

// change changes an alarm, or makes it, in the store and among those that are watched.
func (s *Service) change(name string, f func(a *alarm, exists bool) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, exists := s.watched[name]
	if err := f(&a, exists); err != nil {
		return err
	}
	return s.put(a)
}

// put stores an alarm, with the notices of its change if its state is another one.
// It is called with s.mu held.
func (s *Service) put(a alarm) error {
	due := s.noticesOf(s.watched[a.AlarmName].State, a)
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for _, n := range due {
			if err := s.notices.PutTx(tx, n.ID, n); err != nil {
				return err
			}
		}
		return s.alarms.PutTx(tx, a.AlarmName, a)
	})
	if err == nil {
		s.watched[a.AlarmName] = a
	}
	return err
}

type alarmNames struct{ AlarmNames []string }

func (s *Service) deleteAlarms(_ context.Context, _ *wire.Call, in *alarmNames) (*empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range in.AlarmNames {
		if _, ok := s.watched[name]; !ok {
			return nil, notFound(name)
		}
	}
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for _, name := range in.AlarmNames {
			if err := s.alarms.DeleteTx(tx, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range in.AlarmNames {
		delete(s.watched, name)
	}
	return nil, nil
}

func notFound(name string) error {
	e := wire.Errorf(404, "ResourceNotFound", "There is no alarm %s.", name)
	e.QueryCode = "ResourceNotFound"
	return e
}

type describeInput struct {
	AlarmNames      []string
	AlarmNamePrefix string
	AlarmTypes      []string
	StateValue      string
	ActionPrefix    string
	MaxRecords      int
	NextToken       string
}

type describeOutput struct {
	CompositeAlarms wire.List[shape] // there are none
	MetricAlarms    wire.List[shape]
	NextToken       string `json:",omitempty" xml:",omitempty"`
}

func (s *Service) describeAlarms(_ context.Context, _ *wire.Call, in *describeInput) (*describeOutput, error) {
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "" {
		return nil, invalid("AlarmNamePrefix and AlarmNames cannot both be specified")
	}
	if len(in.AlarmNames) > maxRecords || in.MaxRecords > maxRecords {
		return nil, invalid("There can be %d alarms at most", maxRecords)
	}
	s.mu.Lock()
	var found []alarm
	for _, a := range s.watched {
		if in.wants(a) {
			found = append(found, a)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(found, func(a, b alarm) int { return strings.Compare(a.AlarmName, b.AlarmName) })
	some, next, ok := page.Cut(found, in.NextToken, page.Size(in.MaxRecords, 50, maxRecords))
	if !ok {
		e := wire.Errorf(400, "InvalidNextToken", "The next token specified is invalid.")
		e.QueryCode = "InvalidNextToken"
		return nil, e
	}
	out := &describeOutput{MetricAlarms: wire.List[shape]{}, CompositeAlarms: wire.List[shape]{}, NextToken: next}
	for _, a := range some {
		out.MetricAlarms = append(out.MetricAlarms, s.shape(a))
	}
	return out, nil
}

// maxRecords is how many alarms one answer has at most.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
const maxRecords = 100

func (in *describeInput) wants(a alarm) bool {
	named := len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, a.AlarmName)
	kind := len(in.AlarmTypes) == 0 || slices.Contains(in.AlarmTypes, "MetricAlarm")
	acts := func(action string) bool { return strings.HasPrefix(action, in.ActionPrefix) }
	action := in.ActionPrefix == "" || slices.ContainsFunc(slices.Concat(a.OKActions, a.AlarmActions, a.InsufficientDataActions), acts)
	return named && kind && action && strings.HasPrefix(a.AlarmName, in.AlarmNamePrefix) && (in.StateValue == "" || in.StateValue == a.State)
}

type setStateInput struct{ AlarmName, StateValue, StateReason string }

func (s *Service) setAlarmState(_ context.Context, _ *wire.Call, in *setStateInput) (*empty, error) {
	if !slices.Contains([]string{stateOK, stateAlarm, stateInsufficient}, in.StateValue) {
		return nil, invalid("The value %s of the parameter StateValue must be OK, ALARM or INSUFFICIENT_DATA", in.StateValue)
	}
	err := s.change(in.AlarmName, func(a *alarm, exists bool) error {
		if !exists {
			return notFound(in.AlarmName)
		}
		a.turn(in.StateValue, in.StateReason, wire.Time{Time: s.env.Now()})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.notify(); err != nil { // the clock tries again
		s.env.Log.Error("cloudwatch", "err", err)
	}
	return nil, nil
}

// turn sets the state.
func (a *alarm) turn(state, reason string, now wire.Time) {
	if a.State != state {
		a.StateTurnedTo = now
	}
	a.State, a.Reason, a.StateUpdated = state, reason, now
}

func (s *Service) enableActions(_ context.Context, _ *wire.Call, in *alarmNames) (*empty, error) {
	return nil, s.setActions(in.AlarmNames, true)
}

func (s *Service) disableActions(_ context.Context, _ *wire.Call, in *alarmNames) (*empty, error) {
	return nil, s.setActions(in.AlarmNames, false)
}

// setActions turns the actions of alarms on or off; as on AWS, names that no alarm has
// are no error.
func (s *Service) setActions(names []string, on bool) error {
	for _, name := range names {
		err := s.change(name, func(a *alarm, exists bool) error {
			if !exists {
				return errNoAlarm
			}
			a.ActionsEnabled = &on
			return nil
		})
		if err != nil && err != errNoAlarm {
			return err
		}
	}
	return nil
}

var errNoAlarm = wire.Errorf(404, "ResourceNotFound", "There is no such alarm.")
