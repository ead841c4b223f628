// Package sqs is the local cloud's Amazon SQS: standard and FIFO queues over
// the JSON protocol and its predecessor, and a Go API of the same queues for
// Lambda's poller and the scheduler. It knows queues, messages and time; it
// knows nothing of Lambda. The wire handler checks permissions, by the policies
// of queues among others.
//
// Messages are in the store before a call returns, with their deadlines, so
// that a killed process loses none and delivers none early. It differs from AWS
// on purpose: a queue's name can be used again at once after a deletion; a
// message move task finishes before it is answered; FIFO queues have no limits
// of throughput or of messages in flight.
package sqs

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service holds the queues. It is safe for concurrent use.
type Service struct {
	env       *wire.Env
	authority wire.ServiceAuthority // may be nil
	queues    store.Collection[queueRecord]
	states    store.Collection[message]
	contents  store.Collection[content]
	tasks     store.Collection[moveTask]
	last      store.Collection[uint64] // the newest sequence number of FIFO queues, at the key "seq"
	sent      window[sentRecord]       // the messages of FIFO queues, by their deduplication IDs
	attempts  window[attempt]          // the receives of FIFO queues, by their ReceiveRequestAttemptId

	mu     sync.Mutex
	live   map[string]*queue // by name
	seq    uint64            // of the newest message
	closed chan struct{}
	once   sync.Once
}

// New reads the queues and the states of their messages from the store. The
// authority decides which services may send; if it is nil, none may.
func New(env *wire.Env, authority wire.ServiceAuthority) (*Service, error) {
	s := &Service{
		env: env, authority: authority,
		queues:   store.In[queueRecord](env.Store, "sqs.queues"),
		states:   store.In[message](env.Store, "sqs.messages"),
		contents: store.In[content](env.Store, "sqs.contents"),
		tasks:    store.In[moveTask](env.Store, "sqs.movetasks"),
		last:     store.In[uint64](env.Store, "sqs.last"),
		sent:     window[sentRecord]{records: store.In[record[sentRecord]](env.Store, "sqs.sent")},
		attempts: window[attempt]{records: store.In[record[attempt]](env.Store, "sqs.attempts")},
		live:     map[string]*queue{},
		closed:   make(chan struct{}),
	}
	return s, s.load()
}

func (s *Service) load() error {
	records, err := s.queues.List("")
	if err != nil {
		return fmt.Errorf("queues: %w", err)
	}
	for _, r := range records {
		r.Attributes = normalised(r.Attributes)
		s.live[r.Name] = newQueue(r)
	}
	return s.env.Store.View(func(tx *store.Tx) error {
		if s.seq, _, err = s.last.GetTx(tx, "seq"); err != nil {
			return fmt.Errorf("newest sequence number: %w", err)
		}
		if err := errors.Join(s.sent.loadTx(tx), s.attempts.loadTx(tx)); err != nil {
			return fmt.Errorf("deduplication IDs: %w", err)
		}
		return s.states.EachTx(tx, "", func(_ string, m message) (bool, error) {
			if q := s.live[m.Queue]; q != nil {
				m.VisibleAt = q.delayed(&m)
				q.push(&m)
			}
			s.seq = max(s.seq, m.Seq)
			return true, nil
		})
	})
}

// Close ends the long polls that are waiting. They return no message.
func (s *Service) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// now is the time in milliseconds since the epoch, SQS's unit for timestamps.
func (s *Service) now() int64 { return s.env.Now().UnixMilli() }

func milliseconds(seconds int) int64 { return int64(seconds) * time.Second.Milliseconds() }
