package iam

import (
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) policyOperations() []wire.Operation {
	return []wire.Operation{
		operation("CreatePolicy", s.newPolicyResource, s.createPolicy),
		operation("GetPolicy", policyResource, s.getPolicy),
		operation("ListPolicies", s.newPolicyResource, s.listPolicies),
		operation("DeletePolicy", policyResource, s.deletePolicy),
	}
}

func policyResource(c *wire.Call) string { return c.Query.Get("PolicyArn") }

func (s *Service) newPolicyResource(c *wire.Call) string {
	return s.policyARN(orRoot(c.Query.Get("Path")), c.Query.Get("PolicyName"))
}

func (s *Service) policyARN(path, name string) string {
	return "arn:aws:iam::" + s.env.Account + ":policy" + path + name
}

// policyShape is a managed policy as answers show it.
type policyShape struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	ARN                           string `xml:"Arn"`
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    time.Time
	UpdateDate                    time.Time
	Tags                          wire.List[tag] `xml:",omitempty"`
}

type policyOutput struct{ Policy policyShape }

func (s *Service) policyShape(tx *store.Tx, m managed) (policyShape, error) {
	attached, bounded, err := s.users(tx, m.ARN)
	return policyShape{
		PolicyName: m.Name, PolicyID: m.ID, ARN: m.ARN, Path: m.Path,
		DefaultVersionID: version{Number: m.Default}.id(), AttachmentCount: len(attached),
		PermissionsBoundaryUsageCount: len(bounded), IsAttachable: true, Description: m.Description,
		CreateDate: m.Created, UpdateDate: m.Updated, Tags: m.Tags,
	}, err
}

// maxManaged is the quota of a managed policy's length, in characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxManaged = 6144

func checkManaged(document string) error {
	if _, err := policy.Identity(document); err != nil {
		return malformed(err)
	}
	if size(document) > maxManaged {
		return limitExceeded("Cannot exceed quota for PolicySize: %d", maxManaged)
	}
	return nil
}

type createPolicyInput struct {
	PolicyName, Path, PolicyDocument, Description string
	Tags                                          []tag
}

func (in *createPolicyInput) check() error {
	if err := checkName("policyName", in.PolicyName, 128); err != nil {
		return err
	}
	if err := checkPath(orRoot(in.Path)); err != nil {
		return err
	}
	if err := checkTags(in.Tags); err != nil {
		return err
	}
	return checkManaged(in.PolicyDocument)
}

func (s *Service) createPolicy(in *createPolicyInput) (out *policyOutput, err error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	path, now := orRoot(in.Path), s.now()
	m := managed{
		Name: in.PolicyName, ID: newID("ANPA"), Path: path, ARN: s.policyARN(path, in.PolicyName),
		Description: in.Description, Created: now, Updated: now, Default: 1, Next: 2,
		Versions: []version{{1, in.PolicyDocument, now}}, Tags: tagset.Sorted(in.Tags),
	}
	err = s.update(func(tx *store.Tx) error {
		if err := s.checkPolicyName(tx, m.Name); err != nil {
			return err
		}
		return s.policies.PutTx(tx, m.ARN, m)
	})
	if err != nil {
		return nil, err
	}
	return s.getPolicy(&policyInput{m.ARN})
}

// checkPolicyName checks that the name is free: regardless of path and case.
func (s *Service) checkPolicyName(tx *store.Tx, name string) error {
	return s.policies.EachTx(tx, "", func(_ string, m managed) (bool, error) {
		if strings.EqualFold(m.Name, name) {
			return false, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
		}
		return true, nil
	})
}

type policyInput struct{ PolicyArn string }

func (s *Service) getPolicy(in *policyInput) (*policyOutput, error) {
	var out policyOutput
	return &out, s.env.Store.View(func(tx *store.Tx) error {
		m, err := s.findPolicy(tx, in.PolicyArn)
		if err != nil {
			return err
		}
		out.Policy, err = s.policyShape(tx, m)
		return err
	})
}

type listPoliciesInput struct {
	Scope, PathPrefix, PolicyUsageFilter string
	OnlyAttached                         bool
	paging
}

func (in *listPoliciesInput) check() error {
	if err := checkOneOf("scope", in.Scope, "All", "AWS", "Local"); err != nil {
		return err
	}
	if err := checkOneOf("policyUsageFilter", in.PolicyUsageFilter, usages...); err != nil {
		return err
	}
	return checkPathPrefix(in.PathPrefix)
}

func (in *listPoliciesInput) wants(p policyShape) bool {
	switch {
	case in.PolicyUsageFilter == permissionsUsage && p.AttachmentCount == 0,
		in.PolicyUsageFilter == boundaryUsage && p.PermissionsBoundaryUsageCount == 0:
		return false
	}
	return strings.HasPrefix(p.Path, in.PathPrefix) && (!in.OnlyAttached || p.AttachmentCount > 0)
}

type listPoliciesOutput struct {
	Policies wire.List[policyShape]
	page
}

func (s *Service) listPolicies(in *listPoliciesInput) (*listPoliciesOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var all []policyShape
	err := s.env.Store.View(func(tx *store.Tx) error {
		return s.eachPolicy(tx, in.Scope, func(m managed) error {
			shape, err := s.policyShape(tx, m)
			shape.Tags, shape.Description = nil, "" // as AWS: GetPolicy has them
			if in.wants(shape) {
				all = append(all, shape)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	some, p, err := cut(all, in.paging)
	return &listPoliciesOutput{some, p}, err
}

// eachPolicy calls f with the policies of a scope: "Local", "AWS", or all.
func (s *Service) eachPolicy(tx *store.Tx, scope string, f func(managed) error) error {
	if scope != "Local" {
		for _, m := range allAWSManaged() {
			if err := f(m); err != nil {
				return err
			}
		}
	}
	if scope == "AWS" {
		return nil
	}
	return s.policies.EachTx(tx, "", func(_ string, m managed) (bool, error) { return true, f(m) })
}

func (s *Service) deletePolicy(in *policyInput) (*empty, error) {
	return nil, s.update(func(tx *store.Tx) error {
		m, ok, err := s.policies.GetTx(tx, in.PolicyArn)
		if err != nil || !ok {
			return orElse(err, noSuchPolicy(in.PolicyArn))
		}
		attached, bounded, err := s.users(tx, m.ARN)
		switch {
		case err != nil:
			return err
		case len(attached)+len(bounded) > 0:
			return deleteConflict("Cannot delete a policy attached to entities.")
		case len(m.Versions) > 1:
			return deleteConflict("This policy has more than one version. Before you delete a policy, " +
				"you must delete the policy's versions. The default version is deleted with the policy.")
		}
		return s.policies.DeleteTx(tx, m.ARN)
	})
}
