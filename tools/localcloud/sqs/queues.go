package sqs

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// purgeInterval is the least time between two purges of a queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
const purgeInterval = 60 * time.Second

type queueInput struct{ QueueUrl string }

type queueOutput struct{ QueueUrl string }

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string
}

func (s *Service) createQueue(_ context.Context, _ *wire.Call, in *createQueueInput) (*queueOutput, error) {
	if err := cmp.Or(checkName(in.QueueName, in.Attributes[fifoQueue] == "true"), checkTags(in.Tags)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkAttributes(in.QueueName, in.Attributes); err != nil {
		return nil, err
	}
	in.Attributes = normalised(in.Attributes)
	if err := checkThroughputLimit(in.Attributes); err != nil {
		return nil, err
	}
	if q := s.live[in.QueueName]; q != nil {
		return &queueOutput{s.url(q.Name)}, sameAttributes(q, in.Attributes)
	}
	now := s.env.Now().Unix()
	r := queueRecord{Name: in.QueueName, CreatedAt: now, ModifiedAt: now, Attributes: merge(nil, in.Attributes), Tags: in.Tags}
	if err := s.queues.Put(r.Name, r); err != nil {
		return nil, err
	}
	s.live[r.Name] = newQueue(r)
	return &queueOutput{s.url(r.Name)}, nil
}

func checkName(name string, fifo bool) error {
	switch {
	case name == "":
		return errMissing("QueueName")
	case fifo && !fifoName.MatchString(name):
		return errParameter("The name of a FIFO queue can only include alphanumeric characters, hyphens, or " +
			"underscores, must end with .fifo suffix and be 1 to 80 in length")
	case !fifo && !queueName.MatchString(name):
		return errParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

// sameAttributes checks that a queue can be created again: the attributes that
// the caller names must be equal.
func sameAttributes(q *queue, attributes map[string]string) error {
	have := q.effective()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if have[name] != attributes[name] {
			return fail("QueueNameExists", "QueueAlreadyExists",
				"A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

type getURLInput struct{ QueueName, QueueOwnerAWSAccountId string }

func (s *Service) getURL(_ context.Context, _ *wire.Call, in *getURLInput) (*queueOutput, error) {
	if in.QueueName == "" {
		return nil, errMissing("QueueName")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owned := in.QueueOwnerAWSAccountId == "" || in.QueueOwnerAWSAccountId == s.env.Account
	if s.live[in.QueueName] == nil || !owned {
		return nil, errNoQueue()
	}
	return &queueOutput{s.url(in.QueueName)}, nil
}

func (s *Service) deleteQueue(_ context.Context, _ *wire.Call, in *queueInput) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	err = s.env.Store.Update(func(tx *store.Tx) error {
		if err := s.queues.DeleteTx(tx, q.Name); err != nil {
			return err
		}
		prefix := q.Name + "/"
		return errors.Join(s.eraseTx(tx, q.order),
			s.sent.records.DeleteAllTx(tx, prefix), s.attempts.records.DeleteAllTx(tx, prefix))
	})
	if err == nil {
		delete(s.live, q.Name)
		s.sent.forget(q.Name + "/")
		s.attempts.forget(q.Name + "/")
		q.signal()
	}
	return nil, err
}

func (s *Service) purgeQueue(_ context.Context, _ *wire.Call, in *queueInput) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if q.PurgedAt > 0 && s.now() < q.PurgedAt+purgeInterval.Milliseconds() {
		return nil, fail("PurgeQueueInProgress", legacy+"PurgeQueueInProgress",
			"Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.Name)
	}
	r := q.queueRecord
	r.PurgedAt = s.now()
	err = s.env.Store.Update(func(tx *store.Tx) error {
		if err := s.queues.PutTx(tx, r.Name, r); err != nil {
			return err
		}
		return s.eraseTx(tx, q.order)
	})
	if err == nil {
		q.queueRecord = r
		q.clear()
	}
	return nil, err
}

// eraseTx removes messages from the store.
func (s *Service) eraseTx(tx *store.Tx, all []*message) error {
	for _, m := range all {
		if err := s.states.DeleteTx(tx, m.key()); err != nil {
			return err
		}
		if err := s.contents.DeleteTx(tx, m.key()); err != nil {
			return err
		}
	}
	return nil
}

type listQueuesInput struct {
	QueueNamePrefix string
	pageInput
}

type listQueuesOutput struct {
	QueueUrls []string `json:",omitempty"`
	NextToken string   `json:",omitempty"`
}

func (s *Service) listQueues(_ context.Context, _ *wire.Call, in *listQueuesInput) (*listQueuesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.live {
		if strings.HasPrefix(name, in.QueueNamePrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	page, next, err := in.of(names)
	return &listQueuesOutput{s.urls(page), next}, err
}

type listSourcesInput struct {
	QueueUrl string
	pageInput
}

type listSourcesOutput struct {
	QueueUrls []string `json:"queueUrls"`
	NextToken string   `json:",omitempty"`
}

func (s *Service) listSources(_ context.Context, _ *wire.Call, in *listSourcesInput) (*listSourcesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	page, next, err := in.of(s.sources(q))
	return &listSourcesOutput{s.urls(page), next}, err
}

func (s *Service) urls(names []string) []string {
	urls := make([]string, len(names))
	for i, name := range names {
		urls[i] = s.url(name)
	}
	return urls
}

// pageInput holds the members of an input that select a page.
type pageInput struct {
	MaxResults *int
	NextToken  string
}

// of returns the page of sorted names; the token is the last name before it. AWS
// returns at most 1,000, and a token only if MaxResults was set.
func (p pageInput) of(names []string) (page []string, next string, err error) {
	limit := 1000
	if p.MaxResults != nil {
		if limit = *p.MaxResults; limit < 1 || limit > 1000 {
			return nil, "", errParameter("Value %d for parameter MaxResults is invalid. "+
				"Reason: MaxResults must be an integer between 1 and 1000.", limit)
		}
	}
	start, found := slices.BinarySearch(names, p.NextToken)
	if found {
		start++
	}
	page = names[start:]
	if len(page) <= limit {
		return page, "", nil
	}
	page = page[:limit]
	if p.MaxResults != nil {
		next = page[limit-1]
	}
	return page, next, nil
}
