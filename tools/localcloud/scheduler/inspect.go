package scheduler

import (
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// Summary describes a schedule.
type Summary struct {
	Name       string // GROUP/NAME
	Expression string
	Timezone   string
	Enabled    bool
	Next       time.Time // zero: never again
	Target     string    // ARN
}

// Summaries returns all schedules, by name.
func (s *Service) Summaries() (all []Summary, err error) {
	schedules, err := s.schedules.List("")
	for _, v := range schedules {
		one := Summary{
			Name: v.key(), Expression: v.ScheduleExpression, Timezone: v.ScheduleExpressionTimezone,
			Enabled: v.State != disabled, Target: v.Target.Arn,
		}
		if v.Next > 0 {
			one.Next = time.UnixMilli(v.Next)
		}
		all = append(all, one)
	}
	return all, err
}

// Run delivers a schedule, GROUP/NAME, as if it were due now: with its role, its
// retries and its dead letters. When it is due next stays as it is. It is false if
// there is no such schedule.
func (s *Service) Run(name string) (ok bool, err error) {
	now := s.env.Now().UnixMilli()
	err = s.env.Store.Update(func(tx *store.Tx) error {
		var v schedule
		if v, ok, err = s.schedules.GetTx(tx, name); err != nil || !ok {
			return err
		}
		d := pending{
			State: delivery.State{At: now}, ID: uuid.NewString(), Schedule: s.arn(&v), Target: *v.Target, Due: now, First: now,
		}
		return s.deliveries.Waiting.PutTx(tx, d.ID, d)
	})
	s.clock.Wake()
	return ok, err
}
