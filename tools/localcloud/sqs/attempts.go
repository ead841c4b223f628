package sqs

import (
	"github.com/seastack/seastack/tools/localcloud/store"
)

// attempt is a receive with a ReceiveRequestAttemptId: the messages as it left
// them. A repetition returns them again, with the same receipt handles, and
// hides them anew, as long as nobody has deleted one or changed its visibility.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
type attempt struct{ Messages []attempted }

type attempted struct {
	ID, Receipt string
	VisibleAt   int64
}

// checkAttempt checks a ReceiveRequestAttemptId.
func (q *queue) checkAttempt(id string) error {
	if id != "" && !q.fifo() {
		return errQueueType("ReceiveRequestAttemptId", id)
	}
	if id == "" {
		return nil
	}
	return checkOrderID("ReceiveRequestAttemptId", id)
}

// repeated returns the messages of an earlier receive that r repeats. There are
// none if it does not repeat one, or no longer can.
func (s *Service) repeated(q *queue, r request, now int64) (all []*message, err error) {
	if r.attempt == "" {
		return nil, nil
	}
	var earlier record[attempt]
	err = s.env.Store.View(func(tx *store.Tx) (err error) {
		earlier, _, err = s.attempts.getTx(tx, q.attemptKey(r), now)
		return err
	})
	for _, a := range earlier.Value.Messages {
		m := q.byID[a.ID]
		if m == nil || m.Receipt != a.Receipt || m.VisibleAt != a.VisibleAt || !m.inFlight(now) {
			return nil, err
		}
		all = append(all, m)
	}
	return all, err
}

func (q *queue) attemptKey(r request) string { return q.Name + "/" + r.attempt }

// attemptTx stores the messages of a receive that can be repeated.
func (s *Service) attemptTx(tx *store.Tx, q *queue, r request, next []message, now int64) error {
	if err := s.attempts.cleanTx(tx, now); err != nil || r.attempt == "" {
		return err
	}
	a := record[attempt]{At: now}
	for _, m := range next {
		a.Value.Messages = append(a.Value.Messages, attempted{m.ID, m.Receipt, m.VisibleAt})
	}
	return s.attempts.records.PutTx(tx, q.attemptKey(r), a)
}

// attempted applies to memory what attemptTx has stored.
func (s *Service) attempted(q *queue, r request, now int64) {
	if r.attempt == "" {
		s.attempts.settle(now)
		return
	}
	s.attempts.settle(now, q.attemptKey(r))
}
