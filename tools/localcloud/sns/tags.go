package sns

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is the most tags of a topic.
// https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
const maxTags = 50

func checkTags(tags []tagset.Tag) error {
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return errParameter("Tags Reason: Tag keys that start with aws: are reserved: %s", key)
	}
	if key := tagset.Repeated(tags); key != "" {
		return errParameter("Tags Reason: Duplicated keys are not allowed: %s", key)
	}
	if text, bad := tagset.BadCharacters(tags); bad {
		return errParameter("Tags Reason: A tag has characters that tags cannot have: %s", text)
	}
	if len(tags) > maxTags {
		return wire.Errorf(400, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded (%d)", maxTags)
	}
	return nil
}

func (s *Service) tagOperations() []wire.Operation {
	tagged := parameter("ResourceArn")
	return []wire.Operation{
		{Name: "TagResource", Resource: tagged, Handle: wire.Typed(s.tag)},
		{Name: "UntagResource", Resource: tagged, Handle: wire.Typed(s.untag)},
		{Name: "ListTagsForResource", Resource: tagged, Handle: wire.Typed(s.listTags)},
	}
}

type tagsInput struct {
	ResourceArn string
	Tags        []tagset.Tag
	TagKeys     []string
}

func (s *Service) tag(_ context.Context, _ *wire.Call, in *tagsInput) (*empty, error) {
	if key := tagset.Repeated(in.Tags); key != "" {
		return nil, checkTags(in.Tags)
	}
	return &empty{}, s.editTags(in.ResourceArn, func(tags []tagset.Tag) []tagset.Tag { return tagset.Merge(tags, in.Tags) })
}

func (s *Service) untag(_ context.Context, _ *wire.Call, in *tagsInput) (*empty, error) {
	return &empty{}, s.editTags(in.ResourceArn, func(tags []tagset.Tag) []tagset.Tag { return tagset.Without(tags, in.TagKeys) })
}

func (s *Service) editTags(arn string, edit func([]tagset.Tag) []tagset.Tag) error {
	return noResource(s.change(arn, func(t *topic) error {
		t.Tags = edit(t.Tags)
		return checkTags(t.Tags)
	}))
}

// noResource returns an error with the code that the operations on tags have for a
// topic that does not exist.
func noResource(err error) error {
	if isNotFound(err) {
		return wire.Errorf(404, "ResourceNotFound", "Resource does not exist")
	}
	return err
}

type tagsOutput struct{ Tags wire.List[tagset.Tag] }

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *tagsInput) (*tagsOutput, error) {
	t, err := s.named(in.ResourceArn)
	return &tagsOutput{append(wire.List[tagset.Tag]{}, t.Tags...)}, noResource(err)
}
