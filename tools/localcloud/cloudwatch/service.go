// Package cloudwatch is the local cloud's CloudWatch: metrics, and the alarms on
// them. Logs are another service's. What Lambda measures comes in through Record.
//
// It differs from AWS on purpose: an alarm looks at the minute that is not over yet,
// so that it goes off within a second. Of its actions, those that are topics of SNS
// take place, through Publish; others are kept.
package cloudwatch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Principal is the principal as which alarms publish to topics.
const Principal = "cloudwatch.amazonaws.com"

// Publish publishes a message to a topic on behalf of an alarm, both by their ARNs,
// without waiting for its delivery. The topic's policy must allow it.
type Publish func(alarm, topic, subject, text string) error

// Service holds metrics and alarms. It is safe for concurrent use.
type Service struct {
	env     *wire.Env
	publish Publish
	alarms  store.Collection[alarm]  // by name
	kept    store.Collection[series] // by metric.key
	notices store.Collection[notice] // by notice.ID

	mu      sync.Mutex
	metrics map[string]*series // by metric.key
	changed map[string]bool    // keys of series that the store does not have as they are
	watched map[string]alarm   // the alarms, by name

	collect   func()     // records what has to be looked at; may be nil
	notifying sync.Mutex // held while notices are published, so that each is published once

	stop context.CancelFunc
	done sync.WaitGroup
}

// Collect sets a function that records the measures of what has to be looked at to
// be measured. It must be called before Start.
func (s *Service) Collect(collect func()) { s.collect = collect }

// New returns the service on the state in the environment's store. Start starts its
// clock.
func New(env *wire.Env, publish Publish) (*Service, error) {
	s := &Service{
		env: env, publish: publish, notices: store.In[notice](env.Store, "cloudwatch/notices"),
		alarms: store.In[alarm](env.Store, "cloudwatch/alarms"), kept: store.In[series](env.Store, "cloudwatch/metrics"),
		metrics: map[string]*series{}, changed: map[string]bool{}, watched: map[string]alarm{}, stop: func() {},
	}
	known, err := s.alarms.List("")
	if err != nil {
		return nil, err
	}
	for _, a := range known {
		s.watched[a.AlarmName] = a
	}
	all, err := s.kept.List("")
	for _, one := range all {
		s.metrics[one.Metric.key()] = &one
	}
	return s, err
}

// evaluateEvery is how often alarms look at their metrics, collectEvery how often
// what has to be looked at is measured, and flushEvery how often metrics are
// stored: a process that is killed loses that much of them.
const (
	evaluateEvery = time.Second
	collectEvery  = 5 * time.Second
	flushEvery    = 10 * time.Second
)

// Start starts the clock and returns. Close stops it.
func (s *Service) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(ctx)
	s.done.Go(func() { s.run(ctx) })
	return nil
}

func (s *Service) run(ctx context.Context) {
	evaluate, collect, flush := time.NewTicker(evaluateEvery), time.NewTicker(collectEvery), time.NewTicker(flushEvery)
	defer evaluate.Stop()
	defer collect.Stop()
	defer flush.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-evaluate.C:
			err = errors.Join(s.Evaluate(), s.notify())
		case <-collect.C:
			if s.collect != nil {
				s.collect()
			}
		case <-flush.C:
			err = s.flush()
		}
		if err != nil {
			s.env.Log.Error("cloudwatch", "err", err)
		}
	}
}

// Close stops the clock, and stores what is not stored.
func (s *Service) Close() error {
	s.stop()
	s.done.Wait()
	return s.flush()
}

// Definition describes the service to the router. The AWS provider speaks the
// Query protocol, newer clients JSON or CBOR.
func (s *Service) Definition() wire.Service {
	today := wire.Service{
		Name: "monitoring", Prefix: "cloudwatch", Protocol: wire.JSON, TargetPrefix: "GraniteServiceVersion20100801",
		ErrorPrefix: "com.amazonaws.cloudwatch.v2010_08_01#", QueryCompatible: true,
	}
	former := wire.Service{Name: "monitoring", Prefix: "cloudwatch", Protocol: wire.Query, Namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/"}
	for _, o := range s.operations() {
		today.Operations = append(today.Operations, o.json)
		former.Operations = append(former.Operations, o.form)
	}
	today.Operations = members.Guard(today.Operations, inputs, func(member string) error { return invalid("%s", members.Unsupported(member)) })
	today.Former = &former
	return today
}

func (s *Service) operations() []operation {
	return []operation{
		op("DeleteAlarms", s.named("AlarmNames"), s.deleteAlarms),
		op("DescribeAlarms", s.named("AlarmNames"), s.describeAlarms),
		op("DisableAlarmActions", s.named("AlarmNames"), s.disableActions),
		op("EnableAlarmActions", s.named("AlarmNames"), s.enableActions),
		op("GetMetricData", nil, s.getMetricData),
		op("GetMetricStatistics", nil, s.getMetricStatistics),
		op("ListMetrics", nil, s.listMetrics),
		op("ListTagsForResource", tagged, s.listTags),
		op("PutMetricAlarm", s.named("AlarmName"), s.putMetricAlarm),
		op("PutMetricData", nil, s.putMetricData),
		op("SetAlarmState", s.named("AlarmName"), s.setAlarmState),
		op("TagResource", tagged, s.tag),
		op("UntagResource", tagged, s.untag),
	}
}

// operation is an operation in both protocols.
type operation struct{ json, form wire.Operation }

func op[In, Out any](name string, resources func(*wire.Call) []string, f func(context.Context, *wire.Call, *In) (*Out, error)) operation {
	return operation{
		json: wire.Operation{Name: name, Resources: resources, Handle: wire.Typed(f)},
		form: wire.Operation{Name: name, Resources: resources, Handle: wire.TypedForm(f)},
	}
}

// named returns the ARNs of the alarms that a call names in a member; all alarms
// where it names none.
func (s *Service) named(member string) func(*wire.Call) []string {
	return func(c *wire.Call) (arns []string) {
		in := wire.Peek[struct {
			AlarmName  string
			AlarmNames []string
		}](c)
		names := append(in.AlarmNames, in.AlarmName, c.Query.Get(member))
		for parameter := range c.Query {
			if len(parameter) > len(member) && parameter[:len(member)+1] == member+"." {
				names = append(names, c.Query.Get(parameter))
			}
		}
		for _, name := range names {
			if name != "" {
				arns = append(arns, s.arn(name))
			}
		}
		if len(arns) == 0 {
			return []string{s.arn("*")}
		}
		return arns
	}
}

func tagged(c *wire.Call) []string {
	if arn := c.Query.Get("ResourceARN"); arn != "" {
		return []string{arn}
	}
	return []string{wire.Peek[struct{ ResourceARN string }](c).ResourceARN}
}

func (s *Service) arn(alarm string) string { return s.env.ARN("cloudwatch", "alarm:"+alarm) }

func invalid(format string, args ...any) error {
	e := wire.Errorf(400, "InvalidParameterValueException", format, args...)
	e.QueryCode = "InvalidParameterValue"
	return e
}

func missing(parameter string) error {
	e := wire.Errorf(400, "MissingRequiredParameterException", "The parameter %s is required.", parameter)
	e.QueryCode = "MissingParameter"
	return e
}
