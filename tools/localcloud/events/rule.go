package events

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/pattern"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

// maxPattern is the most characters of a pattern.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const maxPattern = 4096

var ruleName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

// rule is a rule as it is stored.
type rule struct {
	Bus, Name    string
	Description  string `json:",omitempty"`
	EventPattern string
	State        string
	RoleArn      string       `json:",omitempty"`
	Tags         []tagset.Tag // by key
	Targets      []target     // by ID
}

func (r *rule) key() string { return r.Bus + "/" + r.Name }

// ruleKey names a rule, or its bus, in a call.
type ruleKey struct{ Name, Rule, EventBusName string }

func (s *Service) ruleOperations() []wire.Operation {
	one := func(c *wire.Call) string {
		k := wire.Peek[ruleKey](c)
		return s.ruleARN(s.nameOf(k.EventBusName), cmp.Or(k.Name, k.Rule))
	}
	return []wire.Operation{
		{Name: "PutRule", Resource: one, Passes: func(c *wire.Call) string { return wire.Peek[struct{ RoleArn string }](c).RoleArn }, Handle: wire.Typed(s.putRule)},
		{Name: "DescribeRule", Resource: one, Handle: wire.Typed(s.describeRule)},
		{Name: "DeleteRule", Resource: one, Handle: wire.Typed(s.deleteRule)},
		{Name: "EnableRule", Resource: one, Handle: wire.Typed(s.enableRule)},
		{Name: "DisableRule", Resource: one, Handle: wire.Typed(s.disableRule)},
		{Name: "ListRules", Handle: wire.Typed(s.listRules)},
		{Name: "ListRuleNamesByTarget", Handle: wire.Typed(s.listRuleNames)},
	}
}

// ruleARN returns a rule's ARN, which names the default bus by nothing.
func (s *Service) ruleARN(bus, name string) string {
	if bus == defaultBus {
		return s.env.ARN("events", "rule/"+name)
	}
	return s.env.ARN("events", "rule/"+bus+"/"+name)
}

func (s *Service) ruleTx(tx *store.Tx, bus, name string) (rule, error) {
	if _, err := s.busTx(tx, bus); err != nil {
		return rule{}, err
	}
	r, ok, err := s.rules.GetTx(tx, bus+"/"+name)
	if err == nil && !ok {
		err = errNotFound("Rule %s does not exist on EventBus %s.", name, bus)
	}
	return r, err
}

// rulesTx returns the rules of a bus, by name.
func (s *Service) rulesTx(tx *store.Tx, bus string) (all []rule, err error) {
	err = s.rules.EachTx(tx, bus+"/", func(_ string, r rule) (bool, error) {
		all = append(all, r)
		return true, nil
	})
	return all, err
}

type ruleInput struct {
	Name, EventBusName, Description, EventPattern, RoleArn, ScheduleExpression, State string
	Tags                                                                              []tagset.Tag
}

func (in *ruleInput) check() error {
	switch {
	case !ruleName.MatchString(in.Name):
		return errConstraint(in.Name, "name", `Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+ and have a length of 1 to 64`)
	case in.ScheduleExpression != "":
		return errInvalid("The local cloud has no rules with a ScheduleExpression; EventBridge Scheduler has schedules.")
	case in.EventPattern == "":
		return errInvalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case in.State != enabled && in.State != disabled:
		return errConstraint(in.State, "state", "Member must satisfy enum value set: [ENABLED, DISABLED]")
	case len(in.Description) > maxDescription:
		return errConstraint(in.Description, "description", "Member must have length less than or equal to 512")
	case len(in.EventPattern) > maxPattern:
		return errConstraint(in.EventPattern, "eventPattern", "Member must have length less than or equal to 4096")
	}
	return cmp.Or(checkPattern(in.EventPattern), checkTags(in.Tags))
}

func checkPattern(text string) error {
	if _, err := pattern.Parse(text); err != nil {
		reason := strings.TrimPrefix(err.Error(), pattern.ErrInvalid.Error()+": ")
		return wire.Errorf(400, "InvalidEventPatternException", "Event pattern is not valid. Reason: %s", reason)
	}
	return nil
}

type ruleOutput struct {
	Arn          string `json:",omitempty"`
	RuleArn      string `json:",omitempty"`
	Name         string `json:",omitempty"`
	EventBusName string `json:",omitempty"`
	Description  string `json:",omitempty"`
	EventPattern string `json:",omitempty"`
	State        string `json:",omitempty"`
	RoleArn      string `json:",omitempty"`
	CreatedBy    string `json:",omitempty"`
}

func (s *Service) shownRule(r rule) ruleOutput {
	return ruleOutput{
		Arn: s.ruleARN(r.Bus, r.Name), Name: r.Name, EventBusName: r.Bus, Description: r.Description, EventPattern: r.EventPattern,
		State: r.State, RoleArn: r.RoleArn,
	}
}

