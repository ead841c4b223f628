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
		return s.eraseTx(tx, r.Name)
	})
	if err == nil {
		s.queue.drop(r.Name)
		s.fleet.Retire(r.Name + ":")
	}
	return nil, err
}

// eraseTx removes a function and all that belongs to it. Event source mappings
// stay, as on AWS.
func (s *Service) eraseTx(tx *store.Tx, name string) error {
	return cmp.Or[error](
		s.functions.DeleteTx(tx, name),
		deleteAll(tx, s.versions, name+"/"),
		deleteAll(tx, s.aliases, name+"/"),
		deleteAll(tx, s.policies, name+":"),
		deleteAll(tx, s.eventConfigs, name+":"),
		deleteAll(tx, s.provisioned, name+":"),
		s.eraseEventsTx(tx, name),
	)
}

func deleteAll[T any](tx *store.Tx, c store.Collection[T], prefix string) error {
	var keys []string
	err := c.EachTx(tx, prefix, func(key string, _ T) (bool, error) {
		keys = append(keys, key)
		return true, nil
	})
	for _, key := range keys {
		err = cmp.Or[error](err, c.DeleteTx(tx, key))
	}
	return err
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
		return cmp.Or[error](
			s.versions.DeleteTx(tx, versionKey(r.Name, r.Qualifier)),
			s.policies.DeleteTx(tx, r.Key()), s.eventConfigs.DeleteTx(tx, r.Key()), s.provisioned.DeleteTx(tx, r.Key()),
		)
	})
	if err == nil {
		s.fleet.Retire(r.Name + ":" + r.Qualifier + ":")
	}
	return err
}
