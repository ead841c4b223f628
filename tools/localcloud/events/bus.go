package events

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// defaultBus always exists.
const defaultBus = "default"

// bus is an event bus as it is stored.
type bus struct {
	Name, Description string
	Created, Modified float64
	Tags              []tagset.Tag      // by key
	Policy            json.RawMessage   `json:",omitempty"`
	KmsKeyIdentifier  string            `json:",omitempty"`
	DeadLetterConfig  *deadLetterConfig `json:",omitempty"`
	LogConfig         *logConfig        `json:",omitempty"`
}

type deadLetterConfig struct {
	Arn string `json:",omitempty"`
}

type logConfig struct{ IncludeDetail, Level string }

var busName = regexp.MustCompile(`^[/.\-_A-Za-z0-9]{1,256}$`)

func (s *Service) busOperations() []wire.Operation {
	named := func(c *wire.Call) string { return s.busARN(s.nameOf(wire.Peek[struct{ Name string }](c).Name)) }
	on := func(c *wire.Call) string { return s.busARN(s.nameOf(wire.Peek[ruleKey](c).EventBusName)) }
	return []wire.Operation{
		{Name: "CreateEventBus", Resource: named, Handle: wire.Typed(s.createBus)},
		{Name: "DescribeEventBus", Resource: named, Handle: wire.Typed(s.describeBus)},
		{Name: "UpdateEventBus", Resource: named, Handle: wire.Typed(s.updateBus)},
		{Name: "DeleteEventBus", Resource: named, Handle: wire.Typed(s.deleteBus)},
		{Name: "ListEventBuses", Handle: wire.Typed(s.listBuses)},
		{Name: "PutPermission", Resource: on, Handle: wire.Typed(s.putPermission)},
		{Name: "RemovePermission", Resource: on, Handle: wire.Typed(s.removePermission)},
	}
}

func (s *Service) busARN(name string) string { return s.env.ARN("events", "event-bus/"+name) }

// nameOf returns the name of a bus that a call names by its name or its ARN; the
// default bus where it names none.
func (s *Service) nameOf(nameOrARN string) string {
	return strings.TrimPrefix(cmp.Or(nameOrARN, defaultBus), s.busARN(""))
}

func (s *Service) busTx(tx *store.Tx, name string) (bus, error) {
	b, ok, err := s.buses.GetTx(tx, name)
	if err == nil && !ok {
		err = errNotFound("Event bus %s does not exist.", name)
	}
	return b, err
}

type busInput struct {
	Name, Description string
	KmsKeyIdentifier  string
	DeadLetterConfig  *deadLetterConfig
	LogConfig         *logConfig
	Tags              []tagset.Tag
}

// maxDescription is the most characters of a description.
const maxDescription = 512

func (in *busInput) check() error {
	switch {
	case !busName.MatchString(in.Name) || strings.HasPrefix(in.Name, "aws."):
		return errConstraint(in.Name, "name", `Member must satisfy regular expression pattern: [/\.\-_A-Za-z0-9]+ and have a length of 1 to 256`)
	case strings.Contains(in.Name, "/"):
		return errInvalid("Event bus name must not contain '/'.")
	case len(in.Description) > maxDescription:
		return errConstraint(in.Description, "description", "Member must have length less than or equal to 512")
	}
	return checkTags(in.Tags)
}

type busOutput struct {
	Arn              string `json:",omitempty"`
	EventBusArn      string `json:",omitempty"`
	Name             string
	Description      string            `json:",omitempty"`
	Policy           string            `json:",omitempty"`
	CreationTime     float64           `json:",omitempty"`
	LastModifiedTime float64           `json:",omitempty"`
	KmsKeyIdentifier string            `json:",omitempty"`
	DeadLetterConfig *deadLetterConfig `json:",omitempty"`
	LogConfig        *logConfig        `json:",omitempty"`
}

func (s *Service) shown(b bus) busOutput {
	return busOutput{
		Arn: s.busARN(b.Name), Name: b.Name, Description: b.Description, Policy: string(b.Policy), CreationTime: b.Created, LastModifiedTime: b.Modified,
		KmsKeyIdentifier: b.KmsKeyIdentifier, DeadLetterConfig: b.DeadLetterConfig, LogConfig: b.LogConfig,
	}
}

func (s *Service) createBus(_ context.Context, _ *wire.Call, in *busInput) (*busOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	now := wire.Seconds(s.env.Now())
	b := bus{
		Name: in.Name, Description: in.Description, Created: now, Modified: now, Tags: tagset.Sorted(in.Tags),
		KmsKeyIdentifier: in.KmsKeyIdentifier, DeadLetterConfig: in.DeadLetterConfig, LogConfig: in.LogConfig,
	}
	out := s.shown(b)
	out.Arn, out.EventBusArn = "", out.Arn
	return &out, s.env.Store.Update(func(tx *store.Tx) error {
		_, exists, err := s.buses.GetTx(tx, b.Name)
		if err == nil && exists {
			err = wire.Errorf(400, "ResourceAlreadyExistsException", "Event bus %s already exists.", b.Name)
		}
		if err != nil {
			return err
		}
		return s.buses.PutTx(tx, b.Name, b)
	})
}

type busKey struct{ Name string }

