package scheduler

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// tick delivers what is due now and returns the time at which a schedule or a retry
// is due, an hour from now at most.
func (s *Service) tick(ctx context.Context) (next time.Time, err error) {
	if err := s.collect(s.env.Now()); err != nil {
		return next, err
	}
	if next, err = s.deliveries.Round(ctx); err != nil {
		return next, err
	}
	first, err := s.nextSchedule()
	if first > 0 && first < next.UnixMilli() {
		next = time.UnixMilli(first)
	}
	return next, err
}

// collect stores deliveries of the schedules that are due, and sets when they are
// due again, in one transaction: a killed process neither loses a delivery nor
// makes it twice.
func (s *Service) collect(now time.Time) error {
	if next, err := s.nextSchedule(); err != nil || next == 0 || next > now.UnixMilli() {
		return err
	}
	return s.env.Store.Update(func(tx *store.Tx) error {
		var due []schedule
		err := s.schedules.EachTx(tx, "", func(_ string, v schedule) (bool, error) {
			if v.Next > 0 && v.Next <= now.UnixMilli() {
				due = append(due, v)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		for _, v := range due {
			if err := s.fireTx(tx, v, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// fireTx stores the delivery of one schedule. If it was due several times, since
// the cloud was not running, there is one delivery.
func (s *Service) fireTx(tx *store.Tx, v schedule, now time.Time) error {
	e, err := v.expression()
	if err != nil {
		return err
	}
	d := pending{
		State: delivery.State{At: now.UnixMilli()}, ID: uuid.NewString(), Schedule: s.arn(&v), Target: *v.Target, Due: v.Next, First: now.UnixMilli(),
	}
	v.advance(e, now)
	if err := s.deliveries.Waiting.PutTx(tx, d.ID, d); err != nil {
		return err
	}
	if v.Next == 0 && v.ActionAfterCompletion == "DELETE" {
		return s.schedules.DeleteTx(tx, v.key())
	}
	return s.schedules.PutTx(tx, v.key(), v)
}

// nextSchedule returns when the first schedule is due, in milliseconds; 0 if none
// is.
func (s *Service) nextSchedule() (next int64, err error) {
	all, err := s.schedules.List("")
	for _, v := range all {
		if v.Next > 0 && (next == 0 || v.Next < next) {
			next = v.Next
		}
	}
	return next, err
}
