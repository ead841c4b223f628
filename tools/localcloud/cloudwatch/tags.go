package cloudwatch

import (
	"context"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is how many tags an alarm may have.
const maxTags = 50

func checkTags(tags []tagset.Tag) error {
	if len(tags) > maxTags {
		return invalid("An alarm can have up to %d tags", maxTags)
	}
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return invalid("Tag keys that start with aws: are reserved: %s", key)
	}
	if key := tagset.Repeated(tags); key != "" {
		return invalid("Duplicate tag key: %s", key)
	}
	if text, bad := tagset.BadCharacters(tags); bad {
		return invalid("A tag has characters that tags cannot have: %s", text)
	}
	return nil
}

type tagInput struct {
	ResourceARN string
	Tags        []tagset.Tag
}

func (s *Service) tag(_ context.Context, _ *wire.Call, in *tagInput) (*empty, error) {
	return nil, s.changeTags(in.ResourceARN, func(have []tagset.Tag) []tagset.Tag { return tagset.Merge(have, in.Tags) })
}

type untagInput struct {
	ResourceARN string
	TagKeys     []string
}

func (s *Service) untag(_ context.Context, _ *wire.Call, in *untagInput) (*empty, error) {
	return nil, s.changeTags(in.ResourceARN, func(have []tagset.Tag) []tagset.Tag { return tagset.Without(have, in.TagKeys) })
}

func (s *Service) changeTags(arn string, change func([]tagset.Tag) []tagset.Tag) error {
	return s.change(s.nameIn(arn), func(a *alarm, exists bool) error {
		if !exists {
			return noResource(arn)
		}
		a.Tags = change(a.Tags)
		return checkTags(a.Tags)
	})
}

type listTagsInput struct{ ResourceARN string }

type listTagsOutput struct{ Tags wire.List[tagset.Tag] }

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *listTagsInput) (*listTagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.watched[s.nameIn(in.ResourceARN)]
	if !ok {
		return nil, noResource(in.ResourceARN)
	}
	return &listTagsOutput{Tags: append(wire.List[tagset.Tag]{}, a.Tags...)}, nil
}

// nameIn returns the name in an alarm's ARN; "" for an ARN of something else.
func (s *Service) nameIn(arn string) string {
	name, ok := strings.CutPrefix(arn, s.arn(""))
	if !ok {
		return ""
	}
	return name
}

func noResource(arn string) error {
	e := wire.Errorf(404, "ResourceNotFoundException", "There is no resource %s.", arn)
	e.QueryCode, e.Fields = e.Code, map[string]any{"Message": e.Message} // the error's own member
	return e
}
