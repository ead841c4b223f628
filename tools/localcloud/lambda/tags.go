package lambda

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type tagsBody struct{ Tags map[string]string }

// maxTags is the most tags that a resource may have.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
const maxTags = 50

// checkTags checks tags that a function or a mapping is to have.
func checkTags(tags map[string]string) error {
	if key := tagset.Reserved(slices.Sorted(maps.Keys(tags))...); key != "" {
		return apierror.Invalid("aws: prefixed tag key names are not allowed for external use: %s", key)
	}
	if len(tags) > maxTags {
		return apierror.Invalid("Number of tags exceeds resource tag limit.")
	}
	return nil
}

func (s *Service) listTags(_ context.Context, c *wire.Call, _ *names.None) (*tagsBody, error) {
	out := &tagsBody{Tags: map[string]string{}}
	return out, s.env.Store.View(func(tx *store.Tx) error {
		return s.tagsTx(tx, c.Path["Resource"], func(tags map[string]string) bool {
			maps.Copy(out.Tags, tags)
			return false
		})
	})
}

func (s *Service) tagResource(_ context.Context, c *wire.Call, in *tagsBody) (*names.None, error) {
	if len(in.Tags) == 0 {
		return nil, apierror.Invalid("An error occurred and the request cannot be processed.")
	}
	return nil, s.update(func(tx *store.Tx) error {
		var all map[string]string
		err := s.tagsTx(tx, c.Path["Resource"], func(tags map[string]string) bool {
			maps.Copy(tags, in.Tags)
			all = tags
			return true
		})
		return cmp.Or[error](err, checkTags(all))
	})
}

func (s *Service) untagResource(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	keys := c.Query["tagKeys"]
	return nil, s.update(func(tx *store.Tx) error {
		return s.tagsTx(tx, c.Path["Resource"], func(tags map[string]string) bool {
			for _, k := range keys {
				delete(tags, k)
			}
			return true
		})
	})
}

// tagsTx gives f the tags of a resource, and stores them when f has changed them.
func (s *Service) tagsTx(tx *store.Tx, arn string, f func(map[string]string) bool) error {
	if id, ok := strings.CutPrefix(arn, s.names.MappingARN("")); ok {
		return s.mappingTagsTx(tx, id, f)
	}
	r, err := s.names.Parse(arn, "")
	if err != nil {
		return err
	}
	if r.Qualifier != "" {
		return apierror.Invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
	}
	fn, err := s.functionTx(tx, r)
	if err != nil {
		return err
	}
	if fn.Tags == nil {
		fn.Tags = map[string]string{}
	}
	if f(fn.Tags) {
		return s.functions.PutTx(tx, r.Name, fn)
	}
	return nil
}

func (s *Service) mappingTagsTx(tx *store.Tx, id string, f func(map[string]string) bool) error {
	m, ok, err := s.mappings.GetTx(tx, id)
	if err != nil || !ok {
		return cmp.Or[error](err, apierror.NoSuchResource())
	}
	if m.Tags == nil {
		m.Tags = map[string]string{}
	}
	if f(m.Tags) {
		return s.mappings.PutTx(tx, id, m)
	}
	return nil
}
