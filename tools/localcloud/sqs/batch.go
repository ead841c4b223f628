package sqs

import (
	"context"
	"errors"
	"regexp"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	maxEntries   = 10
	maxBatchSize = 1_048_576 // in bytes, of all entries together
)

// entryID is the format of the names of a batch's entries.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

type batchFailure struct {
	Id          string
	SenderFault bool
	Code        string
	Message     string
}

type batchOutput[T any] struct {
	Successful []T
	Failed     []batchFailure `json:",omitempty"`
}

type batchID struct{ Id string }

// checkBatch checks the number of a batch's entries and their names. kind is the
// entries' type in AWS's messages.
func checkBatch[T any](entries []T, kind string, id func(T) string) error {
	if len(entries) == 0 {
		return fail("EmptyBatchRequest", legacy+"EmptyBatchRequest", "There should be at least one %s in the request.", kind)
	}
	if n := len(entries); n > maxEntries {
		return fail("TooManyEntriesInBatchRequest", legacy+"TooManyEntriesInBatchRequest",
			"Maximum number of entries per request are %d. You have sent %d.", maxEntries, n)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if !entryID.MatchString(id(e)) {
			return fail("InvalidBatchEntryId", legacy+"InvalidBatchEntryId", "A batch entry id can only contain "+
				"alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id(e)] {
			return fail("BatchEntryIdsNotDistinct", legacy+"BatchEntryIdsNotDistinct", "Id %s repeated.", id(e))
		}
		seen[id(e)] = true
	}
	return nil
}

// failed returns the answer for one entry that failed with an AWS error. Any
// other error fails the whole batch.
func failed(id string, err error) (batchFailure, error) {
	var e *wire.Error
	if !errors.As(err, &e) {
		return batchFailure{}, err
	}
	code := e.Code
	if e.QueryCode != "" {
		code = e.QueryCode
	}
	return batchFailure{Id: id, SenderFault: e.HTTPStatus() < 500, Code: code, Message: e.Message}, nil
}

type sendBatchInput struct {
	QueueUrl string
	Entries  []sendEntry
}

func (s *Service) sendMessageBatch(_ context.Context, c *wire.Call, in *sendBatchInput) (*batchOutput[sendResult], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := in.check(q); err != nil {
		return nil, err
	}
	var good []sendEntry
	out := &batchOutput[sendResult]{Successful: []sendResult{}}
	for _, e := range in.Entries {
		if err := q.check(e); err != nil {
			f, err := failed(e.Id, err)
			if err != nil {
				return nil, err
			}
			out.Failed = append(out.Failed, f)
			continue
		}
		good = append(good, e)
	}
	if len(good) > 0 {
		out.Successful, err = s.add(q, sender(c), good)
	}
	return out, err
}

// check checks a batch as a whole. An entry without the IDs that a FIFO queue
// needs fails the batch, as on AWS.
func (in *sendBatchInput) check(q *queue) error {
	if err := checkBatch(in.Entries, "SendMessageBatchRequestEntry", func(e sendEntry) string { return e.Id }); err != nil {
		return err
	}
	var size int
	for _, e := range in.Entries {
		size += e.size()
		if err := q.checkIDs(e); err != nil {
			return err
		}
	}
	if size > maxBatchSize {
		return fail("BatchRequestTooLong", legacy+"BatchRequestTooLong",
			"Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxBatchSize, size)
	}
	return nil
}

// handleEntry is an entry of a batch that deletes or hides messages.
type handleEntry struct {
	Id, ReceiptHandle string
	VisibilityTimeout *int
}

type handleBatchInput struct {
	QueueUrl string
	Entries  []handleEntry
}

func (s *Service) deleteMessageBatch(_ context.Context, _ *wire.Call, in *handleBatchInput) (*batchOutput[batchID], error) {
	return s.eachHandle(in, "DeleteMessageBatchRequestEntry", func(q *queue, e handleEntry) error {
		return s.delete(q, e.ReceiptHandle)
	})
}

func (s *Service) changeVisibilityBatch(_ context.Context, _ *wire.Call, in *handleBatchInput) (*batchOutput[batchID], error) {
	return s.eachHandle(in, "ChangeMessageVisibilityBatchRequestEntry", func(q *queue, e handleEntry) error {
		return s.hide(q, e.ReceiptHandle, e.VisibilityTimeout)
	})
}

func (s *Service) eachHandle(in *handleBatchInput, kind string, f func(*queue, handleEntry) error) (*batchOutput[batchID], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries, kind, func(e handleEntry) string { return e.Id }); err != nil {
		return nil, err
	}
	out := &batchOutput[batchID]{Successful: []batchID{}}
	for _, e := range in.Entries {
		if err := f(q, e); err != nil {
			bad, err := failed(e.Id, err)
			if err != nil {
				return nil, err
			}
			out.Failed = append(out.Failed, bad)
			continue
		}
		out.Successful = append(out.Successful, batchID{e.Id})
	}
	return out, nil
}
