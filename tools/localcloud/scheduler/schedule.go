package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	grammar "github.com/seastack/seastack/gen/schedule"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// settings are the members of a schedule in the API. Times are seconds since the
// epoch.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
type settings struct {
	GroupName                  string
	Description                string `json:",omitempty"`
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	StartDate                  *float64 `json:",omitempty"`
	EndDate                    *float64 `json:",omitempty"`
	State                      string
	FlexibleTimeWindow         *window
	Target                     *target
	ActionAfterCompletion      string
	KmsKeyArn                  string `json:",omitempty"`
}

// request is a client's request: settings, and a token by which a repeated
// request is recognized.
type request struct {
	settings
	ClientToken string
}

type window struct {
	Mode                   string
	MaximumWindowInMinutes *int `json:",omitempty"`
}

type target struct {
	Arn              string
	RoleArn          string
	Input            string `json:",omitempty"`
	RetryPolicy      *retryPolicy
	DeadLetterConfig *deadLetters `json:",omitempty"`
}

type retryPolicy struct {
	MaximumEventAgeInSeconds *int
	MaximumRetryAttempts     *int
}

type deadLetters struct{ Arn string }

// schedule is a schedule as it is stored.
type schedule struct {
	settings
	Name     string
	Created  float64
	Modified float64
	Next     int64  // when it is due, in milliseconds; 0: never again
	Token    string `json:",omitempty"` // of the request that created it
}

func (v *schedule) key() string { return v.GroupName + "/" + v.Name }

func (s *Service) arn(v *schedule) string { return s.env.ARN("scheduler", "schedule/"+v.key()) }

func (s *Service) scheduleOperations() []wire.Operation {
	const one = "/schedules/{Name}"
	return []wire.Operation{
		{Name: "CreateSchedule", Method: http.MethodPost, Path: one, Resource: s.resource, Passes: passes, Handle: wire.Typed(s.create)},
		{Name: "GetSchedule", Method: http.MethodGet, Path: one, Resource: s.resource, Handle: wire.Typed(s.get)},
		{Name: "UpdateSchedule", Method: http.MethodPut, Path: one, Resource: s.resource, Passes: passes, Handle: wire.Typed(s.update)},
		{Name: "DeleteSchedule", Method: http.MethodDelete, Path: one, Resource: s.resource, Handle: wire.Typed(s.remove)},
		{Name: "ListSchedules", Method: http.MethodGet, Path: "/schedules", Handle: wire.Typed(s.list)},
	}
}

// resource returns the ARN of the schedule that a call is about.
func (s *Service) resource(c *wire.Call) string {
	in := settings{GroupName: c.Query.Get("groupName")}
	_ = json.Unmarshal(c.Body, &in) // the operation reports a body that is no JSON
	return s.env.ARN("scheduler", "schedule/"+orDefault(in.GroupName, defaultGroup)+"/"+c.Path["Name"])
}

// passes returns the role that a schedule uses.
func passes(c *wire.Call) string {
	in := wire.Peek[struct{ Target struct{ RoleArn string } }](c)
	return in.Target.RoleArn
}

type arnOutput struct{ ScheduleArn string }

func (s *Service) create(_ context.Context, c *wire.Call, in *request) (*arnOutput, error) {
	now := wire.Seconds(s.env.Now())
	v := schedule{settings: in.settings, Name: c.Path["Name"], Created: now, Modified: now, Token: in.ClientToken}
	if err := s.complete(&v); err != nil {
		return nil, err
	}
	err := s.put(&v, func(old schedule, exists bool) error {
		switch {
		case exists && v.Token != "" && v.Token == old.Token:
			return errRepeated
		case exists:
			return errConflict("Schedule %s already exists.", v.Name)
		}
		return nil
	})
	if errors.Is(err, errRepeated) {
		err = nil
	}
	return &arnOutput{s.arn(&v)}, err
}

// errRepeated means that a request with the same token was made before.
var errRepeated = errors.New("the request is repeated")

// update replaces a schedule: members that the request does not have get their
// defaults.
func (s *Service) update(_ context.Context, c *wire.Call, in *request) (*arnOutput, error) {
	v := schedule{settings: in.settings, Name: c.Path["Name"], Modified: wire.Seconds(s.env.Now())}
	if err := s.complete(&v); err != nil {
		return nil, err
	}
	return &arnOutput{s.arn(&v)}, s.put(&v, func(old schedule, exists bool) error {
		if !exists {
			return errNotFound("Schedule %s does not exist.", v.Name)
		}
		v.Created, v.Token = old.Created, old.Token
		return nil
	})
}

