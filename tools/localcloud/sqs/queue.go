package sqs

import (
	"container/heap"
	"fmt"
	"maps"
	"strconv"
)

// queueRecord is a queue as it is stored.
type queueRecord struct {
	Name       string
	CreatedAt  int64             // seconds
	ModifiedAt int64             // seconds
	PurgedAt   int64             // milliseconds; 0: never
	Attributes map[string]string // without defaults
	Tags       map[string]string
}

// queue is a queue with its messages, ordered by the time at which they become
// visible. Contents stay in the store: a long queue of large messages costs no
// memory.
type queue struct {
	queueRecord
	order  byVisibility
	byID   map[string]*message
	groups groups        // of a FIFO queue
	wake   chan struct{} // closed when a message may have become visible
}

func newQueue(r queueRecord) *queue {
	return &queue{queueRecord: r, byID: map[string]*message{}, groups: newGroups(), wake: make(chan struct{})}
}

// message is the state of a message. It is small, since it is written on every
// receive.
type message struct {
	Queue           string
	Seq             uint64 // order of arrival
	ID              string
	SentAt          int64 // milliseconds, as are all below
	VisibleAt       int64
	FirstReceivedAt int64
	ReceiveCount    int
	Receipt         string // of the last receive; empty: never received
	SourceARN       string // of the queue that moved it to its dead-letter queue
	GroupID         string `json:",omitempty"` // in a FIFO queue
	DeduplicationID string `json:",omitempty"` // in a FIFO queue

	index int
}

// content is the content of a message, which is written once.
type content struct {
	Body       string
	Attributes map[string]AttributeValue
	System     map[string]AttributeValue
	SenderID   string
	GroupID    string
}

func (m *message) key() string { return fmt.Sprintf("%s/%020d", m.Queue, m.Seq) }

// inFlight reports whether a consumer has received the message and it is
// invisible.
func (m *message) inFlight(now int64) bool { return m.Receipt != "" && m.VisibleAt > now }

func (q *queue) push(m *message) {
	q.byID[m.ID] = m
	heap.Push(&q.order, m)
	if q.fifo() {
		q.groups.push(m)
	}
}

func (q *queue) remove(m *message) {
	delete(q.byID, m.ID)
	heap.Remove(&q.order, m.index)
	if q.fifo() {
		q.groups.remove(m)
	}
}

// clear removes all messages.
func (q *queue) clear() { q.order, q.byID, q.groups = nil, map[string]*message{}, newGroups() }

// reschedule moves the message to its place after VisibleAt has changed.
func (q *queue) reschedule(m *message) {
	heap.Fix(&q.order, m.index)
	if q.fifo() {
		q.groups.update(m)
	}
}

// signal wakes the waiting consumers.
func (q *queue) signal() {
	close(q.wake)
	q.wake = make(chan struct{})
}

// nextVisible returns the time at which the first message can be received.
func (q *queue) nextVisible() (at int64, ok bool) {
	if len(q.order) == 0 {
		return 0, false
	}
	if q.fifo() {
		return q.groups.order[0].ready, true
	}
	return q.order[0].VisibleAt, true
}

// receivableAt returns the time at which a message can be received: in a FIFO
// queue when its group can, too.
func (q *queue) receivableAt(m *message) int64 {
	if q.fifo() {
		return max(m.VisibleAt, q.groups.byID[m.GroupID].ready)
	}
	return m.VisibleAt
}

// number returns the value of an attribute that is a whole number.
func (q *queue) number(name string) int {
	value, ok := q.Attributes[name]
	if !ok {
		value = defaults[name]
	}
	n, _ := strconv.Atoi(value) // attributes are checked before they are set
	return n
}

// expired reports whether the message is older than the queue's retention.
func (q *queue) expired(m *message, now int64) bool {
	return m.SentAt+milliseconds(q.number(retentionPeriod)) <= now
}

// effective returns the attributes with AWS's defaults.
func (q *queue) effective() map[string]string {
	all := maps.Clone(defaults)
	if q.Attributes[kmsKey] != "" {
		all[managedSSE], all[kmsReuse] = "false", "300"
	}
	if q.fifo() {
		maps.Copy(all, fifoDefaults)
	}
	maps.Copy(all, q.Attributes)
	if q.Attributes[kmsKey] == "" {
		delete(all, kmsReuse)
	}
	return all
}

// byVisibility is a heap, ordered by the time of visibility, then by arrival.
type byVisibility []*message

func (h byVisibility) Len() int { return len(h) }

func (h byVisibility) Less(i, j int) bool {
	if h[i].VisibleAt != h[j].VisibleAt {
		return h[i].VisibleAt < h[j].VisibleAt
	}
	return h[i].Seq < h[j].Seq
}

func (h byVisibility) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements heap.Interface.
func (h *byVisibility) Push(x any) {
	m := x.(*message)
	m.index = len(*h)
	*h = append(*h, m)
}

// Pop implements heap.Interface.
func (h *byVisibility) Pop() any {
	last := len(*h) - 1
	m := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return m
}
