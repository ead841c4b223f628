package sqs

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// handle is the receipt handle of the message's last receive.
func (m *message) handle() string {
	return base64.StdEncoding.EncodeToString([]byte(m.Queue + "/" + m.ID + "/" + m.Receipt))
}

// held is a parsed receipt handle. message is nil if it is gone or was received
// again since: then the handle is no longer valid.
type held struct {
	message *message
	again   bool // it was received again
}

func (q *queue) byHandle(handle string) (held, error) {
	if handle == "" {
		return held{}, errMissing("ReceiptHandle")
	}
	raw, err := base64.StdEncoding.DecodeString(handle)
	parts := strings.Split(string(raw), "/")
	if err != nil || len(parts) != 3 || parts[0] != q.Name {
		return held{}, errHandle()
	}
	m := q.byID[parts[1]]
	if m == nil || m.Receipt != parts[2] {
		return held{again: m != nil}, nil
	}
	return held{message: m}, nil
}

type handleInput struct{ QueueUrl, ReceiptHandle string }

func (s *Service) deleteMessage(_ context.Context, _ *wire.Call, in *handleInput) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, s.delete(q, in.ReceiptHandle)
}

// delete deletes the message of a handle. It is no error if the handle is no
// longer valid, except in a FIFO queue if the message can be received again.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
func (s *Service) delete(q *queue, handle string) error {
	expired, err := s.drop(q, handle)
	if err == nil && expired {
		return errParameter("Value %s for parameter ReceiptHandle is invalid. "+
			"Reason: The receipt handle has expired.", handle)
	}
	return err
}

// drop deletes the message of a handle. expired is true if the message stays,
// since the queue is FIFO and the message is visible or was received again: its
// group continues with it.
func (s *Service) drop(q *queue, handle string) (expired bool, err error) {
	h, err := q.byHandle(handle)
	if err != nil {
		return false, err
	}
	if q.fifo() && (h.again || h.message != nil && !h.message.inFlight(s.now())) {
		return true, nil
	}
	if h.message == nil {
		return false, nil
	}
	err = s.env.Store.Update(func(tx *store.Tx) error { return s.eraseTx(tx, []*message{h.message}) })
	if err != nil {
		return false, err
	}
	q.remove(h.message)
	if q.fifo() {
		q.signal() // the next message of its group can be received now
	}
	return false, nil
}

type visibilityInput struct {
	QueueUrl, ReceiptHandle string
	VisibilityTimeout       *int
}

func (s *Service) changeVisibility(_ context.Context, _ *wire.Call, in *visibilityInput) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, s.hide(q, in.ReceiptHandle, in.VisibilityTimeout)
}

// hide makes the message of a handle invisible for seconds from now on.
func (s *Service) hide(q *queue, handle string, seconds *int) error {
	if seconds == nil {
		return errMissing("VisibilityTimeout")
	}
	if err := checkTimeout(*seconds); err != nil {
		return err
	}
	h, err := q.byHandle(handle)
	if err != nil {
		return err
	}
	now := s.now()
	if h.message == nil || !h.message.inFlight(now) {
		return errParameter("Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist "+
			"or is not available for visibility timeout change.", handle)
	}
	next := *h.message
	next.VisibleAt = now + milliseconds(*seconds)
	if err := s.states.Put(next.key(), next); err != nil {
		return err
	}
	h.message.VisibleAt = next.VisibleAt
	q.reschedule(h.message)
	q.signal()
	return nil
}
