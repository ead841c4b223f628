package cloudwatch

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/delivery"
)

// notice is a message of an alarm to a topic that was not published yet. It is
// stored with the alarm's new state, so that a process that ends loses none.
type notice struct {
	ID, Alarm, Topic string // Alarm and Topic are ARNs
	Subject, Text    string
	At               int64 // nanoseconds
}

// notify publishes the notices, the oldest first. One that the topic refuses, or
// whose topic does not exist, is dropped; the others stay for the next time.
func (s *Service) notify() error {
	s.notifying.Lock()
	defer s.notifying.Unlock()
	waiting, err := s.notices.List("")
	if err != nil {
		return err
	}
	slices.SortStableFunc(waiting, func(a, b notice) int { return cmp.Compare(a.At, b.At) })
	var errs []error
	for _, n := range waiting {
		err := s.publish(n.Alarm, n.Topic, n.Subject, n.Text)
		if delivery.Permanent(err) {
			s.env.Log.Warn("an alarm could not publish to a topic", "alarm", n.Alarm, "topic", n.Topic, "err", err)
			err = nil
		}
		if err == nil {
			err = s.notices.Delete(n.ID)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// actions returns the actions of the state that the alarm is in; none if they are
// turned off.
func (a alarm) actions() []string {
	if a.ActionsEnabled != nil && !*a.ActionsEnabled {
		return nil
	}
	switch a.State {
	case stateOK:
		return a.OKActions
	case stateAlarm:
		return a.AlarmActions
	}
	return a.InsufficientDataActions
}

// noticesOf returns the notices of an alarm whose state was another one before: one
// for each topic among the actions of its state. A new alarm has none.
func (s *Service) noticesOf(before string, a alarm) (all []notice) {
	if before == "" || before == a.State {
		return nil
	}
	for _, action := range a.actions() {
		if !strings.HasPrefix(action, "arn:aws:sns:") {
			continue
		}
		all = append(all, notice{
			ID: uuid.NewString(), Alarm: s.arn(a.AlarmName), Topic: action,
			Subject: s.subject(a), Text: s.message(before, a), At: a.StateUpdated.UnixNano(),
		})
	}
	return all
}

// maxSubject is the most characters of a message's subject.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const maxSubject = 100

func (s *Service) subject(a alarm) string {
	before, after := a.State+`: "`, `" in `+regionName(s.env.Region)
	name := []rune(a.AlarmName)
	if room := maxSubject - len(before) - len(after); len(name) > room {
		name = append(name[:room-3], []rune("...")...)
	}
	return before + string(name) + after
}

// message is the text that SNS receives.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
type message struct {
	AlarmName                          string
	AlarmDescription                   *string
	AWSAccountId                       string
	AlarmConfigurationUpdatedTimestamp string
	NewStateValue, NewStateReason      string
	StateChangeTime                    string
	Region, AlarmArn                   string
	OldStateValue                      string
	OKActions, AlarmActions            []string
	InsufficientDataActions            []string
	Trigger                            trigger
}

type trigger struct {
	MetricName, Namespace            string
	StatisticType                    string
	Statistic                        string `json:",omitempty"`
	ExtendedStatistic                string `json:",omitempty"`
	Unit                             *string
	Dimensions                       []triggerDimension
	Period                           int
	EvaluationPeriods                int
	DatapointsToAlarm                int `json:",omitempty"`
	ComparisonOperator               string
	Threshold                        float64
	TreatMissingData                 string
	EvaluateLowSampleCountPercentile string
}

type triggerDimension struct {
	Value string `json:"value"`
	Name  string `json:"name"`
}

// timeLayout is how CloudWatch writes times in messages.
const timeLayout = "2006-01-02T15:04:05.000-0700"

func (s *Service) message(before string, a alarm) string {
	m := message{
		AlarmName: a.AlarmName, AlarmDescription: present(a.AlarmDescription), AWSAccountId: s.env.Account,
		AlarmConfigurationUpdatedTimestamp: a.Configured.UTC().Format(timeLayout),
		NewStateValue:                      a.State, NewStateReason: a.Reason, StateChangeTime: a.StateUpdated.UTC().Format(timeLayout),
		Region: regionName(s.env.Region), AlarmArn: s.arn(a.AlarmName), OldStateValue: before,
		OKActions: append([]string{}, a.OKActions...), AlarmActions: append([]string{}, a.AlarmActions...),
		InsufficientDataActions: append([]string{}, a.InsufficientDataActions...), Trigger: a.trigger(),
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return "{}" // only numbers that are not finite have no JSON form, and check refuses them
	}
	return string(raw)
}

// trigger returns what the alarm is on. CloudWatch writes the statistic in capitals,
// and Average and SampleCount with a space or an underscore of their own.
func (a alarm) trigger() trigger {
	t := trigger{
		MetricName: a.MetricName, Namespace: a.Namespace, StatisticType: "Statistic", Statistic: statisticNames[a.Statistic],
		Unit: present(a.Unit), Dimensions: []triggerDimension{}, Period: a.Period, EvaluationPeriods: a.EvaluationPeriods,
		DatapointsToAlarm: a.DatapointsToAlarm, ComparisonOperator: a.ComparisonOperator, Threshold: *a.Threshold,
		TreatMissingData: cmp.Or(a.TreatMissingData, missingData),
	}
	if a.ExtendedStatistic != "" {
		t.StatisticType, t.ExtendedStatistic = "ExtendedStatistic", a.ExtendedStatistic
	}
	for _, d := range a.Dimensions {
		t.Dimensions = append(t.Dimensions, triggerDimension{d.Value, d.Name})
	}
	return t
}

// statisticNames are the names of statistics in messages.
var statisticNames = map[string]string{
	"Average": "AVERAGE", "Maximum": "MAXIMUM", "Minimum": "MINIMUM", "SampleCount": "SAMPLE_COUNT", "Sum": "SUM",
}

func present(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
