package sqs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type receiveInput struct {
	QueueUrl                    string
	AttributeNames              []string // the old name of MessageSystemAttributeNames
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	ReceiveRequestAttemptId     string
}

type receiveOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string         `json:",omitempty"`
	MD5OfMessageAttributes string                    `json:",omitempty"`
	MessageAttributes      map[string]AttributeValue `json:",omitempty"`
}

func (s *Service) receiveMessage(ctx context.Context, _ *wire.Call, in *receiveInput) (*receiveOutput, error) {
	s.mu.Lock()
	q, err := s.byURL(in.QueueUrl)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(in.check(), q.checkAttempt(in.ReceiveRequestAttemptId)); err != nil {
		return nil, err
	}
	r := request{max: 1, timeout: in.VisibilityTimeout, attempt: in.ReceiveRequestAttemptId}
	if in.WaitTimeSeconds != nil {
		wait := time.Duration(*in.WaitTimeSeconds) * time.Second
		r.wait = &wait
	}
	if in.MaxNumberOfMessages != nil {
		r.max = *in.MaxNumberOfMessages
	}
	taken, err := s.poll(ctx, q.Name, r)
	out := &receiveOutput{}
	for _, m := range taken {
		out.Messages = append(out.Messages, in.render(m))
	}
	return out, err
}

func (in *receiveInput) check() error {
	if n := in.MaxNumberOfMessages; n != nil && (*n < 1 || *n > 10) {
		return errParameter("Value %d for parameter MaxNumberOfMessages is invalid. "+
			"Reason: Must be between 1 and 10, if provided.", *n)
	}
	if n := in.WaitTimeSeconds; n != nil && (*n < 0 || *n > 20) {
		return errParameter("Value %d for parameter WaitTimeSeconds is invalid. "+
			"Reason: Must be >= 0 and <= 20, if provided.", *n)
	}
	if n := in.VisibilityTimeout; n != nil {
		return checkTimeout(*n)
	}
	return nil
}

func checkTimeout(seconds int) error {
	if seconds < 0 || seconds > 43_200 {
		return errParameter("Value %d for parameter VisibilityTimeout is invalid. "+
			"Reason: VisibilityTimeout must be an integer between 0 and 43200.", seconds)
	}
	return nil
}

func (in *receiveInput) render(m Message) receivedMessage {
	out := receivedMessage{
		MessageId: m.ID, ReceiptHandle: m.ReceiptHandle, MD5OfBody: m.MD5OfBody, Body: m.Body,
		MessageAttributes: selectAttributes(m.MessageAttributes, in.MessageAttributeNames),
	}
	out.MD5OfMessageAttributes = md5Attributes(out.MessageAttributes)
	names := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for name, value := range m.Attributes {
		if !slices.Contains(names, name) && !slices.Contains(names, "All") {
			continue
		}
		if out.Attributes == nil {
			out.Attributes = map[string]string{}
		}
		out.Attributes[name] = value
	}
	return out
}

// request is a receive: how many messages, for how many seconds, and how long to
// wait for them (nil means the queue's settings). attempt is its
// ReceiveRequestAttemptId, if it has one.
type request struct {
	max     int
	timeout *int
	wait    *time.Duration
	attempt string
}

// poll receives messages, and waits if there are none. It returns none when the
// time is up, the client disconnects or the service closes.
func (s *Service) poll(ctx context.Context, name string, r request) ([]Message, error) {
	var deadline <-chan time.Time
	for {
		s.mu.Lock()
		q := s.live[name]
		if q == nil {
			s.mu.Unlock()
			return nil, errNoQueue()
		}
		taken, err := s.take(q, r)
		wake, due, wait := q.wake, s.untilVisible(q), q.wait(r)
		s.mu.Unlock()
		if err != nil || len(taken) > 0 || wait <= 0 {
			return taken, err
		}
		if deadline == nil {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			deadline = timer.C
		}
		if !s.await(ctx, wake, due, deadline) {
			return nil, nil
		}
	}
}

func (q *queue) wait(r request) time.Duration {
	if r.wait != nil {
		return *r.wait
	}
	return time.Duration(q.number(waitTimeSeconds)) * time.Second
}

