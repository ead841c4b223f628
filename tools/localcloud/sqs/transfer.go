package sqs

import (
	"fmt"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// transfer is a move of a message to another queue, where it keeps its age.
type transfer struct{ from, to *message }

// transferTo prepares the move of a message to target. source is the ARN of the queue
// that moved it to its dead-letter queue, empty for a redrive.
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

// transferred applies to memory what transferTx has stored.
func (s *Service) transferred(from, to *queue, all []transfer) {
	for _, t := range all {
		from.remove(t.from)
		to.push(t.to)
	}
	to.signal()
}
