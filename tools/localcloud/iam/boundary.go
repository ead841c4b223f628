package iam

import (
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type boundaryInput struct{ RoleName, PermissionsBoundary string }

func (s *Service) putBoundary(in *boundaryInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(tx *store.Tx, r *role) error {
		r.Boundary = in.PermissionsBoundary
		return s.checkBoundary(tx, r.Boundary)
	})
}

func (s *Service) deleteBoundary(in *roleInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		r.Boundary = ""
		return nil
	})
}

// checkBoundary checks that the policy of a permissions boundary exists.
func (s *Service) checkBoundary(tx *store.Tx, arn string) error {
	if arn == "" {
		return nil
	}
	_, err := s.findPolicy(tx, arn)
	return err
}

// instanceProfiles is always empty: there is no EC2. The Terraform provider
// asks before it deletes a role.
type instanceProfiles struct {
	InstanceProfiles wire.List[empty]
	page
}

type instanceProfilesInput struct {
	RoleName string
	paging
}

func (s *Service) listInstanceProfiles(in *instanceProfilesInput) (*instanceProfiles, error) {
	if _, err := s.role(in.RoleName); err != nil {
		return nil, err
	}
	some, p, err := cut([]empty(nil), in.paging)
	return &instanceProfiles{some, p}, err
}
