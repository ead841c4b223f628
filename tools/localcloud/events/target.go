package events

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Limits of targets.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
const (
	maxTargets       = 5 // of a rule
	maxInput         = 8192
	maxEventAge      = 86_400 // seconds; the minimum is 60
	minEventAge      = 60
	maxRetryAttempts = 185
)

// target is a target of a rule in the API and in the store.
type target struct {
	Id               string
	Arn              string
	RoleArn          string            `json:",omitempty"`
	Input            string            `json:",omitempty"`
	InputPath        string            `json:",omitempty"`
	InputTransformer *inputTransformer `json:",omitempty"`
	RetryPolicy      *retryPolicy      `json:",omitempty"`
	DeadLetterConfig *deadLetterConfig `json:",omitempty"`
}

type inputTransformer struct {
	InputPathsMap map[string]string `json:",omitempty"`
	InputTemplate string
}

type retryPolicy struct {
	MaximumRetryAttempts     *int `json:",omitempty"`
	MaximumEventAgeInSeconds *int `json:",omitempty"`
}

var (
	targetID    = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)
	functionARN = regexp.MustCompile(`^arn:aws(-[a-z]+)?:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
	queueARN    = regexp.MustCompile(`^arn:aws(-[a-z]+)?:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$`)
)

func (s *Service) targetOperations() []wire.Operation {
	one := func(c *wire.Call) string {
		k := wire.Peek[ruleKey](c)
		return s.ruleARN(s.nameOf(k.EventBusName), k.Rule)
	}
	return []wire.Operation{
		{Name: "PutTargets", Resource: one, Handle: wire.Typed(s.putTargets)},
		{Name: "RemoveTargets", Resource: one, Handle: wire.Typed(s.removeTargets)},
		{Name: "ListTargetsByRule", Resource: one, Handle: wire.Typed(s.listTargets)},
	}
}

func (t *target) check() error {
	switch {
	case !targetID.MatchString(t.Id):
		return errConstraint(t.Id, "targets.id", `Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+ and have a length of 1 to 64`)
	case !functionARN.MatchString(t.Arn) && !queueARN.MatchString(t.Arn):
		return errInvalid("The local cloud has Lambda functions and SQS standard queues as targets, and not %s.", t.Arn)
	case t.DeadLetterConfig != nil && t.DeadLetterConfig.Arn != "" && !queueARN.MatchString(t.DeadLetterConfig.Arn):
		return errInvalid("Provided DeadLetterConfig Arn %s is not that of an SQS standard queue.", t.DeadLetterConfig.Arn)
	}
	return cmp.Or(t.checkInput(), t.RetryPolicy.check())
}

func (t *target) checkInput() error {
	set := 0
	for _, is := range []bool{t.Input != "", t.InputPath != "", t.InputTransformer != nil} {
		if is {
			set++
		}
	}
	switch {
	case set > 1:
		return errInvalid("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.Id)
	case len(t.Input) > maxInput:
		return errConstraint(t.Input, "targets.input", "Member must have length less than or equal to 8192")
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return errInvalid("JSON syntax error in input for target %s.", t.Id)
	case t.InputPath != "" && !validPath(t.InputPath):
		return errInvalid("Invalid InputPath for target %s.", t.Id)
	case t.InputTransformer != nil:
		return t.InputTransformer.check(t.Id)
	}
	return nil
}

func (r *retryPolicy) check() error {
	if r == nil {
		return nil
	}
	if n := r.MaximumRetryAttempts; n != nil && (*n < 0 || *n > maxRetryAttempts) {
		return errConstraint(*n, "targets.retryPolicy.maximumRetryAttempts", "Member must be from 0 to 185")
	}
	if n := r.MaximumEventAgeInSeconds; n != nil && (*n < minEventAge || *n > maxEventAge) {
		return errConstraint(*n, "targets.retryPolicy.maximumEventAgeInSeconds", "Member must be from 60 to 86400")
	}
	return nil
}

type targetsInput struct {
	Rule, EventBusName string
	Targets            []target
	Ids                []string
}

type targetsOutput struct {
	FailedEntryCount int
	FailedEntries    []struct{}
}

func (s *Service) putTargets(_ context.Context, _ *wire.Call, in *targetsInput) (*targetsOutput, error) {
	for _, t := range in.Targets {
		if err := t.check(); err != nil {
			return nil, err
		}
	}
	return &targetsOutput{FailedEntries: []struct{}{}}, s.editRule(in.EventBusName, in.Rule, func(r *rule) error {
		for _, t := range in.Targets {
			r.Targets = append(slices.DeleteFunc(r.Targets, func(old target) bool { return old.Id == t.Id }), t)
		}
		if len(r.Targets) > maxTargets {
			return wire.Errorf(400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
		}
		slices.SortFunc(r.Targets, func(a, b target) int { return strings.Compare(a.Id, b.Id) })
		return nil
	})
}

func (s *Service) removeTargets(_ context.Context, _ *wire.Call, in *targetsInput) (*targetsOutput, error) {
	return &targetsOutput{FailedEntries: []struct{}{}}, s.editRule(in.EventBusName, in.Rule, func(r *rule) error {
		r.Targets = slices.DeleteFunc(r.Targets, func(t target) bool { return slices.Contains(in.Ids, t.Id) })
		return nil
	})
}

type listTargetsOutput struct {
	Targets   []target
	NextToken string `json:",omitempty"`
}

func (s *Service) listTargets(_ context.Context, _ *wire.Call, in *listInput) (*listTargetsOutput, error) {
	out := &listTargetsOutput{}
	r, err := s.rule(s.nameOf(in.EventBusName), in.Rule)
	if err != nil {
		return nil, err
	}
	out.Targets, out.NextToken, err = cut(in, append([]target{}, r.Targets...))
	return out, err
}
