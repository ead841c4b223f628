package iam

import (
	"slices"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) versionOperations() []wire.Operation {
	return []wire.Operation{
		operation("CreatePolicyVersion", policyResource, s.createVersion),
		operation("GetPolicyVersion", policyResource, s.getVersion),
		operation("ListPolicyVersions", policyResource, s.listVersions),
		operation("SetDefaultPolicyVersion", policyResource, s.setDefault),
		operation("DeletePolicyVersion", policyResource, s.deleteVersion),
	}
}

// maxVersions is how many versions a managed policy may have.
const maxVersions = 5

type versionShape struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       time.Time
}

type versionOutput struct{ PolicyVersion versionShape }

// shape returns a version without its document, as AWS lists them.
func (v version) shape(m managed) versionShape {
	return versionShape{VersionID: v.id(), IsDefaultVersion: v.Number == m.Default, CreateDate: v.Created}
}

type createVersionInput struct {
	PolicyArn, PolicyDocument string
	SetAsDefault              bool
}

func (s *Service) createVersion(in *createVersionInput) (*versionOutput, error) {
	if err := checkManaged(in.PolicyDocument); err != nil {
		return nil, err
	}
	var out versionOutput
	return &out, s.changePolicy(in.PolicyArn, func(_ *store.Tx, m *managed) error {
		if len(m.Versions) >= maxVersions {
			return limitExceeded("A managed policy can have up to %d versions. Before you create a new version, "+
				"you must delete an existing version.", maxVersions)
		}
		v := version{m.Next, in.PolicyDocument, s.now()}
		m.Versions = append(m.Versions, v)
		m.Next++
		if in.SetAsDefault {
			m.Default = v.Number
		}
		m.Updated = v.Created
		out.PolicyVersion = v.shape(*m)
		return nil
	})
}

type versionInput struct{ PolicyArn, VersionId string }

func (s *Service) getVersion(in *versionInput) (*versionOutput, error) {
	m, err := s.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	i, err := m.find(in.VersionId)
	if err != nil {
		return nil, err
	}
	out := versionOutput{m.Versions[i].shape(m)}
	out.PolicyVersion.Document = encoded(m.Versions[i].Document)
	return &out, nil
}

type listVersionsInput struct {
	PolicyArn string
	paging
}

type listVersionsOutput struct {
	Versions wire.List[versionShape]
	page
}

func (s *Service) listVersions(in *listVersionsInput) (*listVersionsOutput, error) {
	m, err := s.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	var all []versionShape
	for _, v := range slices.Backward(m.Versions) { // as AWS: the newest first
		all = append(all, v.shape(m))
	}
	some, p, err := cut(all, in.paging)
	return &listVersionsOutput{some, p}, err
}

func (s *Service) setDefault(in *versionInput) (*empty, error) {
	return nil, s.changePolicy(in.PolicyArn, func(_ *store.Tx, m *managed) error {
		i, err := m.find(in.VersionId)
		if err != nil {
			return err
		}
		m.Default, m.Updated = m.Versions[i].Number, s.now()
		return nil
	})
}

func (s *Service) deleteVersion(in *versionInput) (*empty, error) {
	return nil, s.changePolicy(in.PolicyArn, func(_ *store.Tx, m *managed) error {
		i, err := m.find(in.VersionId)
		if err != nil {
			return err
		}
		if m.Versions[i].Number == m.Default {
			return deleteConflict("Cannot delete the default version of a policy.")
		}
		m.Versions = slices.Delete(m.Versions, i, i+1)
		return nil
	})
}
