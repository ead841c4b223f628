// Package sqs is the local cloud's Amazon SQS: standard queues over the JSON
// protocol, and a Go API of the same queues for Lambda's poller and the
// scheduler. It knows queues, messages and time; it knows nothing of Lambda. The
// wire handler checks permissions, by the policies of queues among others.
//
// Messages are in the store before a call returns, with their deadlines, so that
// a killed process loses none and delivers none early. It differs from AWS on
// purpose: there are no FIFO queues; a queue's name can be used again at once
// after a deletion; a message move task finishes before it is answered.
package sqs

import (
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
		return s.states.EachTx(tx, "", func(_ string, m message) (bool, error) {
			if q := s.live[m.Queue]; q != nil {
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
