package sqs

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// transfer is a move of a message to another queue.
type transfer struct{ from, to *message }

// deadLetter prepares the move of a message to a dead-letter queue. source is
// the ARN of its queue. In a standard queue it keeps its age.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
//
// In a FIFO queue its ID becomes its deduplication ID, so that it is no
// duplicate of another message there.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
func (s *Service) deadLetter(target *queue, m *message, now int64, source string) transfer {
	to := &message{ID: m.ID, SentAt: m.SentAt, SourceARN: source}
	if target.fifo() {
		to.SentAt, to.DeduplicationID = now, m.ID
	}
	return s.transferTo(target, m, to, now)
}

// redriven prepares the move of a message from a dead-letter queue. It is a new
// message there.
func (s *Service) redriven(target *queue, m *message, now int64) transfer {
	to := &message{ID: uuid.NewString(), SentAt: now, DeduplicationID: m.DeduplicationID}
	return s.transferTo(target, m, to, now)
}

// transferTo prepares the move of a message to target, where it becomes the
// last one of its group.
func (s *Service) transferTo(target *queue, from, to *message, now int64) transfer {
	s.seq++
	to.Queue, to.Seq, to.VisibleAt, to.GroupID = target.Name, s.seq, now, from.GroupID
	to.VisibleAt = target.delayed(to)
	return transfer{from, to}
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
