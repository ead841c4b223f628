package sqs

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// Summary describes a queue and counts its messages.
type Summary struct {
	Name                       string
	ARN                        string
	FIFO                       bool
	Visible, Delayed, InFlight int
	Oldest                     time.Duration // age of the oldest message; 0 if there is none
	DeadLetters                string        // name of the queue that takes what keeps failing; empty: none
	MaxReceives                int           // before a message goes there
	Sources                    []string      // names of the queues whose dead-letter queue it is
}

// Summaries returns all queues, by name.
func (s *Service) Summaries() []Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	sources := map[string][]string{}
	all := make([]Summary, 0, len(s.live))
	for _, name := range slices.Sorted(maps.Keys(s.live)) {
		q := s.live[name]
		n := q.count(now)
		one := Summary{
			Name: name, ARN: s.arn(name), FIFO: q.fifo(), Visible: n.visible, Delayed: n.delayed, InFlight: n.inFlight,
			Oldest: time.Duration(now-n.oldest) * time.Millisecond,
		}
		if r, ok := q.redrive(); ok {
			one.DeadLetters, one.MaxReceives = r.target[strings.LastIndexByte(r.target, ':')+1:], r.maxReceive
			sources[one.DeadLetters] = append(sources[one.DeadLetters], name)
		}
		all = append(all, one)
	}
	for i := range all {
		all[i].Sources = sources[all[i].Name]
	}
	return all
}

// Browsed is a message as Browse shows it.
type Browsed struct {
	ID         string
	Body       string
	Sent       time.Time
	Visible    time.Time // when it can be received
	Receives   int
	Group      string // in a FIFO queue
	Source     string // ARN of the queue that moved it to this dead-letter queue
	Attributes map[string]string
}

// Browse returns the oldest messages of a queue, limit at most, in the order of
// their arrival, and changes nothing: no receive is counted. It is false if there
// is no such queue.
func (s *Service) Browse(name string, limit int) (all []Browsed, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.live[name]
	if q == nil {
		return nil, false, nil
	}
	now := s.now()
	messages := slices.DeleteFunc(inOrder(q), func(m *message) bool { return q.expired(m, now) })
	err = s.env.Store.View(func(tx *store.Tx) error {
		for _, m := range messages[:min(limit, len(messages))] {
			c, _, err := s.contents.GetTx(tx, m.key())
			if err != nil {
				return err
			}
			all = append(all, browsed(m, c))
		}
		return nil
	})
	return all, true, err
}

func browsed(m *message, c content) Browsed {
	b := Browsed{
		ID: m.ID, Body: c.Body, Sent: time.UnixMilli(m.SentAt), Visible: time.UnixMilli(m.VisibleAt),
		Receives: m.ReceiveCount, Group: m.GroupID, Source: m.SourceARN, Attributes: map[string]string{},
	}
	for name, value := range c.Attributes {
		b.Attributes[name] = "(binary)"
		if value.StringValue != nil {
			b.Attributes[name] = *value.StringValue
		}
	}
	return b
}

// Redrive moves the messages of a dead-letter queue back to where they came from,
// as StartMessageMoveTask does, and returns how many it moved.
func (s *Service) Redrive(queueARN string) (moved int, err error) {
	return s.move(&startMoveInput{SourceArn: queueARN})
}
