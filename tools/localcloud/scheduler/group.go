package scheduler

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// defaultGroup always exists.
const defaultGroup = "default"

// maxTags is the most tags of a group.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_TagResource.html
const maxTags = 200

// group is a schedule group as it is stored.
type group struct {
	Name              string
	Created, Modified float64
	Tags              []tag  // by key
	Token             string `json:",omitempty"` // of the request that created it
}

type tag = tagset.Tag

func checkTags(tags []tag) error {
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return errInvalid("Tag keys that start with aws: are reserved: %s", key)
	}
	if len(tags) > maxTags {
		return errInvalid("A resource can have %d tags at most.", maxTags)
	}
	return nil
}

func (s *Service) groupOperations() []wire.Operation {
	const one, tags = "/schedule-groups/{Name}", "/tags/{ResourceArn+}"
	group := func(c *wire.Call) string { return s.groupARN(c.Path["Name"]) }
	tagged := func(c *wire.Call) string { return c.Path["ResourceArn"] }
	return []wire.Operation{
		{Name: "CreateScheduleGroup", Method: http.MethodPost, Path: one, Resource: group, Handle: wire.Typed(s.createGroup)},
		{Name: "GetScheduleGroup", Method: http.MethodGet, Path: one, Resource: group, Handle: wire.Typed(s.getGroup)},
		{Name: "DeleteScheduleGroup", Method: http.MethodDelete, Path: one, Resource: group, Handle: wire.Typed(s.deleteGroup)},
		{Name: "ListScheduleGroups", Method: http.MethodGet, Path: "/schedule-groups", Handle: wire.Typed(s.listGroups)},
		{Name: "TagResource", Method: http.MethodPost, Path: tags, Resource: tagged, Handle: wire.Typed(s.tagGroup)},
		{Name: "UntagResource", Method: http.MethodDelete, Path: tags, Resource: tagged, Handle: wire.Typed(s.untagGroup)},
		{Name: "ListTagsForResource", Method: http.MethodGet, Path: tags, Resource: tagged, Handle: wire.Typed(s.listTags)},
	}
}

func (s *Service) groupARN(name string) string { return s.env.ARN("scheduler", "schedule-group/"+name) }

func (s *Service) groupTx(tx *store.Tx, name string) (group, error) {
	g, ok, err := s.groups.GetTx(tx, name)
	if err == nil && !ok {
		err = errNotFound("Schedule group %s does not exist.", name)
	}
	return g, err
}

func (s *Service) group(name string) (g group, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		g, err = s.groupTx(tx, name)
		return err
	})
	return g, err
}

type tagsInput struct{ Tags []tag }

type groupInput struct {
	Tags        []tag
	ClientToken string
}

type groupArnOutput struct{ ScheduleGroupArn string }

func (s *Service) createGroup(_ context.Context, c *wire.Call, in *groupInput) (*groupArnOutput, error) {
	now := wire.Seconds(s.env.Now())
	g := group{Name: c.Path["Name"], Created: now, Modified: now, Tags: tagset.Sorted(in.Tags), Token: in.ClientToken}
	if err := cmp.Or(checkName(g.Name, "name"), checkTags(g.Tags)); err != nil {
		return nil, err
	}
	return &groupArnOutput{s.groupARN(g.Name)}, s.env.Store.Update(func(tx *store.Tx) error {
		old, exists, err := s.groups.GetTx(tx, g.Name)
		switch {
		case err != nil:
			return err
		case exists && g.Token != "" && g.Token == old.Token:
			return nil // the request was sent again
		case exists:
			return errConflict("Schedule group %s already exists.", g.Name)
		}
		return s.groups.PutTx(tx, g.Name, g)
	})
}

type groupOutput struct {
	Arn                  string
	Name                 string
	State                string
	CreationDate         float64
	LastModificationDate float64
}

func (s *Service) describe(g group) groupOutput {
	return groupOutput{s.groupARN(g.Name), g.Name, "ACTIVE", g.Created, g.Modified}
}

func (s *Service) getGroup(_ context.Context, c *wire.Call, _ *struct{}) (*groupOutput, error) {
	g, err := s.group(c.Path["Name"])
	out := s.describe(g)
	return &out, err
}

// deleteGroup deletes a group and its schedules, at once.
func (s *Service) deleteGroup(_ context.Context, c *wire.Call, _ *struct{}) (*struct{}, error) {
	name := c.Path["Name"]
	if name == defaultGroup {
		return nil, errInvalid("The default schedule group cannot be deleted.")
	}
	return &struct{}{}, s.env.Store.Update(func(tx *store.Tx) error {
		if _, err := s.groupTx(tx, name); err != nil {
			return err
		}
		if err := s.schedules.DeleteAllTx(tx, name+"/"); err != nil {
			return err
		}
		return s.groups.DeleteTx(tx, name)
	})
}

type listGroupsOutput struct {
	ScheduleGroups []groupOutput
	NextToken      string `json:",omitempty"`
}

func (s *Service) listGroups(_ context.Context, c *wire.Call, _ *struct{}) (*listGroupsOutput, error) {
	all, err := s.groups.List(c.Query.Get("NamePrefix"))
	if err != nil {
		return nil, err
	}
	some, next, err := cut(c, all)
	out := &listGroupsOutput{ScheduleGroups: []groupOutput{}, NextToken: next}
	for _, g := range some {
		out.ScheduleGroups = append(out.ScheduleGroups, s.describe(g))
	}
	return out, err
}

func (s *Service) tagGroup(_ context.Context, c *wire.Call, in *tagsInput) (*struct{}, error) {
	return &struct{}{}, s.editTags(c, func(tags []tag) []tag { return tagset.Merge(tags, in.Tags) })
}

func (s *Service) untagGroup(_ context.Context, c *wire.Call, _ *struct{}) (*struct{}, error) {
	return &struct{}{}, s.editTags(c, func(tags []tag) []tag {
		return tagset.Without(tags, c.Query["TagKeys"])
	})
}

func (s *Service) editTags(c *wire.Call, edit func([]tag) []tag) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		g, err := s.groupTx(tx, s.tagged(c))
		if err != nil {
			return err
		}
		g.Tags = edit(g.Tags)
		if err := checkTags(g.Tags); err != nil {
			return err
		}
		return s.groups.PutTx(tx, g.Name, g)
	})
}

// tagged returns the name of the group that a call names by its ARN. Schedules
// have no tags.
func (s *Service) tagged(c *wire.Call) string {
	return strings.TrimPrefix(c.Path["ResourceArn"], s.groupARN(""))
}

type tagsOutput struct{ Tags []tag }

func (s *Service) listTags(_ context.Context, c *wire.Call, _ *struct{}) (*tagsOutput, error) {
	g, err := s.group(s.tagged(c))
	return &tagsOutput{append([]tag{}, g.Tags...)}, err
}
