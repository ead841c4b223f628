package logs

import (
	"context"
	"maps"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is the most tags that a group may have.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
const maxTags = 50

func checkTags(tags map[string]string) error {
	if key := tagset.Reserved(slices.Sorted(maps.Keys(tags))...); key != "" {
		return invalid("Tag keys that start with aws: are reserved: %s", key)
	}
	if len(tags) > maxTags {
		return wire.Errorf(400, "TooManyTagsException", "A resource can have no more than %d tags.", maxTags)
	}
	for key, value := range tags {
		if _, bad := tagset.BadCharacters([]tagset.Tag{{Key: key, Value: value}}); bad {
			return wire.Errorf(400, "InvalidParameterException", "1 validation error detected: Value at 'tags' failed to satisfy constraint: "+
				`Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$`)
		}
	}
	return nil
}

type tagInput struct {
	groupRef
	Tags map[string]string
}

func (s *Service) tag(_ context.Context, _ *wire.Call, in *tagInput) (*struct{}, error) {
	return nil, s.edit(in.groupRef, func(g *group) error {
		tags := map[string]string{}
		maps.Copy(tags, g.Tags)
		maps.Copy(tags, in.Tags)
		g.Tags = tags
		return checkTags(tags)
	})
}

// tagLogGroup is TagLogGroup, which TagResource has replaced.
func (s *Service) tagLogGroup(ctx context.Context, c *wire.Call, in *tagInput) (*struct{}, error) {
	return s.tag(ctx, c, in)
}

type untagInput struct {
	groupRef
	TagKeys []string
}

func (s *Service) untag(_ context.Context, _ *wire.Call, in *untagInput) (*struct{}, error) {
	return nil, s.edit(in.groupRef, func(g *group) error {
		for _, k := range in.TagKeys {
			delete(g.Tags, k)
		}
		return nil
	})
}

type untagOldInput struct {
	groupRef
	Tags []string
}

// untagLogGroup is UntagLogGroup, which UntagResource has replaced.
func (s *Service) untagLogGroup(ctx context.Context, c *wire.Call, in *untagOldInput) (*struct{}, error) {
	return s.untag(ctx, c, &untagInput{in.groupRef, in.Tags})
}

type tagsOutput struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) listTags(_ context.Context, _ *wire.Call, in *groupRef) (*tagsOutput, error) {
	out := &tagsOutput{}
	err := s.env.Store.View(func(tx *store.Tx) error {
		g, err := s.group(tx, *in)
		out.Tags = map[string]string{}
		maps.Copy(out.Tags, g.Tags)
		return err
	})
	return out, err
}
