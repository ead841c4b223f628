package iam

import (
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) roleOperations() []wire.Operation {
	on := s.roleResource
	return []wire.Operation{
		operation("CreateRole", on, s.createRole),
		operation("GetRole", on, s.getRole),
		operation("ListRoles", s.allRoles, s.listRoles),
		operation("UpdateRole", on, s.updateRole),
		operation("UpdateRoleDescription", on, s.updateRoleDescription),
		operation("UpdateAssumeRolePolicy", on, s.updateTrust),
		operation("DeleteRole", on, s.deleteRole),
		operation("PutRolePermissionsBoundary", on, s.putBoundary),
		operation("DeleteRolePermissionsBoundary", on, s.deleteBoundary),
		operation("ListInstanceProfilesForRole", on, s.listInstanceProfiles),
	}
}

// roleResource returns the ARN of the role that a call names; if it does not
// exist yet, the ARN that it would have.
func (s *Service) roleResource(c *wire.Call) string {
	name := c.Query.Get("RoleName")
	if r, ok, err := s.roles.Get(roleKey(name)); ok && err == nil {
		return r.ARN
	}
	return s.roleARN(orRoot(c.Query.Get("Path")), name)
}

func (s *Service) allRoles(*wire.Call) string { return s.roleARN("/", "*") }

func (s *Service) roleARN(path, name string) string {
	return "arn:aws:iam::" + s.env.Account + ":role" + path + name
}

// roleShape is a role as answers show it.
type roleShape struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	ARN                      string `xml:"Arn"`
	CreateDate               time.Time
	AssumeRolePolicyDocument string
	Description              string         `xml:",omitempty"`
	MaxSessionDuration       int            `xml:",omitempty"`
	PermissionsBoundary      *boundaryShape `xml:",omitempty"`
	Tags                     wire.List[tag] `xml:",omitempty"`
	RoleLastUsed             *empty
}

type boundaryShape struct {
	PermissionsBoundaryType string
	PermissionsBoundaryARN  string `xml:"PermissionsBoundaryArn"`
}

type roleOutput struct{ Role roleShape }

func (r role) shape() roleShape {
	out := roleShape{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, ARN: r.ARN, CreateDate: r.Created,
		AssumeRolePolicyDocument: encoded(r.Trust), Description: r.Description,
		MaxSessionDuration: r.MaxSession, Tags: r.Tags, RoleLastUsed: &empty{},
	}
	if r.Boundary != "" {
		out.PermissionsBoundary = &boundaryShape{"Policy", r.Boundary}
	}
	return out
}

type createRoleInput struct {
	RoleName, Path, AssumeRolePolicyDocument, Description, PermissionsBoundary string
	MaxSessionDuration                                                         *int
	Tags                                                                       []tag
}

func (in *createRoleInput) check() error {
	if err := checkName("roleName", in.RoleName, 64); err != nil {
		return err
	}
	if err := checkPath(orRoot(in.Path)); err != nil {
		return err
	}
	if err := checkDescription(in.Description); err != nil {
		return err
	}
	return checkTags(in.Tags)
}

func (s *Service) createRole(in *createRoleInput) (*roleOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	seconds, err := sessionSeconds(in.MaxSessionDuration)
	if err != nil {
		return nil, err
	}
	path := orRoot(in.Path)
	r := role{
		Name: in.RoleName, ID: newID("AROA"), Path: path, ARN: s.roleARN(path, in.RoleName), Created: s.now(),
		Trust: in.AssumeRolePolicyDocument, Description: in.Description, MaxSession: seconds,
		Boundary: in.PermissionsBoundary, Tags: tagset.Sorted(in.Tags), Inline: map[string]string{},
	}
	err = s.update(func(tx *store.Tx) error { return s.insertRole(tx, r) })
	return &roleOutput{r.shape()}, err
}

