package lambda

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/tags"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type tagsBody struct{ Tags map[string]string }

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
		return cmp.Or[error](err, tags.Check(all))
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

// tagsTx calls f with the tags of a resource, and stores them if f returns true.
func (s *Service) tagsTx(tx *store.Tx, arn string, f func(map[string]string) bool) error {
	if id, ok := strings.CutPrefix(arn, s.names.MappingARN("")); ok {
		return s.mappings.TagsTx(tx, id, f)
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
