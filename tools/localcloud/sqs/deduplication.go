package sqs

import (
	"fmt"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// sentRecord is the first message with a deduplication ID.
type sentRecord struct{ MessageID, SequenceNumber string }

// sequenceNumber returns the number of a FIFO queue's message, in 20 digits.
// The numbers of a group increase, also after a restart.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func (m *message) sequenceNumber() string {
	if !isFIFO(m.Queue) {
		return ""
	}
	return fmt.Sprintf("%020d", m.Seq)
}

// sentKey returns the key in s.sent of a FIFO queue's message. The IDs have no
// spaces.
func (q *queue) sentKey(groupID, deduplicationID string) string {
	key := q.Name + "/" + deduplicationID
	if q.Attributes[deduplicationScope] == perGroup {
		key += " " + groupID
	}
	return key
}

// firstTx returns the message whose duplicate an entry is, if it is one.
func (s *Service) firstTx(tx *store.Tx, q *queue, e sendEntry, now int64) (first sentRecord, ok bool, err error) {
	if !q.fifo() {
		return first, false, nil
	}
	r, ok, err := s.sent.getTx(tx, q.sentKey(e.MessageGroupId, q.deduplicationID(e)), now)
	return r.Value, ok, err
}

// rememberTx stores a new message's deduplication ID.
func (s *Service) rememberTx(tx *store.Tx, q *queue, m *message) error {
	if !q.fifo() {
		return nil
	}
	r := record[sentRecord]{m.SentAt, sentRecord{m.ID, m.sequenceNumber()}}
	return s.sent.records.PutTx(tx, q.sentKey(m.GroupID, m.DeduplicationID), r)
}
