package ssm

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is how many tags a parameter may have.
const maxTags = 50

func checkTags(tags []tagset.Tag) error {
	if len(tags) > maxTags {
		return wire.Errorf(400, "TooManyTagsError", "A parameter can have up to %d tags.", maxTags)
	}
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return invalid("Tag keys starting with 'aws:' are reserved for system use: %s", key)
	}
	if key := tagset.Repeated(tags); key != "" {
		return invalid("Duplicate tag key: %s", key)
	}
	return nil
}

// resource names the tagged resource, in the three operations on tags.
type resource struct{ ResourceType, ResourceId string }

func (s *Service) changeTags(r resource, change func([]tagset.Tag) []tagset.Tag) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		p, err := s.ofResource(tx, r)
		if err != nil {
			return err
		}
		p.Tags = change(p.Tags)
		if err := checkTags(p.Tags); err != nil {
			return err
		}
		return s.parameters.PutTx(tx, p.Name, p)
	})
}

func (s *Service) ofResource(tx *store.Tx, r resource) (parameter, error) {
	if r.ResourceType != "Parameter" {
		return parameter{}, wire.Errorf(400, "InvalidResourceType",
			"The resource type isn't valid: the local cloud has parameters only.")
	}
	p, err := s.find(tx, r.ResourceId)
	if err != nil {
		return parameter{}, wire.Errorf(400, "InvalidResourceId", "The resource ID isn't valid: %s", r.ResourceId)
	}
	return p, nil
}

type addTagsInput struct {
	resource
	Tags []tagset.Tag
}

func (s *Service) addTags(_ context.Context, _ *wire.Call, in *addTagsInput) (*empty, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	return nil, s.changeTags(in.resource, func(have []tagset.Tag) []tagset.Tag { return tagset.Merge(have, in.Tags) })
}

type removeTagsInput struct {
	resource
	TagKeys []string
}

func (s *Service) removeTags(_ context.Context, _ *wire.Call, in *removeTagsInput) (*empty, error) {
	return nil, s.changeTags(in.resource, func(have []tagset.Tag) []tagset.Tag { return tagset.Without(have, in.TagKeys) })
}

type listTagsOutput struct{ TagList []tagset.Tag }

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *resource) (*listTagsOutput, error) {
	out := &listTagsOutput{TagList: []tagset.Tag{}}
	return out, s.env.Store.View(func(tx *store.Tx) error {
		p, err := s.ofResource(tx, *in)
		out.TagList = append(out.TagList, p.Tags...)
		return err
	})
}
