package events

import (
	"context"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is the most tags of a bus or a rule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html
const maxTags = 50

func checkTags(tags []tagset.Tag) error {
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return errInvalid("Tag keys that start with aws: are reserved: %s", key)
	}
	if len(tags) > maxTags {
		return errInvalid("A resource can have %d tags at most.", maxTags)
	}
	return nil
}

func (s *Service) tagOperations() []wire.Operation {
	tagged := func(c *wire.Call) string { return wire.Peek[tagsInput](c).ResourceARN }
	return []wire.Operation{
		{Name: "TagResource", Resource: tagged, Handle: wire.Typed(s.tag)},
		{Name: "UntagResource", Resource: tagged, Handle: wire.Typed(s.untag)},
		{Name: "ListTagsForResource", Resource: tagged, Handle: wire.Typed(s.listTags)},
	}
}

type tagsInput struct {
	ResourceARN string
	Tags        []tagset.Tag
	TagKeys     []string
}

func (s *Service) tag(_ context.Context, _ *wire.Call, in *tagsInput) (*struct{}, error) {
	return &struct{}{}, s.editTags(in.ResourceARN, func(tags []tagset.Tag) []tagset.Tag { return tagset.Merge(tags, in.Tags) })
}

func (s *Service) untag(_ context.Context, _ *wire.Call, in *tagsInput) (*struct{}, error) {
	return &struct{}{}, s.editTags(in.ResourceARN, func(tags []tagset.Tag) []tagset.Tag { return tagset.Without(tags, in.TagKeys) })
}

// located returns the bus and the rule that an ARN names; rule is empty for a bus.
func (s *Service) located(arn string) (bus, rule string, err error) {
	if name, ok := strings.CutPrefix(arn, s.busARN("")); ok {
		return name, "", nil
	}
	name, ok := strings.CutPrefix(arn, s.env.ARN("events", "rule/"))
	if !ok {
		return "", "", errInvalid("Invalid ARN: %s", arn)
	}
	if bus, rule, ok = strings.Cut(name, "/"); ok {
		return bus, rule, nil
	}
	return defaultBus, name, nil
}

func (s *Service) editTags(arn string, edit func([]tagset.Tag) []tagset.Tag) error {
	of, name, err := s.located(arn)
	if err != nil {
		return err
	}
	if name == "" {
		return s.editBus(of, func(b *bus) error {
			b.Tags = edit(b.Tags)
			return checkTags(b.Tags)
		})
	}
	return s.editRule(of, name, func(r *rule) error {
		r.Tags = edit(r.Tags)
		return checkTags(r.Tags)
	})
}

type tagsOutput struct{ Tags []tagset.Tag }

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *tagsInput) (*tagsOutput, error) {
	bus, name, err := s.located(in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := &tagsOutput{Tags: []tagset.Tag{}}
	return out, s.env.Store.View(func(tx *store.Tx) error {
		b, err := s.busTx(tx, bus)
		if name == "" {
			out.Tags = append(out.Tags, b.Tags...)
			return err
		}
		r, err := s.ruleTx(tx, bus, name)
		out.Tags = append(out.Tags, r.Tags...)
		return err
	})
}
