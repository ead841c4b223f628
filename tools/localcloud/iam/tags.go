package iam

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) tagOperations() []wire.Operation {
	onRole := s.roleResource
	return []wire.Operation{
		operation("TagRole", onRole, s.tagRole),
		operation("UntagRole", onRole, s.untagRole),
		operation("ListRoleTags", onRole, s.listRoleTags),
		operation("TagPolicy", policyResource, s.tagPolicy),
		operation("UntagPolicy", policyResource, s.untagPolicy),
		operation("ListPolicyTags", policyResource, s.listPolicyTags),
	}
}

// tag is one tag. Lists of tags are sorted by key.
type tag = tagset.Tag

// maxTags is how many tags a resource may have.
const maxTags = 50

// repeated reports whether a key occurs twice, regardless of case.
func repeated(tags []tag) bool {
	seen := map[string]bool{}
	for _, t := range tags {
		key := strings.ToLower(t.Key)
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

func checkTags(tags []tag) error {
	for _, t := range tags {
		if _, bad := tagset.BadCharacters([]tag{t}); bad {
			return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: keys and values "+
				"must satisfy regular expression pattern: %s (%q, %q)", tagset.Characters, t.Key, t.Value)
		}
		if t.Key == "" || len([]rune(t.Key)) > 128 || len([]rune(t.Value)) > 256 {
			return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: a tag's key " +
				"has 1 to 128 characters and its value at most 256")
		}
	}
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return invalid("The tag key %s is invalid: keys that begin with aws: are reserved for AWS", key)
	}
	if repeated(tags) {
		return wire.Errorf(http.StatusBadRequest, "InvalidInput",
			"Duplicate tag keys found. Please note that Tag keys are case insensitive.")
	}
	if len(tags) > maxTags {
		return limitExceeded("The number of tags has reached the maximum limit.")
	}
	return nil
}

// checkTagKeys checks the keys of tags to remove.
func checkTagKeys(keys []string) error {
	if key := tagset.Reserved(keys...); key != "" {
		return invalid("The tag key %s is invalid: keys that begin with aws: are reserved for AWS", key)
	}
	return nil
}

// merge returns tags with more set over them. To IAM, keys that differ only in
// case are one key.
func merge(tags, more []tag) ([]tag, error) {
	if err := checkTags(more); err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(tags), func(t tag) bool {
		return slices.ContainsFunc(more, func(m tag) bool { return strings.EqualFold(m.Key, t.Key) })
	})
	all := tagset.Merge(kept, more)
	return all, checkTags(all)
}

type tagRoleInput struct {
	RoleName string
	Tags     []tag
}

func (s *Service) tagRole(in *tagRoleInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) (err error) {
		r.Tags, err = merge(r.Tags, in.Tags)
		return err
	})
}

type untagRoleInput struct {
	RoleName string
	TagKeys  []string
}

func (s *Service) untagRole(in *untagRoleInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		r.Tags = tagset.Without(r.Tags, in.TagKeys)
		return checkTagKeys(in.TagKeys)
	})
}

type listTagsOutput struct {
	Tags wire.List[tag]
	page
}

type listRoleTagsInput struct {
	RoleName string
	paging
}

func (s *Service) listRoleTags(in *listRoleTagsInput) (*listTagsOutput, error) {
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	some, p, err := cut(r.Tags, in.paging)
	return &listTagsOutput{some, p}, err
}

type tagPolicyInput struct {
	PolicyArn string
	Tags      []tag
}

func (s *Service) tagPolicy(in *tagPolicyInput) (*empty, error) {
	return nil, s.changePolicy(in.PolicyArn, func(_ *store.Tx, m *managed) (err error) {
		m.Tags, err = merge(m.Tags, in.Tags)
		return err
	})
}

type untagPolicyInput struct {
	PolicyArn string
	TagKeys   []string
}

func (s *Service) untagPolicy(in *untagPolicyInput) (*empty, error) {
	return nil, s.changePolicy(in.PolicyArn, func(_ *store.Tx, m *managed) error {
		m.Tags = tagset.Without(m.Tags, in.TagKeys)
		return checkTagKeys(in.TagKeys)
	})
}

type listPolicyTagsInput struct {
	PolicyArn string
	paging
}

func (s *Service) listPolicyTags(in *listPolicyTagsInput) (*listTagsOutput, error) {
	m, err := s.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	some, p, err := cut(m.Tags, in.paging)
	return &listTagsOutput{some, p}, err
}
