package apigateway

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTags is the most tags that a resource may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-restrictions.html
const maxTags = 50

// checkTags checks the tags of an API or a stage.
func checkTags(tags map[string]string) error {
	if key := tagset.Reserved(slices.Sorted(maps.Keys(tags))...); key != "" {
		return errBad("Tag keys that start with aws: are reserved: %s", key)
	}
	if len(tags) > maxTags {
		return errBad("A resource can have %d tags at most", maxTags)
	}
	return nil
}

func (s *Service) tagOperations() []wire.Operation {
	const path = "/tags/{resourceArn+}"
	return []wire.Operation{
		s.operation("GetTags", http.MethodGet, path, s.getTags),
		s.operation("TagResource", http.MethodPost, path, s.tag),
		s.operation("UntagResource", http.MethodDelete, path, s.untag),
	}
}

type tagsBody struct {
	Tags map[string]string `json:"tags"`
}

func (s *Service) getTags(_ context.Context, c *wire.Call) (any, error) {
	var out tagsBody
	return &out, s.editTags(c, func(tags map[string]string) error {
		out.Tags = maps.Clone(tags)
		return nil
	})
}

func (s *Service) tag(_ context.Context, c *wire.Call) (any, error) {
	var in tagsBody
	if err := decode(c, &in); err != nil {
		return nil, err
	}
	return struct{}{}, s.editTags(c, func(tags map[string]string) error {
		maps.Copy(tags, in.Tags)
		return checkTags(tags)
	})
}

func (s *Service) untag(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.editTags(c, func(tags map[string]string) error {
		for _, key := range c.Query["tagKeys"] {
			delete(tags, key)
		}
		return nil
	})
}

// editTags changes the tags of an API (".../apis/<id>") or of a stage
// (".../apis/<id>/stages/<name>").
func (s *Service) editTags(c *wire.Call, edit func(map[string]string) error) error {
	arn := c.Path["resourceArn"]
	_, path, found := strings.Cut(arn, "::/apis/")
	if !found {
		return errNotFound("resource", arn)
	}
	apiID, name, isStage := strings.Cut(path, "/stages/")
	return s.change(apiID, func(tx *store.Tx, a api) error {
		if !isStage {
			a.Tags = orEmpty(a.Tags)
			if err := edit(a.Tags); err != nil {
				return err
			}
			return s.apis.PutTx(tx, a.ID, a)
		}
		st, err := s.stageKind().getTx(tx, a.ID, name)
		if err != nil {
			return err
		}
		st.Tags = orEmpty(st.Tags)
		if err := edit(st.Tags); err != nil {
			return err
		}
		return s.stages.PutTx(tx, a.ID+"/"+st.Name, st)
	})
}

func orEmpty(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}