// put stores a schedule whose group must exist, if check allows it.
func (s *Service) put(v *schedule, check func(old schedule, exists bool) error) error {
	err := s.env.Store.Update(func(tx *store.Tx) error {
		if _, err := s.groupTx(tx, v.GroupName); err != nil {
			return err
		}
		old, exists, err := s.schedules.GetTx(tx, v.key())
		if err != nil {
			return err
		}
		if err := check(old, exists); err != nil {
			return err
		}
		return s.schedules.PutTx(tx, v.key(), *v)
	})
	s.clock.Wake()
	return err
}

// complete checks the settings, adds the defaults and sets when the schedule is
// due.
func (s *Service) complete(v *schedule) error {
	v.setDefaults()
	if err := v.check(); err != nil {
		return err
	}
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
	if s.deps.Roles.CheckTrust(v.Target.RoleArn, "scheduler.amazonaws.com", s.groupARN(v.GroupName)) != nil {
		return errInvalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
	}
	e, err := v.expression()
	if err != nil {
		return errInvalid("Invalid Schedule Expression %s. %v.", v.ScheduleExpression, err)
	}
	// A rate is due at once, so the time before the change counts as the last
	// one.
	v.advance(e, fromSeconds(v.Modified).Add(-time.Millisecond))
	return nil
}

// expression parses the schedule's expression in its time zone.
func (v *schedule) expression() (grammar.Expression, error) {
	zone, err := grammar.Zone(v.ScheduleExpressionTimezone)
	if err != nil {
		return nil, err
	}
	return grammar.Parse(v.ScheduleExpression, zone)
}

// advance sets when the schedule is next due after a time.
func (v *schedule) advance(e grammar.Expression, after time.Time) {
	v.Next = 0
	base := fromSeconds(v.Modified)
	if v.StartDate != nil {
		base = fromSeconds(*v.StartDate)
		if before := base.Add(-time.Millisecond); before.After(after) {
			after = before
		}
	}
	next, ok := e.Next(base, after)
	if !ok || v.State == disabled || v.EndDate != nil && next.After(fromSeconds(*v.EndDate)) {
		return
	}
	v.Next = next.UnixMilli()
}

func fromSeconds(s float64) time.Time { return time.UnixMilli(int64(math.Round(s * 1000))) }

type getOutput struct {
	settings
	Arn                  string
	Name                 string
	CreationDate         float64
	LastModificationDate float64
}

func (s *Service) get(_ context.Context, c *wire.Call, _ *struct{}) (*getOutput, error) {
	v, err := s.find(c)
	return &getOutput{v.settings, s.arn(&v), v.Name, v.Created, v.Modified}, err
}

// find returns the schedule that a call names.
func (s *Service) find(c *wire.Call) (v schedule, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		v, err = s.findTx(tx, c)
		return err
	})
	return v, err
}

func (s *Service) findTx(tx *store.Tx, c *wire.Call) (schedule, error) {
	g, err := s.groupTx(tx, orDefault(c.Query.Get("groupName"), defaultGroup))
	if err != nil {
		return schedule{}, err
	}
	v, ok, err := s.schedules.GetTx(tx, g.Name+"/"+c.Path["Name"])
	if err == nil && !ok {
		err = errNotFound("Schedule %s does not exist.", c.Path["Name"])
	}
	return v, err
}

func (s *Service) remove(_ context.Context, c *wire.Call, _ *struct{}) (*struct{}, error) {
	err := s.env.Store.Update(func(tx *store.Tx) error {
		v, err := s.findTx(tx, c)
		if err != nil {
			return err
		}
		return s.schedules.DeleteTx(tx, v.key())
	})
	s.clock.Wake()
	return &struct{}{}, err
}

type summary struct {
	Arn                  string
	GroupName            string
	Name                 string
	State                string
	CreationDate         float64
	LastModificationDate float64
	Target               struct{ Arn string }
}

type listOutput struct {
	Schedules []summary
	NextToken string `json:",omitempty"`
}

func (s *Service) list(_ context.Context, c *wire.Call, _ *struct{}) (*listOutput, error) {
	prefix := ""
	if name := c.Query.Get("ScheduleGroup"); name != "" {
		if _, err := s.group(name); err != nil {
			return nil, err
		}
		prefix = name + "/"
	}
	all, err := s.schedules.List(prefix)
	if err != nil {
		return nil, err
	}
	wanted := []schedule{}
	for _, v := range all {
		state := c.Query.Get("State")
		if strings.HasPrefix(v.Name, c.Query.Get("NamePrefix")) && (state == "" || state == v.State) {
			wanted = append(wanted, v)
		}
	}
	wanted, next, err := cut(c, wanted)
	out := &listOutput{Schedules: []summary{}, NextToken: next}
	for _, v := range wanted {
		sum := summary{
			Arn: s.arn(&v), GroupName: v.GroupName, Name: v.Name, State: v.State,
			CreationDate: v.Created, LastModificationDate: v.Modified,
		}
		sum.Target.Arn = v.Target.Arn
		out.Schedules = append(out.Schedules, sum)
	}
	return out, err
}