// untilVisible returns the time until the next message becomes visible, or an
// hour, which is longer than any poll.
func (s *Service) untilVisible(q *queue) time.Duration {
	at, ok := q.nextVisible()
	if !ok {
		return time.Hour
	}
	return max(time.Duration(at-s.now())*time.Millisecond, time.Millisecond)
}

// await waits until there may be a message. It returns false if the poll is over.
func (s *Service) await(ctx context.Context, wake <-chan struct{}, due time.Duration, deadline <-chan time.Time) bool {
	timer := time.NewTimer(due)
	defer timer.Stop()
	select {
	case <-wake:
		return true
	case <-timer.C:
		return true
	case <-deadline:
	case <-ctx.Done():
	case <-s.closed:
	}
	return false
}

// take returns the messages that are visible and makes them invisible. It deletes
// those that are too old, and moves those that were received too often to the
// dead-letter queue.
func (s *Service) take(q *queue, r request) ([]Message, error) {
	now := s.now()
	timeout := q.number(visibilityTimeout)
	if r.timeout != nil {
		timeout = *r.timeout
	}
	again, err := s.repeated(q, r, now)
	if err != nil {
		return nil, err
	}
	if len(again) > 0 {
		return s.hand(q, r, picked{deliver: again}, now, func(m *message) message { return m.hidden(now, timeout) })
	}
	p := s.pick(q, r.max, now)
	if p.empty() {
		return nil, nil
	}
	return s.hand(q, r, p, now, func(m *message) message { return m.received(now, timeout) })
}

// hand delivers what is picked, with the states that next returns.
func (s *Service) hand(q *queue, r request, p picked, now int64, next func(*message) message) ([]Message, error) {
	states := make([]message, len(p.deliver))
	taken := make([]Message, len(p.deliver))
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for i, m := range p.deliver {
			states[i] = next(m)
			c, ok, err := s.contents.GetTx(tx, m.key())
			if err != nil || !ok {
				return fmt.Errorf("content of message %s of %s: found %t, %w", m.ID, q.Name, ok, err)
			}
			taken[i] = deliver(states[i], c)
			if err := s.states.PutTx(tx, m.key(), states[i]); err != nil {
				return err
			}
		}
		return errors.Join(s.discardTx(tx, p), s.attemptTx(tx, q, r, states, now))
	})
	if err != nil {
		return nil, err
	}
	s.settle(q, p, states)
	s.attempted(q, r, now)
	return taken, nil
}

// received returns the message's state after one more receive.
func (m *message) received(now int64, timeout int) message {
	n := m.hidden(now, timeout)
	n.ReceiveCount++
	n.Receipt = uuid.NewString()
	if n.FirstReceivedAt == 0 {
		n.FirstReceivedAt = now
	}
	return n
}

// hidden returns the message's state when it is made invisible.
func (m *message) hidden(now int64, timeout int) message {
	n := *m
	n.VisibleAt = now + milliseconds(timeout)
	return n
}

func deliver(m message, c content) Message {
	attributes := map[string]string{
		"SenderId":                         c.SenderID,
		"SentTimestamp":                    strconv.FormatInt(m.SentAt, 10),
		"ApproximateReceiveCount":          strconv.Itoa(m.ReceiveCount),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.FirstReceivedAt, 10),
	}
	if h, ok := c.System["AWSTraceHeader"]; ok {
		attributes["AWSTraceHeader"] = string(h.bytes())
	}
	if m.SourceARN != "" {
		attributes["DeadLetterQueueSourceArn"] = m.SourceARN
	}
	if c.GroupID != "" {
		attributes["MessageGroupId"] = c.GroupID
	}
	if n := m.sequenceNumber(); n != "" {
		attributes["SequenceNumber"], attributes["MessageDeduplicationId"] = n, m.DeduplicationID
	}
	return Message{
		ID: m.ID, ReceiptHandle: m.handle(), Body: c.Body, MD5OfBody: md5Hex([]byte(c.Body)),
		Attributes: attributes, MessageAttributes: c.Attributes, MD5OfMessageAttributes: md5Attributes(c.Attributes),
	}
}
