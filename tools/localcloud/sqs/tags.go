package sqs

import (
	"context"
	"maps"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is the most tags that a queue may have.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
const maxTags = 50

// checkTags checks the tags of a queue.
func checkTags(tags map[string]string) error {
	if key := tagset.Reserved(slices.Sorted(maps.Keys(tags))...); key != "" {
		return errParameter("Tag keys that start with 'aws:' are reserved for system use: %s", key)
	}
	if len(tags) > maxTags {
		return errParameter("Too many tags added for queue. Maximum number of tags allowed is %d.", maxTags)
	}
	return nil
}

type tagsOutput struct {
	Tags map[string]string `json:",omitempty"`
}

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *queueInput) (*tagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &tagsOutput{maps.Clone(q.Tags)}, nil
}

type tagInput struct {
	QueueUrl string
	Tags     map[string]string
	TagKeys  []string
}

func (s *Service) tagQueue(_ context.Context, _ *wire.Call, in *tagInput) (*struct{}, error) {
	return nil, s.editTags(in, func(tags map[string]string) error {
		maps.Copy(tags, in.Tags)
		return checkTags(tags)
	})
}

func (s *Service) untagQueue(_ context.Context, _ *wire.Call, in *tagInput) (*struct{}, error) {
	return nil, s.editTags(in, func(tags map[string]string) error {
		for _, k := range in.TagKeys {
			delete(tags, k)
		}
		return nil
	})
}

func (s *Service) editTags(in *tagInput, edit func(map[string]string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return err
	}
	r := q.queueRecord
	r.Tags = map[string]string{}
	maps.Copy(r.Tags, q.Tags)
	if err := edit(r.Tags); err != nil {
		return err
	}
	return s.replace(q, r)
}
