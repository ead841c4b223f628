package iam

import (
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) attachmentOperations() []wire.Operation {
	on := s.roleResource
	return []wire.Operation{
		operation("AttachRolePolicy", on, s.attach),
		operation("DetachRolePolicy", on, s.detach),
		operation("ListAttachedRolePolicies", on, s.listAttached),
		operation("ListEntitiesForPolicy", policyResource, s.listEntities),
	}
}

// maxAttached is how many managed policies a role may have: AWS's default quota.
const maxAttached = 10

type attachmentInput struct{ RoleName, PolicyArn string }

func (s *Service) attach(in *attachmentInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(tx *store.Tx, r *role) error {
		if _, err := s.findPolicy(tx, in.PolicyArn); err != nil {
			return err
		}
		if r.attached(in.PolicyArn) {
			return nil
		}
		if len(r.Attached) >= maxAttached {
			return limitExceeded("Cannot exceed quota for PoliciesPerRole: %d", maxAttached)
		}
		r.Attached = append(r.Attached, in.PolicyArn)
		return nil
	})
}

func (s *Service) detach(in *attachmentInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		if !r.attached(in.PolicyArn) {
			return noSuchEntity("Policy %s was not found.", in.PolicyArn)
		}
		r.Attached = slices.DeleteFunc(r.Attached, func(arn string) bool { return arn == in.PolicyArn })
		return nil
	})
}

type attachedPolicy struct {
	PolicyName string
	PolicyARN  string `xml:"PolicyArn"`
}

type listAttachedInput struct {
	RoleName, PathPrefix string
	paging
}

type listAttachedOutput struct {
	AttachedPolicies wire.List[attachedPolicy]
	page
}

func (s *Service) listAttached(in *listAttachedInput) (*listAttachedOutput, error) {
	if err := checkPathPrefix(in.PathPrefix); err != nil {
		return nil, err
	}
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	var all []attachedPolicy
	for _, arn := range r.Attached {
		_, resource, _ := strings.Cut(arn, ":policy")
		if strings.HasPrefix(resource, in.PathPrefix) {
			all = append(all, attachedPolicy{resource[strings.LastIndexByte(resource, '/')+1:], arn})
		}
	}
	some, p, err := cut(all, in.paging)
	return &listAttachedOutput{some, p}, err
}

type listEntitiesInput struct {
	PolicyArn, EntityFilter, PathPrefix, PolicyUsageFilter string
	paging
}

type roleEntity struct {
	RoleName string
	RoleID   string `xml:"RoleId"`
}

type listEntitiesOutput struct {
	PolicyGroups wire.List[empty]
	PolicyUsers  wire.List[empty]
	PolicyRoles  wire.List[roleEntity]
	page
}

func (s *Service) listEntities(in *listEntitiesInput) (*listEntitiesOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var all []roleEntity
	err := s.env.Store.View(func(tx *store.Tx) error {
		if _, err := s.findPolicy(tx, in.PolicyArn); err != nil {
			return err
		}
		roles, bounded, err := s.users(tx, in.PolicyArn)
		switch in.PolicyUsageFilter {
		case "":
			roles = append(roles, without(bounded, roles)...)
		case boundaryUsage:
			roles = bounded
		}
		for _, r := range roles {
			if in.wants(r) {
				all = append(all, roleEntity{r.Name, r.ID})
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	some, p, err := cut(all, in.paging)
	return &listEntitiesOutput{PolicyRoles: some, page: p}, err
}

// without returns the roles that are not in others.
func without(roles, others []role) []role {
	return slices.DeleteFunc(slices.Clone(roles), func(r role) bool {
		return slices.ContainsFunc(others, func(o role) bool { return o.ARN == r.ARN })
	})
}

// How a policy is used: as a role's permissions, or as its boundary.
const (
	permissionsUsage = "PermissionsPolicy"
	boundaryUsage    = "PermissionsBoundary"
)

var usages = []string{permissionsUsage, boundaryUsage}

func (in *listEntitiesInput) check() error {
	kinds := []string{"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}
	if err := checkOneOf("entityFilter", in.EntityFilter, kinds...); err != nil {
		return err
	}
	if err := checkOneOf("policyUsageFilter", in.PolicyUsageFilter, usages...); err != nil {
		return err
	}
	return checkPathPrefix(in.PathPrefix)
}

func (in *listEntitiesInput) wants(r role) bool {
	return (in.EntityFilter == "" || in.EntityFilter == "Role") && strings.HasPrefix(r.Path, in.PathPrefix)
}
