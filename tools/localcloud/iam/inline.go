package iam

import (
	"maps"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) inlineOperations() []wire.Operation {
	on := s.roleResource
	return []wire.Operation{
		operation("PutRolePolicy", on, s.putRolePolicy),
		operation("GetRolePolicy", on, s.getRolePolicy),
		operation("ListRolePolicies", on, s.listRolePolicies),
		operation("DeleteRolePolicy", on, s.deleteRolePolicy),
	}
}

// maxInline is the quota of all inline policies of a role together, in characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxInline = 10240

type putRolePolicyInput struct{ RoleName, PolicyName, PolicyDocument string }

func (s *Service) putRolePolicy(in *putRolePolicyInput) (*empty, error) {
	if err := checkName("policyName", in.PolicyName, 128); err != nil {
		return nil, err
	}
	if _, err := policy.Identity(in.PolicyDocument); err != nil {
		return nil, malformed(err)
	}
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		r.Inline[in.PolicyName] = in.PolicyDocument
		total := 0
		for _, document := range r.Inline {
			total += size(document)
		}
		if total > maxInline {
			return limitExceeded("Maximum policy size of %d bytes exceeded for role %s", maxInline, r.Name)
		}
		return nil
	})
}

type rolePolicyInput struct{ RoleName, PolicyName string }

type rolePolicyOutput struct{ RoleName, PolicyName, PolicyDocument string }

func noSuchRolePolicy(name string) error {
	return noSuchEntity("The role policy with name %s cannot be found.", name)
}

func (s *Service) getRolePolicy(in *rolePolicyInput) (*rolePolicyOutput, error) {
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	document, ok := r.Inline[in.PolicyName]
	if !ok {
		return nil, noSuchRolePolicy(in.PolicyName)
	}
	return &rolePolicyOutput{r.Name, in.PolicyName, encoded(document)}, nil
}

type listRolePoliciesInput struct {
	RoleName string
	paging
}

type listRolePoliciesOutput struct {
	PolicyNames wire.List[string]
	page
}

func (s *Service) listRolePolicies(in *listRolePoliciesInput) (*listRolePoliciesOutput, error) {
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	some, p, err := cut(slices.Sorted(maps.Keys(r.Inline)), in.paging)
	return &listRolePoliciesOutput{some, p}, err
}

func (s *Service) deleteRolePolicy(in *rolePolicyInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		if _, ok := r.Inline[in.PolicyName]; !ok {
			return noSuchRolePolicy(in.PolicyName)
		}
		delete(r.Inline, in.PolicyName)
		return nil
	})
}
