package sqs

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// moveTask is a redrive from a dead-letter queue. It is always finished: the
// messages move in one transaction, before StartMessageMoveTask returns.
type moveTask struct {
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	DestinationArn                    string `json:",omitempty"`
	MaxNumberOfMessagesPerSecond      *int   `json:",omitempty"`
	SourceArn                         string
	StartedTimestamp                  int64 // milliseconds
	Status                            string
}

type startMoveInput struct {
	SourceArn, DestinationArn    string
	MaxNumberOfMessagesPerSecond *int
}

type startMoveOutput struct{ TaskHandle string }

func (s *Service) startMove(_ context.Context, _ *wire.Call, in *startMoveInput) (*startMoveOutput, error) {
	if _, err := s.move(in); err != nil {
		return nil, err
	}
	return &startMoveOutput{base64.StdEncoding.EncodeToString([]byte(uuid.NewString() + "/" + in.SourceArn))}, nil
}

// move moves the messages of a dead-letter queue, and returns how many it were.
func (s *Service) move(in *startMoveInput) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := s.moveSource(in)
	if err != nil {
		return 0, err
	}
	moves, err := s.plan(from, in)
	if err != nil {
		return 0, err
	}
	for _, m := range moves {
		n += len(m.all)
	}
	task := moveTask{
		ApproximateNumberOfMessagesMoved: n, ApproximateNumberOfMessagesToMove: n, DestinationArn: in.DestinationArn,
		MaxNumberOfMessagesPerSecond: in.MaxNumberOfMessagesPerSecond, SourceArn: in.SourceArn,
		StartedTimestamp: s.now(), Status: "COMPLETED",
	}
	return n, s.applyMoves(from, moves, task)
}

// destination is the part of a task for one queue.
type destination struct {
	to  *queue
	all []transfer
}

func (s *Service) moveSource(in *startMoveInput) (*queue, error) {
	if in.SourceArn == "" {
		return nil, errMissing("SourceArn")
	}
	from, err := s.byARN(in.SourceArn)
	if err != nil {
		return nil, errNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	if len(s.sources(from)) == 0 {
		return nil, errParameter("Source queue must be configured as a Dead Letter Queue.")
	}
	if n := in.MaxNumberOfMessagesPerSecond; n != nil && (*n < 1 || *n > 500) {
		return nil, errParameter("Value %d for parameter MaxNumberOfMessagesPerSecond is invalid. "+
			"Reason: Must be between 1 and 500, if provided.", *n)
	}
	return from, nil
}

// plan returns the moves: to the destination, or back to the source of each
// message, in their order. Messages in flight, those of a group in flight, and
// messages that did not come from a queue, stay.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
func (s *Service) plan(from *queue, in *startMoveInput) ([]*destination, error) {
	if in.DestinationArn != "" {
		to, err := s.byARN(in.DestinationArn)
		if err != nil {
			return nil, errNotFound("The resource that you specified for the DestinationArn parameter doesn't exist.")
		}
		if to.fifo() != from.fifo() {
			return nil, errParameter("Value %s for parameter DestinationArn is invalid. "+
				"Reason: Destination queue must be same type of queue as the source.", in.DestinationArn)
		}
	}
	var moves []*destination
	byTarget := map[*queue]*destination{}
	now := s.now()
	for _, m := range inOrder(from) {
		target := in.DestinationArn
		if target == "" {
			target = m.SourceARN
		}
		to, err := s.byARN(target)
		if err != nil || from.receivableAt(m) > now {
			continue
		}
		if byTarget[to] == nil {
			byTarget[to] = &destination{to: to}
			moves = append(moves, byTarget[to])
		}
		byTarget[to].all = append(byTarget[to].all, s.redriven(to, m, now))
	}
	return moves, nil
}

func inOrder(q *queue) []*message {
	all := slices.Clone(q.order)
	slices.SortFunc(all, func(a, b *message) int { return int(a.Seq) - int(b.Seq) })
	return all
}

func (s *Service) applyMoves(from *queue, moves []*destination, task moveTask) error {
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for _, m := range moves {
			if err := s.transferTx(tx, m.all); err != nil {
				return err
			}
		}
		key := fmt.Sprintf("%s/%020d", from.Name, task.StartedTimestamp)
		return s.tasks.PutTx(tx, key, task)
	})
	if err != nil {
		return err
	}
	for _, m := range moves {
		s.transferred(from, m.to, m.all)
	}
	return nil
}

type listMovesInput struct {
	SourceArn  string
	MaxResults *int
}

type listMovesOutput struct{ Results []moveTask }

func (s *Service) listMoves(_ context.Context, _ *wire.Call, in *listMovesInput) (*listMovesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := s.byARN(in.SourceArn)
	if err != nil {
		return nil, errNotFound("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	limit := 1
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	if limit < 1 || limit > 10 {
		return nil, errParameter("Value %d for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 10.", limit)
	}
	all, err := s.tasks.List(from.Name + "/")
	slices.Reverse(all) // newest first
	return &listMovesOutput{all[:min(limit, len(all))]}, err
}

func (s *Service) cancelMove(context.Context, *wire.Call, *struct{ TaskHandle string }) (*struct{}, error) {
	return nil, errNotFound("Task does not exist or has already finished.")
}
