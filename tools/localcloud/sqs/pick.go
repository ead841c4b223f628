package sqs

import (
	"container/heap"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// picked holds visible messages by what happens to them.
type picked struct {
	deliver, expired []*message
	dead             []transfer
	target           *queue // of dead
}

func (p picked) empty() bool { return len(p.deliver)+len(p.expired)+len(p.dead) == 0 }

// picker selects visible messages of a queue until max can be delivered.
type picker struct {
	picked
	s      *Service
	q      *queue
	max    int
	now    int64
	policy redrive
}

// pick selects messages. It restores the heap before it returns, and changes
// nothing else.
func (s *Service) pick(q *queue, max int, now int64) picked {
	p := picker{s: s, q: q, max: max, now: now}
	var limited bool
	if p.policy, limited = q.redrive(); limited {
		p.target, _ = s.byARN(p.policy.target) // if the queue is gone, messages stay
	}
	if q.fifo() {
		p.groups()
	} else {
		p.messages()
	}
	return p.picked
}

func (p *picker) full() bool { return len(p.deliver) >= p.max }

// messages selects messages of a standard queue.
func (p *picker) messages() {
	var seen []*message
	order := &p.q.order
	for !p.full() && len(*order) > 0 && (*order)[0].VisibleAt <= p.now {
		m := heap.Pop(order).(*message)
		seen = append(seen, m)
		p.add(m)
	}
	for _, m := range seen {
		heap.Push(order, m)
	}
}

// groups selects messages of a FIFO queue: as many as possible of the group
// that can be received from for longest, then those of the next. What is
// removed from a group does not stop it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
func (p *picker) groups() {
	var seen []*group
	order := &p.q.groups.order
	for !p.full() && len(*order) > 0 && (*order)[0].ready <= p.now {
		g := heap.Pop(order).(*group)
		seen = append(seen, g)
		for _, m := range g.messages {
			if p.full() || m.VisibleAt > p.now {
				break
			}
			p.add(m)
		}
	}
	for _, g := range seen {
		heap.Push(order, g)
	}
}

func (p *picker) add(m *message) {
	switch {
	case p.q.expired(m, p.now):
		p.expired = append(p.expired, m)
	case p.target != nil && m.ReceiveCount >= p.policy.maxReceive:
		p.dead = append(p.dead, p.s.deadLetter(p.target, m, p.now, p.s.arn(p.q.Name)))
	default:
		p.deliver = append(p.deliver, m)
	}
}

func (s *Service) discardTx(tx *store.Tx, p picked) error {
	if err := s.eraseTx(tx, p.expired); err != nil {
		return err
	}
	return s.transferTx(tx, p.dead)
}

// settle applies to memory what is in the store already.
func (s *Service) settle(q *queue, p picked, next []message) {
	q.update(p.deliver, next)
	for _, m := range p.expired {
		q.remove(m)
	}
	if len(p.dead) > 0 {
		s.transferred(q, p.target, p.dead)
	}
}

// update sets the new states of messages.
func (q *queue) update(all []*message, next []message) {
	for i, m := range all {
		next[i].index = m.index
		*m = next[i]
		q.reschedule(m)
	}
}