func (s *Service) describeBus(_ context.Context, _ *wire.Call, in *busKey) (out *busOutput, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		b, err := s.busTx(tx, s.nameOf(in.Name))
		shown := s.shown(b)
		out = &shown
		return err
	})
	return out, err
}

// updateBus sets what the call has, and leaves the rest.
func (s *Service) updateBus(_ context.Context, _ *wire.Call, in *busInput) (*busOutput, error) {
	in.Name = s.nameOf(in.Name)
	if err := in.check(); err != nil {
		return nil, err
	}
	var out busOutput
	return &out, s.editBus(in.Name, func(b *bus) error {
		b.Description = in.Description
		b.KmsKeyIdentifier = in.KmsKeyIdentifier
		b.DeadLetterConfig = cmp.Or(in.DeadLetterConfig, b.DeadLetterConfig)
		b.LogConfig = cmp.Or(in.LogConfig, b.LogConfig)
		out = s.shown(*b)
		return nil
	})
}

func (s *Service) editBus(name string, edit func(*bus) error) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		b, err := s.busTx(tx, name)
		if err != nil {
			return err
		}
		if err := edit(&b); err != nil {
			return err
		}
		b.Modified = wire.Seconds(s.env.Now())
		return s.buses.PutTx(tx, name, b)
	})
}

// deleteBus deletes a bus without rules. One that does not exist is no error.
func (s *Service) deleteBus(_ context.Context, _ *wire.Call, in *busKey) (*struct{}, error) {
	name := s.nameOf(in.Name)
	if name == defaultBus {
		return nil, errInvalid("Cannot delete event bus default.")
	}
	return &struct{}{}, s.env.Store.Update(func(tx *store.Tx) error {
		rules, err := s.rulesTx(tx, name)
		if err == nil && len(rules) > 0 {
			err = errInvalid("Event bus cannot be deleted because it still has rules.")
		}
		if err != nil {
			return err
		}
		return s.buses.DeleteTx(tx, name)
	})
}

type listInput struct {
	NamePrefix, EventBusName, NextToken string
	TargetArn, Rule                     string
	Limit                               int
}

// cut returns the part of a list that a call's Limit and NextToken select.
func cut[T any](in *listInput, all []T) (some []T, next string, err error) {
	if in.Limit < 0 || in.Limit > 100 {
		return nil, "", errConstraint(in.Limit, "limit", "Member must be from 1 to 100")
	}
	some, next, ok := page.Cut(all, in.NextToken, page.Size(in.Limit, 100, 100))
	if !ok {
		return nil, "", errInvalid("Invalid NextToken.")
	}
	return some, next, nil
}

type busesOutput struct {
	EventBuses []busOutput
	NextToken  string `json:",omitempty"`
}

func (s *Service) listBuses(_ context.Context, _ *wire.Call, in *listInput) (*busesOutput, error) {
	all, err := s.buses.List(in.NamePrefix)
	if err != nil {
		return nil, err
	}
	some, next, err := cut(in, all)
	out := &busesOutput{EventBuses: []busOutput{}, NextToken: next}
	for _, b := range some {
		out.EventBuses = append(out.EventBuses, s.shown(b))
	}
	return out, err
}

type permissionInput struct {
	EventBusName, Action, Principal, StatementId, Policy string
	RemoveAllPermissions                                 bool
}

// putPermission sets the bus's whole policy, which is kept without effect: there
// is one account.
func (s *Service) putPermission(_ context.Context, _ *wire.Call, in *permissionInput) (*struct{}, error) {
	if in.Policy == "" {
		return nil, errInvalid("The local cloud takes a bus's policy as a whole, in Policy.")
	}
	if !json.Valid([]byte(in.Policy)) {
		return nil, errInvalid("Invalid policy: it is not JSON.")
	}
	return &struct{}{}, s.editBus(s.nameOf(in.EventBusName), func(b *bus) error {
		b.Policy = json.RawMessage(in.Policy)
		return nil
	})
}

// removePermission removes one statement, or all.
func (s *Service) removePermission(_ context.Context, _ *wire.Call, in *permissionInput) (*struct{}, error) {
	return &struct{}{}, s.editBus(s.nameOf(in.EventBusName), func(b *bus) error {
		if in.RemoveAllPermissions {
			b.Policy = nil
			return nil
		}
		left, found, err := without(b.Policy, in.StatementId)
		if err == nil && !found {
			err = errNotFound("Statement with the provided id does not exist.")
		}
		b.Policy = left
		return err
	})
}

// without returns a policy without one statement; nil if none is left.
func without(policy json.RawMessage, sid string) (left json.RawMessage, found bool, err error) {
	if policy == nil {
		return nil, false, nil
	}
	var doc struct {
		Version   string
		Statement []map[string]any
	}
	if err := json.Unmarshal(policy, &doc); err != nil {
		return policy, false, nil // its Statement is no list
	}
	before := len(doc.Statement)
	doc.Statement = slices.DeleteFunc(doc.Statement, func(s map[string]any) bool { return s["Sid"] == sid })
	if len(doc.Statement) == 0 {
		return nil, before > 0, nil
	}
	left, err = json.Marshal(doc)
	return left, len(doc.Statement) < before, err
}
