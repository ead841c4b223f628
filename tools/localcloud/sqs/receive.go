package sqs

import (
	"context"
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
	if err := in.check(); err != nil {
		return nil, err
	}
	r := request{max: 1, timeout: in.VisibilityTimeout}
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
// wait for them (nil means the queue's settings).
type request struct {
	max     int
	timeout *int
	wait    *time.Duration
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
	p := s.pick(q, r.max, now)
	if p.empty() {
		return nil, nil
	}
	timeout := q.number(visibilityTimeout)
	if r.timeout != nil {
		timeout = *r.timeout
	}
	next := make([]message, len(p.deliver))
	taken := make([]Message, len(p.deliver))
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for i, m := range p.deliver {
			next[i] = m.received(now, timeout)
			c, ok, err := s.contents.GetTx(tx, m.key())
			if err != nil || !ok {
				return fmt.Errorf("content of message %s of %s: found %t, %w", m.ID, q.Name, ok, err)
			}
			taken[i] = deliver(next[i], c)
			if err := s.states.PutTx(tx, m.key(), next[i]); err != nil {
				return err
			}
		}
		return s.discardTx(tx, p)
	})
	if err != nil {
		return nil, err
	}
	s.settle(q, p, next)
	return taken, nil
}

// picked holds visible messages by what happens to them.
type picked struct {
	deliver, expired []*message
	dead             []transfer
	target           *queue // of dead
}

func (p picked) empty() bool { return len(p.deliver)+len(p.expired)+len(p.dead) == 0 }

// pick selects visible messages until max can be delivered. It restores the heap
// before it returns, and changes nothing else.
func (s *Service) pick(q *queue, max int, now int64) (p picked) {
	policy, limited := q.redrive()
	if limited {
		p.target, _ = s.byARN(policy.target) // if the queue is gone, messages stay
	}
	var seen []*message
	for len(p.deliver) < max && len(q.order) > 0 && q.order[0].VisibleAt <= now {
		m := q.order[0]
		q.remove(m)
		seen = append(seen, m)
		switch {
		case q.expired(m, now):
			p.expired = append(p.expired, m)
		case p.target != nil && m.ReceiveCount >= policy.maxReceive:
			p.dead = append(p.dead, s.transferTo(p.target, m, now, s.arn(q.Name)))
		default:
			p.deliver = append(p.deliver, m)
		}
	}
	for _, m := range seen {
		q.push(m)
	}
	return p
}

func (s *Service) discardTx(tx *store.Tx, p picked) error {
	if err := s.eraseTx(tx, p.expired); err != nil {
		return err
	}
	return s.transferTx(tx, p.dead)
}

// settle applies to memory what is in the store already.
func (s *Service) settle(q *queue, p picked, next []message) {
	for i, m := range p.deliver {
		next[i].index = m.index
		*m = next[i]
		q.reschedule(m)
	}
	for _, m := range p.expired {
		q.remove(m)
	}
	if len(p.dead) > 0 {
		s.transferred(q, p.target, p.dead)
	}
}

// received returns the message's state after one more receive.
func (m *message) received(now int64, timeout int) message {
	n := *m
	n.ReceiveCount++
	n.Receipt = uuid.NewString()
	n.VisibleAt = now + milliseconds(timeout)
	if n.FirstReceivedAt == 0 {
		n.FirstReceivedAt = now
	}
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
	return Message{
		ID: m.ID, ReceiptHandle: m.handle(), Body: c.Body, MD5OfBody: md5Hex([]byte(c.Body)),
		Attributes: attributes, MessageAttributes: c.Attributes, MD5OfMessageAttributes: md5Attributes(c.Attributes),
	}
}
