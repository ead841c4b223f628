package sqs

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// sendEntry holds the members that a single send and an entry of a batch share.
type sendEntry struct {
	Id                      string
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]AttributeValue
	MessageSystemAttributes map[string]AttributeValue
	MessageGroupId          string // in a standard queue (a fair queue) kept and returned, without effect
	MessageDeduplicationId  string
}

// sendResult holds the members of both answers.
type sendResult struct {
	Id                           string `json:",omitempty"`
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty"`
	SequenceNumber               string `json:",omitempty"` // in a FIFO queue
}

type sendInput struct {
	QueueUrl string
	sendEntry
}

func (s *Service) sendMessage(_ context.Context, c *wire.Call, in *sendInput) (*sendResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return s.sendOne(q, c, in.sendEntry)
}

func (s *Service) sendOne(q *queue, c *wire.Call, e sendEntry) (*sendResult, error) {
	e.Id = ""
	if err := q.check(e); err != nil {
		return nil, err
	}
	results, err := s.add(q, sender(c), []sendEntry{e})
	if err != nil {
		return nil, err
	}
	return &results[0], nil
}

// sender returns the SenderId of a caller.
func sender(c *wire.Call) string {
	if c.Principal.UserID != "" {
		return c.Principal.UserID
	}
	return c.Env.Account
}

// check checks an entry against the queue's limits.
func (q *queue) check(e sendEntry) error {
	if e.MessageBody == "" {
		return errMissing("MessageBody")
	}
	if r, ok := badRune(e.MessageBody); ok {
		return fail("InvalidMessageContents", "InvalidMessageContents", "Invalid binary character '#x%X' was found "+
			"in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | "+
			"#xE000 to #xFFFD | #x10000 to #x10FFFF", r)
	}
	if err := cmp.Or(checkMessageAttributes(e.MessageAttributes), checkSystemAttributes(e.MessageSystemAttributes)); err != nil {
		return err
	}
	if d := e.DelaySeconds; d != nil && (*d < 0 || *d > 900) {
		return errParameter("Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", *d)
	}
	if err := q.checkOrder(e); err != nil {
		return err
	}
	if limit := q.number(maximumMessageSize); e.size() > limit {
		return errParameter("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	return nil
}

// badRune returns a character that a message must not have.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func badRune(s string) (rune, bool) {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return r, true
		}
	}
	return 0, false
}

// size returns the size that the limits apply to, in bytes: the body, and the
// attributes with their names and types.
func (e sendEntry) size() int {
	n := len(e.MessageBody)
	for name, a := range e.MessageAttributes {
		n += len(name) + len(a.DataType) + len(a.bytes())
	}
	return n
}

// add stores checked entries as messages of the queue, all or none. Duplicates in
// a FIFO queue are answered, and not stored.
func (s *Service) add(q *queue, senderID string, entries []sendEntry) ([]sendResult, error) {
	now := s.now()
	var added []*message
	results := make([]sendResult, len(entries))
	err := s.env.Store.Update(func(tx *store.Tx) error {
		if err := s.sent.cleanTx(tx, now); err != nil {
			return err
		}
		for i, e := range entries {
			first, duplicate, err := s.firstTx(tx, q, e, now)
			if err != nil {
				return err
			}
			results[i] = resultOf(e)
			if duplicate {
				results[i].MessageId, results[i].SequenceNumber = first.MessageID, first.SequenceNumber
				continue
			}
			m := s.newMessage(q, e, now)
			added = append(added, m)
			results[i].MessageId, results[i].SequenceNumber = m.ID, m.sequenceNumber()
			c := content{e.MessageBody, e.MessageAttributes, e.MessageSystemAttributes, senderID, e.MessageGroupId}
			if err := errors.Join(s.writeTx(tx, m, c), s.rememberTx(tx, q, m)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("send to %s: %w", q.Name, err)
	}
	s.added(q, added, now)
	return results, nil
}

// added applies to memory what add has stored.
func (s *Service) added(q *queue, all []*message, now int64) {
	var keys []string
	for _, m := range all {
		q.push(m)
		if q.fifo() {
			keys = append(keys, q.sentKey(m.GroupID, m.DeduplicationID))
		}
	}
	s.sent.settle(now, keys...)
	q.signal()
}

func (s *Service) newMessage(q *queue, e sendEntry, now int64) *message {
	delay := q.number(delaySeconds)
	if e.DelaySeconds != nil && !q.fifo() {
		delay = *e.DelaySeconds
	}
	s.seq++
	m := &message{
		Queue: q.Name, Seq: s.seq, ID: uuid.NewString(), SentAt: now, VisibleAt: now + milliseconds(delay),
	}
	if q.fifo() {
		m.GroupID, m.DeduplicationID = e.MessageGroupId, q.deduplicationID(e)
	}
	return m
}

func (s *Service) writeTx(tx *store.Tx, m *message, c content) error {
	if err := s.states.PutTx(tx, m.key(), *m); err != nil {
		return err
	}
	if isFIFO(m.Queue) {
		if err := s.last.PutTx(tx, "seq", m.Seq); err != nil {
			return err
		}
	}
	return s.contents.PutTx(tx, m.key(), c)
}

func resultOf(e sendEntry) sendResult {
	return sendResult{
		Id:                           e.Id,
		MD5OfMessageBody:             md5Hex([]byte(e.MessageBody)),
		MD5OfMessageAttributes:       md5Attributes(e.MessageAttributes),
		MD5OfMessageSystemAttributes: md5Attributes(e.MessageSystemAttributes),
	}
}
