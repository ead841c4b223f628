package scheduler

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// maxSleep bounds how long the clock sleeps: a machine that was suspended wakes
// with its timers late, but with the right time.
const maxSleep = 20 * time.Second

// run delivers what is due until ctx ends.
func (s *Service) run(ctx context.Context) {
	for {
		next, err := s.tick(ctx)
		if err != nil {
			s.env.Log.Error("scheduler", "err", err)
			next = s.env.Now().Add(time.Second)
		}
		timer := time.NewTimer(min(max(next.Sub(s.env.Now()), time.Millisecond), maxSleep))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tick delivers what is due now and gives the time at which to look again.
func (s *Service) tick(ctx context.Context) (next time.Time, err error) {
	now := s.env.Now()
	if err := s.collect(now); err != nil {
		return next, err
	}
	due, err := s.deliveries.List("")
	if err != nil {
		return next, err
	}
	for _, d := range due {
		if d.At > now.UnixMilli() || ctx.Err() != nil {
			continue
		}
		if err := s.deliver(ctx, d); err != nil {
			return next, err
		}
	}
	return s.nextLook(now)
}

// collect makes deliveries of the schedules that are due and sets when they are
// due again, in one step: a process that is killed neither forgets a delivery
// nor makes it twice.
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

// fireTx makes the delivery of one schedule. What else came due until now, which
// happens while the cloud is not running, is left out.
func (s *Service) fireTx(tx *store.Tx, v schedule, now time.Time) error {
	e, err := v.expression()
	if err != nil {
		return err
	}
	d := delivery{
		ID: uuid.NewString(), Schedule: s.arn(&v), Target: *v.Target, Due: v.Next, First: now.UnixMilli(), At: now.UnixMilli(),
	}
	v.advance(e, now)
	if err := s.deliveries.PutTx(tx, d.ID, d); err != nil {
		return err
	}
	if v.Next == 0 && v.ActionAfterCompletion == "DELETE" {
		return s.schedules.DeleteTx(tx, v.key())
	}
	return s.schedules.PutTx(tx, v.key(), v)
}

// nextSchedule gives when the first schedule is due, in milliseconds; 0: none.
func (s *Service) nextSchedule() (next int64, err error) {
	all, err := s.schedules.List("")
	for _, v := range all {
		if v.Next > 0 && (next == 0 || v.Next < next) {
			next = v.Next
		}
	}
	return next, err
}

// nextLook gives when a schedule or a retry is due, an hour from now at most.
func (s *Service) nextLook(now time.Time) (time.Time, error) {
	next := now.Add(time.Hour).UnixMilli()
	first, err := s.nextSchedule()
	if err != nil {
		return now, err
	}
	if first > 0 {
		next = min(next, first)
	}
	waiting, err := s.deliveries.List("")
	for _, d := range waiting {
		next = min(next, d.At)
	}
	return time.UnixMilli(next), err
}
