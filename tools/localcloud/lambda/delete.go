package lambda

import (
	"cmp"
	"context"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) deleteFunction(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	if r.Qualifier == names.Latest {
		return nil, apierror.Invalid("$LATEST version cannot be deleted without deleting the function.")
	}
	if r.Qualifier != "" {
		return nil, s.deleteVersion(r)
	}
	err = s.update(func(tx *store.Tx) error {
		if _, err := s.functionTx(tx, r); err != nil {
			return err
		}
		return s.deleteFunctionTx(tx, r.Name)
	})
	if err == nil {
		s.events.Forget(r.Name)
		s.fleet.Retire(r.Name + ":")
	}
	return nil, err
}

// deleteFunctionTx removes a function and everything that belongs to it. Event
// source mappings stay, as on AWS.
func (s *Service) deleteFunctionTx(tx *store.Tx, name string) error {
	return cmp.Or(
		s.functions.DeleteTx(tx, name),
		s.versions.DeleteAllTx(tx, names.Prefix(name)),
		s.aliases.DeleteAllTx(tx, names.Prefix(name)),
		s.policies.DeleteFunctionTx(tx, name),
		s.provisioned.DeleteFunctionTx(tx, name),
		s.events.DeleteFunctionTx(tx, name),
		s.urls.DeleteFunctionTx(tx, name),
	)
}

// deleteQualifierTx removes what belongs to a version or an alias.
func (s *Service) deleteQualifierTx(tx *store.Tx, r names.Reference) error {
	return cmp.Or(
		s.policies.DeleteTx(tx, r), s.events.DeleteTx(tx, r), s.provisioned.DeleteTx(tx, r), s.urls.DeleteTx(tx, r),
	)
}

func (s *Service) deleteVersion(r names.Reference) error {
	if !names.IsVersion(r.Qualifier) {
		return apierror.Invalid("Deletion of aliases is not currently supported.")
	}
	err := s.update(func(tx *store.Tx) error {
		if _, err := s.functionTx(tx, r); err != nil {
			return err
		}
		users, err := s.aliasesOfTx(tx, r)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return apierror.Conflict("Unable to delete version because the following aliases reference it: [%s]", strings.Join(users, ", "))
		}
		return cmp.Or(s.versions.DeleteTx(tx, versionKey(r.Name, r.Qualifier)), s.deleteQualifierTx(tx, r))
	})
	if err == nil {
		s.fleet.Retire(r.Name + ":" + r.Qualifier + ":")
	}
	return err
}
