package sqs

import (
	"fmt"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// transfer is a message on its way to another queue: the same message, with its
// age, under a new place there.
type transfer struct{ from, to *message }

// transferTo prepares a message's way to target; source is the ARN of the queue
// that gave up on it, empty where it comes back.
func (s *Service) transferTo(target *queue, m *message, now int64, source string) transfer {
	s.seq++
	return transfer{from: m, to: &message{
		Queue: target.Name, Seq: s.seq, ID: m.ID, SentAt: m.SentAt, VisibleAt: now, SourceARN: source,
	}}
}

func (s *Service) transferTx(tx *store.Tx, all []transfer) error {
	for _, t := range all {
		c, ok, err := s.contents.GetTx(tx, t.from.key())
		if err != nil || !ok {
			return fmt.Errorf("content of message %s: found %t, %w", t.from.ID, ok, err)
		}
		if err := s.writeTx(tx, t.to, c); err != nil {
			return err
		}
		if err := s.eraseTx(tx, []*message{t.from}); err != nil {
			return err
		}
	}
	return nil
}

// transferred makes in memory what transferTx has stored.
func (s *Service) transferred(from, to *queue, all []transfer) {
	for _, t := range all {
		from.remove(t.from)
		to.push(t.to)
	}
	to.signal()
}