func (s *Service) insertRole(tx *store.Tx, r role) error {
	if _, taken, err := s.roles.GetTx(tx, roleKey(r.Name)); err != nil || taken {
		return orElse(err, alreadyExists("Role with name %s already exists.", r.Name))
	}
	if err := s.checkTrust(tx, r.Trust); err != nil {
		return err
	}
	if err := s.checkBoundary(tx, r.Boundary); err != nil {
		return err
	}
	return s.roles.PutTx(tx, roleKey(r.Name), r)
}

// orElse returns err, or otherwise if err is nil.
func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

type roleInput struct{ RoleName string }

func (s *Service) getRole(in *roleInput) (*roleOutput, error) {
	r, err := s.role(in.RoleName)
	return &roleOutput{r.shape()}, err
}

type listRolesInput struct {
	PathPrefix string
	paging
}

type listRolesOutput struct {
	Roles wire.List[roleShape]
	page
}

func (s *Service) listRoles(in *listRolesInput) (*listRolesOutput, error) {
	if err := checkPathPrefix(in.PathPrefix); err != nil {
		return nil, err
	}
	all, err := s.roles.List("")
	if err != nil {
		return nil, err
	}
	var shapes []roleShape
	for _, r := range all {
		if strings.HasPrefix(r.Path, in.PathPrefix) {
			shape := r.shape()
			shape.Tags, shape.PermissionsBoundary, shape.RoleLastUsed = nil, nil, nil // as AWS: GetRole has them
			shapes = append(shapes, shape)
		}
	}
	some, p, err := cut(shapes, in.paging)
	return &listRolesOutput{some, p}, err
}

type updateRoleInput struct {
	RoleName           string
	Description        *string
	MaxSessionDuration *int
}

func (s *Service) updateRole(in *updateRoleInput) (*empty, error) {
	seconds, err := sessionSeconds(in.MaxSessionDuration)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.changeRole(in.RoleName, func(_ *store.Tx, r *role) error {
		if in.MaxSessionDuration != nil {
			r.MaxSession = seconds
		}
		if in.Description == nil {
			return nil
		}
		r.Description = *in.Description
		return checkDescription(r.Description)
	})
}

type descriptionInput struct{ RoleName, Description string }

func (s *Service) updateRoleDescription(in *descriptionInput) (*roleOutput, error) {
	if _, err := s.updateRole(&updateRoleInput{RoleName: in.RoleName, Description: &in.Description}); err != nil {
		return nil, err
	}
	return s.getRole(&roleInput{in.RoleName})
}

func checkDescription(text string) error {
	if len([]rune(text)) > 1000 {
		return invalid("1 validation error detected: Value at 'description' failed to satisfy constraint: " +
			"Member must have length less than or equal to 1000")
	}
	return nil
}

// sessionSeconds checks how long a role's sessions may be: 1 to 12 hours, 1 by
// default.
func sessionSeconds(given *int) (int, error) {
	if given == nil {
		return 3600, nil
	}
	if *given < 3600 || *given > 43200 {
		return 0, invalid("1 validation error detected: Value '%d' at 'maxSessionDuration' failed to satisfy "+
			"constraint: Member must have value between 3600 and 43200", *given)
	}
	return *given, nil
}

type updateTrustInput struct{ RoleName, PolicyDocument string }

func (s *Service) updateTrust(in *updateTrustInput) (*empty, error) {
	return nil, s.changeRole(in.RoleName, func(tx *store.Tx, r *role) error {
		r.Trust = in.PolicyDocument
		return s.checkTrust(tx, r.Trust)
	})
}

func (s *Service) deleteRole(in *roleInput) (*empty, error) {
	return nil, s.update(func(tx *store.Tx) error {
		r, err := s.lookup(tx, in.RoleName)
		switch {
		case err != nil:
			return err
		case len(r.Attached) > 0:
			return deleteConflict("Cannot delete entity, must detach all policies first.")
		case len(r.Inline) > 0:
			return deleteConflict("Cannot delete entity, must delete policies first.")
		}
		return s.roles.DeleteTx(tx, roleKey(r.Name))
	})
}
