package sqs

import (
	"cmp"
	"container/heap"
	"slices"
)

// group is a message group of a FIFO queue: its messages in the order of their
// arrival. Nobody receives from it while a consumer holds a message of it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
type group struct {
	messages []*message // never empty
	ready    int64      // when its first message can be received, in milliseconds
	index    int
}

// groups are the message groups of a FIFO queue, ordered by the time at which
// they can be received from.
type groups struct {
	byID  map[string]*group
	order byReady
}

func newGroups() groups { return groups{byID: map[string]*group{}} }

func (gs *groups) push(m *message) {
	g := gs.byID[m.GroupID]
	if g == nil {
		g = &group{messages: []*message{m}}
		g.refresh()
		gs.byID[m.GroupID] = g
		heap.Push(&gs.order, g)
		return
	}
	at, _ := g.find(m)
	g.messages = slices.Insert(g.messages, at, m)
	gs.update(m)
}

func (gs *groups) remove(m *message) {
	g := gs.byID[m.GroupID]
	at, _ := g.find(m)
	g.messages = slices.Delete(g.messages, at, at+1)
	if len(g.messages) == 0 {
		delete(gs.byID, m.GroupID)
		heap.Remove(&gs.order, g.index)
		return
	}
	gs.update(m)
}

// update moves the message's group to its place after one of its messages has
// changed.
func (gs *groups) update(m *message) {
	g := gs.byID[m.GroupID]
	g.refresh()
	heap.Fix(&gs.order, g.index)
}

// find returns the place of a message.
func (g *group) find(m *message) (int, bool) {
	return slices.BinarySearchFunc(g.messages, m, func(a, b *message) int { return cmp.Compare(a.Seq, b.Seq) })
}

// refresh computes when the group can be received from: when its first message
// and all that consumers hold are visible. The messages that were ever received
// are the first ones, since no receive skips one.
func (g *group) refresh() {
	g.ready = g.messages[0].VisibleAt
	for _, m := range g.messages {
		if m.Receipt == "" {
			return
		}
		g.ready = max(g.ready, m.VisibleAt)
	}
}

// byReady is a heap, ordered by the time at which groups can be received from,
// then by the arrival of their first messages.
type byReady []*group

func (h byReady) Len() int { return len(h) }

func (h byReady) Less(i, j int) bool {
	if h[i].ready != h[j].ready {
		return h[i].ready < h[j].ready
	}
	return h[i].messages[0].Seq < h[j].messages[0].Seq
}

func (h byReady) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements heap.Interface.
func (h *byReady) Push(x any) {
	g := x.(*group)
	g.index = len(*h)
	*h = append(*h, g)
}

// Pop implements heap.Interface.
func (h *byReady) Pop() any {
	last := len(*h) - 1
	g := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return g
}