// putRule creates a rule, or changes one, which keeps its targets and its tags.
func (s *Service) putRule(_ context.Context, _ *wire.Call, in *ruleInput) (*ruleOutput, error) {
	in.State = cmp.Or(in.State, enabled)
	if err := in.check(); err != nil {
		return nil, err
	}
	bus := s.nameOf(in.EventBusName)
	return &ruleOutput{RuleArn: s.ruleARN(bus, in.Name)}, s.env.Store.Update(func(tx *store.Tx) error {
		if _, err := s.busTx(tx, bus); err != nil {
			return err
		}
		r, exists, err := s.rules.GetTx(tx, bus+"/"+in.Name)
		if err != nil {
			return err
		}
		if !exists {
			r = rule{Bus: bus, Name: in.Name, Tags: tagset.Sorted(in.Tags)}
		}
		r.Description, r.EventPattern, r.State, r.RoleArn = in.Description, in.EventPattern, in.State, in.RoleArn
		return s.rules.PutTx(tx, r.key(), r)
	})
}

func (s *Service) describeRule(_ context.Context, _ *wire.Call, in *ruleKey) (out *ruleOutput, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		r, err := s.ruleTx(tx, s.nameOf(in.EventBusName), in.Name)
		shown := s.shownRule(r)
		shown.CreatedBy = s.env.Account
		out = &shown
		return err
	})
	return out, err
}

// deleteRule deletes a rule without targets. One that does not exist is no error.
func (s *Service) deleteRule(_ context.Context, _ *wire.Call, in *ruleKey) (*struct{}, error) {
	bus := s.nameOf(in.EventBusName)
	return &struct{}{}, s.env.Store.Update(func(tx *store.Tx) error {
		if _, err := s.busTx(tx, bus); err != nil {
			return err
		}
		r, exists, err := s.rules.GetTx(tx, bus+"/"+in.Name)
		if err != nil || !exists {
			return err
		}
		if len(r.Targets) > 0 {
			return errInvalid("Rule can't be deleted since it has targets.")
		}
		return s.rules.DeleteTx(tx, r.key())
	})
}

func (s *Service) enableRule(_ context.Context, _ *wire.Call, in *ruleKey) (*struct{}, error) {
	return s.setState(in, enabled)
}

func (s *Service) disableRule(_ context.Context, _ *wire.Call, in *ruleKey) (*struct{}, error) {
	return s.setState(in, disabled)
}

func (s *Service) setState(in *ruleKey, state string) (*struct{}, error) {
	return &struct{}{}, s.editRule(in.EventBusName, in.Name, func(r *rule) error {
		r.State = state
		return nil
	})
}

func (s *Service) editRule(busNameOrARN, name string, edit func(*rule) error) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		r, err := s.ruleTx(tx, s.nameOf(busNameOrARN), name)
		if err != nil {
			return err
		}
		if err := edit(&r); err != nil {
			return err
		}
		return s.rules.PutTx(tx, r.key(), r)
	})
}

type rulesOutput struct {
	Rules     []ruleOutput
	NextToken string `json:",omitempty"`
}

func (s *Service) listRules(_ context.Context, _ *wire.Call, in *listInput) (*rulesOutput, error) {
	all, err := s.rulesOf(in)
	if err != nil {
		return nil, err
	}
	some, next, err := cut(in, all)
	out := &rulesOutput{Rules: []ruleOutput{}, NextToken: next}
	for _, r := range some {
		out.Rules = append(out.Rules, s.shownRule(r))
	}
	return out, err
}

// rulesOf returns the rules of a call's bus whose names have the call's prefix.
func (s *Service) rulesOf(in *listInput) (all []rule, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		bus := s.nameOf(in.EventBusName)
		if _, err := s.busTx(tx, bus); err != nil {
			return err
		}
		all, err = s.rulesTx(tx, bus)
		return err
	})
	return slices.DeleteFunc(all, func(r rule) bool { return !strings.HasPrefix(r.Name, in.NamePrefix) }), err
}

type ruleNamesOutput struct {
	RuleNames []string
	NextToken string `json:",omitempty"`
}

func (s *Service) listRuleNames(_ context.Context, _ *wire.Call, in *listInput) (*ruleNamesOutput, error) {
	all, err := s.rulesOf(in)
	if err != nil {
		return nil, err
	}
	out := &ruleNamesOutput{RuleNames: []string{}}
	for _, r := range all {
		if slices.ContainsFunc(r.Targets, func(t target) bool { return t.Arn == in.TargetArn }) {
			out.RuleNames = append(out.RuleNames, r.Name)
		}
	}
	out.RuleNames, out.NextToken, err = cut(in, out.RuleNames)
	return out, err
}

type patternInput struct{ Event, EventPattern string }

type patternOutput struct{ Result bool }

// testPattern reports whether an event, with all members that EventBridge's have,
// matches a pattern.
func (s *Service) testPattern(_ context.Context, _ *wire.Call, in *patternInput) (*patternOutput, error) {
	if err := checkPattern(in.EventPattern); err != nil {
		return nil, err
	}
	event, err := decoded(in.Event)
	if err != nil {
		return nil, errInvalid("Parameter Event is not valid.")
	}
	for _, member := range []string{"id", "account", "source", "time", "region", "resources", "detail-type"} {
		if event[member] == nil {
			return nil, errInvalid("Parameter Event is not valid. Reason: event must have %s.", member)
		}
	}
	p, err := pattern.Parse(in.EventPattern)
	return &patternOutput{p.Matches(event)}, err
}

// rule returns a rule.
func (s *Service) rule(bus, name string) (r rule, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		r, err = s.ruleTx(tx, bus, name)
		return err
	})
	return r, err
}
